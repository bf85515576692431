"""What a release carries: one version, a paper whose references exist, a recipe with all dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONDA = {"torch": "pytorch", "matplotlib": "matplotlib-base"}
"""Packages that have another name in conda."""


def project() -> dict[str, Any]:
    """The metadata of the package."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def paper() -> str:
    """The text of the paper."""
    return (ROOT / "paper" / "paper.md").read_text()


def recipe() -> dict[str, Any]:
    """The conda recipe."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "recipe/meta.yaml").read_text())
    return found


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {project()["version"], str(citation["version"]), recipe()["package"]["version"]} == {
        project()["version"]
    }


def test_the_recipe_has_every_dependency_with_its_bound() -> None:
    parts = (re.fullmatch(r"([\w-]+)(.*)", entry) for entry in project()["dependencies"])
    wanted = {f"{CONDA.get(m[1], m[1])} {m[2]}" for m in parts if m}
    run = set(recipe()["requirements"]["run"])
    assert run == wanted | {f"python {project()['requires-python']}"}
    assert recipe()["build"]["entry_points"] == [f"sith = {project()['scripts']['sith']}"]


def test_the_paper_has_the_length_the_sections_and_the_references() -> None:
    head, body = paper().split("---\n", 2)[1:]
    assert yaml.safe_load(head)["bibliography"] == "paper.bib"
    assert 250 <= len(body.split()) <= 1000
    sections = re.findall(r"^# (.+)$", body, flags=re.MULTILINE)
    assert {"Summary", "Statement of need", "References"} <= set(sections)
    cited = set(re.findall(r"@([a-z]+_\d{4}\w*)", body))
    known = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "paper/paper.bib").read_text(), re.MULTILINE))
    assert cited == known


def test_the_figures_of_the_paper_are_there_and_made_by_its_command() -> None:
    maker = (ROOT / "paper" / "make_figures.py").read_text()
    for name in re.findall(r"\]\((figures/.+?)\)", paper()):
        assert (ROOT / "paper" / name).read_bytes().startswith(b"\x89PNG")
        assert Path(name).name in maker
