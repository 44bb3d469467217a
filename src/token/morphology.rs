//! Verb morphology: from a root to the forms that news prints, with their voice.
//!
//! Forms are generated, not analysed: Indonesian affixation is regular from root to form and ambiguous
//! the other way round, so a rule names the root and meets exactly its forms.

/// The voice or derivation of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Voice {
    /// The bare root: `vonis`, `tewas`.
    Base,
    /// meN-: the subject acts.
    Active,
    /// di- (also `ku-`, `kau-`): the subject undergoes.
    Passive,
    /// ter-: the subject undergoes, by accident or as a state.
    Ter,
    /// ber-: the subject acts, no object.
    Ber,
    /// peN-an, per-an, ke-an: the event as a noun.
    Noun,
    /// -an: what comes of the event, and often the event: `tembakan`, `putusan`.
    Result,
    /// peN-: who does it.
    Actor,
}

impl Voice {
    /// All voices.
    pub const ALL: [Voice; 8] = [
        Voice::Base,
        Voice::Active,
        Voice::Passive,
        Voice::Ter,
        Voice::Ber,
        Voice::Noun,
        Voice::Result,
        Voice::Actor,
    ];

    /// The name in rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Voice::Base => "base",
            Voice::Active => "active",
            Voice::Passive => "passive",
            Voice::Ter => "ter",
            Voice::Ber => "ber",
            Voice::Noun => "noun",
            Voice::Result => "result",
            Voice::Actor => "actor",
        }
    }
}

/// A form of a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inflection {
    /// The form in normal form.
    pub form: String,
    /// Its voice.
    pub voice: Voice,
}

/// All forms of `root` with `suffix` (`""`, `"kan"` or `"i"`).
///
/// Where nasal assimilation wavers (`mempunyai`, `memukul`, `mengkritik`), both forms are given: the
/// one that nobody writes does no harm.
pub(crate) fn inflect(root: &str, suffix: &str) -> Vec<Inflection> {
    let mut forms = Vec::new();
    let mut add = |form: String, voice| {
        let new = Inflection { form, voice };
        if !forms.contains(&new) {
            forms.push(new);
        }
    };
    add(format!("{root}{suffix}"), Voice::Base);
    for stem in nasal(root) {
        add(format!("me{stem}{suffix}"), Voice::Active);
        if suffix.is_empty() {
            add(format!("pe{stem}"), Voice::Actor);
        }
        add(format!("pe{stem}an"), Voice::Noun);
    }
    for prefix in ["di", "ku", "kau"] {
        add(format!("{prefix}{root}{suffix}"), Voice::Passive);
    }
    add(format!("ter{}{suffix}", after_r(root)), Voice::Ter);
    if suffix.is_empty() {
        add(format!("ber{}", after_r(root)), Voice::Ber);
        add(format!("ber{}an", after_r(root)), Voice::Ber);
    }
    add(format!("per{}an", after_r(root)), Voice::Noun);
    add(format!("ke{root}an"), Voice::Noun);
    add(format!("{root}an"), Voice::Result);
    forms
}

/// `ber-` and `ter-` lose their r before one: `berenang`.
fn after_r(root: &str) -> &str {
    root.strip_prefix('r').unwrap_or(root)
}

/// What follows `me-` or `pe-`: the nasal and the root, which may lose its first letter.
fn nasal(root: &str) -> Vec<String> {
    let mut letters = root.chars();
    let first = letters.next().unwrap_or(' ');
    let second = letters.next().unwrap_or(' ');
    let rest = &root[first.len_utf8().min(root.len())..];
    let cluster = !"aeiou".contains(second);
    let mut stems = match first {
        'p' => vec![format!("m{rest}"), format!("m{root}")],
        't' => vec![format!("n{rest}"), format!("n{root}")],
        's' => vec![format!("ny{rest}"), format!("n{root}")],
        'k' => vec![format!("ng{rest}"), format!("ng{root}")],
        'b' | 'f' | 'v' => vec![format!("m{root}")],
        'c' | 'd' | 'j' | 'z' => vec![format!("n{root}")],
        'g' | 'h' | 'a' | 'e' | 'i' | 'o' | 'u' | 'q' => vec![format!("ng{root}")],
        _ => vec![root.to_owned()],
    };
    if cluster && stems.len() > 1 {
        stems.remove(0);
    }
    let vowels = root.chars().filter(|c| "aeiou".contains(*c)).count();
    if vowels == 1 {
        stems.push(format!("nge{root}"));
    }
    stems
}

/// The clitics that a word may end in.
pub(super) const CLITICS: [&str; 4] = ["nya", "lah", "kah", "pun"];

#[cfg(test)]
mod tests {
    use super::*;

    fn has(root: &str, suffix: &str, form: &str, voice: Voice) {
        let forms = inflect(root, suffix);
        assert!(
            forms.iter().any(|f| f.form == form && f.voice == voice),
            "{root}+{suffix}: {form} not in {forms:?}"
        );
    }

    #[test]
    fn forms_of_roots() {
        has("vonis", "", "divonis", Voice::Passive);
        has("tangkap", "", "menangkap", Voice::Active);
        has("tangkap", "", "penangkapan", Voice::Noun);
        has("tangkap", "", "tertangkap", Voice::Ter);
        has("periksa", "", "memeriksa", Voice::Active);
        has("selidik", "i", "menyelidiki", Voice::Active);
        has("kritik", "", "mengkritik", Voice::Active);
        has("resmi", "kan", "meresmikan", Voice::Active);
        has("resmi", "kan", "peresmian", Voice::Noun);
        has("temu", "", "bertemu", Voice::Ber);
        has("temu", "", "pertemuan", Voice::Noun);
        has("bom", "", "mengebom", Voice::Active);
        has("rawat", "", "dirawat", Voice::Passive);
        has("bunuh", "", "pembunuhan", Voice::Noun);
        has("bunuh", "", "pembunuh", Voice::Actor);
        has("hukum", "", "dihukum", Voice::Passive);
        has("gugat", "", "menggugat", Voice::Active);
        has("laku", "kan", "melakukan", Voice::Active);
        has("celaka", "", "kecelakaan", Voice::Noun);
    }
}
