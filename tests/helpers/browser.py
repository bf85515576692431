"""Open the pages of a built book in one headless browser, and say what a reader would miss."""

from __future__ import annotations

import html as entities
import json
import re
import shutil
import subprocess
from pathlib import Path

WIDTHS = (1280, 400)
"""Pixels of a window on a desk, and of one on a telephone."""
NAMES = ("chromium", "chromium-browser", "google-chrome")

SCRIPT = """
const pages = PAGES, widths = WIDTHS, found = [];
const frame = document.createElement("iframe");
frame.style.border = "0";
frame.style.height = "900px";
document.body.append(frame);
const pause = (time) => new Promise((done) => setTimeout(done, time));
const opened = (page) => new Promise((done) => { frame.onload = done; frame.src = page; });
const seen = (element) => element.offsetParent && !element.closest("details:not([open])");

function faults(page, width) {
  const inner = frame.contentDocument, root = inner.documentElement, said = [];
  const say = (what) => said.push(`${page} at ${width}: ${what}`);
  if (root.scrollWidth > root.clientWidth + 1) say(`${root.scrollWidth} pixels wide`);
  if (inner.querySelector("mjx-merror")) say("a formula is not typeset");
  if (width !== widths[0]) return said;
  for (const code of inner.querySelectorAll("main pre"))
    if (seen(code) && code.scrollWidth > code.clientWidth + 1)
      say(`a line is cut: ${code.textContent.split("\\n").sort((a, b) => b.length - a.length)[0]}`);
  for (const table of inner.querySelectorAll("main table"))
    if (seen(table) && table.getBoundingClientRect().width > table.parentElement.clientWidth + 1)
      say(`a table is cut: ${table.textContent.trim().slice(0, 40)}`);
  for (const text of inner.querySelectorAll("main p, main li, main td, main figcaption"))
    if (!text.querySelector("code, pre") && /\\$[^$ ]+\\$/.test(text.textContent))
      say(`dollars in the text: ${text.textContent.slice(0, 80)}`);
  for (const link of inner.querySelectorAll("main a[href^='#']"))
    if (link.hash.length > 1 && !inner.getElementById(decodeURIComponent(link.hash.slice(1))))
      say(`a link leads nowhere: ${link.hash}`);
  return said;
}

(async () => {
  for (const page of pages) {
    frame.style.width = `${widths[0]}px`;
    await opened(page);
    const maths = frame.contentWindow.MathJax;
    if (maths && maths.startup) await maths.startup.promise;
    for (const width of widths) {
      frame.style.width = `${width}px`;
      await pause(40);
      found.push(...faults(page, width));
    }
  }
  const out = document.createElement("pre");
  out.id = "found";
  out.textContent = JSON.stringify(found);
  document.body.append(out);
})();
"""


def browser() -> str:
    """Return the path of a browser, "" where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")


def faults_of_pages(html: Path, program: str) -> list[str]:
    """Return a line for each fault: errors of scripts, what is cut, formulas and links that fail."""
    pages = sorted(
        str(p.relative_to(html)) for p in html.rglob("*.html") if "_static" not in p.parts
    )
    script = SCRIPT.replace("PAGES", json.dumps(pages)).replace("WIDTHS", json.dumps(WIDTHS))
    driver = html / "_opened.html"
    driver.write_text(f"<!doctype html><body><script>{script}</script></body>", "utf-8")
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    options += ["--enable-logging=stderr", "--window-size=1400,1000", "--dump-dom"]
    # Time is virtual: it stands still while anything loads, and is never waited for.
    options += ["--virtual-time-budget=1000000000"]
    try:
        done = subprocess.run(
            [program, *options, driver.as_uri()], capture_output=True, text=True, check=False
        )
    finally:
        driver.unlink()
    answer = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    if answer is None:
        return [f"the browser gave no answer: {done.stderr[-400:]}"]
    errors = {
        line.partition("CONSOLE")[2] for line in done.stderr.splitlines() if "Uncaught" in line
    }
    return [*sorted(errors), *json.loads(entities.unescape(answer[1]))]
