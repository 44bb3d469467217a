"""Arrow in and out."""

import datetime

import pytest

from peristiwa import Annotator, PeristiwaError

pyarrow = pytest.importorskip("pyarrow")


def plain(value):
    """A row as the dictionaries have it: without nulls and empty lists."""
    if isinstance(value, dict):
        fields = {name: plain(inner) for name, inner in value.items()}
        return {name: inner for name, inner in fields.items() if inner is not None and inner != []}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def rounded(value):
    """Scores as 32-bit floats, as the tables have them."""
    if isinstance(value, dict):
        return {
            name: pyarrow.scalar(inner, pyarrow.float32()).as_py() if name == "score" else rounded(inner)
            for name, inner in value.items()
        }
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def whole(annotation):
    """A dictionary with what a table always has."""
    return {"offsets": "chars", "meta": {}, **rounded(annotation)}


def test_a_batch(annotator, articles, annotations):
    batch = pyarrow.RecordBatch.from_pylist(articles)
    table = annotator.annotate_arrow(batch)
    assert isinstance(table, pyarrow.RecordBatch)
    assert table.schema == Annotator.arrow_schema()
    assert [plain(row) for row in table.to_pylist()] == [whole(a) for a in annotations]


def test_a_table_of_several_batches(annotator, articles, annotations):
    table = pyarrow.Table.from_batches(
        [pyarrow.RecordBatch.from_pylist(articles[:2]), pyarrow.RecordBatch.from_pylist(articles[2:])]
    )
    annotated = annotator.annotate_arrow(table)
    assert isinstance(annotated, pyarrow.Table)
    assert annotated.column("id").to_pylist() == [a["id"] for a in annotations]
    reader = annotator.annotate_arrow(table.to_reader())
    assert reader == annotated
    unnamed = annotator.annotate_arrow(table.select(["text"]))
    assert unnamed.column("id").to_pylist() == [str(n + 1) for n in range(len(articles))]


def test_nothing(annotator):
    empty = pyarrow.RecordBatch.from_pydict({"text": pyarrow.array([], pyarrow.string())})
    assert annotator.annotate_arrow(empty).num_rows == 0
    table = annotator.annotate_arrow(pyarrow.Table.from_batches([], schema=empty.schema))
    assert table.schema == Annotator.arrow_schema()


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()])
def test_kinds_of_text(annotator, kind):
    batch = pyarrow.RecordBatch.from_arrays([pyarrow.array(["Budi Santoso tiba."], kind)], ["text"])
    assert annotator.annotate_arrow(batch).to_pylist()[0]["entities"][0]["name"] == "Budi Santoso"


@pytest.mark.parametrize(
    "kind",
    [pyarrow.string(), pyarrow.date32(), pyarrow.date64(), *map(pyarrow.timestamp, ["s", "ms", "us", "ns"])],
)
@pytest.mark.parametrize("day", [datetime.date(2024, 8, 14), datetime.date(1969, 12, 30)])
def test_kinds_of_dates(annotator, kind, day):
    value = day.isoformat() if kind == pyarrow.string() else day
    if pyarrow.types.is_timestamp(kind):
        value = datetime.datetime.combine(day, datetime.time(22))
    arrays = [pyarrow.array(["Budi tiba."]), pyarrow.array([value], kind), pyarrow.array([7])]
    batch = pyarrow.RecordBatch.from_arrays(arrays, ["text", "published", "id"])
    row = annotator.annotate_arrow(batch).to_pylist()[0]
    assert row["meta"]["published"] == day.isoformat()
    assert row["id"] == "7"


def test_bad_rows(annotator):
    batch = pyarrow.RecordBatch.from_pydict(
        {
            "id": ["a", "b", "c", None],
            "text": ["Budi Santoso tiba.", None, "Ani pergi.", ""],
            "published": ["2024-08-14", None, "kemarin", None],
        }
    )
    rows = annotator.annotate_arrow(batch).to_pylist()
    assert [row["id"] for row in rows] == ["a", "b", "c", "4"]
    assert [row["error"] and row["error"]["code"] for row in rows] == [
        None,
        "missing_text",
        "bad_published",
        None,
    ]
    assert rows[0]["entities"] and not rows[1]["entities"]
    with pytest.raises(PeristiwaError, match='article 2 .id "b".*"text"'):
        annotator.annotate_arrow(batch, errors="raise")


def test_dates_out_of_range(annotator):
    arrays = [pyarrow.array(["a"] * 2), pyarrow.array([2**31 - 1, -(2**31)], pyarrow.int32()).view("date32")]
    rows = annotator.annotate_arrow(pyarrow.RecordBatch.from_arrays(arrays, ["text", "published"])).to_pylist()
    assert [row["error"]["code"] for row in rows] == ["bad_published"] * 2


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"teks": ["a"]}, "missing_text"),
        ({"text": [1.5]}, "wrong_type"),
        ({"text": ["a"], "published": [5]}, "wrong_type"),
        ({"text": ["a"], "id": [1.5]}, "wrong_type"),
        ({"text": ["a"], "published": [datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)]}, "wrong_type"),
    ],
)
def test_bad_columns(annotator, columns, code):
    with pytest.raises(PeristiwaError) as error:
        annotator.annotate_arrow(pyarrow.RecordBatch.from_pydict(columns))
    assert error.value.code == code


def test_not_arrow(annotator):
    for thing in (None, [1], "text"):
        with pytest.raises((TypeError, ValueError)):
            annotator.annotate_arrow(thing)


def test_any_producer(annotator):
    """Whatever offers the Arrow C data interface will do, of whatever library."""

    class Producer:
        def __init__(self, batch):
            self.batch = batch

        def __arrow_c_array__(self, requested_schema=None):
            return self.batch.__arrow_c_array__(requested_schema)

    batch = pyarrow.RecordBatch.from_pydict({"text": ["Budi Santoso tiba."]})
    assert annotator.annotate_arrow(Producer(batch)) == annotator.annotate_arrow(batch)


def test_schemas_of_tables():
    assert Annotator.arrow_schema("events").names[:3] == ["article", "id", "type"]
    with pytest.raises(PeristiwaError, match="articles sentences"):
        Annotator.arrow_schema("peristiwa")
