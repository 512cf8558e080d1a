"""The card's YAML header: what the Hub and `datasets` read of a folder.

Each config's description carries the content digest because `datasets` keys its cache of a local
folder by this file alone: without it a rebuilt folder would silently serve the rows of the old one.
"""

from typing import Any

import yaml

from ising_bench.errors import IsingBenchError
from ising_bench.identity import ARXIV, KEYWORDS, LICENSE, NAME
from ising_bench.releases.manifest import CARD_NAME, Manifest
from ising_bench.releases.release import Config, Release
from ising_bench.releases.table import features
from ising_bench.texts import text_of, yaml_of


def header(manifest: Manifest, release: Release) -> str:
    """The YAML between the dashes."""
    record = metadata(manifest, release)
    return yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=100).rstrip()


def read(card: bytes) -> dict[str, Any]:
    """The header of a card as it was read back. Raises IsingBenchError where there is none that
    can be read."""
    parts = text_of(card, CARD_NAME).split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise IsingBenchError(f"{CARD_NAME} has no header between two lines of dashes")
    table = yaml_of(parts[1], f"the header of {CARD_NAME}")
    if not isinstance(table, dict):
        raise IsingBenchError(f"the header of {CARD_NAME} is not a table of keys")
    return table


def metadata(manifest: Manifest, release: Release) -> dict[str, Any]:
    """What the header says, as data, given the release that the manifest names."""
    return {
        "license": LICENSE,
        "pretty_name": NAME,
        "arxiv": ARXIV,
        "task_categories": ["image-classification"],
        "tags": [*KEYWORDS, f"arxiv:{ARXIV}"],
        "size_categories": [_size_category(manifest.rows)],
        "configs": [
            {
                "config_name": name,
                # only the release itself wears its version
                **({"version": manifest.release} if manifest.kind == "release" else {}),
                "description": f"ising-bench {manifest.release} {name}, {manifest.kind}, "
                f"content sha256 {config.content_digest}",
                "data_files": [
                    {"split": split, "path": f"{name}/{split}-*.parquet"} for split in config.splits
                ],
            }
            for name, config in manifest.configs.items()
        ],
        "dataset_info": [
            {
                "config_name": name,
                "features": yaml_features(manifest.config_of(name, release)),
                "splits": [
                    {
                        "name": split,
                        "num_bytes": record.table_bytes,
                        "num_examples": record.rows,
                    }
                    for split, record in config.splits.items()
                ],
            }
            for name, config in manifest.configs.items()
        ],
    }


def yaml_features(config: Config) -> list[dict[str, Any]]:
    """The columns in the notation that `datasets` reads from a card."""
    return [
        {"name": column, "dtype": _yaml_feature(feature)}
        for column, feature in features(config).items()
    ]


def _yaml_feature(feature: dict[str, Any]) -> Any:
    match feature:
        case {"_type": "Value", "dtype": dtype}:
            return dtype
        case {"_type": "ClassLabel", "names": names}:
            return {"class_label": {"names": {str(i): name for i, name in enumerate(names)}}}
        case {"_type": "Array2D", "shape": shape, "dtype": dtype}:
            return {"array2_d": {"shape": shape, "dtype": dtype}}
        case {"_type": "Image", "mode": mode}:
            return {"image": {"mode": mode}}
    raise ValueError(f"no card notation for the feature {feature}")


def _size_category(rows: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K")):
        if rows < limit:
            return name
    return "100K<n<1M" if rows < 1_000_000 else "n>1M"
