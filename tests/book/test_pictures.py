"""The pictures of theorems: one for each, with words of their own, and they assert what they show."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sith import THEOREMS

# The figures belong to the book, which tests do not import as a layer.
picture, inside, times, specs = (
    import_module(f"book.figures.pictures.{name}")
    for name in ("picture", "inside", "times", "specs")
)
SLUGS = {entry.slug for entry in THEOREMS}


def test_all_theorems_have_a_picture_with_words() -> None:
    assert set(specs.SPECS) <= SLUGS
    said = [picture.words(slug) for slug in SLUGS]
    assert all(len(alt) > 60 and caption.endswith(".") for caption, alt in said)


@pytest.mark.parametrize(
    "slug",
    [
        "zimmermann_2021_vmf",
        "zaliaduonis_2026_diversity",
        "haochen_2021_spectral",
        "lyu_2022_latent_correlation",
    ],
)
def test_a_picture_of_each_kind_is_drawn_with_legible_text(slug: str) -> None:
    drawing = picture.picture(slug)
    assert drawing.get_axes()
    sizes = [text.get_fontsize() for text in drawing.findobj(lambda a: hasattr(a, "get_fontsize"))]
    pixels = 80 / 72  # a page shows an inch in 80 pixels or more
    assert min(sizes) * pixels >= 7


def test_every_kind_is_drawn() -> None:
    assert {type(spec) for spec in specs.SPECS.values()} == {
        specs.Members,
        specs.Times,
        specs.Bars,
        specs.Strips,
    }


@pytest.mark.parametrize(
    ("inner", "outer"),
    [("shear", "turn"), ("turn", "turn"), ("", "turn")],
    ids=["a loss that rises inside", "a loss that is flat", "an optimal map as not optimal"],
)
def test_a_false_picture_of_members_is_refused(inner: str, outer: str) -> None:
    with pytest.raises(AssertionError):
        inside.figure("zimmermann_2021_vmf", specs.Members("rotations", inner, outer, specs.RING))


def test_a_false_picture_of_times_is_refused() -> None:
    with pytest.raises(AssertionError):
        times.figure("comon_1994_linear_ica", specs.Times("spiral", "that turns"))
