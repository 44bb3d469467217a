//! The plain types of the input and the output, as `SCHEMA` version 1 names them; no logic.
//!
//! Inside the crate every [`Span`] counts bytes of the untouched text; an [`Annotation`] that leaves
//! the [`Annotator`](crate::Annotator) counts Unicode scalar values unless asked otherwise.

mod annotation;
mod article;
mod ids;
mod label;
mod span;

pub use annotation::*;
pub use article::Article;
pub use ids::{EntityId, EventId, QuantityId, Ref, TimeId};
pub use label::{Label, Modality, Polarity, QuantityType, TimeType};
pub use span::{Offsets, Span};
