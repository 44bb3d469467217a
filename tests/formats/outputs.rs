//! What is written.

use super::{Folder, error, gunzip, jsonl};
use crate::samples::SENTENCE;
use std::process::Command;

#[test]
fn shards_and_compressed_outputs() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl().repeat(5));
    let whole = folder.good(&["a.jsonl"]);
    folder.good(&[
        "a.jsonl",
        "-o",
        "out.jsonl.gz",
        "--shard-size",
        "4",
        "--checkpoint",
        "3",
    ]);
    assert_eq!(
        folder.names("."),
        [
            "a.jsonl",
            "out-00001.jsonl.gz",
            "out-00002.jsonl.gz",
            "out-00003.jsonl.gz"
        ]
    );
    let shards: Vec<_> = (1..=3)
        .map(|n| gunzip(&folder.path(&format!("out-0000{n}.jsonl.gz"))))
        .collect();
    assert_eq!(shards.concat(), whole);
    assert_eq!(shards[2].lines().count(), 2);
    let again = folder.run(&["a.jsonl", "-o", "out.jsonl.gz", "--shard-size", "4"]);
    assert_eq!(
        again.status.code(),
        Some(2),
        "old shards and new ones would mix"
    );
    folder.good(&["a.jsonl", "-o", "out.jsonl.zst"]);
    let packed = std::fs::read(folder.path("out.jsonl.zst")).unwrap();
    assert_eq!(
        zstd::decode_all(packed.as_slice()).unwrap(),
        whole.as_bytes()
    );
    folder.write("none.jsonl", "");
    folder.good(&["none.jsonl", "-o", "none.jsonl.gz"]);
    assert_eq!(gunzip(&folder.path("none.jsonl.gz")), "");
}

#[test]
fn events_for_a_spreadsheet() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl());
    folder.good(&["a.jsonl", "-o", "out.csv"]);
    let table = folder.read("out.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(&reader.headers().unwrap()[5], "type");
    let rows: Vec<_> = reader.records().map(|row| row.unwrap()).collect();
    let start = rows
        .iter()
        .find(|row| &row[5] == "personnel.start")
        .unwrap();
    assert_eq!(
        (&start[0], &start[3], &start[7]),
        ("a1", "Judul, satu", "melantik")
    );
    assert!(start[17].starts_with("Bupati Sleman"), "{start:?}");
}

#[test]
fn conll_is_read_by_score() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl());
    folder.good(&["a.jsonl", "-o", "out.conll"]);
    let words = folder.read("out.conll");
    assert!(
        words.starts_with("-DOCSTART-\tO\n\n") && words.contains("Budi\tB-PER\nSantoso\tI-PER\n"),
        "{words}"
    );
    let score = Command::new(env!("CARGO_BIN_EXE_peristiwa"))
        .args(["score", "--conll", "out.conll", "out.conll"])
        .current_dir(folder.path("."))
        .output()
        .unwrap();
    assert_eq!(score.status.code(), Some(0), "{}", error(&score));
    let layers = folder.good(&[
        "a.jsonl",
        "--output-format",
        "conll",
        "--only",
        "entities,times,events",
    ]);
    let row = layers
        .lines()
        .find(|line| line.starts_with("melantik\t"))
        .unwrap();
    assert_eq!(row, "melantik\tO\tO\tB-personnel.start");
}

#[test]
fn folders_of_brat_and_timeml() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl().replace("\"a2\"", "\"http://b/c d\""));
    folder.good(&["a.jsonl", "-o", "brat", "--output-format", "brat"]);
    let names = [
        "000001-a1.ann",
        "000001-a1.txt",
        "000002-http___b_c_d.ann",
        "000002-http___b_c_d.txt",
    ];
    assert_eq!(folder.names("brat"), names);
    assert_eq!(folder.read("brat/000001-a1.txt"), SENTENCE);
    let text: Vec<char> = SENTENCE.chars().collect();
    for line in folder
        .read("brat/000001-a1.ann")
        .lines()
        .filter(|line| line.starts_with('T'))
    {
        let cells: Vec<_> = line.split('\t').collect();
        let places: Vec<usize> = cells[1]
            .split([' ', ';'])
            .skip(1)
            .map(|n| n.parse().unwrap())
            .collect();
        assert_eq!(
            text[places[0]..places[1]].iter().collect::<String>(),
            cells[2]
        );
    }
    folder.good(&[
        "a.jsonl",
        "-o",
        "tml",
        "--output-format",
        "timeml",
        "--shard-size",
        "1",
    ]);
    assert_eq!(folder.names("tml"), ["00001", "00002"]);
    let document = folder.read("tml/00001/000001-a1.tml");
    assert!(
        document.contains(
            "<TIMEX3 tid=\"t1\" type=\"DATE\" value=\"2024-08-13\">Selasa (13/8)</TIMEX3>"
        ),
        "{document}"
    );
    let refused = folder.run(&["a.jsonl", "-o", "tml", "--output-format", "timeml"]);
    assert_eq!(
        refused.status.code(),
        Some(2),
        "a folder is not written over"
    );
    let stream = folder.run(&["a.jsonl", "--output-format", "brat"]);
    assert!(error(&stream).contains("--output"), "{}", error(&stream));
}
