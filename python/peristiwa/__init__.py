"""Indonesian news in, structured events out: who did what, to whom, where and when.

>>> from peristiwa import Annotator
>>> annotator = Annotator()
>>> annotation = annotator.annotate("Budi Santoso dilantik pada Selasa (13/8).", published="2024-08-14")
>>> annotation["times"][0]["value"]
'2024-08-13'
"""

from ._peristiwa import Annotator, PeristiwaError, __version__

__all__ = ["Annotator", "PeristiwaError", "__version__"]
