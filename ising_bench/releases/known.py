"""The releases that this version of the package knows."""

from dataclasses import replace

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


def added(release: Release) -> Release:
    """A release with only the configs that it was the first to have."""
    earlier = list(RELEASES.values())[: list(RELEASES).index(release.version)]
    held = {(name, digest) for r in earlier for name, digest in r.digests.items()}
    new = tuple(c for c in release.configs if (c.name, release.digests[c.name]) not in held)
    return replace(release, configs=new)


def latest_with(config: str, digest: str) -> Release:
    """The newest release that has this config with this digest: the same images. Raises KeyError
    where none has."""
    for release in reversed(RELEASES.values()):
        if release.digests.get(config) == digest:
            return release
    raise KeyError(f"{config} with digest {digest}")


def option(version: str) -> str:
    """What a command needs behind it to be about this release: nothing for the newest."""
    return "" if version == newest().version else f" --release {version}"
