//! The calls that rules make: `date(weekday, day, month)`.

use crate::error::{Error, Result};

/// Functions that a room's rules may call, each with the captures that it reads.
pub(crate) type Functions = [(&'static str, &'static [&'static str])];

/// A call of a function on captures.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// The function.
    pub function: &'static str,
    /// The captures that it is given.
    pub arguments: Vec<String>,
}

impl Call {
    /// Reads `function(capture, …)`; functions and captures must be among those known.
    pub(crate) fn parse(text: &str, functions: &Functions) -> Result<Self> {
        let fail = || {
            let known: Vec<_> = functions.iter().map(|(name, _)| *name).collect();
            Error::models(format!(
                "value {text:?}: expected function(capture, …); functions: {}",
                known.join(" ")
            ))
        };
        let (name, rest) = text.split_once('(').ok_or_else(fail)?;
        let inner = rest.strip_suffix(')').ok_or_else(fail)?;
        let mut known = functions.iter();
        let (function, allowed) = known
            .find(|(known, _)| *known == name.trim())
            .ok_or_else(fail)?;
        let arguments: Vec<String> = inner
            .split(',')
            .map(|argument| argument.trim().to_owned())
            .filter(|argument| !argument.is_empty())
            .collect();
        match arguments.iter().find(|a| !allowed.contains(&a.as_str())) {
            Some(unknown) => Err(Error::models(format!(
                "value {text:?}: {name} does not read {unknown}; it reads {}",
                allowed.join(" ")
            ))),
            None => Ok(Self {
                function,
                arguments,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_functions() {
        let functions: &Functions = &[("date", &["day", "month"]), ("now", &[])];
        let call = Call::parse("date(day, month)", functions).unwrap();
        assert_eq!((call.function, call.arguments.len()), ("date", 2));
        assert!(Call::parse("now()", functions).is_ok());
        for wrong in ["date", "date(", "when(day)", "date(year)"] {
            assert!(Call::parse(wrong, functions).is_err(), "{wrong}");
        }
    }
}
