//! Login names: one person, one name, however it is typed.

use unicode_normalization::UnicodeNormalization;

const SHORTEST: usize = 3;
const LONGEST: usize = 64;

/// A login name in the one form in which it is kept, compared and counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginName(String);

impl LoginName {
    /// The one form of whatever was typed: width, case, spaces and what cannot be seen make no difference.
    pub fn typed(text: &str) -> Self {
        // What is too long to be a name is no name; it is not worked on either.
        let text: String = text.chars().take(4 * LONGEST).collect();
        let once: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !unseen(*c)).collect();
        Self(once.nfkc().flat_map(char::to_lowercase).filter(|c| !unseen(*c)).nfc().collect())
    }

    /// The name, if it may be chosen; else what is wrong with it.
    pub fn chosen(text: &str) -> Result<Self, String> {
        let name = Self::typed(text);
        let length = name.0.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Err(format!("ログイン名は{SHORTEST}文字以上{LONGEST}文字以内にしてください（今は{length}文字）。"));
        }
        if let Some(wrong) = name.0.chars().find(|c| !c.is_alphanumeric() && !"._-@".contains(*c)) {
            return Err(format!(
                "ログイン名に「{wrong}」は使えません。文字、数字、ピリオド、ハイフン、下線、@ を使ってください。"
            ));
        }
        Ok(name)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a reader does not see: spaces, controls, and marks of no width.
fn unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
        )
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::LoginName;

    #[test]
    fn a_name_is_one_name_however_it_is_spelled() {
        let mut spellings = 0;
        for letters in [
            "tanaka.k",
            "TANAKA.K",
            "Tanaka.K",
            "ｔａｎａｋａ．ｋ",
            "ＴＡＮＡＫＡ．Ｋ",
            "tAnAkA.k",
            "TANAKA．k",
            "tanaKa.K",
        ] {
            for gap in ["", " ", "\u{3000}", "\t", "\u{a0}", "\u{200b}", "\u{feff}", "\u{2060}", "\u{ad}", "\r\n"] {
                for spelling in
                    [format!("{gap}{letters}"), format!("{letters}{gap}"), letters.replace("na", &format!("n{gap}a"))]
                {
                    assert_eq!(LoginName::typed(&spelling).as_str(), "tanaka.k", "{spelling:?}");
                    spellings += 1;
                }
            }
        }
        assert!(spellings >= 200, "{spellings}");
        assert_ne!(LoginName::typed("tanaka.x"), LoginName::typed("tanaka.k"));
    }

    #[test]
    fn what_cannot_be_a_name_is_told_why() {
        insta::assert_snapshot!(LoginName::chosen("k ").unwrap_err(), @"ログイン名は3文字以上64文字以内にしてください（今は1文字）。");
        insta::assert_snapshot!(LoginName::chosen("広報/室").unwrap_err(), @"ログイン名に「/」は使えません。文字、数字、ピリオド、ハイフン、下線、@ を使ってください。");
        assert_eq!(LoginName::chosen(" 広報 ０１").map(|name| name.as_str().to_owned()), Ok("広報01".to_owned()));
    }
}
