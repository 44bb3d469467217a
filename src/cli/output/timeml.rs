//! TimeML, as the scorers of the field read and write it: the text with `TIMEX3` elements.

use crate::schema::Time;
use jiff::civil::Date;
use std::fmt::Write;

/// A document to find times in.
#[derive(Debug, PartialEq)]
pub(in crate::cli) struct Document {
    pub id: Option<String>,
    /// The creation time.
    pub published: Option<Date>,
    /// The text without tags.
    pub text: String,
}

/// Whether a text is a TimeML document.
pub(in crate::cli) fn is_timeml(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<TimeML") || text.starts_with("<?xml") && text.contains("<TimeML")
}

/// Reads `DOCID`, the creation time and `TEXT`; other elements and all inner tags are left out.
pub(in crate::cli) fn read(source: &str) -> Document {
    let element = |name: &str| {
        let open = source.find(&format!("<{name}"))?;
        let start = open + source[open..].find('>')? + 1;
        let length = source[start..].find(&format!("</{name}>"))?;
        Some(&source[start..start + length])
    };
    let day = |value: &str| value.get(..10).and_then(|day| day.parse().ok());
    let published = element("DCT").and_then(|dct| {
        let value = dct
            .split("value=\"")
            .nth(1)
            .and_then(|v| v.split('"').next());
        value.and_then(day).or_else(|| day(plain(dct).trim()))
    });
    // the line breaks next to the tags belong to the markup
    let text = element("TEXT").map_or("", |text| {
        let text = text.strip_prefix('\n').unwrap_or(text);
        text.strip_suffix('\n').unwrap_or(text)
    });
    Document {
        id: element("DOCID").map(|id| plain(id).trim().to_owned()),
        published,
        text: plain(text),
    }
}

/// A document with its times, whose spans count bytes, marked.
pub(in crate::cli) fn write(id: &str, text: &str, day: Option<Date>, times: &[Time]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TimeML>\n");
    let _ = writeln!(out, "<DOCID>{}</DOCID>", escape(id));
    if let Some(day) = day {
        let _ = writeln!(
            out,
            "<DCT><TIMEX3 tid=\"t0\" type=\"DATE\" value=\"{day}\" temporalFunction=\"false\" \
             functionInDocument=\"CREATION_TIME\">{day}</TIMEX3></DCT>"
        );
    }
    out.push_str("<TEXT>\n");
    let mut end = 0;
    for time in times {
        let (from, to) = (time.span.start as usize, time.span.end as usize);
        out.push_str(&escape(text.get(end..from).unwrap_or("")));
        let _ = write!(
            out,
            "<TIMEX3 tid=\"{}\" type=\"{}\" value=\"{}\"",
            time.id, time.kind, time.value
        );
        let attributes = [
            ("mod", &time.modifier),
            ("quant", &time.quant),
            ("freq", &time.freq),
        ];
        for (name, value) in attributes {
            if let Some(value) = value {
                let _ = write!(out, " {name}=\"{}\"", escape(value));
            }
        }
        let _ = write!(out, ">{}</TIMEX3>", escape(&time.text));
        end = to;
    }
    out.push_str(&escape(text.get(end..).unwrap_or("")));
    out.push_str("\n</TEXT>\n</TimeML>\n");
    out
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Text without tags, with the five entities of XML read.
fn plain(marked: &str) -> String {
    let mut out = String::with_capacity(marked.len());
    let mut rest = marked;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('<') {
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
            continue;
        }
        let entities = [
            ("&amp;", '&'),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
            ("&apos;", '\''),
        ];
        match entities.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, c)) => {
                out.push(*c);
                rest = &rest[name.len()..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        let source = "<?xml version=\"1.0\" ?>\n<TimeML>\n<DOCID>b1</DOCID>\n\
            <DCT><TIMEX3 tid=\"t0\" type=\"DATE\" value=\"2024-08-14\">14 Agustus</TIMEX3></DCT>\n\
            <TEXT>\nA &amp; B pergi <TIMEX3 tid=\"t1\">kemarin</TIMEX3>.\n</TEXT>\n</TimeML>";
        assert!(is_timeml(source));
        assert!(!is_timeml("Selasa (13/8)"));
        let document = read(source);
        assert_eq!(document.id.as_deref(), Some("b1"));
        assert_eq!(document.published, Some(jiff::civil::date(2024, 8, 14)));
        assert_eq!(document.text, "A & B pergi kemarin.");
        let again = write("b1", &document.text, document.published, &[]);
        assert_eq!(read(&again), document);
    }

    #[test]
    fn broken_markup_gives_what_there_is() {
        for source in [
            "<TimeML>",
            "<TimeML><TEXT>a < b",
            "<TimeML><TEXT",
            "<TimeML><DCT>x</DCT>",
        ] {
            assert_eq!(read(source).text, "");
        }
        assert_eq!(plain("a & b &lt; c <d"), "a & b < c ");
    }
}
