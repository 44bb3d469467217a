//! The `peristiwa` command: parse the arguments, run the command, turn the outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = peristiwa::cli::parse();
    let outcome = peristiwa::cli::run(command);
    peristiwa::cli::exit_code(outcome)
}
