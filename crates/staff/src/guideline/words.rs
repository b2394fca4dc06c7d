//! The words in which the page says what a guideline's types mean.

use domain::guideline::{Carried, Designation, Guideline, Holder, Needed, Sanction, Trigger, When};

/// What the program does with a clause.
pub(super) fn carried(carried: Carried) -> &'static str {
    match carried {
        Carried::Enforced => "システムが必ず確かめます",
        Carried::Tasked => "「やること」や手順に出ます",
        Carried::Recorded => "記録や様式に残ります",
        Carried::Shown => "読むために示します",
    }
}

/// What is said of what nothing runs yet.
pub(super) const LATER: &str = "しるべではまだ行いません。今のやり方で行ってください。";

/// What may be done about a breach.
pub(super) fn sanction(sanction: Sanction) -> &'static str {
    match sanction {
        Sanction::Delete => "削除",
        Sanction::Block => "アカウントのブロック",
        Sanction::Hide => "非表示",
    }
}

/// The form of a number, in words: 令和年第（通し番号3桁）号.
pub(super) fn number_pattern(pattern: &str) -> String {
    let mut said = String::new();
    let mut rest = pattern;
    while let Some((before, from)) = rest.split_once('{') {
        let (slot, after) = from.split_once('}').unwrap_or((from, ""));
        said.push_str(before);
        let meant = match (slot, slot.strip_prefix("serial:")) {
            (_, Some(figures)) => format!("（通し番号{figures}桁）"),
            ("fiscal_year", _) => "（年度）".to_owned(),
            _ => "（元号の年）".to_owned(),
        };
        said.push_str(&meant);
        rest = after;
    }
    format!("番号の形：{said}{rest}")
}

/// Who holds a role.
pub(super) fn holder(holder: &Holder, guideline: &Guideline) -> String {
    let named = |key: &str| {
        let office = guideline.offices.iter().find(|office| office.key == key);
        office.map_or_else(|| key.to_owned(), |office| office.label.clone())
    };
    let unit = &guideline.words.unit;
    match holder {
        Holder::OwningUnitStaff => format!("アカウントを持つ{unit}の職員"),
        Holder::OwningUnitHead => format!("アカウントを持つ{unit}の長"),
        Holder::OwningDepartmentHead => format!("アカウントを持つ{unit}の部局の長"),
        Holder::SharingUnitHead => format!("アカウントを共にする{unit}の長"),
        Holder::UnitStaff(key) => format!("{}の職員", named(key)),
        Holder::UnitHead(key) => format!("{}の長", named(key)),
        Holder::Position(key) => format!("{}の職にある者", named(key)),
        Holder::Committee { key, quorum } => format!("{}（{quorum}名以上の出席による）", named(key)),
        Holder::Designated(Designation::Poster) => "アカウントの情報発信担当者に指定された者".to_owned(),
        Holder::Designated(Designation::Approver) => "アカウントの情報発信責任者に指定された者".to_owned(),
    }
}

/// What makes a duty due.
pub(super) fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Interval => "一定の間隔で",
        Trigger::Silence => "投稿のないあいだ",
        Trigger::Transfer => "人事異動のとき",
        Trigger::FiscalYear => "年度替わりに",
        Trigger::EndOfPeriod => "運用の終了日が近づいたとき",
        Trigger::Post => "投稿のつど",
        Trigger::Always => "利用しているあいだ",
    }
}

/// When a step belongs to a case.
pub(super) fn when(when: When) -> &'static str {
    match when {
        When::Shared => "複数の所属で共にするアカウントのとき",
        When::Further => "その所属の二つ目以降のアカウントのとき",
        When::NoReplies => "個別に返信しない方針のとき",
        When::Emergency => "緊急のとき",
        When::NotEmergency => "緊急でないとき",
    }
}

/// When an item of a policy has to be there.
pub(super) fn needed(needed: Needed) -> &'static str {
    match needed {
        Needed::Always => "必須",
        Needed::AfterAcquisition => "取得のあとまでに必須",
        Needed::Optional => "任意",
    }
}
