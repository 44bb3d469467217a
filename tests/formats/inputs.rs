//! What is read: every format gives the annotations of JSONL.

use super::{Folder, error, gz, jsonl};
use crate::samples::SENTENCE;
use serde_json::{Value, json};

#[test]
fn tables_of_text_and_compressed_files() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl());
    let expected = folder.good(&["a.jsonl"]);
    assert_eq!(expected.lines().count(), 2);

    let row = |line: &str| -> Value { serde_json::from_str(line).unwrap() };
    let mut rows = vec![["judul", "lain", "isi", "id", "published", "source"].map(str::to_owned)];
    for line in jsonl().lines().map(row) {
        let cell = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        rows.push([
            cell("title"),
            "x".to_owned(),
            cell("text"),
            cell("id"),
            cell("published"),
            cell("source"),
        ]);
    }
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    for (name, delimiter) in [("a.csv", ","), ("a.tsv", "\t"), ("b.csv", ";")] {
        let lines = rows
            .iter()
            .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(delimiter) + "\n");
        folder.write(name, lines.collect::<String>());
    }
    let columns = ["--text-column", "isi", "--title-column", "judul"];
    for file in [&["a.csv"][..], &["a.tsv"], &["b.csv", "--delimiter", ";"]] {
        assert_eq!(
            folder.good(&[file, &columns].concat()),
            expected,
            "{file:?}"
        );
    }
    let missing = folder.run(&["a.csv"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        error(&missing).contains("--text-column"),
        "{}",
        error(&missing)
    );

    folder.write("a.jsonl.gz", gz(jsonl().as_bytes()));
    folder.write("unnamed", zstd::encode_all(jsonl().as_bytes(), 1).unwrap());
    let csv = std::fs::read(folder.path("a.csv")).unwrap();
    folder.write("c.csv.zst", zstd::encode_all(csv.as_slice(), 1).unwrap());
    assert_eq!(folder.good(&["a.jsonl.gz"]), expected);
    assert_eq!(folder.good(&["unnamed"]), expected);
    assert_eq!(
        folder.good(&[&["c.csv.zst"][..], &columns].concat()),
        expected
    );
}

#[test]
fn patterns_and_folders() {
    let folder = Folder::new();
    folder.write("n/b.txt", "Budi tiba.");
    folder.write("n/a.txt.gz", gz(b"Ani pergi."));
    folder.write("n/c.jsonl", jsonl());
    folder.write("m/c.jsonl", jsonl());
    folder.write("m/d.md", "bukan artikel");
    let ids = |arguments: &[&str]| -> Vec<String> {
        let lines = folder.good(arguments);
        let id = |line: &str| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        lines.lines().map(id).collect()
    };
    assert_eq!(
        ids(&["n"]),
        ["a", "b"],
        "texts alone, where a folder has some"
    );
    assert_eq!(ids(&["m"]), ["a1", "a2"]);
    assert_eq!(ids(&["*/*.jsonl"]), ["a1", "a2", "a1", "a2"]);
    assert_eq!(ids(&["n/[ab].*"]), ["a", "b"]);
    let none = folder.run(&["x/*.jsonl"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(
        error(&none).contains("x/*.jsonl: no file matches"),
        "{}",
        error(&none)
    );
}

#[test]
fn limits_refuse() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl());
    let output = folder.run(&["a.jsonl", "--max-size", "100", "--rejects", "r.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    let reject: Value = serde_json::from_str(&folder.read("r.jsonl")).unwrap();
    assert_eq!(
        (&reject["id"], &reject["error"]["code"]),
        (&json!("a1"), &json!("too_large"))
    );
    let slow = folder.run(&["a.jsonl", "--max-time", "0", "--rejects", "r.jsonl"]);
    assert!(slow.stdout.is_empty());
    assert_eq!(folder.read("r.jsonl").matches("\"too_slow\"").count(), 2);
    let ample = folder.good(&["a.jsonl", "--max-time", "1000"]);
    assert_eq!(ample, folder.good(&["a.jsonl"]));
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_in_and_out() {
    use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use std::sync::Arc;

    let folder = Folder::new();
    let texts: Vec<String> = (1..=40)
        .map(|n| format!("Budi Santoso tiba di Bali pada hari ke-{n}."))
        .collect();
    let columns: [(&str, ArrayRef); 4] = [
        ("lain", Arc::new(Int64Array::from_iter_values(0..40))),
        ("isi", Arc::new(StringArray::from_iter_values(&texts))),
        ("id", Arc::new(Int64Array::from_iter_values(101..141))),
        (
            "published",
            Arc::new(Date32Array::from_iter(
                (0..40).map(|n| (n % 2 == 0).then_some(19_949)),
            )),
        ),
    ];
    let rows = RecordBatch::try_from_iter_with_nullable(
        columns.map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let file = std::fs::File::create(folder.path("in.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, rows.schema(), None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();
    let lines: Vec<Value> = folder
        .good(&["in.parquet", "--text-column", "isi"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 40);
    assert_eq!(
        (&lines[4]["id"], &lines[4]["meta"]["published"]),
        (&json!("105"), &json!("2024-08-14"))
    );
    assert!(lines[5]["meta"].is_null());
    let missing = folder.run(&["in.parquet"]);
    assert!(
        error(&missing).contains("lain, isi, id, published"),
        "{}",
        error(&missing)
    );
    folder.write("broken.parquet", b"PAR1 tidak");
    assert_eq!(folder.run(&["broken.parquet"]).status.code(), Some(1));

    let read = |name: &str| -> Vec<RecordBatch> {
        let file = std::fs::File::open(folder.path(name)).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)
            .unwrap()
            .build()
            .unwrap();
        reader.map(|rows| rows.unwrap()).collect()
    };
    let count = |name: &str| read(name).iter().map(RecordBatch::num_rows).sum::<usize>();
    folder.good(&[
        "in.parquet",
        "--text-column",
        "isi",
        "-o",
        "out.parquet",
        "--checkpoint",
        "9",
    ]);
    assert_eq!(count("out.parquet"), 40);
    assert!(read("out.parquet")[0].column_by_name("entities").is_some());
    folder.good(&[
        "in.parquet",
        "--text-column",
        "isi",
        "--tables",
        "tables",
        "--shard-size",
        "25",
        "--checkpoint",
        "9",
    ]);
    assert_eq!(
        (
            count("tables/articles-00001.parquet"),
            count("tables/articles-00002.parquet")
        ),
        (25, 15)
    );
    for table in ["entities", "times", "events", "arguments", "relations"] {
        assert!(
            folder
                .path(&format!("tables/{table}-00001.parquet"))
                .exists(),
            "{table}"
        );
    }
    let entities = |line: &Value| line["entities"].as_array().map_or(0, Vec::len);
    let expected: usize = lines.iter().map(entities).sum();
    assert_eq!(
        count("tables/entities-00001.parquet") + count("tables/entities-00002.parquet"),
        expected
    );
    folder.write("none.jsonl", "");
    folder.good(&["none.jsonl", "-o", "none.parquet"]);
    assert_eq!(count("none.parquet"), 0);
    assert!(
        !folder
            .names(".")
            .iter()
            .any(|name| name.contains(".part") || name.contains(".state"))
    );
}

#[cfg(feature = "warc")]
#[test]
fn web_archives() {
    let page = |title: &str, paragraph: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>{title}</title>\
             <meta property=\"article:published_time\" content=\"2024-08-14T08:00:00+07:00\"></head><body>\
             <nav><a href=\"/\">Beranda</a></nav><article><h1>{title}</h1>{}</article></body></html>",
            format!("<p>{paragraph}</p>").repeat(4)
        )
    };
    let record = |kind: &str, url: &str, body: &str| {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        gz(format!("{head}{body}\r\n\r\n").as_bytes())
    };
    let malay = "Perdana Menteri merasmikan lebuh raya baharu di Johor semalam. Menurut beliau, lebuh raya itu akan mempercepatkan penghantaran barangan ke pelabuhan.";
    let archive = [
        record("warcinfo", "", "software: x"),
        record(
            "response",
            "https://kami.id/satu",
            &page("Budi Dilantik", SENTENCE),
        ),
        record(
            "response",
            "https://kami.my/dua",
            &page("Lebuh Raya", malay),
        ),
        record(
            "response",
            "https://kami.id/tiga",
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Kosong",
        ),
        record(
            "response",
            "https://kami.id/empat",
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>x",
        ),
    ]
    .concat();
    let folder = Folder::new();
    folder.write("news.warc.gz", &archive);
    let output = folder.run(&["news.warc.gz", "--rejects", "r.jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", error(&output));
    let lines = String::from_utf8(output.stdout.clone()).unwrap();
    let article: Value = serde_json::from_str(lines.trim_end()).unwrap();
    assert_eq!(article["id"], "https://kami.id/satu");
    assert_eq!(article["meta"]["published"], "2024-08-14");
    assert!(
        article["meta"]["title"]
            .as_str()
            .unwrap()
            .contains("Budi Dilantik")
    );
    assert_eq!(article["events"][0]["type"], "personnel.start");
    assert!(
        error(&output).contains("2 of 3 pages passed over"),
        "{}",
        error(&output)
    );
    let rejects = folder.read("r.jsonl");
    assert!(
        rejects.contains("\"other_language\"")
            && rejects.contains("Malay")
            && rejects.contains("\"no_article\""),
        "{rejects}"
    );
    let all = folder.good(&["news.warc.gz", "--any-language"]);
    assert_eq!(all.lines().count(), 2);
}
