"""The one table of symbols: it makes the sympy symbols and the book's notation page."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import dimension


@dataclass(frozen=True, slots=True)
class Notation:
    """One symbol: its name in code, in LaTeX, and what it means."""

    code: str
    latex: str
    meaning: str


TABLE: tuple[Notation, ...] = (
    Notation("z", r"z", "latents, a point of the latent space"),
    Notation("zt", r"\tilde z", "latents of the positive sample, drawn from the conditional"),
    Notation("dim", r"d", "dimension of the space that the latents' coordinates live in"),
    Notation("g", r"g", "mixing (decoder): observation x = g(z)"),
    Notation("f", r"f", "encoder"),
    Notation("h", r"h = f\circ g", "the map of the latents that the encoder realises"),
    Notation(
        "base", r"h_0", "a map that solves the optimum condition; others are compared with it"
    ),
    Notation("decoder", r"\hat g", "learned decoder, with ĝ(h(z)) = g(z)"),
    Notation("xi", r"\xi", "vector field: the first-order change of h, h = id + εξ"),
    Notation("prior", r"p(z)", "marginal density of the latents"),
    Notation("pairs", r"p(\tilde z\mid z)", "conditional density of the positive sample"),
    Notation("kappa", r"\kappa", "concentration of a von Mises–Fisher density"),
    Notation("rate", r"\lambda", "rate of the conditional exp(−λ‖z̃−z‖_p^α)"),
    Notation("p", r"p", "exponent of the norm ‖·‖_p"),
    Notation("alpha", r"\alpha", "power of the norm, ‖·‖_p^α"),
    Notation("weights", r"\Lambda", "diagonal weights of the anisotropic conditional"),
    Notation("temperature", r"\tau", "temperature of a contrastive loss"),
    Notation("learned_weights", r"\hat\Lambda", "learned diagonal metric of the critic"),
    Notation("critic", r"s(h,\tilde h)", "critic (score) of a pair of representations"),
    Notation("c", r"c(z)", "function of the anchor under which the loss is invariant"),
    Notation("inverse_temperature", r"\beta", "inverse temperature of a softmax classifier"),
    Notation("vectors", r"v_c", "class vectors of the latent classes"),
    Notation("rows", r"w_i", "learned rows (weights) of the classifier"),
    Notation("content", r"c", "content coordinates, shared by both views"),
    Notation("style", r"s", "style coordinates, redrawn in the second view"),
    Notation(
        "rates", r"\rho_i", "correlation of coordinate i of the two views, or its contraction"
    ),
    Notation(
        "operator",
        r"S=\tfrac12(T+T^*)",
        "conditional expectation (Tφ)(z) = E[φ(z̃)|z], made symmetric",
    ),
    Notation(
        "eigenvalue", r"\sigma_i", "eigenvalues of S in decreasing order, with eigenfunctions φ_i"
    ),
    Notation("squared_scale", r"\mu_i", "squared scale of the i-th mode in the features"),
    Notation(
        "level", r"\sigma_k", "smallest eigenvalue kept by k outputs; σ_k > σ_{k+1} is the gap"
    ),
    Notation("statistics", r"T_{ij}(z_i)", "sufficient statistics of latent coordinate i"),
    Notation(
        "parameters",
        r"\lambda(u)",
        "natural parameters of environment u, p(z|u) ∝ p(z)exp(T(z)·λ(u))",
    ),
    Notation(
        "pair_score", r"B_i", "free function of the i-th outputs of a pair, in a separable score"
    ),
    Notation("learned_parameters", r"B", "learned parameter matrix of an auxiliary-variable model"),
    Notation("matrices", r"B_k", "linear equations of environment k, B_k z ~ N(0, I)"),
    Notation("group", r"G", "indeterminacy group"),
    Notation("algebra", r"\mathfrak g", "Lie algebra of the indeterminacy group"),
)


def latents(dim: int, name: str = "z") -> tuple[sp.Symbol, ...]:
    """Return the real coordinates (z1, …, zd) of one latent point; `name` may be "zt"."""
    return tuple(sp.Symbol(f"{name}{i + 1}", real=True) for i in range(dimension(dim, least=1)))


def pair(dim: int) -> tuple[tuple[sp.Symbol, ...], tuple[sp.Symbol, ...]]:
    """Return the coordinates of the anchor z and of the positive sample z̃."""
    return latents(dim, "z"), latents(dim, "zt")


def notation_table() -> str:
    """Return the table as Markdown, for the book's notation page."""
    rows = ["| symbol | in code | meaning |", "|---|---|---|"]
    # A bar inside of a cell would end it.
    meanings = [n.meaning.replace("|", r"\|") for n in TABLE]
    rows += [f"| ${n.latex}$ | `{n.code}` | {m} |" for n, m in zip(TABLE, meanings, strict=True)]
    return "\n".join(rows)
