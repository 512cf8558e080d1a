"""The spin-1 Blume-Capel model at crystal field D = 1, whose transition is continuous."""

from ising_bench.systems.blume_capel.model import BlumeCapel

BLUME_CAPEL = BlumeCapel("blume_capel")

SYSTEMS = (BLUME_CAPEL,)
