//! `tokenize`: words one a line, to look at.

use super::input::InputArgs;
use super::output::Output;
use super::{ModelsArg, Outcome, message};
use crate::error::Result;
use crate::token::{Tokenizer, Tokens};
use std::fmt::Write;

/// Arguments of `tokenize`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    models: ModelsArg,
}

/// Writes `start TAB end TAB word TAB kind`, an empty line after a sentence, `# id` before an article.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let tokenizer = Tokenizer::new(&args.models.load()?)?;
    let mut output = Output::open(None)?;
    let mut outcome = Outcome::Good;
    for entry in args.input.entries() {
        match &entry.article {
            Err(reject) => {
                message(format_args!("{}: {}", entry.place, reject.message));
                outcome = Outcome::Flawed;
            }
            Ok(article) => {
                output.write(&format!("# {}\n", entry.id))?;
                output.write(&lines(&tokenizer.tokenize(&article.text)))?;
            }
        }
    }
    output.flush()?;
    Ok(outcome)
}

fn lines(tokens: &Tokens<'_>) -> String {
    let mut lines = String::new();
    let (mut byte, mut characters) = (0, 0);
    let mut count_to = |end: u32| {
        let between = tokens.text().get(byte..end as usize).unwrap_or("");
        characters += between.chars().count();
        byte = end as usize;
        characters
    };
    for sentence in tokens.sentences() {
        for index in sentence {
            let Some(token) = tokens.get(index) else {
                continue;
            };
            let (start, end) = (count_to(token.span.start), count_to(token.span.end));
            let word = tokens.surface(index).replace(char::is_control, " ");
            let kind = format!("{:?}", token.kind).to_lowercase();
            let _ = writeln!(lines, "{start}\t{end}\t{word}\t{kind}");
        }
        lines.push('\n');
    }
    lines
}
