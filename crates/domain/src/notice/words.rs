//! The words of notices: short enough for a chat, and made of the guideline's and the office's words alone.

use jiff::civil::Date;

use super::{Notice, NoticeKind};
use crate::calendar;
use crate::guideline::Guideline;
use crate::network::Networks;
use crate::office::Office;
use crate::step_kind::Asks;

/// The most characters that a text has before its address.
pub const TEXT_MAX: usize = 140;
/// The most characters that a word of the office or the guideline takes up in a text.
const WORD_MAX: usize = 20;
const NAME: &str = "［しるべ］";

/// One notice, ready to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    saying: Saying,
    place: String,
    due: Option<Date>,
}

/// What is said; notices with the same saying are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Saying {
    Receipt,
    Decision,
    Opinion,
    Step(String),
    Steps,
    Returned,
    Numbered(String, Option<String>),
    Listed,
    Delisted,
    Withdrawn,
    Designated,
    DueSoon,
    Late,
}

impl Line {
    /// A notice with the words of its guideline (where that is known) and of the office on a day.
    pub fn of(notice: &Notice, guideline: Option<&Guideline>, office: &Office, networks: &Networks, day: Date) -> Self {
        let step = || {
            let procedure = guideline?.procedure(&notice.procedure)?;
            procedure.step(notice.steps.first()?)
        };
        let saying = match notice.kind {
            NoticeKind::Waits if notice.steps.len() > 1 => Saying::Steps,
            NoticeKind::Waits => match step() {
                None => Saying::Steps,
                Some(step) => match step.kind.meaning().asks {
                    Asks::Receipt => Saying::Receipt,
                    Asks::Decision => Saying::Decision,
                    Asks::Opinion => Saying::Opinion,
                    Asks::Step => Saying::Step(short(&step.label)),
                },
            },
            NoticeKind::Returned => Saying::Returned,
            NoticeKind::Numbered => {
                let word = guideline.and_then(|g| g.words.number.as_deref()).map_or_else(|| "番号".to_owned(), short);
                Saying::Numbered(word, notice.number.as_deref().map(short))
            }
            NoticeKind::Listed => Saying::Listed,
            NoticeKind::Delisted => Saying::Delisted,
            NoticeKind::Withdrawn => Saying::Withdrawn,
            NoticeKind::Designated => Saying::Designated,
            NoticeKind::DueSoon => Saying::DueSoon,
            NoticeKind::Late => Saying::Late,
        };
        let unit = notice.unit.as_ref().map(|unit| short(&office.unit_name(unit, day)));
        let network = notice.network.as_ref().and_then(|id| networks.get(id)).map(|n| short(n.label()));
        let place = unit.into_iter().chain(network).collect::<Vec<_>>().join("・");
        Self { saying, place, due: notice.due }
    }

    /// What is said of this notice alone.
    pub fn said(&self) -> String {
        sentence(&self.saying, &[self])
    }

    /// Whether there is something to be done; otherwise it is only told.
    pub fn asks(&self) -> bool {
        !matches!(
            self.saying,
            Saying::Numbered(..) | Saying::Listed | Saying::Delisted | Saying::Withdrawn | Saying::Designated
        )
    }
}

/// The text of one or more notices: at most [`TEXT_MAX`] characters, then the address where there is one.
pub fn text(lines: &[Line], address: Option<&str>) -> String {
    let mut groups: Vec<(&Saying, Vec<&Line>)> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|(saying, _)| *saying == &line.saying) {
            Some((_, group)) => group.push(line),
            None => groups.push((&line.saying, vec![line])),
        }
    }
    let said = groups.iter().map(|(saying, group)| sentence(saying, group)).collect::<String>();
    let words = format!("{NAME}{said}");
    let words = if words.chars().count() <= TEXT_MAX {
        words
    } else {
        format!("{NAME}新しいお知らせが{}件あります。画面で確かめてください。", lines.len())
    };
    match address {
        Some(address) => format!("{words}{address}"),
        None => words,
    }
}

fn sentence(saying: &Saying, group: &[&Line]) -> String {
    let n = group.len();
    let what = match saying {
        Saying::Receipt => format!("届出{n}件が受付を待っています"),
        Saying::Decision => format!("決裁{n}件が判断を待っています"),
        Saying::Opinion => format!("合議{n}件が回答を待っています"),
        Saying::Step(label) => format!("「{label}」を待つ案件が{n}件あります"),
        Saying::Steps => format!("次の手順を待つ案件が{n}件あります"),
        Saying::Returned => format!("案件{n}件が差し戻されました。理由は画面で確かめてください"),
        Saying::Numbered(word, Some(number)) if n == 1 => format!("届出が受理されました。{word}は{number}です"),
        Saying::Numbered(word, _) => format!("届出{n}件が受理され、{word}が付きました"),
        Saying::Listed => format!("アカウント{n}件が公式の一覧に載りました"),
        Saying::Delisted => format!("アカウント{n}件が公式の一覧から外れました"),
        Saying::Withdrawn => format!("案件{n}件が取り下げられました"),
        Saying::Designated => format!("アカウント{n}件の担当者・責任者に指定されました"),
        Saying::DueSoon => format!("期限の近い手順が{n}件あります"),
        Saying::Late => format!("期限を過ぎた手順が{n}件あります"),
    };
    let mut places: Vec<&str> = Vec::new();
    for line in group {
        if !line.place.is_empty() && !places.contains(&line.place.as_str()) {
            places.push(&line.place);
        }
    }
    let more = places.len() > 2;
    places.truncate(2);
    let mut inside = places.join("、");
    if more {
        inside.push_str("ほか");
    }
    if let [line] = group
        && let Some(due) = line.due
    {
        let until = format!("期限は{}", calendar::wareki(due));
        inside = if inside.is_empty() { until } else { format!("{inside}、{until}") };
    }
    if inside.is_empty() { format!("{what}。") } else { format!("{what}（{inside}）。") }
}

/// A word on one line, cut where it is long.
fn short(word: &str) -> String {
    let plain = || word.chars().filter(|c| !c.is_control());
    if plain().count() <= WORD_MAX { plain().collect() } else { plain().take(WORD_MAX - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(saying: Saying, place: &str) -> Line {
        Line { saying, place: place.to_owned(), due: None }
    }

    #[test]
    fn a_text_counts_what_is_alike_and_names_where() {
        let one = [line(Saying::Receipt, "観光課・X")];
        let address = Some("https://shirube.city.example.jp/999993/tasks");
        insta::assert_snapshot!(text(&one, address), @"［しるべ］届出1件が受付を待っています（観光課・X）。https://shirube.city.example.jp/999993/tasks");
        let many = [
            line(Saying::Receipt, "観光課・X"),
            line(Saying::Numbered("管理№".to_owned(), Some("0007".to_owned())), "農政課・LINE"),
            line(Saying::Receipt, "農政課・X"),
            line(Saying::Receipt, "総務課"),
            line(Saying::Returned, ""),
        ];
        insta::assert_snapshot!(text(&many, None), @"［しるべ］届出3件が受付を待っています（観光課・X、農政課・Xほか）。届出が受理されました。管理№は0007です（農政課・LINE）。案件1件が差し戻されました。理由は画面で確かめてください。");
    }

    #[test]
    fn what_would_be_too_long_is_counted_alone() {
        let long: Vec<Line> =
            (0..9).map(|n| line(Saying::Step(format!("手順{n}の長い名前でどこまでも続く")), "観光課")).collect();
        insta::assert_snapshot!(text(&long, None), @"［しるべ］新しいお知らせが9件あります。画面で確かめてください。");
        assert_eq!(
            short("とても長い名前のついた課であって名前がまだ続くもの"),
            "とても長い名前のついた課であって名前が…"
        );
    }

    proptest! {
        #[test]
        fn a_text_is_short_and_on_one_line_whatever_the_office_is_called(
            words in proptest::collection::vec((0_u8..14, any::<String>(), any::<String>()), 1..40),
        ) {
            let lines: Vec<Line> = words.iter().map(|(n, word, place)| line(match n {
                0 => Saying::Receipt,
                1 => Saying::Decision,
                2 => Saying::Opinion,
                3 => Saying::Step(short(word)),
                4 => Saying::Steps,
                5 => Saying::Returned,
                6 => Saying::Numbered(short(word), Some(short(word))),
                7 => Saying::Numbered(short(word), None),
                8 => Saying::Listed,
                9 => Saying::Delisted,
                10 => Saying::Withdrawn,
                11 => Saying::Designated,
                12 => Saying::DueSoon,
                _ => Saying::Late,
            }, &short(place))).collect();
            let text = text(&lines, None);
            prop_assert!(text.chars().count() <= TEXT_MAX, "{text}");
            prop_assert!(!text.chars().any(char::is_control), "{text:?}");
            prop_assert!(text.starts_with(NAME) && text.ends_with('。'));
        }
    }
}
