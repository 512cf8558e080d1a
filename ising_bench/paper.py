"""What the paper says, and what we chose where it differs or is silent.

Kara, Sehanobish, Corzo: Fine-tuning Vision Transformers for the Prediction of State Variables in
Ising Models, arXiv 2109.13925. The card shows this table; nothing is typed twice.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from ising_bench.tasks import Grid, Region, Split, Task

GRID = Grid(
    "temperature",
    "|J|/k_B",  # the paper writes K
    step=Fraction(1, 100),
    last=400,
    described="in units of the coupling over Boltzmann's constant; a whole hundredth",
)

# T = 2.32 lies on an edge, which the paper assigns to neither side: we chose the hot one. The
# last interval includes its upper end, 4.00. The splits are those of its Table 1.
TASK = Task(
    "paper",
    GRID,
    regions=(
        Region("FSbCR", "far sub-critical", 0.0, 1.055, range(106)),
        Region("SbCR", "sub-critical", 1.055, 2.119, range(106, 212)),
        Region("CR", "critical", 2.119, 2.320, range(212, 232)),
        Region("SpCR", "super-critical", 2.320, 4.0, range(232, 401)),
    ),
    splits=(
        Split("train", (220, 80, 90, 210)),
        Split("validation", (100, 50, 60, 90)),
        Split("test", (150, 50, 70, 130)),
    ),
)


def at_the_same_points(
    name: str,
    step: Fraction,
    parameter: str = "temperature",
    unit: str = "J/k_B",
    words: str = "the coupling over Boltzmann's constant",
) -> Task:
    """The paper's task for a system with another critical point, of temperature or another
    parameter: its classes begin at the same points of a grid with this step, and so at the same
    T/T_c."""

    def scaled(hundredths: float) -> float:
        return float(Fraction(str(hundredths)) / GRID.step * step)

    described = f"in units of {words}; a whole number of {float(step):g}"
    grid = replace(GRID, parameter=parameter, unit=unit, step=step, described=described)
    regions = [replace(r, low=scaled(r.low), high=scaled(r.high)) for r in TASK.regions]
    return Task(name, grid, tuple(regions), TASK.splits)


COUNTS = "Images of each class"


@dataclass(frozen=True)
class Choice:
    """One property of the data: the paper's statement and this release's."""

    subject: str
    paper: str
    ours: str


CHOICES = (
    Choice("Lattice", "100 x 100, J = +1 or -1, no field", "the same"),
    Choice(
        "Update", "single-spin-flip Metropolis, 750 sweeps", "the same; every dE <= 0 is accepted"
    ),
    Choice("Order of updates", "not stated", "checkerboard: even row + column, then odd"),
    Choice(
        "Start",
        "not stated",
        "a ground state drawn uniformly from all of the system's (sign, interface height, "
        "staircase wall)",
    ),
    Choice(
        "Chains",
        "temperature stepped by 0.01, reads as one chain through all temperatures",
        "an independent chain for each image, at its own temperature",
    ),
    Choice(
        "Temperatures in a class", "not stated", "uniform over the whole hundredths of the class"
    ),
    Choice(
        "Class edges",
        "[0, 1.055], [1.055, 2.119], [2.119, 2.320], [2.320, 4.0]",
        "half-open; T = 2.32, the one grid point on an edge, is SpCR",
    ),
    Choice(COUNTS, "its Table 1", "exactly the same, in each config"),
    Choice(
        "`periodic_ferro`, `periodic_antiferro`",
        "periodic in both directions",
        "the same",
    ),
    Choice(
        "`antiperiodic_ferro`",
        "anti-periodic boundaries",
        "J has the opposite sign on the wrap bonds of both directions",
    ),
    Choice(
        "`skewed_ferro`",
        '"skewed" +/-: periodic except for the top and bottom rows',
        "periodic columns; top row of the image fixed to +1, bottom row to -1, no bond between "
        "them. Other readings: fixed rows outside the image, free top and bottom, helical wrap, "
        "antiperiodic in the vertical only",
    ),
    Choice("Colours", "blue and yellow", "blue is spin up, yellow is spin down"),
)


def choices_markdown(release: str, omitted: tuple[str, ...] = ()) -> str:
    """The table of choices as Markdown, without those on some subjects."""
    lines = [f"| | the paper | ising-bench {release} |", "|---|---|---|"]
    shown = (choice for choice in CHOICES if choice.subject not in omitted)
    lines += [f"| {c.subject} | {c.paper} | {c.ours} |" for c in shown]
    return "\n".join(lines)


# Its Table 2: macro-F1 on 400 test images of its own data, mean and standard deviation over 5
# trials, by model and by the config here that follows its system.
_CONFIGS = ("periodic_ferro", "periodic_antiferro", "skewed_ferro", "antiperiodic_ferro")
_SCORES = {
    "ViT": ((0.934, 0.008), (0.935, 0.012), (0.931, 0.021), (0.921, 0.013)),
    "ResNet-18": ((0.865, 0.034), (0.906, 0.016), (0.886, 0.019), (0.910, 0.021)),
    "ResNet-50": ((0.907, 0.021), (0.899, 0.026), (0.917, 0.009), (0.917, 0.008)),
}
TABLE2 = {model: dict(zip(_CONFIGS, scores, strict=True)) for model, scores in _SCORES.items()}
