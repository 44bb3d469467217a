//! Runs every rule's examples and lints the data files.
