//! なりすまし: the accounts that pose as the city's, so that the verification warns of them.

use actions::{ActError, ImpersonatorNoted};
use axum::extract::Path;
use domain::access::Action;
use domain::calendar::wareki_with_western;
use domain::id::ImpersonatorId;
use domain::network;
use serde::Deserialize;

use crate::account::note::{NotePage, all_told, day_field, field_at_fault, key, place_fields};
use crate::accounts::RegisterPage;
use crate::answer::{Answer, Reply};
use crate::done::Done;
use crate::faults::Faults;
use crate::field::{Field, Kind};
use crate::page::Link;
use crate::parts::{Cell, Empty, Head, Pages, Table};
use crate::query::Query;
use crate::refused::Refused;
use crate::typed::Typed;
use crate::visit::Visit;

/// How many a page shows.
const SHOWN: u32 = 50;

/// What the words about an impersonator are called.
const NOTE: &str = "わかっていること";

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

/// Those that are known.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>, Query(done): Query<Done>) -> Reply {
    let after = asked.after.map(ImpersonatorId);
    let known = visit.city().impersonators_after(after.as_ref(), SHOWN).await?;
    let next = known.next.as_ref().map(|id| format!("{}?after={id}", visit.path("impersonators")));
    let keeps = visit.may(Action::KeepImpersonators);
    // Free words about people are for those who read them in the ledger.
    let reads = visit.may(Action::SeeLedger);
    let rows = known.rows.iter().map(|(id, noted)| {
        let clear = Link {
            href: visit.path(&format!("impersonators/{id}/clear")),
            words: "なくなったと記録する".to_owned(),
        };
        let note = noted.note.clone().map_or(Cell::Missing("書かれていません"), Cell::Text);
        let told = [
            // Never a link: nobody should be led there.
            Cell::Text(noted.url.clone()),
            Cell::Text(network::label_on(&noted.network, visit.today(), visit.city().networks())),
            Cell::Text(wareki_with_western(noted.noted_on)),
        ];
        let next = if keeps { Cell::Link(clear) } else { Cell::Text(String::new()) };
        told.into_iter().chain(reads.then_some(note)).chain([next]).collect()
    });
    let heads = ["URL", "種類", "記録した日"].into_iter().chain(reads.then_some(NOTE)).chain(["次にすること"]);
    let new = || Link { href: visit.path("impersonators/new"), words: "なりすましを記録する".to_owned() };
    let shell = visit.shell("なりすまし").under(visit.path("accounts"), "アカウント");
    let about = ["impersonator_noted", "impersonator_cleared"];
    let page = RegisterPage {
        shell: done.said_if(&visit, shell, |told| about.contains(&told.kind.as_str())).await?,
        lead:
            "この団体をかたるアカウントの記録です。URLを確かめた人には、なりすましと答えます。URLは開かないでください。"
                .to_owned(),
        actions: keeps.then(new).into_iter().collect(),
        here: String::new(),
        narrowed: false,
        fields: Vec::new(),
        table: Table {
            caption: "なりすまし".to_owned(),
            heads: heads.map(Head::new).collect(),
            rows: rows.collect(),
            empty: Empty {
                title: "記録されているなりすましはありません。".to_owned(),
                body: format!("見つけたら、{}に知らせてください。", visit.guideline().guideline.words.central),
                next: keeps.then(new),
            },
        },
        pages: Pages { first: after.map(|_| visit.path("impersonators")), after: next, shown: String::new() },
    };
    visit.show(&page)
}

/// The form on which one is named.
pub(crate) async fn new(visit: Visit) -> Reply {
    visit.show(&form(&visit, &Typed::default(), None))
}

/// Names one.
pub(crate) async fn note(visit: Visit, typed: Typed) -> Reply {
    let mut faults = Faults::of(&typed, &["network", "network_name", "url", "on"]);
    let on = faults.day(visit.today());
    faults.place(&visit.guideline().guideline, visit.city().networks());
    if !faults.is_empty() {
        return visit.show_refused(&form(&visit, &typed, Some(faults.refused())));
    }
    let order = ImpersonatorNoted {
        network: typed.text("network").to_owned(),
        network_name: typed.words("network_name"),
        url: typed.text("url").trim().to_owned(),
        attachments: Vec::new(),
        note: typed.words("note"),
    };
    match visit.city().note_impersonator(&order, &visit.by(on)?, typed.said("key")).await {
        Ok(recorded) => Err(Answer::Elsewhere(visit.path(&format!("impersonators?done={}", recorded.seq)))),
        Err(ActError::Refused(refusal)) => {
            let typed = visit.rekeyed(typed, &refusal);
            let refused = Refused::by(&visit, visit.guideline(), &refusal, |_| None);
            let refused = refused.at(field_at_fault(&refusal, &typed));
            visit.show_refused(&form(&visit, &typed, Some(refused)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The form on which one is said to be gone.
pub(crate) async fn clearing(visit: Visit, Path((_, id)): Path<(String, String)>) -> Reply {
    let page = clear_form(&visit, &id, &Typed::default(), None).await?;
    visit.show(&page)
}

/// Says that one is gone.
pub(crate) async fn clear(visit: Visit, Path((_, id)): Path<(String, String)>, typed: Typed) -> Reply {
    let mut faults = Faults::of(&typed, &["on"]);
    let on = faults.day(visit.today());
    if !faults.is_empty() {
        return visit.show_refused(&clear_form(&visit, &id, &typed, Some(faults.refused())).await?);
    }
    match visit.city().clear_impersonator(&ImpersonatorId::from(id.as_str()), &visit.by(on)?, typed.said("key")).await {
        Ok(recorded) => Err(Answer::Elsewhere(visit.path(&format!("impersonators?done={}", recorded.seq)))),
        Err(ActError::Refused(refusal)) => {
            let typed = visit.rekeyed(typed, &refusal);
            let refused = Refused::by(&visit, visit.guideline(), &refusal, |_| None);
            let refused = refused.at(field_at_fault(&refusal, &typed));
            visit.show_refused(&clear_form(&visit, &id, &typed, Some(refused)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn form(visit: &Visit, typed: &Typed, refused: Option<Refused>) -> NotePage {
    let [network, network_name, url] = place_fields(visit, typed);
    let note = Kind::Long { value: typed.text("note").to_owned(), rows: 3, most: None };
    let fields =
        [network, network_name, url, Field::new("note", NOTE, note).optional(), day_field(visit, typed, "見つけた日")];
    NotePage {
        shell: visit
            .shell("なりすましを記録する")
            .under(visit.path("accounts"), "アカウント")
            .under(visit.path("impersonators"), "なりすまし"),
        lead: "この団体をかたるアカウントを記録します。記録すると、URLを確かめた人に、なりすましと答えます。"
            .to_owned(),
        action: visit.path("impersonators/new"),
        key: key(visit, typed),
        fields: all_told(refused.as_ref(), fields),
        button: "なりすましとして記録する",
        back: visit.path("impersonators"),
        refused,
    }
}

async fn clear_form(visit: &Visit, id: &str, typed: &Typed, refused: Option<Refused>) -> Result<NotePage, Answer> {
    let noted = visit.city().impersonator(&ImpersonatorId::from(id)).await?.ok_or(Answer::Nowhere)?;
    Ok(NotePage {
        shell: visit
            .shell("なりすましがなくなったと記録する")
            .under(visit.path("accounts"), "アカウント")
            .under(visit.path("impersonators"), "なりすまし"),
        lead: format!("{} がなくなったと記録します。なりすましだったことは台帳に残ります。", noted.url),
        action: visit.path(&format!("impersonators/{id}/clear")),
        key: key(visit, typed),
        fields: all_told(refused.as_ref(), [day_field(visit, typed, "なくなったのを確かめた日")]),
        button: "なくなったと記録する",
        back: visit.path("impersonators"),
        refused,
    })
}
