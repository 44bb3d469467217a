//! The stages one by one on the same article, for benches.

use super::{Annotator, Layers};
use crate::event::EventFinder;
use crate::relation::Relations;
use crate::schema::{Article, Mention, Quote};

impl Annotator {
    /// The names of an article, which take longest.
    pub(crate) fn names(&self, article: &Article) -> Vec<Mention> {
        self.entities.find(&self.tokenizer.tokenize(&article.text))
    }

    /// Gives what the event room sees of an article with these names to whoever trains it.
    pub(crate) fn before_events<R>(
        &self,
        article: &Article,
        mentions: Vec<Mention>,
        see: impl FnOnce(&EventFinder, &Layers<'_>, &Relations, &[Quote]) -> R,
    ) -> R {
        let tokens = self.tokenizer.tokenize(&article.text);
        let found = self.times.find(&tokens, article.published, &mentions);
        let quantities = self.quantities.find(&tokens, &found.times, &mentions);
        let coreference = self.coreference.find(&tokens, mentions);
        let layers = Layers::new(
            &tokens,
            &coreference.entities,
            &found.times,
            &quantities,
            &coreference.anaphors,
            found.day,
        );
        let relations = self.relations.find(&layers);
        let quotes = self.quotes.find(&layers, &relations);
        see(&self.events, &layers, &relations, &quotes)
    }

    /// Shows each stage by name, as a function that runs it alone and tells how much it found.
    ///
    /// For benches; no part of the public interface.
    #[doc(hidden)]
    pub fn stages(&self, article: &Article, mut show: impl FnMut(&str, &dyn Fn() -> usize)) {
        let tokens = self.tokenizer.tokenize(&article.text);
        let mentions = self.entities.find(&tokens);
        let found = self.times.find(&tokens, article.published, &mentions);
        let quantities = self.quantities.find(&tokens, &found.times, &mentions);
        let coreference = self.coreference.find(&tokens, mentions.clone());
        let layers = Layers::new(
            &tokens,
            &coreference.entities,
            &found.times,
            &quantities,
            &coreference.anaphors,
            found.day,
        );
        let relations = self.relations.find(&layers);
        let quotes = self.quotes.find(&layers, &relations);
        show("token", &|| self.tokenizer.tokenize(&article.text).len());
        show("entity", &|| self.entities.find(&tokens).len());
        show("time", &|| {
            let found = self.times.find(&tokens, article.published, &mentions);
            found.times.len()
        });
        show("quantity", &|| {
            self.quantities.find(&tokens, &found.times, &mentions).len()
        });
        show("coreference", &|| {
            let found = self.coreference.find(&tokens, mentions.clone());
            found.entities.len()
        });
        show("relation", &|| self.relations.find(&layers).relations.len());
        show("quote", &|| self.quotes.find(&layers, &relations).len());
        show("event", &|| {
            self.events.find(&layers, &relations, &quotes).len()
        });
    }
}
