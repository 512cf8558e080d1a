"""Recipes: one TOML file describes one baseline; what it leaves out is the paper's protocol.

Packaged recipes stand in the top-level folder `baselines/`; a user adds a model by writing one.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from ising_bench.errors import IsingBenchError, first_problem, one_of
from ising_bench.fields import CLOSED, Line, Name, Track
from ising_bench.resources import resource, resource_names
from ising_bench.texts import toml_of

FOLDER = "baselines"


Positive = Annotated[float, Field(gt=0)]
AtLeastOne = Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class Pretraining:
    """What the weights were trained on before, and under which licence they are shared."""

    __pydantic_config__ = CLOSED

    data: str
    license: str


@dataclass(frozen=True)
class Network:
    """An image classifier of transformers (or `lattice_cnn`, ours).

    checkpoint: a name on the Hub or a folder, whose weights are loaded; or architecture: a model
    type such as `vit`, built with random weights from its default configuration, changed by
    `config`.
    """

    __pydantic_config__ = CLOSED

    checkpoint: str | None = None
    revision: str | None = None
    architecture: str | None = None
    config: dict[str, Any] = field(default_factory=dict)
    pretraining: Pretraining | None = None
    paper: str | None = None


@dataclass(frozen=True)
class Input:
    """What the model sees. pixels: `rgb` (the image, as the paper used it) or `spins` (one channel
    of +1 and -1, or one for each state where there are more, never resized). size and resample
    apply to rgb."""

    __pydantic_config__ = CLOSED

    pixels: Literal["rgb", "spins"] = "rgb"
    size: Annotated[int, Field(ge=8, le=1024)] = 224
    resample: Literal["nearest", "bilinear", "bicubic"] = "nearest"


@dataclass(frozen=True)
class Training:
    """The defaults are the paper's: cross-entropy, AdamW, learning rate 2e-5, weight decay 5e-6, 10
    epochs, early stopping on validation loss. Batch size, patience and schedule it does not state.

    stop_on: what on the validation split decides the epoch that is kept. augment: symmetries of the
    task applied at random to each training batch: `flips` and `turns` of the lattice (of the
    quantum chain, whose rows are no columns, flips alone), `sign` of all spins (colours, which have
    none, are permuted, angles turned by any one angle), `shifts` around both directions.
    """

    __pydantic_config__ = CLOSED

    learning_rate: Positive = 2e-5
    weight_decay: Annotated[float, Field(ge=0)] = 5e-6
    epochs: AtLeastOne = 10
    batch_size: AtLeastOne = 16
    patience: AtLeastOne = 3
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.0
    stop_on: Literal["loss", "macro_f1"] = "loss"
    bf16: bool = False
    augment: tuple[Literal["flips", "turns", "sign", "shifts"], ...] = ()


@dataclass(frozen=True)
class Recipe:
    """One baseline. method `image_classifier` trains a network; the others are fitted at once and
    are deterministic, so they have one trial. settings_chosen_on: which images decided about the
    settings, where any did; an entry repeats it."""

    __pydantic_config__ = CLOSED

    name: Name
    family: str
    track: Track
    method: Literal[
        "image_classifier",
        "majority",
        "magnetization",
        "energy_threshold",
        "energy_logistic",
        "bayes",
    ]
    description: str
    model: Network | None = None
    input: Input = Input()
    training: Training = Training()
    settings_chosen_on: Line | None = None

    @property
    def is_trained(self) -> bool:
        return self.method == "image_classifier"

    @model_validator(mode="after")
    def _model_fits_method(self) -> "Recipe":
        if self.is_trained != (self.model is not None):
            raise ValueError("a [model] belongs to method image_classifier, and to no other")
        if self.model and (self.model.checkpoint is None) == (self.model.architecture is None):
            raise ValueError("[model] needs either a checkpoint or an architecture")
        if self.model and (self.model.checkpoint is None) != (self.model.pretraining is None):
            raise ValueError("[model] pretraining says what a checkpoint was trained on before")
        if self.model and self.model.checkpoint and self.model.config:
            raise ValueError("[model] config goes with an architecture, not with a checkpoint")
        return self


_ADAPTER = TypeAdapter(Recipe)


def names() -> list[str]:
    """The packaged recipes."""
    return sorted(
        name.removesuffix(".toml") for name in resource_names(FOLDER) if name.endswith(".toml")
    )


def packaged(name: str) -> Recipe:
    """A packaged recipe by its name. Raises UnknownNameError."""
    one_of("baseline", name, names())
    return parse(resource(FOLDER, f"{name}.toml"), f"baseline {name}")


def load(path: Path) -> Recipe:
    """A recipe from a user's file. Raises IsingBenchError where it is none."""
    return parse(path.read_bytes(), str(path))


def parse(content: bytes | str, name: str) -> Recipe:
    """A recipe from its text; `name` says in errors whose it is."""
    encoded = content.encode("utf-8") if isinstance(content, str) else content
    try:
        return _ADAPTER.validate_python(toml_of(encoded, name))
    except ValidationError as error:
        raise IsingBenchError(f"{name}: {first_problem(error)}") from None
