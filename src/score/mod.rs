//! The guidelines' metrics.
