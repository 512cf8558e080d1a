"""The XY model, whose transition is topological, as a clock model of 256 directions."""

from ising_bench.systems.xy.model import XY

XY_MODEL = XY("xy", directions=256)

SYSTEMS = (XY_MODEL,)
