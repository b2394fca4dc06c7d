//! Searching (検索): how words are folded, and into which pieces they are cut, so that both engines find the same.
//!
//! What is folded is a key to find by; it is never shown and never kept in place of what somebody wrote.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::account::{Account, Standing};
use crate::case::{Case, CaseState};
use crate::id::UnitId;
use crate::listing::ListingRecord;
use crate::register::Impersonator;

/// Forms of a character that people take for the same when they look for a name or a place.
const FORMS: &[(char, &str)] = &[
    ('高', "髙"),
    ('崎', "﨑嵜埼碕"),
    ('辺', "邉邊"),
    ('斎', "齋斉齊"),
    ('沢', "澤"),
    ('浜', "濱濵"),
    ('国', "國"),
    ('広', "廣"),
    ('島', "嶋嶌"),
    ('桜', "櫻"),
    ('真', "眞"),
    ('恵', "惠"),
    ('円', "圓"),
    ('学', "學"),
    ('県', "縣"),
    ('区', "區"),
    ('会', "會"),
    ('徳', "德"),
    ('瀬', "瀨"),
    ('曽', "曾"),
    ('静', "靜"),
    ('条', "條"),
    ('栄', "榮"),
    ('竜', "龍"),
    ('滝', "瀧"),
    ('蔵', "藏"),
    ('寿', "壽"),
    ('万', "萬"),
    ('礼', "禮"),
    ('吉', "𠮷"),
    ('渕', "淵渊"),
    ('峰', "峯"),
    ('芦', "蘆"),
    ('関', "關"),
    ('豊', "豐"),
    ('実', "實"),
    ('塩', "鹽"),
    ('鉄', "鐵"),
    ('亀', "龜"),
    ('駅', "驛"),
    ('画', "畫"),
    ('気', "氣"),
];

/// The usual form of each of them.
static USUAL: LazyLock<HashMap<char, char>> =
    LazyLock::new(|| FORMS.iter().flat_map(|(usual, forms)| forms.chars().map(|form| (form, *usual))).collect());

/// A record as it is searched: its words, and the keys that lists are filtered by.
pub trait Searched {
    /// What its words are, each a field of its own.
    fn words(&self) -> Vec<String>;
    /// The keys of lists that it belongs to.
    fn keys(&self) -> Vec<String>;

    /// Everything it is found by.
    fn terms(&self) -> BTreeSet<String> {
        let mut terms: BTreeSet<String> = self.words().iter().flat_map(|word| pieces(&fold(word))).collect();
        terms.extend(self.keys());
        terms.insert(ALL.to_owned());
        terms
    }

    /// Whether its words hold every word of a question, each somewhere.
    fn holds(&self, question: &Question) -> bool {
        let words: Vec<String> = self.words().iter().map(|word| fold(word)).collect();
        question.words.iter().all(|asked| words.iter().any(|word| word.contains(asked.as_str())))
    }
}

/// The key that every record has.
pub const ALL: &str = "all:";

/// What somebody looks for: words, all of which have to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    words: Vec<String>,
}

impl Question {
    /// Reads what was typed: words with white space between them.
    pub fn read(typed: &str) -> Self {
        Self { words: typed.split_whitespace().map(fold).filter(|word| !word.is_empty()).take(8).collect() }
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The pieces that a record has to have; having them all, it may still not hold the words.
    pub fn pieces(&self) -> Vec<String> {
        let mut found = BTreeSet::new();
        for word in &self.words {
            match word.chars().count() {
                1 => found.extend([word.clone()]),
                _ => found.extend(pairs(word)),
            }
        }
        found.into_iter().collect()
    }

    /// Whether a text holds every word.
    pub fn is_in(&self, text: &str) -> bool {
        self.is_in_folded(&fold(text))
    }

    /// The same for a text that was folded before.
    pub fn is_in_folded(&self, folded: &str) -> bool {
        self.words.iter().all(|word| folded.contains(word.as_str()))
    }
}

/// A text as it is compared: width, case, kana and the forms of a character make no difference.
pub fn fold(text: &str) -> String {
    let plain = text.nfkc().flat_map(char::to_lowercase).map(|c| match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => *USUAL.get(&c).unwrap_or(&c),
    });
    plain.filter(|c| !c.is_control()).collect()
}

/// The key of a unit's records.
pub fn unit(unit: &UnitId) -> String {
    format!("unit:{unit}")
}

/// The key of the accounts that stand so.
pub fn standing(label: &str) -> String {
    format!("standing:{label}")
}

/// The key of the accounts on a network.
pub fn network(network: &str) -> String {
    format!("network:{network}")
}

/// The key of the cases in a state.
pub fn state(state: &CaseState) -> String {
    let word = match state {
        CaseState::Open => "open",
        CaseState::Completed { .. } => "completed",
        CaseState::Withdrawn { .. } => "withdrawn",
    };
    format!("state:{word}")
}

/// The key of the cases of a procedure.
pub fn procedure(id: &str) -> String {
    format!("procedure:{id}")
}

impl Searched for Account {
    fn words(&self) -> Vec<String> {
        let record = match &self.standing {
            Standing::Listed(listed) => listed.record.as_deref(),
            _ => None,
        };
        let record: Option<ListingRecord> = record.and_then(|record| serde_json::from_str(record).ok());
        let known = [&self.network_name, &self.name, &self.url, &self.number];
        let mut words: Vec<String> = known.into_iter().flatten().cloned().collect();
        words.push(self.id.0.clone());
        words.extend(self.address.iter().map(|address| address.key.clone()));
        if let Some(record) = record {
            words.extend([record.handle, record.name_kana, record.name_en].into_iter().flatten());
            words.push(record.purpose);
            words.extend(record.policy.into_iter().map(|row| row.text));
        }
        words
    }

    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.units.iter().map(unit).collect();
        keys.push(standing(self.standing.label()));
        keys.extend(self.network.as_ref().map(|id| network(&id.to_string())));
        keys
    }
}

impl Searched for Case {
    /// A policy's texts are found in its case while the case runs; afterwards in the account on whose list they stand.
    fn words(&self) -> Vec<String> {
        let mut words = vec![self.id.0.clone()];
        words.extend([&self.number, &self.acquired_url].into_iter().flatten().cloned());
        let Some(policy) = self.policy.as_ref().and_then(|policy| policy.content.as_ref()) else { return words };
        let names = [&policy.account_name, &policy.account_name_kana, &policy.account_name_en, &policy.url];
        words.extend(names.into_iter().flatten().cloned());
        if self.state == CaseState::Open {
            let texts = [&self.theme, &policy.purpose, &policy.audience, &policy.information, &policy.note];
            words.extend(texts.into_iter().flatten().cloned());
            words.extend(policy.further.values().cloned());
        }
        words
    }

    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.units.iter().map(unit).collect();
        keys.push(state(&self.state));
        keys.push(procedure(&self.procedure));
        keys
    }
}

/// A case with what it is called: whoever reads a title in a list can type it to find the case.
#[derive(Debug, Clone, Copy)]
pub struct Titled<'a> {
    /// The case.
    pub case: &'a Case,
    /// As [`Case::title`] calls it.
    pub title: &'a str,
}

impl Searched for Titled<'_> {
    fn words(&self) -> Vec<String> {
        let mut words = self.case.words();
        words.push(self.title.to_owned());
        words
    }

    fn keys(&self) -> Vec<String> {
        self.case.keys()
    }
}

impl Searched for Impersonator {
    fn words(&self) -> Vec<String> {
        vec![self.url.clone(), self.address.key.clone()]
    }

    fn keys(&self) -> Vec<String> {
        vec![network(&self.network.to_string())]
    }
}

/// Every character and every pair of neighbours, word by word.
fn pieces(folded: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in folded.split_whitespace() {
        found.extend(word.chars().map(String::from));
        found.extend(pairs(word));
    }
    found
}

fn pairs(word: &str) -> impl Iterator<Item = String> {
    word.chars().zip(word.chars().skip(1)).map(|(first, second)| [first, second].into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Text(&'static str);

    impl Searched for Text {
        fn words(&self) -> Vec<String> {
            vec![self.0.to_owned()]
        }

        fn keys(&self) -> Vec<String> {
            Vec::new()
        }
    }

    #[test]
    fn width_case_kana_and_the_form_of_a_character_make_no_difference() {
        for (written, typed) in [
            ("髙﨑ひろば", "高崎ヒロバ"),
            ("ﾐﾎﾝ観光", "みほん観光"),
            ("ＭＩＨＯＮ＿Kanko", "mihon_kanko"),
            ("渡邉", "渡辺"),
        ] {
            assert_eq!(fold(written), fold(typed));
            assert!(Text(written).holds(&Question::read(typed)), "{typed} finds {written}");
        }
        assert!(!Text("観光課").holds(&Question::read("観光 農政")), "every word has to be there");
    }

    #[test]
    fn whatever_holds_the_words_has_the_pieces() {
        let text = Text("令和8年度 春の観光だより（髙﨑）");
        let terms = text.terms();
        for typed in ["観光", "光", "春の観光だより", "高崎 令和8年度", "8"] {
            let question = Question::read(typed);
            assert!(text.holds(&question), "{typed}");
            for piece in question.pieces() {
                assert!(terms.contains(&piece), "{typed}: {piece}");
            }
        }
    }

    #[test]
    fn no_typed_word_can_be_taken_for_the_key_of_a_list() {
        let longest = Question::read("all: unit:s1").pieces().iter().map(|piece| piece.chars().count()).max();
        assert_eq!(longest, Some(2), "keys are longer than any piece");
    }
}
