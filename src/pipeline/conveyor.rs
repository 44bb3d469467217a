//! A source read by one thread, work done by several, results taken in order by the caller.
//!
//! In: items one by one, from a source of any length. Out: what the work makes of each, in the order of the
//! source. Bounded channels join the threads, and never more than [`Conveyor::in_flight`] items are between
//! source and taker, so that memory does not grow with the source and one slow item does not pile up others.

use super::batch::STACK;
use crate::error::{Error, Result};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, select};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often the taker looks whether to stop while nothing comes.
const LOOK: Duration = Duration::from_millis(50);

/// How many threads work, on how many items at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conveyor {
    /// Threads that work.
    pub workers: usize,
    /// Items between source and taker at most.
    pub in_flight: usize,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The source is exhausted.
    Whole,
    /// It was told to stop; everything that was begun has been taken.
    Stopped,
}

/// What reader and taker agree on: how many items were begun, and whether another may be.
#[derive(Default)]
struct Gate {
    begun: u64,
    shut: bool,
}

type SharedGate = Arc<Mutex<Gate>>;

impl Conveyor {
    /// Runs until the source ends, `stop` says so, or `take` fails.
    ///
    /// The source has a thread of its own, which is left alone where it waits for input when all is over.
    pub(crate) fn run<T: Send + 'static, U: Send>(
        self,
        source: impl Iterator<Item = T> + Send + 'static,
        work: impl Fn(T) -> U + Sync,
        stop: impl Fn() -> bool,
        take: impl FnMut(U) -> Result<()>,
    ) -> Result<Ended> {
        let gate = SharedGate::default();
        let (jobs_in, jobs) = bounded(self.in_flight);
        let (results_in, results) = bounded(self.in_flight);
        let (returned, tickets) = bounded(self.in_flight);
        let (open, closed) = bounded(0);
        for _ in 0..self.in_flight {
            // the channel has room for all of them
            let _ = returned.send(());
        }
        let reader = {
            let gate = gate.clone();
            spawn("reader", move || read(source, &gate, &tickets, &jobs_in))?
        };
        thread::scope(|scope| {
            for number in 0..self.workers {
                let (jobs, closed) = (jobs.clone(), closed.clone());
                let (results_in, work) = (results_in.clone(), &work);
                named(format!("worker {number}"))
                    .spawn_scoped(scope, move || labour(&jobs, &closed, &results_in, work))
                    .map_err(no_thread)?;
            }
            drop((jobs, results_in));
            let taker = Taker {
                results,
                returned,
                gate,
                stop,
                _open: open,
            };
            taker.run(take, reader)
        })
    }
}

/// Hands items over until there are none, nobody wants them, or the gate is shut.
fn read<T>(
    mut source: impl Iterator<Item = T>,
    gate: &SharedGate,
    tickets: &Receiver<()>,
    jobs: &Sender<(u64, T)>,
) {
    while tickets.recv().is_ok() {
        let Some(item) = source.next() else { return };
        let number = {
            let mut gate = gate.lock().unwrap_or_else(PoisonError::into_inner);
            if gate.shut {
                return;
            }
            gate.begun += 1;
            gate.begun - 1
        };
        if jobs.send((number, item)).is_err() {
            return;
        }
    }
}

/// Works until no job can come any more, or the taker has gone: the reader may wait for input for ever.
fn labour<T, U>(
    jobs: &Receiver<(u64, T)>,
    closed: &Receiver<()>,
    results: &Sender<(u64, U)>,
    work: &impl Fn(T) -> U,
) {
    loop {
        let job = select! {
            recv(jobs) -> job => job,
            recv(closed) -> _ => return,
        };
        let Ok((number, item)) = job else { return };
        if results.send((number, work(item))).is_err() {
            return;
        }
    }
}

/// The caller's end.
struct Taker<U, S> {
    results: Receiver<(u64, U)>,
    returned: Sender<()>,
    gate: SharedGate,
    stop: S,
    _open: Sender<()>,
}

impl<U, S: Fn() -> bool> Taker<U, S> {
    /// Puts the results in order; those that come early wait.
    fn run(self, mut take: impl FnMut(U) -> Result<()>, reader: JoinHandle<()>) -> Result<Ended> {
        let (mut early, mut next) = (BTreeMap::new(), 0u64);
        loop {
            match self.results.recv_timeout(LOOK) {
                Ok((number, result)) => {
                    early.insert(number, result);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let shut = self.shut_at().is_some();
                    if reader.join().is_err() {
                        return Err(Error::input(
                            "a fault of the program while it read the input",
                        ));
                    }
                    return Ok(match shut {
                        true => Ended::Stopped,
                        false => Ended::Whole,
                    });
                }
            }
            while let Some(result) = early.remove(&next) {
                next += 1;
                take(result)?;
                // nobody waits for a ticket once the source has ended
                let _ = self.returned.try_send(());
            }
            if (self.stop)() {
                self.gate
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .shut = true;
            }
            if self.shut_at() == Some(next) {
                return Ok(Ended::Stopped);
            }
        }
    }

    /// How many items were begun before the gate was shut.
    fn shut_at(&self) -> Option<u64> {
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        gate.shut.then_some(gate.begun)
    }
}

fn named(name: String) -> thread::Builder {
    thread::Builder::new().name(name).stack_size(STACK)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    named(name.to_owned()).spawn(work).map_err(no_thread)
}

fn no_thread(cause: std::io::Error) -> Error {
    Error::input(format!(
        "no thread could be started: {cause}; try fewer with --threads"
    ))
    .because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn conveyor(workers: usize, in_flight: usize) -> Conveyor {
        Conveyor { workers, in_flight }
    }

    #[test]
    fn order_is_kept_and_little_is_under_way() {
        let read = Arc::new(AtomicU64::new(0));
        let count = read.clone();
        let source = (0..500u64).inspect(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let (mut taken, mut most) = (Vec::new(), 0);
        let slow = |n: u64| {
            if n % 50 == 7 {
                thread::sleep(Duration::from_millis(3));
            }
            n * 2
        };
        let ended = conveyor(3, 5).run(
            source,
            slow,
            || false,
            |n| {
                taken.push(n);
                most = most.max(read.load(Ordering::SeqCst) - taken.len() as u64);
                Ok(())
            },
        );
        assert_eq!(ended.unwrap(), Ended::Whole);
        assert_eq!(taken, (0..500).map(|n| n * 2).collect::<Vec<_>>());
        assert!(most <= 5, "{most}");
    }

    /// A source that gives three and then waits for ever, as a terminal does.
    #[test]
    fn stopping_does_not_wait_for_the_source() {
        let (hold, held) = bounded::<()>(0);
        let source = (0..3).chain(std::iter::from_fn(move || held.recv().err().map(|_| 9)));
        let taken = std::cell::Cell::new(0);
        let stop = || taken.get() == 3;
        let ended = conveyor(2, 8).run(
            source,
            |n| n,
            stop,
            |_| {
                taken.set(taken.get() + 1);
                Ok(())
            },
        );
        assert_eq!(ended.unwrap(), Ended::Stopped);
        assert_eq!(taken.get(), 3);
        drop(hold);
    }

    #[test]
    fn failures_end_it() {
        let failed = conveyor(2, 4).run(
            0..,
            |n| n,
            || false,
            |n| match n {
                5 => Err(Error::input("full")),
                _ => Ok(()),
            },
        );
        assert_eq!(failed.unwrap_err().to_string(), "full");
        let broken = (0..4).inspect(|n| assert!(*n < 3, "broken source"));
        let failed = conveyor(2, 4).run(broken, |n| n, || false, |_| Ok(()));
        assert!(failed.unwrap_err().to_string().contains("read the input"));
    }

    proptest! {
        #[test]
        fn stops_only_between_items(workers in 1usize..4, extra in 0usize..5, at in 0usize..40) {
            let taken = std::cell::RefCell::new(Vec::new());
            let stop = || taken.borrow().len() >= at;
            let run = conveyor(workers, workers + extra);
            let ended = run.run(0..30usize, |n| n, stop, |n| {
                taken.borrow_mut().push(n);
                Ok(())
            });
            let taken = taken.into_inner();
            prop_assert_eq!(&taken, &(0..taken.len()).collect::<Vec<_>>());
            prop_assert!(taken.len() >= at.min(30));
            if ended.unwrap() == Ended::Whole {
                prop_assert_eq!(taken.len(), 30);
            }
        }
    }
}
