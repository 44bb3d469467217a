//! The extension module `peristiwa._peristiwa`: the crate's `Annotator` for Python, no logic of its own.
//!
//! `article` makes articles of Python values, `columns` of Arrow columns, `annotator` is the class, `threads` where it works.

mod annotator;
mod article;
mod columns;
mod failure;
mod threads;

use pyo3::prelude::*;

/// Indonesian news in, structured events out.
#[pymodule]
fn _peristiwa(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<annotator::Annotator>()?;
    module.add(
        "PeristiwaError",
        module.py().get_type::<failure::PeristiwaError>(),
    )
}
