"""Make organisation_heads, place_heads, law_heads, event_names and works from their hand-written lists: `python3 models/lexicon/make/heads.py`."""
import hand
import table

LISTS = [
    ("organisation_heads.tsv", "heads.txt", "first words of organisation names, and last words (suffix); value = generic, abbreviation or suffix"),
    ("place_heads.tsv", "place_heads.txt", "first words of place names; value = kind"),
    ("law_heads.tsv", "law_heads.txt", "first words of the names of legal texts; value = kind"),
    ("event_names.tsv", "event_names.txt", "named happenings (NEV) and the words that head their names; value = kind, note = full name"),
    ("works.tsv", "works.txt", "named works, products, programmes, apps (WORK); value = kind, note = full name"),
]
for name, source, what in LISTS:
    rows = []
    seen = set()
    for form, value, note in hand.read(source):
        if form not in seen:
            seen.add(form)
            rows.append((form, value, note))
    if name in ("event_names.tsv", "works.tsv"):
        label = "NEV" if name == "event_names.tsv" else "WORK"
        rows += [(form, "abbreviation", full) for form, full, note in table.read("abbreviations.tsv") if note == label and form not in seen]
    table.write(name, what, "written by the project from knowledge of the language", "MIT OR Apache-2.0",
                "by hand in make/%s, python3 models/lexicon/make/heads.py" % source, rows)
