//! Many articles in parallel, all at hand; [`super::conveyor`] is for those that come one by one.

use super::Annotator;
use crate::error::{Error, Result};
use crate::schema::{Annotation, Article};
use rayon::prelude::*;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Matching recurses with the length of a sentence's patterns, never of the text; this is ample.
pub(super) const STACK: usize = 8 << 20;

/// Articles that the tagger reads at once.
pub(crate) const GROUP: usize = 16;

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
    #[cfg(feature = "serve")]
    pub(crate) fn map_all<T: Send>(
        &self,
        articles: &[Article],
        finish: impl Fn(&Article, Annotation) -> T + Sync,
    ) -> Vec<Result<T, String>> {
        let groups = articles.par_chunks(GROUP);
        groups
            .flat_map_iter(|group| self.map_group(group, &finish))
            .collect()
    }

    /// The same on the current thread alone, for few articles.
    pub(crate) fn map_group<T>(
        &self,
        articles: &[Article],
        finish: impl Fn(&Article, Annotation) -> T,
    ) -> Vec<Result<T, String>> {
        let all = caught(|| {
            let annotations = self.annotate_group(articles).into_iter();
            let finished = articles.iter().zip(annotations).map(|(a, n)| finish(a, n));
            finished.map(Ok).collect()
        });
        all.unwrap_or_else(|_| {
            let one = |article| caught(|| finish(article, self.annotate(article)));
            articles.iter().map(one).collect()
        })
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

/// What `work` gives, or the words of its panic.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|cause| reason(cause.as_ref()))
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
