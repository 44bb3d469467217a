"""Read and write the tables of models/lexicon: four comment lines, then form TAB value TAB note in byte order."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent.parent
HEADER = ("what", "source", "licence", "made")


def read(name):
    """The rows of one table as (form, value, note)."""
    rows = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            rows.append((cells[0], cells[1] if len(cells) > 1 else "", cells[2] if len(cells) > 2 else ""))
    return rows


def body(rows):
    """The rows as lines, sorted by the bytes of the form, without a second row for one (form, value)."""
    best = {}
    for row in rows:
        form, value, note = (tuple(row) + ("", ""))[:3]
        form, value, note = (" ".join(str(x).split()) for x in (form, value, note))
        if form and (form, value) not in best:
            best[form, value] = note
    lines = []
    for (form, value), note in sorted(best.items(), key=lambda kv: (kv[0][0].encode(), kv[0][1].encode())):
        lines.append(form + "\t" + value + ("\t" + note if note else ""))
    return lines


def write(name, what, source, licence, made, rows):
    """Write one table; returns how many entries it has."""
    lines = body(rows)
    head = ["# %s: %s" % pair for pair in zip(HEADER, (what, source, licence, made))]
    (HERE / name).write_text("\n".join(head + lines) + "\n", encoding="utf-8")
    print("%s: %d entries" % (name, len(lines)))
    return len(lines)
