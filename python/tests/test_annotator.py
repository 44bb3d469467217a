"""Dictionaries in and out."""

import datetime
import multiprocessing
import pickle
import threading

import pytest

import peristiwa
from peristiwa import Annotator, PeristiwaError

TEXT = "“Selamat,” kata Budi Santoso, yang dilantik sebagai Bupati Sleman pada Selasa (13/8)."


def spans(value):
    """Every object with start, end and text, wherever it stands."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value
        for inner in value.values():
            yield from spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from spans(inner)


def test_one_article(annotator):
    annotation = annotator.annotate(TEXT, published="2024-08-14", id="a1", title="Judul", source="kami")
    assert annotation["schema"] == 1
    assert annotation["id"] == "a1"
    assert annotation["meta"] == {"published": "2024-08-14", "title": "Judul", "source": "kami"}
    assert annotation["reference_time"] == {"value": "2024-08-14", "basis": "published"}
    assert annotation["entities"][0]["name"] == "Budi Santoso"
    assert annotation["times"][0]["value"] == "2024-08-13"
    assert "personnel.start" in [event["type"] for event in annotation["events"]]


def test_offsets_count_characters(annotator):
    found = list(spans(annotator.annotate(TEXT)))
    assert len(found) > 3
    for span in found:
        assert TEXT[span["start"] : span["end"]] == span["text"]


def test_offsets_may_count_bytes():
    annotation = Annotator(tagger="linear", offsets="bytes", threads=1).annotate(TEXT)
    assert annotation["offsets"] == "bytes"
    for span in spans(annotation):
        assert TEXT.encode()[span["start"] : span["end"]].decode() == span["text"]


def test_explained():
    annotation = Annotator(tagger="linear", explain=True, threads=1).annotate(TEXT)
    assert annotation["events"][0]["found_by"]


@pytest.mark.parametrize(
    "published",
    [
        "2024-08-14",
        "2024-08-14T23:59:59+07:00",
        "2024-08-14 10:00",
        datetime.date(2024, 8, 14),
        datetime.datetime(2024, 8, 14, 10, 30),
    ],
)
def test_published(annotator, published):
    annotation = annotator.annotate(TEXT, published)
    assert annotation["meta"]["published"] == "2024-08-14"


@pytest.mark.parametrize("published", ["kemarin", "2024-02-30", "14/08/2024", "", "2024-08-14x", 2024, "«»«»«»«»"])
def test_bad_published(annotator, published):
    with pytest.raises(PeristiwaError) as error:
        annotator.annotate(TEXT, published)
    assert error.value.code == "bad_published"
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize("text", ["", " \n", "\0", "😀" * 50, "a" * 100_000, "“(" * 2000])
def test_strange_texts(annotator, text):
    assert annotator.annotate(text)["id"] == "1"


def test_wrong_types(annotator):
    with pytest.raises(TypeError):
        annotator.annotate(None)
    with pytest.raises(TypeError):
        annotator.annotate(b"Budi tiba.")
    with pytest.raises(UnicodeError):
        annotator.annotate("lone \ud800")


@pytest.mark.parametrize(
    "options", [{"tagger": "besar"}, {"threads": 0}, {"offsets": "words"}, {"models": "no/such/folder"}]
)
def test_bad_options(options):
    with pytest.raises(PeristiwaError) as error:
        Annotator(**options)
    assert error.value.code in ("input", "models")


def test_models_of_a_folder(tmp_path):
    (tmp_path / "lexicon").mkdir()
    with pytest.raises(PeristiwaError) as error:
        Annotator(models=tmp_path)
    assert error.value.code == "models"


def test_many_keep_their_order(annotator, articles, annotations):
    assert [a["id"] for a in annotations] == [a["id"] for a in articles]
    many = annotator.annotate_all(articles * 30)
    assert many == annotations * 30


def test_many_are_each(annotator, articles, annotations):
    for article, annotation in zip(articles, annotations):
        fields = {name: article.get(name) for name in ("text", "published", "id", "title", "source")}
        assert annotator.annotate(**fields) == annotation


def test_many_from_an_iterator(annotator):
    assert [a["id"] for a in annotator.annotate_all(text for text in ["Budi tiba.", "Ani pergi."])] == ["1", "2"]
    assert annotator.annotate_all([]) == []


BAD = [
    ({"id": "x"}, "missing_text"),
    ({"text": None}, "missing_text"),
    ({"text": 5}, "wrong_type"),
    ({"text": "a", "id": [1]}, "wrong_type"),
    ({"text": "a", "id": True}, "wrong_type"),
    ({"text": "a", "title": 7}, "wrong_type"),
    ({"text": "a", "published": "kemarin"}, "bad_published"),
    ({"text": "lone \udfff"}, "invalid_utf8"),
    (None, "wrong_type"),
    (b"bytes", "wrong_type"),
    (["text"], "wrong_type"),
]


def test_bad_items_return(annotator):
    items = [item for item, _ in BAD]
    mixed = [thing for item in items for thing in (item, "Budi tiba.")]
    results = annotator.annotate_all(mixed, errors="return")
    assert len(results) == len(mixed)
    for (_, code), bad, good in zip(BAD, results[::2], results[1::2]):
        assert bad["schema"] == 1
        assert bad["error"]["code"] == code
        assert bad["error"]["message"]
        assert "error" not in good
    assert results[0]["id"] == "x"
    assert results[2]["id"] == "3"


@pytest.mark.parametrize(("item", "code"), BAD)
def test_bad_items_raise(annotator, item, code):
    with pytest.raises(PeristiwaError, match="article 2") as error:
        annotator.annotate_all(["Budi tiba.", item])
    assert error.value.code == code


def test_errors_of_the_caller_pass_through(annotator):
    def broken():
        yield "Budi tiba."
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        annotator.annotate_all(broken())
    with pytest.raises(TypeError):
        annotator.annotate_all(7)
    with pytest.raises(PeristiwaError):
        annotator.annotate_all([], errors="ignore")


def test_the_interpreter_goes_on(annotator, articles):
    """Another thread runs while one annotates, which it could not if the lock were held."""
    ticks, done = [0], threading.Event()

    def tick():
        while not done.is_set():
            ticks[0] += 1

    thread = threading.Thread(target=tick)
    before = ticks[0]
    thread.start()
    annotator.annotate_all(articles[:500])
    seen = ticks[0] - before
    done.set()
    thread.join()
    assert seen > 0


def test_threads_share_it(annotator, articles, annotations):
    results = {}

    def work(number):
        results[number] = annotator.annotate_all(articles)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(result == annotations for result in results.values())
    assert len(results) == 4


def test_pickled():
    annotator = Annotator(tagger="linear", threads=1, explain=True)
    again = pickle.loads(pickle.dumps(annotator))
    assert again.annotate(TEXT) == annotator.annotate(TEXT)
    assert repr(again) == 'Annotator(tagger="linear")'


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
def test_used_after_a_fork(annotator):
    expected = annotator.annotate(TEXT)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(annotator_of_parent, [TEXT] * 4) == [expected] * 4


_shared = []


@pytest.fixture(autouse=True)
def _share(annotator):
    _shared[:] = [annotator]


def annotator_of_parent(text):
    return _shared[0].annotate(text)


def test_version():
    assert peristiwa.__version__.count(".") == 2
