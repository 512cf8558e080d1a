"""Building a dataset folder: configs of a release beside those that are in it already."""

from collections.abc import Sequence
from pathlib import Path

from ising_bench.dataset.verify import unlisted_files, verify_config
from ising_bench.dataset.write import tell_entropy, write_configs, write_documents
from ising_bench.errors import FolderError, VerificationError
from ising_bench.folder import link_files, replacing
from ising_bench.progress import bar, say
from ising_bench.releases import manifest
from ising_bench.releases.manifest import ConfigRecord, Manifest
from ising_bench.releases.release import Release


def build(
    release: Release, names: Sequence[str], out: Path, threads: int | None = None
) -> Manifest:
    """Write the named configs into the folder `out`, which is replaced whole, and return what it
    then holds. Other configs that are in it already stay, if they verify.

    Raises UnknownNameError, FolderError (the folder is not ours, holds other data or cannot be
    written) or VerificationError (kept or built data are not the release's); the folder is then
    as it was before.
    """
    configs = [release.config(name) for name in names]
    total = sum(config.task.rows for config in configs)
    with replacing(out, replaceable_manifest, say) as new:
        kept = _kept_configs(out, release, names)
        if not release.digests:
            tell_entropy(release.entropy)
        with bar("building", total) as advance:
            built = write_configs(release, configs, new, advance, threads)
        for record in kept.values():
            link_files([file.path for file in record.files], out, new)
        both = kept | built
        # in the release's order, so the manifest knows no history
        records = {name: both[name] for name in release.config_names if name in both}
        return write_documents(release, release.kind, records, new)


def _kept_configs(out: Path, release: Release, names: Sequence[str]) -> dict[str, ConfigRecord]:
    """The configs of the present folder that a build leaves alone, after verifying them."""
    present = replaceable_manifest(out)
    if present is None:
        return {}
    if present.release != release.version:
        raise FolderError(
            f"{out} holds release {present.release}, and a folder holds one release; choose "
            "another with --out"
        )
    if present.entropy != release.entropy or present.kind == "generated":
        raise FolderError(
            f"{out} holds {present.what} with entropy {present.entropy[:8]}..., which does not "
            f"mix with what would be built (entropy {release.entropy[:8]}...); "
            "choose another folder with --out"
        )
    kept = {name: record for name, record in present.configs.items() if name not in names}
    faults = {name: verify_config(out, present, name, release) for name in kept}
    if any(faults.values()):
        broken = " ".join(name for name in kept if faults[name] and name in release.config_names)
        raise VerificationError(
            [
                *(problem for problems in faults.values() for problem in problems),
                f"nothing was changed; rebuild these too: {present.build_command(broken, out)}",
            ]
        )
    return kept


def replaceable_manifest(out: Path) -> Manifest | None:
    """The manifest of a folder that may be replaced; None where there is nothing to replace.

    Raises FolderError where the path holds anything that ising-bench did not write.
    """
    if not out.exists():
        return None
    if not out.is_dir():
        raise FolderError(f"{out} is a file; choose another folder with --out")
    if not any(out.iterdir()):
        return None
    if not (out / manifest.FILE_NAME).exists():
        raise FolderError(
            f"{out} is not empty and ising-bench did not write it; choose another folder with --out"
        )
    present = manifest.read(out)
    foreign = unlisted_files(out, present)
    if foreign:
        names = ", ".join(name if name.isprintable() else ascii(name) for name in foreign[:5])
        more = f" and {len(foreign) - 5} more" if len(foreign) > 5 else ""
        raise FolderError(
            f"{out} holds files that ising-bench did not write: {names}{more}; move them away"
        )
    return present
