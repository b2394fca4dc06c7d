//! Every route of the staff pages, with what it does: one list from which the router is built and by which rights are tested.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::access::Action;

use crate::admit::{admit, dress};
use crate::house::House;
use crate::{answer, assets, case, door};

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Reads or writes.
    pub verb: Verb,
    /// Its path with its places: `/{town}/cases/{case}`.
    pub path: &'static str,
    /// What it does.
    pub action: Action,
}

/// Whether a route reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// GET and HEAD: changes nothing.
    Get,
    /// POST: changes something; never without a same-origin proof.
    Post,
}

impl Verb {
    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
        }
    }
}

type Handler = MethodRouter<Arc<House>>;

macro_rules! routes {
    ($($verb:ident $path:literal $action:ident => $handler:path;)*) => {
        /// Every route that takes part in the router.
        pub const ROUTES: &[Route] = &[
            $(Route { verb: Verb::$verb, path: $path, action: Action::$action }),*
        ];

        fn handlers() -> Vec<Handler> {
            vec![$(on(Verb::$verb.filter(), $handler)),*]
        }
    };
}

routes! {
    // ---- 入口 ----
    Get  "/assets/{name}"                             Enter         => assets::serve;
    Get  "/"                                          Enter         => door::towns;
    // ---- 案件 ----
    Get  "/{town}/cases/{case}"                       SeeCase       => case::page;
}

/// The pages as a service.
pub fn router(house: Arc<House>) -> Router {
    let mut router = Router::new();
    for (route, handler) in ROUTES.iter().zip(handlers()) {
        router = router.route(route.path, handler);
    }
    router
        .route_layer(from_fn_with_state(Arc::clone(&house), admit))
        .fallback(answer::nowhere)
        .layer(from_fn_with_state(Arc::clone(&house), dress))
        .with_state(house)
}

/// What a path that a router matched does.
pub(crate) fn action_of(verb: Verb, matched: &str) -> Option<Action> {
    ROUTES.iter().find(|route| route.verb == verb && route.path == matched).map(|route| route.action)
}
