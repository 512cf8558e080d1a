"""What this package is and on what it runs: the answer to `ising-bench info`."""

import json
import platform
from importlib.metadata import version
from typing import Any

from ising_bench.regions import REGIONS
from ising_bench.releases.v1 import V1

_PACKAGES = ("numpy", "numba", "pyarrow", "pillow", "datasets", "huggingface-hub")


def _record() -> dict[str, Any]:
    return {
        "package": version("ising-bench"),
        "release": V1.version,
        "entropy": V1.entropy,
        "size": V1.size,
        "classes": [
            {"name": r.name, "meaning": r.meaning, "low": r.low, "high": r.high} for r in REGIONS
        ],
        "splits": {split.name: list(split.counts) for split in V1.splits},
        "configs": {
            config.name: {
                "coupling": config.system.coupling,
                "column_wrap": config.system.column_wrap,
                "row_wrap": config.system.row_wrap,
                "ground_energy": config.system.ground_energy(V1.size),
                "protocol": config.protocol.name,
                "sweeps": config.protocol.sweeps,
                "critical_sweeps": config.protocol.sweeps_at(227),
                "content_digest": V1.digests[config.name],
            }
            for config in V1.configs
        },
        "environment": {
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
            **{name: version(name) for name in _PACKAGES},
        },
    }


def as_json() -> str:
    """Everything, as JSON."""
    return json.dumps(_record(), indent=2)


def as_text() -> str:
    """The same for a person."""
    record = _record()
    wraps = {1: "periodic", -1: "antiperiodic", 0: "fixed +/-"}
    classes = [r.name for r in REGIONS]
    lines = [
        f"ising-bench {record['package']}, data release {record['release']}, "
        f"{record['size']} x {record['size']} lattices",
        f"entropy {record['entropy']}",
        "",
        f"{'config':31}{'J':>3}  {'columns':14}{'rows':14}{'E0':>7}{'sweeps':>8}{'at T_c':>8}"
        "  content sha256",
    ]
    for name, c in record["configs"].items():
        lines.append(
            f"{name:31}{c['coupling']:>+3}  {wraps[c['column_wrap']]:14}{wraps[c['row_wrap']]:14}"
            f"{c['ground_energy']:>7}{c['sweeps']:>8}{c['critical_sweeps']:>8}"
            f"  {c['content_digest'][:16]}..."
        )
    lines += ["", f"{'split':12}" + "".join(f"{name:>8}" for name in classes) + "   total"]
    for name, counts in record["splits"].items():
        lines.append(f"{name:12}" + "".join(f"{n:>8}" for n in counts) + f"{sum(counts):>8}")
    lines += ["", ", ".join(f"{name} {value}" for name, value in record["environment"].items())]
    return "\n".join(lines)
