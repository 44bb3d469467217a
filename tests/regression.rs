//! One test for each fault that was found, named after what went wrong.

use crate::samples::annotator;
use peristiwa::Article;

/// Joining names took the first word of a name that had none left.
#[test]
fn a_name_of_generic_words_alone() {
    annotator().annotate(&Article::new("tahun ".repeat(20)));
}
