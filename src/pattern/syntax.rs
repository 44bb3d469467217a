//! Pattern texts to trees.

use crate::error::{Error, Result};

/// A pattern as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Word(String),
    Lexicon(String, Vec<String>),
    Number,
    Range {
        low: u32,
        high: u32,
        digits: Option<u8>,
    },
    Clock,
    Mark(Vec<String>),
    Root {
        root: String,
        suffix: String,
        voices: Vec<String>,
    },
    Class(String),
    Gap(usize),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: usize,
        most: usize,
    },
    Capture(String, Box<Node>),
    Ahead(Box<Node>),
    NotAhead(Box<Node>),
    Begin,
    End,
    Glued,
}

/// `x*` and `x+` stop here, so that matching stays linear.
pub(super) const MOST: usize = 12;

pub(super) fn parse(source: &str) -> Result<Node> {
    let mut parser = Parser { source, at: 0 };
    let node = parser.either()?;
    parser.blanks();
    if parser.at < source.len() {
        return Err(parser.fail("end of pattern"));
    }
    Ok(node)
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, c: char) -> bool {
        let taken = self.peek() == Some(c);
        if taken {
            self.at += c.len_utf8();
        }
        taken
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }

    fn while_(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn until(&mut self, close: char) -> Result<&'a str> {
        let rest = self.rest();
        let end = rest
            .find(close)
            .ok_or_else(|| self.fail(&format!("a closing {close}")))?;
        self.at += end + close.len_utf8();
        Ok(&rest[..end])
    }

    fn fail(&self, expected: &str) -> Error {
        let found: String = self.rest().chars().take(12).collect();
        let found = if found.is_empty() {
            "the end".into()
        } else {
            format!("{found:?}")
        };
        Error::models(format!(
            "pattern {:?}, column {}: expected {expected}, found {found}",
            self.source,
            self.source[..self.at].chars().count() + 1
        ))
    }

    fn either(&mut self) -> Result<Node> {
        let mut branches = vec![self.sequence()?];
        loop {
            self.blanks();
            if !self.take('|') {
                break;
            }
            branches.push(self.sequence()?);
        }
        Ok(if branches.len() == 1 {
            branches.remove(0)
        } else {
            Node::Either(branches)
        })
    }

    fn sequence(&mut self) -> Result<Node> {
        let mut items = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                None | Some('|' | ')') => break,
                Some(_) => items.push(self.item()?),
            }
        }
        match items.len() {
            0 => Err(self.fail("something to match")),
            1 => Ok(items.remove(0)),
            _ => Ok(Node::Sequence(items)),
        }
    }

    fn item(&mut self) -> Result<Node> {
        let start = self.at;
        let name = self.while_(|c| c.is_ascii_alphanumeric() || c == '_');
        if !name.is_empty() && self.take(':') {
            let inner = self.item()?;
            return Ok(Node::Capture(name.to_owned(), Box::new(inner)));
        }
        self.at = start;
        let atom = self.atom()?;
        let (least, most) = match self.peek() {
            Some('?') => (0, 1),
            Some('*') => (0, MOST),
            Some('+') => (1, MOST),
            _ => return Ok(atom),
        };
        self.at += 1;
        Ok(Node::Repeat {
            node: Box::new(atom),
            least,
            most,
        })
    }

    fn atom(&mut self) -> Result<Node> {
        let Some(c) = self.peek() else {
            return Err(self.fail("something to match"));
        };
        let start = self.at;
        self.at += c.len_utf8();
        Ok(match c {
            '(' => {
                let inner = self.either()?;
                self.blanks();
                if !self.take(')') {
                    return Err(self.fail("a closing )"));
                }
                inner
            }
            '\'' => Node::Word(self.until('\'')?.to_owned()),
            '<' => {
                let inner = self.until('>')?;
                let (name, values) = inner.split_once(':').unwrap_or((inner, ""));
                let values = values.split(',').filter(|v| !v.is_empty());
                Node::Lexicon(name.to_owned(), values.map(str::to_owned).collect())
            }
            '{' => Node::Mark(self.until('}')?.split('|').map(str::to_owned).collect()),
            '#' => self.number()?,
            '~' => self.root()?,
            '@' => Node::Class(self.while_(|c| c.is_ascii_lowercase()).to_owned()),
            '.' if self.take('.') => {
                let most = self.while_(|c| c.is_ascii_digit());
                Node::Gap(most.parse().map_err(|_| self.fail("a number after .."))?)
            }
            '!' => Node::NotAhead(Box::new(self.item()?)),
            '&' => Node::Ahead(Box::new(self.item()?)),
            '^' => Node::Begin,
            '$' => Node::End,
            '_' => Node::Glued,
            _ => {
                self.at = start;
                return Err(self.fail("'word', <lexicon>, #, {LABEL}, ~root, @class or ( )"));
            }
        })
    }

    fn number(&mut self) -> Result<Node> {
        if self.rest().starts_with("clock") {
            self.at += "clock".len();
            return Ok(Node::Clock);
        }
        let first = self.while_(|c| c.is_ascii_digit());
        if first.is_empty() {
            return Ok(Node::Number);
        }
        let (digits, low) = if self.take('d') {
            (Some(first), self.while_(|c| c.is_ascii_digit()))
        } else {
            (None, first)
        };
        if !self.take('-') {
            return Err(self.fail("a range such as #1-31"));
        }
        let high = self.while_(|c| c.is_ascii_digit());
        let parse = |text: &str| text.parse().map_err(|_| self.fail("a range such as #1-31"));
        Ok(Node::Range {
            low: parse(low)?,
            high: parse(high)?,
            digits: digits.map(parse).transpose()?.map(|d: u32| d as u8),
        })
    }

    fn root(&mut self) -> Result<Node> {
        let root = self.while_(|c| c.is_alphabetic()).to_owned();
        if root.is_empty() {
            return Err(self.fail("a root after ~"));
        }
        let suffix = if self.take('+') {
            self.while_(char::is_alphabetic).to_owned()
        } else {
            String::new()
        };
        let mut voices = Vec::new();
        // `~vonis.passive|noun`: a bar without blanks goes on with voices
        if self.take('.') {
            loop {
                voices.push(self.while_(|c| c.is_ascii_lowercase()).to_owned());
                let more = self.rest().strip_prefix('|');
                if !more.is_some_and(|m| m.starts_with(|c: char| c.is_ascii_lowercase())) {
                    break;
                }
                self.at += 1;
            }
        }
        Ok(Node::Root {
            root,
            suffix,
            voices,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_language() {
        let node = parse("weekday:<weekdays> '(' day:#1-31 '/' month:#1-12 ')'").unwrap();
        let Node::Sequence(items) = node else {
            panic!("{node:?}")
        };
        assert_eq!(items.len(), 6);
        assert_eq!(
            items[2],
            Node::Capture(
                "day".into(),
                Box::new(Node::Range {
                    low: 1,
                    high: 31,
                    digits: None
                })
            )
        );
        assert_eq!(
            parse("~resmi+kan.passive|noun 'oleh'?").unwrap(),
            Node::Sequence(vec![
                Node::Root {
                    root: "resmi".into(),
                    suffix: "kan".into(),
                    voices: vec!["passive".into(), "noun".into()]
                },
                Node::Repeat {
                    node: Box::new(Node::Word("oleh".into())),
                    least: 0,
                    most: 1
                },
            ])
        );
        assert!(parse("{PER|ORG} ..4 !'x' $").is_ok());
    }

    #[test]
    fn errors_say_where() {
        for (source, expected) in [
            ("", "something to match"),
            ("'a", "a closing '"),
            ("('a'", "a closing )"),
            ("#1", "a range"),
            ("%", "'word'"),
            ("'a' )", "end of pattern"),
        ] {
            let message = parse(source).unwrap_err().to_string();
            assert!(message.contains(expected), "{source}: {message}");
        }
    }
}
