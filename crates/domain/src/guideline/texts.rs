//! Whether a guideline's texts, numbers, duties and forms can be filled.

use std::collections::BTreeSet;

use super::problem::{perhaps, said, short};
use super::report::{Report, repeated, written};
use super::{Block, Duty, ItemKind, PolicyItem, RowSource, StepKind, Trigger};

/// The slots of a sentence on hours, all of which people are asked for.
pub(super) const HOURS: [&str; 6] = ["from_day", "to_day", "from_hour", "from_minute", "to_hour", "to_minute"];

/// Checks policy items, the list, prohibitions, numbers, duties and forms.
pub(super) fn check(report: &mut Report<'_>) {
    for (i, item) in report.guideline().policy_items.iter().enumerate() {
        report.policy_item(item, &format!("policy_item[{i}]"));
    }
    report.texts();
    report.numbering();
    for (i, duty) in report.guideline().duties.iter().enumerate() {
        report.duty(duty, &format!("duty[{i}]"));
    }
    report.forms();
}

impl Report<'_> {
    fn policy_item(&mut self, item: &PolicyItem, path: &str) {
        match (&item.sentence, item.kind) {
            (None, ItemKind::Hours) => {
                let words = said("発信時間の文（sentence）がありません。")
                    .expected("{from_day} などの差込みを入れた文です。")
                    .next("ガイドラインの文のとおりに sentence = \"…\" を書いてください。");
                self.at(path, words);
            }
            (Some(sentence), ItemKind::Hours) => {
                self.slots(sentence, &HOURS, &format!("{path}.sentence"));
            }
            (Some(_), _) => {
                let words = said("sentence は発信時間（kind = \"hours\"）だけのものです。")
                    .next("この行を消すか、kind を hours にしてください。");
                self.at(&format!("{path}.sentence"), words);
            }
            (None, _) => {}
        }
        if item.kind == ItemKind::Reply && item.stances.is_empty() {
            let words = said("返信の方針（stance）が一つもありません。")
                .expected("選べる方針を一つ以上書きます。")
                .next("[[policy_item.stance]] を加えてください。");
            self.at(path, words);
        }
        if item.kind != ItemKind::Reply && !item.stances.is_empty() {
            let words = said("stance は返信の項目（kind = \"reply\"）だけのものです。")
                .next("stance を消すか、kind を reply にしてください。");
            self.at(&format!("{path}.stance"), words);
        }
    }

    /// Lists and texts: the official list's columns, exceptions to prohibitions.
    fn texts(&mut self) {
        let g = self.guideline();
        if g.listing.shows.is_empty() {
            let words = said("一覧に何を載せるか（shows）が空です。")
                .expected("項目の種類を一つ以上書きます。")
                .next("shows = [\"network\", \"account_name\"] のように書いてください。");
            self.at("listing.shows", words);
        }
        for (i, kind) in g.listing.shows.iter().enumerate() {
            if g.item(*kind).is_none() {
                let words = said("一覧に載せる項目が、利用方針の項目にありません。")
                    .expected("shows の項目は、[[policy_item]] のどれかの kind です。")
                    .next("[[policy_item]] にこの種類の項目を加えるか、shows から外してください。");
                self.at(&format!("listing.shows[{i}]"), words);
            }
        }
        for (second, kind) in repeated(g.listing.shows.iter().map(written)) {
            self.twice(&format!("listing.shows[{second}]"), "一覧の項目", &kind);
        }
        for (i, prohibition) in g.prohibitions.iter().enumerate() {
            if prohibition.items.is_empty() {
                let words = said("禁止事項（items）が空です。")
                    .expected("条の番号を一つ以上書きます。")
                    .next("items = [\"条の番号\"] としてください。");
                self.at(&format!("prohibition[{i}].items"), words);
            }
            let known: Vec<&str> = prohibition.items.iter().map(|c| c.0.as_str()).collect();
            for (j, exception) in prohibition.exceptions.iter().enumerate() {
                if !prohibition.items.contains(&exception.item) {
                    let path = format!("prohibition[{i}].exception[{j}].item");
                    self.unknown(&path, "禁止事項", &exception.item.0, &known);
                }
            }
        }
    }

    fn numbering(&mut self) {
        let g = self.guideline();
        let Some(numbering) = &g.numbering else {
            return;
        };
        let path = "numbering.pattern";
        let serials = slots_of(&numbering.pattern).0.into_iter().filter(|s| is_serial(s)).count();
        self.slots(&numbering.pattern, &["fiscal_year", "era_year"], path);
        if serials != 1 {
            let words = said(format!("番号の型に通し番号（{{serial:4}} など）が {serials} 個あります。"))
                .expected("{serial:桁数} がちょうど一つです。桁数は 1 から 9 です。")
                .next("pattern = \"{serial:4}\" のように書いてください。");
            self.at(path, words);
        }
        let receives = g.procedures.iter().flat_map(|p| &p.steps).any(|s| s.kind == StepKind::Receive);
        if !receives {
            let words = said("番号を付ける手順がありません。")
                .expected("番号は受理（kind = \"receive\"）の手順で付きます。")
                .next("開設の手続に受理の手順を加えるか、[numbering] を消してください。");
            self.at("numbering", words);
        }
    }

    /// Checks that a text has known slots only, and closed ones.
    fn slots(&mut self, text: &str, known: &[&str], path: &str) {
        let (slots, closed) = slots_of(text);
        if !closed {
            let words = said("差込みの { と } が組になっていません。")
                .expected("差込みは {名前} の形です。")
                .next("{ と } の数を確かめてください。");
            self.at(path, words);
        }
        for slot in slots {
            let serial = is_serial(slot) && known.contains(&"fiscal_year");
            if !serial && !known.contains(&slot) {
                let names: Vec<String> = known.iter().map(|k| format!("{{{k}}}")).collect();
                let words = said(format!("差込み {{{}}} はありません。", short(slot)))
                    .expected(format!("使える差込み: {}", names.join("、")))
                    .next(perhaps(slot, known.iter().copied(), "差込みの名前を直してください。"));
                self.at(path, words);
            }
        }
    }

    fn duty(&mut self, duty: &Duty, path: &str) {
        self.by(&duty.by, &format!("{path}.by"));
        if duty.triggers.is_empty() {
            let words = said("いつ行うか（triggers）が空です。")
                .expected("きっかけを一つ以上書きます。")
                .next("triggers = [\"interval\"] のように書いてください。");
            self.at(&format!("{path}.triggers"), words);
        }
        // A transfer or a new fiscal year comes of itself; the others are looked at again after so many days.
        let repeats = |t: &Trigger| !matches!(t, Trigger::Transfer | Trigger::FiscalYear);
        match &duty.every {
            None if duty.triggers.contains(&Trigger::Interval) => {
                let words = said("間隔（every）がありません。")
                    .expected("triggers に interval があるときは every が要ります。")
                    .next("every = { days = 日数, practice = \"理由\" } のように加えてください。");
                self.at(&format!("{path}.triggers"), words);
            }
            Some(every) if every.days == 0 => {
                let words = said("間隔が 0 日です。").expected("1 日以上です。").next("days を直してください。");
                self.at(&format!("{path}.every.days"), words);
            }
            Some(_) if !duty.triggers.iter().any(repeats) => {
                let words = said("繰り返さない務めに間隔（every）があります。")
                    .expected("every は triggers に interval などの繰り返しがあるときに書きます。")
                    .next("triggers に \"interval\" を加えるか、every を消してください。");
                self.at(&format!("{path}.every"), words);
            }
            _ => {}
        }
    }

    fn forms(&mut self) {
        let g = self.guideline();
        let items: Vec<&str> = g.policy_items.iter().map(|i| i.id.as_str()).collect();
        let steps: Vec<&str> = g.procedures.iter().flat_map(|p| &p.steps).map(|s| s.id.as_str()).collect();
        for (i, form) in g.forms.iter().enumerate() {
            let mut labels: BTreeSet<&str> = BTreeSet::new();
            for (j, block) in form.blocks.iter().enumerate() {
                let Block::Table { rows } = block else {
                    continue;
                };
                for (k, row) in rows.iter().enumerate() {
                    let path = format!("form[{i}].block[{j}].rows[{k}]");
                    if !labels.insert(&row.label) {
                        self.twice(&format!("{path}.label"), "様式の行", &row.label);
                    }
                    match &row.source {
                        RowSource::Item(id) if !items.contains(&id.as_str()) => {
                            self.unknown(&format!("{path}.source.item"), "項目", id, &items);
                        }
                        RowSource::StepDay(id) if !steps.contains(&id.as_str()) => {
                            self.unknown(&format!("{path}.source.step_day"), "手順", id, &steps);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// The names between braces, and whether every brace has its partner.
pub(super) fn slots_of(text: &str) -> (Vec<&str>, bool) {
    let mut slots = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        let Some((slot, after)) = from.split_once('}') else {
            return (slots, false);
        };
        if before.contains('}') || slot.contains('{') {
            return (slots, false);
        }
        slots.push(slot);
        rest = after;
    }
    (slots, !rest.contains('}'))
}

fn is_serial(slot: &str) -> bool {
    slot.strip_prefix("serial:").is_some_and(|w| matches!(w.as_bytes(), [b'1'..=b'9']))
}
