"""Put hand-written tables in order: `python3 models/lexicon/make/sort.py FILE.tsv ...`."""
import pathlib
import sys

import table

for name in sys.argv[1:]:
    path = pathlib.Path(name)
    head, rows = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            head.append(line)
        elif line.strip():
            rows.append([cell.strip() for cell in line.split("\t")])
    lines = table.body(rows)
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")
    print("%s: %d entries" % (path.name, len(lines)))
