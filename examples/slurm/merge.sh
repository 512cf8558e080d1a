#!/bin/bash
# Once all tasks of array.sh are done: looks at every file, then writes card and manifest.
#SBATCH --job-name=ising-bench-merge
#SBATCH --mem=2G
#SBATCH --time=02:00:00
set -euo pipefail
. "$SETTINGS"

ising-bench merge "$OUT"
