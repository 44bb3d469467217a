"""Make words.tsv: `python3 models/lexicon/make/words.py ../shared`.

A form is left out when it looks glued: it is much rarer than the two words that it splits into, and one of these is a
name (mostly printed with a capital) or a function word that does not serve as prefix or suffix.
"""
import collections
import math
import re
import sys

import news
import table

LEAST = 8
MOST = 30000
FORM = re.compile(r"[a-z]+(?:-[a-z]+)*")
FUNCTION = set("""yang dan dari untuk dengan pada ini itu dalam tidak juga akan tersebut ada menjadi bisa atau oleh adalah
tahun sebagai sudah lebih bahwa karena telah satu dapat kita mereka kepada orang masih seperti secara mengatakan saya kami
ia dia hingga sampai serta para saat namun agar jika maka antara sejak setelah sebelum ketika kata ujar dua tiga""".split())
# ordinary words that happen to split that way
KEEP = set("""sayang layang bayang goyang wayang kayang perdana dandan sebagainya darimana dimana kemana demikian
adalah merekam merekat sayap kamis kamikaze orangtua untukmu denganmu denganku padaku padamu darimu dariku olehmu olehnya
padanya darinya untuknya dengannya dalamnya tahunan ituloh saatnya agaknya antaranya agaric kamilah kitalah merekalah sayalah
dialah inilah itulah adanya adakah diakui diarahkan iapun diapun kamipun merekapun sayapun itupun inipun walaupun adapun
warganegara tandatangan barangsiapa tindaklanjut paramedis paramiliter paranormal parabola diagram peranakan balikan lahiran
maupun meskipun biarpun kendatipun sekalipun bagaimanapun siapapun apapun kapanpun manapun""".split())

JUNK = {"beredarunggahandi", "membagikantautan"}
# shortened words; others without a vowel are initials of reporters
SHORT = set("""yg dg dgn pd sbg tgl bln jln hlm dll dkk dst dsb dr drg drh kg km cm mm mg ml kwh rpm spt tdk sdh blm utk krn bgt
kpd thn dlm bhw th jl vs jd td tsb sdm pkl klo gk sdg brp pny dpt sy rb jt lg trs bbm str hp tv""".split())


def glued(form, count, c, names):
    """True when the form is two words without their blank."""
    if form in KEEP or len(form) < 6 or "-" in form:
        return False
    lower = c["lower"]
    for cut in range(3, len(form) - 2):
        a, b = form[:cut], form[cut:]
        name = a in names and len(a) >= 4 or b in names and len(b) >= 4
        na, nb = max(lower[a], names.get(a, 0)), max(lower[b], names.get(b, 0))
        function = (a in FUNCTION and lower[b] > 500 and len(b) > 3) or (b in FUNCTION and lower[a] > 500 and len(a) > 3)
        if len(a) >= 4 and a == b and lower[a] > 20 * count:
            return True
        if (min(len(a), len(b)) >= 4 and len(form) >= 11 and count < 40 and min(lower[a], lower[b]) > 800
                and a not in ("antar", "mikro", "corona")):
            return True
        if name and min(na, nb) > 30 * count and min(na, nb) > 500:
            return True
        if function and count < 60 and min(na, nb) > 20 * count:
            return True
    return False


def main(shared):
    c = news.counts(shared)
    lower = c["lower"]
    capital = collections.Counter()
    for form, n in c["inside"].items():
        capital[form.lower()] += n
    names = {w: n for w, n in capital.items() if n >= 300 and n > 8 * lower[w]}
    rows, dropped = [], []
    for form, count in lower.most_common():
        if count < LEAST or len(rows) >= MOST:
            break
        if not FORM.fullmatch(form) or len(form) > 30 or (len(form) == 1 and form not in "aeo"):
            continue
        if len(form) <= 3 and count < 16 or len(form) <= 4 and not re.search("[aeiouy]", form) and form not in SHORT:
            continue
        if glued(form, count, c, names):
            dropped.append((form, count))
            continue
        if form in JUNK:
            continue
        rows.append((form, round(4 * math.log2(count))))
    table.write("words.tsv", "frequent word forms of Indonesian news in lower case; value = round(4 * log2(occurrences))",
                "counted in 47,626 news articles and 2.6 million words of public corpora",
                "MIT OR Apache-2.0 (counts only)", "python3 models/lexicon/make/words.py ../shared", rows)
    if "-v" in sys.argv:
        print(" ".join("%s:%d" % d for d in dropped))


main(sys.argv[1])
