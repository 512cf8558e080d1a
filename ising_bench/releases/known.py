"""The releases that this version of the package knows."""

from ising_bench.errors import one_of
from ising_bench.releases.release import Release
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import V1_1

RELEASES: dict[str, Release] = {r.version: r for r in (V1, V1_1)}  # by version, the newest last


def newest() -> Release:
    return next(reversed(RELEASES.values()))


def release_of(version: str | None = None) -> Release:
    """The release of that version, by default the newest. Raises UnknownNameError."""
    if version is None:
        return newest()
    return RELEASES[one_of("release", version, list(RELEASES))]


def option(version: str) -> str:
    """What a command needs behind it to be about this release: nothing for the newest."""
    return "" if version == newest().version else f" --release {version}"
