"""Markov chains, for any system: random streams, exact thresholds, chains in and images out."""
