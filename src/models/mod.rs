//! Everything the program knows that is not code: reads `models/`, embedded or from a folder.
//!
//! In: the files of `models/`. Out: [`Models`], from which every stage takes the lexicons, rules,
//! ontology and weights that it needs. Loading may fail, loudly; annotating may not.

mod examples;
mod lexicon;
mod ontology;
mod rules;

pub(crate) use examples::ExampleFailure;
pub use lexicon::{Entry, Lexicon};
pub use ontology::Ontology;
pub use rules::{Rule, RuleFile};

use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What is read of `models/`; anything else there, as a transformer in `bert/`, has readers of its own.
const FOLDERS: [&str; 4] = ["lexicon", "ontology", "rules", "weights"];

/// The same, embedded.
#[cfg(feature = "bundled")]
static BUNDLED: [include_dir::Dir<'static>; FOLDERS.len()] = {
    use include_dir::include_dir;
    [
        include_dir!("$CARGO_MANIFEST_DIR/models/lexicon"),
        include_dir!("$CARGO_MANIFEST_DIR/models/ontology"),
        include_dir!("$CARGO_MANIFEST_DIR/models/rules"),
        include_dir!("$CARGO_MANIFEST_DIR/models/weights"),
    ]
};

/// The contents of a `models/` folder, validated.
///
/// ```
/// let models = peristiwa::Models::bundled()?;
/// assert!(models.ontology().event("personnel.end").is_some());
/// # Ok::<(), peristiwa::Error>(())
/// ```
pub struct Models {
    files: FxHashMap<String, Cow<'static, [u8]>>,
    lexicons: FxHashMap<String, Lexicon>,
    ontology: Ontology,
    shared: Mutex<FxHashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Models {
    /// The models embedded in the library.
    ///
    /// # Errors
    /// Where a bundled file is malformed, which the tests rule out for a released version.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Result<Self> {
        let mut files = FxHashMap::default();
        for (name, folder) in FOLDERS.iter().zip(&BUNDLED) {
            collect_bundled(name, folder, &mut files);
        }
        Self::from_files(files)
    }

    /// The models of a folder laid out as the project's `models/`.
    ///
    /// # Errors
    /// Where the folder or one of its files cannot be read, or is malformed; the message names file and line.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        if !folder.is_dir() {
            return Err(Error::models(format!(
                "{}: no such folder; give one laid out as the project's models/",
                folder.display()
            )));
        }
        let mut files = FxHashMap::default();
        for name in FOLDERS {
            let inner = folder.join(name);
            if inner.is_dir() {
                collect_folder(&inner, &format!("{name}/"), &mut files)?;
            }
        }
        Self::from_files(files)
    }

    fn from_files(files: FxHashMap<String, Cow<'static, [u8]>>) -> Result<Self> {
        let mut lexicons = FxHashMap::default();
        for (path, bytes) in &files {
            if let Some(name) = path
                .strip_prefix("lexicon/")
                .and_then(|name| name.strip_suffix(".tsv"))
            {
                let lexicon = Lexicon::parse(name, utf8(path, bytes)?).map_err(|e| e.at(path))?;
                lexicons.insert(name.to_owned(), lexicon);
            }
        }
        let mut models = Self {
            files,
            lexicons,
            ontology: Ontology::default(),
            shared: Mutex::default(),
        };
        models.ontology = Ontology::read(&models)?;
        Ok(models)
    }

    /// The bytes of a file, by its path below `models/` with `/`.
    ///
    /// # Errors
    /// Where there is no such file.
    pub fn file(&self, path: &str) -> Result<&[u8]> {
        self.files
            .get(path)
            .map(|bytes| bytes.as_ref())
            .ok_or_else(|| Error::models(format!("models/{path} is missing; restore it")))
    }

    /// The text of a file.
    ///
    /// # Errors
    /// Where there is no such file or it is not UTF-8.
    pub fn text(&self, path: &str) -> Result<&str> {
        utf8(path, self.file(path)?)
    }

    /// Paths of all files below `folder`, sorted.
    pub fn paths(&self, folder: &str) -> Vec<&str> {
        let mut paths: Vec<_> = self
            .files
            .keys()
            .map(String::as_str)
            .filter(|path| path.starts_with(folder))
            .collect();
        paths.sort_unstable();
        paths
    }

    /// The lexicon of `lexicon/NAME.tsv`.
    ///
    /// # Errors
    /// Where there is no such lexicon; the message lists those that there are.
    pub fn lexicon(&self, name: &str) -> Result<&Lexicon> {
        self.lexicons.get(name).ok_or_else(|| {
            let mut known: Vec<_> = self.lexicons.keys().map(String::as_str).collect();
            known.sort_unstable();
            Error::models(format!(
                "unknown lexicon <{name}>; known: {}",
                known.join(" ")
            ))
        })
    }

    /// All lexicons, sorted by name.
    pub fn lexicons(&self) -> Vec<&Lexicon> {
        let mut all: Vec<_> = self.lexicons.values().collect();
        all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// Event types with their roles, and relation types.
    pub fn ontology(&self) -> &Ontology {
        &self.ontology
    }

    /// What several rooms make of the same files, made once: the second caller gets the first one's.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn shared<T: Any + Send + Sync>(
        &self,
        make: fn(&Models) -> Result<T>,
    ) -> Result<Arc<T>> {
        let lock = || self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&TypeId::of::<T>()).cloned();
        if let Some(made) = known.and_then(|made| made.downcast().ok()) {
            return Ok(made);
        }
        // not under the lock: `make` may ask for what it is made of
        let made = Arc::new(make(self)?);
        lock().insert(TypeId::of::<T>(), made.clone());
        Ok(made)
    }

    /// The rule files below `rules/FOLDER`, sorted by path.
    ///
    /// # Errors
    /// Where one is malformed.
    pub fn rules(&self, folder: &str) -> Result<Vec<RuleFile>> {
        let prefix = format!("rules/{folder}");
        self.paths(&prefix)
            .into_iter()
            .filter(|path| path.ends_with(".toml"))
            .map(|path| RuleFile::parse(path, self.text(path)?))
            .collect()
    }
}

fn utf8<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(bytes)
        .map_err(|cause| Error::models(format!("models/{path} is not UTF-8: {cause}")))
}

#[cfg(feature = "bundled")]
fn collect_bundled(
    name: &str,
    folder: &'static include_dir::Dir<'static>,
    files: &mut FxHashMap<String, Cow<'static, [u8]>>,
) {
    for file in folder.files() {
        if let Some(path) = file.path().to_str() {
            let path = format!("{name}/{}", path.replace('\\', "/"));
            files.insert(path, Cow::Borrowed(file.contents()));
        }
    }
    for inner in folder.dirs() {
        collect_bundled(name, inner, files);
    }
}

fn collect_folder(
    folder: &Path,
    prefix: &str,
    files: &mut FxHashMap<String, Cow<'static, [u8]>>,
) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::io(folder, e))?;
    for entry in entries {
        let path = entry.map_err(|e| Error::io(folder, e))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let inner = format!("{prefix}{name}");
        if path.is_dir() {
            collect_folder(&path, &format!("{inner}/"), files)?;
        } else {
            let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, e))?;
            files.insert(inner, Cow::Owned(bytes));
        }
    }
    Ok(())
}
