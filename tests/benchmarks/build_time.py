"""Whole processes: `ising-bench build` cold and warm, and `--help`.

    python tests/benchmarks/build_time.py

Cold has an empty compile cache. Seconds, and peak memory where the system tells it.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(arguments: list[str], cache: Path) -> float:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "ising_bench", *arguments],
            cwd=folder,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        print(f"build, cold: {seconds(['build', '--threads', '2'], Path(cache)):.2f} s")
        for arguments, runs in ((["build", "--threads", "2"], 5), (["--help"], 9)):
            times = [seconds(arguments, Path(cache)) for _ in range(runs)]
            print(
                f"{' '.join(arguments)}, warm: median {statistics.median(times):.2f} s, "
                f"{min(times):.2f} to {max(times):.2f}"
            )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"peak memory: {peak / 1024:.0f} MB")


if __name__ == "__main__":
    main()
