//! What followed from a step, a sentence each.

use jiff::civil::Date;

use super::Names;
use crate::calendar::wareki;
use crate::entry::Effect;
use crate::guideline::Designation;
use crate::id::CaseId;

impl Names<'_> {
    /// An effect of an act of a day in a sentence.
    pub(super) fn effect(&self, effect: &Effect, case: &CaseId, on: Date) -> String {
        match effect {
            Effect::PolicyWritten { version, undone } => {
                let policy = self.guideline.map_or("利用方針", |g| g.words.policy.as_str());
                format!("{policy}の第{version}版です。{}", self.undone(case, undone).unwrap_or_default())
            }
            Effect::AccountDescribed { network, network_name, name } => {
                format!("アカウント名は「{name}」（{}）です。", self.network(network, network_name.as_deref()))
            }
            Effect::AddressSet { url, .. } => format!("アドレスは {url} です。"),
            Effect::Numbered { number, .. } => {
                let word = self.guideline.and_then(|g| g.words.number.as_deref()).unwrap_or("管理番号");
                format!("{word}{number}を付けました。")
            }
            Effect::Listed { since, .. } if *since == on => "公式アカウント一覧に掲載しました。".to_owned(),
            Effect::Listed { since, .. } => {
                format!("公式アカウント一覧に掲載しました（{}から引き続き公式）。", wareki(*since))
            }
            Effect::Suspended => "一覧から外し、休止としました。".to_owned(),
            Effect::Delisted => "一覧から外しました。".to_owned(),
            Effect::Closed => "アカウントは廃止となりました。".to_owned(),
            Effect::Designated { designated } => {
                let told: Vec<String> = designated
                    .iter()
                    .map(|d| {
                        let role = match d.role {
                            Designation::Poster => "担当者",
                            Designation::Approver => "責任者",
                        };
                        format!("{role}は職員番号{}", d.person)
                    })
                    .collect();
                format!("{}です。", told.join("、"))
            }
            Effect::Started => "投稿を始められるようになりました。".to_owned(),
            Effect::CaseCompleted => format!("これで案件{case}は完了しました。"),
        }
    }
}
