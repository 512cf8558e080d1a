"""What a card may say only of its own kind of folder: the release, a fresh draw, generated rows."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from ising_bench.identity import DATASET_ID, HUB
from ising_bench.paper import COUNTS, TASK
from ising_bench.progress import counted
from ising_bench.releases.manifest import ConfigRecord, Manifest
from ising_bench.releases.release import Config
from ising_bench.releases.v1 import V1
from ising_bench.releases.v1_1 import OUTLOOK_CONFIGS

_COST = """\
It costs little: on two cores of an AMD EPYC the paper's four configs take about 5 seconds, with
their equilibrium 15, and all seventeen some 150, pictures and parquet included.
"""


@dataclass(frozen=True)
class Words:
    """Sentences of one kind, and the sections and choices that do not hold for it."""

    kind: str
    labels: str
    counts: str
    chains: str
    digests: str
    cost: str = _COST
    omitted: tuple[str, ...] = ()
    omitted_choices: tuple[str, ...] = ()


# What was measured of the configs that a release was the first to have: its sections.
_ISING_SECTIONS = (
    "What the paper says, and what was chosen",
    "The best possible score",
    "Not exactly in equilibrium",
    "Repeats are physics",
    "Known shortcuts, and what not to use it for",
    "Rendering and resizing",
)


_OUTLOOK_SECTIONS = ("Beyond Ising: best scores, equilibrium, repeats",)


def omitted_sections(manifest: Manifest, configs: Collection[Config]) -> tuple[str, ...]:
    """Titles of the sections that do not hold for a folder of these configs."""
    others: tuple[str, ...] = () if set(configs) & set(V1.configs) else _ISING_SECTIONS
    if not set(configs) & set(OUTLOOK_CONFIGS):
        others += _OUTLOOK_SECTIONS
    return _WORDS[manifest.kind].omitted + others


def words(manifest: Manifest, configs: Collection[Config] = ()) -> Words:
    """The words for the kind of a folder with these configs."""
    wording = _WORDS[manifest.kind]
    if manifest.kind != "generated" and {c.task.splits for c in configs} - {TASK.splits}:
        wording = replace(wording, counts="")
    if manifest.kind == "generated":
        record, *_ = manifest.configs.values()  # there is one
        wording = replace(wording, kind=_asked_for(record))
        if record.values is not None:
            counted_by = "Its maker chose the values and the counts, alike at all values."
            wording = replace(wording, counts=counted_by)
    if set(configs) - set(V1.configs) - set(OUTLOOK_CONFIGS):
        wording = replace(wording, digests=_UNTRIED, cost="")
    return wording


_PUBLIC = (
    "Like everything here, ids and labels can be made again from the public\n"
    "entropy: only honesty keeps test labels out of training."
)
_TABLE_1 = "The counts are those of the paper's Table 1."
_INDEPENDENT_SPLITS = """\
Train, validation and test are independent: every image is the last configuration of a Markov chain
of its own, with its own temperature, start and random numbers, and no two images share a chain.
Rows stand in the order of their ids, which is random."""
_PLATFORMS = """\
came out the same with 1, 2 and 7
threads, under Python 3.11 (the Ising ones also under 3.13), and from SSE2, AVX2 and AVX-512 code,
all on Linux on x86-64. Other platforms should agree, and have not been tried; """
_UNTRIED = "A build says so where a digest comes out otherwise."
_OF_THE_RELEASE = (
    f"The digests of the release {_PLATFORMS}`ising-bench verify` makes\n"
    "these images again and says so where they come out otherwise."
)
_ITS_CARD = (
    "\n\nScores, baselines, repeated images, the leaderboard and errata are those of the release:\n"
    f"see its card, {HUB}/datasets/{DATASET_ID}"
)
# they speak of the release's own images
_ITS_SECTIONS = (
    "The best possible score",
    "Repeats are physics",
    "Submit a score",
    "Changelog, errata, policy",
    *_OUTLOOK_SECTIONS,
)
_WORDS = {
    "release": Words(
        kind="This is release $release.",
        labels=_PUBLIC,
        counts=_TABLE_1,
        chains=_INDEPENDENT_SPLITS,
        digests=f"The digests {_PLATFORMS}a build says so where they do not.",
    ),
    "fresh draw": Words(
        kind="**This is not release $release**: it is a fresh, independent draw under the same "
        "specification. Scores on it do not compare with scores on the release image by image."
        + _ITS_CARD,
        labels=_PUBLIC,
        counts=_TABLE_1,
        chains=_INDEPENDENT_SPLITS,
        digests=_OF_THE_RELEASE,
        omitted=_ITS_SECTIONS,
    ),
    "generated": Words(
        kind="",  # see `_asked_for`
        labels="Like everything here, ids and labels can be made again from the\nentropy below.",
        counts="Its maker chose the counts, alike in all classes.",
        chains="""\
There is one split. Every image is the last configuration of a Markov chain of its own, with its own
temperature, start and random numbers; no two images share a chain, and none shares one with the
release, even under its entropy. Each file holds all classes; its rows stand in the order of their
ids, which is random.""",
        digests=_OF_THE_RELEASE,
        omitted=_ITS_SECTIONS,
        omitted_choices=(COUNTS,),
    ),
}


def _asked_for(record: ConfigRecord) -> str:
    """The kind of a generated set, and what its maker chose."""
    after = "" if record.sweeps is None else f", but after {counted(record.sweeps, 'sweep')}"
    if record.classes is not None:
        after += f", its classes cut at {', '.join(record.classes)}"
    what, verb = (
        ("as many images of each class", "as")
        if record.values is None
        else ("the values and the number of images", "that")
    )
    return (
        "**This is not release data**: it was generated by the protocol of release "
        f"$release{after}, with {what}\n{verb} its maker asked for.{_ITS_CARD}"
    )
