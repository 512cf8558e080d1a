"""Markov chains: keys, starts, the bit-parallel Metropolis kernel and its plain-loop reference."""
