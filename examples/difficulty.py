"""How hard the task is, exactly: the best score of any one-image rule against the size of the
lattice, and against the width of classes around the critical temperature.

python examples/difficulty.py    # difficulty.png, a minute; --largest 1024: ten minutes
"""

import argparse
from pathlib import Path

from matplotlib.figure import Figure

import ising_bench

CRITICAL = 2.269
SIZES = [4, 8, 16, 32, 64, 100, 128, 256, 512, 1024]
WIDTHS = [0.02, 0.03, 0.05, 0.1, 0.2, 0.4]
PAPER = "FSbCR", "SbCR", "CR", "SpCR"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=256, help="L")
    parser.add_argument("--out", type=Path, default=Path("difficulty.png"))
    asked = parser.parse_args()
    sizes = [size for size in SIZES if size <= asked.largest]
    shown = [size for size in (16, 32, 100, 256) if size in sizes]
    by_size = {size: ising_bench.ceiling("periodic_ferro", size=size) for size in sizes}
    by_width = {
        size: [
            ising_bench.ceiling(
                "periodic_ferro",
                size=size,
                classes=[round(CRITICAL + k * width, 3) for k in (-1.5, -0.5, 0.5, 1.5)],
            )
            for width in WIDTHS
        ]
        for size in shown
    }

    print("   L  macro-F1   " + "   ".join(f"{name:>6}" for name in PAPER))
    for size, best in by_size.items():
        classes = "   ".join(f"{f1:6.3f}" for f1 in best.per_class_f1)
        print(f"{size:4}    {best.expected_macro_f1:.3f}    {classes}")
    print("\nwidth  " + "".join(f"   L = {size:3}" for size in shown))
    for i, width in enumerate(WIDTHS):
        row = "".join(f"     {by_width[size][i].per_class_f1[2]:.3f}" for size in shown)
        print(f"{width:5.2f}  {row}")

    figure = Figure(figsize=(9.5, 4), dpi=120, layout="constrained")
    left, right = figure.subplots(1, 2)
    for k, name in enumerate(PAPER):
        missed = [1 - best.per_class_f1[k] for best in by_size.values()]
        left.plot(sizes, missed, marker="os^D"[k], linewidth=1, label=name)
    missed = [1 - best.expected_macro_f1 for best in by_size.values()]
    left.plot(sizes, missed, color="black", linewidth=2, label="macro")
    left.set(xscale="log", yscale="log", ylabel="1 - best expected F1")
    left.set_xticks(sizes, [str(size) if size != 128 else "" for size in sizes], minor=False)
    left.minorticks_off()
    left.set_xlabel("L; the paper's classes and counts")
    left.legend()
    for k, size in enumerate(shown):
        missed = [1 - best.per_class_f1[2] for best in by_width[size]]
        right.plot(WIDTHS, missed, marker="os^D"[k], linewidth=1, label=f"L = {size}")
    right.set(xscale="log", yscale="log", ylabel="1 - best expected F1 of the critical class")
    right.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
    right.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5], ["0.02", "0.05", "0.1", "0.2", "0.5"])
    right.minorticks_off()
    right.set_xlabel(f"width of it and of its neighbours; centre T = {CRITICAL}")
    right.legend()
    figure.savefig(asked.out)
    print(f"\n{asked.out}")


if __name__ == "__main__":
    main()
