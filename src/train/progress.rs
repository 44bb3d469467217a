//! A progress line on standard error.

use std::io::{IsTerminal, Write};
use std::time::Instant;

/// Says how far a long task is: redrawn on a terminal, a line every tenth in a log file.
pub(crate) struct Progress {
    what: String,
    total: u64,
    shown: u64,
    begun: Instant,
    terminal: bool,
}

impl Progress {
    pub(crate) fn new(what: &str, total: u64) -> Self {
        Self {
            what: what.to_owned(),
            total: total.max(1),
            shown: 0,
            begun: Instant::now(),
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// `done` of the total is done.
    pub(crate) fn to(&mut self, done: u64) {
        let steps = if self.terminal { 200 } else { 20 };
        let step = done * steps / self.total;
        if step == self.shown {
            return;
        }
        self.shown = step;
        let seconds = self.begun.elapsed().as_secs_f64();
        let left = seconds / done as f64 * self.total.saturating_sub(done) as f64;
        let line = format!(
            "{}: {:>3} %, {seconds:.0} s, {left:.0} s left",
            self.what,
            100 * done / self.total
        );
        let mut err = std::io::stderr().lock();
        // a closed terminal must not end the training
        let _ = if self.terminal {
            let end = if done >= self.total { "\n" } else { "" };
            write!(err, "\r{line}  {end}")
        } else {
            writeln!(err, "{line}")
        };
    }
}
