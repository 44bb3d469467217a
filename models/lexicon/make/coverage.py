"""What share of the names marked in gold/train the lists hold: `python3 models/lexicon/make/coverage.py ../shared [-v]`."""
import sys

import marked
import table


def forms(*names):
    found = set()
    for name in names:
        if (table.HERE / name).exists():
            found |= {form.lower() for form, _, _ in table.read(name)}
    return found


def main(shared):
    abbreviations = [r for r in table.read("abbreviations.tsv")] if (table.HERE / "abbreviations.tsv").exists() else []
    short = {label: {f.lower() for f, _, note in abbreviations if note == label} for label in ("LOC", "ORG", "ROL", "LAW", "NEV")}
    given, family = forms("given_names.tsv"), forms("family_names.tsv")
    heads = forms("organisation_heads.tsv"), forms("place_heads.tsv"), forms("law_heads.tsv"), forms("titles.tsv")

    def starts(name, head):
        words = name.lower().split()
        return any(" ".join(words[:k]) in head for k in range(1, min(4, len(words)) + 1))

    places = forms("places.tsv", "villages.tsv") | short["LOC"]
    organisations = forms("organisations.tsv") | short["ORG"]
    events, works = forms("event_names.tsv") | short["NEV"], forms("works.tsv")
    tests = {
        "LOC": [("whole", lambda n: n.lower() in places), ("whole or head", lambda n: n.lower() in places or starts(n, heads[1]))],
        "ORG": [("whole", lambda n: n.lower() in organisations),
                ("whole or head", lambda n: n.lower() in organisations or starts(n, heads[0]))],
        "PER": [("any word", lambda n: any(w in given | family for w in n.lower().replace(".", " ").split())),
                ("every word", lambda n: all(w in given | family or len(w) < 2 for w in n.lower().replace(".", " ").split()))],
        "ROL": [("head", lambda n: starts(n, heads[3] | short["ROL"]))],
        "LAW": [("head", lambda n: starts(n, heads[2] | short["LAW"]))],
        "NEV": [("whole or head", lambda n: starts(n, events))],
        "WORK": [("whole or head", lambda n: starts(n, works))],
    }
    for where, found in (("gold/train", marked.gold(shared)), ("ner train", marked.sets(shared))):
        for label, checks in tests.items():
            names = found.get(label)
            if not names:
                continue
            total = sum(names.values())
            for title, check in checks:
                hit = sum(n for name, n in names.items() if check(name))
                kinds = sum(1 for name in names if check(name))
                print("%s %s: %s: %.1f %% of %d mentions, %.1f %% of %d names" % (
                    where, label, title, 100 * hit / total, total, 100 * kinds / len(names), len(names)))
            if "-v" in sys.argv:
                print("   missing: " + "; ".join(name for name, _ in names.most_common() if not checks[-1][1](name))[:3000])


main(sys.argv[1])
