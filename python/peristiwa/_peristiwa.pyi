"""Types of the extension module; `peristiwa` gives its names on."""

import datetime
import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Union, final, overload

import pyarrow
from typing_extensions import Self

from .schema import Annotation, Article, Rejected

__all__ = ["Annotator", "PeristiwaError", "__version__"]

__version__: str

class PeristiwaError(ValueError):
    """An article, an option or the models are not what they should be."""

    code: str
    """One word for programs: input, missing_text, wrong_type, bad_published, models, io, internal, …"""

@final
class Annotator:
    """Annotates articles; loads the models once and may be shared by threads.

    Works on threads of its own without the interpreter's lock; may be pickled, and used after a fork.
    """

    def __new__(
        cls,
        models: Union[str, os.PathLike[str], None] = None,
        tagger: Literal["pooled", "neural", "linear"] = "pooled",
        threads: Union[int, None] = None,
        *,
        explain: bool = False,
        offsets: Literal["chars", "bytes"] = "chars",
    ) -> Self:
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

    def annotate_arrow(self, data: Any, errors: Literal["raise", "return"] = "return") -> Any:
        """Arrow in, Arrow out, a row an article in the same order.

        In: anything that exports Arrow data (`__arrow_c_array__`: a record batch; or
        `__arrow_c_stream__`: a table, a reader, a data frame of polars or DuckDB) with a column `text` and
        any of `id`, `published`, `title`, `source`. Out, a `pyarrow.RecordBatch` for a record batch and
        a `pyarrow.Table` for all else: `arrow_schema()`: the nested columns of the
        schema, and `error` (`code`, `message`), null where all is well.
        """

    @staticmethod
    def arrow_schema(table: Union[str, None] = None) -> pyarrow.Schema:
        """The schema of what `annotate_arrow` gives, or that of a flat table such as `events`."""
