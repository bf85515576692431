"""Mixing classes: what is assumed of the decoder g that makes observations from latents."""

from __future__ import annotations

from enum import Enum


class Mixing(Enum):
    """The class of the mixing g; the value says what it assumes.

    A class that restricts the Jacobian J_g restricts the encoder too: a universal encoder is then
    the inverse of some map ĝ of the same class, so h = ĝ^{−1}∘g is in the class of maps of R^d.
    """

    ARBITRARY = "any continuous map, injective or not"
    INJECTIVE = "injective and continuous on the support of the latents"
    LINEAR = "linear and invertible"
    LOCAL_ISOMETRY = "injective, with J_gᵀJ_g = I: lengths of curves are kept"
    CONFORMAL = "injective, with J_gᵀJ_g = λ(z)I: angles are kept"
    VOLUME_PRESERVING = "injective, with |det J_g| = 1: volumes are kept"

    def __str__(self) -> str:
        """Name in lower case."""
        return self.name.lower().replace("_", "-")

    @property
    def restricts_jacobian(self) -> bool:
        """Whether the class is a differential condition on the Jacobian, for g and for h alike."""
        return self in (Mixing.LOCAL_ISOMETRY, Mixing.CONFORMAL, Mixing.VOLUME_PRESERVING)

    @property
    def rigid(self) -> bool:
        """Whether the class, with a law, leaves no more than Euclidean motions of R^d."""
        return self in (Mixing.LOCAL_ISOMETRY, Mixing.CONFORMAL)
