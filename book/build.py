"""Build the book from a clean state: `python book/build.py`.

Every page is executed by the interpreter that runs this script.
The exit status is not zero if a cell raises, if Sphinx warns, for example of a broken reference, if a page
has the name of a figure in the place of a picture, or if an image has no text alternative.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from kernels import forked_kernels

BOOK = Path(__file__).resolve().parent


def build(source: Path, output: Path) -> int:
    """Build the book in the folder `source` into `output`/_build and return the exit status.

    An earlier `output`/_build is removed: the cache of executed pages sees the text of the cells
    only, so a page would keep its old results after a change in the packages.
    """
    scripts = sysconfig.get_path("scripts")
    command = shutil.which("jupyter-book", path=scripts)
    if command is None:
        sys.stderr.write('jupyter-book is not installed; install it with: pip install ".[book]"\n')
        return 2
    shutil.rmtree(output / "_build", ignore_errors=True)
    with tempfile.TemporaryDirectory() as private:
        # The pages see the packages beside this book and no settings of the user.
        environment = os.environ | {
            "IPYTHONDIR": private,
            "OMP_NUM_THREADS": "1",
            "JUPYTER_CONFIG_DIR": private,
            "JUPYTER_DATA_DIR": private,
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(BOOK.parent), os.environ.get("PYTHONPATH")])
            ),
        }
        arguments = ["build", str(source), "--path-output", str(output), "-W", "--keep-going"]
        with forked_kernels(Path(private), environment) as given:
            status = subprocess.run([command, *arguments], env=given, check=False).returncode
    for page in sorted((output / "_build" / "html").rglob("*.html")):
        page.write_text(with_scripts_once(page.read_text("utf-8")), "utf-8")
    unseen = pages_without_picture(output / "_build" / "html")
    if unseen:
        sys.stderr.write(f"figures that are not shown: {', '.join(unseen)}\n")
    unsaid = pages_without_words(output / "_build" / "html")
    if unsaid:
        sys.stderr.write(f"images without a text alternative: {', '.join(unsaid)}\n")
    return status or int(bool(unseen or unsaid))


def with_scripts_once(page: str) -> str:
    """Return a page without the scripts of its head that stand there a second time.

    The theme and two extensions enter theirs twice, and a constant that is declared again is an error.
    """
    head, end, body = page.partition("</head>")
    known: set[str] = set()

    def first(script: re.Match[str]) -> str:
        source = re.search(r'\bsrc="([^"]+)"', script["tag"])
        name = source[1] if source else script["text"]
        repeated = name in known
        known.add(name)
        return "" if repeated else script[0]

    script = r"[ \t]*<script\b(?P<tag>[^>]*)>(?P<text>.*?)</script>\n?"
    return re.sub(script, first, head, flags=re.DOTALL) + end + body


def pages_without_picture(html: Path) -> list[str]:
    """Return the pages, relative to the folder, on which a figure is only named."""
    named = re.compile(r"&lt;Figure size \d+x\d+ with \d+ Axes&gt;")
    pages = sorted(html.rglob("*.html"))
    return [str(p.relative_to(html)) for p in pages if named.search(p.read_text("utf-8"))]


def pages_without_words(html: Path) -> list[str]:
    """Return the pages on which an image has no text alternative, or the name of its file as one."""
    image = re.compile(r"<img\b[^>]*>")
    said = re.compile(r"""\balt="(?!(?:[./\w-]*/)?[\w-]+\.(?:png|svg|jpe?g|gif)")[^"]{20,}\"""")
    pages = {str(p.relative_to(html)): p for p in sorted(html.rglob("*.html"))}
    return [
        name
        for name, page in pages.items()
        if not all(map(said.search, image.findall(page.read_text("utf-8"))))
    ]


def main() -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the book from a clean state.")
    parser.add_argument("--source", type=Path, default=BOOK, help="folder of the book")
    parser.add_argument("--output", type=Path, default=BOOK, help="folder that gets _build")
    arguments = parser.parse_args()
    return build(arguments.source.resolve(), arguments.output.resolve())


if __name__ == "__main__":
    sys.exit(main())
