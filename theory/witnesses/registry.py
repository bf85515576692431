"""The registry of witnesses: an explicit list."""

from __future__ import annotations

from sith.theory.witness import Witness
from sith.theory.witnesses import (
    a_factorised_prior_disentangles,
    diet_needs_no_spanning_classes,
    infonce_on_the_sphere_is_up_to_permutation,
    nonlinear_ica_is_identifiable,
)

WITNESSES: tuple[Witness, ...] = (
    a_factorised_prior_disentangles.WITNESS,
    diet_needs_no_spanning_classes.WITNESS,
    infonce_on_the_sphere_is_up_to_permutation.WITNESS,
    nonlinear_ica_is_identifiable.WITNESS,
)
"""Every registered witness, by name."""
