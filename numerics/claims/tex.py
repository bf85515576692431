"""Words and formulas of claims and verdicts as LaTeX that compiles without further packages."""

from __future__ import annotations

import re
from collections.abc import Mapping

ESCAPED: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "$": r"\$",
    "^": r"\^{}",
    "~": r"\~{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "…": r"\dots{}",
}
"""What a character of a text is written as."""

_NAMED = [
    "alpha",
    "α",
    "beta",
    "β",
    "gamma",
    "γ",
    "delta",
    "δ",
    "epsilon",
    "ε",
    "zeta",
    "ζ",
    "eta",
    "η",
    "theta",
    "θ",
    "kappa",
    "κ",
    "lambda",
    "λ",
    "mu",
    "μ",
    "nu",
    "ν",
    "xi",
    "ξ",
    "pi",
    "π",
    "rho",
    "ρ",
    "sigma",
    "σ",
    "tau",
    "τ",
    "phi",
    "φ",
    "chi",
    "χ",
    "psi",
    "ψ",
    "omega",
    "ω",
    "Gamma",
    "Γ",
    "Delta",
    "Δ",
    "Theta",
    "Θ",
    "Lambda",
    "Λ",
    "Xi",
    "Ξ",
    "Pi",
    "Π",
    "Sigma",
    "Σ",
    "Phi",
    "Φ",
    "Psi",
    "Ψ",
    "Omega",
    "Ω",
    "pm",
    "±",
    "cdot",
    "·",
    "times",
    "×",
    "mapsto",
    "↦",
    "to",
    "→",
    "partial",
    "∂",
    "nabla",
    "∇",
    "in",
    "∈",
    "circ",
    "∘",
    "propto",
    "∝",
    "neq",
    "≠",
    "leq",
    "≤",
    "geq",
    "≥",
    "approx",
    "≈",
    "equiv",
    "≡",
    "sim",
    "∼",
    "subset",
    "⊂",
    "subseteq",
    "⊆",
    "supseteq",
    "⊇",
    "langle",
    "⟨",
    "rangle",
    "⟩",
    "infty",
    "∞",
    "cup",
    "∪",
    "cap",
    "∩",
    "forall",
    "∀",
    "exists",
    "∃",
    "otimes",
    "⊗",
    "odot",
    "⊙",
    "sum",
    "∑",
    "prod",
    "∏",
    "int",
    "∫",
    "setminus",
    "∖",
    "Leftrightarrow",
    "⇔",
    "Vert",
    "‖",
]
FORMULAS: Mapping[str, str] = {
    **{symbol: f"\\{name}" for name, symbol in zip(_NAMED[::2], _NAMED[1::2], strict=True)},
    "−": "-",
    "√": r"\surd",
    "ℝ": r"\mathbb{R}",
    "ĝ": r"\hat{g}",
    "ĉ": r"\hat{c}",
    "ᵀ": r"^{\top}",
    **{raised: f"^{{{k}}}" for k, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{low: f"_{{{k}}}" for k, low in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **dict(zip("ᵢⱼₖₗₘₙ", ("_{i}", "_{j}", "_{k}", "_{l}", "_{m}", "_{n}"), strict=True)),
}
"""What a character stands for in a formula."""

_ACCENTED = {"\u0303": r"\tilde", "\u0302": r"\hat", "\u0304": r"\bar", "\u0307": r"\dot"}
_TOKEN = re.compile(
    f"(?P<accented>\\w[{''.join(_ACCENTED)}])"
    f"|(?P<symbol>[{''.join(map(re.escape, FORMULAS))}](?:_[A-Za-z0-9]\\b|_{{[^{{}}$]*}})?)"
    r"|(?P<power>(?:\(0, 1\)|\b[RSQ])\^[A-Za-z0-9]+\b)"
    r"|(?P<low>\b[A-Za-z]_[A-Za-z0-9]\b)"
    "|(?P<other>.)",
    re.DOTALL,
)
_SAFE = re.compile(r"[A-Za-z0-9\s+\-−*/(),.=·]*")
_FUNCTIONS = {"exp", "log", "sin", "cos", "tan", "cosh", "sinh", "tanh"}


def text(words: str) -> str:
    """Return plain words as LaTeX; a letter or sign of mathematics becomes a formula."""
    return "".join(_token(match) for match in _TOKEN.finditer(words)).replace("$$", "")


def _token(match: re.Match[str]) -> str:
    accented, symbol = match["accented"], match["symbol"]
    if accented:
        base = FORMULAS.get(accented[0], accented[0])
        return f"${_ACCENTED[accented[1]]}{{{base}}}$"
    if symbol:
        low = symbol[2:].strip("{}")
        return f"${FORMULAS[symbol[0]]}{f'_{{{low}}}' if low else ''}$"
    if match["power"]:
        base, _, power = match["power"].rpartition("^")
        return f"${base.replace('R', r'BBR')}^{{{power}}}$".replace("BBR", r"\mathbb{R}")
    if match["low"]:
        return f"${match['low'][0]}_{{{match['low'][2]}}}$"
    return ESCAPED.get(match["other"], match["other"])


def statement(words: str) -> str:
    """Return words with formulas between dollars, as assumptions are written; these stay as they are."""
    parts = words.split("$")
    if len(parts) % 2 == 0:  # a lone dollar sign is no formula
        return text(words)
    return "".join(f"${part}$" if k % 2 else text(part) for k, part in enumerate(parts))


def expression(printed: str) -> str:
    """Return a printed sympy expression as a formula, or as typewriter text where it is no plain one."""
    names = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"sqrt\(\d+\)", "", printed)))
    if not _SAFE.fullmatch(printed) or names - _FUNCTIONS:
        return rf"\texttt{{{text(printed)}}}"
    latex = re.sub(r"sqrt\((\d+)\)", r"\\sqrt{\1}", printed)
    latex = re.sub(r"\*\*(\d+)", r"^{\1}", latex)
    latex = re.sub(r"\b([A-Za-z])(\d+)\b", r"\1_{\2}", latex)
    latex = re.sub(r"\b(" + "|".join(_FUNCTIONS) + r")\b", r"\\\1", latex)
    for sign, written in (("*", " "), ("−", "-"), ("·", r"\cdot ")):
        latex = latex.replace(sign, written)
    return f"${latex}$"
