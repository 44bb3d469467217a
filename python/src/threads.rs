//! The threads of one annotator; a forked process makes its own, for threads do not survive a fork.

use crate::failure::Failure;
use rayon::ThreadPool;
use rayon::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// Matching recurses with the length of a sentence's patterns, never of the text; this is ample.
const STACK: usize = 8 << 20;

/// Articles that one thread takes at once: the tagger reads their sentences together.
const GROUP: usize = 16;

/// A pool and the process that it belongs to.
pub(crate) struct Threads {
    count: usize,
    pool: Mutex<(u32, Arc<ThreadPool>)>,
}

impl Threads {
    /// So many threads; one a core where `count` is none.
    pub(crate) fn new(count: Option<usize>) -> Result<Self, Failure> {
        if count == Some(0) {
            let message = "threads: expected 1 or more, or None for one a core";
            return Err(Failure::new("input", message));
        }
        let count = count.unwrap_or(0);
        Ok(Self {
            count,
            pool: Mutex::new((std::process::id(), pool(count)?)),
        })
    }

    /// What `work` makes of each group, in order.
    pub(crate) fn map<A: Sync, T: Send>(
        &self,
        items: &[A],
        work: impl Fn(&[A]) -> Vec<T> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let groups = || items.par_chunks(GROUP).flat_map_iter(&work).collect();
        Ok(self.own()?.install(groups))
    }

    fn own(&self) -> Result<Arc<ThreadPool>, Failure> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if pool.0 != process {
            let old = std::mem::replace(&mut *pool, (process, self::pool(self.count)?));
            // its threads live in the parent only; ending it would wait for them
            std::mem::forget(old);
        }
        Ok(pool.1.clone())
    }
}

fn pool(count: usize) -> Result<Arc<ThreadPool>, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(count)
        .stack_size(STACK)
        .build()
        .map(Arc::new)
        .map_err(|cause| Failure::new("input", format!("threads: {cause}")))
}
