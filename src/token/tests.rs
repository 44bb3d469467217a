use super::*;
use crate::models::Models;
use proptest::prelude::*;
use std::sync::LazyLock;

static TOKENIZER: LazyLock<Tokenizer> =
    LazyLock::new(|| Tokenizer::new(&Models::bundled().unwrap()).unwrap());

fn words(text: &str) -> Vec<String> {
    let tokens = TOKENIZER.tokenize(text);
    (0..tokens.len())
        .map(|i| tokens.surface(i).to_owned())
        .collect()
}

fn sentences(text: &str) -> Vec<String> {
    let tokens = TOKENIZER.tokenize(text);
    let ranges: Vec<_> = tokens.sentences().collect();
    ranges
        .into_iter()
        .map(|r| tokens.span(r).of(text).to_owned())
        .collect()
}

#[test]
fn cuts_words() {
    assert_eq!(
        words("Rp300 ribu, 14.30WIB (13/8)"),
        [
            "Rp", "300", "ribu", ",", "14.30", "WIB", "(", "13", "/", "8", ")"
        ]
    );
    assert_eq!(
        words("kerja-kerja U-23 2-hari-an"),
        ["kerja-kerja", "U", "-", "23", "2", "-", "hari-an"]
    );
    assert_eq!(words("Jum’at “Ma'ruf”"), ["Jum’at", "“", "Ma'ruf", "”"]);
    assert_eq!(
        words("di Kompas.com, https://a.id/b?c=1."),
        ["di", "Kompas.com", ",", "https://a.id/b?c=1", "."]
    );
    assert_eq!(
        words("A&amp;B &quot;ya&quot;&nbsp;ok"),
        ["A", "&amp;", "B", "&quot;", "ya", "&quot;", "ok"]
    );
    assert_eq!(
        words("J. Kristiadi, S.H. dan a.n. Budi"),
        ["J.", "Kristiadi", ",", "S.H.", "dan", "a.n.", "Budi"]
    );
    assert_eq!(
        words("QZ8501 P21 2000-2009"),
        ["QZ8501", "P21", "2000", "-", "2009"]
    );
}

#[test]
fn cuts_sentences() {
    assert_eq!(
        sentences("Jaraknya 5 km. Gempa 5,5 SR."),
        ["Jaraknya 5 km.", "Gempa 5,5 SR."]
    );
    assert_eq!(
        sentences("Ia gol.Pernyataan itu benar. Tbk. ada\nBaris"),
        ["Ia gol.", "Pernyataan itu benar.", "Tbk. ada", "Baris"]
    );
    assert_eq!(
        sentences("\"Ya!\" kata dia. \"Tidak.\" Ia pergi."),
        ["\"Ya!\" kata dia.", "\"Tidak.\"", "Ia pergi."]
    );
    assert_eq!(
        sentences("Rp 1.250 naik 2.5 persen."),
        ["Rp 1.250 naik 2.5 persen."]
    );
}

#[test]
fn splits_glued_words() {
    let text = "Usman Kansongresmi mundur. Kansong pergi.";
    let tokens = TOKENIZER.tokenize(text);
    assert_eq!(tokens.surface(1), "Kansong");
    assert_eq!(tokens.surface(2), "resmi");
    assert_eq!(tokens.warnings, ["glued word split: Kansongresmi"]);
}

#[test]
fn splits_what_a_hyphen_or_a_lost_space_joins() {
    assert_eq!(
        words("Budi-Sari kerja-kerja Undang-Undang PDIP-nya"),
        [
            "Budi",
            "-",
            "Sari",
            "kerja-kerja",
            "Undang-Undang",
            "PDIP",
            "-",
            "nya"
        ]
    );
    assert_eq!(
        words("PresidenJokowi U-20berhasil"),
        ["Presiden", "Jokowi", "U", "-", "20", "berhasil"]
    );
}

#[test]
fn offsets_survive_what_is_not_plain_text() {
    // NFD, a zero-width space, a Windows-1252 quote, a non-breaking space
    let text = "Andre\u{301} men\u{200B}jabat\u{A0}\u{93}Wali Kota\u{94}";
    let tokens = TOKENIZER.tokenize(text);
    assert_eq!(tokens.lower(0), "andr\u{e9}");
    assert_eq!(tokens.lower(1), "menjabat");
    assert_eq!(tokens.surface(1), "men\u{200B}jabat");
    assert_eq!(tokens.lower(2), "\"");
    assert_eq!(tokens.surface(4), "Kota");
}

#[test]
fn long_sentences_are_cut() {
    let text = "kata ".repeat(1000);
    let tokens = TOKENIZER.tokenize(&text);
    assert_eq!(
        tokens.sentences().map(|s| s.len()).collect::<Vec<_>>(),
        [300, 300, 300, 100]
    );
}

proptest! {
    #[test]
    fn spans_are_exact(text in "[\\PC\n\u{93}\u{200B}&;.a-zA-Z0-9 ]{0,160}") {
        let tokens = TOKENIZER.tokenize(&text);
        let mut last = 0;
        for token in tokens.iter() {
            prop_assert!(token.span.start >= last);
            prop_assert!(!token.span.of(&text).is_empty());
            let skipped = &text[last as usize..token.span.start as usize];
            prop_assert!(!skipped.chars().any(|c| c.is_ascii_alphanumeric() && !text.contains('&')));
            last = token.span.end;
        }
        let in_sentences: usize = tokens.sentences().map(|s| s.len()).sum();
        let in_clauses: usize = tokens.clauses().map(|c| c.len()).sum();
        prop_assert_eq!(in_sentences, tokens.len());
        prop_assert_eq!(in_clauses, tokens.len());
    }
}
