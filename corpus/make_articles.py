#!/usr/bin/env python3
"""Write articles.jsonl, the dev articles as plain input lines, from the pairs in dev/.

    python3 corpus/make_articles.py            # writes corpus/articles.jsonl
    python3 corpus/make_articles.py --check    # only tells whether it is up to date
"""
import json
import pathlib
import sys

from check import parse

HERE = pathlib.Path(__file__).resolve().parent

def lines():
    titles = json.loads((HERE / "titles.json").read_text(encoding="utf-8"))
    for txt in sorted((HERE / "dev").glob("*.txt")):
        gold = json.loads(txt.with_suffix(".json").read_text(encoding="utf-8"))
        line = {"id": gold["id"], "text": parse(txt.read_text(encoding="utf-8"))[0].rstrip("\n")}
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
