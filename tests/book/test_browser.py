"""What the look through a browser notices on a page, and what the build leaves out of one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers.browser import browser, faults_of_pages

ROOT = Path(__file__).resolve().parents[2]
PAGE = "<!doctype html><html><body><main>{}</main></body></html>"
FAULTS = {
    "wide": ('<div style="width:2000px">wide</div>', "pixels wide"),
    "cut": (f'<pre style="overflow:auto;width:300px">{"x" * 200}</pre>', "a line is cut"),
    "dollars": ("<table><tr><td>$E(2)$</td></tr></table>", "dollars in the text"),
    "link": ('<a href="#nowhere">there</a>', "a link leads nowhere"),
    "script": (
        "<script>const a = 1;</script><script>const a = 2;</script>",
        "already been declared",
    ),
    "formula": ("<mjx-merror>x</mjx-merror>", "not typeset"),
}


@pytest.mark.skipif(not browser(), reason="no Chromium on this machine")
def test_each_fault_is_noticed_and_a_sound_page_has_none(tmp_path: Path) -> None:
    sound = '<h1 id="here">Title</h1><a href="#here">up</a><details><pre>hidden</pre></details>'
    (tmp_path / "sound.html").write_text(PAGE.format(sound))
    for name, (content, _) in FAULTS.items():
        (tmp_path / f"{name}.html").write_text(PAGE.format(content))
    found = faults_of_pages(tmp_path, browser())
    for name, (_, said) in FAULTS.items():
        assert any(f"{name}.html" in line and said in line for line in found), name
    assert not any("sound.html" in line for line in found)


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build", ROOT / "book" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_script_of_the_head_stands_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "book"))
    loaded = '<script src="a.js"></script>\n'
    head = f'{loaded}<script>const b = 1</script>\n<script defer src="a.js"></script>\n{loaded}'
    body = "<body><script>write()</script><script>write()</script></body>"
    page = f"<head>{head}<script>const b = 1</script></head>{body}"
    kept = f"<head>{loaded}<script>const b = 1</script>\n</head>{body}"
    assert builder().with_scripts_once(page) == kept
