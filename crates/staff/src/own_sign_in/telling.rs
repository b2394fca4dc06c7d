//! How one wants to be told by mail, and proving that an address is one's own.

use actions::{ActError, Availability};
use domain::access::Action;
use domain::notice::How;

use super::me;
use crate::answer::{Answer, Reply};
use crate::field::{Choice, Field, Kind, Line, Problem};
use crate::invitation::with_problem;
use crate::sign_in::problem;
use crate::typed::Typed;
use crate::visit::Visit;

/// The part of the page about mail.
pub(super) struct Telling {
    /// Where mail goes, if it goes anywhere.
    pub address: Option<String>,
    /// The address that waits for its code.
    pub waits: Option<String>,
    /// How often; only where there is an address.
    pub how: Option<Field>,
    /// A new address; none where this installation sends no mail.
    pub ask: Option<Field>,
    /// The code that was mailed.
    pub code: Field,
}

impl Telling {
    /// What the page shows; only officers are told things.
    pub(super) async fn of(visit: &Visit, typed: &Typed, problems: &[Problem]) -> Result<Option<Self>, Answer> {
        if !visit.may(Action::ReadNotices) {
            return Ok(None);
        }
        let choice = visit.city().choices_of(visit.person()?).await?;
        let line = |name: &str, label: &str, sort| {
            let value = typed.text(name).to_owned();
            with_problem(Field::new(name, label, Kind::Line { value, sort }), problems)
        };
        let how = choice.address.is_some().then(|| {
            let choices = [How::AtOnce, How::Daily, How::Never];
            let choices = choices.iter().map(|how| Choice::new(how.word(), how.label(), choice.how.word()));
            with_problem(Field::new("how", "メールでのお知らせ", Kind::Radio(choices.collect())), problems)
        });
        let ask = (choice.mail == Availability::Configured)
            .then(|| line("address", "メールアドレス", Line::Mail).hint("届いた6桁の番号で確かめてから使います。"));
        Ok(Some(Self {
            address: choice.address,
            waits: choice.waits_for_code,
            how,
            ask,
            code: line("mail-code", "届いた番号", Line::Number).hint("メールで届いた6桁の数字"),
        }))
    }
}

/// How often.
pub(crate) async fn choose(visit: Visit, typed: Typed) -> Reply {
    let Some(how) = How::of(typed.text("how")) else {
        return refused(&visit, &typed, "how", "受け取り方を選んでください。".to_owned()).await;
    };
    let done = visit.city().set_choice(visit.person()?, how).await;
    finish(&visit, &typed, "how", "telling", done).await
}

/// A new address.
pub(crate) async fn ask_address(visit: Visit, typed: Typed) -> Reply {
    let done = visit.city().ask_address(visit.person()?, typed.text("address")).await;
    finish(&visit, &typed, "address", "asked", done).await
}

/// The code that was mailed.
pub(crate) async fn confirm_address(visit: Visit, typed: Typed) -> Reply {
    let done = visit.city().confirm_address(visit.person()?, typed.text("mail-code")).await;
    finish(&visit, &typed, "mail-code", "telling", done).await
}

/// No address any more.
pub(crate) async fn forget_address(visit: Visit, typed: Typed) -> Reply {
    let done = visit.city().forget_address(visit.person()?).await;
    finish(&visit, &typed, "address", "telling", done).await
}

async fn finish(visit: &Visit, typed: &Typed, field: &str, done: &str, what: Result<(), ActError>) -> Reply {
    match what {
        Ok(()) => Err(Answer::Elsewhere(visit.path(&format!("me?done={done}")))),
        Err(ActError::Input(words)) => refused(visit, typed, field, words).await,
        Err(fault) => Err(fault.into()),
    }
}

async fn refused(visit: &Visit, typed: &Typed, field: &str, words: String) -> Reply {
    let place = place(visit, field).await?;
    visit.show_refused(&me(visit, vec![problem(place, words)], typed).await?)
}

/// Where it is mended: one chooses beside an address and types a code where one is waited for. Without them, both begin with
/// the address.
async fn place<'f>(visit: &Visit, field: &'f str) -> Result<&'f str, Answer> {
    let choice = visit.city().choices_of(visit.person()?).await?;
    let there = match field {
        "how" => choice.address.is_some(),
        "mail-code" => choice.waits_for_code.is_some(),
        _ => true,
    };
    Ok(if there { field } else { "address" })
}
