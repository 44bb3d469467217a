//! How deeply the elements of a page lie one in another.
//!
//! Parsers of HTML take quadratic time where elements are never closed, and the extractor of the main text calls
//! itself for each level: one page could hold up, or end, a run over millions. Browsers stop at 512 levels.

use dom_smoothie::Readability;

/// No page that people read is deeper.
const MOST: usize = 512;

/// Elements without content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements that the next of their kind closes, so that many pages leave it out.
const CLOSED_BY_NEXT: [&str; 18] = [
    "body", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rb", "rp", "rt", "tbody",
    "td", "tfoot", "th", "thead", "tr",
];

/// Whether the source opens more elements than it closes, too many for a page; looks at no element twice.
pub(super) fn opens_too_many(html: &str) -> bool {
    let (mut depth, mut drawing, mut rest) = (0usize, false, html);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
            continue;
        }
        let closes = rest.starts_with('/');
        let start = if closes { &rest[1..] } else { rest };
        let end = start.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let (name, after) = start.split_at(end.unwrap_or(start.len()));
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let name = name.to_ascii_lowercase();
        let end = after.find(['<', '>']).unwrap_or(after.len());
        rest = &after[end..];
        if name == "svg" || name == "math" {
            drawing = !closes;
        }
        // a slash at the end closes in drawings only
        let is_empty = VOID.contains(&&*name) || drawing && after[..end].ends_with('/');
        if is_empty || CLOSED_BY_NEXT.contains(&&*name) {
            continue;
        }
        if closes {
            depth = depth.saturating_sub(1);
            continue;
        }
        depth += 1;
        if depth > MOST {
            return true;
        }
        // what looks like elements in these is text
        if matches!(&*name, "script" | "style" | "textarea" | "title") {
            rest = find_close(rest, &name);
        }
    }
    false
}

/// The text from the end tag on.
fn find_close<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = &rest[at..];
        let found = rest.get(2..2 + name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return rest;
        }
        rest = &rest[2..];
    }
    ""
}

/// Whether the page as it was read is too deep.
pub(super) fn is_too_deep(page: &Readability) -> bool {
    let mut node = page.doc.root();
    let mut depth = 0;
    loop {
        if let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            if depth > MOST {
                return true;
            }
            continue;
        }
        loop {
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else {
                return false;
            };
            node = parent;
            depth = depth.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed_too_deep(html: &str) -> bool {
        is_too_deep(&Readability::new(html, None, None).unwrap())
    }

    #[test]
    fn depth_is_told() {
        let deep = |count: usize| "<div class=a>".repeat(count);
        assert!(opens_too_many(&deep(600)) && parsed_too_deep(&deep(600)));
        assert!(!opens_too_many(&deep(400)) && !parsed_too_deep(&deep(400)));
        assert!(opens_too_many(&"<x/>".repeat(600)) && parsed_too_deep(&"<x/>".repeat(600)));
        for flat in [
            "<p>a<br><img src=x>",
            "<DIV><B>a</B></DIV>",
            "<svg><path d=1/><g/></svg>",
            "<!-- <b> --><script>'<b><i>'</SCRIPT>",
            "<ul><li>a<li>b</ul>",
            "<table><tr><td>a<td>b</table>",
            "a < b <1 < ",
        ] {
            assert!(!opens_too_many(&flat.repeat(2000)), "{flat}");
        }
        assert!(!opens_too_many(&"<!--".repeat(100_000)));
        assert!(!opens_too_many(&"<script>".repeat(100_000)));
    }

    proptest! {
        #[test]
        fn any_text_is_taken(html in "(</?(div|svg|script|p|b)|[ /<>a!-]|\\PC){0,60}") {
            prop_assert!(!opens_too_many(&html));
        }
    }
}
