"""The q-state Potts model with q = 3, whose transition is continuous, and q = 10, whose is of first
order."""

from ising_bench.systems.potts.model import Potts

POTTS_Q3 = Potts("potts_q3", states=3)
POTTS_Q10 = Potts("potts_q10", states=10)

SYSTEMS = (POTTS_Q3, POTTS_Q10)
