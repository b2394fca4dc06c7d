//! Whether each leaf has its effect: what is asked of a file that is checked or adopted anew, beside its meaning.
//!
//! A rule that is written and changes nothing is worse than none, because people rely on it. What the program does not
//! carry out yet at all (posts, trouble, surveys, duties, settings) is told by the coverage and not asked here.

mod fitting;
mod form;
mod letters;
mod procedure;

use std::sync::LazyLock;

use serde_json::Value;

use super::problem::said;
use super::report::{Report, repeated};
use super::shape::below;
use super::texts::{HOURS, slots_of};
use super::{
    Binds, Designation, Guideline, Holder, ItemKind, Needed, Others, PolicyItem, Procedure, Purpose, Role, Step,
    StepKind, When,
};
use crate::calendar;
use crate::network::{NetworkId, Networks};
use crate::practice::Unit;

/// More people than sit in any committee of a municipality.
const LARGEST_QUORUM: u32 = 500;

/// Checks every leaf of a guideline.
pub(super) fn check(report: &mut Report<'_>) {
    letters::check(report);
    report.days();
    report.source();
    report.own_hosts();
    report.ranks();
    report.offices();
    report.roles();
    report.networks();
    for (i, item) in report.guideline().policy_items.iter().enumerate() {
        report.item(item, &format!("policy_item[{i}]"));
    }
    report.columns();
    report.attachments();
    report.principles();
    report.numbers();
    report.figures();
    report.procedures();
    form::check(report);
    // What has words of its own was told by them.
    report.blanks();
}

/// The procedures that the program carries out.
fn carried_out(g: &Guideline) -> impl Iterator<Item = &Procedure> {
    g.procedures.iter().filter(|p| p.purpose.is_carried_out())
}

/// The steps of the procedures that the program carries out.
fn steps(g: &Guideline) -> impl Iterator<Item = &Step> {
    carried_out(g).flat_map(|p| &p.steps)
}

impl Report<'_> {
    fn procedures(&mut self) {
        let g = self.guideline();
        if g.procedures.is_empty() {
            let words = said("手続（[[procedure]]）が一つもありません。何も始められません。")
                .expected("開設（purpose = \"opening\"）などの手続を、一つ以上書きます。")
                .next("見本（guidelines/_template）の [[procedure]] を写し、ガイドラインのとおりに直してください。");
            self.at("procedure", words);
        }
        for (i, procedure) in g.procedures.iter().enumerate() {
            procedure::check(self, procedure, &format!("procedure[{i}]"));
        }
    }

    /// Words that are written and empty say nothing; whoever left them so believed that they say something.
    fn blanks(&mut self) {
        let mut found = Vec::new();
        // A guideline that was read can be written.
        if let Ok(value) = serde_json::to_value(self.guideline()) {
            blank(&value, "", &mut found);
        }
        for path in found.into_iter().filter(|path| !self.is_told(path)).collect::<Vec<_>>() {
            let words = said("ここに書く言葉が空です。")
                .expected("一文字以上です。空の言葉は、どこにも出ません。")
                .next("言葉を書いてください。要らない項目なら、行ごと消してください。");
            self.at(&path, words);
        }
    }

    fn days(&mut self) {
        let on = self.guideline().guideline.effective_on;
        if let Some(Err(problem)) = on.map(calendar::meant) {
            let words = said(problem.to_string()).next("施行の日を確かめてください。");
            self.at("guideline.effective_on", words);
        }
    }

    /// A key that no role names joins nothing to the staff list.
    fn offices(&mut self) {
        let g = self.guideline();
        let named = |role: &Role, key: &str| match &role.holder {
            Holder::UnitStaff(of) | Holder::UnitHead(of) | Holder::Position(of) | Holder::Committee { key: of, .. } => {
                of == key
            }
            Holder::OwningUnitStaff
            | Holder::OwningUnitHead
            | Holder::OwningDepartmentHead
            | Holder::SharingUnitHead
            | Holder::Designated(_) => false,
        };
        for (i, office) in g.offices.iter().enumerate() {
            if !g.roles.iter().any(|role| named(role, &office.key)) {
                let words = said(format!("組織・職「{}」は、どの役割の holder にも使われていません。", office.key))
                    .expected("[[office]] は、役割の holder（unit_staff、unit_head、position、committee）が名指しする組織・職です。")
                    .next("役割の holder に使うか、この [[office]] を消してください。");
                self.at(&format!("office[{i}].key"), words);
            }
        }
    }

    fn source(&mut self) {
        let g = self.guideline();
        if let Some(name) = g.guideline.source.as_ref().filter(|name| *name != "source.txt") {
            let words = said(format!("原文のファイル「{name}」は読まれません。"))
                .expected("原文は、このファイルと同じ場所の source.txt です。")
                .next("原文を source.txt という名前で置き、source = \"source.txt\" と書いてください。");
            self.at("guideline.source", words);
        }
    }

    fn own_hosts(&mut self) {
        static NETWORKS: LazyLock<Option<Networks>> = LazyLock::new(|| Networks::standard().ok());
        let g = self.guideline();
        let is_host = |host: &str| {
            let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
            host.contains('.') && host.chars().all(sound) && !host.starts_with('.') && !host.ends_with('.')
        };
        for (i, host) in g.municipality.own_hosts.iter().enumerate().filter(|(_, host)| !is_host(host)) {
            let words = said(format!("「{host}」はホスト名ではないため、どのURLとも合いません。"))
                .expected("https:// や / のない、半角小文字のホスト名です。")
                .next("\"www.city.example.lg.jp\" のように書いてください。");
            self.at(&format!("municipality.own_hosts[{i}]"), words);
        }
        let of_network = |host: &String| NETWORKS.as_ref().and_then(|all| all.whose_host(host));
        for (i, network) in
            g.municipality.own_hosts.iter().enumerate().filter_map(|(i, host)| Some((i, of_network(host)?)))
        {
            let words = said(format!("これは公式サイトではなく、{}のホスト名です。", network.label()))
                .expected("own_hosts は、公式サイトのホスト名です。ここのホストのURLは、どれもアカウントとして認められません。")
                .next("この行を消し、公式サイトのホスト名を書いてください。");
            self.at(&format!("municipality.own_hosts[{i}]"), words);
        }
        for (second, host) in repeated(g.municipality.own_hosts.iter().map(String::as_str)) {
            self.twice(&format!("municipality.own_hosts[{second}]"), "ホスト名", host);
        }
    }

    /// Staff lists name ranks by their labels.
    fn ranks(&mut self) {
        let g = self.guideline();
        if g.ranks.is_empty() {
            let words = said("職位（[[rank]]）が一つもありません。職員の名簿を取り込めません。")
                .expected("名簿の「職位」の列に書く呼び名を、低いものから順に一つ以上書きます。")
                .next("[[rank]] に id = \"staff\"、label = \"係員\" のように、職位を並べてください。");
            self.at("rank", words);
        }
        self.labels("rank", "職位", g.ranks.iter().map(|rank| rank.label.as_str()));
        self.labels("office", "組織・職", g.offices.iter().map(|office| office.label.as_str()));
        self.labels("role", "役割", g.roles.iter().map(|role| role.label.as_str()).collect::<Vec<_>>());
    }

    /// What people choose or read by its label has one, and one of its own.
    fn labels<'l>(&mut self, list: &str, what: &str, labels: impl IntoIterator<Item = &'l str>) {
        let labels: Vec<&str> = labels.into_iter().collect();
        for (i, _) in labels.iter().enumerate().filter(|(_, label)| label.trim().is_empty()) {
            let words = said(format!("{what}の呼び名（label）が空です。"))
                .expected("一文字以上です。")
                .next("庁内で使う呼び名を書いてください。");
            self.at(&format!("{list}[{i}].label"), words);
        }
        // Two roles may bear one name; two ranks or offices of one name could not be told apart in a staff list.
        if list != "role" {
            for (second, label) in repeated(labels) {
                self.twice(&format!("{list}[{second}].label"), what, label);
            }
        }
    }

    fn roles(&mut self) {
        let g = self.guideline();
        let names_somebody = g.procedures.iter().flat_map(|p| &p.steps).any(|s| s.kind == StepKind::Designate);
        for (i, role) in g.roles.iter().enumerate() {
            let path = format!("role[{i}]");
            if let (Holder::Designated(who), false) = (&role.holder, names_somebody) {
                let who = match who {
                    Designation::Poster => "担当者",
                    Designation::Approver => "責任者",
                };
                let words = said(format!("{who}を指定する手順がないため、この役割を務める人がいません。"))
                    .expected("指定（kind = \"designate\"）の手順が、どれかの手続にあります。")
                    .next("指定の手順を加えるか、holder を別のものにしてください。");
                self.at(&format!("{path}.holder"), words);
            }
            let acts = g.procedures.iter().flat_map(|p| &p.steps).filter(|step| step.by.contains(&role.id));
            let acts: Vec<&Step> = acts.collect();
            let residual = g.residual.as_ref().is_some_and(|residual| residual.role == role.id);
            if matches!(role.holder, Holder::Committee { .. })
                && !residual
                && !acts.is_empty()
                && !acts.iter().any(|step| step.kind.decides_or_rules())
            {
                let words = said("会議の定足数（quorum）を確かめる手順がありません。")
                    .expected("会議が行う手順は decide（決裁）、consult（合議）、rule（定めのない事項の決定）です。")
                    .next("手順の kind を直すか、holder を会議でないものにしてください。");
                self.at(&format!("{path}.holder"), words);
            }
        }
    }

    fn networks(&mut self) {
        let g = self.guideline();
        let scope = &g.networks;
        let other = NetworkId::other();
        for (i, _) in scope.named.iter().enumerate().filter(|(_, named)| named.network == other.as_str()) {
            let words = match scope.others {
                Others::Refused => {
                    said("「その他」（other）が対象に挙げられているため、others = \"refused\" が何も断りません。")
                        .next("この行を消すか、others = \"allowed\" としてください。")
                }
                Others::Allowed => said("「その他」（other）は、others = \"allowed\" がすでに認めています。")
                    .next("この行を消してください。"),
            };
            self.at(
                &format!("networks.named[{i}].network"),
                words.expected("named には名前の分かっているサービスだけを書き、ほかは others で認めるか断ります。"),
            );
        }
        self.labels("networks.named", "サービス", scope.named.iter().map(|named| named.label.as_str()));
    }

    fn item(&mut self, item: &PolicyItem, path: &str) {
        let g = self.guideline();
        if let (ItemKind::Hours, Some(sentence)) = (item.kind, &item.sentence) {
            let (slots, _) = slots_of(sentence);
            self.slots_once(&slots, &format!("{path}.sentence"));
            let missing: Vec<String> =
                HOURS.iter().filter(|slot| !slots.contains(slot)).map(|slot| format!("{{{slot}}}")).collect();
            if !missing.is_empty() {
                let words = said(format!(
                    "発信時間の文に {} がありません。記入を求めた曜日や時刻が、文に出ません。",
                    missing.join("、")
                ))
                .expected("kind = \"hours\" の文には、曜日と時刻の六つの差込みを全部入れます。")
                .next("差込みを加えてください。曜日や時刻を求めないときは、sentence を消して kind = \"text\" にしてください。");
                self.at(&format!("{path}.sentence"), words);
            }
        }
        let always_known = match item.kind {
            ItemKind::Unit => Some("所管する組織は、案件からいつも分かり、なしにできません。"),
            ItemKind::Network => Some("種類のないアカウントは、届け出ることも載せることもできません。"),
            ItemKind::AccountName => Some("名のないアカウントは、一覧に載せられません。"),
            ItemKind::Url => Some("ＵＲＬのないアカウントは、一覧に載せられません。"),
            _ => None,
        };
        let never_asked = matches!(item.kind, ItemKind::Note);
        match item.needed {
            Needed::AfterAcquisition if item.kind != ItemKind::Url => {
                let words = said("取得で分かるのはＵＲＬだけです。この項目は、取得の後も空のままになります。")
                    .expected("after_acquisition は kind = \"url\" の項目だけに書きます。")
                    .next("needed = \"always\" か \"optional\" としてください。");
                self.at(&format!("{path}.needed"), words);
            }
            Needed::AfterAcquisition => {
                for (i, procedure) in g.procedures.iter().enumerate().filter(|(_, p)| p.purpose == Purpose::Opening) {
                    if !procedure::acquires_before_listing(procedure) {
                        let words = said(format!("手続「{}」に、掲載より前の取得の手順がありません。", procedure.id))
                            .expected("after_acquisition の項目は、取得（kind = \"acquire\"）の手順で分かります。")
                            .next(format!(
                                "procedure[{i}] に取得の手順を掲載の前に加えるか、needed = \"always\" としてください。"
                            ));
                        self.at(&format!("{path}.needed"), words);
                    }
                }
            }
            Needed::Optional if let Some(what) = always_known => {
                let words = said(what)
                    .expected(
                        "この種類の項目は needed = \"always\" です（url は、取得で分かるなら \"after_acquisition\"）。",
                    )
                    .next("needed = \"always\" と書いてください。");
                self.at(&format!("{path}.needed"), words);
            }
            Needed::Always if never_asked => {
                let words = said("備考は何を書いてもよい欄なので、必須にしても求められません。")
                    .expected("kind = \"note\" の項目は needed = \"optional\" です。")
                    .next("必ず書かせる項目なら kind = \"text\" に、そうでなければ needed = \"optional\" にしてください。");
                self.at(&format!("{path}.needed"), words);
            }
            Needed::Always | Needed::Optional => {}
        }
    }

    /// Which of several texts would stand in the column is said by no kind.
    fn columns(&mut self) {
        let g = self.guideline();
        for (i, _) in g.listing.shows.iter().enumerate().filter(|(_, kind)| **kind == ItemKind::Text) {
            let words = said("独自の項目（text）は、一覧の列にできません。")
                .expected("列にできるのは、一つに決まる種類の項目です。独自の項目は、各アカウントのページに載ります。")
                .next("shows から \"text\" を消してください。");
            self.at(&format!("listing.shows[{i}]"), words);
        }
    }

    fn attachments(&mut self) {
        let g = self.guideline();
        for (i, attachment) in g.attachments.iter().enumerate() {
            let path = format!("attachment[{i}]");
            if attachment.clauses.is_empty() {
                let words = said("添える文（clauses）が空です。何も印刷されません。")
                    .expected("文にする条の番号を、順に一つ以上書きます。")
                    .next("clauses = [\"条の番号\"] としてください。");
                self.at(&format!("{path}.clauses"), words);
            }
        }
    }

    /// A step that asks to confirm clauses has some to confirm.
    fn principles(&mut self) {
        let g = self.guideline();
        let binding = g.prohibitions.iter().any(|prohibition| prohibition.binds == Binds::City);
        for (i, procedure) in g.procedures.iter().enumerate().filter(|(_, p)| p.purpose.is_carried_out()) {
            for (j, step) in procedure.steps.iter().enumerate() {
                let (what, list) = match step.kind {
                    StepKind::Acknowledge if g.principles.is_empty() => ("基本原則", "principles = [\"条の番号\"]"),
                    StepKind::ApprovePost if !binding => ("発信できない情報", "[[prohibition]] の binds = \"city\""),
                    _ => continue,
                };
                let words = said(format!("確かめる{what}が書かれていません。"))
                    .expected(format!("{list} に、この手順で確かめる条を書きます。"))
                    .next("条を書くか、この手順を消してください。");
                self.at(&format!("procedure[{i}].step[{j}].kind"), words);
            }
        }
    }

    /// A slot that stands twice prints its value twice.
    fn slots_once(&mut self, slots: &[&str], path: &str) {
        for (_, slot) in repeated(slots.iter().copied()) {
            let words = said(format!("差込み {{{slot}}} が二度書かれています。"))
                .expected("同じ差込みは一度だけです。")
                .next("どちらかを、入れるつもりだった差込みに直すか、消してください。");
            self.at(path, words);
        }
    }

    /// A figure that nobody can mean would be waited for for ever.
    fn figures(&mut self) {
        let g = self.guideline();
        let mut found: Vec<(String, u32, u32)> = Vec::new();
        for (i, procedure) in g.procedures.iter().enumerate() {
            let steps = procedure.steps.iter().enumerate();
            let within = steps.filter_map(|(j, step)| Some((j, step.within.as_ref()?.open_days)));
            found.extend(
                within.map(|(j, days)| {
                    (format!("procedure[{i}].step[{j}].within.open_days"), days, Unit::OpenDays.most())
                }),
            );
        }
        let every = g.duties.iter().enumerate().filter_map(|(i, duty)| Some((i, duty.every.as_ref()?.days)));
        found.extend(every.map(|(i, days)| (format!("duty[{i}].every.days"), days, Unit::Days.most())));
        for (i, setting) in g.settings.iter().enumerate() {
            found.push((format!("setting[{i}].value"), setting.value, Unit::of(setting.id).most()));
        }
        for (i, role) in g.roles.iter().enumerate() {
            if let Holder::Committee { quorum, .. } = role.holder {
                found.push((format!("role[{i}].holder.committee.quorum"), quorum, LARGEST_QUORUM));
            }
        }
        for (path, value, most) in found {
            if (value == 0 || value > most) && !self.is_told(&path) {
                let words = said(format!("数 {value} は、間違いではありませんか。"))
                    .expected(format!("1 以上 {most} 以下です。"))
                    .next("ガイドラインの条文か、市の運用の数を確かめてください。");
                self.at(&path, words);
            }
        }
    }

    fn numbers(&mut self) {
        let g = self.guideline();
        if let Some(numbering) = &g.numbering {
            self.slots_once(&slots_of(&numbering.pattern).0, "numbering.pattern");
        }
        match &g.numbering {
            None if g.words.number.is_some() => {
                let words = said("番号の呼び名（number）がありますが、番号は付きません。")
                    .expected("番号は [numbering] の決まりで付きます。")
                    .next("[numbering] を加えるか、number の行を消してください。");
                self.at("words.number", words);
            }
            Some(_) if !steps(g).any(|step| step.kind == StepKind::Receive) => {
                let words = said("番号を付ける手順が、行える手続にありません。")
                    .expected("番号は、開設などの手続の受理（kind = \"receive\"）の手順で付きます。")
                    .next("開設の手続に受理の手順を加えるか、[numbering] を消してください。");
                self.at("numbering", words);
            }
            _ => {}
        }
    }
}

/// Whether a step belongs to cases that are not shared too.
fn also_alone(step: &Step) -> bool {
    !step.when.contains(&When::Shared)
}

/// The paths of a value's strings that hold nothing, as the file has them.
fn blank(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.trim().is_empty() => found.push(path.to_owned()),
        Value::Array(parts) => {
            for (i, part) in parts.iter().enumerate() {
                blank(part, &format!("{path}[{i}]"), found);
            }
        }
        Value::Object(fields) => {
            for (name, part) in fields {
                blank(part, &below(path, name), found);
            }
        }
        _ => {}
    }
}
