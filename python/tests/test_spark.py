"""The Spark job, run for real with two workers."""

import json
import os
import shutil
import subprocess
import sys

import pytest

pyarrow = pytest.importorskip("pyarrow")
pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("no Java here, which Spark runs on", allow_module_level=True)

from pyarrow import parquet  # noqa: E402

import peristiwa.spark  # noqa: E402
from peristiwa import Annotator  # noqa: E402
from peristiwa.spark import TABLES  # noqa: E402
from test_arrow import plain, whole  # noqa: E402

GOOD = 3
BAD = {"kosong": "empty_text", "tanpa": "missing_text", "kapan": "bad_published", "panjang": "too_large"}


@pytest.fixture(scope="module")
def corpus(articles, tmp_path_factory):
    """A folder of two files with good articles, bad ones, and a line that is no JSON."""
    folder = tmp_path_factory.mktemp("corpus")
    bad = [
        {"id": "kosong", "text": " \n"},
        {"id": "tanpa"},
        {"id": "kapan", "text": "Budi tiba.", "published": "kemarin"},
        {"id": "panjang", "text": "a " * 600_000},
    ]
    for name, rows in (("a.jsonl", articles[:GOOD]), ("b.jsonl", bad)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (folder / "b.jsonl").open("a", encoding="utf-8") as file:
        file.write("{bukan json\n")
    return folder


def job(source, target, *options, master, start=("-m", "peristiwa.spark")):
    """The job in a process of its own, beside the output."""
    env = dict(os.environ)
    env.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    env.update(PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable)
    env.update(SPARK_LOCAL_IP="127.0.0.1", SPARK_LOCAL_HOSTNAME="localhost")
    submit = "--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 pyspark-shell"
    env["PYSPARK_SUBMIT_ARGS"] = submit
    command = [sys.executable, *start, "--master", master, source, target, *options]
    done = subprocess.run(command, env=env, cwd=target.parent, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stderr


@pytest.fixture(scope="module")
def output(corpus, tmp_path_factory):
    target = tmp_path_factory.mktemp("out") / "annotated"
    said = job(corpus, target, "--tables", "--format", "json", master="local-cluster[2,1,1024]")
    assert f"{GOOD + 5} articles, 5 rejected" in said
    return target


def test_nested_rows_are_the_annotations(output, annotations):
    rows = [plain(row) for row in parquet.read_table(output / "annotations").to_pylist()]
    good = [row for row in rows if "error" not in row]
    order = lambda row: row["id"]  # noqa: E731
    assert sorted(good, key=order) == sorted(map(whole, annotations[:GOOD]), key=order)


def test_bad_articles_are_listed_with_reasons(output):
    lines = [line for file in (output / "rejects").glob("*.json") for line in file.open(encoding="utf-8")]
    rejects = [json.loads(line) for line in lines]
    assert len(rejects) == 5
    codes = {reject["id"]: reject["error"]["code"] for reject in rejects}
    assert {name: codes.get(name) for name in BAD} == BAD
    assert "not_json" in codes.values()
    assert all(reject["error"]["message"] and reject["schema"] == 1 for reject in rejects)


def test_tables_are_those_of_the_crate(output, annotations):
    for name in TABLES:
        table = parquet.read_table(output / "tables" / name)
        assert table.schema.names == Annotator.arrow_schema(name).names, name
    read = {name: parquet.read_table(output / "tables" / name) for name in TABLES}
    assert read["articles"].num_rows == GOOD
    for name in ("sentences", "entities", "times", "quantities", "events", "relations", "quotes"):
        assert read[name].num_rows == sum(len(a.get(name, [])) for a in annotations[:GOOD]), name
    expected = {
        (a["id"], event["id"], argument["role"], argument.get("ref"), argument.get("text"))
        for a in annotations[:GOOD]
        for event in a.get("events", [])
        for argument in event.get("arguments", [])
    }
    names = ["article", "event", "role", "ref", "text"]
    found = {tuple(row.values()) for row in read["arguments"].select(names).to_pylist()}
    assert found == expected


def test_parquet_in_with_other_names(articles, annotations, tmp_path):
    source, target = tmp_path / "corpus.parquet", tmp_path / "out"
    rows = [{"nomor": n, "isi": a["text"], "published": a.get("published")} for n, a in enumerate(articles[:GOOD])]
    parquet.write_table(pyarrow.Table.from_pylist(rows), source)
    # as spark-submit starts it: by its path, which puts the package's folder before the standard library
    start = (peristiwa.spark.__file__,)
    job(source, target, "--column", "text=isi", "--column", "id=nomor", master="local[2]", start=start)
    rows = sorted(parquet.read_table(target / "annotations").to_pylist(), key=lambda row: row["id"])
    assert [row["id"] for row in rows] == ["0", "1", "2"]
    for row, annotation in zip(rows, annotations):
        assert plain(row)["sentences"] == annotation["sentences"]
        assert plain(row).get("events") == whole(annotation).get("events")
