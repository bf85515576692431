"""What a sweep refuses before anything runs, what it leaves out, and what names a run."""

import json
import os
from importlib import import_module
from pathlib import Path

import pytest

from sith import InputError, Store, read_sweep, run_tasks
from sith.numerics.cli import main
from sith.numerics.runs.design import Design

sizes = import_module("sith.numerics.sweeping.sizes")
sources = import_module("sith.numerics.sweeping.sources")

HEAD = "[grid]\nclaim = 'zimmermann_2021_vmf'\n"

WRONG = [
    ("grid = 3", "grid"),
    ("grid = [1, 2]", "grid"),
    ("grid = 'all'", "grid"),
    ("name = 3\n" + HEAD, "name = 3"),
    ("[grid]\nclaim = 3", "claim = 3"),
    ("[grid]\nclaim = ['zimmermann_2021_vmf', 'zimmerman_2021_lp']", "did you mean"),
    ('[grid]\nclaim = "a\\u0000b.py:CLAIM"', "null"),
    ("[grid]\nclaim = ''", "''"),
    (HEAD + "seed = [0, '1']", "seed = '1'"),
    (HEAD + "seed = [0, true]", "seed = True"),
    (HEAD + "seed = [0, 1.0]", "seed = 1.0"),
    (HEAD + "seed = 1979-05-27", "seed"),
    (HEAD + "seed = [[0, 1]]", "seed = [0, 1]"),
    (HEAD + "seed = 99999999999999999999999", "seed"),
    (HEAD + "dim = [3, 0]", "dim = 0"),
    (HEAD + "dim = 1_000_000", "dim"),
    (HEAD + "dim = [3, 1]", "dim = 1"),
    (HEAD + "steps = [2, -5]", "steps = -5"),
    (HEAD + "steps = 1979-05-27", "steps"),
    (HEAD + "learning_rate = [0.01, -1.0]", "learning_rate = -1.0"),
    (HEAD + "learning_rate = nan", "learning_rate"),
    (HEAD + "learning_rate = inf", "learning_rate"),
    (HEAD + "learning_rate = 1" + "0" * 400, "learning_rate"),
    (HEAD + "encoder = ['mlp', 'mpl']", "encoder = 'mpl'"),
    (HEAD + "samples = [0, -3]", "samples = -3"),
    (HEAD + "weakening = ['none', 'unifrom_marginal']", "uniform_marginal"),
    (HEAD + "weakening = [['none']]", "weakening = ['none']"),
    (HEAD + "weakening = {a = 1}", "weakening"),
    (HEAD + "parameters = 3", "parameters = 3"),
    (HEAD + "[grid.parameters]\nkappa = 0.5", "decimals"),
    (HEAD + "[grid.parameters]\nkappa = [[1]]", "kappa = [1]"),
    (HEAD + "[grid.parameters]\nkappa = ['1', '-1']", "kappa=-1"),
    (HEAD + "batch = 1_000_000_000_000", "GiB"),
    (HEAD + "encoder = 'mlp'\nwidth = 100_000_000", "GiB"),
    (HEAD + "steps = 1_000_000_000_000_000", "GiB"),
    (HEAD + f"seed = {[*range(2000)]}\nbatch = {[*range(2, 1002)]}", "2,000,000 runs"),
    (HEAD + "batchh = 3", "did you mean 'batch'"),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[str(i) for i in range(len(WRONG))])
def test_a_value_that_cannot_be_used_is_one_line_before_anything_runs(tmp_path, capsys, text, said):
    spec, store = tmp_path / "wrong.toml", tmp_path / "s"
    spec.write_text(text)
    assert main(["sweep", str(spec), "--store", str(store), "-q"]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1 and said in error[0] and "no answer was reached" not in error[0]
    assert not store.exists()


@pytest.mark.parametrize("text", ["²/3", "1/³", "+1/3", "1/3\n", "٣/٤", "0/0", "1/1" * 500])
def test_a_shard_is_two_plain_numbers(tmp_path, capsys, text):
    spec = tmp_path / "good.toml"
    spec.write_text(HEAD)
    assert main(["sweep", str(spec), "--store", str(tmp_path / "s"), "--shard", text]) == 2
    assert "--shard" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["/dev/zero", "/", "absent\0.toml"])
def test_a_specification_that_is_no_file_is_one_line(tmp_path, capsys, name):
    assert main(["sweep", name, "--store", str(tmp_path / "s")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_only_combinations_are_left_out_counted_and_listed(tmp_path, capsys):
    spec, store = tmp_path / "pairs.toml", tmp_path / "s"
    spec.write_text(HEAD + "seed = [0, 1]\nsteps = 2\nsamples = [0, 16]\nbatch = [8, 32]\n")
    sweep = read_sweep(spec)
    assert len(sweep.tasks) == 6 and sweep.skipped_runs == 2
    (line,) = sweep.skipped
    assert '"samples": 16' in line and '"batch": 32' in line and "at least batch" in line
    arguments = ["sweep", str(spec), "--store", str(store), "--status", "-q"]
    assert main([*arguments, "--json"]) == 3
    data = json.loads(capsys.readouterr().out)
    assert data["skipped"] == [line] and data["skipped_runs"] == 2 and data["runs"] == 6
    assert main(arguments) == 3
    out = capsys.readouterr().out
    assert line in out and "2 runs" in out


def test_a_size_is_a_lower_bound_of_what_is_needed():
    small = Design()
    assert sizes.least_bytes(small, 3) < 100 * 2**20
    assert sizes.least_bytes(Design(batch=10**9), 3) > 100 * 2**30
    assert sizes.least_bytes(Design(encoder="linear", width=10**9), 3) == sizes.least_bytes(
        Design(encoder="linear"), 3
    )
    assert sizes.machine_bytes() > 2**28


# What names a run.

OWN = """
from sith import *
from side import LENGTH
def later():
    import lazily
Path = __import__("pathlib").Path
with open({count!r}, "a") as file:
    file.write("x")
CLAIM = Claim("mine", World(Box(2), Uniform(), ExponentialNorm(1, LENGTH)),
              InfoNCE(NegativeNorm(2)), Encoder(RealSpace(2)), Euclidean(2))
"""

FAST = "steps = 2\nbatch = 8\nheld_out = 64\nwidth = 4\nencoder = 'linear'\n"


def own_claim(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.py").write_text(OWN.format(count=str(folder / "count")))
    (folder / "side.py").write_text("from deeper.inner import LENGTH\n")
    (folder / "deeper").mkdir(exist_ok=True)
    (folder / "deeper" / "__init__.py").write_text("")
    (folder / "deeper" / "inner.py").write_text("from . import far\nLENGTH = 2\n")
    (folder / "deeper" / "far.py").write_text("")
    (folder / "lazily.py").write_text("")
    spec = folder / "own.toml"
    spec.write_text("[grid]\nclaim = 'mine.py:CLAIM'\nseed = [0, 1, 2]\n" + FAST)
    return spec


def keys(spec: Path) -> set[str]:
    return {task.key for task in read_sweep(spec).tasks}


@pytest.mark.parametrize(
    "module", ["mine", "side", "deeper/__init__", "deeper/inner", "deeper/far", "lazily"]
)
def test_an_edit_of_any_module_that_the_claim_imports_is_another_run(tmp_path, module):
    spec = own_claim(tmp_path)
    before = keys(spec)
    assert keys(spec) == before
    file = tmp_path / f"{module}.py"
    file.write_text(file.read_text() + "\n# more\n")
    assert keys(spec).isdisjoint(before)


def test_a_file_that_the_claim_does_not_import_is_no_part_of_the_name(tmp_path):
    spec = own_claim(tmp_path)
    before = keys(spec)
    (tmp_path / "other.py").write_text("# another text\n")
    assert keys(spec) == before


def test_an_edit_of_the_same_length_is_seen(tmp_path):
    spec = own_claim(tmp_path)
    (first,) = {
        str(sources.statement_of({**t.settings, **t.aside})) for t in read_sweep(spec).tasks
    }
    inner = tmp_path / "deeper" / "inner.py"
    stamp = inner.stat()
    inner.write_text(inner.read_text().replace("2", "3"))
    os.utime(inner, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (second,) = {
        str(sources.statement_of({**t.settings, **t.aside})) for t in read_sweep(spec).tasks
    }
    assert first != second


def test_a_run_is_named_alike_from_every_folder_and_in_every_folder(tmp_path, monkeypatch):
    spec = own_claim(tmp_path / "a")
    before = keys(spec)
    monkeypatch.chdir(tmp_path)
    assert keys(Path("a/own.toml")) == before
    monkeypatch.chdir(tmp_path / "a")
    assert keys(Path("own.toml")) == before
    other = own_claim(tmp_path / "b")
    for name in ("mine.py",):
        (tmp_path / "b" / name).write_text((tmp_path / "a" / name).read_text())
    assert keys(other) == before


def test_a_claim_file_runs_once_in_a_sweep(tmp_path):
    spec = own_claim(tmp_path)
    report = run_tasks(read_sweep(spec).tasks, Store(tmp_path / "s"))
    assert report.done == 3
    assert (tmp_path / "count").read_text() == "x"


def test_a_file_that_changes_after_the_sweep_was_read_is_not_taken_for_it(tmp_path):
    tasks = read_sweep(own_claim(tmp_path)).tasks
    sources._files.clear()  # as in another process
    (tmp_path / "side.py").write_text("LENGTH = 5\n")
    with pytest.raises(InputError, match="has changed"):
        sources.statement_of({**tasks[0].settings, **tasks[0].aside})


# The report.


def test_a_diverged_run_does_not_spoil_the_report(tmp_path, capsys):
    from sith import Task
    from sith.numerics.sweeping import Row

    store = Store(tmp_path / "s")
    scores = {"linear_r2": 0.9, "procrustes_r2": 0.8, "mcc": 0.7, "loss_gap": 0.1, "loss": 1.0}
    for rate in (0.01, 1e30):
        for seed in (0, 1):
            lost = rate > 1 or seed == 0  # the first row of the first line has no scores
            task = Task("train", {"claim": "a$b_{$.py", "learning_rate": rate, "seed": seed})
            result = {"loss": "nan", "diverged": True} if lost else {**scores, "diverged": False}
            store.append(Row(task.key, "train", task.settings, result, 0.1))
    store.close()
    page = tmp_path / "r.html"
    assert main(["report", str(tmp_path / "s"), "--html", str(page), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["sweeps"]
    assert first["scores"]["linear_r2"]["mean"] == 0.9 and first["diverged"] == 1
    assert second["diverged"] == 2 and "linear_r2" not in second["scores"]
    (table,) = [t for t in page.read_text().split("<table")[1:] if "linear_r2" in t]
    assert table.partition("</table>")[0].count("<tr") == 3
