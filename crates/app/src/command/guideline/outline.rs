//! What an outline of a guideline tells beside its items and steps: who, when, where, and what may not be.

use domain::guideline::{Binds, Designation, Guideline, Holder, Others, Sanction, SettingId, Step, Trigger, When};

/// Roles and networks.
pub fn before(g: &Guideline) -> Vec<String> {
    let mut lines = vec!["\n■ 役割".to_owned()];
    lines.extend(g.roles.iter().map(|role| {
        let floor = role.floor.as_ref().map(|floor| format!("、{}以上", g.rank_label(&floor.rank))).unwrap_or_default();
        format!("  {}　{}（{}{floor}）　［{}］", role.id, role.label, holder(&role.holder, g), role.basis.shown())
    }));
    lines.push(format!("\n■ 対象の{}　［{}］", g.words.network, g.networks.basis.shown()));
    let named = g.networks.named.iter();
    lines.extend(named.map(|one| format!("  {}　{}　［{}］", one.network, one.label, one.basis.shown())));
    lines.push(match g.networks.others {
        Others::Allowed => "  ほかのものも対象（others = allowed）".to_owned(),
        Others::Refused => "  ほかのものは対象外（others = refused）".to_owned(),
    });
    lines
}

/// Duties, prohibitions, figures and forms.
pub fn after(g: &Guideline) -> Vec<String> {
    let mut lines = Vec::new();
    if !g.duties.is_empty() {
        lines.push("\n■ 日ごろの務め（しるべではまだ行いません）".to_owned());
    }
    for duty in &g.duties {
        let by: Vec<&str> = duty.by.iter().filter_map(|id| g.role(id)).map(|role| role.label.as_str()).collect();
        let mut when: Vec<String> = duty.triggers.iter().map(|trigger| self::trigger(*trigger).to_owned()).collect();
        when.extend(duty.every.as_ref().map(|every| format!("{}日ごと", every.days)));
        let (by, when, strength) = (by.join("・"), when.join("、"), super::strength(duty.strength));
        lines.push(format!("  {}　{}（{by}、{strength}）　{when}　［{}］", duty.id, duty.label, duty.basis.shown()));
    }
    for prohibition in &g.prohibitions {
        let whom = match prohibition.binds {
            Binds::City => "発信できないもの",
            Binds::Users => "利用者に認めないもの",
        };
        lines.push(format!("\n■ {whom}　［{}］", prohibition.basis.shown()));
        let items: Vec<&str> = prohibition.items.iter().map(|item| item.0.as_str()).collect();
        lines.push(format!("  {}", items.join("、")));
        let exceptions = prohibition.exceptions.iter();
        lines.extend(exceptions.map(|one| format!("  {}の例外：{}", one.item, one.words)));
        if !prohibition.sanctions.is_empty() {
            let sanctions: Vec<&str> = prohibition.sanctions.iter().map(|one| sanction(*one)).collect();
            lines.push(format!("  反したとき：{}", sanctions.join("、")));
        }
    }
    if !g.settings.is_empty() {
        lines.push("\n■ 市の運用の値（まだ使われません）".to_owned());
    }
    let unit = |id: SettingId| if id == SettingId::HoldingNoticeHours { "時間" } else { "日" };
    lines.extend(
        g.settings.iter().map(|one| {
            format!("  {}　{}　{}{}　［{}］", one.id.word(), one.id.label(), one.value, unit(one.id), one.why)
        }),
    );
    if !g.forms.is_empty() {
        lines.push("\n■ 様式".to_owned());
    }
    lines.extend(g.forms.iter().map(|form| format!("  {}　{}　［{}］", form.id, form.label, form.basis.shown())));
    if !g.not_yet.is_empty() {
        let clauses: Vec<&str> = g.not_yet.iter().map(|clause| clause.0.as_str()).collect();
        lines.push(format!("\n■ しなければならない条のうち、しるべがまだ行わないもの\n  {}", clauses.join("、")));
    }
    lines
}

/// When a step belongs to a case, by when it is done, and by whom it is not.
pub fn rules(step: &Step) -> String {
    let mut rules: Vec<String> = Vec::new();
    if !step.when.is_empty() {
        let when: Vec<&str> = step.when.iter().map(|when| self::when(*when)).collect();
        rules.push(format!("{}だけ", when.join("・")));
    }
    rules.extend(
        step.within
            .as_ref()
            .map(|within| format!("{}から{}開庁日以内［{}］", within.from, within.open_days, within.basis.shown())),
    );
    rules.extend(step.second_person.as_ref().map(|second| format!("{}とは別の人", second.than.join("・"))));
    rules.extend(step.returns_to.as_ref().map(|to| format!("差戻しは{to}へ")));
    rules.extend(step.form.as_ref().map(|form| format!("様式 {form}")));
    if rules.is_empty() { String::new() } else { format!("　〔{}〕", rules.join("、")) }
}

fn holder(holder: &Holder, g: &Guideline) -> String {
    let named = |key: &str| {
        g.offices.iter().find(|office| office.key == key).map_or_else(|| key.to_owned(), |o| o.label.clone())
    };
    match holder {
        Holder::OwningUnitStaff => "担当部署の職員".to_owned(),
        Holder::OwningUnitHead => "担当部署の長".to_owned(),
        Holder::OwningDepartmentHead => "担当部署の部局の長".to_owned(),
        Holder::SharingUnitHead => "共有する部署の長".to_owned(),
        Holder::UnitStaff(key) => format!("{}の職員", named(key)),
        Holder::UnitHead(key) => format!("{}の長", named(key)),
        Holder::Position(key) => format!("{}の職", named(key)),
        Holder::Committee { key, quorum } => format!("{}、{quorum}名以上の出席", named(key)),
        Holder::Designated(Designation::Poster) => "指定された担当者".to_owned(),
        Holder::Designated(Designation::Approver) => "指定された責任者".to_owned(),
    }
}

fn when(when: When) -> &'static str {
    match when {
        When::Shared => "共有のとき",
        When::Further => "二つ目以降のとき",
        When::NoReplies => "個別に返信しないとき",
        When::Emergency => "緊急のとき",
        When::NotEmergency => "緊急でないとき",
    }
}

fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Interval => "一定の間隔で",
        Trigger::Silence => "投稿のないあいだ",
        Trigger::Transfer => "人事異動のとき",
        Trigger::FiscalYear => "年度替わりに",
        Trigger::EndOfPeriod => "終了日が近づいたとき",
        Trigger::Post => "投稿のつど",
        Trigger::Always => "利用しているあいだ",
    }
}

fn sanction(sanction: Sanction) -> &'static str {
    match sanction {
        Sanction::Delete => "削除",
        Sanction::Block => "ブロック",
        Sanction::Hide => "非表示",
    }
}
