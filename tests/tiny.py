"""Tiny random checkpoints and recipes: the whole Trainer path in seconds."""

from pathlib import Path

CONFIGS = {
    "vit": {
        "image_size": 32,
        "patch_size": 8,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    },
    "resnet": {"embedding_size": 8, "hidden_sizes": [8, 8], "depths": [1, 1]},
}


def checkpoint(folder: Path, architecture: str, labels: int = 1000, **more: int) -> Path:
    """A folder as the Hub would give it: random weights, a last layer of ImageNet's size."""
    import torch
    from transformers import AutoConfig, AutoModelForImageClassification

    torch.manual_seed(0)
    config = AutoConfig.for_model(architecture, num_labels=labels, **(CONFIGS[architecture] | more))
    AutoModelForImageClassification.from_config(config).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(
        '{"image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.3, 0.4]}'
    )
    return folder


def recipe(folder: Path, model: str, epochs: int = 3, **training: object) -> Path:
    """A recipe file for a model table, quick to train."""
    settings = {"epochs": epochs, "learning_rate": 3e-3, "batch_size": 50} | training
    if model.startswith("checkpoint"):
        model += '\npretraining = { data = "nothing", license = "Apache-2.0" }'
    lines = "\n".join(
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for name, value in settings.items()
    )
    path = folder / "tiny.toml"
    path.write_text(
        'name = "tiny"\nfamily = "tiny"\ntrack = "paper"\nmethod = "image_classifier"\n'
        f'description = "tiny"\n[model]\n{model}\n[input]\nsize = 32\n[training]\n{lines}\n'
    )
    return path
