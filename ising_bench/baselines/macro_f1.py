"""Macro-F1 as an `evaluate` metric that needs no network."""

from typing import Any

import datasets
import evaluate
import numpy as np

from ising_bench.scoring import metrics


class MacroF1(evaluate.Metric):
    """Macro-F1 over the four classes, the same number as `ising_bench.scoring.metrics.macro_f1`."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="Mean F1 of the four temperature classes; an absent class scores 0.",
            citation="",
            inputs_description="predictions, references: labels 0 to 3",
            features=datasets.Features(
                {
                    "predictions": datasets.Value("int64"),
                    "references": datasets.Value("int64"),
                }
            ),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        return {"macro_f1": metrics.macro_f1(np.asarray(references), np.asarray(predictions))}
