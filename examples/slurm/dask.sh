#!/bin/bash
# One job: a Dask scheduler, a worker for each task, and who asks them for files. See README.md.
#SBATCH --job-name=ising-bench-dask
#SBATCH --ntasks=64
#SBATCH --mem-per-cpu=1G
#SBATCH --time=02:00:00
set -euo pipefail
. "$SETTINGS"

scheduler="$OUT-$SLURM_JOB_ID.json"
dask scheduler --scheduler-file "$scheduler" --no-dashboard &
scheduler_pid=$!
trap 'kill $scheduler_pid; wait; rm -f "$scheduler"' EXIT # which sends its workers home
srun dask worker --scheduler-file "$scheduler" --nthreads 1 --no-nanny --no-dashboard &
until [ -s "$scheduler" ]; do sleep 1; done

# The same job again goes on where this one was stopped.
ising-bench generate "${ASKED[@]}" --out "$OUT" --scheduler "$scheduler" --resume
