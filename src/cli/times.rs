//! `times`: time expressions alone, of one text.

use super::output::Output;
use super::output::timeml::{self, Document};
use super::{ModelsArg, Outcome};
use crate::error::{Error, Result};
use crate::schema::{Article, SCHEMA};
use crate::time::{FoundTimes, TimeFinder};
use crate::token::Tokenizer;
use jiff::civil::Date;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How the times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One JSON object, as `annotate` writes it
    Json,
    /// A TimeML document
    Timeml,
}

/// Arguments of `times`.
#[derive(clap::Args)]
pub(super) struct TimesArgs {
    /// The text; without it, and without --file, standard input
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// Read the text, plain or TimeML, from a file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Publication date (YYYY-MM-DD), where the document gives none
    #[arg(long, value_name = "DATE", value_parser = Article::parse_published)]
    published: Option<Date>,
    /// How to write the times
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Name the rule behind each time
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    models: ModelsArg,
}

/// Finds the times of one text and writes them.
pub(super) fn run(args: &TimesArgs) -> Result<Outcome> {
    let models = args.models.load()?;
    let (tokenizer, finder) = (Tokenizer::new(&models)?, TimeFinder::new(&models)?);
    let source = match (&args.text, &args.file) {
        (Some(text), _) => text.clone(),
        (None, file) => read(file.as_deref())?,
    };
    let document = match timeml::is_timeml(&source) {
        true => timeml::read(&source),
        false => Document {
            id: None,
            published: None,
            text: source,
        },
    };
    let published = document.published.or(args.published);
    let found = finder.find(&tokenizer.tokenize(&document.text), published, &[]);
    let id = document.id.as_deref().unwrap_or("1");
    let mut output = Output::open(None)?;
    output.write(&match args.format {
        Format::Json => json(id, &document.text, found, args.explain),
        Format::Timeml => timeml::write(id, &document.text, found.day, &found.times),
    })?;
    output.flush()?;
    Ok(Outcome::Good)
}

fn read(file: Option<&Path>) -> Result<String> {
    let file = file.filter(|file| file.as_os_str() != "-");
    let name = file.unwrap_or(Path::new("standard input"));
    let mut bytes = Vec::new();
    match file {
        Some(file) => bytes = std::fs::read(file).map_err(|e| Error::io(file, e))?,
        None => {
            let mut stdin = std::io::stdin().lock();
            stdin
                .read_to_end(&mut bytes)
                .map_err(|e| Error::io(name, e))?;
        }
    }
    String::from_utf8(bytes)
        .map_err(|e| Error::input(format!("{}: expected UTF-8: {e}", name.display())))
}

/// One line; offsets count characters, as everywhere in the output.
fn json(id: &str, text: &str, mut found: FoundTimes, explain: bool) -> String {
    let (mut byte, mut chars) = (0usize, 0u32);
    let mut count_to = |at: &mut u32| {
        let between = text.get(byte..*at as usize).unwrap_or("");
        chars += between.chars().count() as u32;
        byte = *at as usize;
        *at = chars;
    };
    for time in &mut found.times {
        count_to(&mut time.span.start);
        count_to(&mut time.span.end);
        if !explain {
            time.found_by = None;
        }
    }
    #[derive(serde::Serialize)]
    struct Line<'a> {
        schema: u32,
        id: &'a str,
        reference_time: &'a crate::schema::ReferenceTime,
        times: &'a [crate::schema::Time],
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        warnings: &'a [String],
    }
    let line = serde_json::to_string(&Line {
        schema: SCHEMA,
        id,
        reference_time: &found.reference,
        times: &found.times,
        warnings: &found.warnings,
    });
    // plain strings and numbers always serialise
    line.unwrap_or_default() + "\n"
}
