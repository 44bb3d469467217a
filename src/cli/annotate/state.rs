//! The state file beside an output: how far a run is, for one that goes on with it.
//!
//! Written aside and renamed after every checkpoint, when what it tells of is on disk. It is removed when the
//! output is whole.

use crate::cli::input::Position;
use crate::cli::output::{Mark, with_ending};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The version of the file's form.
const VERSION: u32 = 2;

/// How far a run is.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    version: u32,
    /// The arguments and inputs of the run, in words.
    run: String,
    /// Records done.
    pub records: u64,
    /// Of them those that could not be annotated.
    pub errors: u64,
    /// Of them those that are no Indonesian articles.
    pub passed_over: u64,
    pub words: u64,
    pub input: Position,
    pub output: Mark,
    pub rejects: Option<Mark>,
    /// The files have their names; only what an unfinished run needs may still be there.
    pub ended: bool,
}

impl State {
    /// The state of a run that has done nothing yet.
    pub(super) fn new(run: String) -> Self {
        Self {
            version: VERSION,
            run,
            records: 0,
            errors: 0,
            passed_over: 0,
            words: 0,
            input: Position::default(),
            output: Mark::default(),
            rejects: None,
            ended: false,
        }
    }

    /// Refuses to go on with what was begun with other arguments: half of the output would be of another kind.
    pub(super) fn must_be_of(&self, run: &str) -> Result<()> {
        match self.run == run {
            true => Ok(()),
            false => Err(Error::input(format!(
                "--resume goes on with the same program, arguments and inputs only.\n  begun with: {}\n  now:        {run}",
                self.run
            ))),
        }
    }
}

/// Where the state is kept.
pub(super) struct StateFile(PathBuf);

impl StateFile {
    /// That of an output.
    pub(super) fn beside(output: &Path) -> Self {
        Self(with_ending(output, ".state"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The state, where a run is unfinished.
    pub(super) fn read(&self) -> Result<Option<State>> {
        let bytes = match std::fs::read(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes.map_err(|e| Error::io(&self.0, e))?,
        };
        let state: Option<State> = serde_json::from_slice(&bytes).ok();
        match state.filter(|state| state.version == VERSION) {
            Some(state) => Ok(Some(state)),
            None => Err(Error::input(format!(
                "{}: not a state that this program wrote; remove it to begin again",
                self.0.display()
            ))),
        }
    }

    /// Replaces the state in one step.
    pub(super) fn write(&self, state: &State) -> Result<()> {
        let aside = with_ending(&self.0, ".part");
        let written = || {
            let mut file = File::create(&aside)?;
            file.write_all(&serde_json::to_vec(state)?)?;
            file.sync_data()?;
            std::fs::rename(&aside, &self.0)
        };
        written().map_err(|e| Error::io(&self.0, e))
    }

    pub(super) fn remove(&self) -> Result<()> {
        std::fs::remove_file(&self.0).map_err(|e| Error::io(&self.0, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::beside(&folder.path().join("out.jsonl"));
        assert!(file.path().ends_with("out.jsonl.state"));
        assert_eq!(file.read().unwrap(), None);
        let mut state = State::new("a".to_owned());
        file.write(&state).unwrap();
        state.records = 7;
        file.write(&state).unwrap();
        assert_eq!(file.read().unwrap().as_ref(), Some(&state));
        assert!(state.must_be_of("a").is_ok());
        let refused = state.must_be_of("b").unwrap_err().to_string();
        assert!(refused.contains("begun with: a") && refused.contains("now:        b"));
        std::fs::write(file.path(), "{}").unwrap();
        assert!(file.read().unwrap_err().to_string().contains("remove it"));
        file.remove().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
