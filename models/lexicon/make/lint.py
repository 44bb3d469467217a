"""Check every table: `python3 models/lexicon/make/lint.py [FILE.tsv ...]`; exit 1 when something is wrong."""
import pathlib
import sys

import table

bad = 0
total = 0
for path in [pathlib.Path(p) for p in sys.argv[1:]] or sorted(table.HERE.glob("*.tsv")):
    raw = path.read_bytes()
    total += len(raw)
    problems = []
    if b"\r" in raw or not raw.endswith(b"\n"):
        problems.append((0, "line ends"))
    lines = raw.decode("utf-8").split("\n")[:-1]
    for number, key in enumerate(table.HEADER):
        if len(lines) <= number or not lines[number].startswith("# %s: " % key):
            problems.append((number + 1, "header line `# %s:` is missing" % key))
    last, seen, count = b"", set(), 0
    for number, line in enumerate(lines, 1):
        if line.startswith("#") and number <= 4:
            continue
        cells = line.split("\t")
        count += 1
        if not 2 <= len(cells) <= 3 or not cells[0]:
            problems.append((number, "wants form TAB value [TAB note]: %r" % line))
            continue
        if any(cell != " ".join(cell.split()) for cell in cells):
            problems.append((number, "stray blanks: %r" % line))
        form = cells[0].encode()
        if form < last:
            problems.append((number, "out of order: %r" % line))
        if (cells[0], cells[1]) in seen:
            problems.append((number, "twice: %r" % line))
        if "/" in cells[0] and "//" in cells[0] or "\\" in cells[0]:
            problems.append((number, "looks like a path: %r" % line))
        last = form
        seen.add((cells[0], cells[1]))
    print("%-28s %6d entries %8d bytes %s" % (path.name, count, len(raw), "" if not problems else "%d PROBLEMS" % len(problems)))
    for number, text in problems[:10]:
        print("  %s:%d: %s" % (path.name, number, text))
    bad += len(problems)
print("total %d bytes" % total)
sys.exit(1 if bad else 0)
