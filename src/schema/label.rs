//! The closed label sets that code reasons about.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// All values, in the guidelines' order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name in the output.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                $name::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    let known: Vec<_> = $name::ALL.iter().map(|value| value.as_str()).collect();
                    format!("unknown {} {text:?}; known: {}", stringify!($name), known.join(" "))
                })
            }
        }
    };
}

labels!(
    /// Entity labels of the guidelines, section 2.
    Label {
        /// A person's name.
        Per = "PER",
        /// A named organisation.
        Org = "ORG",
        /// A named place.
        Loc = "LOC",
        /// A named legal text.
        Law = "LAW",
        /// A named work, product, programme or project.
        Work = "WORK",
        /// A named happening.
        Nev = "NEV",
        /// A job title, rank, office or status.
        Rol = "ROL",
    }
);

labels!(
    /// TIMEX3 types.
    TimeType {
        /// A calendar date of day grain or coarser.
        Date = "DATE",
        /// A time of the day.
        Time = "TIME",
        /// A length of time.
        Duration = "DURATION",
        /// Something that recurs.
        Set = "SET",
    }
);

labels!(
    /// Quantity types of the guidelines, section 4.
    QuantityType {
        /// An amount of money.
        Money = "MONEY",
        /// A percentage.
        Percent = "PERCENT",
        /// An age in years.
        Age = "AGE",
        /// A number of counted things.
        Count = "COUNT",
        /// A physical measure.
        Measure = "MEASURE",
    }
);

labels!(
    /// Whether the text says that the event happened.
    Polarity {
        /// It does.
        Positive = "positive",
        /// It says that it did not.
        Negative = "negative",
    }
);

labels!(
    /// How the text puts the event forward.
    Modality {
        /// As a fact.
        Asserted = "asserted",
        /// As a plan.
        Planned = "planned",
        /// As an allegation.
        Alleged = "alleged",
        /// As a possibility or condition.
        Possible = "possible",
    }
);
