//! Names of one referent: equal names, short names, initials, typing errors, aliases.

use super::name::{Name, Word, abbreviates, syllabic};
use crate::schema::Label;
use crate::token::Key;
use rustc_hash::FxHashMap;

/// One way in which a name is printed, with the mentions that print it.
struct Form {
    label: Label,
    name: Name,
    /// First mention.
    first: usize,
}

/// Forms of a name's label, and which of them stand for the same.
#[derive(Default)]
pub(super) struct Forms {
    forms: Vec<Form>,
    known: FxHashMap<(Label, Vec<Key>), usize>,
    /// Form of each mention that was added, by mention.
    of_mention: Vec<Option<usize>>,
    /// Union-find over forms.
    parent: Vec<usize>,
    /// Forms that hold a word, by label and word.
    holders: FxHashMap<(Label, Key), Vec<usize>>,
    /// Several referents that a short form may stand for.
    open: FxHashMap<usize, Vec<usize>>,
}

/// Names with a word in common that are compared; more would cost quadratic time.
const MOST: usize = 48;

impl Forms {
    /// Takes in mention `index`; mentions come in order of position.
    pub(super) fn add(&mut self, index: usize, label: Label, name: Name) {
        let keys: Vec<Key> = identity(&name).iter().map(|w| w.key).collect();
        self.of_mention
            .resize(index.max(self.of_mention.len()), None);
        let next = self.forms.len();
        let form = *self.known.entry((label, keys)).or_insert(next);
        if form == next {
            for word in identity(&name) {
                let holders = self.holders.entry((label, word.key)).or_default();
                if holders.last() != Some(&form) {
                    holders.push(form);
                }
            }
            self.parent.push(form);
            self.forms.push(Form {
                label,
                name,
                first: index,
            });
        }
        self.of_mention.push(Some(form));
    }

    /// The text says that two mentions are one.
    pub(super) fn unite_mentions(&mut self, a: usize, b: usize) {
        let form = |m: usize| self.of_mention.get(m).copied().flatten();
        if let (Some(a), Some(b)) = (form(a), form(b))
            && self.forms[a].label == self.forms[b].label
        {
            self.unite(a, b);
        }
    }

    /// Whether what is known does not speak against two mentions being one: `Komisi VII Dewan Perwakilan
    /// Rakyat (DPR)` abbreviates a part only.
    pub(super) fn may_be_one(&self, a: usize, b: usize) -> bool {
        let form = |m: usize| self.of_mention.get(m).copied().flatten();
        let (Some(a), Some(b)) = (form(a), form(b)) else {
            return false;
        };
        let (a, b) = (&self.forms[a].name, &self.forms[b].name);
        let (long, short) = (identity(a), identity(b));
        let tail = long.len().saturating_sub(short.len());
        let part =
            short.len() >= 2 && tail > 0 && long[tail..].iter().zip(short).all(|(a, b)| same(a, b));
        !(part && b.initials.is_some() && a.core.start == 0)
    }

    /// Whether `b` reads like a short form of `a`.
    pub(super) fn shortens(&self, a: usize, b: usize) -> bool {
        let form = |m: usize| self.of_mention.get(m).copied().flatten();
        let (Some(a), Some(b)) = (form(a), form(b)) else {
            return false;
        };
        let (a, b) = (&self.forms[a].name, &self.forms[b].name);
        match b.words.as_slice() {
            [only] => abbreviates(&only.text, &a.words),
            words => words.len() < a.words.len() && short_words(words, &a.words),
        }
    }

    fn find(&self, mut form: usize) -> usize {
        while self.parent[form] != form {
            form = self.parent[form];
        }
        form
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        // the earlier root stays, so that chains stay short in practice
        let (root, child) = (a.min(b), a.max(b));
        self.parent[child] = root;
    }

    /// Joins forms that stand for one another; `is_name` knows names that are no misprints.
    pub(super) fn join(&mut self, is_name: impl Fn(Key) -> bool) {
        let mut order: Vec<usize> = (0..self.forms.len()).collect();
        order.sort_by_key(|&f| {
            let form = &self.forms[f];
            (std::cmp::Reverse(identity(&form.name).len()), form.first)
        });
        let mut letters: FxHashMap<(Label, String), Vec<usize>> = FxHashMap::default();
        let mut begins: FxHashMap<(Label, char), Vec<usize>> = FxHashMap::default();
        for &form in &order {
            let Form { label, name, .. } = &self.forms[form];
            if identity(name).len() >= 2 {
                let key = (*label, name.first_letters());
                letters.entry(key).or_default().push(form);
                for word in name.words.iter().take(2) {
                    if let Some(first) = word.text.chars().next() {
                        begins.entry((*label, first)).or_default().push(form);
                    }
                }
            }
        }
        for &form in &order {
            let mut candidates = self.candidates(form);
            if candidates.is_empty() {
                let Form { label, name, .. } = &self.forms[form];
                if let (Some(initials), [_]) = (&name.initials, name.words.as_slice()) {
                    let key = (*label, initials.to_string());
                    candidates.extend(letters.get(&key).into_iter().flatten());
                }
                if let ([only], false, true) = (
                    name.words.as_slice(),
                    matches!(label, Label::Per | Label::Loc | Label::Law),
                    candidates.is_empty() && name.words.first().is_some_and(|w| w.text.len() >= 5),
                ) {
                    let key = only.text.chars().next().map(|first| (*label, first));
                    let near = key.and_then(|key| begins.get(&key)).into_iter().flatten();
                    let near = near.take(MOST).filter(|&&other| {
                        let words = &self.forms[other].name.words;
                        other != form
                            && (0..2)
                                .any(|from| syllabic(&only.text, words.get(from..).unwrap_or(&[])))
                    });
                    candidates.extend(near);
                }
            }
            let mut roots: Vec<usize> = candidates.iter().map(|&c| self.find(c)).collect();
            roots.sort_unstable();
            roots.dedup();
            roots.retain(|&root| root != self.find(form));
            match roots.as_slice() {
                [] => {}
                [one] => self.unite(*one, form),
                _ if self.find(form) == form => {
                    self.open.insert(form, roots);
                }
                _ => {}
            }
        }
        self.join_misprints();
        self.join_loners(is_name);
    }

    /// Joins lone words that are a misprint of a name's word, or the end of a given name: `Dirman` for `Sudirman`.
    fn join_loners(&mut self, is_name: impl Fn(Key) -> bool) {
        let mut begins: FxHashMap<(Label, &str), Vec<usize>> = FxHashMap::default();
        let mut ends: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let loners = |form: &Form| identity(&form.name).len() == 1;
        for (index, form) in self.forms.iter().enumerate() {
            for word in identity(&form.name) {
                if word.text.len() < 5 || !matches!(form.label, Label::Per | Label::Loc) {
                    continue;
                }
                if let Some(begin) = word.text.get(..2)
                    && (form.label == Label::Per || loners(form))
                {
                    begins.entry((form.label, begin)).or_default().push(index);
                }
                for (cut, _) in word.text.char_indices().skip(1) {
                    if form.label == Label::Per && word.text.len() - cut >= 5 {
                        ends.entry(&word.text[cut..]).or_default().push(index);
                    }
                }
            }
        }
        let mut pairs = Vec::new();
        for (index, form) in self.forms.iter().enumerate() {
            let ([word], true) = (identity(&form.name), self.find(index) == index) else {
                continue;
            };
            if word.text.len() < 5 || self.open.contains_key(&index) {
                continue;
            }
            let near = word
                .text
                .get(..2)
                .and_then(|begin| begins.get(&(form.label, begin)));
            let misprinted = near.into_iter().flatten().take(MOST).find(|&&other| {
                let mut words = identity(&self.forms[other].name).iter();
                let long = word.text.len() >= 6 && !is_name(word.key);
                other != index
                    && long
                    && words.any(|w| w.text.len() >= 6 && edits(&w.text, &word.text) == 1)
            });
            let tail = || {
                let ending = ends.get(&*word.text).filter(|_| form.label == Label::Per);
                ending.and_then(|all| match all.as_slice() {
                    [one] if *one != index => Some(one),
                    _ => None,
                })
            };
            if let Some(&other) = misprinted.or_else(tail) {
                pairs.push((other, index));
            }
        }
        for (a, b) in pairs {
            self.unite(a, b);
        }
    }

    /// Longer forms that `form` may be short for.
    fn candidates(&self, form: usize) -> Vec<usize> {
        let Form { label, name, .. } = &self.forms[form];
        let short = identity(name);
        let Some(rarest) = short.iter().max_by_key(|w| w.text.len()) else {
            return Vec::new();
        };
        let Some(holders) = self.holders.get(&(*label, rarest.key)) else {
            return Vec::new();
        };
        let near = holders.partition_point(|&h| h < form);
        let from = near.saturating_sub(MOST / 2);
        let holders = &holders[from..(near + MOST / 2).min(holders.len())];
        let meets = |&&other: &&usize| {
            other != form
                && !self.open.contains_key(&other)
                && short_for(*label, name, &self.forms[other].name)
        };
        holders.iter().filter(meets).copied().collect()
    }

    /// Joins names that differ by a misprint in one long word.
    fn join_misprints(&mut self) {
        for form in 0..self.forms.len() {
            let Form { label, name, .. } = &self.forms[form];
            let words = identity(name);
            let loners = self.open.contains_key(&form);
            if loners || !matches!(label, Label::Per | Label::Org | Label::Loc) {
                continue;
            }
            let mut meets = None;
            if words.len() >= 2 {
                for word in words {
                    let holders = self.holders.get(&(*label, word.key));
                    let earlier = holders.into_iter().flatten();
                    meets = meets.or_else(|| {
                        earlier
                            .take_while(|&&other| other < form)
                            .take(MOST)
                            .find(|&&other| {
                                misprint(*label, words, identity(&self.forms[other].name))
                            })
                            .copied()
                    });
                }
            }
            if let Some(other) = meets {
                self.unite(other, form);
            }
        }
    }

    /// Group of each mention that was added: any number, equal for one referent.
    pub(super) fn groups(&self) -> Vec<Option<usize>> {
        let mut last: FxHashMap<usize, usize> = FxHashMap::default();
        let mut groups = Vec::with_capacity(self.of_mention.len());
        for (mention, form) in self.of_mention.iter().enumerate() {
            let group = form.map(|form| match self.open.get(&form) {
                Some(roots) if self.find(form) == form => {
                    let recent = roots.iter().max_by_key(|&&root| {
                        let seen = last.get(&self.find(root)).map(|m| m + 1);
                        let first = self.forms[root].first;
                        (seen.unwrap_or(0), std::cmp::Reverse(first))
                    });
                    self.find(recent.copied().unwrap_or(form))
                }
                _ => self.find(form),
            });
            if let Some(group) = group {
                last.insert(group, mention);
            }
            groups.push(group);
        }
        groups
    }
}

/// The words that tell names apart: all but what may trail.
fn identity(name: &Name) -> &[Word] {
    &name.words[..name.core.end]
}

/// Whether the words of `short` stand in `long`, in order.
fn short_words(short: &[Word], long: &[Word]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|s| rest.any(|l| l.key == s.key))
}

fn same(a: &Word, b: &Word) -> bool {
    a.key == b.key
}

/// Whether a given name may be printed as an initial: `M. Yusuf`, `Muhammad Yusuf`.
fn same_or_initial(a: &Word, b: &Word) -> bool {
    let lone = |word: &Word| word.text.chars().count() == 1;
    a.key == b.key || ((lone(a) || lone(b)) && a.text.chars().next() == b.text.chars().next())
}

/// Whether `short` can stand for `long`, both of one label.
fn short_for(label: Label, short: &Name, long: &Name) -> bool {
    let (s, l) = (identity(short), identity(long));
    if s.is_empty() || s.len() > l.len() {
        return false;
    }
    // `Lembata`, `Kabupaten Lembata`; `Bank Mandiri`, `PT Bank Mandiri Tbk`
    let cut = l.len() - s.len();
    let wrapped = (1..=long.core.start).contains(&cut);
    if wrapped && l[cut..].iter().zip(s).all(|(a, b)| same(a, b)) {
        return true;
    }
    let prefix = s.iter().zip(l).all(|(a, b)| same(a, b));
    let suffix = s.iter().rev().zip(l.iter().rev()).all(|(a, b)| same(a, b));
    let rest = &l[s.len()..];
    match label {
        Label::Per => short_person(s, l),
        _ if s.len() == l.len() => false,
        Label::Org => {
            // `Kejaksaan Negeri`, `Persib`; but `Pertamina` is not `Pertamina Geothermal Energy`
            let telling = s.iter().map(|w| w.text.len()).sum::<usize>() > 2;
            let same = (long.generic || rest.len() == 1 || rest.iter().all(edition)) && telling;
            (prefix && same && !unit(&rest[0]))
                || (suffix && short_heads(&l[..l.len() - s.len()]))
                || (suffix && l.len() == 2 && !long.generic && s[0].text.len() > 4)
        }
        Label::Loc => prefix && s.len() >= 2 && !rest.iter().any(compass),
        Label::Nev => {
            (prefix && rest.iter().all(edition))
                || (suffix && !s.iter().all(edition) && s.iter().any(|w| w.text.len() > 3))
        }
        Label::Work => (prefix || suffix) && s.iter().any(|w| w.text.len() > 3),
        Label::Law => {
            let section = rest.first().is_some_and(|w| &*w.text == "ayat");
            (prefix && s.len() >= 2 && !section) || short_law(s, l)
        }
        Label::Rol => prefix,
    }
}

/// `UU Desa` for `UU Nomor 3 Tahun 2024 tentang Desa`, `UU 14/2008` for `UU Keterbukaan Informasi 14/2008`.
fn short_law(s: &[Word], l: &[Word]) -> bool {
    let ([head, s @ ..], [first, l @ ..]) = (s, l) else {
        return false;
    };
    let subject = l.iter().position(|w| &*w.text == "tentang");
    let named = subject.is_some_and(|at| {
        let rest = &l[at + 1..];
        rest.len() == s.len() && rest.iter().zip(s).all(|(a, b)| same(a, b))
    });
    let figure = s
        .iter()
        .any(|w| w.text.starts_with(|c: char| c.is_ascii_digit()));
    let numbered =
        figure && &*head.text != "pasal" && short_words(s, &l[..subject.unwrap_or(l.len())]);
    same(head, first) && !s.is_empty() && (named || numbered)
}

/// Short forms of a person's name: some of its words in order, at least one of them in full.
fn short_person(s: &[Word], l: &[Word]) -> bool {
    // what follows `bin` is the father's name
    let end = l
        .iter()
        .position(|w| matches!(&*w.text, "bin" | "binti" | "alias"));
    let l = &l[..end.unwrap_or(l.len()).max(1)];
    let mut at = 0;
    let mut full = 0;
    for word in s {
        let Some(step) = l[at..].iter().position(|w| same_or_initial(word, w)) else {
            return false;
        };
        full += usize::from(word.key == l[at + step].key && word.text.chars().count() > 1);
        at += step + 1;
    }
    full > 0
}

/// `AC`, `FC`, `RB` before a club's name.
fn short_heads(words: &[Word]) -> bool {
    words.iter().all(|w| w.text.chars().count() <= 3)
}

/// Words that make a part or a daughter of the body before them.
fn unit(word: &Word) -> bool {
    const UNITS: [&str; 14] = [
        "daerah",
        "regional",
        "daop",
        "divre",
        "cabang",
        "unit",
        "divisi",
        "wilayah",
        "angkatan",
        "international",
        "internasional",
        "syariah",
        "foundation",
        "peduli",
    ];
    UNITS.contains(&&*word.text)
}

/// `Papua Barat` is no short form of `Papua Barat Daya`.
fn compass(word: &Word) -> bool {
    const DIRECTIONS: [&str; 12] = [
        "barat",
        "timur",
        "utara",
        "selatan",
        "tengah",
        "daya",
        "laut",
        "tenggara",
        "pegunungan",
        "baru",
        "ulu",
        "ilir",
    ];
    DIRECTIONS.contains(&&*word.text)
}

/// A year, a season or a number of an edition.
fn edition(word: &Word) -> bool {
    let figure = word.text.chars().any(|c| c.is_ascii_digit());
    figure || word.text.chars().all(|c| "ivx".contains(c)) || &*word.text == "indonesia"
}

/// Whether two names of the same length differ by a misprint in one long word.
fn misprint(label: Label, a: &[Word], b: &[Word]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut differing = a.iter().zip(b).filter(|(a, b)| a.key != b.key);
    let (Some((a, b)), None) = (differing.next(), differing.next()) else {
        return false;
    };
    let shorter = a.text.chars().count().min(b.text.chars().count());
    let allowed = match (label, shorter) {
        (Label::Per, 8..) => 2,
        (Label::Per, 5..) | (_, 7..) => 1,
        _ => return false,
    };
    edits(&a.text, &b.text) <= allowed
}

/// Edit distance of two words.
pub(super) fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
