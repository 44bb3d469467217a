//! Trees to matchers: names resolved, first words indexed.

use super::matcher::{Marks, Match, Matcher};
use super::syntax::{self, Node};
use crate::error::{Error, Result};
use crate::models::{Models, RuleFile};
use crate::schema::{Label, QuantityType, TimeType};
use crate::token::{Key, Kind, Lookup, NumberWords, Tokenizer, Tokens, Voice, inflect};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A pattern ready to match.
pub(crate) struct Pattern {
    pub(super) root: Op,
    pub(super) names: Vec<Box<str>>,
}

/// One step of a matcher.
pub(super) enum Op {
    Words(Vec<Key>),
    Lexicon {
        lookup: Arc<Lookup>,
        accepted: Option<FxHashSet<u32>>,
    },
    Number(Arc<NumberWords>),
    Range {
        low: f64,
        high: f64,
        digits: Option<u8>,
        words: Arc<NumberWords>,
    },
    Clock,
    Mark(Vec<&'static str>),
    Root(FxHashMap<Key, Voice>),
    Class(Class),
    Gap(usize),
    Sequence(Vec<Op>),
    Either(Vec<Op>),
    Repeat {
        op: Box<Op>,
        least: usize,
        most: usize,
    },
    Capture(u8, Box<Op>),
    Ahead(Box<Op>),
    NotAhead(Box<Op>),
    Begin,
    End,
    Glued,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Class {
    Capital,
    Lower,
    Upper,
    Word,
    Number,
    Quote,
    Punctuation,
    Roman,
    Any,
}

/// What a room makes of a rule: its compiled pattern and where it comes from.
pub(crate) struct RuleSpec {
    /// Where it stands, for messages: file and rule.
    pub place: String,
    pattern: Pattern,
    not_before: Option<Pattern>,
    not_after: Option<Pattern>,
    /// Index of the rule in the list that the room gave.
    pub rule: usize,
}

/// Rules compiled together, tried only where their first word allows.
pub(crate) struct PatternSet {
    specs: Vec<RuleSpec>,
    by_key: FxHashMap<Key, Vec<u32>>,
    by_mark: FxHashMap<&'static str, Vec<u32>>,
    by_number: Vec<u32>,
    anywhere: Vec<u32>,
}

/// Compiles patterns; keeps the lexicons that several of them share.
pub(crate) struct Compiler<'m> {
    models: &'m Models,
    tokenizer: Arc<Tokenizer>,
    numbers: Arc<NumberWords>,
    lexicons: FxHashMap<String, Arc<Lookup>>,
    labels: &'static [&'static str],
}

impl<'m> Compiler<'m> {
    pub(crate) fn new(models: &'m Models) -> Result<Self> {
        Ok(Self {
            models,
            tokenizer: models.shared(Tokenizer::new)?,
            numbers: models.shared(NumberWords::new)?,
            lexicons: FxHashMap::default(),
            labels: &[],
        })
    }

    /// Lets patterns name these labels too: marks that a room makes for its own later rules.
    pub(crate) fn with_labels(mut self, labels: &'static [&'static str]) -> Self {
        self.labels = labels;
        self
    }

    /// A lone pattern.
    pub(crate) fn pattern(&mut self, source: &str) -> Result<Pattern> {
        let node = syntax::parse(source)?;
        let mut names = Vec::new();
        let root = self
            .op(&node, &mut names)
            .map_err(|e| e.at(format!("pattern {source:?}")))?;
        Ok(Pattern { root, names })
    }

    fn lexicon(&mut self, name: &str) -> Result<Arc<Lookup>> {
        if let Some(lookup) = self.lexicons.get(name) {
            return Ok(lookup.clone());
        }
        let lookup = Arc::new(Lookup::new(self.models, &[name])?);
        self.lexicons.insert(name.to_owned(), lookup.clone());
        Ok(lookup)
    }

    fn op(&mut self, node: &Node, names: &mut Vec<Box<str>>) -> Result<Op> {
        let mut all = |nodes: &[Node], this: &mut Self| -> Result<Vec<Op>> {
            nodes.iter().map(|node| this.op(node, names)).collect()
        };
        Ok(match node {
            Node::Word(word) => {
                let tokens = self.tokenizer.tokenize(word);
                Op::Words(tokens.iter().map(|token| token.key).collect())
            }
            Node::Lexicon(name, values) => {
                let lookup = self.lexicon(name)?;
                let accepted = (!values.is_empty()).then(|| {
                    let entries = lookup.entries().iter().enumerate();
                    entries
                        .filter(|(_, entry)| values.contains(&entry.value))
                        .map(|(index, _)| index as u32)
                        .collect::<FxHashSet<u32>>()
                });
                if accepted.as_ref().is_some_and(FxHashSet::is_empty) {
                    return Err(Error::models(format!(
                        "no entry of lexicon <{name}> has the value {}",
                        values.join(" or ")
                    )));
                }
                Op::Lexicon { lookup, accepted }
            }
            Node::Number => Op::Number(self.numbers.clone()),
            &Node::Range { low, high, digits } => Op::Range {
                low: low.into(),
                high: high.into(),
                digits,
                words: self.numbers.clone(),
            },
            Node::Clock => Op::Clock,
            Node::Mark(labels) => Op::Mark(
                labels
                    .iter()
                    .map(|l| mark_label(l, self.labels))
                    .collect::<Result<_>>()?,
            ),
            Node::Root {
                root,
                suffix,
                voices,
            } => Op::Root(root_forms(root, suffix, voices)?),
            Node::Class(name) => Op::Class(class(name)?),
            Node::Gap(most) => Op::Gap(*most),
            Node::Sequence(nodes) => Op::Sequence(all(nodes, self)?),
            Node::Either(nodes) => Op::Either(all(nodes, self)?),
            Node::Repeat { node, least, most } => Op::Repeat {
                op: Box::new(self.op(node, names)?),
                least: *least,
                most: *most,
            },
            Node::Capture(name, node) => {
                let number = match names.iter().position(|known| **known == **name) {
                    Some(number) => number,
                    None => {
                        names.push(name.as_str().into());
                        names.len() - 1
                    }
                };
                let number = u8::try_from(number)
                    .map_err(|_| Error::models("more than 255 captures in one pattern"))?;
                Op::Capture(number, Box::new(self.op(node, names)?))
            }
            Node::Ahead(node) => Op::Ahead(Box::new(self.op(node, names)?)),
            Node::NotAhead(node) => Op::NotAhead(Box::new(self.op(node, names)?)),
            Node::Begin => Op::Begin,
            Node::End => Op::End,
            Node::Glued => Op::Glued,
        })
    }

    /// All rules of `files` as one set; `rule` in each spec counts through all files.
    pub(crate) fn set(&mut self, files: &[RuleFile]) -> Result<PatternSet> {
        let mut specs = Vec::new();
        let mut ids = FxHashSet::default();
        let rules = files
            .iter()
            .flat_map(|f| f.rules.iter().map(move |r| (f, r)));
        for (number, (file, rule)) in rules.enumerate() {
            let place = format!("models/{}: rule {}", file.path, rule.id);
            if !ids.insert(&rule.id) {
                return Err(Error::models(format!(
                    "{place}: the id stands twice; rename one"
                )));
            }
            for source in &rule.patterns {
                let mut compile = |source: &str| self.pattern(source).map_err(|e| e.at(&place));
                specs.push(RuleSpec {
                    pattern: compile(source)?,
                    not_before: rule.not_before.as_deref().map(&mut compile).transpose()?,
                    not_after: rule.not_after.as_deref().map(&mut compile).transpose()?,
                    place: place.clone(),
                    rule: number,
                });
            }
        }
        Ok(PatternSet::index(specs))
    }
}

impl RuleSpec {
    /// Names of the captures of its pattern.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.pattern.names.iter().map(|name| &**name)
    }
}

impl Pattern {
    /// The longest-preferred match that begins at token `start`, inside its sentence.
    pub(crate) fn match_at(
        &self,
        tokens: &Tokens<'_>,
        marks: &Marks,
        start: usize,
    ) -> Option<Match> {
        Matcher::new(self, tokens, marks).run(start)
    }
}

impl PatternSet {
    fn index(specs: Vec<RuleSpec>) -> Self {
        let mut set = Self {
            specs: Vec::new(),
            by_key: FxHashMap::default(),
            by_mark: FxHashMap::default(),
            by_number: Vec::new(),
            anywhere: Vec::new(),
        };
        for (number, spec) in specs.iter().enumerate() {
            let number = number as u32;
            let mut firsts = Firsts::default();
            firsts.add(&spec.pattern.root);
            if firsts.anything {
                set.anywhere.push(number);
                continue;
            }
            for key in firsts.keys {
                set.by_key.entry(key).or_default().push(number);
            }
            for label in firsts.marks {
                set.by_mark.entry(label).or_default().push(number);
            }
            if firsts.number {
                set.by_number.push(number);
            }
        }
        set.specs = specs;
        set
    }

    /// The compiled rules.
    pub(crate) fn specs(&self) -> &[RuleSpec] {
        &self.specs
    }

    /// Every match of every rule, in order of start, then of rule; at most one a pattern and start.
    pub(crate) fn matches(&self, tokens: &Tokens<'_>, marks: &Marks) -> Vec<(usize, Match)> {
        let mut found = Vec::new();
        let mut tried: Vec<u32> = Vec::new();
        for start in 0..tokens.len() {
            let Some(token) = tokens.get(start) else {
                break;
            };
            tried.clear();
            tried.extend_from_slice(&self.anywhere);
            tried.extend(self.by_key.get(&token.key).into_iter().flatten());
            if token.stem != token.key {
                tried.extend(self.by_key.get(&token.stem).into_iter().flatten());
            }
            if token.kind == Kind::Number {
                tried.extend_from_slice(&self.by_number);
            }
            for mark in marks.starting_at(start) {
                tried.extend(self.by_mark.get(mark.label).into_iter().flatten());
            }
            if tried.is_empty() {
                continue;
            }
            tried.sort_unstable();
            tried.dedup();
            for &number in &tried {
                if let Some(m) = self.match_one(number as usize, tokens, marks, start) {
                    found.push((number as usize, m));
                }
            }
        }
        found
    }

    fn match_one(
        &self,
        number: usize,
        tokens: &Tokens<'_>,
        marks: &Marks,
        start: usize,
    ) -> Option<Match> {
        let spec = &self.specs[number];
        let m = spec.pattern.match_at(tokens, marks, start)?;
        if m.end == m.start {
            return None;
        }
        if let Some(before) = &spec.not_before {
            let sentence = tokens.sentence(tokens.sentence_of(start)).start;
            // a guard looks back over a few words only
            for from in start.saturating_sub(6).max(sentence)..start {
                if Matcher::new(before, tokens, marks).reaches(from, start) {
                    return None;
                }
            }
        }
        if let Some(after) = &spec.not_after
            && after.match_at(tokens, marks, m.end).is_some()
        {
            return None;
        }
        Some(m)
    }

    /// The name of a capture of the rule behind `number`, see [`Match::get`].
    pub(crate) fn capture<'m>(
        &self,
        number: usize,
        m: &'m Match,
        name: &str,
    ) -> Option<&'m super::Capture> {
        let names = &self.specs[number].pattern.names;
        let index = names.iter().position(|known| **known == *name)?;
        m.get(index)
    }
}

/// With what a pattern can begin.
#[derive(Default)]
struct Firsts {
    keys: FxHashSet<Key>,
    marks: FxHashSet<&'static str>,
    number: bool,
    anything: bool,
}

impl Firsts {
    /// Adds what `op` can begin with; true where `op` can also meet nothing.
    fn add(&mut self, op: &Op) -> bool {
        match op {
            Op::Words(keys) => self.keys.extend(keys.first()),
            Op::Lexicon { lookup, .. } => self.keys.extend(lookup.first_keys()),
            Op::Number(words) | Op::Range { words, .. } => {
                self.number = true;
                self.keys.extend(words.first_keys());
            }
            Op::Clock | Op::Class(Class::Number) => self.number = true,
            Op::Mark(labels) => self.marks.extend(labels),
            Op::Root(forms) => self.keys.extend(forms.keys()),
            Op::Class(_) => self.anything = true,
            Op::Gap(_) => {
                self.anything = true;
                return true;
            }
            Op::Sequence(ops) => return ops.iter().all(|op| self.add(op)),
            Op::Either(ops) => return ops.iter().fold(false, |empty, op| self.add(op) | empty),
            Op::Repeat { op, least, .. } => return self.add(op) | (*least == 0),
            Op::Capture(_, op) => return self.add(op),
            Op::Ahead(_) | Op::NotAhead(_) | Op::Begin | Op::End | Op::Glued => return true,
        }
        false
    }
}

fn mark_label(name: &str, own: &[&'static str]) -> Result<&'static str> {
    let entity = Label::ALL.iter().map(|l| l.as_str());
    let time = TimeType::ALL.iter().map(|l| l.as_str());
    let quantity = QuantityType::ALL.iter().map(|l| l.as_str());
    let own = own.iter().copied();
    let mut all = entity.chain(time).chain(quantity).chain(["EVT"]).chain(own);
    all.clone().find(|label| *label == name).ok_or_else(|| {
        let known: Vec<_> = all.by_ref().collect();
        Error::models(format!(
            "unknown label {{{name}}}; known: {}",
            known.join(" ")
        ))
    })
}

fn root_forms(root: &str, suffix: &str, voices: &[String]) -> Result<FxHashMap<Key, Voice>> {
    if !matches!(suffix, "" | "kan" | "i") {
        return Err(Error::models(format!(
            "~{root}+{suffix}: a suffix is +kan or +i"
        )));
    }
    for name in voices {
        if !Voice::ALL.iter().any(|voice| voice.as_str() == name) {
            let known: Vec<_> = Voice::ALL.iter().map(|voice| voice.as_str()).collect();
            return Err(Error::models(format!(
                "~{root}.{name}: unknown voice; known: {}",
                known.join(" ")
            )));
        }
    }
    let mut forms = FxHashMap::default();
    for inflection in inflect(root, suffix) {
        if voices.is_empty() || voices.iter().any(|name| name == inflection.voice.as_str()) {
            forms
                .entry(Key::of(&inflection.form))
                .or_insert(inflection.voice);
        }
    }
    Ok(forms)
}

fn class(name: &str) -> Result<Class> {
    Ok(match name {
        "capital" => Class::Capital,
        "lower" => Class::Lower,
        "upper" => Class::Upper,
        "word" => Class::Word,
        "number" => Class::Number,
        "quote" => Class::Quote,
        "punct" => Class::Punctuation,
        "roman" => Class::Roman,
        "any" => Class::Any,
        _ => {
            return Err(Error::models(format!(
                "unknown class @{name}; known: capital lower upper word number quote punct roman any"
            )));
        }
    })
}
