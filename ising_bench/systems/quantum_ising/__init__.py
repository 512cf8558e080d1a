"""The quantum Ising chain in a transverse field, as worldlines in continuous imaginary time."""

from ising_bench.systems.quantum_ising.model import QuantumIsing

QUANTUM_ISING = QuantumIsing("quantum_ising")

SYSTEMS = (QUANTUM_ISING,)
