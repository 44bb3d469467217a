//! The text as numbers, and what is to be guessed for each word.

use crate::entity::neural::{Seen, Vectors, shape, vector_form};
use crate::error::{Error, Result};
use crate::train::random::Random;
use ndarray::{Array2, Axis};
use rustc_hash::FxHashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Longest piece of text that is read as one; longer sentences are cut.
const LONGEST: usize = 60;
/// Sentences with fewer words say little of their words.
const SHORTEST: usize = 3;

/// The text, its words and what they are guessed as.
pub(super) struct Text {
    /// Different words as printed.
    pub words: Vec<Seen>,
    /// What each is guessed as.
    pub target: Vec<u32>,
    /// Share of the text that each target has.
    pub share: Vec<f32>,
    /// All words of all sentences.
    pub tokens: Vec<u32>,
    /// Begin and end of each sentence.
    pub sentences: Vec<(u32, u32)>,
}

impl Text {
    /// Reads a text, one sentence a line.
    ///
    /// # Errors
    /// Where the file cannot be read or has no sentence.
    pub(super) fn read(path: &Path, vectors: &Vectors, own: usize, groups: usize) -> Result<Self> {
        let file = std::fs::File::open(path).map_err(|e| Error::io(path, e))?;
        let mut numbers: FxHashMap<Box<str>, u32> = FxHashMap::default();
        let (mut words, mut counts) = (Vec::new(), Vec::<u64>::new());
        let (mut tokens, mut sentences) = (Vec::new(), Vec::new());
        for line in BufReader::new(file).lines() {
            let line = line.map_err(|e| Error::io(path, e))?;
            let all: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
            for part in all.chunks(LONGEST).filter(|part| part.len() >= SHORTEST) {
                let begin = tokens.len() as u32;
                for &word in part {
                    let number = match numbers.get(word) {
                        Some(&number) => number,
                        None => {
                            let number = words.len() as u32;
                            numbers.insert(word.into(), number);
                            words.push(Seen {
                                surface: word.into(),
                                form: vector_form(&word.to_lowercase()).into(),
                                names: Box::default(),
                            });
                            counts.push(0);
                            number
                        }
                    };
                    counts[number as usize] += 1;
                    tokens.push(number);
                }
                sentences.push((begin, tokens.len() as u32));
            }
        }
        if sentences.is_empty() {
            return Err(Error::input(format!(
                "{}: expected sentences, a line each",
                path.display()
            )));
        }
        let target = targets(&words, &counts, vectors, own, groups);
        let kinds = target.iter().max().map_or(0, |&top| top as usize + 1);
        let mut share = vec![0.0f64; kinds];
        for (&target, &count) in target.iter().zip(&counts) {
            share[target as usize] += count as f64;
        }
        let share = share
            .iter()
            .map(|count| (count / tokens.len() as f64).max(1e-9) as f32)
            .collect();
        Ok(Self {
            words,
            target,
            share,
            tokens,
            sentences,
        })
    }
}

/// The `own` most frequent words, digits alike, are guessed by themselves, the others by group and shape.
fn targets(
    words: &[Seen],
    counts: &[u64],
    vectors: &Vectors,
    own: usize,
    groups: usize,
) -> Vec<u32> {
    let mut by_form: FxHashMap<String, u64> = FxHashMap::default();
    let forms: Vec<String> = words
        .iter()
        .map(|word| vector_form(&word.surface))
        .collect();
    for (form, count) in forms.iter().zip(counts) {
        *by_form.entry(form.clone()).or_insert(0) += count;
    }
    let mut order: Vec<(&String, u64)> =
        by_form.iter().map(|(form, &count)| (form, count)).collect();
    order.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let known: FxHashMap<&str, u32> = order
        .iter()
        .take(own)
        .enumerate()
        .map(|(number, (form, _))| (form.as_str(), number as u32))
        .collect();
    let rare: Vec<usize> = (0..words.len())
        .filter(|&word| !known.contains_key(forms[word].as_str()))
        .collect();
    let group = group(&rare, words, vectors, groups);
    let mut kinds: FxHashMap<(u32, u16), u32> = FxHashMap::default();
    let mut target = vec![0; words.len()];
    for (&word, &group) in rare.iter().zip(&group) {
        let next = (known.len() + kinds.len()) as u32;
        let kind = kinds.entry((group, shape(&words[word].surface)));
        target[word] = *kind.or_insert(next);
    }
    for (word, form) in forms.iter().enumerate() {
        if let Some(&number) = known.get(form.as_str()) {
            target[word] = number;
        }
    }
    target
}

/// Groups words by the direction of their vectors.
fn group(rare: &[usize], words: &[Seen], vectors: &Vectors, groups: usize) -> Vec<u32> {
    /// Words that the centres are found from.
    const SAMPLE: usize = 40_000;
    const ROUNDS: usize = 8;
    let dims = vectors.dims();
    let unit = |word: usize| {
        let mut row = vec![0.0f32; dims];
        vectors.fill(&words[word].form, &mut row);
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
        row.iter_mut().for_each(|x| *x /= length);
        row
    };
    let rows = |part: &[usize]| {
        let cells: Vec<f32> = part.iter().flat_map(|&word| unit(word)).collect();
        Array2::from_shape_vec((part.len(), dims), cells).unwrap_or_default()
    };
    let nearest = |part: &Array2<f32>, centres: &Array2<f32>| -> Vec<u32> {
        let near = part.dot(&centres.t());
        let best = |row: ndarray::ArrayView1<'_, f32>| {
            let all = row.iter().enumerate();
            all.fold((0, f32::NEG_INFINITY), |best, (at, &x)| {
                if x > best.1 { (at as u32, x) } else { best }
            })
            .0
        };
        near.axis_iter(Axis(0)).map(best).collect()
    };
    let mut random = Random::new(7);
    let mut sample = rare.to_vec();
    random.shuffle(&mut sample);
    sample.truncate(SAMPLE);
    let count = groups.min(sample.len()).max(1);
    let sampled = rows(&sample);
    let mut centres = sampled
        .slice(ndarray::s![..count.min(sample.len()), ..])
        .to_owned();
    for _ in 0..ROUNDS {
        let mut sums = Array2::<f32>::zeros(centres.dim());
        for (row, group) in sampled.axis_iter(Axis(0)).zip(nearest(&sampled, &centres)) {
            let mut sum = sums.row_mut(group as usize);
            sum += &row;
        }
        for (mut centre, sum) in centres.axis_iter_mut(Axis(0)).zip(sums.axis_iter(Axis(0))) {
            let length = sum.dot(&sum).sqrt();
            if length > 1e-6 {
                centre.assign(&(&sum / length));
            }
        }
    }
    let parts = rare.chunks(10_000);
    parts
        .flat_map(|part| nearest(&rows(part), &centres))
        .collect()
}
