#!/usr/bin/env python3
"""peristiwa and spaCy on the same articles: words a second and entity F1, in one process.

    compare.py train  --shared ../shared --out out/spacy      # spaCy's two pipelines, on the CPU
    compare.py measure --shared ../shared --out out/spacy     # both programs, one thread each

spaCy's pipelines are its own recommendation for a CPU (`init config --optimize efficiency`: tok2vec and NER on
a blank Indonesian pipeline) and learn from the texts that our taggers learnt from: `all` from every CoNLL set
and the annotated news, `gold` from the annotated news alone, the only ones that have all seven labels.
"""

import argparse
import gzip
import importlib.metadata
import json
import os
import statistics
import sys
import time
from pathlib import Path

# one thread each: these must be set before numpy is loaded
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[name] = "1"

import spacy  # noqa: E402
from spacy.tokens import Doc, DocBin  # noqa: E402
from spacy.util import filter_spans  # noqa: E402

NAMES = ("PER", "ORG", "LOC")
OTHER = ("LAW", "WORK", "NEV")
ROLE = ("ROL",)
CONLL = (
    ("nergrit/train.conll", NAMES),
    ("idner/train.conll", NAMES),
    ("nerugm/all.conll", NAMES),
    ("nerui/train.1.conll", NAMES),
    ("nerui/train.2.conll", NAMES),
    # its organisations are not annotated
    ("nerp/train.conll", ("PER", "LOC")),
)
GOLD_TIMES = 3
"""Annotated news is shown so often for each time that a CoNLL sentence is, about as to our taggers."""

HOLD = 12
"""Every so-manieth article of the annotated news chooses spaCy's best step."""


def gold(shared, part):
    """Texts with their entity spans; the reader of the marks is the data's own."""
    sys.path.insert(0, str(shared / "gold" / "tools"))
    import gold as reader

    for path in sorted((shared / "gold" / part).glob("*.txt")):
        text, spans, _ = reader.load(path)
        yield text, [(s, e, label) for s, e, label, _ in spans if label in NAMES + OTHER + ROLE]


def conll(path, labels):
    """Sentences as texts with their entity spans."""
    words, tags = [], []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            word, tag = line.split("\t")[:2]
            words.append(word)
            tags.append(tag)
            continue
        if words:
            yield sentence(words, tags, labels)
        words, tags = [], []


def sentence(words, tags, labels):
    text, spans, begin = "", [], None
    for word, tag in zip(words, tags):
        start = len(text)
        text += word + " "
        kind, _, label = tag.partition("-")
        if kind == "I" and begin and begin[1] == label:
            spans[-1] = (begin[0], start + len(word), label)
            continue
        begin = None
        if kind in ("B", "I") and label in labels:
            begin = (start, label)
            spans.append((start, start + len(word), label))
    return text.rstrip(), spans


def annotated(nlp, text, spans, labels) -> Doc:
    """A document with flat entities, as spaCy's NER has them: the longest of those that overlap."""
    doc = nlp.make_doc(text)
    found = (doc.char_span(s, e, label, alignment_mode="expand") for s, e, label in spans if label in labels)
    doc.ents = filter_spans([span for span in found if span and span.text.strip()])
    return doc


def train(options):
    from spacy.cli.init_config import init_config
    from spacy.cli.train import train as spacy_train

    nlp = spacy.blank("id")
    config = init_config(lang="id", pipeline=["ner"], optimize="efficiency")
    options.out.mkdir(parents=True, exist_ok=True)
    config.to_disk(options.out / "config.cfg")
    news = list(gold(options.shared, "train"))
    for name in options.pipelines:
        labels = NAMES + OTHER + (ROLE if name == "gold" else ())
        shown = [a for n, a in enumerate(news) if n % HOLD] * (GOLD_TIMES if name == "all" else 1)
        docs = [annotated(nlp, *article, labels) for article in shown]
        if name == "all":
            for path, known in CONLL:
                sentences = conll(options.shared / "ner" / path, known)
                docs += [annotated(nlp, *sentence, labels) for sentence in sentences]
        held = [annotated(nlp, *article, labels) for article in news[::HOLD]]
        DocBin(docs=docs).to_disk(options.out / f"{name}.train.spacy")
        DocBin(docs=held).to_disk(options.out / f"{name}.held.spacy")
        began = time.monotonic()
        spacy_train(
            options.out / "config.cfg",
            options.out / name,
            overrides={
                "paths.train": str(options.out / f"{name}.train.spacy"),
                "paths.dev": str(options.out / f"{name}.held.spacy"),
                "training.max_steps": options.steps,
                "training.patience": options.steps,
                "training.seed": 1,
            },
        )
        print(f"{name}: {len(docs)} documents, {time.monotonic() - began:.0f} s")


def f1(found, wanted, labels):
    found = {key for key in found if key[3] in labels}
    wanted = {key for key in wanted if key[3] in labels}
    right = len(found & wanted)
    return 200 * right / (len(found) + len(wanted)) if right else 0.0


def corpus(shared, count):
    """The first `count` news articles of unannotated text, each whole."""
    articles = []
    with gzip.open(shared / "text" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            if article.get("kind") == "news" and not article.get("excerpt") and not article.get("glued"):
                fields = ("id", "text", "published")
                articles.append({name: article[name] for name in fields if article.get(name)})
            if len(articles) == count:
                break
    return articles


def measure(options):
    import peristiwa

    dev = list(gold(options.shared, "dev"))
    wanted = {(n, *span) for n, (_, spans) in enumerate(dev) for span in spans}
    articles = corpus(options.shared, options.articles)
    texts = [article["text"] for article in articles]
    words = sum(len(text.split()) for text in texts)
    programs = {}
    for name in ("all", "gold"):
        path = options.out / name / "model-best"
        if not path.is_dir():
            continue
        nlp = spacy.load(path)

        def mentions(nlp=nlp):
            docs = nlp.pipe(text for text, _ in dev)
            return {(n, e.start_char, e.end_char, e.label_) for n, doc in enumerate(docs) for e in doc.ents}

        def run(nlp=nlp):
            return sum(len(doc.ents) for doc in nlp.pipe(texts, batch_size=options.batch))

        programs[f"spaCy, {name}"] = (mentions, run)
    for tagger in ("pooled", "linear"):
        annotator = peristiwa.Annotator(tagger=tagger, threads=1)

        def mentions(annotator=annotator):
            annotations = annotator.annotate_all([text for text, _ in dev])
            return {
                (n, mention["start"], mention["end"], entity["label"])
                for n, annotation in enumerate(annotations)
                for entity in annotation.get("entities", [])
                for mention in entity["mentions"]
            }

        def run(annotator=annotator):
            annotations = annotator.annotate_all(articles)
            return sum(len(annotation.get("events", [])) for annotation in annotations)

        programs[f"peristiwa, {tagger}"] = (mentions, run)

    seconds = {name: [] for name in programs}
    for _ in range(options.rounds):
        # in turn, so that a busy minute of the machine hits all
        for name, (_, run) in programs.items():
            began = time.monotonic()
            run()
            seconds[name].append(time.monotonic() - began)
    print(f"{os.cpu_count()} cores, one thread used; load {os.getloadavg()[0]:.2f}")
    versions = [f"{p} {importlib.metadata.version(p)}" for p in ("spacy", "thinc", "numpy", "peristiwa")]
    print(f"Python {sys.version.split()[0]}, {', '.join(versions)}")
    print(f"{len(texts)} articles, {words} words; median of {options.rounds} rounds in turn\n")
    print("| program | words a second | F1 PER+ORG+LOC | F1 six labels | F1 with ROL |")
    print("| --- | --- | --- | --- | --- |")
    for name, (mentions, _) in programs.items():
        found = mentions()
        scores = (f1(found, wanted, labels) for labels in (NAMES, NAMES + OTHER, NAMES + OTHER + ROLE))
        speed = words / statistics.median(seconds[name])
        print(f"| {name} | {speed:,.0f} | " + " | ".join(f"{score:.1f}" for score in scores) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=("train", "measure"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the annotated data")
    parser.add_argument("--out", type=Path, default=Path("out/spacy"), help="spaCy's pipelines")
    parser.add_argument("--pipelines", nargs="+", choices=("all", "gold"), default=["all", "gold"])
    parser.add_argument("--steps", type=int, default=6000, help="of training, for each pipeline")
    parser.add_argument("--articles", type=int, default=2000, help="whose annotation is timed")
    parser.add_argument("--batch", type=int, default=64, help="of nlp.pipe")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    {"train": train, "measure": measure}[options.command](options)


if __name__ == "__main__":
    main()
