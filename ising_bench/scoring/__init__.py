"""Scores of predictions, and the best score that is possible."""
