"""A sweep whose runs are jobs of a cluster, or processes of this machine.

python examples/sweep_on_a_cluster.py examples/sweep.toml runs
python examples/sweep_on_a_cluster.py examples/sweep.toml /shared/runs slurm

The store is a folder that all jobs see. The same command after a kill goes on with what is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sith import Store, read_sweep, report, run_tasks
from sith.numerics.sweeping import SweepReport, submitit_executor


def main(spec: str | Path, folder: str | Path, cluster: str = "") -> SweepReport:
    """Run what the store lacks and print the lines of its report.

    `cluster` is "slurm", "local" to try submitit on this machine, or "" for two processes without it.
    """
    jobs = submitit_executor(Path(folder) / "jobs", cluster, timeout_min=60) if cluster else None
    store = Store(folder)
    done = run_tasks(read_sweep(spec).tasks, store, workers=2, executor=jobs)
    store.close()
    print(done)
    for line in report([folder]).lines:
        print(f"{line.label}: R² {line.scores['linear_r2']}")
    return done


if __name__ == "__main__":
    main(*sys.argv[1:])
