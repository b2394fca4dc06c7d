//! What carries a clause, in words and with the place where it is shown.

use std::collections::BTreeMap;

use domain::guideline::{Binds, Guideline};

use crate::parts::Link;
use crate::visit::Visit;

/// Each leaf of a guideline by its id: what it is called and where it stands.
#[derive(Debug)]
pub(super) struct Carriers(BTreeMap<String, Link>);

/// The links of these leaves, each once.
pub(super) fn links(leaves: &[String], carriers: &Carriers) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for link in leaves.iter().filter_map(|leaf| carriers.link(leaf)) {
        if !links.contains(link) {
            links.push(link.clone());
        }
    }
    links
}

impl Carriers {
    /// Every leaf, named as the coverage names it.
    pub(super) fn of(visit: &Visit, g: &Guideline) -> Self {
        let mut all = Self(BTreeMap::new());
        all.acts(visit, g);
        all.things(g);
        all
    }

    /// Where a leaf is shown.
    pub(super) fn link(&self, leaf: &str) -> Option<&Link> {
        self.0.get(leaf)
    }

    fn add(&mut self, leaf: String, href: impl Into<String>, words: impl Into<String>) {
        self.0.insert(leaf, Link { href: href.into(), words: words.into() });
    }

    fn acts(&mut self, visit: &Visit, g: &Guideline) {
        for p in &g.procedures {
            let page = visit.path(&format!("guideline/procedures/{}", p.id));
            self.add(format!("procedure:{}", p.id), &page, format!("手続「{}」", p.label));
            for step in &p.steps {
                let here = format!("{page}#step-{}", step.id);
                let leaf = format!("{}/{}", p.id, step.id);
                let words = |what: &str| format!("{}「{}」{what}", p.label, step.label);
                self.add(format!("step:{leaf}"), &here, words(""));
                for after in &step.after {
                    self.add(format!("edge:{leaf}<{}", after.step), &here, words("の順序"));
                }
                self.add(format!("second:{leaf}"), &here, words("の別の人による確認"));
                self.add(format!("within:{leaf}"), &here, words("の期限"));
            }
        }
        for duty in &g.duties {
            self.add(format!("duty:{}", duty.id), "#duties", format!("務め「{}」", duty.label));
            self.add(format!("every:{}", duty.id), "#duties", format!("務め「{}」の間隔", duty.label));
        }
        for form in &g.forms {
            self.add(format!("form:{}", form.id), "#forms", form.label.clone());
            for block in &form.blocks {
                let domain::guideline::Block::Table { rows } = block else { continue };
                for row in rows {
                    self.add(
                        format!("row:{}/{}", form.id, row.label),
                        "#forms",
                        format!("{}の欄「{}」", form.label, row.label),
                    );
                }
            }
        }
    }

    fn things(&mut self, g: &Guideline) {
        let rules = [
            ("networks", "対象とするＳＮＳ"),
            ("numbering", "管理番号"),
            ("listing", "公式アカウント一覧"),
            ("further_account", "二つ目以降のアカウント"),
            ("shared_account", "共にするアカウント"),
            ("principles", "基本原則"),
            ("residual", "定めのない事項の決定"),
        ];
        for (leaf, words) in rules {
            self.add(leaf.to_owned(), "#rules", words);
        }
        for named in &g.networks.named {
            self.add(format!("network:{}", named.network), "#rules", format!("対象とするＳＮＳ「{}」", named.label));
        }
        for role in &g.roles {
            self.add(format!("role:{}", role.id), "#roles", format!("役割「{}」", role.label));
            self.add(format!("floor:{}", role.id), "#roles", format!("役割「{}」の職位の下限", role.label));
        }
        for item in &g.policy_items {
            let policy = &g.words.policy;
            self.add(format!("item:{}", item.id), "#items", format!("{policy}の「{}」", item.label));
            for stance in &item.stances {
                let leaf = format!("{}/{}", item.id, stance.id);
                self.add(format!("stance:{leaf}"), "#items", format!("{policy}の「{}」：{}", item.label, stance.label));
                self.add(format!("contact:{leaf}"), "#items", format!("{policy}の「{}」：問合せ先", item.label));
            }
        }
        for attachment in &g.attachments {
            self.add(format!("attachment:{}", attachment.id), "#rules", format!("添える文「{}」", attachment.title));
        }
        for prohibition in &g.prohibitions {
            let (whom, words) = match prohibition.binds {
                Binds::City => ("city", "発信できない情報"),
                Binds::Users => ("users", "利用者の投稿で認めないもの"),
            };
            self.add(format!("prohibition:{whom}"), "#rules", words);
        }
    }
}
