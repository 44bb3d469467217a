//! `--tagger bert` from outside: with the cargo feature a tiny model of random weights, without it a message.

use std::process::{Command, Output};

fn annotate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_peristiwa"))
        .args(["annotate", "corpus/articles.jsonl"])
        .args(arguments)
        .output()
        .unwrap()
}

fn message(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_model_is_asked_for() {
    assert!(message(&annotate(&["--tagger", "bert"])).contains("--bert-model DIR"));
    let other = annotate(&["--bert-model", "tests/bert/bert"]);
    assert!(message(&other).contains("--tagger bert"));
    let absent = annotate(&["--tagger", "bert", "--bert-model", "no/such"]);
    assert!(message(&absent).contains("no/such: no such folder"));
}

#[cfg(not(feature = "bert"))]
#[test]
fn the_feature_is_named() {
    let output = annotate(&["--tagger", "bert", "--bert-model", "tests/bert/bert"]);
    assert!(message(&output).contains("cargo feature `bert`"));
}

#[cfg(feature = "bert")]
mod runs {
    use super::annotate;
    use peristiwa::{Annotator, Article, Bert, Models};

    const MODEL: [&str; 4] = ["--tagger", "bert", "--bert-model", "tests/bert/xlm-roberta"];

    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        let run = |threads| {
            let output = annotate(&[&MODEL[..], &["--explain", "--threads", threads]].concat());
            assert!(output.status.success());
            String::from_utf8(output.stdout).unwrap()
        };
        let one = run("1");
        assert!(one.contains("bert xlm-roberta"));
        assert_eq!(one, run("2"));
        assert_eq!(one, run("5"));
    }

    #[test]
    fn one_by_one_and_all_at_once_is_the_same() {
        let models = Models::bundled().unwrap();
        let annotator = Annotator::bert(&models, &Bert::new("tests/bert/bert")).unwrap();
        let text = "“Rapat digelar,” kata Budi Santoso di Medan 😀. Gubernur Jawa Barat bertemu pimpinan KPK.\n";
        let texts = (1..60).map(|count| Article::new(text.repeat(1 + count % 7)));
        let articles: Vec<Article> = texts.collect();
        let all = annotator.annotate_all(&articles);
        for (article, together) in articles.iter().zip(&all) {
            assert_eq!(&annotator.annotate(article), together);
        }
    }
}
