"""From the text of a CLAIM argument to a statement: a slug, or a name in a file of the user's."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module, invalidate_caches
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from sith.numerics.claims.guarded import guarded, may_be_a_signal
from sith.numerics.claims.old_names import accept_old_names
from sith.numerics.claims.own_modules import Sources, own_modules
from sith.theory import Claim, InputError, SithError, Statement, Theorem, UnknownName, theorem
from sith.theory.errors import did_you_mean


def load_statement(text: str) -> Statement:
    """Return the theorem of a slug, or the claim of `path/to/file.py:NAME`.

    Without NAME the file's only claim is taken. The file runs as a module of its own and may import
    files beside it while it loads; it is read afresh on every call. Raises `InputError` in one line
    for a file that is missing or fails, a name that it does not define, or an unknown slug.
    """
    path, name = split_claim(text)
    return _registered(text) if path is None else load_file(path).statement(name)


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A claim file that has run.

    Fields:
        path: as it was given.
        module: what it defines.
        sources: the file and the modules of the user's own that it imports, by name.
    """

    path: Path
    module: ModuleType
    sources: Sources

    def statement(self, name: str = "") -> Statement:
        """Return the claim of a name, or the only one; raises `InputError` where there is none."""
        return _pick(self.module, self.path, name)


def load_file(path: Path) -> ClaimFile:
    """Run a claim file, once; raises `InputError` in one line where it is missing or fails."""
    try:
        missing = not path.is_file()
    except (OSError, ValueError) as error:
        raise InputError(f"the claim file {str(path)!r}: {described(error)}") from None
    if missing:
        kind = "is a folder, not a file" if path.is_dir() else "does not exist"
        raise InputError(f"the claim file {path} {kind}", cure="write path/to/file.py:NAME")
    module, sources = _run(path)
    return ClaimFile(path, module, sources)


def split_claim(text: str) -> tuple[Path | None, str]:
    """Return the file and the name in a CLAIM text; no file for a slug."""
    head, suffix, name = text.rpartition(".py:")
    if suffix:
        return Path(f"{head}.py").expanduser(), name
    if text.endswith(".py"):
        return Path(text).expanduser(), ""
    if any(mark in text for mark in ":/\\"):
        raise InputError(f"'{text}' names no Python file", cure="write path/to/file.py:NAME")
    return None, ""


def _registered(slug: str) -> Theorem:
    try:
        return theorem(slug)
    except UnknownName as error:
        if Path(f"{slug}.py").is_file():
            raise UnknownName(
                error.fault, cure=f"for the file of that name write {slug}.py:CLAIM"
            ) from None
        raise


class _FreshLoader(SourceFileLoader):
    """Compiles the source on every load: cached bytecode may be older than an edit."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def _run(path: Path) -> tuple[ModuleType, Sources]:
    accept_old_names()
    full = path.resolve()
    name = f"_sith_claim_{hashlib.blake2b(str(full).encode(), digest_size=8).hexdigest()}"
    spec = spec_from_file_location(name, full, loader=_FreshLoader(name, str(full)))
    if spec is None or spec.loader is None:
        raise InputError(f"{path} cannot be loaded as Python", cure="write path/to/file.py:NAME")
    module = module_from_spec(spec)
    sys.modules[name] = module
    before = {*sys.modules}
    try:
        with _siblings(full.parent), guarded():
            spec.loader.exec_module(module)
            return module, own_modules(full, {*sys.modules} - before)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and may_be_a_signal(error):
            raise
        # Whatever a user's file raises is an error of that file, and no end of this program.
        sys.modules.pop(name, None)
        raise InputError(*_fault(path, full, error)) from error


@contextmanager
def _siblings(folder: Path) -> Iterator[None]:
    """Let imports find files of the folder; forget those modules afterwards.

    Another claim file may have a sibling of the same name in another folder.
    """
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    # An edit within the second of the last one leaves bytecode that looks fresh.
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = written
        if str(folder) in sys.path:
            sys.path.remove(str(folder))
        fresh = set(sys.modules) - before
        tops = {name.partition(".")[0] for name in fresh} - before
        own = {top for top in tops if _lies_in(folder, top)}
        for name in fresh:
            if name.partition(".")[0] in own:
                del sys.modules[name]


def _lies_in(folder: Path, top: str) -> bool:
    """Whether a module or package, one without `__init__` too, lies in a folder."""
    module = sys.modules.get(top)
    origin = getattr(module, "__file__", None)
    places = list(getattr(module, "__path__", ())) or ([origin] if origin else [])
    return any(Path(place).resolve().parent == folder for place in places)


def located(error: BaseException, path: Path | None = None) -> str:
    """Return `file:line` of where an exception arose, the last line in `path` if it passed there."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    mine = [place for place in places if path is not None and place[0] == str(path)]
    file, line = (mine or places or [("?", 0)])[-1]
    return f"{file}:{line}"


def described(error: BaseException) -> str:
    """Return type and message of an exception in one line; a toolkit error is its own message."""
    if isinstance(error, SithError):
        return str(error)
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:  # noqa: BLE001
        text = "its message cannot be shown"
    return " ".join(f"{type(error).__name__}: {text}".rstrip(": ").split())


def _fault(path: Path, full: Path, error: BaseException) -> tuple[str]:
    where = located(error, full).replace(str(full), str(path))
    cure = ""
    if isinstance(error, TypeError) and "Claim.__init__" in str(error) and "'group'" in str(error):
        cure = "; a claim states its group, for example group=Orthogonal(3)"
    elif isinstance(error, ModuleNotFoundError):
        cure = f"; install '{error.name}', or put {error.name}.py beside the claim file"
    elif near := _meant(error):
        cure = f"; {near}"
    elif not isinstance(error, SithError):
        cure = "; correct that line (`sith new NAME` writes a file that works)"
    return (f"{where}: {described(error)}{cure}",)


def _meant(error: BaseException) -> str:
    """Suggest the name that an import or a use of an unknown name stands for."""
    if isinstance(error, ImportError) and error.name:
        found = re.search(r"cannot import name '(\w+)'", str(error))
        module = sys.modules.get(error.name)
        return did_you_mean(found[1], dir(module)) if found and module else ""
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        return did_you_mean(error.name or "", dir(error.obj))
    if isinstance(error, NameError) and error.name:
        near = did_you_mean(error.name, dir(import_module("sith.theory")))
        return f"{near} import it from sith" if near else ""
    return ""


def _pick(module: ModuleType, path: Path, name: str) -> Statement:
    public = {k: v for k, v in vars(module).items() if not k.startswith("_")}
    stated = {k: v for k, v in public.items() if isinstance(v, Claim | Theorem)}
    listed = ", ".join(stated) or "none"
    if not name:
        if len({id(v) for v in stated.values()}) == 1:
            return next(iter(stated.values()))
        if not stated:
            raise UnknownName(
                f"{path} defines no Claim and no Theorem", cure="assign one, as CLAIM = Claim(...)"
            )
        raise UnknownName(
            f"{path} defines {len(stated)} claims", allowed=listed, cure=f"write {path}:NAME"
        )
    value = vars(module).get(name)
    if isinstance(value, Claim | Theorem):
        return value
    if name in vars(module):
        kind = value.__name__ if isinstance(value, type) else type(value).__name__
        what = f"the class {kind}" if isinstance(value, type) else f"of type {kind}"
        raise InputError(
            f"{path}:{name} is {what}, not a Claim or a Theorem", allowed=f"claims there: {listed}"
        )
    near = get_close_matches(name, stated, n=1, cutoff=0)
    raise UnknownName(
        f"{path} defines no '{name}'",
        allowed=listed,
        cure=f"did you mean '{near[0]}'?" if near else "assign one, as CLAIM = Claim(...)",
    )
