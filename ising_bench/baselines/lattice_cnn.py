"""A small convolutional network for lattices: spins in, no resize, no pooling before the end.

What an image tells of its temperature is how often local patterns occur in it, and at low
temperature the frequency of an excitation of energy E is near exp(-E/T). So local features, none
negative, are averaged over the lattice, and the logarithm of the average goes on: it is near linear
in 1/T where averages themselves differ by a part in a thousand. Padding is periodic.
"""

from typing import Any

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForImageClassification,
    PretrainedConfig,
    PreTrainedModel,
)
from transformers.modeling_outputs import ImageClassifierOutputWithNoAttention


class LatticeCnnConfig(PretrainedConfig):
    """patterns: 3 x 3 filters; features: nonlinear combinations of them at each site; hidden: width
    of the layer after the average; floor: added to averages before the logarithm, one site's worth.
    """

    model_type = "lattice_cnn"

    def __init__(
        self,
        num_channels: int = 1,
        patterns: int = 16,
        features: int = 32,
        hidden: int = 32,
        floor: float = 1e-4,
        **kwargs: Any,
    ) -> None:
        self.num_channels = num_channels
        self.patterns = patterns
        self.features = features
        self.hidden = hidden
        self.floor = floor
        super().__init__(**kwargs)


class LatticeCnnForImageClassification(PreTrainedModel):
    """pixel_values (n, channels, L, L) to logits (n, labels)."""

    config_class = LatticeCnnConfig
    main_input_name = "pixel_values"

    def __init__(self, config: LatticeCnnConfig) -> None:
        super().__init__(config)
        self.features = nn.Sequential(
            nn.Conv2d(config.num_channels, config.patterns, 3, padding=1, padding_mode="circular"),
            nn.ReLU(),
            nn.Conv2d(config.patterns, config.features, 1),
            nn.ReLU(),
        )
        self.head = nn.Sequential(
            nn.BatchNorm1d(config.features),
            nn.Linear(config.features, config.hidden),
            nn.GELU(),
            nn.Linear(config.hidden, len(config.id2label)),
        )
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Torch's own initialisation is what the learning rate was chosen with."""

    def forward(
        self, pixel_values: torch.Tensor, labels: torch.Tensor | None = None, **_: Any
    ) -> ImageClassifierOutputWithNoAttention:
        averages = self.features(pixel_values).mean((2, 3))
        logits = self.head(torch.log(averages + self.config.floor))
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return ImageClassifierOutputWithNoAttention(loss=loss, logits=logits)


def register() -> None:
    """Make the Auto classes know the model, so that it loads like any other."""
    AutoConfig.register("lattice_cnn", LatticeCnnConfig, exist_ok=True)
    AutoModelForImageClassification.register(
        LatticeCnnConfig, LatticeCnnForImageClassification, exist_ok=True
    )
