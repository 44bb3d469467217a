//! The plain types of the input and the output, as `SCHEMA` version 1 names them; no logic.
//!
//! Inside the crate every [`Span`] counts bytes of the untouched text; an [`Annotation`] that leaves
//! the [`Annotator`](crate::Annotator) counts Unicode scalar values unless asked otherwise.

mod annotation;
mod article;
pub(crate) mod days;
mod gold;
mod ids;
mod label;
pub(crate) mod marks;
mod span;

pub use annotation::*;
pub use article::Article;
pub use gold::Gold;
pub use ids::{EntityId, EventId, QuantityId, Ref, TimeId};
pub use label::{Label, Modality, Polarity, QuantityType, TimeType};
pub use marks::MarkId;
pub use span::{Offsets, Span};
