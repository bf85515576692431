"""Pages as pictures with links, and a map of all theorems: HTML that is made from the data."""

from __future__ import annotations

import base64
import io
from html import escape
from pathlib import Path
from typing import Any

import yaml
from IPython.display import HTML
from matplotlib.figure import Figure

from book.figures.pictures.picture import picture, words
from book.figures.pictures.style import done
from sith import Outcome, Theorem, derive, prediction, stored_study, theorem

BOOK = Path(__file__).resolve().parent.parent
SHADES = {
    Outcome.IDENTIFIED: ("#d7e6f4", "identified"),
    Outcome.LOCALLY: ("#e6eed0", "identified locally"),
    Outcome.NOT_IDENTIFIED: ("#f6d9ca", "not identified"),
    Outcome.UNDECIDED: ("#eeeeee", "the whole set undecided"),
}
"""Colour and words of an outcome on the map."""
CHIP = (
    '<a href="{link}" title="{title}" style="display:inline-block;margin:2px;padding:3px 8px;'
    'border-radius:9px;background:{shade};color:#222;font-size:14px">{name}</a>'
)


def chapters() -> dict[str, tuple[str, ...]]:
    """Return the pages of theorems by chapter, `{"chapters/infonce": ("zimmermann_2021_vmf", …)}`."""
    found = {}
    for part in yaml.safe_load((BOOK / "_toc.yml").read_text("utf-8"))["parts"]:
        for chapter in part["chapters"]:
            inner = [str(entry["file"]) for entry in chapter.get("sections", ())]
            if chapter["file"].startswith("chapters/"):
                found[chapter["file"]] = tuple(name.removeprefix("theorems/") for name in inner)
    return found


def title_of(page: str) -> str:
    """Return the first heading of a page, given without its ending."""
    lines = (BOOK / f"{page}.md").read_text("utf-8").splitlines()
    return next(line[2:] for line in lines if line.startswith("# "))


def map_of_theorems() -> HTML:
    """Show every theorem as a link, by chapter, in the colour of its outcome; for the book's root."""
    rows = []
    for chapter, slugs in chapters().items():
        chips = "".join(_chip(theorem(slug)) for slug in slugs)
        head = f'<a href="{chapter}.html"><strong>{escape(title_of(chapter))}</strong></a>'
        rows.append(f'<p style="margin:0.4em 0">{head}<br>{chips}</p>')
    legend = " ".join(
        f'<span style="background:{shade};color:#222;padding:2px 8px;border-radius:9px">{said}</span>'
        for shade, said in SHADES.values()
    )
    return HTML("".join(rows) + f'<p style="font-size:14px">{legend}</p>')


def of_theorems(chapter: str) -> HTML:
    """Show the pictures of a chapter's theorems; for a page beside the chapters."""
    items = []
    for slug in chapters()[f"chapters/{chapter}"]:
        entry, alt = theorem(slug), words(slug)[1]
        said = f"{entry.source.authors}, {entry.source.year}"
        items.append(_item(f"../theorems/{slug}", entry.title, said, picture(slug), alt))
    return HTML("".join(items))


def of_studies(names: tuple[str, ...]) -> HTML:
    """Show the figures of studies with their outcomes; for a page in a folder beside the studies."""
    items = []
    for name in names:
        report: Any = stored_study(BOOK / "_static" / "studies" / f"{name}.json")
        title = prediction(name).title
        said = f"{report.outcome.value}, {len(report.findings)} findings"
        drawing = done(report.figure())
        items.append(_item(f"../studies/{name}", title, said, drawing, f"Measured: {title}."))
    return HTML("".join(items))


def _chip(entry: Theorem) -> str:
    verdict = derive(entry, degree=2)
    shade, said = SHADES[verdict.outcome]
    author, year, topic = entry.slug.split("_", 2)
    name = f"{topic.replace('_', ' ')} <small>{author.capitalize()} {year}</small>"
    link, title = f"theorems/{entry.slug}.html", escape(f"{said}: {entry.title}", quote=True)
    return CHIP.format(link=link, title=title, shade=shade, name=name)


def _item(link: str, title: str, said: str, drawing: Figure, alt: str) -> str:
    """Return a linked title, a line and a picture."""
    with io.BytesIO() as file:
        drawing.savefig(file, format="png", dpi=72)
        data = base64.b64encode(file.getvalue()).decode()
    image = f'<img src="data:image/png;base64,{data}" alt="{escape(alt, quote=True)}" style="max-width:100%">'
    head = f'<a href="{link}.html"><strong>{escape(title)}</strong></a><br>{escape(said)}'
    return f'<div style="margin:0 0 1.2em 0"><p style="margin-bottom:0.3em">{head}</p>{image}</div>'
