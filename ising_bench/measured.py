"""What was measured, as strict records in one file; card and figures read only that.

Temperatures are in |J|/k_B, energies per site in |J|, the order parameter is that of
`physics/order.py`.
Every error is one standard error.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ising_bench.errors import IsingBenchError, first_problem, one_of
from ising_bench.fields import STRICT
from ising_bench.files import write_whole

# One file for each release, of the configs that it was the first to have.
FOLDER = Path(str(files("ising_bench") / "data" / "measured"))


@dataclass(frozen=True)
class Estimate:
    """A measured number and its standard error."""

    __pydantic_config__ = STRICT

    value: float
    error: float


@dataclass(frozen=True)
class AutocorrelationTime:
    """Integrated autocorrelation times in sweeps, of the energy and of the order parameter."""

    __pydantic_config__ = STRICT

    system: str
    temperature: float
    energy: Estimate
    order_parameter: Estimate


@dataclass(frozen=True)
class RelaxationCurve:
    """Mean order parameter after so many sweeps, from ordered or random starts."""

    __pydantic_config__ = STRICT

    system: str
    temperature: float
    start: str
    chains: int
    sweeps: tuple[int, ...]
    order_parameter: tuple[Estimate, ...]


@dataclass(frozen=True)
class Agreement:
    """An equilibrium config at one temperature: its mean energy minus the exact one after its own
    number of sweeps and after twice as many, in standard deviations of one image."""

    __pydantic_config__ = STRICT

    config: str
    temperature: float
    chains: int
    sweeps: int
    once: Estimate
    twice: Estimate


@dataclass(frozen=True)
class AtTemperature:
    """A paper config at one temperature: energy and heat capacity per site, order parameter."""

    __pydantic_config__ = STRICT

    config: str
    temperature: float
    chains: int
    energy: Estimate
    heat_capacity: Estimate
    order_parameter: Estimate


@dataclass(frozen=True)
class ClassBias:
    """How far a protocol is from equilibrium in one class, its temperatures taken evenly.

    protocol: `paper`; or `heating` and `cooling`: one chain through all 401 temperatures, 750
    sweeps at each, from a ground state at T = 0 or a random lattice at T = 4. energy: mean of
    E - U(T) per site; spread: root mean square of one image's exact standard deviation there;
    order_parameter: minus that of twice the equilibrium protocol's sweeps; striped: share of the
    images with T < 2.12 that hold a wall that nothing forces.
    """

    __pydantic_config__ = STRICT

    system: str
    protocol: str
    label: str
    images: int
    energy: Estimate
    spread: float
    order_parameter: Estimate
    striped: float


@dataclass(frozen=True)
class NearFixedRows:
    """Share of the columns of `skewed_ferro_equilibrium` whose interface is within 5 rows of a
    fixed row, after the protocol's sweeps and after 20 times as many; beside it the exact share of
    the solid-on-solid model between the same rows, and that of an interface that they do not
    repel."""

    __pydantic_config__ = STRICT

    temperature: float
    chains: int
    once: Estimate
    twenty_times: Estimate
    solid_on_solid: float
    uniform: float


@dataclass(frozen=True)
class EnergyRuleScores:
    """Macro-F1 of energy rules in one paper config, over fresh draws of its train and test splits.

    rule: the best equilibrium rule, at the test split's class counts; features_gain: what a
    logistic regression on exact posterior, energy, order parameter, structure factor, bonds of
    both directions and interface length gains over it on the same rows; thresholds: three energy
    cuts fitted to the 600 training images, scored on the 400 test images, over all draws (mean,
    standard deviation of one draw) and in the released splits.
    """

    __pydantic_config__ = STRICT

    config: str
    rows: int
    rule: Estimate
    features_gain: Estimate
    thresholds_mean: float
    thresholds_deviation: float
    thresholds_released: float


@dataclass(frozen=True)
class MeasuredCeiling:
    """The ceiling of a config, its error unless it is exact, and what its rule scores on the
    released test split."""

    __pydantic_config__ = STRICT

    config: str
    expected_macro_f1: float
    range95: tuple[float, float]
    realised_macro_f1: float
    error: float = 0.0


@dataclass(frozen=True)
class ImageCeiling:
    """The best expected macro-F1 of rules that see images, where the ceiling is an upper bound:
    that of the most probable class, by the images' own likelihood, from so many of them near the
    class edges."""

    __pydantic_config__ = STRICT

    config: str
    images: int
    expected_macro_f1: Estimate


@dataclass(frozen=True)
class Distinct:
    """How many different lattices the released images of a class are."""

    __pydantic_config__ = STRICT

    config: str
    label: str
    images: int
    distinct: int


@dataclass(frozen=True)
class BaselineScore:
    """Macro-F1 of a rule without a training framework on the released test split."""

    __pydantic_config__ = STRICT

    config: str
    rule: str
    macro_f1: float


@dataclass(frozen=True)
class Measured:
    """Everything; each field is one part that `ising-bench measure` can make alone."""

    __pydantic_config__ = STRICT

    autocorrelation: tuple[AutocorrelationTime, ...] = ()
    relaxation: tuple[RelaxationCurve, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    temperatures: tuple[AtTemperature, ...] = ()
    classes: tuple[ClassBias, ...] = ()
    interface: tuple[NearFixedRows, ...] = ()
    scores: tuple[EnergyRuleScores, ...] = ()
    ceilings: tuple[MeasuredCeiling, ...] = ()
    image_ceilings: tuple[ImageCeiling, ...] = ()
    distinct: tuple[Distinct, ...] = ()
    baselines: tuple[BaselineScore, ...] = ()


PARTS = [field.name for field in fields(Measured)]

_ADAPTER = TypeAdapter(Measured)


@cache
def shipped(release: str = "1.0.0") -> Measured:
    """What the package ships of the configs that a release added."""
    return read(FOLDER / f"{release}.json")


def read(path: Path) -> Measured:
    """The records of a file. Raises IsingBenchError where it is not such a file."""
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except ValidationError as error:
        raise IsingBenchError(
            f"{path} holds no measurements ({first_problem(error)}); name another file with --out"
        ) from None


def write(path: Path, part: str, records: Iterable[Any], names: Collection[str] = ()) -> None:
    """Put one part into a file, leaving the others as they are, and in it the records of other
    configs and systems than these names, if there are any. Raises as `read`."""
    one_of("part", part, PARTS)
    before = read(path) if path.exists() else Measured()
    rows = [asdict(record) for record in getattr(before, part)]
    stay = [bool(names) and _name(row) not in names for row in rows]
    first = sum(stay[: stay.index(False)]) if False in stay else len(rows)
    kept = [row for row, stays in zip(rows, stay, strict=True) if stays]
    kept[first:first] = [asdict(record) for record in records]
    text = _one_record_a_line(asdict(before) | {part: kept})
    write_whole(path, text.encode("utf-8"))


def _name(row: dict[str, Any]) -> str | None:
    """The config or system that a record is of."""
    return row.get("config", row.get("system"))


def _one_record_a_line(measured: dict[str, Any]) -> str:
    """JSON in which a change of a record is a change of one line."""
    parts = []
    for part, records in measured.items():
        lines = ",\n".join(f"  {json.dumps(record)}" for record in records)
        parts.append(f' "{part}": [\n{lines}\n ]' if lines else f' "{part}": []')
    return "{\n" + ",\n".join(parts) + "\n}\n"
