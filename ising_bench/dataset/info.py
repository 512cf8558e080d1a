"""What this package is and on what it runs: the answer to `ising-bench info`."""

import json
import platform
from importlib.metadata import version
from typing import Any

from ising_bench.releases.known import RELEASES, newest
from ising_bench.releases.release import Config, Release
from ising_bench.tasks import Task
from ising_bench.terminal import fold, table

_PACKAGES = ("numpy", "numba", "pyarrow", "pillow", "datasets", "huggingface-hub")


def _record() -> dict[str, Any]:
    return {
        "package": version("ising-bench"),
        "newest": newest().version,
        "releases": {name: _of_release(release) for name, release in RELEASES.items()},
        "environment": {
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
            **{name: version(name) for name in _PACKAGES},
        },
    }


def _of_release(release: Release) -> dict[str, Any]:
    return {
        "entropy": release.entropy,
        "tasks": {task.name: _of_task(task) for task in _tasks(release)},
        "configs": {config.name: _of_config(release, config) for config in release.configs},
    }


def _tasks(release: Release) -> list[Task]:
    return list(dict.fromkeys(config.task for config in release.configs))


def _of_task(task: Task) -> dict[str, Any]:
    return {
        "parameter": task.grid.parameter,
        "unit": task.grid.unit,
        "classes": [
            {"name": r.name, "meaning": r.meaning, "low": r.low, "high": r.high}
            for r in task.regions
        ],
        "splits": {split.name: list(split.counts) for split in task.splits},
    }


def _of_config(release: Release, config: Config) -> dict[str, Any]:
    sweeps = {config.protocol.sweeps_at(point) for point in config.task.grid.points}
    return {
        "system": config.system.name,
        "facts": config.system.facts,
        "size": config.size,
        "task": config.task.name,
        "ground_energy": round(
            config.system.ground_energy(config.size) * config.system.energy_unit
        ),
        "protocol": config.protocol.name,
        "sweeps": sorted(sweeps),
        "content_digest": release.digests[config.name],
    }


def as_json() -> str:
    """Everything, as JSON."""
    return json.dumps(_record(), indent=2)


def as_text(columns: int | None = None) -> str:
    """The same for a person, for a terminal of that width."""
    record = _record()
    lines = [f"ising-bench {record['package']}", ""]
    for name, release in reversed(RELEASES.items()):
        lines += [*_release_lines(name, record["releases"][name], release, columns), ""]
    made_by = ", ".join(f"{name} {value}" for name, value in record["environment"].items())
    return "\n".join([*lines, fold(made_by, columns)])


def _release_lines(
    name: str, record: dict[str, Any], release: Release, columns: int | None
) -> list[str]:
    newest_ = " (the newest)" if release is newest() and len(RELEASES) > 1 else ""
    lines = [f"data release {name}{newest_}", f"entropy {record['entropy']}"]
    families: dict[tuple[str, ...], list[list[str]]] = {}
    for config, c in record["configs"].items():
        cells = [
            config,
            f"{c['size']} x {c['size']}",
            c["task"],
            *c["facts"].values(),
            str(c["ground_energy"]),
            " or ".join(map(str, c["sweeps"])),
            f"{c['content_digest'][:16]}...",
        ]
        families.setdefault(tuple(c["facts"]), []).append(cells)
    for facts, configs in families.items():
        head = ["config", "sites", "task", *facts, "E0", "sweeps", "content sha256"]
        lines += ["", table(configs, columns, head, right=[3 + len(facts)])]
    for task in _tasks(release):
        splits = [[s.name, *map(str, s.counts), str(s.rows)] for s in task.splits]
        head = [f"task {task.name}", *task.names, "total"]
        lines += ["", table(splits, columns, head, right=range(1, len(head)))]
    return lines
