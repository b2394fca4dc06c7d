//! What proves a step, in a sentence; nothing where the act itself is the proof.

use crate::calendar::wareki;
use crate::evidence::{Badge, Decision, DecisionKind, Evidence, ListingPlace, Meeting, SecondFactor, Shown};

/// The proof in a sentence.
pub(super) fn proof(evidence: &Evidence) -> Vec<String> {
    match evidence {
        Evidence::Plain
        | Evidence::Policy
        | Evidence::Receipt
        | Evidence::Filing { paper: None }
        | Evidence::Listing(ListingPlace::Here)
        | Evidence::Designation { .. } => Vec::new(),
        Evidence::Decision(decision) => decided(decision),
        Evidence::Acquisition { url, stable_id } => {
            let id = stable_id.as_ref().map(|id| format!("（サービス内の番号 {id}）")).unwrap_or_default();
            vec![format!("取得したアドレスは {url}{id} です。")]
        }
        Evidence::Filing { paper: Some(paper) } => {
            let on = wareki(paper.received_on);
            vec![format!("{on}に紙またはメールで届いたもの（文書番号{}）です。", paper.document_number)]
        }
        Evidence::Listing(ListingPlace::Elsewhere { url, seen_on }) => {
            vec![format!("{}に {url} で確かめました。", wareki(*seen_on))]
        }
        Evidence::Profile { page_url, stance, contact } => {
            let page = (!page_url.is_empty()).then(|| format!("プロフィール欄に {page_url} を書きました。"));
            let both = *stance == Shown::Shown && *contact == Shown::Shown;
            let stance = both.then(|| "個別に返信しない旨と問合せ先を示しました。".to_owned());
            page.into_iter().chain(stance).collect()
        }
        Evidence::Place { url } => vec![format!("示した場所は {url} です。")],
        Evidence::Badge { status } => {
            let status = match status {
                Badge::Obtained => "取得済み",
                Badge::Applied => "申請中",
                Badge::Refused => "不可",
                Badge::NotConsidered => "未検討",
            };
            vec![format!("認証アカウントは{status}です。")]
        }
        Evidence::Terminal { device } => vec![format!("端末は「{device}」です。")],
        Evidence::Security { second_factor, .. } => {
            let second = match second_factor {
                SecondFactor::On => "二要素認証を設定済み",
                SecondFactor::Unsupported => "二要素認証はサービスが対応していない",
            };
            vec![format!("{second}、パスワードと復旧用の連絡先を確かめました。")]
        }
        Evidence::Clauses { confirmed } => {
            let clauses: Vec<&str> = confirmed.iter().map(|clause| clause.0.as_str()).collect();
            vec![format!("確かめた条項は{}です。", clauses.join("、"))]
        }
        Evidence::Stop { last_day } => vec![format!("最後の利用日は{}です。", wareki(*last_day))],
        Evidence::Record { place, number } => {
            let place = place.as_ref().map(|place| format!("相手または場所は「{place}」です。"));
            place.into_iter().chain(number.as_ref().map(|number| format!("番号は{number}です。"))).collect()
        }
    }
}

fn decided(decision: &Decision) -> Vec<String> {
    let how = match decision.how {
        DecisionKind::Decided => None,
        DecisionKind::Delegated => Some("専決によるものです。".to_owned()),
        DecisionKind::ByDeputy => Some("代決によるものです。".to_owned()),
    };
    let number = decision.document_number.as_ref().map(|number| format!("文書番号は{number}です。"));
    how.into_iter().chain(number).chain(decision.meeting.as_ref().map(meeting)).collect()
}

/// A meeting in a sentence.
pub(super) fn meeting(meeting: &Meeting) -> String {
    format!("{}の会議（出席{}名）によるものです。", wareki(meeting.held_on), meeting.present)
}
