"""A misspelt name in a claim file gets a suggestion; a size is named before the work."""

from pathlib import Path

import pytest

from sith import InputError, load_statement, theorem
from sith.numerics.claims.description import MOST_LATENTS, describe

CLAIM = """
from sith import *
CLAIM = Claim("mine", World(Box(2), Uniform(), ExponentialNorm(1, 2)),
              InfoNCE(NegativeNorm(2)), Encoder(RealSpace(2)), Euclidean(2))
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.py"
    path.write_text(text)
    return f"{path}:CLAIM"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CLAIM.replace("Euclidean(2)", "Euclidian(2)"), "did you mean 'Euclidean'"),
        (f"from sith import Euclidian\n{CLAIM}", "did you mean 'Euclidean'"),
        (f"from sith import theory\ntheory.Euclidian(2)\n{CLAIM}", "did you mean 'Euclidean'"),
        (CLAIM.replace("InfoNCE(NegativeNorm(2))", "InfoNCE"), r"write InfoNCE\("),
        (CLAIM.replace("Euclidean(2)", "xyzzy"), "correct that line"),
    ],
    ids=["used", "imported", "of the module", "a class", "no neighbour"],
)
def test_a_misspelt_name_is_suggested(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        load_statement(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_the_file_with_the_right_names_loads(tmp_path: Path) -> None:
    assert load_statement(written(tmp_path, CLAIM)).name == "mine"


def test_a_condition_that_is_too_large_is_described_by_its_size() -> None:
    vmf = theorem("zimmermann_2021_vmf")
    large = describe(vmf, 10 * MOST_LATENTS)
    assert large.condition == ""
    assert "4,000,000 first-order terms" in large.steps[0]
    assert str(MOST_LATENTS) in large.steps[0]
    assert describe(vmf, 3).condition
