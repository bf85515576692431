"""An augmentation is compiled into the conditional that it implies."""

from __future__ import annotations

import numpy as np
import pytest

from sith import InputError, theorem
from sith.numerics.data import compile_augmentation

CONTENT_STYLE = theorem("vonkugelgen_2021_content_style")


def latents(rows: int = 400) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (rows, 3))


def redraw(kept: int):
    """An augmentation that redraws all but the first coordinates."""

    def augment(z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        z[:, kept:] = rng.uniform(-1, 1, z[:, kept:].shape)
        return z

    return augment


def test_content_and_style_are_told_apart() -> None:
    claim = CONTENT_STYLE.at(3)
    content = len(claim.world.pairs.content)
    found = compile_augmentation(latents(), redraw(content), claim=claim, draws=0)
    kinds = [c.kind for c in found.coordinates]
    assert kinds == ["kept"] * content + ["no correlation found"] * (3 - content)
    assert found.kept == content
    assert found.broken == ()
    # One style coordinate fewer is redrawn: the assumption is broken, and named.
    less = compile_augmentation(latents(), redraw(content + 1), claim=claim, draws=0)
    assert less.broken == ("vonkugelgen_2021_content_style.style_redrawn",)
    assert {"coordinates", "kept", "broken", "diagnosis"} <= set(less.to_dict())


def test_a_drift_is_not_reversible_and_moves_every_coordinate() -> None:
    z = latents()
    claim = CONTENT_STYLE.at(3)
    moved = compile_augmentation(
        z, lambda x, rng: x + 0.1 + 0.1 * rng.standard_normal(x.shape), claim=claim, draws=0
    )
    assert {c.kind for c in moved.coordinates} == {"moved"}
    assert moved.reversible.p_value <= 0.001
    still = compile_augmentation(
        z, lambda x, rng: np.where(rng.random(len(x))[:, None] < 0.5, x, -x), claim=claim, draws=0
    )
    assert {c.kind for c in still.coordinates} == {"kept in some rows"}


def test_pairs_of_embeddings_serve_as_well() -> None:
    z = latents()
    claim = CONTENT_STYLE.at(3)
    pair = compile_augmentation(z, partners=z[::-1], claim=claim, draws=0)
    assert pair.kept == 0
    with pytest.raises(InputError, match="one of a function and the partners"):
        compile_augmentation(z)
