use super::*;
use crate::models::Models;
use crate::token::Tokenizer;
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

fn models() -> Models {
    Models::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/models")).unwrap()
}

static ROOM: LazyLock<(Tokenizer, TimeFinder)> = LazyLock::new(|| {
    let models = models();
    (
        Tokenizer::new(&models).unwrap(),
        TimeFinder::new(&models).unwrap(),
    )
});

fn find(text: &str, published: Option<&str>) -> FoundTimes {
    let published = published.map(|date| date.parse().unwrap());
    ROOM.1.find(&ROOM.0.tokenize(text), published, &[])
}

#[test]
fn examples_of_all_rules() {
    let failures = check_examples(&models()).unwrap();
    let lines: Vec<String> = failures
        .iter()
        .map(|failure| format!("{} {}: {failure}", failure.file, failure.rule))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

/// The sentences of `corpus/times`: 99 of 100 expressions right, and of 100 sentences without any.
#[test]
fn corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/times");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "tsv"))
        .collect();
    files.sort();
    let (mut expressions, mut nothings) = (0usize, 0usize);
    let mut failures = Vec::new();
    for file in files {
        for (number, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let mut columns = line.split('\t');
            let sentence = columns.next().unwrap();
            let published = columns.next().filter(|date| *date != "-");
            let expected: Vec<&str> = columns.filter(|cell| *cell != "-").collect();
            let expected: Vec<(&str, &str)> = expected
                .chunks(2)
                .map(|pair| (pair[0], pair.get(1).copied().unwrap_or("?")))
                .collect();
            expressions += expected.len();
            nothings += usize::from(expected.is_empty());
            let found = find(sentence, published).times;
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|time| (time.text.as_str(), time.value.as_str()))
                .collect();
            if found != expected {
                let name = file.file_name().unwrap().to_string_lossy();
                failures.push(format!(
                    "{name}:{}: {sentence}\n  expected {expected:?}\n  found    {found:?}",
                    number + 1
                ));
            }
        }
    }
    println!(
        "{expressions} expressions, {nothings} sentences without any\n{}",
        failures.join("\n")
    );
    assert!(
        expressions >= 600 && nothings >= 120,
        "{expressions} {nothings}"
    );
    assert!(
        failures.len() * 100 <= expressions + nothings,
        "{} of {} wrong:\n{}",
        failures.len(),
        expressions + nothings,
        failures.join("\n")
    );
}

#[test]
fn the_reference_date_is_inferred() {
    let text = "Budi mundur pada Selasa (13/8). \"Saya pamit,\" katanya, Rabu (14/8). \
                Ia menjabat sejak 2021 hingga 2023 dan lahir 13 April 1970.";
    let found = find(text, None);
    assert_eq!(found.reference.value.as_deref(), Some("2024-08-14"));
    assert_eq!(found.reference.basis, crate::schema::Basis::Inferred);
    assert_eq!(found.times[0].value, "2024-08-13");
    let found = find("Kemarin ia pergi, Selasa (13/8).", None);
    assert_eq!(found.reference.basis, crate::schema::Basis::None);
    assert_eq!(found.times[0].value, "PAST_REF");
    assert_eq!(found.times[1].value, "XXXX-08-13");
}

#[test]
fn a_contradicting_weekday_warns_and_is_mended_where_one_digit_is_wrong() {
    let found = find("Hal itu terjadi Minggu (12/6/2024).", Some("2024-05-12"));
    assert_eq!(found.times[0].value, "2024-05-12");
    assert_eq!(found.warnings.len(), 1);
    let found = find("Ia diperiksa Selasa (28/1/2080).", Some("2020-01-28"));
    assert_eq!(found.times[0].value, "2020-01-28");
    let found = find("Ia ditemui Kamis (13/5/2016).", None);
    assert_eq!(found.times[0].value, "2016-05-13");
    assert_eq!(found.warnings.len(), 1);
}

#[test]
fn times_inside_names_are_part_of_the_name() {
    use crate::schema::{Label, Mention, Span};
    let text = "Pawai 17 Agustus 1945 Banyuwangi digelar 3 Mei 2024.";
    let name = Mention {
        span: Span::new(0, 32),
        text: text[..32].to_owned(),
        label: Label::Org,
        score: None,
        found_by: None,
    };
    let tokens = ROOM.0.tokenize(text);
    let found = ROOM.1.find(&tokens, None, &[name]).times;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].value, "2024-05-03");
}

/// Words and figures that rules look for, put together at random.
fn news() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Senin",
        "Minggu",
        "(",
        ")",
        "/",
        "-",
        "13",
        "8",
        "2024",
        "31",
        "02",
        "Februari",
        "Mei",
        "tahun",
        "lalu",
        "depan",
        "ini",
        "pukul",
        "14.30",
        "WIB",
        "setiap",
        "dua",
        "hari",
        "pekan",
        "kemarin",
        "malam",
        "awal",
        "akhir",
        "sekitar",
        "hingga",
        "dan",
        ",",
        ".",
        "Rp",
        "juta",
        "kuartal",
        "III",
        "abad",
        "ke",
        "90",
        "an",
        "Ramadan",
        "1445",
        "H",
        "Lebaran",
        "musim",
        "yang",
        "sama",
        "kemudian",
        "sebelumnya",
        "9999999999",
        "0",
        "tanggal",
        "bulan",
        "29",
    ]);
    prop::collection::vec(word, 0..24).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_gives_spans_of_it_and_values_that_parse(
        text in prop_oneof![news(), any::<String>()],
        day in prop::option::of(-300_000i32..300_000),
    ) {
        let epoch = jiff::civil::date(1970, 1, 1);
        let published = day.and_then(|d| epoch.checked_add(jiff::Span::new().days(d)).ok());
        let tokens = ROOM.0.tokenize(&text);
        let found = ROOM.1.find(&tokens, published, &[]);
        let mut end = 0;
        for time in &found.times {
            prop_assert!(time.span.start >= end);
            end = time.span.end;
            prop_assert_eq!(time.span.of(&text), time.text.as_str());
            let value: Result<super::value::Value, _> = time.value.parse();
            prop_assert!(value.is_ok(), "{:?}", time);
            prop_assert_eq!(value.unwrap().to_string(), time.value.clone());
        }
        // the same again, and the same from the date that was used
        prop_assert_eq!(&found, &ROOM.1.find(&tokens, published, &[]));
        if let Some(day) = found.day {
            let again = ROOM.1.find(&tokens, Some(day), &[]);
            prop_assert_eq!(&found.times, &again.times);
        }
    }
}
