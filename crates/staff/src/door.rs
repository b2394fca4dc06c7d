//! The way in: which municipality.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::answer::{Answer, Reply, html};
use crate::house::House;
use crate::parts::Link;

#[derive(Template)]
#[template(path = "towns.html")]
struct TownsPage {
    towns: Vec<Link>,
}

/// Leads to the only municipality, or lets one be chosen.
pub(crate) async fn towns(State(house): State<Arc<House>>) -> Reply {
    let towns = house.towns();
    if let [only] = towns.as_slice() {
        return Err(Answer::Elsewhere(format!("/{}", only.city.code())));
    }
    let link = |code: &str, name: &str| Link { href: format!("/{code}"), words: name.to_owned() };
    let page = TownsPage { towns: towns.iter().map(|town| link(town.city.code(), &town.name)).collect() };
    Ok(html(StatusCode::OK, page.render()?))
}
