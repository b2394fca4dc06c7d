//! Furigana: readings over a unit's name and over the hard fixed words, where a page says them for the first time.

use crate::kana;
use domain::letters::is_kana;

/// What a template writes into the tag of an element whose own words may get readings; it is taken out again.
///
/// Nothing that people typed can look like it: in a page their quotation marks are escaped.
pub(crate) const MARK: &str = " data-furigana=\"\"";

/// The hard words of the pages, longer ones before those that they contain.
const READINGS: [(&str, &str); 18] = [
    ("有効期限", "ゆうこうきげん"),
    ("利用方針", "りようほうしん"),
    ("運用方針", "うんようほうしん"),
    ("所管部署", "しょかんぶしょ"),
    ("管理番号", "かんりばんごう"),
    ("公式", "こうしき"),
    ("運用", "うんよう"),
    ("掲載", "けいさい"),
    ("休止", "きゅうし"),
    ("廃止", "はいし"),
    ("停止", "ていし"),
    ("偽", "にせ"),
    ("判定", "はんてい"),
    ("登録", "とうろく"),
    ("発信", "はっしん"),
    ("窓口", "まどぐち"),
    ("返信", "へんしん"),
    ("口座", "こうざ"),
];

/// The page with readings over each hard word, once a page, within the elements that a template has marked.
pub(crate) fn over_words(page: &str) -> String {
    let mut given = Given::default();
    let mut done = String::with_capacity(page.len() + 1024);
    let mut rest = page;
    while let Some(at) = rest.find(MARK) {
        let (before, marked) = rest.split_at(at);
        let after = marked.strip_prefix(MARK).unwrap_or_default();
        let tag = before.rsplit('<').next().and_then(|tag| tag.split([' ', '\n']).next()).unwrap_or_default();
        let end = after.find(&format!("</{tag}>")).unwrap_or(after.len());
        let (element, further) = after.split_at(end);
        done.push_str(before);
        given.write_element(element, &mut done);
        rest = further;
    }
    done.push_str(rest);
    done
}

/// The reading to be set over a name of a unit or an account: none where it is not known, is no kana, or says what the name says anyway.
pub(crate) fn of_name(name: &str, reading: &str) -> Option<String> {
    let reading = kana::fold(reading.trim());
    (is_kana(&reading) && kana::fold(name) != reading).then_some(reading)
}

/// The words that have their reading already.
#[derive(Default)]
struct Given([bool; READINGS.len()]);

impl Given {
    /// Writes the rest of an opening tag and what the element holds; tags are left alone.
    fn write_element(&mut self, element: &str, done: &mut String) {
        let (tag, mut rest) = element.split_at(element.find('>').unwrap_or(element.len()));
        done.push_str(tag);
        while !rest.is_empty() {
            // Each round takes the end of a tag with the text behind it, up to the next tag.
            let (end, text) = rest.split_at(rest.find('>').map_or(rest.len(), |at| at + 1));
            let (text, next) = text.split_at(text.find('<').unwrap_or(text.len()));
            done.push_str(end);
            self.write_text(text, done);
            rest = next;
        }
    }

    /// Writes a text, with readings over what has none yet.
    fn write_text(&mut self, mut text: &str, done: &mut String) {
        while let Some(letter) = text.chars().next() {
            let found = READINGS.iter().zip(&mut self.0).find(|((word, _), _)| text.starts_with(word));
            let length = match found {
                Some(((word, _), given)) if *given => {
                    done.push_str(word);
                    word.len()
                }
                Some(((word, reading), given)) => {
                    *given = true;
                    for part in ["<ruby>", word, "<rp>（</rp><rt>", reading, "</rt><rp>）</rp></ruby>"] {
                        done.push_str(part);
                    }
                    word.len()
                }
                None => {
                    done.push(letter);
                    letter.len_utf8()
                }
            };
            text = text.get(length..).unwrap_or_default();
        }
    }
}
