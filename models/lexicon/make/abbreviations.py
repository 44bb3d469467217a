"""Make abbreviations.tsv: `python3 models/lexicon/make/abbreviations.py`; job titles are taken over from titles.tsv."""
import hand
import table

# slips of the list or too general to stand for one name
DROP = {"PPP Belanda", "PBB Dunia", "PGI Golf", "PA Palestina", "MIT AS", "YLKAI", "YKS", "BKT BKN", "PGN Games", "KAI Advokat", "PPA Persero",
        "DEN RI", "DKPP Kota", "SIM Swap", "KPI Pertamina", "BPPBM", "PMK MK", "JFF", "DP", "IdulFitri", "PP", "KRI Tawau", "Bakti", "BAKTI", "Komisi III",
        "Muktamar", "Karang Taruna", "BLBI", "PII", "ML", "BPN Prabowo-Sandi", "INI", "IS", "PPN"}
rows = [(form, note, value) for form, value, note in hand.read("abbreviations.txt") if form not in DROP]
rows += [(form, note, "ROL") for form, value, note in table.read("titles.tsv") if value in ("office", "rank") and note and " " not in form]
table.write("abbreviations.tsv", "abbreviations of names; value = full name, note = label of the name",
            "written by the project from knowledge of the language", "MIT OR Apache-2.0",
            "python3 models/lexicon/make/abbreviations.py (after titles.tsv)", rows)
