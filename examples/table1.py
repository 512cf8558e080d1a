"""Table 1 of the paper, counted in the data: run it where the folder ising-bench/ is.

ising-bench build && python examples/table1.py
"""

from collections import Counter

from datasets import disable_progress_bars, get_dataset_config_names, load_dataset

disable_progress_bars()  # they leave blank lines

for config in get_dataset_config_names("ising-bench"):
    dataset = load_dataset("ising-bench", config)
    print(f"\n{config}")
    for split, rows in dataset.items():
        names = rows.features["label"].names
        counts = Counter(rows["label"])
        cells = "  ".join(f"{name} {counts[i]:3d}" for i, name in enumerate(names))
        print(f"  {split:10}  {cells}  images {len(rows)}")
