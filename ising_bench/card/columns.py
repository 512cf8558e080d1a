"""The columns that a user reads, in words."""

from collections.abc import Iterable

from ising_bench.releases.release import Config
from ising_bench.releases.table import features


def columns(configs: Iterable[Config]) -> dict[str, str]:
    """What each column of these configs holds; where they differ, of which systems."""
    meanings: dict[str, dict[str, dict[str, None]]] = {}
    for config in configs:
        of_system = config.system.column_words(config.size)
        grid = config.task.grid
        words = {
            "image": of_system["image"],
            "spins": of_system["spins"],
            "label": ", ".join(f"{r.name} ({r.meaning})" for r in config.task.regions),
            grid.parameter: f"of the chain, {grid.described}",
            "energy": of_system["energy"],
            "magnetization": of_system["magnetization"],
            **{name: of_system[name] for name in config.system.hidden},
            "sample_id": "16 hexadecimal digits from the random key; says nothing of the lattice",
        }
        for name in features(config):
            text = words[name]
            systems = meanings.setdefault(name, {}).setdefault(text, {})
            systems[f"`{config.system.name}`"] = None
    return {name: _by_system(texts) for name, texts in meanings.items()}


def _by_system(texts: dict[str, dict[str, None]]) -> str:
    if len(texts) == 1:
        return next(iter(texts))
    return "; ".join(f"{', '.join(systems)}: {text}" for text, systems in texts.items())


def columns_table(configs: Iterable[Config]) -> str:
    """The same as the Markdown of a card."""
    lines = [f"| `{name}` | {words} |" for name, words in columns(configs).items()]
    return "\n".join(["| column | what it is |", "|---|---|", *lines])
