//! What one version of a policy says otherwise than another, item by item and word by word.

use serde::Serialize;

use super::{Hours, Policy, PrintFacts, printed};
use crate::guideline::{Guideline, ItemKind, PolicyItem};
use crate::network::{NetworkId, Networks};

/// One item that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemDiff {
    /// The item's id, or `attachment:ID` for a standard text.
    pub item: String,
    /// Its label in the city's words.
    pub label: String,
    /// What it said; empty where it said nothing.
    pub before: String,
    /// What it says; empty where it says nothing.
    pub after: String,
    /// Both in one, word by word.
    pub pieces: Vec<Piece>,
}

/// A part of a text that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "piece", content = "text", rename_all = "snake_case")]
pub enum Piece {
    /// It is in both.
    Same(String),
    /// It was there before.
    Gone(String),
    /// It is new.
    New(String),
}

/// Every item that differs, in the guideline's order, then the departures from standard texts.
///
/// The owning units are not part of a policy's content and are told by the case.
pub fn diff(before: &Policy, after: &Policy, guideline: &Guideline, networks: &Networks) -> Vec<ItemDiff> {
    let items = guideline.policy_items.iter().filter(|item| item.kind != ItemKind::Unit).map(|item| {
        let said = |policy| said(item, policy, guideline, networks);
        (item.id.clone(), item.label.clone(), said(before), said(after))
    });
    let known = guideline.attachments.iter().map(|a| (a.id.clone(), a.title.clone()));
    let departed = before.departures.iter().chain(&after.departures).map(|d| d.attachment.clone());
    let mut texts: Vec<(String, String)> = known.collect();
    for id in departed {
        if !texts.iter().any(|(known, _)| *known == id) {
            texts.push((id.clone(), id));
        }
    }
    let texts = texts.into_iter().map(|(id, title)| {
        let (before, after) = (departure(before, &id), departure(after, &id));
        (format!("attachment:{id}"), title, before, after)
    });
    let differs = |(_, _, before, after): &(String, String, String, String)| before != after;
    let told = |(item, label, before, after): (String, String, String, String)| ItemDiff {
        pieces: pieces(&before, &after),
        item,
        label,
        before,
        after,
    };
    items.chain(texts).filter(differs).map(told).collect()
}

/// What an item says, with what is recorded beside the printed text.
fn said(item: &PolicyItem, policy: &Policy, guideline: &Guideline, networks: &Networks) -> String {
    let facts = PrintFacts { network_label: network(policy, networks), ..PrintFacts::default() };
    let mut text = match item.kind {
        // Either half alone is worth telling while a draft is being written.
        ItemKind::Message => [("対象者", &policy.audience), ("情報", &policy.information)]
            .iter()
            .filter_map(|(label, words)| Some(format!("{label}：{}", words.as_ref()?)))
            .collect::<Vec<_>>()
            .join("\n"),
        _ => printed(item, policy, guideline, &facts),
    };
    if item.kind == ItemKind::AccountName {
        for (label, name) in [("\nよみ：", &policy.account_name_kana), ("\n英語名：", &policy.account_name_en)] {
            if let Some(name) = super::given(name.as_deref()) {
                text.push_str(label);
                text.push_str(&name);
            }
        }
    }
    let because = match (item.kind, &policy.hours, &policy.period) {
        (ItemKind::Hours, Some(Hours::Free(free)), _) => Some(free.because.as_str()),
        (ItemKind::Period, _, Some(period)) => period.open_because.as_deref(),
        _ => None,
    };
    if let Some(because) = because.filter(|words| !words.trim().is_empty()) {
        text.push_str("\n理由：");
        text.push_str(because);
    }
    text
}

fn network(policy: &Policy, networks: &Networks) -> String {
    let id = super::network_of(policy, networks);
    let other = id.as_ref() == Some(&NetworkId::other());
    let named = policy.network_name.clone().filter(|_| other);
    let known = || networks.iter().find(|n| Some(n.id()) == id.as_ref()).map(|n| n.label().to_owned());
    named.or_else(known).or_else(|| policy.network.clone()).unwrap_or_default()
}

fn departure(policy: &Policy, id: &str) -> String {
    match policy.departures.iter().find(|d| d.attachment == id) {
        None => "標準の文のとおり".to_owned(),
        Some(d) => match &d.text {
            None => format!("付けない\n理由：{}", d.because),
            Some(text) => format!("{text}\n理由：{}", d.because),
        },
    }
}

/// How many comparisons of words one text may cost; beyond that the middle is told as a whole.
const MOST: usize = 1_000_000;

/// Two texts in one, by words.
pub fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let (old, new) = (words(before), words(after));
    let begin = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(begin..).unwrap_or_default(), new.get(begin..).unwrap_or_default());
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_middle = old_rest.get(..old_rest.len() - end).unwrap_or_default();
    let new_middle = new_rest.get(..new_rest.len() - end).unwrap_or_default();
    let mut told = Told::default();
    old.iter().take(begin).for_each(|word| told.same(word));
    middle(old_middle, new_middle, &mut told);
    old.iter().skip(old.len() - end).for_each(|word| told.same(word));
    told.finish()
}

/// The longest common run of words in what differs, found from behind; bounded.
fn middle(old: &[&str], new: &[&str], told: &mut Told) {
    let (rows, columns) = (old.len() + 1, new.len() + 1);
    if old.is_empty() || new.is_empty() || rows.saturating_mul(columns) > MOST {
        for word in old {
            told.gone(word);
        }
        for word in new {
            told.came(word);
        }
        return;
    }
    // table[i * columns + j]: how many words the rest of old from i and of new from j have in common.
    let mut table = vec![0_u32; rows * columns];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * columns + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let common =
                if a == b { at(&table, i + 1, j + 1) + 1 } else { at(&table, i + 1, j).max(at(&table, i, j + 1)) };
            if let Some(cell) = table.get_mut(i * columns + j) {
                *cell = common;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                told.same(a);
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(&table, i + 1, j) >= at(&table, i, j + 1) => {
                told.gone(a);
                i += 1;
            }
            (_, Some(b)) => {
                told.came(b);
                j += 1;
            }
            _ => return,
        }
    }
}

/// Pieces as they come; between two that are in both, what went stands before what came.
#[derive(Debug, Default)]
struct Told {
    pieces: Vec<Piece>,
    gone: String,
    new: String,
}

impl Told {
    fn same(&mut self, word: &str) {
        self.settle();
        self.keep(word);
    }

    fn gone(&mut self, word: &str) {
        self.gone.push_str(word);
    }

    fn came(&mut self, word: &str) {
        self.new.push_str(word);
    }

    /// Tells what went and what came; how both begin and end alike is not told as changed.
    fn settle(&mut self) {
        let (gone, new) = (std::mem::take(&mut self.gone), std::mem::take(&mut self.new));
        let begin = alike(gone.chars().zip(new.chars()));
        let (head, gone) = gone.split_at_checked(begin).unwrap_or(("", &gone));
        let new = new.get(begin..).unwrap_or(&new);
        let end = alike(gone.chars().rev().zip(new.chars().rev()));
        let (gone, tail) = gone.split_at_checked(gone.len() - end).unwrap_or((gone, ""));
        let new = new.get(..new.len() - end).unwrap_or(new);
        self.keep(head);
        if !gone.is_empty() {
            self.pieces.push(Piece::Gone(gone.to_owned()));
        }
        if !new.is_empty() {
            self.pieces.push(Piece::New(new.to_owned()));
        }
        self.keep(tail);
    }

    fn keep(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Same(before)) => before.push_str(text),
            _ => self.pieces.push(Piece::Same(text.to_owned())),
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.settle();
        self.pieces
    }
}

/// How many bytes are alike from the beginning; a figure or a Latin word is never cut.
fn alike(pairs: impl Iterator<Item = (char, char)>) -> usize {
    let same = |(a, b): &(char, char)| a == b && script(*a) != Script::Latin;
    pairs.take_while(same).map(|(a, _)| a.len_utf8()).sum()
}

/// What a character is written in; a run of one script is a word, signs stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Hiragana,
    Katakana,
    Latin,
    Space,
    Sign,
}

fn script(c: char) -> Script {
    match c {
        'ぁ'..='ゟ' => Script::Hiragana,
        'ァ'..='ヿ' | 'ｦ'..='ﾟ' => Script::Katakana,
        '々' | '〆' | '㐀'..='鿿' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '\u{e0100}'..='\u{e01ef}' => {
            Script::Kanji
        }
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => Script::Latin,
        _ if c.is_alphanumeric() => Script::Latin,
        ' ' | '\u{3000}' | '\t' => Script::Space,
        _ => Script::Sign,
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut begin = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let here = script(c);
        if last.is_some_and(|last| last != here || here == Script::Sign) {
            found.extend(text.get(begin..at));
            begin = at;
        }
        last = Some(here);
    }
    found.extend(text.get(begin..).filter(|rest| !rest.is_empty()));
    found
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces, words};

    fn marked(before: &str, after: &str) -> String {
        let told = pieces(before, after).into_iter().map(|piece| match piece {
            Piece::Same(text) => text,
            Piece::Gone(text) => format!("[-{text}-]"),
            Piece::New(text) => format!("[+{text}+]"),
        });
        told.collect()
    }

    #[test]
    fn words_are_runs_of_one_script() {
        assert_eq!(words("市のSNSを、令和8年に"), ["市", "の", "SNS", "を", "、", "令和", "8", "年", "に"]);
        assert!(words("").is_empty());
    }

    #[test]
    fn what_changed_is_marked_by_words() {
        let before = "観光の魅力を市民に知らせるため、催しと見どころを発信する。";
        let after = "観光の魅力を市民と観光客に知らせるため、催しを毎週発信する。";
        insta::assert_snapshot!(marked(before, after), @"観光の魅力を市民[+と観光客+]に知らせるため、催し[-と見どころを-][+を毎週+]発信する。");
    }

    #[test]
    fn a_figure_is_changed_as_a_whole() {
        insta::assert_snapshot!(marked("令和8年3月", "令和18年3月"), @"令和[-8-][+18+]年3月");
    }

    #[test]
    fn the_pieces_make_up_both_texts_whatever_they_are() {
        let long: String = (0..3000).map(|n| if n % 3 == 0 { 'あ' } else { '、' }).collect();
        let other: String = (0..3000).map(|n| if n % 4 == 0 { '漢' } else { '、' }).collect();
        let texts = ["", "市", "市民に", "市民と観光客に", "\u{3000}\n", "𠮷野家\u{e0100}と髙﨑", &long, &other];
        for before in texts {
            for after in texts {
                let told = pieces(before, after);
                let (mut old, mut new) = (String::new(), String::new());
                for piece in &told {
                    match piece {
                        Piece::Same(text) => [&mut old, &mut new].into_iter().for_each(|side| side.push_str(text)),
                        Piece::Gone(text) => old.push_str(text),
                        Piece::New(text) => new.push_str(text),
                    }
                }
                assert_eq!((old.as_str(), new.as_str()), (before, after));
                assert_eq!(before == after, told.iter().all(|piece| matches!(piece, Piece::Same(_))));
            }
        }
    }
}
