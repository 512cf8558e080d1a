#!/bin/bash
# Each task of the array makes its share of the files; merge.sh finishes the set. See README.md.
#SBATCH --job-name=ising-bench
#SBATCH --array=1-100
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=02:00:00
set -euo pipefail
. "$SETTINGS"

exec ising-bench generate "${ASKED[@]}" --out "$OUT" \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --threads "$SLURM_CPUS_PER_TASK"
