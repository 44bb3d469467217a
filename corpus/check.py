#!/usr/bin/env python3
"""Check the pairs of the corpus: `check.py [DIR ...]` (without DIR: dev and test). Needs Python 3.8 and nothing else."""
import datetime
import json
import pathlib
import re
import sys

DAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
ENTITY = {"PER", "ORG", "LOC", "LAW", "WORK", "NEV", "ROL"}
ROLES = {
    "personnel.start": "person position org agent", "personnel.end": "person position org agent",
    "personnel.tenure": "person position org", "personnel.nominate": "person position agent",
    "personnel.elect": "person position agent", "justice.investigate": "agent target crime",
    "justice.arrest": "agent person crime", "justice.suspect": "agent person crime",
    "justice.charge": "agent person crime penalty", "justice.sentence": "agent person crime penalty",
    "justice.release": "agent person", "justice.sue": "agent target crime", "life.birth": "person",
    "life.die": "person agent cause", "life.injure": "person agent cause", "life.marry": "person",
    "conflict.attack": "agent target instrument", "conflict.demonstrate": "agent target",
    "contact.meet": "participant topic", "contact.statement": "agent topic",
    "contact.correspond": "agent recipient topic", "movement.travel": "person origin destination",
    "business.found": "agent org", "business.launch": "agent item", "business.agree": "participant topic",
    "transaction.acquire": "buyer seller item amount", "transaction.pay": "agent recipient amount",
    "economy.change": "item amount", "policy.enact": "agent law", "disaster.natural": "magnitude victim",
    "disaster.accident": "vehicle victim", "education.graduate": "person org degree",
    "award.receive": "person award agent", "sport.match": "winner loser participant score competition",
}
RELATIONS = {"position", "employer", "member", "origin", "family", "age", "located_in", "part_of"}


def parse(marked):
    """Marked text -> (plain text, [(start, end, label, id)]) with offsets in Unicode scalar values."""
    out, stack, spans, i = [], [], [], 0
    while i < len(marked):
        if marked.startswith("[[", i):
            run = len(re.match(r"\[+", marked[i:])[0])
            if run % 2:  # an odd run begins with a bracket of the text
                out.append("["); i += 1
            stack.append(len(out)); i += 2
        elif stack and (m := re.compile(r"\|([A-Z]+):([etqv]\d+)\]\]").match(marked, i)):
            spans.append((stack.pop(), len(out), m[1], m[2])); i = m.end()
        else:
            out.append(marked[i]); i += 1
    if stack:
        raise ValueError(f"unclosed [[ near {''.join(out[stack[-1]:stack[-1]+40])!r}")
    return "".join(out), sorted(spans)


def load(txt):
    txt = pathlib.Path(txt)
    text, spans = parse(txt.read_text(encoding="utf-8"))
    meta = json.loads(txt.with_suffix(".json").read_text(encoding="utf-8"))
    return text, spans, meta


def problems(txt):
    try:
        text, spans, g = load(txt)
    except Exception as e:
        return [f"{txt}: {e}"]
    bad = []
    say = lambda m: bad.append(f"{txt.name}: {m}")
    ids = {}
    for s, e, l, i in spans:
        kind = {"TMX": "t", "QTY": "q", "EVT": "v"}.get(l, "e")
        if l not in ENTITY | {"TMX", "QTY", "EVT"}: say(f"label {l}")
        if i[0] != kind: say(f"{l} has id {i}")
        if e <= s or text[s:e] != text[s:e].strip(): say(f"span {text[s:e]!r} has edge blanks or is empty")
        if ids.setdefault(i, l) != l: say(f"{i} is both {ids[i]} and {l}")
    for k, lab in (("times", "TMX"), ("quantities", "QTY"), ("events", "EVT")):
        have, want = set(g.get(k, {})), {i for i, l in ids.items() if l == lab}
        if have != want: say(f"{k}: only in marks {sorted(want - have)}, only in json {sorted(have - want)}")
    for i, t in g.get("times", {}).items():
        if t.get("type") not in ("DATE", "TIME", "DURATION", "SET") or not t.get("value"): say(f"time {i}: {t}")
    for i, v in g.get("events", {}).items():
        ty = v.get("type")
        if ty not in ROLES: say(f"{i}: type {ty}"); continue
        for role, x in v.get("args", []):
            if role not in ROLES[ty].split(): say(f"{i} {ty}: role {role}")
            if re.fullmatch(r"[etqv]\d+", str(x)):
                if x not in ids: say(f"{i}: argument {x} is not marked")
            elif x not in text: say(f"{i}: phrase {x!r} is not in the text")
        for f in ("time", "begin", "end"):
            if v.get(f) and (ids.get(v[f]) != "TMX"): say(f"{i}: {f} {v[f]}")
        if v.get("place") and not (ids.get(v["place"]) == "LOC" or v["place"] in text): say(f"{i}: place {v['place']}")
        if v.get("polarity", "positive") not in ("positive", "negative"): say(f"{i}: polarity")
        if v.get("modality", "asserted") not in ("asserted", "planned", "alleged", "possible"): say(f"{i}: modality")
    for r in g.get("relations", []):
        if r[0] not in RELATIONS or r[1] not in ids or r[2] not in ids: say(f"relation {r}")
    for s, e, l, i in spans:
        value = str(g["times"].get(i, {}).get("value", "")) if l == "TMX" else ""
        said = [d for d in DAYS if re.search(rf"\b{d}\b", text[s:e])]
        if said and (m := re.match(r"\d{4}-\d\d-\d\d", value)) and "/" not in value:
            if DAYS[datetime.date.fromisoformat(m[0]).weekday()] != said[0]: say(f"{text[s:e]!r} is not {value}")
    if isinstance(g.get("published"), str): datetime.date.fromisoformat(g["published"])
    at = 0
    for q in g.get("quotes", []):  # in order, each in the text
        k = text.find(q["text"], at)
        if k < 0: say(f"quote {q['text']!r} is not in the text, or out of order")
        else: at = k + len(q["text"])
        if q["speaker"] and q["speaker"] not in ids: say(f"speaker {q['speaker']}")
    return bad


if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent
    wrong = False
    for d in [pathlib.Path(a) for a in sys.argv[1:]] or [here / "dev", here / "test"]:
        bad, files = [], sorted(d.glob("*.txt"))
        n = dict.fromkeys(("articles", "mentions", "times", "events", "relations", "quotes"), 0)
        for f in files:
            found = problems(f)
            bad += found
            if not found:
                _, spans, g = load(f)
                n["articles"] += 1
                n["mentions"] += sum(l in ENTITY for *_, l, _ in spans)
                for k in ("times", "events", "relations", "quotes"): n[k] += len(g[k])
        wrong |= bool(bad) or not files
        print("\n".join(bad) if bad else f"{d.name}: ok {n}")
    sys.exit(wrong)
