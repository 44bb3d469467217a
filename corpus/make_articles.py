#!/usr/bin/env python3
"""Write articles.jsonl, the dev articles as plain input lines, from the pairs in dev/.

    python3 corpus/make_articles.py            # writes corpus/articles.jsonl
    python3 corpus/make_articles.py --check    # only tells whether it is up to date
"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
END = re.compile(r"\|[A-Z]+:[etqv]\d+\]\]")


def strip_marks(marked):
    """`[[surface|LABEL:id]]` becomes `surface`; other brackets are text."""
    out, depth, i = [], 0, 0
    while i < len(marked):
        if marked.startswith("[[", i):
            run = len(re.match(r"\[+", marked[i:])[0])
            if run % 2:  # an odd run begins with a bracket of the text
                out.append("[")
                i += 1
            depth += 1
            i += 2
        elif depth and (m := END.match(marked, i)):
            depth -= 1
            i = m.end()
        else:
            out.append(marked[i])
            i += 1
    return "".join(out)


def lines():
    titles = json.loads((HERE / "titles.json").read_text(encoding="utf-8"))
    for txt in sorted((HERE / "dev").glob("*.txt")):
        gold = json.loads(txt.with_suffix(".json").read_text(encoding="utf-8"))
        line = {"id": gold["id"], "text": strip_marks(txt.read_text(encoding="utf-8")).rstrip("\n")}
        if gold["published"]:
            line["published"] = gold["published"]
        line["title"] = titles[gold["id"]]
        line["source"] = gold["source"]
        yield json.dumps(line, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    out, new = HERE / "articles.jsonl", "".join(lines())
    if "--check" in sys.argv[1:]:
        same = out.exists() and out.read_text(encoding="utf-8") == new
        print("up to date" if same else "articles.jsonl differs from the pairs")
        sys.exit(not same)
    out.write_text(new, encoding="utf-8")
