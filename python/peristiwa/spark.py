"""Annotates a corpus with Spark: Parquet or JSON Lines in, Parquet out.

    python -m peristiwa.spark IN OUT [--tables]
    spark-submit .../peristiwa/spark.py IN OUT [--tables]

OUT/annotations has a row an article with nested columns and `error`, null where all is well;
OUT/rejects lists, as JSON Lines, the articles that could not be annotated and why; with --tables
OUT/tables/NAME are the flat tables articles, entities, events, arguments and so on. A bad article never
stops the job.

In a program: `annotate(spark.read.parquet(...))` and `tables(annotated)`.
"""

from __future__ import annotations

import argparse
import functools
import sys
from typing import TYPE_CHECKING, Any

from peristiwa import Annotator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow
    from pyspark.sql import Column, DataFrame, SparkSession

FIELDS = ("id", "text", "published", "title", "source")
"""The columns of a corpus; only `text` must be there."""

TABLES = (
    "articles",
    "sentences",
    "entities",
    "mentions",
    "times",
    "quantities",
    "events",
    "triggers",
    "arguments",
    "relations",
    "quotes",
)
"""The flat tables, as `peristiwa::table::Table` has them."""

INNER = {
    "mentions": ("entities", "entity"),
    "triggers": ("events", "event"),
    "arguments": ("events", "event"),
}
"""Tables of what stands inside an entity or event, and the name of the column with its id."""

MOST_CHARACTERS = 1_000_000
"""A longer text is no article; it would hold a worker up."""

BATCH = 256
"""Articles that go to a Python worker at once."""


@functools.lru_cache(maxsize=1)
def _annotator(models: str | None, tagger: str) -> Annotator:
    """One for each Python worker: Spark uses the process again for the next task."""
    return Annotator(models, tagger, threads=1)  # type: ignore[arg-type]


def annotate_batches(
    batches: Iterable[pyarrow.RecordBatch], models: str | None = None, tagger: str = "pooled"
) -> Iterator[pyarrow.RecordBatch]:
    """What `mapInArrow` calls on a worker."""
    annotator = _annotator(models, tagger)
    for batch in batches:
        yield _with_earlier_errors(annotator.annotate_arrow(batch), batch)


def _with_earlier_errors(
    annotated: pyarrow.RecordBatch, batch: pyarrow.RecordBatch
) -> pyarrow.RecordBatch:
    """What was found wrong with an article before the annotator saw it says more than its missing text."""
    import pyarrow
    from pyarrow import compute

    earlier = batch.column(batch.schema.get_field_index("error"))
    if earlier.null_count == len(earlier):
        return annotated
    at = annotated.schema.get_field_index("error")
    field = annotated.schema.field(at)
    error = compute.coalesce(earlier.cast(field.type), annotated.column(at))
    arrays = [*annotated.columns[:at], error, *annotated.columns[at + 1 :]]
    return pyarrow.RecordBatch.from_arrays(arrays, schema=annotated.schema)


def annotate(corpus: DataFrame, models: str | None = None, tagger: str = "pooled") -> DataFrame:
    """A row an article with nested columns and `error`.

    `corpus` has a column `text` and any of `id`, `published` (string, date or timestamp), `title` and
    `source`. An article without id gets one made of its text. `models` is a folder that every worker has.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = from_arrow_schema(Annotator.arrow_schema())

    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return annotate_batches(batches, models, tagger)

    return _articles(corpus).mapInArrow(work, schema)


def _articles(corpus: DataFrame) -> DataFrame:
    """The five columns as strings, and `error` where there is nothing to annotate."""
    from pyspark.sql import functions as f
    from pyspark.sql.types import DateType, TimestampNTZType, TimestampType

    types = {field.name: field.dataType for field in corpus.schema.fields}
    if "text" not in types:
        raise ValueError(f"no column \"text\"; found: {', '.join(types)}")

    def column(name: str) -> Column:
        if name not in types:
            return f.lit(None).cast("string").alias(name)
        value = f.col(f"`{name}`")
        if isinstance(types[name], (DateType, TimestampType, TimestampNTZType)):
            value = f.date_format(value, "yyyy-MM-dd")
        return value.cast("string").alias(name)

    def reason(code: str, message: str | Column) -> Column:
        text = f.lit(message) if isinstance(message, str) else message
        return f.struct(f.lit(code).alias("code"), text.alias("message"))

    corrupt = f.col("_corrupt_record") if "_corrupt_record" in types else f.lit(None).cast("string")
    long = f.concat(
        f.length("text").cast("string"),
        f.lit(f" characters: expected at most {MOST_CHARACTERS}"),
    )
    error = (
        f.when(f.col("corrupt").isNotNull(), reason("not_json", "not a JSON object on one line"))
        .when(f.col("text").isNull(), reason("missing_text", 'no "text": expected the article as a string'))
        .when(f.trim(f.regexp_replace("text", r"\s+", " ")) == "", reason("empty_text", "the text is empty"))
        .when(f.length("text") > MOST_CHARACTERS, reason("too_large", long))
    )
    made = f.substring(f.sha2(f.coalesce(f.col("text"), f.col("corrupt"), f.lit("")), 256), 1, 16)
    named = corpus.select(*(column(name) for name in FIELDS), corrupt.alias("corrupt"))
    judged = named.withColumn("error", error).withColumn("id", f.coalesce("id", made))
    text = f.when(f.col("error").isNull(), f.col("text")).alias("text")
    return judged.select("id", text, "published", "title", "source", "error")


def tables(annotated: DataFrame) -> dict[str, DataFrame]:
    """The flat tables of what `annotate` gave; articles that could not be annotated are in none."""
    good = annotated.where("error is null")
    return {name: _table(good, name) for name in TABLES}


def _table(good: DataFrame, name: str) -> DataFrame:
    from pyspark.sql import functions as f

    columns = Annotator.arrow_schema(name).names
    if name == "articles":
        return good.select(*(_flat(good.schema, "", column) for column in columns))
    keys = ["article"]
    if name not in INNER:
        rows = good.select(f.col("id").alias("article"), f.explode(name).alias("row"))
    else:
        outer, key = INNER[name]
        keys.append(key)
        outers = good.select(f.col("id").alias("article"), f.explode(outer).alias("outer"))
        rows = outers.select(
            "article", f.col("outer.id").alias(key), f.explode(f"outer.{name}").alias("row")
        )
    row = rows.schema["row"].dataType
    return rows.select(*keys, *(_flat(row, "row.", column) for column in columns[len(keys) :]))


def _flat(row: Any, prefix: str, name: str) -> Column:
    """The column `name` of a flat table: a field, or one of an inner object, such as `interval_from`."""
    from pyspark.sql import functions as f
    from pyspark.sql.types import StructType

    if name in row.fieldNames():
        return f.col(f"{prefix}`{name}`")
    for field in row.fields:
        if isinstance(field.dataType, StructType):
            start = "" if field.name == "meta" else f"{field.name}_"
            inner = name[len(start) :]
            if name.startswith(start) and inner in field.dataType.fieldNames():
                return f.col(f"{prefix}`{field.name}`.`{inner}`").alias(name)
    raise ValueError(f"no field for column {name!r}")


def read(spark: SparkSession, path: str, form: str | None, names: dict[str, str]) -> DataFrame:
    """A corpus in Parquet or JSON Lines, its columns called by `names` (ours to theirs)."""
    from pyspark.sql import functions as f
    from pyspark.sql.types import StringType, StructField, StructType

    form = form or ("json" if path.endswith((".jsonl", ".json", ".ndjson", ".gz", ".zst")) else "parquet")
    theirs = {ours: names.get(ours, ours) for ours in FIELDS}
    if form == "json":
        wanted = [*theirs.values(), "_corrupt_record"]
        schema = StructType([StructField(name, StringType()) for name in wanted])
        corpus = spark.read.schema(schema).json(path)
    else:
        corpus = spark.read.parquet(path)
    missing = [name for name in names.values() if name not in corpus.columns]
    if missing:
        raise ValueError(f"no column {missing[0]!r}; found: {', '.join(corpus.columns)}")
    kept = [f.col(f"`{name}`").alias(ours) for ours, name in theirs.items() if name in corpus.columns]
    return corpus.select(*kept, *(["_corrupt_record"] if form == "json" else []))


def run(
    spark: SparkSession,
    source: str,
    target: str,
    *,
    form: str | None = None,
    names: dict[str, str] | None = None,
    models: str | None = None,
    tagger: str = "pooled",
    flat: bool = False,
    partitions: int | None = None,
    mode: str = "error",
) -> tuple[int, int]:
    """Annotates `source` into `target`; the number of articles and of rejects among them."""
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH))
    corpus = read(spark, source, form, names or {})
    if partitions:
        corpus = corpus.repartition(partitions)
    annotations = f"{target}/annotations"
    annotate(corpus, models, tagger).write.mode(mode).parquet(annotations)
    # the work is done once and read back: what follows touches only the columns that it needs
    annotated = spark.read.parquet(annotations)
    rejected = annotated.where("error is not null").select("schema", "id", "error")
    rejected.write.mode(mode).json(f"{target}/rejects")
    if flat:
        for name, table in tables(annotated).items():
            table.write.mode(mode).parquet(f"{target}/tables/{name}")
    return annotated.count(), rejected.count()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m peristiwa.spark", description="Annotates a corpus with Spark."
    )
    parser.add_argument("source", metavar="IN", help="Parquet or JSON Lines: a file, folder or pattern")
    parser.add_argument("target", metavar="OUT", help="a folder that is not there yet")
    parser.add_argument("--tables", action="store_true", help="write the flat tables too")
    parser.add_argument("--format", choices=("parquet", "json"), help="of IN [default: by its name]")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help="where id, text, published, title or source is called otherwise: --column text=body",
    )
    parser.add_argument("--tagger", choices=("pooled", "neural", "linear"), default="pooled")
    parser.add_argument("--models", metavar="DIR", help="a folder of models that every worker has")
    parser.add_argument("--partitions", type=int, metavar="N", help="tasks [default: as IN is split]")
    parser.add_argument("--overwrite", action="store_true", help="replace what OUT holds")
    parser.add_argument("--master", help="Spark's master [default: as Spark is configured]")
    options = parser.parse_args(arguments)
    options.names = {}
    for pair in options.column:
        ours, equals, theirs = pair.partition("=")
        if ours not in FIELDS or not equals:
            parser.error(f"--column {pair}: expected NAME=COLUMN, NAME one of {' '.join(FIELDS)}")
        options.names[ours] = theirs
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 good, also where articles were rejected: a scheduler should not repeat the job; 2 usage or input."""
    options = _arguments(arguments)
    try:
        from pyspark.errors import AnalysisException
        from pyspark.sql import SparkSession
    except ImportError:
        print("peristiwa.spark: no pyspark; pip install 'peristiwa[spark]'", file=sys.stderr)
        return 2
    builder = SparkSession.builder.appName("peristiwa")
    if options.master:
        builder = builder.master(options.master)
    spark = builder.getOrCreate()
    try:
        count, rejects = run(
            spark,
            options.source,
            options.target,
            form=options.format,
            names=options.names,
            models=options.models,
            tagger=options.tagger,
            flat=options.tables,
            partitions=options.partitions,
            mode="overwrite" if options.overwrite else "error",
        )
    except (AnalysisException, ValueError) as error:
        print(f"peristiwa.spark: {error}", file=sys.stderr)
        return 2
    finally:
        spark.stop()
    print(f"peristiwa.spark: {count} articles, {rejects} rejected", file=sys.stderr)
    return 0


if __name__ == "__main__":
    # by its name in the package, so that workers import it rather than unpickle a copy
    from peristiwa.spark import main as command

    sys.exit(command())
