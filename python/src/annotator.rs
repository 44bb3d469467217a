//! The class `Annotator`: everything heavy runs on its own threads, without the interpreter's lock.

use crate::article::{self, article};
use crate::columns;
use crate::failure::Failure;
use crate::threads::Threads;
use arrow_array::RecordBatch;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_pyarrow::{FromPyArrow, IntoPyArrow, Table, ToPyArrow};
use peristiwa::{Annotation, Article, Models, Offsets, TaggerKind};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// So many articles at once between two looks at signals.
const CHUNK: usize = 512;

/// Annotates articles; loads the models once and may be shared by threads.
#[pyclass(frozen, module = "peristiwa")]
pub(crate) struct Annotator {
    annotator: peristiwa::Annotator,
    threads: Threads,
    offsets: Offsets,
    made: Made,
}

/// What it was made of, so that another process can make the same.
struct Made {
    models: Option<PathBuf>,
    tagger: String,
    threads: Option<usize>,
    explain: bool,
    offsets: String,
}

#[pymethods]
impl Annotator {
    #[new]
    #[pyo3(signature = (models=None, tagger="pooled", threads=None, *, explain=false, offsets="chars"))]
    fn new(
        py: Python<'_>,
        models: Option<PathBuf>,
        tagger: &str,
        threads: Option<usize>,
        explain: bool,
        offsets: &str,
    ) -> PyResult<Self> {
        let made = Made {
            models,
            tagger: tagger.to_owned(),
            threads,
            explain,
            offsets: offsets.to_owned(),
        };
        py.detach(|| Self::load(made))
            .map_err(|failure| failure.raise(py))
    }

    /// What is found in one article, as the JSON of the command has it.
    #[pyo3(signature = (text, published=None, id=None, title=None, source=None))]
    fn annotate<'py>(
        &self,
        py: Python<'py>,
        text: String,
        published: Option<&Bound<'py, PyAny>>,
        id: Option<String>,
        title: Option<String>,
        source: Option<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let published = published.map(article::date).transpose();
        let article = Article {
            id: Some(id.unwrap_or_else(|| "1".to_owned())),
            published: published.map_err(|failure| failure.raise(py))?,
            title,
            source,
            ..Article::new(text)
        };
        let written = py.detach(|| self.map_all(std::slice::from_ref(&article), json));
        match written.into_iter().next() {
            Some(Ok(line)) => loads(py)?.call1((line,)),
            Some(Err(failure)) => Err(failure.raise(py)),
            None => Err(missing().raise(py)),
        }
    }

    /// What is found in each article, in their order.
    #[pyo3(signature = (articles, errors="raise"))]
    fn annotate_all<'py>(
        &self,
        py: Python<'py>,
        articles: &Bound<'py, PyAny>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let errors = Errors::of(errors).map_err(|failure| failure.raise(py))?;
        let (loads, results) = (loads(py)?, PyList::empty(py));
        let mut items = articles.try_iter()?;
        let mut number = 0;
        loop {
            let mut rows = Vec::new();
            for item in items.by_ref().take(CHUNK) {
                number += 1;
                rows.push(article(&item?, number)?);
            }
            if rows.is_empty() {
                return Ok(results);
            }
            let first = number - rows.len() + 1;
            let written = py.detach(|| self.rows(rows, errors, first, json));
            for (id, written) in written.map_err(|failure| failure.raise(py))? {
                match written {
                    Ok(line) => results.append(loads.call1((line,))?)?,
                    Err(failure) => results.append(entry(py, &id, &failure)?)?,
                }
            }
            py.check_signals()?;
        }
    }

    /// Arrow in, Arrow out.
    #[pyo3(signature = (data, errors="return"))]
    fn annotate_arrow<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        errors: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let errors = Errors::of(errors).map_err(|failure| failure.raise(py))?;
        if data.hasattr("__arrow_c_array__")? {
            let batch = RecordBatch::from_pyarrow_bound(data)?;
            let annotated = py.detach(|| self.columns(&batch, 0, errors));
            return annotated
                .map_err(|failure| failure.raise(py))?
                .to_pyarrow(py);
        }
        let reader = RecordBatchStreamReader::from_pyarrow_bound(data)?;
        let (mut batches, mut before) = (Vec::new(), 0);
        for batch in reader {
            let batch =
                batch.map_err(|cause| Failure::new("input", cause.to_string()).raise(py))?;
            let annotated = py.detach(|| self.columns(&batch, before, errors));
            batches.push(annotated.map_err(|failure| failure.raise(py))?);
            before += batch.num_rows();
            py.check_signals()?;
        }
        let schema = columns::schema().map_err(|failure| failure.raise(py))?;
        let table = Table::try_new(batches, schema);
        table
            .map_err(|cause| Failure::new("input", cause.to_string()).raise(py))?
            .into_pyarrow(py)
    }

    /// The schema of what `annotate_arrow` gives, or that of a flat table.
    #[staticmethod]
    #[pyo3(signature = (table=None))]
    fn arrow_schema<'py>(py: Python<'py>, table: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        let schema = columns::schema_of(table).map_err(|failure| failure.raise(py))?;
        schema.to_pyarrow(py)
    }

    /// Another process makes the same of the same models.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Pickled<'py>)> {
        let (py, made) = (slf.py(), &slf.get().made);
        let keywords = PyDict::new(py);
        keywords.set_item("explain", made.explain)?;
        keywords.set_item("offsets", &made.offsets)?;
        let partial = py.import("functools")?.getattr("partial")?;
        let class = partial.call((slf.get_type(),), Some(&keywords))?;
        Ok((
            class,
            (made.models.clone(), made.tagger.clone(), made.threads),
        ))
    }

    fn __repr__(&self) -> String {
        let models = match &self.made.models {
            Some(folder) => format!("models={folder:?}, "),
            None => String::new(),
        };
        format!("Annotator({models}tagger={:?})", self.made.tagger)
    }
}

type Pickled<'py> = (Option<PathBuf>, String, Option<usize>);

/// What a bad article does.
#[derive(Clone, Copy, PartialEq)]
enum Errors {
    Raise,
    Return,
}

impl Errors {
    fn of(text: &str) -> Result<Self, Failure> {
        match text {
            "raise" => Ok(Self::Raise),
            "return" => Ok(Self::Return),
            _ => Err(unknown("errors", text, "raise return")),
        }
    }
}

impl Annotator {
    fn load(made: Made) -> Result<Self, Failure> {
        let tagger = match &*made.tagger {
            "pooled" => TaggerKind::Pooled,
            "neural" => TaggerKind::Neural,
            "linear" => TaggerKind::Linear,
            other => return Err(unknown("tagger", other, "pooled neural linear")),
        };
        let offsets = match &*made.offsets {
            "chars" => Offsets::Chars,
            "bytes" => Offsets::Bytes,
            other => return Err(unknown("offsets", other, "chars bytes")),
        };
        let threads = Threads::new(made.threads)?;
        let models = match &made.models {
            Some(folder) => Models::from_dir(folder)?,
            None => Models::bundled()?,
        };
        let annotator = peristiwa::Annotator::with(&models, tagger)?
            .explaining(made.explain)
            .offsets(offsets);
        Ok(Self {
            annotator,
            threads,
            offsets,
            made,
        })
    }

    /// What `finish` makes of each annotation; a panic costs its own article only.
    fn map_all<T: Send>(
        &self,
        articles: &[Article],
        finish: impl Fn(Annotation) -> T + Sync,
    ) -> Vec<Result<T, Failure>> {
        let all = |articles: &[Article]| {
            let annotate = || {
                self.threads.map(articles, |group| {
                    self.annotator
                        .annotate_all(group)
                        .into_iter()
                        .map(&finish)
                        .collect()
                })
            };
            catch_unwind(AssertUnwindSafe(annotate)).map_err(|_| internal())
        };
        match all(articles) {
            Ok(Ok(all)) => all.into_iter().map(Ok).collect(),
            Ok(Err(failure)) => articles.iter().map(|_| Err(failure.clone())).collect(),
            Err(_) => articles
                .iter()
                .map(|one| {
                    let mut one = all(std::slice::from_ref(one))??;
                    one.pop().ok_or_else(missing)
                })
                .collect(),
        }
    }

    /// The same over rows some of which may be no articles; `first` is the number of the first row.
    fn rows<T: Send>(
        &self,
        rows: Vec<columns::Row>,
        errors: Errors,
        first: usize,
        finish: impl Fn(Annotation) -> T + Sync,
    ) -> Result<Done<T>, Failure> {
        let (mut articles, mut places) = (Vec::new(), Vec::new());
        for (id, row) in rows {
            places.push((id, row.map(|article| articles.push(article))));
        }
        if errors == Errors::Raise {
            raise(&places, first)?;
        }
        let mut annotated = self.map_all(&articles, finish).into_iter();
        let mut next = || annotated.next().unwrap_or_else(|| Err(missing()));
        let rows: Vec<_> = places
            .into_iter()
            .map(|(id, place)| (id, place.and_then(|()| next())))
            .collect();
        if errors == Errors::Raise {
            raise(&rows, first)?;
        }
        Ok(rows)
    }

    /// The nested table of a batch.
    fn columns(
        &self,
        batch: &RecordBatch,
        before: usize,
        errors: Errors,
    ) -> Result<RecordBatch, Failure> {
        let rows = columns::articles(batch, before)?;
        let rows = self.rows(rows, errors, before + 1, |annotation| annotation)?;
        let (mut annotations, mut failures) = (Vec::new(), Vec::new());
        for (id, row) in rows {
            let (annotation, failure) = match row {
                Ok(annotation) => (annotation, None),
                Err(failure) => (Annotation::empty(id, self.offsets), Some(failure)),
            };
            annotations.push(annotation);
            failures.push(failure);
        }
        let table = peristiwa::table::batch(&annotations)?;
        columns::with_errors(&table, &failures)
    }
}

/// What became of each article, with its id.
type Done<T> = Vec<(String, Result<T, Failure>)>;

/// The first failure, with the number and id of its article.
fn raise<T>(rows: &[(String, Result<T, Failure>)], first: usize) -> Result<(), Failure> {
    for (number, (id, row)) in (first..).zip(rows) {
        if let Err(Failure { code, message }) = row {
            let message = format!("article {number} (id {id:?}): {message}");
            return Err(Failure::new(code, message));
        }
    }
    Ok(())
}

fn json(annotation: Annotation) -> String {
    // an annotation holds nothing that JSON cannot: strings, numbers, lists
    serde_json::to_string(&annotation).unwrap_or_default()
}

/// Python's own reader makes the dictionary: the same numbers as of the command's output.
fn loads(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import("json")?.getattr("loads")
}

/// What stands in the place of an article that could not be annotated.
fn entry<'py>(py: Python<'py>, id: &str, failure: &Failure) -> PyResult<Bound<'py, PyDict>> {
    let error = PyDict::new(py);
    error.set_item("code", failure.code)?;
    error.set_item("message", &failure.message)?;
    let entry = PyDict::new(py);
    entry.set_item("schema", peristiwa::SCHEMA)?;
    entry.set_item("id", id)?;
    entry.set_item("error", error)?;
    Ok(entry)
}

pub(crate) fn unknown(option: &str, found: &str, known: &str) -> Failure {
    Failure::new(
        "input",
        format!("{option}: expected one of {known}, found {found:?}"),
    )
}

fn internal() -> Failure {
    Failure::new(
        "internal",
        "a fault of the program, please report it with the article",
    )
}

fn missing() -> Failure {
    Failure::new("internal", "an annotation is missing")
}
