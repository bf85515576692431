r"""CPU seconds and peak memory of a training step at batch 6144, and of SIGReg.

    python -m sith.numerics.benchmarks.loss_cost [--repeats 3] [--json]

Each row runs in a fresh process with one thread: the value of the loss, its gradient and, where a
step is meant, an encoder of cl-ica's widths (10n, 50n four times, 10n; leaky ReLU) on the rows of
both views with an Adam update.  Seconds are the CPU time of the process, the median of the repeats
after one that is not counted; gigabytes are the peak of the process, interpreter and torch
included.

The peers' figures were recorded on another day, on two shared cores with one thread, with repeats
that differ by up to 15 %.  SIGReg has the plain evaluation beside it, which fills a table of
17 × 256 angles for each row; it is run here, not recorded.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

BATCH = 6144


@dataclass(frozen=True, slots=True)
class Peer:
    """What was recorded of another repository, and what we set ourselves.

    Fields:
        seconds: of a step, the lower end of what was seen.
        gigabytes: peak.
        target_seconds, target_gigabytes: ours must not exceed them.
        note: the repository.
    """

    seconds: float
    gigabytes: float
    target_seconds: float
    target_gigabytes: float
    note: str


PEERS = {
    "infonce step": Peer(1.9, 1.37, 0.6 * 1.9, 1.37 / 2, "cl-ica, n = 10"),
    "squared distance step": Peer(6.8, 3.95, 6.8, 3.95, "ssl_identifiability, 5 of 10"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds and peak gigabytes of one row of the table."""

    name: str
    seconds: float
    gigabytes: float

    def to_dict(self) -> dict[str, Any]:
        """Return the row with its peer, the ratio peer / ours, and whether the target is met."""
        peer = PEERS.get(self.name)
        met = peer and (
            self.seconds <= peer.target_seconds and self.gigabytes <= peer.target_gigabytes
        )
        return {
            **asdict(self),
            "peer": asdict(peer) if peer else None,
            "ratio": round(peer.seconds / self.seconds, 1) if peer else None,
            "target_met": met,
        }

    def __str__(self) -> str:
        """One line of the table."""
        text = f"{self.name:24} {self.seconds:7.3f} s {self.gigabytes:6.2f} GB"
        row, peer = self.to_dict(), PEERS.get(self.name)
        if peer is None:
            return f"{text}; no peer recorded"
        verdict = "met" if row["target_met"] else "MISSED"
        return (
            f"{text}; {peer.note}: {peer.seconds} s {peer.gigabytes} GB; ratio {row['ratio']}; "
            f"target {peer.target_seconds:.2f} s {peer.target_gigabytes:.2f} GB {verdict}"
        )


def plain_sigreg(h: Tensor, directions: Tensor) -> Tensor:
    """SIGReg as it is written down: cos and sin of every knot, slice and row."""
    import torch

    points = torch.linspace(0, 3, 17, dtype=h.dtype)
    normal = torch.exp(points.square() / -2)
    weights = torch.full((17,), 2 * 3 / 16, dtype=h.dtype)
    weights[[0, -1]] /= 2
    angles = (h @ directions).unsqueeze(-1) * points
    gap = (angles.cos().mean(1) - normal).square() + angles.sin().mean(1).square()
    return (gap @ (weights * normal)).mean(-1) * h.shape[1]


def runs() -> dict[str, Callable[[], Callable[[], None]]]:
    """By name, a function that prepares a row and returns what is timed."""
    import torch

    from sith.numerics import losses

    def step(loss: Callable[[Tensor, Tensor], Tensor], n: int, out: int, unit: bool) -> Any:
        def prepare() -> Callable[[], None]:
            torch.manual_seed(0)
            widths = [n, 10 * n, 50 * n, 50 * n, 50 * n, 50 * n, 10 * n, out]
            layers: list[torch.nn.Module] = []
            for a, b in itertools.pairwise(widths):
                layers += [torch.nn.Linear(a, b), torch.nn.LeakyReLU()]
            encoder = torch.nn.Sequential(*layers[:-1])
            optimiser = torch.optim.Adam(encoder.parameters())
            x = torch.randn(1, 2 * BATCH, n)

            def run() -> None:
                h = encoder(x)
                if unit:
                    h = torch.nn.functional.normalize(h, dim=-1)
                optimiser.zero_grad()
                loss(h[:, :BATCH], h[:, BATCH:]).sum().backward()
                optimiser.step()

            return run

        return prepare

    def alone(loss: Callable[[Tensor, Tensor], Tensor], rows: int, dim: int) -> Any:
        def prepare() -> Callable[[], None]:
            torch.manual_seed(0)
            a, b = (torch.randn(1, rows, dim).requires_grad_() for _ in range(2))
            return lambda: loss(a, b).sum().backward()

        return prepare

    inner, square = losses.InnerProduct(0.1), losses.PowerDistance(2, 2, 1.0)
    taxicab = losses.PowerDistance(1, 1, 1.0)
    generator = torch.Generator().manual_seed(0)
    directions = losses.random_directions(generator, 2)
    return {
        "infonce step": step(lambda a, b: losses.infonce(a, b, inner), 10, 10, True),
        "squared distance step": step(lambda a, b: losses.infonce(a, b, square), 10, 5, False),
        "infonce": alone(lambda a, b: losses.infonce(a, b, inner), BATCH, 10),
        "infonce, p = 1": alone(lambda a, b: losses.infonce(a, b, taxicab), BATCH, 10),
        "nt_xent": alone(lambda a, b: losses.nt_xent(a, b, inner), BATCH, 10),
        "decoupled_infonce": alone(lambda a, b: losses.decoupled_infonce(a, b, inner), BATCH, 10),
        "spectral_contrastive": alone(losses.spectral_contrastive, BATCH, 10),
        "vicreg": alone(losses.vicreg, BATCH, 10),
        "sigreg, 512 rows": alone(lambda a, _: losses.sigreg(a, directions), 512, 2),
        "the same, plain": alone(lambda a, _: plain_sigreg(a, directions), 512, 2),
    }


def measure(name: str, repeats: int) -> Cost:
    """Time one row in this process, which should be a fresh one."""
    import torch

    torch.set_num_threads(1)
    run = runs()[name]()
    run()
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    # Linux counts in kilobytes, macOS in bytes.
    unit = 2**30 if sys.platform == "darwin" else 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return Cost(name, round(statistics.median(taken), 4), round(peak, 3))


def _in_fresh_process(name: str, repeats: int) -> Cost:
    command = [sys.executable, "-m", "sith.numerics.benchmarks.loss_cost", "--one", name]
    done = subprocess.run(
        [*command, "--repeats", str(repeats)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Cost(**json.loads(done.stdout))


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or one JSON object with ``--json``; status 1 if a target was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    repeats = max(1, options.repeats)
    if options.one:
        sys.stdout.write(json.dumps(asdict(measure(options.one, repeats))) + "\n")
        return 0
    rows = []
    for name in runs():
        rows.append(_in_fresh_process(name, repeats))
        if not options.json:
            sys.stdout.write(f"{rows[-1]}\n")
            sys.stdout.flush()
    table = [row.to_dict() for row in rows]
    if options.json:
        sys.stdout.write(json.dumps({"benchmark": "loss_cost", "rows": table}, indent=2) + "\n")
    return int(any(row["target_met"] is False for row in table))


if __name__ == "__main__":
    sys.exit(main())
