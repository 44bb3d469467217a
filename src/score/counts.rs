//! Precision, recall, F1 and accuracy as counts that add up over articles.

use serde::{Serialize, Serializer};
use std::ops::AddAssign;

/// How many were right, found and wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found and wanted.
    pub right: usize,
    /// Found by the system.
    pub found: usize,
    /// Wanted by the gold.
    pub gold: usize,
}

impl Counts {
    /// Right of found; none where nothing was found.
    pub fn precision(self) -> Option<f64> {
        ratio(self.right, self.found)
    }

    /// Right of wanted; none where nothing was wanted.
    pub fn recall(self) -> Option<f64> {
        ratio(self.right, self.gold)
    }

    /// Harmonic mean of both; none where nothing was found or wanted.
    pub fn f1(self) -> Option<f64> {
        ratio(2 * self.right, self.found + self.gold)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.found += other.found;
        self.gold += other.gold;
    }
}

/// How many of those compared were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accuracy {
    /// Right ones.
    pub right: usize,
    /// Compared ones.
    pub of: usize,
}

impl Accuracy {
    /// Right of compared; none where nothing was compared.
    pub fn value(self) -> Option<f64> {
        ratio(self.right, self.of)
    }

    /// Counts one more and hands its outcome back.
    pub(super) fn add(&mut self, right: bool) -> bool {
        self.right += usize::from(right);
        self.of += 1;
        right
    }
}

/// Precision and recall of a measure that has a denominator for each, such as MUC.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fractions {
    /// Precision: numerator and denominator.
    pub of_found: (f64, f64),
    /// Recall: numerator and denominator.
    pub of_gold: (f64, f64),
}

impl Fractions {
    /// Precision; none where nothing was found.
    pub fn precision(self) -> Option<f64> {
        (self.of_found.1 > 0.0).then(|| self.of_found.0 / self.of_found.1)
    }

    /// Recall; none where nothing was wanted.
    pub fn recall(self) -> Option<f64> {
        (self.of_gold.1 > 0.0).then(|| self.of_gold.0 / self.of_gold.1)
    }

    /// Harmonic mean of both; none where nothing was found or wanted.
    pub fn f1(self) -> Option<f64> {
        harmonic(self.precision(), self.recall())
    }
}

/// The harmonic mean of a precision and a recall; a missing one counts as nothing.
pub(super) fn harmonic(precision: Option<f64>, recall: Option<f64>) -> Option<f64> {
    let (p, r) = match (precision, recall) {
        (None, None) => return None,
        (p, r) => (p.unwrap_or(0.0), r.unwrap_or(0.0)),
    };
    Some(if p + r > 0.0 {
        2.0 * p * r / (p + r)
    } else {
        0.0
    })
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// What is written to JSON: the rates first, then what they are made of.
#[derive(Serialize)]
struct Rates {
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gold: Option<usize>,
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rates = Rates {
            precision: self.precision(),
            recall: self.recall(),
            f1: self.f1(),
            right: Some(self.right),
            found: Some(self.found),
            gold: Some(self.gold),
        };
        rates.serialize(serializer)
    }
}

impl Serialize for Fractions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rates = Rates {
            precision: self.precision(),
            recall: self.recall(),
            f1: self.f1(),
            right: None,
            found: None,
            gold: None,
        };
        rates.serialize(serializer)
    }
}

impl Serialize for Accuracy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Rate {
            accuracy: Option<f64>,
            right: usize,
            of: usize,
        }
        let rate = Rate {
            accuracy: self.value(),
            right: self.right,
            of: self.of,
        };
        rate.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_by_hand() {
        let counts = Counts {
            right: 3,
            found: 4,
            gold: 6,
        };
        assert_eq!(counts.precision(), Some(0.75));
        assert_eq!(counts.recall(), Some(0.5));
        assert_eq!(counts.f1(), Some(0.6));
        assert_eq!(Counts::default().f1(), None);
        let missed = Counts {
            gold: 2,
            ..Counts::default()
        };
        assert_eq!((missed.precision(), missed.f1()), (None, Some(0.0)));
        assert_eq!(harmonic(Some(0.75), Some(0.5)), Some(0.6));
    }
}
