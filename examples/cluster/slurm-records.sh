#!/usr/bin/env bash
# The records of many runs, a task for each: sbatch --array=0-$(($(ls -d runs/* | wc -l) - 1)) slurm-records.sh runs
#SBATCH --job-name=records
#SBATCH --cpus-per-task=1
set -euo pipefail
program=${BPTT_SCOPE:-bptt-scope}
runs=("$1"/*/)
run=${runs[$SLURM_ARRAY_TASK_ID]%/}
exec "$program" trace "$run" --format csv --out "$(basename "$run").csv"
