"""The eigenvalues of the pairs with the cut behind those that are kept, and the features."""

from __future__ import annotations

from itertools import islice

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from book.figures.pictures.specs import Bars
from book.figures.pictures.style import KEPT, QUIET, RISING, TEXT, done, measured, panels
from sith import AugmentationGraph, Claim, JacobiDiffusion, theorem
from sith.numerics.exact import modes_of, top_modes

SHOWN = 8


def words(spec: Bars) -> tuple[str, str]:
    """Return the caption and the text alternative."""
    caption = (
        "The eigenvalues of the pairs: the objective keeps those left of the cut, and the features "
        f"on the right span their eigenfunctions: {spec.words}."
    )
    alt = (
        "Bars of decreasing eigenvalues with a dashed cut behind those that are kept, and beside them "
        f"the features that belong to them: {spec.words}."
    )
    return caption, alt


def figure(slug: str, spec: Bars) -> Figure:
    """Draw the picture."""
    claim = theorem(slug).at(spec.dim, **spec.at)
    outputs = claim.encoder.output.dim
    drawing, axes = panels(1 + outputs, height=2.3, ratios=(1.9, *(1.0,) * outputs))
    _eigenvalues(axes[0], claim, outputs)
    best = top_modes(claim.world, claim.objective, outputs)
    graph = isinstance(claim.world.pairs, AugmentationGraph)
    for k, place in enumerate(axes[1:]):
        (_on_nodes if graph else _on_the_plane)(place, claim, best.optimum, k)
    return done(drawing)


def _eigenvalues(axes: Axes, claim: Claim, outputs: int) -> None:
    """Draw the largest eigenvalues; the constant is hatched where the constraints exclude it."""
    values = [value for value, _ in islice(modes_of(claim.world.pairs), SHOWN)]
    first = 0 if claim.objective.constant_mode else 1
    kept = range(first, first + outputs)
    measured(axes, "eigenvalues of the pairs", "mode")
    for k, value in enumerate(values):
        axes.bar(k, value, 0.72, color=KEPT if k in kept else QUIET)
    if first:
        axes.bar(0, values[0], 0.72, color="w", edgecolor=QUIET, hatch="////", lw=0.8)
    cut = first + outputs - 0.5
    axes.axvline(cut, color=RISING, lw=1.2, ls="--")
    axes.text(cut + 0.12, 1.2, "cut", color=RISING, fontsize=TEXT, va="center")
    for k in (kept[-1], kept[-1] + 1):
        said = f"{values[k]:.3f}".rstrip("0").rstrip(".")
        axes.text(k, max(values[k], 0) + 0.02, said, ha="center", va="bottom", fontsize=TEXT - 1)
    names = ["const." if k == 0 else str(k) for k in range(len(values))]
    axes.set(xticks=range(len(values)), ylim=(min(0.0, *values) * 1.1, 1.28), yticks=[0, 0.5, 1])
    axes.set_xticklabels(names)


def _on_the_plane(axes: Axes, claim: Claim, optimum, k: int) -> None:  # type: ignore[no-untyped-def]
    """Draw a feature as a function of two latents."""
    low, high = (0.0, 1.0) if isinstance(claim.world.pairs, JacobiDiffusion) else (-2.0, 2.0)
    line = torch.linspace(low, high, 61, dtype=torch.float64)
    first, second = torch.meshgrid(line, line, indexing="xy")
    values = np.asarray(optimum(torch.stack((first, second), -1))[..., k])
    largest = np.abs(values).max()
    levels = np.linspace(-largest, largest, 13)
    if np.ptp(values) < 1e-9:
        axes.set_facecolor("#f2c9b4")
    else:
        axes.contourf(line, line, values, levels=levels, cmap="RdBu_r")
        axes.contour(line, line, values, levels=levels, colors="0.3", linewidths=0.35)
    axes.set_title(f"feature {k + 1}", fontsize=TEXT, pad=4)
    axes.set(aspect="equal", xticks=[], yticks=[])
    axes.set_xlabel("latent $z_1$", fontsize=TEXT)
    axes.set_ylabel("latent $z_2$" if k == 0 else "", fontsize=TEXT)
    axes.spines[:].set_color("0.8")


def _on_nodes(axes: Axes, claim: Claim, optimum, k: int) -> None:  # type: ignore[no-untyped-def]
    """Draw a feature as a function of the nodes."""
    values = np.asarray(optimum(torch.eye(claim.dim, dtype=torch.float64))[:, k])
    measured(axes, f"feature {k + 1}", "node")
    values = values * np.sign(values[0])
    axes.axhline(0, color="0.8", lw=0.8)
    axes.bar(range(1, len(values) + 1), values, 0.6, color=KEPT)
    axes.set(xticks=range(1, len(values) + 1), yticks=[])
    bound = 1.15 * np.abs(values).max()
    axes.set_ylim(-bound, bound)
