//! Time expressions: TIMEX3 spans and values.
