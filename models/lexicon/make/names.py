"""Make given_names.tsv and family_names.tsv: `python3 models/lexicon/make/names.py ../shared` (after places, titles).

A token is a given name when it opens a person's name of two or more words, a family (later) name when it follows. Names come
from DBpedia, from the train sets, and from the news texts after ranks, forms of address and verbs of saying.
"""
import collections
import math
import pathlib
import re
import sys

import marked
import news
import table

TOKEN = re.compile(r"[A-Z][a-zà-ÿ]+(?:['’-][A-Za-zà-ÿ]+)*|[ÀÁÂÄÅÇÉÈÊÍÎÓÔÖØÚÛÜ][a-zà-ÿ]+")
SAY = set("kata ujar tutur ucap imbuh papar beber tukas tandas pungkas cetus".split())
SMALL = set("bin binti van de der den la le al el di dos da von ibn i".split())
# words of titles, days and the like that stand among names
STOP = set("""Senin Selasa Rabu Kamis Jumat Sabtu Minggu Januari Februari Maret April Juni Juli Agustus September Oktober November Desember
Indonesia Partai Jakarta Polri Republik Negara Presiden Menteri Kota Kabupaten Provinsi Universitas Institut Grup Band Film Serikat Utara
Selatan Timur Barat Tengah Liga Tim Klub Raja Ratu Daftar The Of And Dan Yang Untuk Dalam Dari Pada Saat Dia Ia Kami Kita Mereka Anda Saya
Ini Itu Tidak Namun Menurut Kepada Sementara Wib Rp Pol Purn Tni Prof Dr Drs Ir Hj Haji Kh Ustaz Gus Jr Sr Mr Mrs Sir Lord Santo Santa Paus
Allah Tuhan Islam Kristen Katolik Hindu Buddha Covid Facebook Twitter Instagram Google Youtube Whatsapp Dunia Nasional Umum Daerah
Wakil Ketua Kepala Direktur Jenderal Letnan Kolonel Mayor Kapten Brigadir Komisaris Inspektur Bupati Gubernur Camat Lurah""".split())

# titles and ordinary words that are names as well
CALLED = set("""Sri Andi Cut Ida Putra Putri Raja Raden Teuku Tengku Datuk Lalu Baiq Made Wayan Nyoman Ketut Gede Putu Kadek Komang Luh
Agung Gusti Ayu Bagus Dewi Indah Budi Mega Surya Intan Mutiara Cahya Cahyo Bintang Permata Melati Iman Rahmat Hidayat Wahyu Setia Setiawan
Jaya Adil Aman Rama Bima Sultan Habib Daeng Dian Tri Dwi Eka Ratna Yanti Yuni Nur Noor Siti Abdul Muhammad Mohammad Ahmad Achmad Didik Untung
Slamet Sabar Mulia Mulya Bakti Dharma Satria Ksatria Prabowo Besar Rahim Bakar Maya Dini Puji Puspa Citra Karya Teguh Tegar Harta Bunga Mawar
Guntur Gempur Fajar Bayu Angin Galih Gilang Gelar Aji Jati Wibawa Pamungkas Perdana Purba Tanjung Siregar Lubis Nasution Harahap Batubara
Pasaribu Tarigan Ginting Sembiring Karo Karokaro Marpaung Simanjuntak Situmorang Hutapea Hutabarat Panjaitan Pandjaitan Sinaga Saragih
Manurung Silalahi Simbolon Sitorus Tambunan Pangaribuan Nababan Napitupulu Siahaan Sihombing Aritonang Nainggolan Tobing Rajagukguk""".split())


def pieces(name):
    return [w for w in re.sub(r"[(),\"“”]", " ", name).split() if w]


def main(shared):
    shared = pathlib.Path(shared)
    c = news.counts(shared)
    titles = {form.lower() for form, _, _ in table.read("titles.tsv")}
    places = {form for form, value, _ in table.read("places.tsv") if " " not in form and value in
              ("country", "capital", "province", "region", "city", "regency", "world-city", "island")}
    alone = collections.Counter()
    bodies = {form for form, value, _ in table.read("organisations.tsv") if " " not in form and value not in ("club", "company", "media", "arts", "bank")}
    bodies |= {form for form, _, label in table.read("abbreviations.tsv") if " " not in form}
    bodies |= {form.split()[0] for name in ("organisation_heads.tsv", "place_heads.tsv", "law_heads.tsv") for form, _, _ in table.read(name)
               if form.split()[0] not in CALLED}
    given, family = collections.Counter(), collections.Counter()

    def take(words, weight=1):
        words = [w for w in words if w in CALLED or w.lower() not in titles and w.lower().rstrip(".") not in titles]
        if len(words) < 2:
            if words and TOKEN.fullmatch(words[0]) and words[0] not in STOP and len(words[0]) > 2:
                alone[words[0]] += weight
            return
        for place, word in enumerate(words):
            word = word.strip(".'’")
            if TOKEN.fullmatch(word) and word not in STOP:
                (family if place else given)[word] += weight

    for line in open(shared / "gazetteer" / "dbpedia-person.txt", encoding="utf-8"):
        take(pieces(line))
    # not from gold/train, where a list that knows every name would be trusted too much
    for names in (marked.sets(shared)["PER"],):
        for name in names:
            take(pieces(name))
    before = {form.split()[-1].rstrip(".") for form, value, _ in table.read("titles.tsv") if value in ("rank", "courtesy", "academic")} - \
             {"Raja", "Ratu", "Putri", "Sri", "Polisi", "Putra", "Nabi", "Ayah", "Ibu", "Nenek", "Kakek"}
    seen = collections.Counter()
    word = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?|[^\w\s]")
    for text in news.texts(shared, glued=False):
        tokens = word.findall(news.URL.sub(" ", text))
        for i in range(1, len(tokens) - 1):
            last = tokens[i - 1]
            if tokens[i][0].isupper() and (last.rstrip(".") in before or last in SAY) and TOKEN.fullmatch(tokens[i].rstrip(".")):
                j = i
                while j < len(tokens) and j < i + 4 and TOKEN.fullmatch(tokens[j].rstrip(".")) and (j == i or not tokens[j - 1].endswith(".")):
                    j += 1
                run = tuple(t.rstrip(".") for t in tokens[i:j])
                if not any(w in STOP or w in bodies or w in places or w.lower() in titles for w in run):
                    seen[run] += 1
    # a name counts once however often the news repeats it, twice when it is repeated
    for run, n in seen.items():
        if len(run) > 1 or n > 2:
            take(run, 1 if n == 1 else 2)
    # names of one word: to the list that has the word already, else to the given names
    for name, n in alone.items():
        if c["inside"][name] >= 4:
            (family if family[name] > given[name] else given)[name] += n

    def keep(word, n):
        lower, capital = c["lower"][word.lower()], c["inside"][word]
        if word in CALLED:
            return True
        if word.lower() in SMALL or len(word) < 3 and n < 4 or word in bodies:
            return False
        if lower > 0.4 * capital and n < 5:
            return False
        if word in places and n < 12:
            return False
        if lower > capital and not (n >= 25 and lower < 60 * n and capital * 5 > lower):
            return False
        if lower > 300 and lower > 0.3 * capital and n < 12:
            return False
        return n >= 2 or n and capital >= 4 and lower < 0.1 * capital

    for name, counter, what in (("given_names.tsv", given, "words that open names of persons"),
                                ("family_names.tsv", family, "words that follow the first in names of persons")):
        rows = [(word, int(math.log2(n))) for word, n in counter.items() if keep(word, n)]
        table.write(name, what + "; value = floor(log2(names seen with it))",
                    "Indonesian DBpedia (ialfina/ner-dataset-modified-dee), person names of the train sets, names after titles in the news texts",
                    "CC BY-SA (DBpedia); MIT OR Apache-2.0 (counts)", "python3 models/lexicon/make/names.py ../shared", rows)
    if "-v" in sys.argv:
        out = [(n, w) for w, n in (given + family).items() if n >= 4 and not keep(w, n)]
        print(" ".join("%s:%d" % (w, n) for n, w in sorted(out, reverse=True)[:400]))


main(sys.argv[1])
