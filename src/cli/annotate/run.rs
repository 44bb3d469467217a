//! What the writer does: takes what the workers made, in order, and takes note of how far all is.

use super::progress::Progress;
use super::state::{State, StateFile};
use super::work::Done;
use crate::cli::output::{Rejects, Target};
use crate::cli::{Outcome, message};
use crate::error::Result;

/// A run under way.
pub(super) struct Run {
    target: Box<dyn Target>,
    rejects: Rejects,
    /// None where the output is a stream that nobody can go on with.
    file: Option<StateFile>,
    state: State,
    /// Records of the state that is on disk.
    safe: u64,
    /// Records between two checkpoints.
    every: u64,
    progress: Progress,
}

impl Run {
    /// A run that goes on from `state`.
    pub(super) fn new(
        target: Box<dyn Target>,
        rejects: Rejects,
        file: Option<StateFile>,
        state: State,
        every: u64,
        progress: Progress,
    ) -> Result<Self> {
        // from here on files may be there that only this state explains
        if let Some(file) = &file {
            file.write(&state)?;
        }
        Ok(Self {
            target,
            rejects,
            file,
            safe: state.records,
            state,
            every,
            progress,
        })
    }

    /// Writes a group.
    pub(super) fn take(&mut self, group: Vec<Done>) -> Result<()> {
        for done in group {
            self.state.words += done.words;
            match done.result {
                Ok(piece) => self.target.push(piece)?,
                Err(reject) => {
                    match reject.is_expected() {
                        true => self.state.passed_over += 1,
                        false => {
                            self.state.errors += 1;
                            self.progress
                                .say(format_args!("{}: {}", done.place, reject.message));
                        }
                    }
                    self.rejects.push(&done.id, &reject)?;
                }
            }
            self.state.records += 1;
            self.state.input = done.after;
            // at the same records in every run: blocks of compressed files begin here
            if self.file.is_some() && self.state.records.is_multiple_of(self.every) {
                self.checkpoint()?;
            }
        }
        if self.file.is_none() {
            // who reads a stream wants it now
            self.target.seal()?;
        }
        self.progress
            .show(self.state.records, self.state.words, self.state.errors);
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<()> {
        self.state.output = self.target.seal()?;
        self.state.rejects = self.rejects.seal()?;
        self.note()
    }

    /// Puts the state on disk.
    fn note(&mut self) -> Result<()> {
        if let Some(file) = &self.file {
            file.write(&self.state)?;
            self.safe = self.state.records;
        }
        Ok(())
    }

    /// Ends amid the input.
    pub(super) fn stop(mut self, signal: i32) -> Result<Outcome> {
        if self.file.is_some() {
            if let (Some(output), Some(rejects)) = (self.target.pause()?, self.rejects.pause()?) {
                (self.state.output, self.state.rejects) = (output, rejects);
                self.note()?;
            }
        } else {
            self.target.seal()?;
            self.rejects.finish()?;
        }
        self.progress.end();
        match self.file {
            Some(_) => message(format_args!(
                "stopped; {} articles are done, go on with --resume",
                self.safe
            )),
            None => message(format_args!(
                "stopped after {} articles",
                self.state.records
            )),
        }
        Ok(Outcome::Stopped(signal))
    }

    /// Ends with the input.
    pub(super) fn finish(mut self) -> Result<Outcome> {
        self.checkpoint()?;
        self.target.finish()?;
        self.rejects.finish()?;
        self.state.ended = true;
        self.note()?;
        self.target.clear()?;
        if let Some(file) = &self.file {
            file.remove()?;
        }
        self.progress.end();
        Ok(self.state.outcome())
    }
}

impl State {
    /// What is said of a run that has ended.
    pub(super) fn outcome(&self) -> Outcome {
        if self.passed_over > 0 {
            message(format_args!(
                "{} of {} pages passed over: not Indonesian, or no article on them",
                self.passed_over, self.records
            ));
        }
        match self.errors {
            0 => Outcome::Good,
            errors => {
                let total = self.records;
                message(format_args!("{errors} of {total} articles not annotated"));
                Outcome::Flawed
            }
        }
    }
}
