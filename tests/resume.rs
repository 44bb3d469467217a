//! Long runs: killed at any moment, or told to stop, and gone on with, they write what an undisturbed run writes.

use crate::samples::SENTENCE;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Records of the input; every 40th is no article.
const RECORDS: usize = 330;

/// Articles between two checkpoints.
const CHECKPOINT: &str = "7";

/// A run that hangs would hang the test.
const PATIENCE: Duration = Duration::from_secs(300);

/// Moments to kill at, the same in every run of the test.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn input() -> String {
    let record = |number: usize| match number % 40 {
        9 => "bukan json\n".to_owned(),
        _ => {
            let text = SENTENCE.repeat(1 + number % 3);
            serde_json::json!({"id": format!("a{number}"), "text": text}).to_string() + "\n"
        }
    };
    (0..RECORDS).map(record).collect()
}

/// A folder with the input in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("in.jsonl"), input()).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn annotate(&self, output: &[&str], more: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_peristiwa"))
            .args([
                "annotate",
                "in.jsonl",
                "--tagger",
                "linear",
                "--threads",
                "2",
            ])
            .args(["--checkpoint", CHECKPOINT, "--rejects", "rejects.jsonl"])
            .args(output)
            .args(more)
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Every file with its bytes.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        let name = path.strip_prefix(self.path()).unwrap().to_owned();
                        files.insert(name, std::fs::read(path).unwrap());
                    }
                }
            }
        }
        files
    }

    /// Whether a run has been here and has nothing left to do.
    fn is_over(&self) -> bool {
        let names: Vec<_> = self.files().into_keys().collect();
        let unfinished = |name: &PathBuf| {
            let name = name.to_string_lossy();
            name.ends_with(".state") || name.contains(".part")
        };
        names.len() > 1 && !names.iter().any(unfinished)
    }

    /// Records of the state on disk; none where there is no state.
    fn records(&self) -> Option<u64> {
        let states = std::fs::read_dir(self.path()).unwrap();
        let state = states
            .flatten()
            .find(|f| f.path().extension().is_some_and(|e| e == "state"))?;
        let state: serde_json::Value =
            serde_json::from_slice(&std::fs::read(state.path()).ok()?).ok()?;
        state["records"].as_u64()
    }
}

/// Waits for the moment, or for the end of the run; whether it still runs.
fn runs_until(child: &mut Child, moment: impl Fn() -> bool) -> Result<(), ExitStatus> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Err(status);
        }
        if moment() {
            return Ok(());
        }
        assert!(begin.elapsed() < PATIENCE, "the run hangs");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Kills runs `kills` times, and wants every one that comes to an end to have written what an undisturbed one does.
fn survives(kills: usize, seed: u64, output: &[&str]) {
    let undisturbed = Place::new();
    let begin = Instant::now();
    let status = undisturbed.annotate(output, &[]).wait().unwrap();
    let takes = begin.elapsed().as_millis() as u64;
    assert_eq!(status.code(), Some(1), "some records are no articles");
    let expected = undisturbed.files();
    assert!(
        expected
            .keys()
            .all(|name| !name.to_string_lossy().contains(".part"))
    );

    let (mut chance, mut killed, mut finished) = (Chance(seed), 0, 0);
    let mut place = Place::new();
    while killed < kills || finished == 0 {
        // killed when all was done, but before it could say so
        let over = place.is_over();
        let mut child = place.annotate(output, &["--resume"]);
        let done = place.records().unwrap_or(0);
        let ended = match chance.below(3) {
            // anywhere, the beginning and the end included
            0 => {
                let (from, wait) = (Instant::now(), Duration::from_millis(chance.below(takes)));
                runs_until(&mut child, || from.elapsed() >= wait)
            }
            // soon after a checkpoint
            _ => {
                let wanted = done + 1 + chance.below(RECORDS as u64 / 3);
                runs_until(&mut child, || place.records().is_some_and(|r| r >= wanted))
            }
        };
        match ended {
            Ok(()) => {
                child.kill().unwrap();
                child.wait().unwrap();
                killed += 1;
            }
            Err(status) => {
                let code = if over { 0 } else { 1 };
                assert_eq!(
                    status.code(),
                    Some(code),
                    "all that is said of the whole run"
                );
                same(&place.files(), &expected);
                finished += 1;
                place = Place::new();
            }
        }
        if killed >= kills && finished == 0 {
            let code = if place.is_over() { 0 } else { 1 };
            let status = place.annotate(output, &["--resume"]).wait().unwrap();
            assert_eq!(status.code(), Some(code));
            same(&place.files(), &expected);
            finished += 1;
        }
    }
}

#[track_caller]
fn same(found: &BTreeMap<PathBuf, Vec<u8>>, expected: &BTreeMap<PathBuf, Vec<u8>>) {
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected));
    for (name, bytes) in expected {
        assert!(found[name] == *bytes, "{}: other bytes", name.display());
    }
}

#[test]
fn killed_while_it_writes_jsonl() {
    survives(6, 1, &["-o", "out.jsonl"]);
}

#[test]
fn killed_while_it_writes_compressed_shards() {
    survives(5, 2, &["-o", "out.jsonl.gz", "--shard-size", "45"]);
}

#[test]
fn killed_while_it_writes_a_folder() {
    survives(3, 3, &["-o", "out", "--output-format", "brat"]);
}

#[test]
fn killed_while_it_writes_a_compressed_table() {
    survives(3, 4, &["-o", "out.csv.zst"]);
}

#[cfg(feature = "parquet")]
#[test]
fn killed_while_it_writes_parquet() {
    survives(3, 5, &["-o", "out.parquet"]);
    survives(3, 6, &["--tables", "out", "--shard-size", "100"]);
}

#[cfg(unix)]
#[test]
fn signals_stop_in_good_order() {
    let undisturbed = Place::new();
    for (signal, code, output) in [("-INT", 130, "out.jsonl"), ("-TERM", 143, "out.jsonl.zst")] {
        let status = undisturbed.annotate(&["-o", output], &[]).wait().unwrap();
        assert_eq!(status.code(), Some(1));
        let expected = std::fs::read(undisturbed.path().join(output)).unwrap();

        let place = Place::new();
        let mut child = place.annotate(&["-o", output], &[]);
        let stopped =
            runs_until(&mut child, || place.records().is_some_and(|r| r >= 20)).map(|()| {
                let kill = Command::new("kill")
                    .args([signal, &child.id().to_string()])
                    .status();
                assert!(kill.unwrap().success());
                child.wait().unwrap()
            });
        // a run that was faster than the signal is none to look at
        let Ok(status) = stopped else { continue };
        if status.code() != Some(1) {
            assert_eq!(status.code(), Some(code));
            assert!(place.records().is_some() && !place.path().join(output).exists());
            let again = place.annotate(&["-o", output], &[]).wait().unwrap();
            assert_eq!(
                again.code(),
                Some(2),
                "an unfinished run is not written over"
            );
            let other = place
                .annotate(&["-o", output, "--explain"], &["--resume"])
                .wait()
                .unwrap();
            assert_eq!(other.code(), Some(2), "nor gone on with in another way");
            place
                .annotate(&["-o", output], &["--resume"])
                .wait()
                .unwrap();
        }
        let found = std::fs::read(place.path().join(output)).unwrap();
        assert!(found == expected, "{output}");
        let complete = place
            .annotate(&["-o", output], &["--resume"])
            .wait()
            .unwrap();
        assert_eq!(complete.code(), Some(0), "nothing is left to do");
    }
}
