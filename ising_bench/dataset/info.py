"""What this package is and on what it runs: the answer to `ising-bench info`."""

import json
import platform
from importlib.metadata import version
from typing import Any

from ising_bench.regions import REGIONS
from ising_bench.releases.v1 import V1
from ising_bench.terminal import fold, table

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


def as_text(columns: int | None = None) -> str:
    """The same for a person, for a terminal of that width."""
    record = _record()
    wraps = {1: "periodic", -1: "antiperiodic", 0: "fixed +/-"}
    classes = [r.name for r in REGIONS]
    lines = [
        f"ising-bench {record['package']}, data release {record['release']}, "
        f"{record['size']} x {record['size']} lattices",
        f"entropy {record['entropy']}",
        "",
    ]
    configs = [
        [
            name,
            f"{c['coupling']:+}",
            wraps[c["column_wrap"]],
            wraps[c["row_wrap"]],
            str(c["ground_energy"]),
            str(c["sweeps"]),
            str(c["critical_sweeps"]),
            f"{c['content_digest'][:16]}...",
        ]
        for name, c in record["configs"].items()
    ]
    head = ["config", "J", "columns", "rows", "E0", "sweeps", "at T_c", "content sha256"]
    lines += [table(configs, columns, head, right=[1, 4, 5, 6]), ""]
    splits = [[name, *map(str, n), str(sum(n))] for name, n in record["splits"].items()]
    lines += [table(splits, columns, ["split", *classes, "total"], right=range(1, 6)), ""]
    made_by = ", ".join(f"{name} {value}" for name, value in record["environment"].items())
    return "\n".join([*lines, fold(made_by, columns)])
