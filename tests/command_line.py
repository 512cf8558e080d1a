"""The command line in processes of its own, without paying for its imports in each.

Run as a program, this file imports what the commands need, and for each request it forks: the copy
runs the command as a new process would, with its own folder, environment, output and exit code.
Before a fork there is no second thread of ours.
"""

import atexit
import gc
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

# every warning is an error, but for one that the Hub's client causes in its own HTTP library
STRICT = ["-W", "error", "-W", "ignore:Use 'content=<...>' to upload:DeprecationWarning"]

# what nearly every command imports sooner or later, and what those with networks do
DATA = ["datasets", "matplotlib.pyplot", "ising_bench.leaderboard.check", "ising_bench.cli"]
DATA += ["ising_bench.publishing.push"]
NETWORKS = ["ising_bench.baselines.training", "transformers.models.vit.modeling_vit"]

_TIMEOUT = 300  # seconds, of one command

Done = subprocess.CompletedProcess[str]


class CommandLine:
    """Runs `ising-bench`, one command at a time.

    warnings: what Python is told to do with them; modules: what is imported beforehand."""

    def __init__(self, warnings: list[str], modules: list[str]) -> None:
        requests, answers = os.pipe(), os.pipe()
        program = [sys.executable, *warnings, __file__, str(requests[0]), str(answers[1])]
        self._process = subprocess.Popen(
            [*program, *modules], pass_fds=(requests[0], answers[1]), stdin=subprocess.DEVNULL
        )
        os.close(requests[0])
        os.close(answers[1])
        self._requests, self._answers = os.fdopen(requests[1], "w"), os.fdopen(answers[0])

    def start(self, args: list[str], cwd: Path, largest_file: int | None = None) -> "Running":
        """Begin a command in the present environment. largest_file: in bytes, on a full disk."""
        env = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
        output = tempfile.TemporaryDirectory()
        print(json.dumps([args, str(cwd), env, largest_file, output.name]), file=self._requests)
        self._requests.flush()
        return Running(self, args, int(self._answers.readline()), output)

    def run(self, args: list[str], cwd: Path, largest_file: int | None = None) -> Done:
        """What a command printed, and its exit code."""
        return self.start(args, cwd, largest_file).wait()

    def exit_code(self) -> int:
        """That of the command which was started last, once it has ended."""
        return int(self._answers.readline())

    def close(self) -> None:
        self._requests.close()
        self._answers.close()
        self._process.wait()


class Running:
    """A command that was begun. It must be waited for before the next one begins."""

    def __init__(
        self,
        line: CommandLine,
        args: list[str],
        pid: int,
        output: "tempfile.TemporaryDirectory[str]",
    ) -> None:
        self.pid = pid
        self._line, self._args, self._output = line, args, output

    def wait(self) -> Done:
        code = self._line.exit_code()
        with self._output as folder:
            texts = [(Path(folder) / name).read_text() for name in ("out", "err")]
        return subprocess.CompletedProcess(self._args, code, *texts)


def serve(requests: int, answers: int) -> None:
    """Answer each request with process number and exit code; returns in those processes alone."""
    with os.fdopen(requests) as asked, os.fdopen(answers, "w") as told:
        for line in asked:
            child = os.fork()
            if child == 0:
                become(*json.loads(line))
                return
            print(child, file=told, flush=True)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=told, flush=True)
    os._exit(0)


def become(
    args: list[str], cwd: str, env: dict[str, str], largest_file: int | None, output: str
) -> None:
    """Turn this process into that of a command."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(f"{output}/{name}", os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["ising-bench", *args]
    signal.alarm(_TIMEOUT)


def exit_code(command: Callable[[], object]) -> int:
    """Run a command to the end of its process, but for taking down all that was imported."""
    code: object = 1
    try:
        command()
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    atexit._run_exitfuncs()
    if isinstance(code, str):
        print(code, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    requests, answers, *modules = sys.argv[1:]
    for module in modules:
        importlib.import_module(module)
    from ising_bench.cli import main
    from ising_bench.releases.known import newest
    from ising_bench.scoring.truth import truth

    truth(newest(), "periodic_ferro")  # what most commands score something with
    gc.freeze()  # no copy looks through what was there before it
    serve(int(requests), int(answers))
    os._exit(exit_code(main))
