"""Arrays from files: one reader for each kind, none of which runs code from the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sith.theory.errors import InputError

LARGEST_TEXT = 2**31
"""Bytes of a text file that is still read; larger ones belong into a binary format."""


CURES = {
    ".npy": "save the numbers alone, without pickled objects",
    ".npz": "save the numbers alone, without pickled objects",
    ".csv": "write one line for each row, with as many cells as the first",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: an array or a tensor, and the names of its columns where it has some."""

    array: Any
    names: tuple[str, ...] = ()


def read_file(path: Path, key: str) -> Found:
    """Return what a file holds.

    Arguments:
        path: of a file whose suffix is in `READERS`.
        key: the name of an array in a file of several, or columns of a table, joined by commas.

    Raises:
        InputError: the file is missing, of another kind, damaged, or needs a key.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"{path} is of an unknown kind", allowed="files that end in " + ", ".join(READERS)
        )
    try:
        return reader(path, key)
    except InputError:
        raise
    except Exception as error:
        what = " ".join(str(error).split())[:120] or type(error).__name__
        raise InputError(
            f"{path} cannot be read as {path.suffix.lower()}: {what}",
            cure=CURES.get(path.suffix.lower(), "save the file again"),
        ) from error


def _npy(path: Path, key: str) -> Found:
    _no_key(path, key)
    with path.open("rb") as file:
        if file.read(6) != b"\x93NUMPY":
            raise InputError(f"{path} is no NumPy array", cure="write it with numpy.save")
    return Found(np.load(path, mmap_mode="r", allow_pickle=False))


def _npz(path: Path, key: str) -> Found:
    with np.load(path, allow_pickle=False) as held:
        return Found(held[_choose(path, key, held.files)])


def _pt(path: Path, key: str) -> Found:
    import torch

    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise InputError(
            f"{path} holds other objects than tensors, or is damaged",
            allowed="a tensor or a dict of them",
            cure="save the tensors alone: torch.save({'z': z}, path)",
        ) from error
    if isinstance(held, torch.Tensor):
        _no_key(path, key)
        return Found(held)
    if not isinstance(held, Mapping):
        raise InputError(
            f"{path} holds {type(held).__name__}", allowed="a tensor or a dict of them"
        )
    tensors = [str(k) for k, v in held.items() if isinstance(v, torch.Tensor)]
    return Found(held[_choose(path, key, tensors)])


def _safetensors(path: Path, key: str) -> Found:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as held:
        return Found(held.get_tensor(_choose(path, key, list(held.keys()))))


def _csv(path: Path, key: str) -> Found:
    from pyarrow import csv

    if path.stat().st_size > LARGEST_TEXT:
        raise InputError(
            f"{path} is a text of {path.stat().st_size / 2**30:.1f} GiB",
            allowed="at most 2 GiB",
            cure="save it as .npy or .parquet",
        )
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline().strip().lstrip("\ufeff").split(",")
    bare = all(_is_number(cell) for cell in first)
    options = csv.ReadOptions(autogenerate_column_names=bare)
    return _columns(path, csv.read_csv(path, read_options=options), key)


def _parquet(path: Path, key: str) -> Found:
    from pyarrow import parquet

    wanted = [c.strip() for c in key.split(",")] if key else None
    if wanted:
        _known(path, wanted, parquet.read_schema(path).names)
    return _columns(path, parquet.read_table(path, columns=wanted), key)


def _columns(path: Path, held: Any, key: str) -> Found:
    """The numeric columns of an Arrow table side by side; a column of lists is several."""
    import pyarrow as pa

    wanted = [c.strip() for c in key.split(",")] if key else list(held.column_names)
    _known(path, wanted, held.column_names)
    if held.num_rows == 0:
        raise InputError(f"{path} has no rows", allowed="at least 1")
    parts, names, refused = [], [], []
    for name in wanted:
        column = held.column(name).combine_chunks()
        kind = column.type
        if (
            pa.types.is_list(kind)
            or pa.types.is_large_list(kind)
            or pa.types.is_fixed_size_list(kind)
        ):
            block = np.asarray(column.to_pylist(), dtype=np.float64)
            parts.append(block)
            names += [f"{name}[{j}]" for j in range(block.shape[1])]
        elif pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
            plain = column.cast(pa.int8()) if pa.types.is_boolean(kind) else column
            parts.append(plain.to_numpy(zero_copy_only=False)[:, None])
            names.append(name)
        else:
            refused.append(name)
    if refused:
        raise InputError(
            f"{path}: column {', '.join(refused[:5])} is not a column of numbers",
            allowed="columns of numbers",
            cure=f"name the columns to read, such as {path.name}:{','.join(names[:2]) or 'a,b'}, "
            "and give classes integer codes",
        )
    return Found(np.concatenate(parts, axis=1), tuple(names))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.strip() == ""
    return True


def _known(path: Path, wanted: Sequence[str], names: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise InputError(
            f"{path} has no column {', '.join(missing)}", allowed=", ".join(list(names)[:20])
        )


def _no_key(path: Path, key: str) -> None:
    if key:
        raise InputError(f"{path} holds one array, and :{key} names another")


def _choose(path: Path, key: str, keys: Sequence[str]) -> str:
    """The array that the key names; without one, the only array of the file."""
    if key in keys:
        return key
    if not key and len(keys) == 1:
        return keys[0]
    found = ", ".join(list(keys)[:10]) or "none"
    if key:
        raise InputError(f"{path} has no array {key}", allowed=found)
    raise InputError(
        f"{path} holds {len(keys)} arrays",
        allowed=found,
        cure=f"name one: {path.name}:{keys[0] if keys else 'NAME'}",
    )


READERS: dict[str, Callable[[Path, str], Found]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".csv": _csv,
    ".parquet": _parquet,
    ".pt": _pt,
    ".safetensors": _safetensors,
}
"""The reader of each suffix."""
