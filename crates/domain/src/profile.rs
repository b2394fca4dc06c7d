//! プロフィール欄: the text by which an account says on its network whose it is, within the room that the network gives.

use crate::guideline::Guideline;
use crate::network::{Counting, Room};
use crate::policy::{self, Policy};

/// What a profile says, the most important first: what does not fit is left out from the end of this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The page of the official list that shows the account.
    Page,
    /// Who runs it.
    Unit,
    /// 返信の方針.
    Stance,
    /// 問合せ先.
    Contact,
    /// 目的.
    Purpose,
}

/// The order in which the parts are read.
const READ: [Part; 5] = [Part::Unit, Part::Purpose, Part::Stance, Part::Contact, Part::Page];

/// A profile's text, and what did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The text, a line for each part.
    pub text: String,
    /// How long it is, as the network counts.
    pub length: usize,
    /// The room that there is; `None` where the network does not say.
    pub room: Option<Room>,
    /// What was left out, with its words.
    pub left_out: Vec<(Part, String)>,
}

impl Part {
    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Page => "公式一覧のページのURL",
            Self::Unit => "担当部署",
            Self::Stance => "返信の方針",
            Self::Contact => "問合せ先",
            Self::Purpose => "目的",
        }
    }
}

/// What the profile of an account says, as its policy has it; `unit` is the owning unit's name and `page` its page.
pub fn parts(policy: &Policy, guideline: &Guideline, unit: &str, page: Option<&str>) -> Vec<(Part, String)> {
    let said = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let reply = policy.reply.as_ref();
    let fixed = policy::stance_of(policy, guideline).and_then(|stance| stance.text.as_deref());
    let contact = said(reply.and_then(|reply| reply.contact.as_deref()));
    let words = [
        (Part::Page, said(page)),
        (Part::Unit, Some(format!("{} {unit}の公式アカウントです。", guideline.municipality.name))),
        (Part::Stance, said(fixed.or_else(|| reply.and_then(|reply| reply.text.as_deref())))),
        (Part::Contact, contact.map(|contact| format!("問合せ先：{contact}"))),
        (Part::Purpose, said(policy.purpose.as_deref())),
    ];
    words.into_iter().filter_map(|(part, words)| Some((part, words?))).collect()
}

/// Puts parts into the room: the most important first, each whole or not at all.
pub fn fit(parts: &[(Part, String)], room: Option<Room>) -> Profile {
    let counting = room.map_or_else(Counting::default, |room| room.counts);
    let mut ordered: Vec<&(Part, String)> = parts.iter().collect();
    ordered.sort_by_key(|(part, _)| *part);
    let mut taken: Vec<&(Part, String)> = Vec::new();
    let mut left_out = Vec::new();
    for each in ordered {
        taken.push(each);
        if room.is_some_and(|room| counting.of(&written(&taken)) > room.most) {
            taken.pop();
            left_out.push(each.clone());
        }
    }
    let text = written(&taken);
    Profile { length: counting.of(&text), text, room, left_out }
}

fn written(taken: &[&(Part, String)]) -> String {
    let words = READ.iter().filter_map(|part| taken.iter().find(|(each, _)| each == part));
    words.map(|(_, words)| words.as_str()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<(Part, String)> {
        [
            (Part::Purpose, "催しの案内"),
            (Part::Page, "https://example.lg.jp/a.html"),
            (Part::Unit, "みほん市 広報室の公式アカウントです。"),
            (Part::Stance, "返信しません。"),
            (Part::Contact, "問合せ先：代表電話"),
        ]
        .map(|(part, words)| (part, words.to_owned()))
        .to_vec()
    }

    fn room(most: usize) -> Room {
        Room { most, counts: Counting::CodePoints }
    }

    #[test]
    fn without_a_limit_everything_is_said_in_the_order_of_reading() {
        let profile = fit(&all(), None);
        insta::assert_snapshot!(profile.text, @r"
        みほん市 広報室の公式アカウントです。
        催しの案内
        返信しません。
        問合せ先：代表電話
        https://example.lg.jp/a.html
        ");
        assert_eq!(profile.left_out, []);
    }

    #[test]
    fn what_matters_least_is_left_out_first_and_said() {
        let whole = fit(&all(), None).length;
        for most in 0..=whole {
            let profile = fit(&all(), Some(room(most)));
            assert!(profile.length <= most, "{most}");
            assert_eq!(profile.text.lines().count() + profile.left_out.len(), 5, "{most}");
        }
        let left = |most| fit(&all(), Some(room(most))).left_out.into_iter().map(|(part, _)| part).collect::<Vec<_>>();
        assert_eq!(left(whole), []);
        assert_eq!(left(whole - 1), [Part::Purpose]);
        assert_eq!(left(20), [Part::Page, Part::Stance, Part::Contact, Part::Purpose]);
    }

    #[test]
    fn a_letter_outside_the_first_plane_is_one_or_two_as_the_network_counts() {
        assert_eq!((Counting::CodePoints.of("𠮷"), Counting::Utf16.of("𠮷")), (1, 2));
    }
}
