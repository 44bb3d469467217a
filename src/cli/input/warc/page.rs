//! A page of HTML to an article: main text, headline, outlet and day of publication.

use super::super::super::article::{self, Reject};
use super::depth;
use super::http::Response;
use super::language::Languages;
use crate::pipeline::caught;
use crate::schema::Article;
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use jiff::civil::Date;

/// A text that is shorter is a caption or a notice, no article.
const LEAST_TEXT: usize = 140;

/// So many bytes of HTML have no page of news.
const MOST_HTML: usize = 8 << 20;

/// A page with more elements than this is no article, and costs too much.
const MOST_ELEMENTS: usize = 50_000;

/// So far into the page a declaration of its characters may stand, as browsers have it.
const DECLARED_WITHIN: usize = 1024;

/// Where pages of news say when they were published, besides what the extractor knows.
const DATES: [(&str, &str); 9] = [
    ("meta[itemprop='datePublished']", "content"),
    ("meta[name='publishdate']", "content"),
    ("meta[name='content_PublishedDate']", "content"),
    ("meta[name='pubdate']", "content"),
    ("meta[name='publish-date']", "content"),
    ("meta[name='date']", "content"),
    ("meta[property='og:published_time']", "content"),
    ("time[itemprop='datePublished']", "datetime"),
    ("article time[datetime]", "datetime"),
];

/// A page of an archive.
pub(in crate::cli::input) struct Page {
    url: String,
    response: Response,
}

impl Page {
    pub(super) fn new(url: String, response: Response) -> Self {
        Self { url, response }
    }

    /// Roughly the memory that it takes.
    pub(in crate::cli::input) fn size(&self) -> usize {
        self.response.size()
    }

    /// The article, under the page's address; `languages` refuses what is not Indonesian.
    pub(in crate::cli::input) fn article(
        self,
        languages: Option<&Languages>,
    ) -> (Option<String>, Result<Article, Reject>) {
        let html = decoded(&self.response.body(), &self.response.content_type);
        let read = caught(|| read(&html, &self.url));
        let article = read.unwrap_or_else(|why| Err(no_article(&why)));
        let article = article.and_then(|article| {
            let foreign = languages.and_then(|languages| languages.foreign(&article.text));
            match foreign {
                Some(language) => Err(Reject::new(
                    article::OTHER_LANGUAGE,
                    format!("the language is {language}; --any-language takes it all the same"),
                )),
                None => Ok(article),
            }
        });
        (Some(self.url).filter(|url| !url.is_empty()), article)
    }
}

fn no_article(why: &str) -> Reject {
    Reject::new(
        article::NO_ARTICLE,
        format!("no article on this page: {why}"),
    )
}

fn read(html: &str, url: &str) -> Result<Article, Reject> {
    let config = Config {
        max_elements_to_parse: MOST_ELEMENTS,
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let failed = |e: dom_smoothie::ReadabilityError| no_article(&e.to_string());
    if html.len() > MOST_HTML || depth::opens_too_many(html) {
        return Err(no_article("larger or deeper than pages of news are"));
    }
    let mut page = Readability::new(html, None, Some(config)).map_err(failed)?;
    if depth::is_too_deep(&page) {
        return Err(no_article("deeper than pages of news are"));
    }
    // before the extractor takes the page apart
    let dates: Vec<String> = (DATES.iter())
        .filter_map(|(place, attribute)| page.doc.select_single(place).attr(attribute))
        .map(|date| date.to_string())
        .collect();
    let found = page.parse().map_err(failed)?;
    let text = found.text_content.trim();
    if text.len() < LEAST_TEXT {
        return Err(no_article("too little text"));
    }
    let said = found.published_time.iter().chain(&dates);
    let published = said.filter_map(|date| day(date)).next();
    Ok(Article {
        published: published.or_else(|| day_of_address(url)),
        title: Some(found.title.trim().to_owned()).filter(|title| !title.is_empty()),
        source: found.site_name.or_else(|| host(url)),
        ..Article::new(text)
    })
}

/// The characters of a page, by its mark, its header, its own declaration, else UTF-8.
fn decoded(bytes: &[u8], content_type: &str) -> String {
    let start = bytes.get(..DECLARED_WITHIN).unwrap_or(bytes);
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let declared = charset(content_type).or_else(|| charset(&start));
    let guess = || match std::str::from_utf8(bytes) {
        Ok(_) => encoding_rs::UTF_8,
        Err(_) => encoding_rs::WINDOWS_1252,
    };
    let encoding = declared.unwrap_or_else(guess);
    encoding.decode(bytes).0.into_owned()
}

/// What stands behind `charset=`.
fn charset(text: &str) -> Option<&'static Encoding> {
    let name = text
        .split("charset=")
        .nth(1)?
        .trim_start_matches(['"', '\'', ' ']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c));
    Encoding::for_label(&name.as_bytes()[..end.unwrap_or(name.len())])
}

/// A day at the beginning of a value such as `2024-08-14T10:00:00+07:00` or `2024/08/14 10:00`.
fn day(value: &str) -> Option<Date> {
    let start: String = value.trim().chars().take(10).collect();
    Article::parse_published(&start.replace('/', "-")).ok()
}

/// The day in an address such as `…/2024/08/14/…`.
fn day_of_address(url: &str) -> Option<Date> {
    let parts: Vec<&str> = url.split(['/', '-']).collect();
    let mut days = parts.windows(3).filter_map(|part| {
        let [year, month, day] = [part[0], part[1], part[2]];
        let is_day = year.len() == 4 && month.len() == 2 && day.len() == 2;
        let date =
            is_day.then(|| Article::parse_published(&format!("{year}-{month}-{day}")).ok())??;
        (1990..2100).contains(&date.year()).then_some(date)
    });
    days.next()
}

fn host(url: &str) -> Option<String> {
    let host = url
        .split("://")
        .nth(1)?
        .split(['/', '?', '#', ':'])
        .next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    Some(host.to_owned()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(head: &str, url: &str) -> Result<Article, Reject> {
        let paragraph = "<p>Bupati melantik Budi Santoso sebagai kepala dinas di pendopo kabupaten. Ia mulai bekerja besok pagi, kata bupati kepada wartawan yang hadir.</p>";
        let html = format!(
            "<html><head><title>Budi Dilantik Bupati - Harian Kami</title>{head}</head><body><nav><a href=/>Beranda</a> <a href=/o>Olahraga</a></nav><article><h1>Budi Dilantik Bupati</h1>{}</article><footer>Hak cipta</footer></body></html>",
            paragraph.repeat(4)
        );
        read(&html, url)
    }

    #[test]
    fn main_text_title_and_day() {
        let meta = "<meta name=publishdate content='2024/08/14 09:00'><meta property='og:site_name' content='Harian Kami'>";
        let article = page(meta, "https://www.kami.id/2020/01/02/budi").unwrap();
        assert!(
            article.text.starts_with("Bupati melantik"),
            "{}",
            article.text
        );
        assert!(article.text.contains("hadir.") && !article.text.contains("hadir.Bupati"));
        assert!(!article.text.contains("Beranda") && !article.text.contains("Hak cipta"));
        assert!(article.title.unwrap().starts_with("Budi Dilantik Bupati"));
        assert_eq!(article.published.unwrap().to_string(), "2024-08-14");
        assert_eq!(article.source.as_deref(), Some("Harian Kami"));
        let article = page("", "https://www.kami.id/2020/01/02/budi").unwrap();
        assert_eq!(article.published.unwrap().to_string(), "2020-01-02");
        assert_eq!(article.source.as_deref(), Some("kami.id"));
        let graph = r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Budi","datePublished":"2021-05-06T07:00:00+07:00"}</script>"#;
        let article = page(graph, "").unwrap();
        assert_eq!(article.published.unwrap().to_string(), "2021-05-06");
        assert_eq!(article.source, None);
    }

    #[test]
    fn pages_without_an_article() {
        for html in [
            "",
            "<p>Budi</p>",
            "\u{0}<<<>",
            "<html><body><a href=x>y</a>",
        ] {
            assert_eq!(read(html, "").unwrap_err().code, article::NO_ARTICLE);
        }
        // depth would break whoever recurses: that of the limit must not
        let text = "<p>Budi tiba di Bali, kata Ani kepada wartawan.</p>".repeat(9);
        for depth in [500, 30_000] {
            let deep = format!("{}{text}", "<div>".repeat(depth));
            assert_eq!(read(&deep, "").is_ok(), depth == 500, "{depth}");
        }
    }

    #[test]
    fn characters_are_decoded() {
        assert_eq!(decoded(b"caf\xe9", "text/html"), "café");
        assert_eq!(decoded(b"caf\xe9", "text/html; charset=iso-8859-1"), "café");
        let declared = b"<meta charset=\"windows-1252\">\x93Budi\x94";
        assert!(decoded(declared, "").ends_with("“Budi”"));
        assert_eq!(decoded("“é”".as_bytes(), ""), "“é”");
        assert_eq!(
            decoded(b"\xef\xbb\xbfBudi", "text/html; charset=latin1"),
            "Budi"
        );
        assert_eq!(decoded(b"a", "charset="), "a");
    }

    #[test]
    fn days_of_addresses() {
        let day = |url: &str| day_of_address(url).map(|day| day.to_string());
        assert_eq!(
            day("http://a/read/2024-08-14-budi").as_deref(),
            Some("2024-08-14")
        );
        assert_eq!(day("http://a/2024/13/14/budi"), None);
        assert_eq!(day("http://a/0001/01/01"), None);
        assert_eq!(day(""), None);
    }
}
