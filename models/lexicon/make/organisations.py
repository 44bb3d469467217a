"""Make organisations.tsv: `python3 models/lexicon/make/organisations.py ../shared` (after places.tsv).

organisations.txt and abbreviations.txt by hand; universities, clubs and parties of DBpedia by their form; offices of a
province, regency or city (`Polres X`, `DPRD X`) where the news texts name them.
"""
import collections
import pathlib
import re
import sys

import hand
import news
import table

KIND = [("ministry", "Kementerian|Departemen|Kemen|Dep"), ("police", "Kepolisian|Polda|Polres|Polsek|Polwil|Poltabes|Bareskrim|Korps Brimob|"
        "Korps Lalu Lintas|Detasemen Khusus|Satuan Reserse|Satuan Lalu|Direktorat Reserse|Direktorat Tindak|Divisi Profesi|Reserse"),
        ("military", "Tentara|Komando|Pangkalan|Kodam|Korem|Kodim|Batalyon|Markas Besar|Pusat Polisi Militer|Pasukan|Angkatan"),
        ("court", "Pengadilan|Mahkamah"), ("prosecutor", "Kejaksaan"), ("parliament", "Dewan Perwakilan|Majelis Permusyawaratan|Komisi III"),
        ("party", "Partai|Koalisi Indonesia|Dewan Pimpinan"), ("bank", "Bank"), ("university", "Universitas|Institut Teknologi|Institut Pertanian|"
        "Institut Seni|Institut Agama|Institut Pemerintahan|Sekolah Tinggi|Politeknik|Fakultas|Akademi|Institut Keguruan"),
        ("hospital", "Rumah Sakit|Pusat Kesehatan Masyarakat"), ("company", "PT|Perusahaan|Kereta"),
        ("league-body", "Persatuan (?:Sepak|Bulu|Bola|Tenis|Tinju|Atletik|Renang|Angkat|Panahan|Catur|Judo)|Federasi Olahraga|Komite Olahraga|"
         "Confederation|.*Football|.*Federation"),
        ("union", "Konfederasi|Federasi Serikat|Serikat|Asosiasi|Ikatan|Perhimpunan|Himpunan|Gabungan|Persatuan|Kamar Dagang"),
        ("religious", "Nahdlatul|Pengurus Besar|Pengurus Wilayah|Majelis Ulama|Persekutuan Gereja|Konferensi Waligereja|Gerakan Pemuda Ansor"),
        ("agency", "Badan|Komisi|Lembaga|Direktorat|Dinas|Balai|Kantor|Dewan|Satuan|Pusat|Otoritas|Komite|Sekretariat|Unit|Arsip"),
        ("international", "United|World|International|Organisation|Association of|North Atlantic|Perserikatan|European")]
# offices whose name is a head and a place
HEADS = {"police": "Polda Polres Polresta Polrestabes Polsek Mapolda Mapolres Mapolsek", "prosecutor": "Kejati Kejari",
         "court": "PN PTUN PA", "parliament": "DPRD", "agency": "KPU KPUD Bawaslu BPBD BNNP BNNK BPS Pemprov Pemkab Pemkot Pemda Disdik Dinkes Dishub "
         "Dinsos DLH Disdikbud Disdukcapil Bappeda Bapenda Baznas KONI BPJN Basarnas Satpol_PP Diskominfo BKSDA PDAM Damkar PMI",
         "military": "Kodam Korem Kodim Koramil Lanal Lanud Lantamal", "hospital": "RSUD RSUP RSU RS", "party": "DPD DPW DPC"}

# ordinary words too, but much in the news as names
KEEP = set("Tempo detikcom Detikcom detikNews Indikator Persis Goal Kumparan kumparan Gigi Padi Dewa Istana Imigrasi Demokrat Angkatan Marinir Pramuka Antara Detik Surya Garuda Timah Garam Matahari Pintu Rans Sport".split())


def kind(name):
    for value, heads in KIND:
        if re.match("(?:%s)\\b" % heads, name) or value == "ministry" and name.startswith("Kemen"):
            return value
    return "organisation"


def dbpedia(shared):
    """(name, kind) of those organisations of DBpedia that their form shows to be what they are."""
    for line in open(pathlib.Path(shared) / "gazetteer" / "dbpedia-organization.txt", encoding="utf-8"):
        name = " ".join(line.split())
        if "%" in name or "," in name or len(name) > 60 or re.search(r"\d\s*$", name) and not re.search(r"(?:19|20)\d\d$", name):
            continue
        if re.match(r"(?:Universitas|Institut|Sekolah Tinggi|Politeknik|Akademi|IAIN|STAIN|UIN|STIE|STKIP|STMIK) \S", name):
            yield name, "university"
        elif re.match(r"Partai [A-Z]", name):
            yield name, "party"
        elif re.match(r"(?:Bank|PT) [A-Z]", name):
            yield name, "bank" if name.startswith("Bank") else "company"
        else:
            club = re.fullmatch(r"(?:(A\.?C\.?|A\.?S\.?|F\.?C\.?|S\.?C\.?|U\.?S\.?|S\.?S\.?|C\.?F\.?|C\.?D\.?) )?([^.]{4,}?)(?: (F\.?C\.?|S\.?C\.?|A\.?C\.?|"
                                r"B\.?C\.?|C\.?F\.?|F\.?K\.?|Calcio|United F\.?C\.?))?", name)
            if club and (club[1] or club[3]):
                short = club[2]
                before, after = (club[1] or "").replace(".", ""), (club[3] or "").replace(".", "")
                yield " ".join(x for x in (before, short, after) if x), "club"
                if " " in short and not re.search("Calcio|Futbol", short):
                    yield short, "club"


def main(shared):
    c = news.counts(shared)
    rows = [(form, value, note) for form, value, note in hand.read("organisations.txt")]
    for form, full, label in table.read("abbreviations.tsv"):
        if label == "ORG":
            rows.append((form, kind(full), full))
            if " " in full and full != form:
                rows.append((full, kind(full), ""))
    rows += [(name, value, "") for name, value in dbpedia(shared)]
    places = collections.defaultdict(str)
    for form, value, note in table.read("places.tsv"):
        if value in ("province", "regency", "city"):
            places[form] = value
    for form, value in list(places.items()):
        if value == "province" and not re.match("Provinsi|Tanah|Bumi|Serambi|Irian|Nanggroe|Timor|Timtim|Kepulauan|Daerah", form):
            rows.append(("Polda " + form, "police", ""))
    rows.append(("Polda Metro Jaya", "police", ""))
    pattern = {head.replace("_", " "): value for value, heads in HEADS.items() for head in heads.split()}
    found = collections.Counter()
    for run, n in c["run"].items():
        words = run.split()
        for head in (words[0], " ".join(words[:2])):
            if head in pattern:
                start = len(head.split())
                for end in range(min(len(words), start + 4), start, -1):
                    place = " ".join(words[start:end])
                    if place in places or place.startswith(("Kota ", "Kabupaten ", "Metro ", "Provinsi ")) and place.split(" ", 1)[1] in places \
                            or end == len(words) and pattern[head] in ("police", "hospital", "military") and n >= 3 and place[0].isupper():
                        found[head + " " + place] += n
                        break
    rows += [(name, pattern[name.split()[0]] if name.split()[0] in pattern else "agency", "") for name, n in found.items() if n >= 3
             and not re.search(r"\d|\.|Jalan|Kombes|AKBP|Kompol|Iptu|Ipda|Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu", name)]
    # one value a form, the hand-written first; a place is no organisation unless written by hand
    seen, kept = set(), []
    for form, value, note in rows:
        ordinary = " " not in form and c["lower"][form.lower()] > max(20, c["inside"][form]) and form not in KEEP
        if form not in seen and not ordinary:
            seen.add(form)
            kept.append((form, value, note))
    table.write("organisations.tsv", "organisations that Indonesian news names; value = kind, note = full name",
                "written by the project from knowledge; universities, clubs, parties of Indonesian DBpedia (ialfina/ner-dataset-modified-dee); "
                "local offices counted in the news texts", "MIT OR Apache-2.0; names of DBpedia: CC BY-SA",
                "python3 models/lexicon/make/organisations.py ../shared (after abbreviations.py and places.py)", kept)


main(sys.argv[1])
