"""Measurements of the data and its protocols, made by `ising-bench measure`, shipped as a file."""
