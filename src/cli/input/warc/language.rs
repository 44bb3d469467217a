//! Whether a text is Indonesian.
//!
//! Two libraries share the question. `whatlang` tells 70 languages apart, Malay not among them: what it calls
//! Indonesian may be Malay. `lingua` then decides between these two by its n-grams of both.

use lingua::{Language, LanguageDetector, LanguageDetectorBuilder};

/// So many characters are enough to tell; reading more would cost more than it tells.
const CHARACTERS: usize = 1500;

/// Tells languages.
pub(in crate::cli::input) struct Languages(LanguageDetector);

impl Default for Languages {
    fn default() -> Self {
        let two = [Language::Indonesian, Language::Malay];
        Self(LanguageDetectorBuilder::from_languages(&two).build())
    }
}

impl Languages {
    /// The English name of the text's language, where it is not Indonesian.
    pub(super) fn foreign(&self, text: &str) -> Option<&'static str> {
        let end = text.char_indices().nth(CHARACTERS);
        let start = end.map_or(text, |(end, _)| &text[..end]);
        match whatlang::detect_lang(start) {
            Some(whatlang::Lang::Ind) => match self.0.detect_language_of(start) {
                Some(Language::Malay) => Some("Malay"),
                _ => None,
            },
            Some(other) => Some(other.eng_name()),
            None => Some("no known language"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indonesian_malay_and_others() {
        let languages = Languages::default();
        for (expected, text) in [
            (
                None,
                "Polisi menangkap seorang pria karena diduga mencuri uang tunai dari sebuah rumah di Bekasi pada Kamis malam. Kapolres mengatakan pelaku ditangkap setelah warga melapor.",
            ),
            (
                None,
                "Presiden meresmikan jalan tol di Jawa Tengah, Senin (12/8). Menurut dia, jalan itu akan mempercepat pengiriman barang ke pelabuhan.",
            ),
            (
                Some("Malay"),
                "Polis menahan seorang lelaki kerana disyaki mencuri wang tunai dari sebuah rumah di Petaling Jaya pada malam Khamis. Ketua Polis Daerah berkata suspek ditahan selepas orang awam membuat laporan.",
            ),
            (
                Some("Malay"),
                "Perdana Menteri merasmikan lebuh raya baharu di Johor semalam. Menurut beliau, lebuh raya itu akan mempercepatkan penghantaran barangan ke pelabuhan.",
            ),
            (
                Some("Javanese"),
                "Presiden ngandika yen pamarentah bakal menehi pitulungan marang warga sing kena banjir ing Jawa Tengah dina Senin wingi.",
            ),
            (
                Some("English"),
                "Police arrested a man suspected of stealing cash from a house in Bekasi on Thursday night, the chief of police said.",
            ),
        ] {
            assert_eq!(languages.foreign(text), expected, "{text}");
        }
        assert!(languages.foreign("").is_some());
    }
}
