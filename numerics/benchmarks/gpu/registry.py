"""Every registered theorem trained and measured on the device, and a few checked whole."""

from __future__ import annotations

from typing import Any

import torch

from sith.numerics.benchmarks.gpu.size import Size
from sith.numerics.runs.run import train_claim
from sith.numerics.verbs import check
from sith.theory import UnsupportedCondition, theorem


def registry_names(size: Size, device: str) -> tuple[str, ...]:
    """The theorems that are trained."""
    del device
    return tuple(size.slugs)


def registry_row(slug: str, size: Size, device: str) -> dict[str, Any]:
    """Set a theorem's experiment up, train it for a fixed number of steps, and measure it.

    Met is: everything is on the device, and losses, representations and loss gap are finite. The
    budget is far below what an optimum takes, so that no verdict is asked for.
    """
    try:
        run = train_claim(
            theorem(slug).at(), size.registry, tuple(range(size.registry.seeds)), device=device
        )
    except UnsupportedCondition as error:
        return {"trained": False, "met": None, "note": " ".join(str(error).split())}
    gap, scale = run.experiment.loss_gap(run.encoder, run.extras)
    parts = (run.representations, run.latents, gap, scale)
    kind = torch.device(device).type
    elsewhere = sorted({v.device.type for v in parts} - {kind})
    alive = [i for i in range(size.registry.seeds) if i not in run.diverged]
    finite = all(bool(v[alive].isfinite().all()) for v in parts)
    notes = [f"tensors on {', '.join(elsewhere)}"] if elsewhere else []
    notes += [] if finite else ["a number is not finite"]
    notes += [f"{len(run.diverged)} of {size.registry.seeds} seeds diverged"] * bool(run.diverged)
    return {
        "trained": True,
        "steps": len(run.losses),
        "loss_gap": float((gap / scale)[alive].mean()) if alive else None,
        "met": not elsewhere and finite and bool(alive),
        "note": "; ".join(notes),
    }


def check_names(size: Size, device: str) -> tuple[str, ...]:
    """The theorems that are checked whole."""
    del device
    return tuple(size.checked)


def check_row(slug: str, size: Size, device: str) -> dict[str, Any]:
    """Run `sith check` with the smoke budget; met is that the claim agrees, None is undecided."""
    report = check(theorem(slug), budget="smoke", seeds=size.checked_seeds, device=device)
    trained = [one.outcome.value for one in report.trained]
    reasons = [one.reason for one in report.trained if one.reason]
    agrees = report.verdict in ("agrees", "agrees locally") and "disagrees" not in trained
    return {
        "verdict": report.verdict,
        "trained": ", ".join(trained),
        "met": None if report.verdict == "undecided" else agrees,
        "note": "; ".join(reasons),
    }
