use super::*;
use crate::pattern::Given;
use crate::token::Tokenizer;

fn mentions(given: &Given) -> Vec<Mention> {
    given
        .entities
        .iter()
        .flat_map(|e| e.mentions.iter().cloned())
        .collect()
}

/// Groups of a marked text as `name: mention, mention`, and its anaphors as `words = name`.
fn found(marked: &str) -> (Vec<String>, Vec<String>) {
    let models = Models::bundled().unwrap();
    let finder = CoreferenceFinder::new(&models).unwrap();
    let tokenizer = Tokenizer::new(&models).unwrap();
    let given = Given::parse(marked).unwrap();
    let tokens = tokenizer.tokenize(&given.text);
    let found = finder.find(&tokens, mentions(&given));
    let groups = found.entities.iter().map(|entity| {
        let texts: Vec<_> = entity.mentions.iter().map(|m| m.text.as_str()).collect();
        format!("{}: {}", entity.name, texts.join(", "))
    });
    let anaphors = found.anaphors.iter().map(|anaphor| {
        let words = tokens.span(anaphor.tokens.clone()).of(&given.text);
        let entity = &found.entities[anaphor.entity.0 as usize - 1];
        format!("{words} = {}", entity.name)
    });
    (groups.collect(), anaphors.collect())
}

#[test]
fn rules_examples() {
    let problems = check(&Models::bundled().unwrap()).unwrap();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn groups_names() {
    let (groups, _) = found(
        "[[Mahkamah Konstitusi|ORG]] ([[MK|ORG]]) mendengar [[Budi Santoso|PER]]. [[Budi|PER]] hadir di [[MK|ORG]] bersama [[Agus Salim|PER]] alias [[Jabrik|PER]]. [[Kominfo|ORG]] dan [[Kementerian Komunikasi dan Informatika|ORG]] diam. [[BS|PER]] pulang ke [[Kota Medan|LOC]], [[Medan|LOC]]. [[PT Medan Jaya Tbk|ORG]] dan [[Medan Jaya|ORG]].",
    );
    assert_eq!(
        groups,
        [
            "Mahkamah Konstitusi: Mahkamah Konstitusi, MK, MK",
            "Budi Santoso: Budi Santoso, Budi, BS",
            "Agus Salim: Agus Salim, Jabrik",
            "Kementerian Komunikasi dan Informatika: Kominfo, Kementerian Komunikasi dan Informatika",
            "Kota Medan: Kota Medan, Medan",
            "PT Medan Jaya Tbk: PT Medan Jaya Tbk, Medan Jaya",
        ]
    );
}

#[test]
fn persons_with_a_common_name_stay_apart() {
    let (groups, _) = found(
        "[[Ahmad Yani|PER]] menemui [[Ahmad Subarjo|PER]]. [[Yani|PER]] berkata. [[Ahmad|PER]] setuju.",
    );
    assert_eq!(
        groups,
        [
            "Ahmad Yani: Ahmad Yani, Yani, Ahmad",
            "Ahmad Subarjo: Ahmad Subarjo"
        ]
    );
}

#[test]
fn offices_have_a_referent_for_each_holder() {
    let (groups, _) = found(
        "[[Ketua [[MK|ORG]]|ROL]] [[Budi|PER]] diganti [[Ketua [[MK|ORG]]|ROL]] [[Agus|PER]]. [[Menkominfo|ROL]] [[Rudi|PER]], [[Menteri Komunikasi dan Informatika|ROL]] sejak 2020.",
    );
    assert_eq!(
        groups.iter().filter(|g| g.starts_with("Ketua MK")).count(),
        2
    );
    assert!(
        groups.contains(
            &"Menteri Komunikasi dan Informatika: Menkominfo, Menteri Komunikasi dan Informatika"
                .to_owned()
        ),
        "{groups:?}"
    );
}

#[test]
fn resolves_pronouns_and_nominals() {
    let (_, anaphors) = found(
        "[[Budi Santoso|PER]] memimpin [[PT Maju|ORG]]. Perusahaan tersebut untung. Ia mengatakan labanya naik. Pria kelahiran [[Medan|LOC]] itu senang.",
    );
    assert_eq!(
        anaphors,
        [
            "Perusahaan tersebut = PT Maju",
            "Ia = Budi Santoso",
            "labanya = Budi Santoso",
            "Pria kelahiran Medan itu = Budi Santoso"
        ]
    );
}

#[test]
fn finds_titles_before_names() {
    let (groups, _) = found(
        "Kasi Humas [[Polres Ngawi|ORG]] Joni hadir. Petugas penyuluh lapangan [[Kecamatan Suoh|LOC]], [[Seto|PER]], tiba. Para guru [[Seto|PER]] pulang. Wakil Kapolda [[Jambi|LOC]] Kombes [[Agus Salim|PER]] menemui wartawan, [[Seto|PER]] diam. Kuasa hukum [[Seto|PER]] datang.",
    );
    let offices: Vec<_> = groups
        .iter()
        .map(|g| g.split(':').next().unwrap())
        .collect();
    assert_eq!(
        offices,
        [
            "Polres Ngawi",
            "Petugas penyuluh lapangan Kecamatan Suoh",
            "Kecamatan Suoh",
            "Seto",
            "Wakil Kapolda Jambi",
            "Jambi",
            "Kombes",
            "Agus Salim"
        ]
    );
}
