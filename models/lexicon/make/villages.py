"""Make villages.tsv: `python3 models/lexicon/make/villages.py ../shared` (after places.tsv).

Only villages and urban wards that the news texts name: printed with a capital at least three times, hardly ever in lower
case, and not rather the name of a person or a place listed already.
"""
import collections
import gzip
import pathlib
import sys

import marked
import news
import table

# companies, bodies and persons of the same name
DROP = set("""Angkasa Pura;Arjuna;Amaliah;Andaman;Banpres;Batara;Bintoro;Broto;Cipta Karya;Elnusa;Dahana;Gudang Garam;Galungan;Gelora
Jum'at;Kabuki;Kampung Bali;Karang Taruna;Kompas;Kompol;Korem;Kosgoro;Maidi;Maksum;Mayasari;Mekar Sari;Mondo;Nirmala;Nugini;Osama
Pancasila;Pertamina;Pulungan;Raharja;Rajawali;Sapari;Sarana Jaya;Sehati;Serma;Sri Purnomo;Sri Rahayu;Sugeng;Terawan;Timotius;Trisakti
Trubus;Tunas Jaya;Untoro;Wendi;Yoyok;Pajajaran;Mulawarman;Brawijaya;Sriwijaya;Pelita Jaya;Kunti;Galuh;Saragi;Sumber Daya;Sambo;Kaleb
Lambah;Husein Sastranegara;Halim Perdana Kusuma;Bima Sakti;Jamali;Kanaan;Samaria;Totok;Kebon;Tirta Kencana;Wirajaya;Purbo;Rawas;Mamit
Arab Melayu;Bango;Banjar;Botok;Duren;Bonda;Bodas;Indragiri;Katana;Kober;Maung;Bugisan;Sasak;Mandailing;Tales;Temas;Tunggul;Tunjung
Pasar Kota;Pasar Sentral;Ringin;Bujur Timur""".replace("\n", ";").split(";"))


def main(shared):
    c = news.counts(shared)
    places = {form.lower() for form, _, _ in table.read("places.tsv")}
    people, placed = collections.Counter(), collections.Counter()
    for label, names in marked.sets(shared).items():
        for name, n in names.items():
            for word in name.split():
                {"PER": people, "LOC": placed}.get(label, collections.Counter())[word] += n
    persons = set()
    for line in open(pathlib.Path(shared) / "gazetteer" / "dbpedia-person.txt", encoding="utf-8"):
        persons.update(line.split())
    known = collections.Counter()
    for run, n in c["run"].items():
        words = run.split()
        for i in range(len(words)):
            for j in range(i + 1, len(words) + 1):
                marked_place = i > 0 and words[i - 1] in ("Desa", "Kelurahan", "Kel", "Gampong", "Nagari", "Kalurahan", "Pekon", "Dusun")
                if marked_place or i == 0 and j == len(words):
                    known[" ".join(words[i:j])] += n * (3 if marked_place else 1)
    rows = {}
    above = {}
    with gzip.open(pathlib.Path(shared) / "gazetteer" / "wilayah.tsv.gz", "rt", encoding="utf-8") as f:
        for line in f:
            code, name = (x.strip() for x in line.rstrip("\n").split("\t"))
            if code.count(".") < 3:
                above[code] = name
                continue
            if len(name) < 5 or name in DROP or name.lower() in places or known[name] < 3:
                continue
            single = " " not in name
            lower = c["lower"][name.lower()] if single else 0
            if lower > 2 and lower > 0.1 * c["inside"][name]:
                continue
            if single and (name in persons or people[name] > placed[name]):
                continue
            if not single and known[name] < 6 and all(word in persons for word in name.split()):
                continue
            rows.setdefault(name, set()).add(above[code[:5]])
    table.write("villages.tsv", "villages and urban wards that the news texts name; value = kind, note = its regency or city",
                "cahyadsn/wilayah (from the ministry's decree), those that occur in the news texts", "MIT",
                "python3 models/lexicon/make/villages.py ../shared",
                [(name, "village", "; ".join(sorted(where)) if len(where) < 4 else "") for name, where in rows.items()])


main(sys.argv[1])
