//! SIGINT and SIGTERM: the first asks to stop in good order, the second ends the process at once.

use crate::error::{Error, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Which signal has come.
pub(super) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// Listens from now on.
    pub(super) fn listen() -> Result<Self> {
        let (caught, again) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        for signal in [SIGINT, SIGTERM] {
            // in this order: the first signal must not find the flag set that it sets itself
            flag::register_conditional_shutdown(signal, 128 + signal, again.clone())
                .and_then(|_| flag::register(signal, again.clone()))
                .and_then(|_| flag::register_usize(signal, caught.clone(), signal as usize))
                .map_err(|e| {
                    Error::input(format!("signals cannot be listened to: {e}")).because(e)
                })?;
        }
        Ok(Self(caught))
    }

    /// The number of the signal, where one has come.
    pub(super) fn caught(&self) -> Option<i32> {
        match self.0.load(Ordering::SeqCst) {
            0 => None,
            signal => i32::try_from(signal).ok(),
        }
    }
}
