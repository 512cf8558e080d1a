"""The images of a run: those of the release, or to train on others that somebody generated."""

from dataclasses import dataclass
from pathlib import Path

from ising_bench.baselines.records import TrainedOn
from ising_bench.dataset.samples import samples
from ising_bench.errors import FolderError
from ising_bench.releases import manifest
from ising_bench.releases.known import release_of
from ising_bench.releases.manifest import Manifest
from ising_bench.releases.release import GENERATED, Config, Release
from ising_bench.rows import Rows


@dataclass(frozen=True)
class Material:
    """What a run learns from and is tested on. folder: a dataset folder of the release; by default
    the one here, else the release is simulated. training: a folder with a generated set or a fresh
    draw, to train on instead of the release's training split."""

    release: Release
    folder: Path | None = None
    training: Path | None = None

    def check(self, configs: list[str]) -> None:
        """Raise FolderError where the folders do not serve for these configs."""
        if self.folder is not None and not _is_of(self.release, manifest.read(self.folder)):
            raise FolderError(
                f"{self.folder} is not the release: baselines are run on ising-bench "
                f"{self.release.version}"
            )
        if self.training is not None:
            claim = manifest.read(self.training)
            for config in configs:
                self._check_training(claim, self.release.config(config), self.training)

    def _check_training(self, claim: Manifest, config: Config, folder: Path) -> None:
        name = config.name
        if claim.kind == "release":
            raise FolderError(
                f"{folder} is {claim.what}: its training images are what is used by default; leave "
                "--train-data out"
            )
        if name not in claim.configs:
            raise FolderError(
                f"{folder} has no {name}; choose among its configs with --config: "
                f"{', '.join(claim.configs)}"
            )
        held = claim.config_of(name, release_of(claim.release))
        if held.task.names != config.task.names:
            raise FolderError(
                f"{folder} holds {name} with classes of its own, {held.task.intervals}; generate "
                "it without --classes"
            )
        if held.size != config.size:
            raise FolderError(
                f"{folder} holds {name} of size {held.size}, the test images are of size "
                f"{config.size}; generate it without --size"
            )
        counts = claim.configs[name].splits[_training_split(claim)].class_counts
        if 0 in counts:
            raise FolderError(
                f"{folder} holds no image of class {config.task.names[counts.index(0)]}; generate "
                "some of each class"
            )

    def rows(self, config: str, split: str) -> Rows:
        """A split to learn from, validate on or test. Raises as `arrays`."""
        if self.training is None or split != "train":
            return samples(self.release, config, split, self.folder)
        claim = manifest.read(self.training)
        return samples(release_of(claim.release), config, _training_split(claim), self.training)

    def trained_on(self, config: str) -> TrainedOn | None:
        """What to remember of images that are not the release's."""
        if self.training is None:
            return None
        claim = manifest.read(self.training)
        record = claim.configs[config]
        return TrainedOn(
            record.content_digest, claim.entropy, record.splits[_training_split(claim)].rows
        )


def _training_split(claim: Manifest) -> str:
    return GENERATED if claim.kind == "generated" else "train"


def _is_of(release: Release, claim: Manifest) -> bool:
    return claim.kind == "release" and claim.release == release.version
