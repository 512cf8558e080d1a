"""What is possible in a config, by its name, as anybody calls it from Python."""

from collections.abc import Sequence

from numpy.typing import ArrayLike

from ising_bench.ndarrays import Array
from ising_bench.releases.known import release_of
from ising_bench.releases.variant import decimal, varied
from ising_bench.scoring.bayes import class_posterior_of
from ising_bench.scoring.ceiling import Ceiling
from ising_bench.scoring.ceiling import ceiling as ceiling_of


def ceiling(
    config: str,
    counts: tuple[int, ...] | None = None,
    release: str | None = None,
    *,
    size: int | None = None,
    classes: Sequence[float | str] | None = None,
) -> Ceiling:
    """The highest expected macro-F1 of any rule that sees one image at a time, exactly.

    config: of a release, the newest by default; counts: images of each class in a test set, by
    default those of the test split, or 100 where classes are given; size: L, and classes: the edges
    between classes, in place of the config's. For configs that are not in equilibrium it is a
    reference, not a bound. Raises UnknownNameError, IsingBenchError for edges that are none,
    ValueError for counts that are none and a size at which nothing is known.
    """
    edges = None if classes is None else [decimal(str(edge)) for edge in classes]
    return ceiling_of(varied(release_of(release).config(config), size, classes=edges), counts)


def posterior(
    config: str, spins: ArrayLike, prior: ArrayLike | None = None, release: str | None = None
) -> Array:
    """P(class | image), exact for images in equilibrium: (..., classes) of spins (..., L, L).

    prior: probability of each point of the parameter's grid, (points,); by default that of the test
    split. Raises UnknownNameError, ValueError for what is no image of the config's system or no
    prior.
    """
    return class_posterior_of(release_of(release).config(config), spins, prior)
