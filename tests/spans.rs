//! Offsets point into the untouched text, whatever the text is.

use crate::invariants;
use crate::samples::{SENTENCE, annotator, articles, new_annotator};
use peristiwa::{Annotator, Offsets};
use proptest::prelude::*;
use std::sync::LazyLock;

static BYTES: LazyLock<Annotator> = LazyLock::new(|| new_annotator().offsets(Offsets::Bytes));

fn hold(text: &str) {
    invariants::hold(annotator(), &BYTES, text);
}

#[test]
fn corpus() {
    for article in articles() {
        hold(&article.text);
    }
}

/// Every way of printing the same that real pages have.
#[test]
fn real_life_mess() {
    let changes: [(&str, &str); 14] = [
        (" ", "\u{a0}"),
        (" ", " \u{200b}"),
        (" ", "\r\n"),
        (" ", "&nbsp;"),
        ("\"", "&quot;"),
        ("\"", "\u{201c}"),
        ("\"", "\u{93}"),
        ("a", "a\u{301}"),
        ("e", "\u{e9}"),
        ("i", "\u{1d422}"),
        (". ", "."),
        (" di ", "di "),
        ("Budi", "Budi \u{1f600}\u{1f468}\u{200d}\u{1f469}"),
        ("Selasa (13/8)", "Selasa\u{ad} (13\u{2044}8)"),
    ];
    for (from, to) in changes {
        let changed = SENTENCE.replace(from, to);
        assert_ne!(changed, SENTENCE);
        hold(&changed);
        hold(&format!("\u{feff}{changed}"));
    }
}

#[test]
fn nothing_to_find() {
    for text in [
        "",
        " ",
        "\n\n",
        "\u{200b}",
        "\u{feff}",
        "((((",
        "😀😀😀",
        "\0\0",
        "....",
        "\"",
        "\u{301}",
        "&",
        "&#",
        "&#x;",
    ] {
        hold(text);
    }
}

/// Pieces of Indonesian news, to be put together in senseless ways.
const PIECES: &[&str] = &[
    "Budi",
    "Santoso",
    "PT",
    "Maju Jaya",
    "Tbk.",
    "KPK",
    "Jakarta",
    "Kabupaten Sleman",
    "Menteri",
    "Presiden",
    "mengundurkan diri",
    "divonis",
    "ditangkap",
    "melantik",
    "tewas",
    "gempa",
    "menang",
    "menikah",
    "kata",
    "ujar",
    "pada",
    "di",
    "ke",
    "oleh",
    "yang",
    "tidak",
    "akan",
    "diduga",
    "Selasa",
    "(13/8)",
    "13/8/2024",
    "Agustus",
    "2024",
    "kemarin",
    "pukul",
    "14.30",
    "WIB",
    "2022 - 2023",
    "tiga tahun",
    "Rp",
    "8,03",
    "triliun",
    "1.250",
    "orang",
    "5,2",
    "persen",
    "US$",
    "magnitudo",
    "skor",
    "2-1",
    "UU No. 1/2023",
    "Pasal 2",
    "-nya",
    "ia",
    "dia",
    "pria itu",
    "(34)",
    "\"",
    "\u{201c}",
    "\u{201d}",
    "'",
    ".",
    ",",
    ";",
    ":",
    "--",
    "(",
    ")",
    "/",
    "&amp;",
    "&nbsp;",
    "\u{a0}",
    "\u{200b}",
    "\u{93}",
    "\r\n",
    "\n",
    " ",
    " ",
    " ",
    "e\u{301}",
    "\u{1f600}",
    "99999999999999999999",
    "0",
    "-",
    "31/02",
    "#",
    "@a",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text(text in any::<String>()) {
        hold(&text);
    }

    #[test]
    fn arbitrary_news(pieces in prop::collection::vec((prop::sample::select(PIECES), prop::sample::select(&["", " ", " "][..])), 0..60)) {
        let text: String = pieces.iter().flat_map(|(piece, gap)| [*piece, *gap]).collect();
        hold(&text);
    }
}
