"""Release 1.1.0: all of release 1.0.0, and the systems of the paper's outlook.

Nothing here changes once it is published; a change is a new release.
"""

from dataclasses import replace
from fractions import Fraction

from ising_bench.paper import at_the_same_points
from ising_bench.releases.release import Config, Protocol
from ising_bench.releases.v1 import PAPER, V1, digests_of
from ising_bench.systems import blume_capel, potts, quantum_ising, xy
from ising_bench.systems.blume_capel.certified import STEP
from ising_bench.systems.potts.certified import STEPS
from ising_bench.systems.xy.certified import STEP as XY_STEP

Q3 = at_the_same_points("potts_q3", STEPS[3])
Q10 = at_the_same_points("potts_q10", STEPS[10])
SPIN_1 = at_the_same_points("blume_capel", STEP)
ROTORS = at_the_same_points("xy", XY_STEP)
# the gap closes at a field of 1, near the 227th of these
CHAIN = at_the_same_points("quantum_ising", Fraction("0.0044"), "field", "J", "the coupling")

# The paper's protocol, for what the paper names but has no images of.
OUTLOOK = replace(PAPER, name="outlook")


# Some 20 times the largest autocorrelation time of energy and order parameter at the
# temperature: see data/measured/1.1.0.json. Of ten colours the start draws the phase.
_NEAR, _NEARER = (range(210, 250), 3_000), (range(222, 240), 15_000)
Q3_EQUILIBRIUM = Protocol(
    "outlook_equilibrium",
    sweeps=750,
    longer=((range(226, 230), 65_000), _NEARER, _NEAR),
    in_equilibrium=True,
)
Q10_EQUILIBRIUM = Protocol(
    "outlook_equilibrium",
    sweeps=750,
    longer=((range(227, 228), 50_000), (range(225, 230), 8_000), _NEAR),
    starts=((range(401), "phase"),),
    in_equilibrium=True,
)
SPIN_1_EQUILIBRIUM = Protocol(
    "outlook_equilibrium",
    sweeps=750,
    longer=((range(225, 231), 32_000), _NEARER, _NEAR),
    in_equilibrium=True,
)
# Single angles take thousands of sweeps for the longest waves, at any temperature below the
# transition; clusters start it in equilibrium.
XY_EQUILIBRIUM = Protocol(
    "outlook_equilibrium",
    sweeps=100,
    starts=((range(1, 401), "clusters"),),
    in_equilibrium=True,
)
# Cluster updates from uniform worldlines, as often as 12 times the longest autocorrelation time.
CHAIN_EQUILIBRIUM = Protocol("outlook_equilibrium", sweeps=100, in_equilibrium=True)

_DIGESTS = """
b37d315ccc7bd8f68e8ab6ce824dd51c2345534902bb9c5725abb31ed8bc964a  potts_q3
67f456b67c4fafa5811c2c39fbf24283cce44a1cdfffbf137050d9243a581473  potts_q10
12b6709edc86cfce6d97cb6656f251ca12f293ccc39159896087be6194537e2c  blume_capel
90c35019c9d9051cef45e8cad5b2f72c59214fd68a7176b28a23c18759ac13d8  xy
ae288cd1e2b2e5889ff429446a84b83cee7c23c050112529f916ee6a5db8ad85  potts_q3_equilibrium
929cb224f38bfb7dbcfe2faad254173de0bd41e9379092dd8bd659689fd97633  potts_q10_equilibrium
b7de1710d97f6d97f8ff43ab3b5b1d2831e80d5ab790a8757a9fe4db566fae1e  blume_capel_equilibrium
faaee06e22304309f7999f7ea414bb8324c4a708dc4f65d57d9274cff4f833d1  xy_equilibrium
f88a5d0c4b6e628448f66238c8da52b3228e2c277e801ba15766e82a52a4d62f  quantum_ising
"""

OUTLOOK_CONFIGS = (
    Config("potts_q3", potts.POTTS_Q3, OUTLOOK, 100, Q3),
    Config("potts_q10", potts.POTTS_Q10, OUTLOOK, 100, Q10),
    Config("blume_capel", blume_capel.BLUME_CAPEL, OUTLOOK, 100, SPIN_1),
    Config("xy", xy.XY_MODEL, OUTLOOK, 100, ROTORS),
    Config("potts_q3_equilibrium", potts.POTTS_Q3, Q3_EQUILIBRIUM, 100, Q3),
    Config("potts_q10_equilibrium", potts.POTTS_Q10, Q10_EQUILIBRIUM, 100, Q10),
    Config("blume_capel_equilibrium", blume_capel.BLUME_CAPEL, SPIN_1_EQUILIBRIUM, 100, SPIN_1),
    Config("xy_equilibrium", xy.XY_MODEL, XY_EQUILIBRIUM, 100, ROTORS),
    Config("quantum_ising", quantum_ising.QUANTUM_ISING, CHAIN_EQUILIBRIUM, 100, CHAIN),
)

V1_1 = replace(
    V1,
    version="1.1.0",
    description="100 x 100 images of Ising, Potts, Blume-Capel and XY models and of the quantum "
    "Ising chain, to be sorted into four classes of temperature or field",
    configs=V1.configs + OUTLOOK_CONFIGS,
    digests={**V1.digests, **digests_of(_DIGESTS)},
)
