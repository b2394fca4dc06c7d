//! What a guideline must fulfil beyond its shape: names that lead somewhere, texts with known slots, figures that make sense.

use super::loaded::Loaded;
use super::problem::{Problem, Said, said, short};
use super::report::{Report, repeated, written};
use super::{Holder, ItemKind, OfficeKind, effective, named, order, texts};

/// Every problem of meaning in a guideline that was adopted: only what makes it impossible to follow.
///
/// A city's history is judged by the files that it adopted, so nothing is ever added here; what a newer version of the
/// program learns to ask goes to [`check_anew`].
pub(super) fn check(loaded: &Loaded) -> Vec<Problem> {
    let mut report = Report::of(loaded);
    report.meaning();
    report.in_order()
}

/// The same for a guideline that is checked or adopted anew: each of its leaves has its effect besides.
pub(super) fn check_anew(loaded: &Loaded) -> Vec<Problem> {
    let mut report = Report::of(loaded);
    report.meaning();
    effective::check(&mut report);
    report.in_order()
}

impl Report<'_> {
    fn meaning(&mut self) {
        self.formats();
        self.document();
        self.names();
        self.office();
        texts::check(self);
        for (i, procedure) in self.loaded.guideline.procedures.iter().enumerate() {
            order::check(self, procedure, &format!("procedure[{i}]"));
        }
        named::check(self);
    }

    fn formats(&mut self) {
        let wrong = |format: u32| {
            said(format!("形式 {format} は読めません。"))
                .expected("format = 1 です。")
                .next("format = 1 と書いてください。新しい形式のファイルなら、しるべを更新してください。")
        };
        let format = self.loaded.guideline.format;
        if format != 1 {
            self.at("format", wrong(format));
        }
        if let (Some(clauses), Some(places)) = (&self.loaded.clauses, &self.loaded.clause_places) {
            if clauses.format != 1 {
                self.add(places.problem("format", wrong(clauses.format)));
            }
            let ids = clauses.clauses.iter().map(|c| c.id.0.as_str());
            for (second, id) in repeated(ids) {
                let words = said(format!("条「{id}」が二つあります。"))
                    .expected("条の id は一つずつです。")
                    .next("どちらかの id を変えてください（見出しは「番号.見出し」とします）。");
                self.add(places.problem(&format!("clause[{second}].id"), words));
            }
        }
    }

    fn document(&mut self) {
        let g = &self.loaded.guideline;
        for (path, text, what) in [
            ("guideline.title", &g.guideline.title, "ガイドラインの題名"),
            ("guideline.version", &g.guideline.version, "版の名"),
            ("municipality.name", &g.municipality.name, "自治体の名"),
            ("municipality.kana", &g.municipality.kana, "自治体の読み"),
            ("listing.title", &g.listing.title, "一覧の題名"),
        ] {
            if text.trim().is_empty() {
                self.at(path, empty(what));
            }
        }
        let code = &g.municipality.code;
        match checked_code(code) {
            Some(right) if right == *code => {}
            Some(right) => {
                let words = said(format!("全国地方公共団体コード「{code}」の検査数字が合いません。"))
                    .expected(format!("上5桁が正しければ、6桁目まで「{right}」です。"))
                    .next("総務省の一覧で、市町村の6桁のコードを確かめてください。");
                self.at("municipality.code", words);
            }
            None => {
                let words = said(format!("全国地方公共団体コード「{}」は6桁の半角数字ではありません。", short(code)))
                    .expected("検査数字を含む6桁の半角数字です。先頭の 0 も書きます。")
                    .next("総務省の一覧で、市町村の6桁のコードを確かめてください。");
                self.at("municipality.code", words);
            }
        }
    }

    /// Ids are the parts of leaf names, so they hold no sign that separates those parts, and none is given twice.
    fn names(&mut self) {
        let g = &self.loaded.guideline;
        let id = |s: &String| s.clone();
        let mut lists: Vec<(String, &str, &str, Vec<String>)> = vec![
            ("rank".into(), "id", "職位", g.ranks.iter().map(|r| id(&r.id)).collect()),
            ("office".into(), "key", "組織・職", g.offices.iter().map(|o| id(&o.key)).collect()),
            ("role".into(), "id", "役割", g.roles.iter().map(|r| id(&r.id)).collect()),
            ("policy_item".into(), "id", "項目", g.policy_items.iter().map(|i| id(&i.id)).collect()),
            ("attachment".into(), "id", "添付の文", g.attachments.iter().map(|a| id(&a.id)).collect()),
            ("procedure".into(), "id", "手続", g.procedures.iter().map(|p| id(&p.id)).collect()),
            ("duty".into(), "id", "務め", g.duties.iter().map(|d| id(&d.id)).collect()),
            ("form".into(), "id", "様式", g.forms.iter().map(|f| id(&f.id)).collect()),
            (
                "networks.named".into(),
                "network",
                "ネットワーク",
                g.networks.named.iter().map(|n| id(&n.network)).collect(),
            ),
        ];
        for (i, item) in g.policy_items.iter().enumerate() {
            let ids = item.stances.iter().map(|s| id(&s.id)).collect();
            lists.push((format!("policy_item[{i}].stance"), "id", "返信の方針", ids));
        }
        for (i, procedure) in g.procedures.iter().enumerate() {
            let ids = procedure.steps.iter().map(|s| id(&s.id)).collect();
            lists.push((format!("procedure[{i}].step"), "id", "手順", ids));
        }
        for (list, field, what, ids) in lists {
            for (i, id) in ids.iter().enumerate().filter(|(_, id)| !is_id(id)) {
                let words = said(format!("{what}の {field}「{}」に使えない文字があります。", short(id)))
                    .expected("半角の英小文字・数字・「_」・「-」で、一文字以上です。")
                    .next("日本語の呼び名は label に書き、id は短い英字にしてください。");
                self.at(&format!("{list}[{i}].{field}"), words);
            }
            for (second, id) in repeated(ids.iter().map(String::as_str)) {
                self.twice(&format!("{list}[{second}].{field}"), what, id);
            }
        }
        let kinds = g.policy_items.iter().map(|item| written(item.kind));
        for (second, kind) in repeated(kinds) {
            if g.policy_items.get(second).is_some_and(|i| i.kind != ItemKind::Text) {
                self.twice(&format!("policy_item[{second}].kind"), "種類", &kind);
            }
        }
        for (second, binds) in repeated(g.prohibitions.iter().map(|prohibition| written(prohibition.binds))) {
            self.twice(&format!("prohibition[{second}].binds"), "禁止事項の表", &binds);
        }
        for (second, id) in repeated(g.settings.iter().map(|setting| written(setting.id))) {
            self.twice(&format!("setting[{second}].id"), "設定", &id);
        }
    }

    fn office(&mut self) {
        let g = &self.loaded.guideline;
        let ranks: Vec<&str> = g.ranks.iter().map(|r| r.id.as_str()).collect();
        let roles: Vec<&str> = g.roles.iter().map(|r| r.id.as_str()).collect();
        for (i, role) in g.roles.iter().enumerate() {
            if let Some(floor) = &role.floor
                && !ranks.contains(&floor.rank.as_str())
            {
                self.unknown(&format!("role[{i}].floor.rank"), "職位", &floor.rank, &ranks);
            }
            let (field, key, kind, called) = match &role.holder {
                Holder::UnitStaff(key) => ("unit_staff", key, OfficeKind::Unit, "unit（課・室など）"),
                Holder::UnitHead(key) => ("unit_head", key, OfficeKind::Unit, "unit（課・室など）"),
                Holder::Position(key) => ("position", key, OfficeKind::Position, "position（職）"),
                Holder::Committee { key, quorum } => {
                    if *quorum == 0 {
                        let words = said("定足数（quorum）が 0 です。")
                            .expected("1 以上です。")
                            .next("出席が要る人数を書いてください。");
                        self.at(&format!("role[{i}].holder.committee.quorum"), words);
                    }
                    ("committee.key", key, OfficeKind::Committee, "committee（委員会・会議）")
                }
                Holder::OwningUnitStaff
                | Holder::OwningUnitHead
                | Holder::OwningDepartmentHead
                | Holder::SharingUnitHead
                | Holder::Designated(_) => continue,
            };
            let path = format!("role[{i}].holder.{field}");
            match g.offices.iter().find(|o| o.key == *key) {
                None => {
                    let known: Vec<&str> = g.offices.iter().filter(|o| o.is == kind).map(|o| o.key.as_str()).collect();
                    self.unknown(&path, "組織・職", key, &known);
                }
                Some(office) if office.is != kind => {
                    let words = said(format!("「{key}」の種類が合いません。"))
                        .expected(format!("ここで使う組織・職は is = {called} です。"))
                        .next("holder の書き方か、[[office]] の is を直してください。");
                    self.at(&path, words);
                }
                Some(_) => {}
            }
        }
        if let Some(residual) = &g.residual
            && !roles.contains(&residual.role.as_str())
        {
            self.unknown("residual.role", "役割", &residual.role, &roles);
        }
        if g.networks.named.is_empty() && g.networks.others == super::Others::Refused {
            let words = said("使えるネットワークが一つもありません。")
                .expected("named に一つ以上書くか、others = \"allowed\" とします。")
                .next("ガイドラインの対象の条を確かめてください。");
            self.at("networks.others", words);
        }
    }
}

fn empty(what: &str) -> Said {
    said(format!("{what}が空です。")).expected("一文字以上です。").next("正式な名前を書いてください。")
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

/// The code with the check digit that its first five figures demand; `None` when it is not six figures.
fn checked_code(code: &str) -> Option<String> {
    let figures: Vec<u32> = code.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    let five = figures.get(..5).filter(|_| figures.len() == 6)?;
    let sum: u32 = five.iter().zip([6, 5, 4, 3, 2]).map(|(figure, weight)| figure * weight).sum();
    let check = (11 - sum % 11) % 10;
    Some(five.iter().chain([&check]).map(u32::to_string).collect())
}
