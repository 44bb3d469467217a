"""Names marked in the train sets: gold/train, and the train files of ner (not NER UI, which stays a test)."""
import collections
import pathlib
import sys


def conll(path):
    """(label, [words]) of each name of a BIO file."""
    label, words = None, []
    for line in open(path, encoding="utf-8"):
        cells = line.rstrip("\n").split("\t")
        tag = cells[-1] if len(cells) > 1 else "O"
        if tag[:2] == "I-" and label == tag[2:]:
            words.append(cells[0])
            continue
        if label:
            yield label, words
        label, words = (tag[2:], [cells[0]]) if tag != "O" else (None, [])
    if label:
        yield label, words


def sets(shared):
    """{label: Counter of names} over the cased train files of shared/ner."""
    found = collections.defaultdict(collections.Counter)
    for part in ("idner/train.conll", "nergrit/train.conll", "nerugm/all.conll"):
        for label, words in conll(pathlib.Path(shared) / "ner" / part):
            found[label][" ".join(words)] += 1
    return found


def gold(shared):
    """{label: Counter of names} over gold/train."""
    sys.path.insert(0, str(pathlib.Path(shared) / "gold" / "tools"))
    import gold as reader
    found = collections.defaultdict(collections.Counter)
    for path in sorted((pathlib.Path(shared) / "gold" / "train").glob("*.txt")):
        text, spans, _ = reader.load(path)
        for start, end, label, _ in spans:
            found[label][" ".join(text[start:end].split())] += 1
    return found
