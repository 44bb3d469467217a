//! Ids as newtypes that print `e3`, `t1`, `q2`, `v5`, numbered from 1 by first position.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                text.strip_prefix($prefix)
                    .and_then(|digits| digits.parse().ok())
                    .map($name)
                    .ok_or_else(|| format!(concat!("expected an id such as ", $prefix, "1, found {:?}"), text))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

id!(
    /// Id of an entity: all mentions of one referent share it.
    EntityId, "e"
);
id!(
    /// Id of a time expression.
    TimeId, "t"
);
id!(
    /// Id of a quantity.
    QuantityId, "q"
);
id!(
    /// Id of an event.
    EventId, "v"
);

/// A reference to something annotated: what an argument, a place or a relation points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ref {
    /// An entity.
    Entity(EntityId),
    /// A time expression.
    Time(TimeId),
    /// A quantity.
    Quantity(QuantityId),
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ref::Entity(id) => id.fmt(f),
            Ref::Time(id) => id.fmt(f),
            Ref::Quantity(id) => id.fmt(f),
        }
    }
}

impl FromStr for Ref {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.as_bytes().first() {
            Some(b'e') => text.parse().map(Ref::Entity),
            Some(b't') => text.parse().map(Ref::Time),
            Some(b'q') => text.parse().map(Ref::Quantity),
            _ => Err(format!(
                "expected an id such as e1, t1 or q1, found {text:?}"
            )),
        }
    }
}

impl Serialize for Ref {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ref {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
