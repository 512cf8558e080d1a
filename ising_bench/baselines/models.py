"""From a recipe to a model, and to the pixels that it sees."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import ConfigDict, TypeAdapter, ValidationError

from ising_bench.baselines.checkpoints import PREPROCESSOR, locate
from ising_bench.baselines.recipe import Positive, Recipe
from ising_bench.errors import IsingBenchError, first_line, first_problem
from ising_bench.ndarrays import Spins
from ising_bench.releases.release import Config
from ising_bench.symbols import Symbols
from ising_bench.texts import json_of

Pixels = NDArray[np.float32]
HELD_BYTES = 2 * 2**30  # of pixels, 40 000 bytes an image of spins, 600 000 of colours at 224
Exchange = Literal["negate", "reverse", "permute", "rotate"]  # see `symmetries.augment`

_RESAMPLE = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


@dataclass(frozen=True)
class _Colours:
    """What we read of a checkpoint's preprocessor: mean and deviation of the colours, 0 to 1, one
    for each of red, green and blue or one for all."""

    __pydantic_config__ = ConfigDict(allow_inf_nan=False)

    image_mean: tuple[float, float, float] | float = 0.5
    image_std: tuple[Positive, Positive, Positive] | Positive = 0.5


_COLOURS = TypeAdapter(_Colours)


def files_of(recipe: Recipe) -> Path | None:
    """The folder of the recipe's checkpoint, None where weights are random. Raises as `locate`."""
    assert recipe.model is not None
    if recipe.model.checkpoint is None:
        return None
    return locate(recipe.model.checkpoint, recipe.model.revision)


def prepare() -> None:
    """Make transformers know our own model, and say less."""
    from transformers.utils import logging

    from ising_bench.baselines import lattice_cnn

    lattice_cnn.register()
    logging.set_verbosity_error()  # a new last layer is meant to be new
    logging.disable_progress_bar()


def build(recipe: Recipe, files: Path | None, data: Config) -> Any:
    """The image classifier with a label for each class of the data: weights from `files`, but for a
    new last layer, or random ones from torch's current seed. Raises IsingBenchError where the model
    cannot be made, or augmentation would turn images into what are none."""
    from transformers import AutoConfig, AutoModelForImageClassification

    prepare()
    symbols = data.system.symbols
    if "sign" in recipe.training.augment and symbols.kind == "numbers" and not symbols.has_sign:
        raise IsingBenchError(
            f"{recipe.name} turns signs over, but a site of {data.name} holds {symbols.described}; "
            "leave sign out of augment"
        )
    assert recipe.model is not None
    names = dict(enumerate(data.task.names))
    labels = {"num_labels": len(names), "id2label": names}
    try:
        if files is not None:
            model = AutoModelForImageClassification.from_pretrained(
                files,
                ignore_mismatched_sizes=True,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                **labels,
            )
        else:
            config = AutoConfig.for_model(recipe.model.architecture)
            given = _seen(recipe, config, data) | recipe.model.config
            if unknown := sorted(name for name in given if not hasattr(config, name)):
                raise IsingBenchError(f"{recipe.model.architecture} knows no {unknown[0]}")
            config = AutoConfig.for_model(recipe.model.architecture, **given, **labels)
            model = AutoModelForImageClassification.from_config(config)
    except Exception as error:  # whatever a config or a file makes of the library
        raise _cannot(recipe, "be built", error) from None
    _check_size(recipe, model.config, data.size)
    return model


def _seen(recipe: Recipe, config: Any, data: Config) -> dict[str, Any]:
    """What a model with random weights must know of its images, unless the recipe says otherwise;
    many architectures take any size."""
    is_spins = recipe.input.pixels == "spins"
    seen = {"num_channels": channels(data.system.symbols)} if is_spins else {}
    if hasattr(config, "image_size"):
        seen["image_size"] = data.size if is_spins else recipe.input.size
    return seen


def channels(symbols: Symbols) -> int:
    """Of a model that reads spins: one of the two values of a sign; cosine and sine of an angle;
    else one for each value, 1 where a site holds it, as values may be names, and what tells of the
    energy is which are alike."""
    if symbols.kind == "angles":
        return 2
    return 1 if len(symbols.values) == 2 and symbols.has_sign else len(symbols.values)


def exchange(symbols: Symbols) -> Exchange:
    """How all sites are exchanged in those channels without changing an energy."""
    if symbols.kind != "numbers":
        return "permute" if symbols.kind == "names" else "rotate"
    return "negate" if channels(symbols) == 1 else "reverse"


def _check_size(recipe: Recipe, config: Any, size: int) -> None:
    """A ViT takes images of one size; others (no image_size) take any."""
    is_spins = recipe.input.pixels == "spins"
    wanted = getattr(config, "image_size", None)
    given = size if is_spins else recipe.input.size
    if wanted not in (None, given, [given, given], (given, given)):
        mend = "" if is_spins else f"; write size = {wanted} under [input]"
        raise IsingBenchError(
            f"baseline {recipe.name}: the model takes images of {wanted} pixels, the recipe makes "
            f"{given}{mend}"
        )


def try_out(recipe: Recipe, model: Any, pixels: Pixels, classes: int) -> None:
    """Raise IsingBenchError where the model does not make a number for each class of each of these
    two images."""
    import torch

    model.eval()
    try:
        with torch.no_grad():
            logits = model(pixel_values=torch.from_numpy(pixels)).logits
        if logits.shape != (2, classes):
            raise ValueError(f"its output has shape {tuple(logits.shape)}")
    except Exception as error:  # as above
        raise _cannot(recipe, f"see images of shape {pixels.shape[1:]}", error) from None


def _cannot(recipe: Recipe, what: str, error: Exception) -> IsingBenchError:
    return IsingBenchError(f"baseline {recipe.name}: the model cannot {what}: {first_line(error)}")


def pixels(recipe: Recipe, symbols: Symbols, spins: Spins, files: Path | None) -> Pixels:
    """What the model sees of lattices (n, L, L): (n, channels, height, width) float32.

    Spins in their `channels`, or the RGB image resized and normalised with the mean and deviation
    that the checkpoint states (0.5 where it states none, as ViT's).
    """
    if recipe.input.pixels == "spins":
        if channels(symbols) == 1:
            return spins[:, None].astype(np.float32)
        if symbols.kind == "angles":
            turns = spins * np.float32(2 * np.pi / 256)
            return np.stack([np.cos(turns), np.sin(turns)], axis=1)
        codes = np.arange(len(symbols.values), dtype=np.uint8)[:, None, None]
        return (symbols.codes(spins)[:, None] == codes).astype(np.float32)
    mean, deviation = _normalisation(files)
    size = (recipe.input.size, recipe.input.size)
    colours = np.array(symbols.colours, np.uint8)[symbols.codes(spins)]
    pictures = np.empty((len(spins), 3, *size), np.float32)
    for i, coloured in enumerate(colours):
        image = Image.fromarray(coloured)
        resized = np.asarray(image.resize(size, _RESAMPLE[recipe.input.resample]), np.float32)
        pictures[i] = ((resized / 255 - mean) / deviation).transpose(2, 0, 1)
    return pictures


class Seen:
    """Lattices as a model sees them, made anew each time they are asked for."""

    def __init__(self, see: Callable[[Spins], Pixels], spins: Spins) -> None:
        self._see, self._spins = see, spins

    def __getitem__(self, index: Any) -> Pixels:
        return self._see(self._spins[index])


def seen(see: Callable[[Spins], Pixels], spins: Spins) -> Pixels | Seen:
    """What `pixels` makes of lattices (n, L, L): all at once where they fit into HELD_BYTES, else
    some at a time."""
    each = see(spins[:1]).nbytes
    return see(spins) if each * len(spins) <= HELD_BYTES else Seen(see, spins)


def _normalisation(files: Path | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    stated = _Colours()
    if files is not None and (path := files / PREPROCESSOR).is_file():
        try:
            stated = _COLOURS.validate_python(json_of(path.read_bytes(), str(path)))
        except ValidationError as error:
            raise IsingBenchError(f"{path}: {first_problem(error)}") from None
    return np.array(stated.image_mean, np.float32), np.array(stated.image_std, np.float32)
