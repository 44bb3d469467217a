"""Types of what goes in and comes out, for annotations of your own; the schema's names.

A key that may be left out stands in the class that is `total=False`. Offsets are Python string indices,
half-open, or bytes as the annotator was told.
"""

import datetime
from typing import Literal, TypedDict, Union

Label = Literal["PER", "ORG", "LOC", "LAW", "WORK", "NEV", "ROL"]


class _FoundBy(TypedDict, total=False):
    found_by: str


class _Score(_FoundBy, total=False):
    score: float


class _ArticleText(TypedDict):
    text: str


class Article(_ArticleText, total=False):
    """One article; only `text` is required, other keys are ignored."""

    id: Union[str, int]
    published: Union[str, datetime.date]
    title: str
    source: str


class Span(TypedDict):
    start: int
    end: int


class Extract(Span):
    text: str


class Meta(TypedDict, total=False):
    published: str
    source: str
    title: str


class _Basis(TypedDict):
    basis: Literal["published", "inferred", "none"]


class ReferenceTime(_Basis, total=False):
    value: str


class Mention(Extract, _Score):
    pass


class Entity(TypedDict):
    id: str
    label: Label
    name: str
    mentions: list[Mention]


Interval = TypedDict("Interval", {"from": str, "to": str}, total=False)


class _Time(Extract):
    id: str
    type: Literal["DATE", "TIME", "DURATION", "SET"]
    value: str


class Time(_Time, _FoundBy, total=False):
    mod: str
    quant: str
    freq: str
    interval: Interval


class _Quantity(Extract):
    id: str
    type: Literal["MONEY", "PERCENT", "AGE", "COUNT", "MEASURE"]
    value: float


class Quantity(_Quantity, _FoundBy, total=False):
    unit: str


class Filler(TypedDict, total=False):
    """`ref`, or the other three."""

    ref: str
    start: int
    end: int
    text: str


class _Role(TypedDict):
    role: str


class Argument(_Role, Filler, _Score):
    pass


When = TypedDict("When", {"ref": str, "from": str, "to": str}, total=False)


class _Event(TypedDict):
    id: str
    type: str
    triggers: list[Extract]
    polarity: Literal["positive", "negative"]
    modality: Literal["asserted", "planned", "alleged", "possible"]


class Event(_Event, _Score, total=False):
    arguments: list[Argument]
    time: When
    place: Filler


_Pair = TypedDict("_Pair", {"type": str, "from": str, "to": str})


class Relation(_Pair, _Score):
    pass


class Quote(Span, _FoundBy, total=False):
    speaker: str


class _Annotation(TypedDict):
    schema: int
    id: str
    reference_time: ReferenceTime


class Annotation(_Annotation, total=False):
    """Everything found in one article; a list with nothing in it is left out."""

    meta: Meta
    offsets: Literal["bytes"]
    sentences: list[Span]
    entities: list[Entity]
    times: list[Time]
    quantities: list[Quantity]
    events: list[Event]
    relations: list[Relation]
    quotes: list[Quote]
    warnings: list[str]


class Reason(TypedDict):
    code: str
    message: str


class Rejected(TypedDict):
    """What stands in the place of an article that could not be annotated."""

    schema: int
    id: str
    error: Reason
