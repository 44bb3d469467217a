//! The page's parts put together: template, style, script, data.

use std::hash::{DefaultHasher, Hasher};

const TEMPLATE: &str = include_str!("page/page.html");
const SCORES_TEMPLATE: &str = include_str!("page/scores.html");
const STYLE: &str = include_str!("page/style.css");

/// What every page needs.
const BASE: [&str; 2] = [include_str!("page/dom.js"), include_str!("page/text.js")];
const REPORT: [&str; 8] = [
    include_str!("page/model.js"),
    include_str!("page/events.js"),
    include_str!("page/article.js"),
    include_str!("page/timeline.js"),
    include_str!("page/graph.js"),
    include_str!("page/counts.js"),
    include_str!("page/panel.js"),
    include_str!("page/live.js"),
];
/// It starts the page, so it is the last.
const MAIN: &str = include_str!("page/main.js");
const SCORES: &str = include_str!("page/scores.js");

/// The pages that there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Articles and events.
    Report,
    /// An output against gold.
    Scores,
}

impl Kind {
    fn template(self) -> &'static str {
        match self {
            Self::Report => TEMPLATE,
            Self::Scores => SCORES_TEMPLATE,
        }
    }

    /// The script's files share one scope of their own.
    fn script(self) -> String {
        let mut script = String::from("(() => {\n\"use strict\";\n");
        script.push_str(&BASE.concat());
        match self {
            Self::Report => {
                script.push_str(&REPORT.concat());
                script.push_str(MAIN);
            }
            Self::Scores => script.push_str(SCORES),
        }
        script.push_str("})();\n");
        script
    }
}

/// A page that holds everything; `json` must have no `<`.
pub(super) fn inline(kind: Kind, json: &str) -> String {
    // The policy lets run the script that bears this name, and no other. The name depends on all texts, so
    // that none of them can know it.
    let mut hasher = DefaultHasher::new();
    hasher.write(json.as_bytes());
    let nonce = format!("{:016x}", hasher.finish());
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; \
         form-action 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'\">"
    );
    fill(
        kind.template(),
        &policy,
        &format!("<style nonce=\"{nonce}\">\n{STYLE}</style>"),
        json,
        &format!("<script nonce=\"{nonce}\">\n{}</script>", kind.script()),
    )
}

fn fill(template: &str, policy: &str, style: &str, json: &str, script: &str) -> String {
    let data = format!("<script type=\"application/json\" id=\"data\">{json}</script>");
    // The data come last: nothing in them is a place to fill.
    template
        .replace("<!--policy-->", policy)
        .replace("<!--style-->", style)
        .replace("<!--script-->", script)
        .replace("<!--data-->", &data)
}

/// The same page as files of a server: the page, its style and its script.
#[cfg(feature = "serve")]
pub(crate) struct Linked {
    /// The page, without articles; a box on it asks the server.
    pub html: String,
    /// At `assets/page.css`.
    pub style: &'static str,
    /// At `assets/page.js`.
    pub script: String,
}

#[cfg(feature = "serve")]
impl Linked {
    pub(crate) fn new() -> Self {
        Self {
            html: fill(
                TEMPLATE,
                "",
                "<link rel=\"stylesheet\" href=\"assets/page.css\">\n<link rel=\"icon\" href=\"data:,\">",
                r#"{"live": true, "articles": []}"#,
                "<script src=\"assets/page.js\" defer></script>",
            ),
            style: STYLE,
            script: Kind::Report.script(),
        }
    }
}
