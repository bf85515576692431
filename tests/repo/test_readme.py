"""What the README shows is what happens: its code is run and its output compared."""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sith import THEOREMS, derive, theorem
from sith.theory.derivation import settled_by
from sith.theory.theorems import SETTLED

ROOT = Path(__file__).resolve().parents[2]
SLUG = "zimmermann_2021_vmf"
LEFT_OUT = "…"
PROGRAMS = 4
COMMANDS = (
    f"python -m venv .venv && .venv/bin/pip install . && .venv/bin/sith check {SLUG}",
    '.venv/bin/pip install ".[test]" && .venv/bin/pytest -n 2',
)


def readme() -> str:
    """The text of the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page, as (language, content)."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def programs(text: str) -> Iterator[tuple[str, str]]:
    """Each Python block with the output shown right after it, which is empty if there is none."""
    found = blocks(text)
    for (language, source), (after, shown) in zip(found, [*found[1:], ("", "")], strict=True):
        if language == "python":
            yield source, shown if after == "text" else ""


def report() -> list[str]:
    """The lines of the report of `sith check`, without the marks of what is left out."""
    texts = (content for language, content in blocks(readme()) if language == "text")
    shown = next(content for content in texts if content.startswith(f"{SLUG}: "))
    return [line for line in shown.splitlines() if line != LEFT_OUT]


def run(source: str) -> str:
    """Run a program, and the tests that it defines, and return what it printed."""
    names: dict[str, Any] = {"__name__": "readme"}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(source, "README.md", "exec"), names)  # noqa: S102
        for name, value in list(names.items()):
            if name.startswith("test_"):
                value()
    return out.getvalue()


def without_numbers(line: str) -> str:
    """The line with each decimal number replaced, so that machines may differ in digits."""
    return re.sub(r"-?\d+\.\d+", "#", line)


@pytest.mark.parametrize("number", range(PROGRAMS))
def test_a_program_prints_what_is_shown(number: int) -> None:
    source, shown = list(programs(readme()))[number]
    assert run(source) == shown


def test_the_programs_are_found() -> None:
    assert sum(language == "python" for language, _ in blocks(readme())) == PROGRAMS
    page = "```python\nprint(1)\n```\nand\n```text\n1\n```\n```python\nx = 1\n```\n"
    assert list(programs(page)) == [("print(1)\n", "1\n"), ("x = 1\n", "")]


def test_the_two_commands_are_there() -> None:
    assert [c for language, c in blocks(readme()) if language == "bash"][:2] == [
        f"{command}\n" for command in COMMANDS
    ]


def test_the_derived_part_of_the_report_is_real() -> None:
    shown = report()
    derived = shown[1 : shown.index(f"{SLUG}: exact check agrees")]
    real = str(derive(theorem(SLUG))).splitlines()
    assert derived == real[: len(derived)]


@pytest.mark.slow
def test_the_trained_part_of_the_report_is_real() -> None:
    from sith import check

    real = str(check(theorem(SLUG))).splitlines()
    known = {without_numbers(line): line for line in real}
    for line in report():
        assert without_numbers(line) in known
        numbers = [
            [float(n) for n in re.findall(r"-?\d+\.\d+", text)]
            for text in (line, known[without_numbers(line)])
        ]
        # Digits differ between machines; a residual or an R² that is off by 0.1 is another result.
        assert numbers[0] == pytest.approx(numbers[1], abs=0.1)


def test_the_table_of_theorems_is_real() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", readme(), flags=re.MULTILINE)
    verdicts = [derive(entry, degree=2) for entry in THEOREMS]
    assert rows == [(v.claim, v.group, v.relation.value, settled_by(v).value) for v in verdicts]
    assert dict(SETTLED) == {v.claim: settled_by(v).value for v in verdicts}


def test_a_claim_file_to_start_from_stands(tmp_path: Path) -> None:
    from sith.numerics.cli import main

    assert main(["new", "my_condition", "--out", str(tmp_path)]) == 0
    assert main(["derive", f"{tmp_path / 'my_condition.py'}:CLAIM"]) == 0


def test_the_first_screen_is_short_and_its_picture_small() -> None:
    head = readme()[: readme().index("## ")]
    sentence, (picture, *_) = head.split("\n\n")[1], re.findall(r"!\[(.+?)\]\((.+?)\)", head)
    assert sentence.count(".") == 1
    assert len(picture[0]) > 80  # what is to be seen, for those who do not see it
    assert (ROOT / picture[1]).read_bytes().startswith(b"\x89PNG")
    assert (ROOT / picture[1]).stat().st_size <= 100_000
    lines = next(content for language, content in blocks(head) if language == "python")
    assert len(lines.splitlines()) <= 10
    assert [door in head for door in ("**Read**", "**Assert in CI**", "**Prototype**")] == [
        True
    ] * 3
    # Long tables are folded.
    shown = re.sub(r"<details>.*?</details>", "", readme(), flags=re.DOTALL)
    runs = re.findall(r"(?:^\|.*\n)+", shown, flags=re.MULTILINE)
    assert max(run.count("\n") for run in runs) <= 10


def test_links_of_the_readme_lead_somewhere() -> None:
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", readme(), flags=re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", readme()):
        name, _, anchor = target.partition("#")
        assert not name or (ROOT / name).exists(), target
        assert not anchor or anchor in anchors, target


def test_files_that_are_named_exist() -> None:
    for name in ("CONTRIBUTING.md", "book/build.py", "examples", ".ci/constraints.txt"):
        assert name in readme()
        assert (ROOT / name).exists()
