//! Many articles in parallel; the one file that knows of threads.

use super::Annotator;
use crate::error::{Error, Result};
use crate::schema::{Annotation, Article};
use rayon::prelude::*;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Matching recurses with the length of a sentence's patterns, never of the text; this is ample.
const STACK: usize = 8 << 20;

/// Articles that the tagger reads at once.
const GROUP: usize = 16;

impl Annotator {
    /// What is found in each of `articles`, in their order; the same for any number of threads.
    ///
    /// Runs on the current rayon pool.
    ///
    /// ```
    /// use peristiwa::{Annotator, Article, Models};
    /// let annotator = Annotator::new(&Models::bundled()?)?;
    /// let articles = [Article::new("Budi tiba.").id("a"), Article::new("").id("b")];
    /// let annotations = annotator.annotate_all(&articles);
    /// assert_eq!(annotations[1].id, "b");
    /// # Ok::<(), peristiwa::Error>(())
    /// ```
    pub fn annotate_all(&self, articles: &[Article]) -> Vec<Annotation> {
        let groups = articles.par_chunks(GROUP);
        groups
            .flat_map_iter(|group| self.annotate_group(group))
            .collect()
    }

    /// What `finish` makes of each annotation, in order; a panic costs its own article only.
    pub(crate) fn map_all<T: Send>(
        &self,
        articles: &[Article],
        finish: impl Fn(Annotation) -> T + Sync,
    ) -> Vec<Result<T, String>> {
        let one = |article: &Article| {
            let finished = || finish(self.annotate(article));
            catch_unwind(AssertUnwindSafe(finished)).map_err(|cause| reason(cause.as_ref()))
        };
        let group = |group: &[Article]| {
            let finished = || {
                self.annotate_group(group)
                    .into_iter()
                    .map(&finish)
                    .collect()
            };
            let all = catch_unwind(AssertUnwindSafe(finished)).map(|all: Vec<T>| {
                let all = all.into_iter().map(Ok);
                all.collect::<Vec<_>>()
            });
            all.unwrap_or_else(|_| group.iter().map(one).collect())
        };
        articles.par_chunks(GROUP).flat_map_iter(group).collect()
    }

    /// One after the other but for the tagger, which reads the sentences of all at once.
    fn annotate_group(&self, articles: &[Article]) -> Vec<Annotation> {
        let texts = articles.iter().map(|a| self.tokenizer.tokenize(&a.text));
        let texts: Vec<_> = texts.collect();
        let mentions = self.entities.find_all(&texts);
        let parts = articles.iter().zip(&texts).zip(mentions);
        parts
            .map(|((article, tokens), mentions)| self.link(article, tokens, mentions))
            .collect()
    }
}

fn reason(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned())
}

/// A fixed number of threads to work on.
pub(crate) struct Threads(rayon::ThreadPool);

impl Threads {
    /// So many threads; one a core where `count` is none.
    pub(crate) fn new(count: Option<usize>) -> Result<Self> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(count.unwrap_or(0))
            .stack_size(STACK)
            .build()
            .map(Self)
            .map_err(|cause| Error::input(format!("threads: {cause}")).because(cause))
    }

    /// How many they are.
    #[cfg(feature = "serve")]
    pub(crate) fn count(&self) -> usize {
        self.0.current_num_threads()
    }

    /// Runs `work` on them.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.install(work)
    }
}
