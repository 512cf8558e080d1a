"""Baselines: recipes, and the code that runs them into a run folder."""
