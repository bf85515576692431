"""Formulas in LaTeX as readable text for a terminal: Greek letters, superscripts, fractions."""

from __future__ import annotations

import re
from collections.abc import Mapping

TOKEN = re.compile(r"\\[A-Za-z]+\s*|\\.|[{}^_]|\s+|[^\\{}^_\s]", re.DOTALL)

GREEK: Mapping[str, str] = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "varepsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "varphi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}
SYMBOLS: Mapping[str, str] = {
    **GREEK,
    "bigcap": "⋂",
    "cap": "∩",
    "cdot": "·",
    "circ": "∘",
    "cup": "∪",
    "dots": "…",
    "ldots": "…",
    "exists": "∃",
    "forall": "∀",
    "infty": "∞",
    "int": "∫",
    "langle": "⟨",
    "lvert": "|",
    "lVert": "‖",
    "mid": "|",
    "nabla": "∇",
    "odot": "⊙",
    "otimes": "⊗",
    "partial": "∂",
    "pm": "±",
    "prod": "∏",
    "rangle": "⟩",
    "rvert": "|",
    "rVert": "‖",
    "setminus": "∖",
    "sum": "∑",
    "times": "×",
    "to": "→",
    "mapsto": "↦",
    "top": "ᵀ",
    "quad": "  ",
    "qquad": "  ",
}
RELATIONS: Mapping[str, str] = {
    "approx": "≈",
    "equiv": "≡",
    "ge": "≥",
    "geq": "≥",
    "iff": "⇔",
    "in": "∈",
    "le": "≤",
    "leq": "≤",
    "ne": "≠",
    "neq": "≠",
    "propto": "∝",
    "sim": "∼",
    "subset": "⊂",
    "subseteq": "⊆",
    "supseteq": "⊇",
}
ACCENTS: Mapping[str, str] = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304", "dot": "\u0307"}
PASSED_ON = {"left", "right", "textstyle", "displaystyle", "bigl", "bigr", "big", "Big"}
CONTENT = {"text", "mathrm", "operatorname", "mathbf", "mathcal", "mathsf", "boldsymbol"}
SUPERSCRIPTS = dict(zip("0123456789+-−=()nidkjT*ᵀ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵈᵏʲᵀ*ᵀ", strict=True))
SUBSCRIPTS = dict(
    zip("0123456789+-−=()aeijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)


def readable(text: str) -> str:
    """Return a sentence with its formulas, between dollar signs, as readable text."""
    parts = text.split("$")
    if len(parts) % 2 == 0:  # a lone dollar sign is no formula
        return text
    return "".join(formula(part) if k % 2 else part for k, part in enumerate(parts))


def formula(latex: str) -> str:
    """Return a formula in LaTeX as readable text; an unknown command is left as its name."""
    value, _ = _sequence(TOKEN.findall(latex), 0)
    return re.sub(r" {2,}", "  ", re.sub(r" +\)", ")", value)).strip()


def _sequence(tokens: list[str], at: int) -> tuple[str, int]:
    """Read up to the end of a group; return its text and the place after it."""
    out = ""
    while at < len(tokens) and tokens[at] != "}":
        token = tokens[at]
        if token in "^_":
            inner, at = _argument(tokens, at + 1)
            out += _script(inner, token)
        elif token.startswith("\\"):
            piece, at = _command(tokens, at)
            name = piece[:1].isalpha() and piece.isalpha() and len(piece) > 1
            out += f" {piece}" if name and out[-1:].isalnum() else piece
        elif token == "{":
            inner, at = _argument(tokens, at)
            out += inner
        else:
            out += " " if token.isspace() else token
            at += 1
    return out, at


def _argument(tokens: list[str], at: int) -> tuple[str, int]:
    """Read the argument of a command: a group in braces, a command, or one character."""
    while at < len(tokens) and tokens[at].isspace():
        at += 1
    if at >= len(tokens):
        return "", at
    if tokens[at] == "{":
        inner, end = _sequence(tokens, at + 1)
        return inner, end + 1
    if tokens[at].startswith("\\"):
        return _command(tokens, at)
    return tokens[at], at + 1


def _command(tokens: list[str], at: int) -> tuple[str, int]:
    name, at = tokens[at][1:].strip() or " ", at + 1
    if name in {"frac", "tfrac", "dfrac"}:
        above, at = _argument(tokens, at)
        below, at = _argument(tokens, at)
        return f"{_closed(above)}/{_closed(below)}{_gap(tokens, at, '(')}", at
    if name == "sqrt":
        inner, at = _argument(tokens, at)
        return f"√{_closed(inner)}", at
    if name in ACCENTS:
        inner, at = _argument(tokens, at)
        return inner[:1] + ACCENTS[name] + inner[1:], at
    if name == "mathbb":
        inner, at = _argument(tokens, at)
        return {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ"}.get(inner, inner), at
    if name in CONTENT:
        inner, at = _argument(tokens, at)
        return f"{inner}{_gap(tokens, at) if name == 'operatorname' else ''}", at
    return _symbol(name, tokens, at)


def _symbol(name: str, tokens: list[str], at: int) -> tuple[str, int]:
    """Return the text of a command without an argument."""
    if name in PASSED_ON:
        return "", at + (at < len(tokens) and tokens[at] == ".")
    if name in RELATIONS:
        return f" {RELATIONS[name]} ", at
    if name in SYMBOLS:
        return SYMBOLS[name], at
    if not name[:1].isalpha():
        return {",": " ", ";": " ", ":": " ", "!": "", "\\": "; "}.get(name, name), at
    return f"{name}{_gap(tokens, at)}", at


def _gap(tokens: list[str], at: int, others: str = "") -> str:
    """Return a space where a name or number follows, or one of `others`."""
    following = tokens[at] if at < len(tokens) else ""
    command = following.startswith("\\") and following[1:2].isalpha()
    command = command and following[1:].strip() not in {"right", *RELATIONS}
    return " " if command or following[:1].isalnum() or following in {*others} else ""


def _script(inner: str, kind: str) -> str:
    """Return a superscript or subscript: in raised or lowered letters where all of them exist."""
    inner = inner.strip()
    letters = SUPERSCRIPTS if kind == "^" else SUBSCRIPTS
    if inner and all(character in letters for character in inner):
        return "".join(letters[character] for character in inner)
    closed = len(inner) == 1 or re.fullmatch(r"\([^()]*\)", inner)
    return f"{kind}{inner}" if closed else f"{kind}({inner})"


def _closed(inner: str) -> str:
    """Return a text in brackets, unless it is one name or number."""
    inner = inner.strip()
    plain = re.fullmatch(r"[^\s+\-−/·=]{1,3}|\w+", inner)
    return inner if plain else f"({inner})"
