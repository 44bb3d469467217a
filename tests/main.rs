//! The whole program from outside: the library's public names and the built binary.

mod batch;
mod bert;
mod cli;
mod formats;
mod invariants;
mod leaks;
mod linear;
mod regression;
mod resume;
mod rules;
mod samples;
mod schema;
mod schema_validator;
mod scores;
#[cfg(feature = "serve")]
mod serve;
mod spans;
mod view;
