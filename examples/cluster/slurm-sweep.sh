#!/usr/bin/env bash
# A sweep as a Slurm array: sbatch slurm-sweep.sh, and when it is done: cat part-*.csv > sweep.csv
#SBATCH --job-name=sweep
#SBATCH --array=0-3
#SBATCH --cpus-per-task=1
# A task that is requeued goes on where it was ended.
#SBATCH --requeue
set -euo pipefail
program=${BPTT_SCOPE:-bptt-scope}
part=$(printf 'part-%03d.csv' "$SLURM_ARRAY_TASK_ID")
exec "$program" sweep --axis network.w_h=0.5:2:16 --axis network.activation=tanh,relu --steps 200 \
  --jobs "${SLURM_CPUS_PER_TASK:-1}" --shard "$((SLURM_ARRAY_TASK_ID + 1))/$SLURM_ARRAY_TASK_COUNT" --out "$part"
