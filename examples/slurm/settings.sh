# What all jobs share: edit this, then see README.md.

# A folder that all nodes see.
WHERE="${SCRATCH:?}"

# The set. Its entropy is drawn once: openssl rand -hex 32
ENTROPY="${ENTROPY:?is not set: export ENTROPY=\$(openssl rand -hex 32)}"
ASKED=(periodic_ferro --per-class 250000 --entropy "$ENTROPY")
OUT="$WHERE/million"

# Compiled code is kept for the next process here: by the kind of processor, so that nodes of
# different kinds may share it.
export NUMBA_CACHE_DIR="$WHERE/numba-cache"
# Where datasets keeps what load_dataset has converted; home folders are often small and slow.
export HF_HOME="$WHERE/huggingface"
# Nodes without internet: nothing is looked for on the Hub.
export HF_HUB_OFFLINE=1
