//! The stages one by one on the same article, for benches.

use super::{Annotator, Layers};
use crate::event::EventFinder;
use crate::relation::Relations;
use crate::schema::{Article, Mention, Quote};
use crate::token::Tokens;
use std::convert::Infallible;

impl Annotator {
    /// The names of an article, which take longest.
    pub(crate) fn names(&self, article: &Article) -> Vec<Mention> {
        self.entities.find(&self.tokenizer.tokenize(&article.text))
    }

    /// Gives what the event room sees of an article with these names to whoever trains it.
    pub(crate) fn for_events<R>(
        &self,
        article: &Article,
        mentions: Vec<Mention>,
        see: impl FnOnce(&EventFinder, &Layers<'_>, &Relations, &[Quote]) -> R,
    ) -> R {
        let tokens = self.tokenizer.tokenize(&article.text);
        self.unhurried(article, &tokens, mentions, |layers, relations, quotes| {
            see(&self.events, layers, relations, quotes)
        })
    }

    /// Shows each stage by name, as a function that runs it alone and tells how much it found.
    ///
    /// For benches; no part of the public interface.
    #[doc(hidden)]
    pub fn stages(&self, article: &Article, mut show: impl FnMut(&str, &dyn Fn() -> usize)) {
        let tokens = self.tokenizer.tokenize(&article.text);
        let mentions = self.entities.find(&tokens);
        show("token", &|| self.tokenizer.tokenize(&article.text).len());
        show("entity", &|| self.entities.find(&tokens).len());
        show("time", &|| {
            let found = self.times.find(&tokens, article.published, &mentions);
            found.times.len()
        });
        self.unhurried(
            article,
            &tokens,
            mentions.clone(),
            |layers, relations, quotes| {
                show("quantity", &|| {
                    self.quantities.find(&tokens, layers.times, &mentions).len()
                });
                show("coreference", &|| {
                    let found = self.coreference.find(&tokens, mentions.clone());
                    found.entities.len()
                });
                show("relation", &|| self.relations.find(layers).relations.len());
                show("quote", &|| self.quotes.find(layers, relations).len());
                show("event", &|| {
                    self.events.find(layers, relations, quotes).len()
                });
            },
        );
    }

    /// The stages before events with all the time that they need.
    fn unhurried<R>(
        &self,
        article: &Article,
        tokens: &Tokens<'_>,
        mentions: Vec<Mention>,
        see: impl FnOnce(&Layers<'_>, &Relations, &[Quote]) -> R,
    ) -> R {
        let go_on = || Ok::<(), Infallible>(());
        let see =
            |layers: &Layers<'_>, relations: &_, quotes: &_| Ok(see(layers, relations, quotes));
        let Ok((_, seen)) = self.before_events(article.published, tokens, mentions, go_on, see);
        seen
    }
}
