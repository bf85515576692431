"""Durable results: what a kill, a full disk, or a second writer leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sith import InputError, Store, Task, read_sweep, run_tasks
from sith.numerics.cli import main
from sith.numerics.sweeping import Row, sweep_status
from sith.theory.theorems import THEOREMS

ROOT = Path(__file__).resolve().parents[2]

DRIVER = """
import sys
from sith.numerics.sweeping import Store, Task, run_tasks
if __name__ == "__main__":
    folder, count, seconds, workers = sys.argv[1:5]
    tasks = [Task("wait", {"seconds": float(seconds), "seed": i}) for i in range(int(count))]
    print(run_tasks(tasks, Store(folder), workers=int(workers)).to_dict())
"""


def waits(count, **more):
    return [Task("wait", {"seconds": 0.0, "seed": i, **more}) for i in range(count)]


def row(i, error=""):
    task = waits(i + 1)[i]
    return Row(task.key, task.kind, task.settings, {"waited": 0.0}, 0.5, error)


def lines(folder):
    """Every stored row, duplicates included, straight from the files."""
    from pyarrow import parquet

    found = []
    for path in (Path(folder) / "lines").glob("*.jsonl"):
        for line in path.read_bytes().splitlines():
            if line.endswith(b"}"):
                found.append(json.loads(line)["key"])
    for path in (Path(folder) / "parts").glob("*.parquet"):
        found += parquet.read_table(path).column("key").to_pylist()
    return found


def driver(tmp_path, *arguments):
    script = tmp_path / "driver.py"
    script.write_text(DRIVER, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# Tasks.


def test_equal_settings_have_equal_keys_and_others_have_not():
    one = Task("wait", {"seed": 1, "seconds": 0.5})
    assert one.key == Task("wait", {"seconds": 0.5, "seed": 1}, batch="other").key
    assert one.key != Task("wait", {"seconds": 0.5, "seed": 2}).key
    assert one.key != Task("train", {"seconds": 0.5, "seed": 1}).key
    # The address of a result is on disk: it must not change between versions.
    assert one.key == "bbba862d356683be9786f1830e1e899b"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": 1}, Path("x"), [object()]])
def test_settings_that_are_no_plain_data_are_refused(value):
    with pytest.raises(InputError, match="setting x"):
        Task("wait", {"x": value})


# The store.


def test_rows_come_back_from_another_process_and_from_columns(tmp_path):
    store = Store(tmp_path / "s")
    for i in range(3):
        store.append(row(i))
    store.append(row(3, "ValueError: no"))
    assert len(Store(tmp_path / "s").rows()) == 4
    assert len(Store(tmp_path / "s").done()) == 3
    store.close()
    store.compact()
    assert list((tmp_path / "s" / "lines").iterdir()) == []
    again = Store(tmp_path / "s")
    assert again.rows() == store.rows()
    assert len(again.done()) == 3
    from pyarrow import parquet

    (part,) = (tmp_path / "s" / "parts").iterdir()
    table = parquet.read_table(part).to_pylist()
    assert sorted(r["settings.seed"] for r in table) == [0, 1, 2, 3]
    assert {r["result.waited"] for r in table} == {0.0}


def test_a_torn_line_is_skipped_and_the_next_row_is_whole(tmp_path):
    store = Store(tmp_path / "s")
    store.append(row(0))
    (path,) = (tmp_path / "s" / "lines").iterdir()
    with path.open("ab") as file:
        file.write(b'\n{"key": "torn", "ki')
    assert len(Store(tmp_path / "s").rows()) == 1
    store.append(row(1))
    assert len(Store(tmp_path / "s").rows()) == 2
    assert len(store.rows()) == 2


def test_a_result_is_not_replaced_by_a_failure(tmp_path):
    store = Store(tmp_path / "s")
    store.append(row(0, "MemoryError: no"))
    assert store.done() == set()
    store.append(row(0))
    store.append(row(0, "MemoryError: no"))
    assert len(Store(tmp_path / "s").done()) == 1


def test_the_file_of_a_live_writer_is_left_alone(tmp_path):
    store = Store(tmp_path / "s")
    store.append(row(0))
    Store(tmp_path / "s").compact()
    assert len(list((tmp_path / "s" / "lines").iterdir())) == 1
    store.append(row(1))
    assert len(Store(tmp_path / "s").rows()) == 2


def test_a_kill_between_the_two_steps_of_compaction_counts_rows_once(tmp_path):
    store = Store(tmp_path / "s")
    store.append(row(0))
    store.close()
    (path,) = (tmp_path / "s" / "lines").iterdir()
    kept = path.read_bytes()
    store.compact()
    path.write_bytes(kept)
    assert len(Store(tmp_path / "s").rows()) == 1


def test_a_folder_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(InputError, match="other files"):
        Store(tmp_path)
    with pytest.raises(InputError, match="is a file"):
        Store(tmp_path / "mine.txt")
    other = Store(tmp_path / "s").folder
    (other / "store.json").write_text('{"format": 99}')
    with pytest.raises(InputError, match="format 99"):
        Store(other)
    (other / "store.json").write_text("{")
    with pytest.raises(InputError, match="not readable"):
        Store(other)


# The engine.


def test_a_task_that_fails_is_reported_and_does_not_end_the_others(tmp_path):
    bad = Task("wait", {"seconds": 0.0, "fail": "no such luck"}, batch="b")
    good = [Task("wait", {"seconds": 0.0, "seed": i}, batch="b") for i in range(3)]
    store = Store(tmp_path / "s")
    report = run_tasks([*good, bad], store)
    assert (report.done, report.failed, report.exit_status) == (3, 1, 3)
    assert store.rows()[bad.key].error == "RuntimeError: no such luck"
    report = run_tasks(good, store)
    assert (report.fresh, report.exit_status) == (0, 0)


def test_a_killed_worker_is_replaced_and_its_task_is_run_again(tmp_path):
    once = [Task("wait", {"seconds": 0.0, "kill": str(tmp_path / f"k{i}")}) for i in range(2)]
    report = run_tasks([*waits(10), *once], Store(tmp_path / "s"), workers=2)
    assert report.done == 12
    keys = lines(tmp_path / "s")
    assert len(keys) == len(set(keys)) == 12


def test_a_task_that_always_kills_its_worker_is_given_up(tmp_path):
    always = Task("wait", {"seconds": 0.0, "kill": str(tmp_path / "absent" / "folder")})
    store = Store(tmp_path / "s")
    report = run_tasks([*waits(3), always], store, workers=2)
    assert (report.done, report.failed) == (3, 1)
    assert "No such file" in store.rows()[always.key].error


def test_a_driver_killed_three_times_loses_nothing_and_runs_nothing_twice(tmp_path):
    folder = tmp_path / "s"
    seen = 0
    for _ in range(3):
        process = driver(tmp_path, folder, 60, 0.05, 2)
        # Until eight more are stored, or all of them while this process did not run.
        while process.poll() is None:
            held = len(Store(folder).done()) if folder.exists() else 0
            if held >= seen + 8:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        held = Store(folder).done()
        assert len(held) >= min(seen + 8, 60)
        seen = len(held)
    process = driver(tmp_path, folder, 60, 0.05, 2)
    out, err = process.communicate()
    assert "'done': 60" in out, err
    keys = lines(folder)
    assert len(keys) == len(set(keys)) == 60


def test_two_drivers_share_a_store_and_run_nothing_twice(tmp_path):
    folder = tmp_path / "s"
    both = [driver(tmp_path, folder, 40, 0.02, 1) for _ in range(2)]
    for process in both:
        _, err = process.communicate()
        assert process.returncode == 0, err
    keys = lines(folder)
    assert len(keys) == len(set(keys)) == 40


def test_a_full_disk_ends_in_one_line_and_keeps_what_was_finished(tmp_path):
    program = """
import resource, sys
from sith.numerics.sweeping import Store, Task, run_tasks
from sith import InputError
store = Store(sys.argv[1])
tasks = [Task("wait", {"seconds": 0.0, "seed": i}) for i in range(20)]
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
try:
    run_tasks(tasks, store)
except InputError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
kept = len(Store(sys.argv[1]).done())
print(kept, run_tasks(tasks, store).fresh)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "s")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    message, counts = done.stdout.splitlines()
    assert "cannot be written" in message and "free some space" in message
    kept, fresh = map(int, counts.split())
    assert kept >= 2 and kept + fresh == 20


# Sweeps of training runs.

GRID = """
name = "small"
[grid]
claim = "zimmermann_2021_vmf"
dim = 2
seed = [0, 1]
batch = [64]
steps = 40
held_out = 256
width = 8
samples = [0, 128]
encoder = ["mlp", "linear"]
"""


def test_a_sweep_runs_through_the_command_and_again_runs_nothing(tmp_path, capsys):
    spec = tmp_path / "small.toml"
    spec.write_text(GRID)
    folder = str(tmp_path / "s")
    assert main(["sweep", str(spec), "--store", folder, "--status", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["done"] == 0
    arguments = ["sweep", str(spec), "--store", folder, "--workers", "1", "--json"]
    assert main(arguments) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["runs"] == first["done"] == first["fresh"] == 8
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["fresh"] == 0
    # Seeds that were trained together have the scores that they have alone.
    sweep = read_sweep(spec)
    (alone,) = [t for t in sweep.tasks if t.settings["seed"] == 1][:1]
    run_tasks([alone], Store(tmp_path / "alone"))
    together = Store(folder).rows()[alone.key].result
    single = Store(tmp_path / "alone").rows()[alone.key].result
    assert together["linear_r2"] == pytest.approx(single["linear_r2"], abs=1e-3)

    assert main(["report", folder, "--html", str(tmp_path / "r.html"), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert len(data["sweeps"]) == 4
    assert all(line["seeds"] == 2 for line in data["sweeps"])
    page = (tmp_path / "r.html").read_text()
    assert page.count('<tr class="item">') == 4 + len(THEOREMS)
    assert "data:image/png" in page and "http" not in page


def test_shards_are_a_partition(tmp_path):
    spec = tmp_path / "small.toml"
    spec.write_text(GRID)
    folder = str(tmp_path / "s")
    runs = []
    for part in range(3):
        tasks = [t for t in read_sweep(spec).tasks if int(t.key, 16) % 3 == part]
        runs.append(sweep_status(tasks, folder).runs)
        assert main(
            ["sweep", str(spec), "--store", folder, "--shard", f"{part}/3", "--status"]
        ) in (0, 3)
    assert sum(runs) == 8


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[grid]\nseed = 1", "without 'claim'"),
        ("", "no grid"),
        ("[grid", "not TOML"),
        ("x = 1\n[grid]\nclaim = 'a'", "'x'"),
        ("[grid]\nclaim = 'nobody'", "nobody"),
        ("[grid]\nclaim = 'zimmermann_2021_vmf'\nfoo = 1", "axis 'foo'"),
        ("[grid]\nclaim = 'zimmermann_2021_vmf'\nbatch = []", "'batch' is empty"),
        ("[grid]\nclaim = 'zimmermann_2021_vmf'\nbatch = 'many'", "batch"),
        ("[grid]\nclaim = 'zimmermann_2021_vmf'\nbatch = 1", "batch"),
        ("[grid]\nclaim = 'zimmermann_2021_vmf'\nseed = -1", "seed"),
        ("[grid]\nclaim = 'zimmermann_2021_vmf'\nweakening = 'x'", "no assumption 'x'"),
        ("[grid]\nclaim = 'zimmermann_2021_vmf'\n[grid.parameters]\nq = 1", "no parameter 'q'"),
    ],
)
def test_a_wrong_sweep_is_refused_in_one_line(tmp_path, capsys, text, fault):
    spec = tmp_path / "wrong.toml"
    spec.write_text(text)
    assert main(["sweep", str(spec), "--store", str(tmp_path / "s")]) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert len(error) == 1 and fault in error[0]
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("text", ["1", "1/1", "-1/2", "a/b", "0/0"])
def test_a_wrong_shard_is_refused(tmp_path, capsys, text):
    spec = tmp_path / "small.toml"
    spec.write_text(GRID)
    assert main(["sweep", str(spec), "--shard", text]) == 2
    assert "--shard" in capsys.readouterr().err


def test_a_claim_of_the_users_own_is_named_by_what_its_file_says(tmp_path):
    from sith.numerics.claims.new_claim import TEMPLATE

    file = tmp_path / "mine.py"
    file.write_text(TEMPLATE.replace("NAME", "mine"), encoding="utf-8")
    spec = tmp_path / "own.toml"
    spec.write_text('[grid]\nclaim = "mine.py:CLAIM"\nsteps = 10\n')
    (before,) = read_sweep(spec).tasks
    file.write_text(file.read_text(encoding="utf-8") + "\n# another text\n", encoding="utf-8")
    (after,) = read_sweep(spec).tasks
    assert before.key != after.key


def test_a_dask_cluster_runs_the_same_tasks(tmp_path):
    """A real scheduler and a real worker process on this machine; one task kills the worker."""
    program = """
import sys
from distributed import LocalCluster
from sith.numerics.sweeping import Store, Task, dask_executor, run_tasks
if __name__ == "__main__":
    folder = sys.argv[1]
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None)
    tasks = [Task("wait", {"seconds": 0.0, "seed": i}) for i in range(8)]
    tasks.append(Task("wait", {"seconds": 0.0, "kill": folder + ".marker"}))
    report = run_tasks(
        tasks, Store(folder), workers=1, executor=dask_executor(cluster.scheduler_address)
    )
    print(report.to_dict())
    cluster.close()
"""
    script = tmp_path / "cluster.py"
    script.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "s")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "'done': 9" in done.stdout, done.stderr[-2000:]
    keys = lines(tmp_path / "s")
    assert len(keys) == len(set(keys)) == 9


def test_an_absent_scheduler_is_one_line(tmp_path, capsys):
    spec = tmp_path / "small.toml"
    spec.write_text(GRID)
    arguments = ["sweep", str(spec), "--scheduler", "nowhere", "--store", str(tmp_path / "s")]
    assert main([*arguments, "-q"]) == 2
    assert "dask" in capsys.readouterr().err
