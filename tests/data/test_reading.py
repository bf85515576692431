"""Readers: every format gives the same numbers, and what could only be guessed is refused."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import save_file

from sith import InputError
from sith.numerics.data import paired_tables, read_table


@pytest.fixture
def numbers() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((50, 3)).astype("f4")


def write_all(folder: Path, x: np.ndarray) -> list[str]:
    np.save(folder / "a.npy", x)
    np.savez(folder / "one.npz", u=x)
    np.savez(folder / "two.npz", u=x, v=2 * x)
    np.savetxt(folder / "bare.csv", x, delimiter=",")
    header = "a,b,c\n" + "\n".join(",".join(map(repr, row)) for row in x.astype(float).tolist())
    (folder / "named.csv").write_text(header)
    pq.write_table(pa.table({n: x[:, k] for k, n in enumerate("abc")}), folder / "a.parquet")
    lists = pa.table({"e": x.astype(float).tolist(), "id": list(range(50))})
    pq.write_table(lists, folder / "lists.parquet")
    torch.save({"z": torch.tensor(x), "epoch": 3}, folder / "a.pt")
    save_file({"z": torch.tensor(x)}, folder / "a.safetensors")
    return [
        "a.npy",
        "one.npz",
        "two.npz:u",
        "bare.csv",
        "named.csv",
        "named.csv:a,b,c",
        "a.parquet",
        "lists.parquet:e",
        "a.pt",
        "a.safetensors:z",
    ]


def test_every_format_gives_the_same_numbers(tmp_path: Path, numbers: np.ndarray) -> None:
    for name in write_all(tmp_path, numbers):
        found = read_table(str(tmp_path / name))
        np.testing.assert_allclose(found.values, numbers, rtol=1e-6, err_msg=name)
    assert read_table(str(tmp_path / "named.csv")).names == ("a", "b", "c")
    assert read_table(str(tmp_path / "a.npy")).precision == "float32"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("two.npz", "holds 2 arrays; allowed: u, v"),
        ("two.npz:w", "has no array w"),
        ("named.csv:q", "has no column q"),
        ("cube.npy", r"axes are not said.*--axes row,coordinate,coordinate"),
        ("objects.npy", "cannot be read as .npy"),
        ("words.npy", "is no NumPy array"),
        ("pickled.pt", "other objects than tensors"),
        ("text.csv", "column t is not a column of numbers"),
        ("empty.csv", "cannot be read as .csv: .*write one line for each row"),
        ("head.csv", "has no rows"),
        ("none.npy", "there is no file"),
        ("a.h5", "unknown kind"),
        ("complex.npy", "complex numbers"),
        ("no_rows.npy", r"has shape \(0, 3\)"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(
    tmp_path: Path, numbers: np.ndarray, source: str, said: str
) -> None:
    write_all(tmp_path, numbers)
    np.save(tmp_path / "cube.npy", np.zeros((10, 8, 8)))
    np.save(tmp_path / "objects.npy", np.array([{}, 1], dtype=object), allow_pickle=True)
    (tmp_path / "words.npy").write_text("hello")
    (tmp_path / "pickled.pt").write_bytes(pickle.dumps({"z": Path()}))
    (tmp_path / "text.csv").write_text("a,t\n1,x\n2,y\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "head.csv").write_text("a,b\n")
    (tmp_path / "a.h5").write_text("")
    np.save(tmp_path / "complex.npy", np.ones((5, 2)) * 1j)
    np.save(tmp_path / "no_rows.npy", np.zeros((0, 3)))
    with pytest.raises(InputError, match=said) as error:
        read_table(str(tmp_path / source))
    assert "\n" not in str(error.value)


def test_named_axes_are_followed() -> None:
    x = np.arange(24.0).reshape(2, 4, 3)
    axes = ("coordinate", "row", "coordinate")
    found = read_table(x, axes=axes)
    assert found.shape == (4, 6)
    np.testing.assert_array_equal(found.values[1], [3, 4, 5, 15, 16, 17])
    with pytest.raises(InputError, match="2 axes named"):
        read_table(x, axes=("row", "coordinate"))


def test_a_file_larger_than_memory_is_refused_or_sampled(tmp_path: Path) -> None:
    path = tmp_path / "big.npy"
    shape = (10**8, 10)
    # A sparse file: nothing is written but the header and the last row.
    np.lib.format.open_memmap(path, "w+", dtype="f8", shape=shape)[-1] = 1.0
    with pytest.raises(InputError, match="--rows 1000000"):
        read_table(str(path))
    few = read_table(str(path), rows=100, seed=1)
    assert few.shape == (100, 10)
    assert len(np.unique(few.rows)) == 100
    assert few.rows.max() > 5 * 10**7


def test_rows_that_are_not_finite_are_named_and_dropped_from_all() -> None:
    x, y = np.random.default_rng(0).standard_normal((2, 20, 2))
    x[4, 0], y[7, 1] = np.nan, np.inf
    tables = read_table(x, name="x"), read_table(y, name="y")
    with pytest.raises(InputError, match="x: row 4 has entries"):
        paired_tables(tables)
    first, second = paired_tables(tables, drop_rows=True)
    assert first.shape == second.shape == (18, 2)
    assert 4 not in first.rows and 7 not in second.rows
    with pytest.raises(InputError, match="the same rows"):
        paired_tables((tables[0], read_table(y[:10])))


def test_objects_of_the_libraries_of_the_field() -> None:
    x = np.random.default_rng(0).standard_normal((10, 2))

    class Frame:
        """What data frames of pandas and polars offer."""

        columns = ("a", "b")

        def to_numpy(self) -> np.ndarray:
            return x.astype(object)

    class DataArray:
        """What an array of xarray offers."""

        dims = ("time", "channel")
        values = x

    assert read_table(Frame()).names == ("a", "b")
    np.testing.assert_array_equal(read_table(Frame()).values, x)
    np.testing.assert_array_equal(read_table(DataArray()).values, x)
    half = read_table(torch.tensor(x).bfloat16())
    assert half.precision == "bfloat16"
    with pytest.raises(InputError, match="unequal lengths"):
        read_table([[1.0, 2.0], [3.0]])
    with pytest.raises(InputError, match="of type int"):
        read_table(3)
