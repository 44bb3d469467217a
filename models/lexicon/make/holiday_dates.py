"""The yearly days of holiday_dates.tsv, as Indonesia kept them: `python3 holiday_dates.py ../holiday_dates.tsv`.

Needs the package `holidays` (MIT; version 0.109 was used), whose Indonesian list gives the days that the
government proclaimed and estimates those to come. Other entries of the file, and its head, stay.
"""

import sys
from collections import defaultdict
from datetime import date, timedelta

import holidays

YEARS = range(1990, 2036)
NAMES = {
    "Day of Silence": "nyepi",
    "Vesak Day": "waisak",
    "Eid al-Fitr": "idul-fitri",
    "Eid al-Adha": "idul-adha",
    "Isra' and Mi'raj": "isra-mikraj",
    "Islamic New Year": "tahun-baru-islam",
    "Prophet's Birthday": "maulid",
}
# where the list has the printed day off, not the day that was kept
KEPT = {
    "idul-fitri 2011": "2011-08-31",
    "maulid 2021": "2021-10-19",
    "tahun-baru-islam 2021": "2021-08-10",
}


def main(path):
    listed = holidays.country_holidays("ID", years=YEARS, language="en_US", islamic_show_estimated=False)
    days = defaultdict(list)
    for day, names in sorted(listed.items()):
        for name in names.split("; "):
            key = NAMES.get(name.replace(" (estimated)", ""))
            if key and day.year in YEARS:
                days[key].append(day)
    entries = {}
    for key, dates in days.items():
        for day in dates:
            again = f"{key} {day.year}" in entries
            entries[f"{key} {day.year}" + (" b" if again else "")] = day
    entries.update(KEPT)
    kept = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, _, rest = line.rstrip("\n").partition("\t")
            name = key.split(" ")[0]
            if line.startswith("#") or name not in days:
                kept.append((key, rest) if rest else (line.rstrip("\n"), None))
    # a fast of 29 or 30 days ends the day before Idul Fitri
    feasts = [_date(str(day)) for key, day in entries.items() if key.startswith("idul-fitri")]
    for at, (key, rest) in enumerate(kept):
        if key.startswith("awal-ramadan "):
            feast = min(feasts, key=lambda f: abs((f - timedelta(30)) - _date(rest)))
            if abs((feast - _date(rest)).days - 29.5) > 0.5 and (feast - _date(rest)).days < 35:
                kept[at] = (key, str(feast - timedelta(30)))
    head = [key for key, rest in kept if rest is None]
    rows = sorted([(k, r) for k, r in kept if r is not None] + [(k, str(d)) for k, d in entries.items()])
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(head + [f"{key}\t{rest}" for key, rest in rows]) + "\n")


def _date(text):
    return date.fromisoformat(text.split("\t")[0])


if __name__ == "__main__":
    main(sys.argv[1])
