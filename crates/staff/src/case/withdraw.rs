//! 取下げ: the case ends, and the record stays.

use actions::ActError;
use askama::Template;
use axum::extract::Path;
use domain::calendar::{self, wareki};
use domain::refusal::{OrderField, Refusal};
use jiff::civil::Date;

use super::seen::Seen;
use crate::answer::{Answer, Reply};
use crate::field::{Field, Kind};
use crate::page::Shell;
use crate::refused::{self, Refused, told};
use crate::typed::Typed;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "withdraw.html")]
struct WithdrawPage {
    shell: Shell,
    refused: Option<Refused>,
    subject: String,
    action: String,
    key: String,
    fields: Vec<Field>,
    back: String,
}

/// Asks before a case is withdrawn.
pub(crate) async fn page(visit: Visit, Path((_, case)): Path<(String, String)>) -> Reply {
    let seen = Seen::of(visit, &case).await?;
    let today = seen.visit.by(seen.visit.today())?;
    let refused = match seen.visit.city().may_withdraw(&seen.case().id, &today).await {
        Ok(()) => None,
        Err(ActError::Refused(refusal)) => Some(Refused::by(&seen.visit, &seen.loaded, &refusal, |_| None)),
        Err(error) => return Err(error.into()),
    };
    let mut page = withdraw_page(&seen, None, None);
    if refused.is_some() {
        // Who may not is told so, and is not asked for a reason.
        page.fields.clear();
        page.refused = refused;
    }
    seen.visit.show(&page)
}

/// Withdraws a case.
pub(crate) async fn act(visit: Visit, Path((_, case)): Path<(String, String)>, typed: Typed) -> Reply {
    let seen = Seen::of(visit.clone(), &case).await?;
    let Ok(on) = calendar::parse_date(typed.text("on")) else {
        let wrong = [("on".to_owned(), "取り下げる日を読めません。".to_owned())];
        let refused = Refused::unreadable("日付を読めませんでした。", wrong);
        return visit.show_refused(&withdraw_page(&seen, Some(&typed), Some(refused)));
    };
    let because = typed.words("because").unwrap_or_default();
    match visit.city().withdraw(&seen.case().id, &because, &visit.by(on)?, typed.said("key")).await {
        Ok(recorded) => Err(Answer::Elsewhere(format!("{}?done={}", seen.path(""), recorded.seq))),
        Err(ActError::Refused(refusal)) => {
            let typed = visit.rekeyed(typed, &refusal);
            let refused = Refused::by(&visit, &seen.loaded, &refusal, |_| None).at(field_at_fault(&refusal, &typed));
            visit.show_refused(&withdraw_page(&seen, Some(&typed), Some(refused)))
        }
        Err(error) => Err(error.into()),
    }
}

fn field_at_fault<'t>(refusal: &Refusal, typed: &'t Typed) -> Option<&'t str> {
    refused::field_at_fault(refusal, typed, |field| match field {
        OrderField::Reason => Some("because"),
        OrderField::Day => Some(field.word()),
        _ => None,
    })
}

fn withdraw_page(seen: &Seen, typed: Option<&Typed>, refused: Option<Refused>) -> WithdrawPage {
    let on = typed.map_or_else(|| seen.visit.today().to_string(), |typed| typed.text("on").to_owned());
    let era = on.parse::<Date>().ok().map(wareki);
    let because = typed.map(|typed| typed.text("because").to_owned()).unwrap_or_default();
    let fields = [
        Field::new("because", "取り下げる理由", Kind::Long { value: because, rows: 3, most: None }),
        Field::new("on", "取り下げる日", Kind::Day { value: on, wareki: era }),
    ];
    WithdrawPage {
        shell: seen
            .visit
            .shell("案件を取り下げる")
            .under(seen.visit.path("cases"), "案件")
            .under(seen.path(""), seen.title()),
        subject: format!("{}の「{}」（{}）", seen.units(), seen.view.procedure, seen.subject()),
        action: seen.path("withdraw"),
        key: typed.and_then(|typed| typed.said("key")).map_or_else(|| seen.visit.fresh_key(), str::to_owned),
        fields: fields.map(|field| told(refused.as_ref(), field)).into(),
        back: seen.path(""),
        refused,
    }
}
