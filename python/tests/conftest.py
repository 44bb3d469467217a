"""Articles of our own and one annotator for all tests."""

import json
from pathlib import Path

import pytest

from peristiwa import Annotator

CORPUS = Path(__file__).parents[2] / "corpus" / "articles.jsonl"


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    return Annotator(threads=2)


@pytest.fixture(scope="session")
def articles() -> list[dict]:
    with CORPUS.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def annotations(annotator: Annotator, articles: list[dict]) -> list[dict]:
    return annotator.annotate_all(articles)
