//! Entering an account that nobody filed (既存・届出前); it is not official by this.

use actions::{AccountNoted, ActError};
use askama::Template;
use domain::calendar;
use domain::id::UnitId;
use domain::refusal::{OrderField, Refusal, RefusalKind};
use jiff::civil::Date;

use crate::accounts::units;
use crate::answer::{Answer, Reply};
use crate::faults::Faults;
use crate::field::{Choice, Field, Kind, Line};
use crate::page::Shell;
use crate::refused::{self, Refused, told};
use crate::typed::Typed;
use crate::visit::Visit;

/// A form that enters one thing.
#[derive(Template)]
#[template(path = "note_form.html")]
pub(crate) struct NotePage {
    pub shell: Shell,
    pub refused: Option<Refused>,
    pub lead: String,
    pub action: String,
    pub key: String,
    pub fields: Vec<Field>,
    pub button: &'static str,
    pub back: String,
}

/// The form.
pub(crate) async fn page(visit: Visit) -> Reply {
    visit.show(&form(&visit, &Typed::default(), None))
}

/// Enters it.
pub(crate) async fn act(visit: Visit, typed: Typed) -> Reply {
    let mut faults = Faults::of(&typed, &["network", "network_name", "name", "url", "unit", "on"]);
    let on = faults.day(visit.today());
    faults.place(&visit.guideline().guideline, visit.city().networks());
    faults.ask("name", "アカウント名を入れてください。");
    faults.ask("unit", "担当部署を選んでください。");
    let order = AccountNoted {
        network: typed.text("network").to_owned(),
        network_name: typed.words("network_name"),
        name: typed.text("name").trim().to_owned(),
        url: typed.text("url").trim().to_owned(),
        units: typed.said("unit").map(UnitId::from).into_iter().collect(),
    };
    if !faults.is_empty() {
        // What only the register knows is told with the rest; a unit that is missing keeps nobody from looking.
        let own = || visit.officer().ok()?.posts.first().map(|post| post.unit.clone());
        let units = if order.units.is_empty() { own().into_iter().collect() } else { order.units.clone() };
        let tried = visit.city().may_note_account(&AccountNoted { units, ..order }, &visit.by(on)?).await;
        if let Err(ActError::Refused(refusal)) = tried
            && refusal.kind == RefusalKind::AddressTaken
        {
            faults.add("url", refusal.what);
        }
        return visit.show_refused(&form(&visit, &typed, Some(faults.refused())));
    }
    match visit.city().note_account(&order, &visit.by(on)?, typed.said("key")).await {
        Ok(recorded) => {
            let account = recorded.account.unwrap_or_default();
            Err(Answer::Elsewhere(visit.path(&format!("accounts/{account}?done={}", recorded.seq))))
        }
        Err(ActError::Refused(refusal)) => {
            let typed = visit.rekeyed(typed, &refusal);
            let refused = Refused::by(&visit, visit.guideline(), &refusal, |_| None);
            let refused = refused.at(field_at_fault(&refusal, &typed));
            visit.show_refused(&form(&visit, &typed, Some(refused)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The day, today unless something was typed.
pub(crate) fn day_field(visit: &Visit, typed: &Typed, label: &str) -> Field {
    let value = if typed.has("on") { typed.text("on").to_owned() } else { visit.today().to_string() };
    let wareki = value.parse::<Date>().ok().map(calendar::wareki);
    Field::new("on", label, Kind::Day { value, wareki })
}

/// The place of an account on its network.
pub(crate) fn place_fields(visit: &Visit, typed: &Typed) -> [Field; 3] {
    let networks = visit.city().networks().iter();
    let networks = networks.map(|one| Choice::new(one.id().as_str(), one.label(), typed.text("network")));
    let address = Kind::Line { value: typed.text("url").to_owned(), sort: Line::Address };
    [
        Field::new("network", "種類", Kind::Select(networks.collect())),
        Field::line("network_name", "その他のサービスの名前", typed.text("network_name"))
            .hint("種類で「その他」を選んだときだけ入れます。")
            .optional(),
        Field::new("url", "URL", address).hint("アカウントのページのURLを、そのまま貼りつけます。"),
    ]
}

/// The field in which the refusal of something noted is mended.
pub(crate) fn field_at_fault<'t>(refusal: &Refusal, typed: &'t Typed) -> Option<&'t str> {
    refused::field_at_fault(refusal, typed, |field| match field {
        OrderField::Day | OrderField::Network | OrderField::NetworkName | OrderField::Url | OrderField::Units => {
            Some(field.word())
        }
        _ => None,
    })
}

/// The fields of a form, each with what a refusal says of it.
pub(crate) fn all_told<const N: usize>(refused: Option<&Refused>, fields: [Field; N]) -> Vec<Field> {
    fields.map(|field| told(refused, field)).into()
}

/// The key of a form: kept when it comes back, so that it still is one act.
pub(crate) fn key(visit: &Visit, typed: &Typed) -> String {
    typed.said("key").map_or_else(|| visit.fresh_key(), str::to_owned)
}

fn form(visit: &Visit, typed: &Typed, refused: Option<Refused>) -> NotePage {
    let own = || visit.officer().ok()?.posts.first().map(|post| post.unit.0.clone());
    let unit = typed.said("unit").map(str::to_owned).or_else(own).unwrap_or_default();
    let [network, network_name, url] = place_fields(visit, typed);
    let fields = [
        network,
        network_name,
        Field::line("name", "アカウント名", typed.text("name")),
        url,
        Field::new("unit", "担当部署", Kind::Select(units(visit, &unit).collect())),
        day_field(visit, typed, "確かめた日"),
    ];
    NotePage {
        shell: visit.shell("既存のアカウントを台帳に入れる").under(visit.path("accounts"), "アカウント"),
        lead: "届出の前からあるアカウントを、台帳に入れます。入れただけでは公式アカウントになりません。".to_owned(),
        action: visit.path("accounts/new"),
        key: key(visit, typed),
        fields: all_told(refused.as_ref(), fields),
        button: "台帳に入れる",
        back: visit.path("accounts"),
        refused,
    }
}
