"""A sweep, and the records of many runs, as tasks of Ray: python ray-sweep.py [RUNS]

It writes sweep.csv and, of a folder of runs, a file for each. The nodes have bptt-scope in their path, or where BPTT_SCOPE
says. Parts travel as bytes, so that no folder has to be shared.
"""

import os
import subprocess
import sys
from pathlib import Path

import ray

PROGRAM = os.environ.get("BPTT_SCOPE", "bptt-scope")
SWEEP = ["sweep", "--axis", "network.w_h=0.5:2:16", "--axis", "network.activation=tanh,relu", "--steps", "200", "--jobs", "1"]
PARTS = 4


@ray.remote(num_cpus=1)
def written(arguments: list[str]) -> bytes:
    """What the program writes to standard output."""
    return subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.PIPE).stdout


def main() -> None:
    ray.init(include_dashboard=False)
    parts = [written.remote([*SWEEP, "--shard", f"{part}/{PARTS}"]) for part in range(1, PARTS + 1)]
    Path("sweep.csv").write_bytes(b"".join(ray.get(parts)))
    runs = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()) if len(sys.argv) > 1 else []
    rows = [written.remote(["trace", str(run.resolve()), "--format", "csv"]) for run in runs]
    for run, bytes_of_run in zip(runs, ray.get(rows)):
        Path(f"{run.name}.csv").write_bytes(bytes_of_run)


if __name__ == "__main__":
    main()
