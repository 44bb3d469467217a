"""Make places.tsv: `python3 models/lexicon/make/places.py ../shared`.

Provinces, regencies, cities and districts come from the official code list, all else from places.txt. A single word that
is printed in lower case about as often as with a capital is left out, and so is a district that is rather a person's name.
"""
import collections
import gzip
import pathlib
import sys

import hand
import marked
import news
import table

# ordinary words that are nevertheless wanted as they stand: districts and cities much in the news
KEEP = set("""Solo Batu Batam Medan Malang Serang Depok Sorong Palu Metro Ambon Bima Banten Riau Rio Nil Pati Garut Kediri
Bone Poso Demak Kudus Blora Tuban Menteng Senen Koja Tebet Ancol Gambir Dago Male Nice Bern Lima Roma Paris Mali Chad Oman
Peru Laos Togo Niger Iran Irak Fiji Kuta Wonosobo Pandaan Penjaringan Lahat Lasem Mentok Wadaslintang Rabat KL Oran Tigris Puncak Mina LA Baku Landak Buru Lahat Istana Tala""".split())
DROP = set("""Perak Negara Sumber Rantau Benteng Batang Labuan Genteng Same Butler Lens Spa Split Como Essen Natal Banjar
Galaxy Freeport Constantine Reading Ora Selecta Keraton Regina Perm Salvador Faro
Genuk Setu Curug Larangan Beji Limo Tapos Pare Obi Raba Duri""".split())


def ordinary(form, c, share):
    """True when a single word is too often printed in lower case to be a name by itself."""
    if " " in form or "-" in form:
        return False
    lower, capital = c["lower"][form.lower()], c["inside"][form]
    return lower > 3 and lower > share * capital


def variants(form):
    """Other spellings of one name."""
    yield form
    if "Sumatera" in form:
        yield form.replace("Sumatera", "Sumatra")
    if form.startswith(("Kep. ", "Gn. ", "BTS. ")):
        yield form.replace("Kep. ", "Kepulauan ").replace("Gn. ", "Gunung ").replace("BTS. ", "Batang ")


def main(shared):
    c = news.counts(shared)
    people, placed = collections.Counter(), collections.Counter()
    for label, names in marked.sets(shared).items():
        for name, n in names.items():
            for word in name.split():
                {"PER": people, "LOC": placed}.get(label, collections.Counter())[word] += n
    rows, dropped = [], []

    def add(form, kind, note, share):
        form = form.strip()
        if len(form) < 3 and form not in KEEP and kind not in ("country", "city") or form in DROP and " " not in form:
            dropped.append((form, kind))
            return
        if form not in KEEP and ordinary(form, c, share):
            dropped.append((form, kind))
            return
        if kind == "district" and " " not in form and people[form] > 2 and people[form] > placed[form]:
            dropped.append((form, "person"))
            return
        for variant in variants(form):
            rows.append((variant, kind, note))

    above = {}
    with gzip.open(pathlib.Path(shared) / "gazetteer" / "wilayah.tsv.gz", "rt", encoding="utf-8") as f:
        for line in f:
            code, name = (x.strip() for x in line.rstrip("\n").split("\t"))
            level = code.count(".")
            if level == 0:
                above[code] = name
                add(name, "province", "", 3)
                add("Provinsi " + name, "province", name, 3)
            elif level == 1:
                name = name.replace("Kep. ", "Kepulauan ")
                kind = "city" if name.startswith("Kota ") else "regency"
                bare = name.split(" ", 1)[1].replace("Administrasi ", "")
                province = above[code[:2]]
                above[code] = name.replace("Administrasi ", "")
                rows.append((name.replace("Administrasi ", ""), kind, province))
                if "Administrasi" in name:
                    rows.append((name, kind, province))
                add(bare, kind, province, 0.5)
                for old, new in (("Kotabaru", "Kotabaru"), ("Fak Fak", "Fakfak"), ("Toli-Toli", "Tolitoli"), ("Bau Bau", "Baubau"),
                                 ("Palangkaraya", "Palangka Raya"), ("Pangkal Pinang", "Pangkalpinang"), ("Kulon Progo", "Kulonprogo"),
                                 ("Gunungkidul", "Gunung Kidul"), ("Deli Serdang", "Deliserdang"), ("Pagar Alam", "Pagaralam"),
                                 ("Tanjung Pinang", "Tanjungpinang"), ("Bandar Lampung", "Bandarlampung"), ("Mahakam Ulu", "Mahulu"),
                                 ("Tanjungbalai", "Tanjung Balai"), ("Padang Panjang", "Padangpanjang"), ("Banjarbaru", "Banjar Baru")):
                    if old in bare and old != new:
                        rows.append((bare.replace(old, new), kind, province))
                        rows.append((name.replace(old, new), kind, province))
            elif level == 2 and "/" not in name and "(" not in name:
                add(name, "district", above[code[:5]], 0.2)
    for form, kind, note in hand.read("places.txt"):
        add(form, kind.split("-short")[0], note, 1)
    seen = {form for form, kind, _ in rows if kind != "district"}
    rows = [r for r in rows if r[1] != "district" or r[0] not in seen or " " in r[0]]
    # one district name, several regencies: one row that names them all
    merged = {}
    for form, kind, note in rows:
        if (form, kind) in merged and note and note not in merged[form, kind].split("; "):
            merged[form, kind] = (merged[form, kind] + "; " + note).strip("; ")
        else:
            merged.setdefault((form, kind), note)
    rows = [(form, kind, note if note.count(";") < 4 else "") for (form, kind), note in merged.items()]
    table.write("places.tsv", "places that Indonesian news names; value = kind, note = what it lies in or its full name",
                "cahyadsn/wilayah (provinces to districts, from the ministry's decree); the rest written by the project from knowledge",
                "MIT (wilayah); MIT OR Apache-2.0 (the rest)", "python3 models/lexicon/make/places.py ../shared", rows)
    if "-v" in sys.argv:
        print("; ".join("%s (%s)" % d for d in dropped))


main(sys.argv[1])
