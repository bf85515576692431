"""The modules of a user's own that a claim file imports, and a digest of what they say."""

from __future__ import annotations

import ast
import hashlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

Sources = Mapping[str, Path]
"""Name of a module → its file; the claim file has the name ""."""


def own_modules(file: Path, loaded: Iterable[str]) -> Sources:
    """Return the claim file and every module of the user's own that it imports, to any depth.

    A module is the user's own unless it lies in the standard library, in a folder of installed
    packages, or in this package. Imports are read from the sources, those inside functions too;
    `loaded` are the names of modules that appeared while the file ran, which adds imports by a
    computed name. To be called while the file's folder is on `sys.path`.
    """
    found: dict[str, Path] = {"": file}
    pending = [("", file)]
    for name in loaded:
        path = _file_of(name)
        if path is not None and _own(path) and path != file:
            found[name] = path
            pending.append((name, path))
    while pending:
        name, path = pending.pop()
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for imported in _imports(path, package):
            if imported in found:
                continue
            place = _file_of(imported)
            if place is not None and _own(place) and place != file:
                found[imported] = place
                pending.append((imported, place))
    return found


def digest_of_sources(sources: Sources) -> str:
    """Return a digest of names and texts; it does not depend on where the files lie."""
    digest = hashlib.blake2b(digest_size=16)
    for name, path in sorted(sources.items()):
        text = path.read_bytes()
        digest.update(f"{name}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()


def _imports(path: Path, package: str) -> Iterator[str]:
    """Yield the dotted name of everything that a source file imports, its packages included."""
    if path.suffix != ".py":
        return
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, ValueError, SyntaxError, RecursionError):
        return  # it may be a file that is never reached; its own text is in the digest
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _prefixes(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            if base:
                yield from _prefixes(base)
                for alias in node.names:
                    yield f"{base}.{alias.name}"


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    kept = parts[: len(parts) - (node.level - 1)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    for k in range(len(parts)):
        yield ".".join(parts[: k + 1])


def _file_of(name: str) -> Path | None:
    """Return the file of a module that is loaded, or that would be found; nothing is run."""
    module = sys.modules.get(name)
    if isinstance(module, ModuleType):
        origin = getattr(module, "__file__", None)
        return Path(origin).resolve() if isinstance(origin, str) else None
    spec = _spec_of(name)
    if spec is None or not spec.has_location or spec.origin is None:
        return None
    return Path(spec.origin).resolve()


def _spec_of(name: str) -> ModuleSpec | None:
    parent, _, _ = name.rpartition(".")
    places: list[str] | None = None
    if parent:
        above = _spec_of(parent)
        if above is None or above.submodule_search_locations is None:
            return None
        places = list(above.submodule_search_locations)
    try:
        return PathFinder.find_spec(name, places)
    except (ImportError, OSError, ValueError):
        return None


def _own(path: Path) -> bool:
    return path.is_file() and not any(path.is_relative_to(folder) for folder in _FOREIGN)


def _foreign() -> tuple[Path, ...]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [sysconfig.get_paths()[name] for name in names]
    folders += [*site.getsitepackages(), site.getusersitepackages()]
    # In a checkout the package's path holds its whole tree, a user's own examples included.
    folders.append(os.path.dirname(str(import_module("sith").__file__)))
    for layer in ("sith.theory", "sith.numerics"):
        folders += list(import_module(layer).__path__)
    return tuple({Path(folder).resolve() for folder in folders if os.path.isdir(folder)})


_FOREIGN = _foreign()
