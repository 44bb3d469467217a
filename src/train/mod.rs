//! Corpora to weights.
