"""The temperature grid and the four classes into which the paper cuts it.

Inside the package a temperature is a whole number of hundredths of |J|/k_B, 0 to 400; only the
table that a user reads holds a float.
"""

from dataclasses import dataclass

GRID = range(401)  # hundredths


@dataclass(frozen=True)
class Region:
    """One class: the paper's interval [low, high), and the hundredths that lie in it."""

    name: str
    meaning: str
    low: float
    high: float
    hundredths: range


# T = 2.32 lies on an edge, which the paper assigns to neither side: we chose the hot one. The
# last interval includes its upper end, 4.00.
REGIONS = (
    Region("FSbCR", "far sub-critical", 0.0, 1.055, range(106)),
    Region("SbCR", "sub-critical", 1.055, 2.119, range(106, 212)),
    Region("CR", "critical", 2.119, 2.320, range(212, 232)),
    Region("SpCR", "super-critical", 2.320, 4.0, range(232, 401)),
)


def classes_text() -> str:
    """The intervals in words, for card and README."""
    parts = [f"{r.name} [{r.low:g}, {r.high:g})" for r in REGIONS]
    return ", ".join([*parts[:-1], parts[-1][:-1] + "]"])


def label_of(hundredths: int) -> int:
    """The class index, 0 to 3, of a temperature in hundredths. Raises ValueError off the grid."""
    for label, region in enumerate(REGIONS):
        if hundredths in region.hundredths:
            return label
    raise ValueError(f"{hundredths} is not a whole number of hundredths from 0 to 400")
