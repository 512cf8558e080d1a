"""Macro-F1 as an `evaluate` metric that needs no network."""

from typing import Any

import datasets
import evaluate
import numpy as np

from ising_bench.scoring import metrics


class MacroF1(evaluate.Metric):
    """Macro-F1 over the classes, `classes` of them, the same number as
    `ising_bench.scoring.metrics.macro_f1`."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="Mean F1 of the classes; an absent class scores 0.",
            citation="",
            inputs_description="predictions, references: labels from 0; classes: how many",
            features=datasets.Features(
                {
                    "predictions": datasets.Value("int64"),
                    "references": datasets.Value("int64"),
                }
            ),
        )

    def _compute(self, predictions: Any, references: Any, classes: int) -> dict[str, float]:
        score = metrics.macro_f1(np.asarray(references), np.asarray(predictions), classes)
        return {"macro_f1": score}
