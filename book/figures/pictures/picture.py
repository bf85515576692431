"""The picture of a theorem, made from its claim: `picture(slug)`, and its words."""

from __future__ import annotations

from functools import singledispatch

from matplotlib.figure import Figure

from book.figures.pictures import bars, inside, strips, times
from book.figures.pictures.specs import SPECS, Bars, Members, Strips, Times

PLAIN = Members("members of its group")
"""For a theorem without a line in `SPECS`: three members of the group in two dimensions."""


def picture(slug: str) -> Figure:
    """Return the figure of a registered theorem."""
    return _figure(SPECS.get(slug, PLAIN), slug)


def words(slug: str) -> tuple[str, str]:
    """Return the caption and the text alternative of a theorem's figure."""
    return _words(SPECS.get(slug, PLAIN))


@singledispatch
def _figure(spec: object, slug: str) -> Figure:
    raise NotImplementedError(f"no picture of {slug} from {spec}")


@singledispatch
def _words(spec: object) -> tuple[str, str]:
    raise NotImplementedError(f"no words for {spec}")


@_figure.register
def _(spec: Members, slug: str) -> Figure:
    return inside.figure(slug, spec)


@_words.register
def _(spec: Members) -> tuple[str, str]:
    return inside.words(spec)


@_figure.register
def _(spec: Times, slug: str) -> Figure:
    return times.figure(slug, spec)


@_words.register
def _(spec: Times) -> tuple[str, str]:
    return times.words(spec)


@_figure.register
def _(spec: Bars, slug: str) -> Figure:
    return bars.figure(slug, spec)


@_words.register
def _(spec: Bars) -> tuple[str, str]:
    return bars.words(spec)


@_figure.register
def _(spec: Strips, slug: str) -> Figure:
    return strips.figure(slug, spec)


@_words.register
def _(spec: Strips) -> tuple[str, str]:
    return strips.words(spec)
