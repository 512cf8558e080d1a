"""Arrays without `datasets`: from a local folder that verifies, or simulated on the spot."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from ising_bench.dataset.verify import verify_config
from ising_bench.errors import FolderError, VerificationError
from ising_bench.folder import recover
from ising_bench.ndarrays import Labels, Spins
from ising_bench.progress import bar, say
from ising_bench.releases import manifest, table
from ising_bench.releases.digest import ContentDigest, made
from ising_bench.releases.known import release_of
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import Config, Release
from ising_bench.rows import Rows

DEFAULT_FOLDER = Path("ising-bench")


def arrays(
    config: str, split: str, folder: str | Path | None = None, release: str | None = None
) -> tuple[Spins, Labels]:
    """Spins (n, L, L) and labels (n,) int64 of one split of a release, the newest by default. Ising
    spins are int8, +1 and -1.

    Without `folder`, the release's data: read from ./ising-bench where that holds the config and
    verifies, else simulated (a second or so); both are equal bit for bit. With `folder`, what is
    in it, fresh draw or release. Raises UnknownNameError; with `folder`, FolderError where it has
    no such config and VerificationError where it does not verify.
    """
    rows = samples(release_of(release), config, split, folder)
    return rows.spins, rows.labels


def samples(release: Release, name: str, split: str, folder: str | Path | None = None) -> Rows:
    """All rows of one split. Raises as `arrays`."""
    config = release.config(name)
    if folder is not None:
        return _read(release, name, split, Path(folder))
    config.task.split(split)
    unusable = why_unusable(DEFAULT_FOLDER, release, name)
    if unusable is None:
        return _rows(DEFAULT_FOLDER, manifest.read(DEFAULT_FOLDER), config, split)
    if (DEFAULT_FOLDER / manifest.FILE_NAME).is_file():
        say(f"{unusable}; simulating instead")
    kept = _simulated(release, config)[split]
    # the caller's own, to do with as he likes
    return replace(kept, spins=kept.spins.copy(), labels=kept.labels.copy())


def first_split(release: Release, name: str, folder: Path | None = None) -> str:
    """The first split of a config, or of what a folder has of it. Raises as `arrays`."""
    config = release.config(name)
    held = manifest.read(folder).configs.get(name) if folder is not None else None
    return next(iter(held.splits)) if held is not None else config.task.splits[0].name


def why_unusable(folder: Path, release: Release, config: str) -> str | None:
    """Why a folder does not serve as a release's data of a config; None where it does, proved."""
    recover(folder, say)
    try:
        claim = manifest.read(folder)
        if claim.kind != "release" or claim.release != release.version:
            what = claim.what if claim.kind != "release" else f"release {claim.release}"
            return f"{folder} is {what}, not release {release.version}"
        if config not in claim.configs:
            return f"{folder} has no {config}"
        problems = verify_config(folder, claim, config, release)
    except (FolderError, OSError) as error:
        return str(error).splitlines()[0]
    return f"{folder} does not verify ({problems[0]})" if problems else None


def _read(release: Release, name: str, split: str, folder: Path) -> Rows:
    recover(folder, say)
    claim = manifest.read(folder)
    held = claim.configs[name].splits if name in claim.configs else {}
    if split not in held and (held and claim.kind == "generated"):
        raise FolderError(f"{folder} is {claim.what}: its one split is {', '.join(held)}")
    if split not in held:
        raise FolderError(
            f"{folder} has no {name}/{split}; make it with: {claim.build_command(name, folder)}"
        )
    problems = verify_config(folder, claim, name, release)
    if problems:
        raise VerificationError(problems)
    return _rows(folder, claim, claim.config_of(name, release), split)


def table_of(folder: Path, claim: Manifest, config: Config, split: str) -> pa.Table:
    """The rows of a split of a folder that was verified, as they stand in its files."""
    files = claim.configs[config.name].splits[split].files
    return pa.concat_tables([table.read(folder / file.path, config) for file in files])


def _rows(folder: Path, claim: Manifest, config: Config, split: str) -> Rows:
    rows = table_of(folder, claim, config, split)
    held = table.rows_of(rows, config)  # in Arrow's memory, which is read-only
    return replace(held, spins=held.spins.copy(), labels=held.labels.copy())


@lru_cache(maxsize=4)  # 13 MB each at L = 100; who asks for one split asks for the next
def _simulated(release: Release, config: Config) -> dict[str, Rows]:
    """All splits, since only all of a config has a digest to agree with."""
    with bar(f"simulating {config.name}", config.task.rows) as advance:
        digest, by_split = ContentDigest(release.content, config), {}
        for part, rows in made(release, config, progress=advance):
            digest.add_part(part, rows)
            by_split[part.split] = rows
    release.check_digest(config, digest.hexdigest())
    return by_split
