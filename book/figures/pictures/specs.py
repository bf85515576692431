"""Which picture belongs to which theorem: one line each, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sith.theory.groups import (
    AbstractGroup,
    BlockwiseDiffeomorphisms,
    BoxSymmetries,
    SignedPermutations,
)
from sith.theory.groups import ComponentwiseDiffeomorphisms as Componentwise

RING, PLANE, BOX, SKY = "ring", "plane", "box", "half sphere"


@dataclass(frozen=True, slots=True)
class Members:
    """Latents under three members of the stated group, and what is not optimal.

    Fields:
        group: the group in words, in the plural.
        inside, outside: the families whose loss is drawn, of `FAMILIES`; `inside` is "" where the loss
            has no quadrature, and then `outside` is shown as a map that the condition refuses. Equal
            names stand for a family that meets the group at multiples of 90 degrees only.
        where: what is drawn, `RING`, `PLANE` or `BOX`.
        at: parameters of the theorem.
        members: the group that members are drawn from, where it is not the claim's own in d = 2; its
            maps are extended by the identity, and have to be in the stated group.
        dim: of the claim.
    """

    group: str
    inside: str = ""
    outside: str = ""
    where: str = PLANE
    at: Mapping[str, Any] = field(default_factory=dict)
    members: AbstractGroup | None = None
    dim: int = 2


@dataclass(frozen=True, slots=True)
class Times:
    """A map of the law at four times, under which the loss stays where it is.

    Fields:
        flow: of `FLOWS`.
        words: what the map does, for a sentence that begins with "A map that".
        dim: of the claim.
        likelihood: whether the loss is read through the likelihood term alone.
    """

    flow: str
    words: str
    dim: int = 2
    likelihood: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Eigenvalues of the pairs with the cut, and the features that are kept.

    Fields:
        words: what is kept, in words.
        dim: of the claim.
        at: parameters of the theorem.
    """

    words: str
    dim: int = 2
    at: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Strips:
    """Blocks of latents as colour strips, and what is left of them in the representation.

    Fields:
        blocks: the names of the blocks.
        views: for each view its name and what it holds of each block: "same" as the first view,
            "new" draws, or "" if it does not see the block.
        outputs: for each group of outputs its name and the block that it is a function of; "*" stands
            for all blocks.
        words: what the strips show, a sentence.
    """

    blocks: tuple[str, ...]
    views: tuple[tuple[str, tuple[str, ...]], ...]
    outputs: tuple[tuple[str, str], ...]
    words: str


ROTATIONS = "rotations and reflections"
MOTIONS = "rotations, reflections and shifts"
MATRICES = "invertible matrices"
AFFINE = "invertible affine maps"
SIGNS = "signed permutations"
SCALES = "permutations with a scale for each coordinate"
COORDINATES = "invertible maps of each coordinate, in any order"
ANGLE = "that turns each circle by an angle of its own"

SPECS: dict[str, Members | Times | Bars | Strips] = {
    "ahuja_2022_mechanisms": Members("sign flips", outside="turn"),
    "ahuja_2023_polynomial": Members(AFFINE),
    "balestriero_2022_closed_form": Bars("the top non-constant eigenfunctions of a path", 6),
    "brady_2023_compositional": Members(
        "smooth maps of one slot of two latents",
        members=BlockwiseDiffeomorphisms(((0, 1),)),
        dim=3,
    ),
    "buchholz_2022_conformal": Members(SIGNS, "turn", "turn", members=SignedPermutations(2), dim=3),
    "buchholz_2022_volume_preserving": Times("disc", "that turns the inside of a disc of the box"),
    "buchholz_2023_interventions": Members("scales of each coordinate", outside="turn"),
    "cabannes_2023_interplay": Bars("the constant and both latents"),
    "chen_2018_total_correlation": Times("spiral", ANGLE, likelihood=True),
    "comon_1994_linear_ica": Members(SIGNS, "turn", "turn"),
    "daunhawer_2023_multimodal": Strips(
        ("content", "style", "private 1", "private 2"),
        (("image", ("same", "same", "same", "")), ("caption", ("same", "new", "", "same"))),
        (("h", "content"),),
        "Content is equal in both modalities, style is drawn anew, and each modality has a private "
        "block; the representation is a function of the content alone.",
    ),
    "gresele_2021_ima": Times("turn", "that rotates the Gaussian latents", likelihood=True),
    "haochen_2021_spectral": Bars("the constant and the function that tells the clusters apart", 4),
    "horan_2021_local_isometry": Members(SIGNS, "turn", "turn"),
    "hyvarinen_1999_nonidentifiability": Times("spiral", ANGLE),
    "hyvarinen_2016_tcl": Members(AFFINE, "shear", "bend"),
    "hyvarinen_2017_pcl": Members(COORDINATES, outside="turn"),
    "hyvarinen_2019_gcl": Members(COORDINATES, outside="turn"),
    "khemakhem_2020_icebeem": Members(AFFINE, "shear", "bend"),
    "khemakhem_2020_ivae": Members(SCALES + ", and shifts", "turn", "turn"),
    "klindt_2021_slowvae": Members(
        "symmetries of the box", outside="turn", where=BOX, members=BoxSymmetries(2)
    ),
    "klindt_2026_anisotropic": Bars("the slow latent and a quadratic function of it"),
    "klindt_2026_converse": Bars("both latents"),
    "klindt_2026_lejepa": Bars("both latents"),
    "lachapelle_2022_mechanism_sparsity": Members(
        "scales and shifts of each coordinate", outside="turn", at={"graph": "single"}
    ),
    "lachapelle_2023_additive": Members(
        COORDINATES, outside="turn", at={"block": 1}, members=Componentwise(2)
    ),
    "laiz_2025_dynamics": Members(MOTIONS, "turn", "shear"),
    "laiz_2025_nonlinear": Members(MOTIONS, outside="shear"),
    "liu_2024_two_towers": Members(ROTATIONS, outside="shear", where=RING),
    "locatello_2019_impossibility": Times("spiral", ANGLE),
    "locatello_2020_weak_supervision": Members(COORDINATES, outside="turn"),
    "lyu_2022_latent_correlation": Strips(
        ("shared", "private 1", "private 2"),
        (("view 1", ("same", "same", "")), ("view 2", ("same", "", "same"))),
        (("h", "shared"),),
        "Both views hold the shared block, and each a private one; the representation is a function "
        "of the shared block alone.",
    ),
    "ma_2018_any_negatives": Members(ROTATIONS, "turn", "shear", RING),
    "marconato_2025_subspace": Members(
        MATRICES + " of the span", outside="bend", at={"span": 2}, dim=3
    ),
    "matthes_2023_unified": Members(ROTATIONS, "turn", "shear", RING),
    "rajendran_2024_concepts": Members(
        AFFINE + " of the concepts", outside="bend", at={"concepts": 2}, dim=3
    ),
    "reizinger_2025_diet": Members(MATRICES, "shear", "bend", RING),
    "reizinger_2025_supervised": Members(MATRICES, "shear", "bend", RING),
    "roeder_2021_linear_identifiability": Members(MATRICES, "shear", "bend"),
    "roeder_2021_two_encoders": Members(AFFINE, outside="bend"),
    "rusak_2025_aninfonce": Members(SIGNS, "turn", "turn", RING),
    "scherr_2022_efference": Members("scaled rotations", outside="shear"),
    "shu_2020_weak_supervision": Strips(
        ("first group", "second group"),
        (("view 1", ("same", "same")), ("view 2", ("same", "new"))),
        (("outputs 1, 2", "first group"), ("output 3", "second group")),
        "A pair keeps one group of factors, here the first, and draws the other anew; it is known which. "
        "Each group of outputs is a function of one group of factors.",
    ),
    "song_2021_scores": Times("spiral", ANGLE),
    "sprekeler_2014_slow_features": Bars("the slowest source"),
    "squires_2023_linear_crl": Members("scales of each coordinate", outside="turn"),
    "vonkugelgen_2021_content_style": Strips(
        ("content", "style"),
        (("view 1", ("same", "same")), ("view 2", ("same", "new"))),
        (("h", "content"),),
        "Two views have equal content and different style; the representation is a function of the "
        "content alone.",
    ),
    "vonkugelgen_2021_invertible": Strips(
        ("content", "style"),
        (("view 1", ("same", "same")), ("view 2", ("same", "new"))),
        (("aligned outputs", "content"), ("other outputs", "*")),
        "Two views have equal content and different style; the aligned outputs are a function of the "
        "content, and the other outputs may depend on both.",
    ),
    "yang_2022_volume_preserving": Members(
        SCALES + ", of determinant ±1, and shifts", "turn", "turn"
    ),
    "yao_2024_multiview": Strips(
        ("z1", "z2", "z3"),
        (("view 1", ("same", "same", "")), ("view 2", ("same", "", "same"))),
        (("h", "z1"),),
        "The first view sees the latents 1 and 2, the second view 1 and 3; the representation is a "
        "function of latent 1, which both see.",
    ),
    "zaliaduonis_2026_diversity": Times(
        "rings", "that turns the latents by an angle that depends on the kept coordinate", 3
    ),
    "zheng_2022_sparsity": Members(COORDINATES, outside="turn", members=Componentwise(2), dim=3),
    "zimmermann_2021_lp": Members(
        SIGNS + " and shifts", "turn", "turn", BOX, members=BoxSymmetries(2)
    ),
    "zimmermann_2021_vmf": Members(ROTATIONS, "turn", "shear", RING),
}
