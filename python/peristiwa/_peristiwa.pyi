"""Types of the extension module; `peristiwa` gives its names on."""

import datetime
import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict, Union, final, overload

import pyarrow
from typing_extensions import NotRequired

__version__: str

Offset = int
"""Unicode characters, as a Python string index, half-open; or bytes, as the annotator was told."""

Label = Literal["PER", "ORG", "LOC", "LAW", "WORK", "NEV", "ROL"]

class PeristiwaError(ValueError):
    """An article, an option or the models are not what they should be."""

    code: str
    """One word for programs: input, missing_text, wrong_type, bad_published, models, io, internal, …"""

class Article(TypedDict, total=False):
    """One article; only `text` is required. Other keys are ignored."""

    id: Union[str, int]
    text: str
    published: Union[str, datetime.date]
    title: str
    source: str

class Span(TypedDict):
    start: Offset
    end: Offset

class Meta(TypedDict):
    published: NotRequired[str]
    source: NotRequired[str]
    title: NotRequired[str]

class ReferenceTime(TypedDict):
    value: NotRequired[str]
    basis: Literal["published", "inferred", "none"]

class Mention(Span):
    text: str
    score: NotRequired[float]
    found_by: NotRequired[str]

class Entity(TypedDict):
    id: str
    label: Label
    name: str
    mentions: list[Mention]

Interval = TypedDict("Interval", {"from": NotRequired[str], "to": NotRequired[str]})

Time = TypedDict(
    "Time",
    {
        "id": str,
        "start": Offset,
        "end": Offset,
        "text": str,
        "type": Literal["DATE", "TIME", "DURATION", "SET"],
        "value": str,
        "mod": NotRequired[str],
        "quant": NotRequired[str],
        "freq": NotRequired[str],
        "interval": NotRequired[Interval],
        "found_by": NotRequired[str],
    },
)

class Quantity(Span):
    id: str
    text: str
    type: Literal["MONEY", "PERCENT", "AGE", "COUNT", "MEASURE"]
    value: float
    unit: NotRequired[str]
    found_by: NotRequired[str]

class Extract(Span):
    text: str

class Filler(TypedDict):
    """`ref`, or the other three."""

    ref: NotRequired[str]
    start: NotRequired[Offset]
    end: NotRequired[Offset]
    text: NotRequired[str]

class Argument(Filler):
    role: str
    score: NotRequired[float]
    found_by: NotRequired[str]

When = TypedDict(
    "When", {"ref": NotRequired[str], "from": NotRequired[str], "to": NotRequired[str]}
)

class Event(TypedDict):
    id: str
    type: str
    triggers: list[Extract]
    arguments: NotRequired[list[Argument]]
    time: NotRequired[When]
    place: NotRequired[Filler]
    polarity: Literal["positive", "negative"]
    modality: Literal["asserted", "planned", "alleged", "possible"]
    score: NotRequired[float]
    found_by: NotRequired[str]

Relation = TypedDict(
    "Relation",
    {
        "type": str,
        "from": str,
        "to": str,
        "score": NotRequired[float],
        "found_by": NotRequired[str],
    },
)

class Quote(Span):
    speaker: NotRequired[str]
    found_by: NotRequired[str]

class Annotation(TypedDict):
    """Everything found in one article; a list with nothing in it is left out."""

    schema: int
    id: str
    meta: NotRequired[Meta]
    offsets: NotRequired[Literal["bytes"]]
    reference_time: ReferenceTime
    sentences: NotRequired[list[Span]]
    entities: NotRequired[list[Entity]]
    times: NotRequired[list[Time]]
    quantities: NotRequired[list[Quantity]]
    events: NotRequired[list[Event]]
    relations: NotRequired[list[Relation]]
    quotes: NotRequired[list[Quote]]
    warnings: NotRequired[list[str]]

class Reason(TypedDict):
    code: str
    message: str

class Rejected(TypedDict):
    """What stands in the place of an article that could not be annotated."""

    schema: int
    id: str
    error: Reason

@final
class Annotator:
    """Annotates articles; loads the models once and may be shared by threads.

    Works on threads of its own without the interpreter's lock; may be pickled, and used after a fork.
    """

    def __init__(
        self,
        models: Union[str, os.PathLike[str], None] = None,
        tagger: Literal["pooled", "neural", "linear"] = "pooled",
        threads: Union[int, None] = None,
        *,
        explain: bool = False,
        offsets: Literal["chars", "bytes"] = "chars",
    ) -> None:
        """Loads the models: those inside the wheel, or a folder laid out as the project's `models/`.

        `tagger`: `pooled` is the most accurate, `linear` several times as fast. `threads`: one a core if
        None. `explain` names with every annotation the rule or model that found it. Raises
        `PeristiwaError` where the models or an option are not as they should be.
        """

    def annotate(
        self,
        text: str,
        published: Union[str, datetime.date, None] = None,
        id: Union[str, None] = None,
        title: Union[str, None] = None,
        source: Union[str, None] = None,
    ) -> Annotation:
        """What is found in one article. Empty text gives an empty annotation.

        `published` (a date, or a string that begins with `YYYY-MM-DD`) is what relative dates are
        resolved against; title and source are carried through.
        """

    @overload
    def annotate_all(
        self,
        articles: Iterable[Union[str, Article, Mapping[str, Any]]],
        errors: Literal["raise"] = "raise",
    ) -> list[Annotation]: ...
    @overload
    def annotate_all(
        self,
        articles: Iterable[Union[str, Article, Mapping[str, Any]]],
        errors: Literal["return"],
    ) -> list[Union[Annotation, Rejected]]:
        """What is found in each article (a text, or a mapping with `text`), in their order, on all threads.

        A bad article raises `PeristiwaError`, or with `errors="return"` has an entry with `error` in its
        place. A missing `id` is the 1-based number of the article.
        """

    @overload
    def annotate_arrow(
        self, data: pyarrow.RecordBatch, errors: Literal["raise", "return"] = "return"
    ) -> pyarrow.RecordBatch: ...
    @overload
    def annotate_arrow(
        self, data: Any, errors: Literal["raise", "return"] = "return"
    ) -> pyarrow.Table:
        """Arrow in, Arrow out, a row an article in the same order.

        In: anything that exports Arrow data (`__arrow_c_array__`: a record batch; or
        `__arrow_c_stream__`: a table, a reader, a data frame of polars or DuckDB) with a column `text` and
        any of `id`, `published`, `title`, `source`. Out: `arrow_schema()`: the nested columns of the
        schema, and `error` (`code`, `message`), null where all is well.
        """

    @staticmethod
    def arrow_schema(table: Union[str, None] = None) -> pyarrow.Schema:
        """The schema of what `annotate_arrow` gives, or that of a flat table such as `events`."""
