"""Counts over the news texts: words in lower case, words in all forms, and runs of capitalised words.

Counting takes a minute or two, so the counts are kept in the temporary folder and read again by the next script.
"""
import collections
import gzip
import json
import pathlib
import pickle
import re
import tempfile

URL = re.compile(r"https?:\S+|www\.\S+|\S+@\S+|[@#]\w+|<[^>]*>|\S*\.(?:com|co\.id|id|net|org)\b\S*")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.UNICODE)
TOKEN = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?|\S", re.UNICODE)


def texts(shared, glued=False):
    """Each text of shared/text; articles with many glued words only on demand."""
    shared = pathlib.Path(shared)
    with gzip.open(shared / "text" / "articles.jsonl.gz", "rt", encoding="utf-8") as f:
        for line in f:
            article = json.loads(line)
            if glued or not article.get("glued"):
                yield article["text"]
    with gzip.open(shared / "text" / "sentences.txt.gz", "rt", encoding="utf-8") as f:
        yield from f


def counts(shared):
    """{'lower': lower-case words, 'form': words as printed, 'inside': capitalised words after a lower-case word,
    'run': runs of up to six capitalised words inside a sentence}."""
    kept = pathlib.Path(tempfile.gettempdir()) / "peristiwa-news-counts.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    lower, form, inside, run = (collections.Counter() for _ in range(4))
    for text in texts(shared):
        text = URL.sub(" ", text)
        for word in WORD.findall(text):
            form[word] += 1
            if word.islower():
                lower[word] += 1
        tokens = TOKEN.findall(text)
        i = 0
        while i < len(tokens):
            token = tokens[i]
            if i and token[0].isupper() and (tokens[i - 1] in ",("
                    or tokens[i - 1][0].islower() and not tokens[i - 1].endswith(".")):
                j = i
                while j < len(tokens) and j < i + 6 and tokens[j][0].isupper():
                    inside[tokens[j].rstrip(".")] += 1
                    j += 1
                    if tokens[j - 1].endswith(".") and len(tokens[j - 1]) > 4:
                        break
                run[" ".join(tokens[i:j]).rstrip(".")] += 1
                i = j
            else:
                i += 1
    for key in [k for k, n in run.items() if n < 2]:
        del run[key]
    result = {"lower": lower, "form": form, "inside": inside, "run": run}
    kept.write_bytes(pickle.dumps(result))
    return result
