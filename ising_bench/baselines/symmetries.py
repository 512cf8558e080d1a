"""Symmetries of the task, applied at random to a training batch: none changes an energy, but for
the bonds along a boundary."""

from collections.abc import Sequence

import torch

from ising_bench.releases.release import Config


def symmetries_of(config: Config, kinds: Sequence[str]) -> tuple[str, ...]:
    """Those kinds that are symmetries of a config: rows and columns may be exchanged only where
    they are alike."""
    return tuple(kind for kind in kinds if kind != "turns" or config.system.isotropic)


def augment(
    pixels: torch.Tensor,
    kinds: Sequence[str],
    generator: torch.Generator,
    exchange: str = "negate",
) -> torch.Tensor:
    """A batch (n, channels, L, L), each lattice moved by its own random symmetry.

    flips: left-right and top-bottom; turns: rows and columns exchanged; sign: all spins turned over
    (for spins, not for colours of pictures); shifts: around both directions. exchange: what turning
    over is: to `negate` the one channel; to `reverse` the channels of the values, which ascend; to
    `permute` them, where values are names; or to `rotate` the two channels of a vector by one angle
    and reflect it.
    """

    def coin() -> torch.Tensor:
        drawn = torch.rand(len(pixels), generator=generator) < 0.5
        return drawn[:, None, None, None].to(pixels.device)

    if "flips" in kinds:
        pixels = torch.where(coin(), pixels.flip(2), pixels)
        pixels = torch.where(coin(), pixels.flip(3), pixels)
    if "turns" in kinds:
        pixels = torch.where(coin(), pixels.transpose(2, 3), pixels)
    if "sign" in kinds and exchange == "permute":
        orders = torch.rand(pixels.shape[:2], generator=generator).argsort(1).to(pixels.device)
        pixels = pixels[torch.arange(len(pixels), device=pixels.device)[:, None], orders]
    elif "sign" in kinds and exchange == "rotate":
        angles = 2 * torch.pi * torch.rand(len(pixels), generator=generator)
        cosine, sine = angles.cos(), angles.sin()
        rotations = torch.stack([torch.stack([cosine, -sine]), torch.stack([sine, cosine])])
        pixels = torch.einsum("ijn,njrc->nirc", rotations.to(pixels.device), pixels)
        mirrored = torch.stack([pixels[:, 0], -pixels[:, 1]], 1)
        pixels = torch.where(coin(), mirrored, pixels)
    elif "sign" in kinds:
        turned = -pixels if exchange == "negate" else pixels.flip(1)
        pixels = torch.where(coin(), turned, pixels)
    if "shifts" in kinds:
        size = pixels.shape[-1]
        moves = torch.randint(size, (len(pixels), 2), generator=generator).tolist()
        pixels = torch.stack(
            [lattice.roll(tuple(move), (1, 2)) for lattice, move in zip(pixels, moves, strict=True)]
        )
    return pixels
