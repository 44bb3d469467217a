//! How far a run is, for who watches a terminal; nothing where standard error is none.

use crate::cli::input::Meter;
use crate::cli::message;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The bar.
pub(super) struct Progress {
    bar: ProgressBar,
    read: Meter,
    begin: Instant,
    /// Words that an earlier run did.
    before: u64,
}

impl Progress {
    /// A bar over so many bytes of input; a spinner where nobody knows how many.
    ///
    /// `words` were done by an earlier run.
    pub(super) fn new(read: Meter, size: Option<u64>, words: u64) -> Self {
        // hides itself where standard error is no terminal
        let bar = match size {
            Some(size) => ProgressBar::new(size),
            None => ProgressBar::new_spinner(),
        };
        let template = match size {
            Some(_) => "{bar:30} {percent:>3} %  {msg}  {eta} left",
            None => "{spinner} {msg}  {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_position(read.load(Ordering::Relaxed));
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            read,
            begin: Instant::now(),
            before: words,
        }
    }

    /// Takes note of what is done.
    pub(super) fn show(&self, records: u64, words: u64, errors: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let seconds = self.begin.elapsed().as_secs_f64().max(0.001);
        let speed = (words.saturating_sub(self.before) as f64 / seconds) as u64;
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        self.bar.set_message(format!(
            "{} articles  {} words/s  {} errors",
            HumanCount(records),
            HumanCount(speed),
            HumanCount(errors)
        ));
    }

    /// A line on standard error that leaves the bar whole.
    pub(super) fn say(&self, text: impl std::fmt::Display) {
        self.bar.suspend(|| message(text));
    }

    /// Leaves the last figures on the terminal.
    pub(super) fn end(&self) {
        self.bar.abandon();
    }
}
