//! Every route of the staff pages, with what it does: one list from which the router is built and by which rights are tested.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::access::Action;

use crate::admit::{admit, dress};
use crate::house::House;
use crate::{
    access, account, accounts, answer, assets, case, cases, door, forms, guideline, identity, impersonators,
    invitation, ledger, list, notice, office, office_import, outbox, own_sign_in, passkey, policy, practices, rulings,
    search, sign_in, tasks,
};

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
    Get  "/{town}"                                    Enter         => sign_in::home;
    Get  "/{town}/sign-in"                            Enter         => sign_in::page;
    Post "/{town}/sign-in"                            Enter         => sign_in::enter;
    Post "/{town}/sign-in/second"                     Enter         => sign_in::second;
    Post "/{town}/sign-in/second/challenge"           Enter         => passkey::challenge_of_second;
    Post "/{town}/sign-in/passkey"                    Enter         => passkey::sign_in;
    Post "/{town}/sign-in/passkey/challenge"          Enter         => passkey::challenge_to_sign_in;
    Get  "/{town}/oidc"                               Enter         => identity::leave;
    Get  "/{town}/oidc/callback"                      Enter         => identity::back;
    Get  "/{town}/oidc/again"                         KeepOwnSignIn => identity::leave_again;
    Post "/{town}/sign-out"                           KeepOwnSignIn => sign_in::leave;
    Get  "/{town}/join"                               Enter         => invitation::ask_code;
    Post "/{town}/join"                               Enter         => invitation::open_by_code;
    Get  "/{town}/join/{token}"                       Enter         => invitation::page;
    Post "/{town}/join/{token}"                       Enter         => invitation::accept;
    Post "/{town}/join/{token}/oidc"                  Enter         => identity::offer_join;
    // ---- 自分の設定・お知らせ ----
    Get  "/{town}/me"                                 KeepOwnSignIn => own_sign_in::page;
    Post "/{town}/me/password"                        KeepOwnSignIn => own_sign_in::password;
    Post "/{town}/me/code"                            KeepOwnSignIn => own_sign_in::offer_code;
    Post "/{town}/me/code/set"                        KeepOwnSignIn => own_sign_in::set_code;
    Post "/{town}/me/recovery"                        KeepOwnSignIn => own_sign_in::renew_recovery;
    Post "/{town}/me/passkeys"                        KeepOwnSignIn => passkey::add;
    Post "/{town}/me/passkeys/challenge"              KeepOwnSignIn => passkey::challenge_to_add;
    Post "/{town}/me/passkeys/remove"                 KeepOwnSignIn => own_sign_in::remove_passkey;
    Post "/{town}/me/sessions/{session}/end"          KeepOwnSignIn => own_sign_in::end_sessions;
    Post "/{town}/me/devices/end"                     KeepOwnSignIn => own_sign_in::end_trust;
    Post "/{town}/me/identity"                        KeepOwnSignIn => identity::offer_link;
    Post "/{town}/me/identity/unlink"                 KeepOwnSignIn => identity::unlink;
    Post "/{town}/me/telling"                         ReadNotices   => own_sign_in::choose;
    Post "/{town}/me/address"                         ReadNotices   => own_sign_in::ask_address;
    Post "/{town}/me/address/confirm"                 ReadNotices   => own_sign_in::confirm_address;
    Post "/{town}/me/address/forget"                  ReadNotices   => own_sign_in::forget_address;
    Get  "/{town}/notices"                            ReadNotices   => notice::page;
    Post "/{town}/notices"                            ReadNotices   => notice::read;
    Get  "/{town}/outbox"                             KeepOutbox    => outbox::page;
    Post "/{town}/outbox/{message}/{what}"            KeepOutbox    => outbox::change;
    // ---- サインインの管理・組織の取り込み ----
    Get  "/{town}/sign-ins"                           ManageSignIns => access::page;
    Get  "/{town}/sign-ins/log"                       ManageSignIns => access::log;
    Post "/{town}/sign-ins/invite"                    ManageSignIns => access::invite;
    Post "/{town}/sign-ins/invite-operator"           ManageSignIns => access::invite_operator;
    Get  "/{town}/sign-ins/{login}"                   ManageSignIns => access::one;
    Post "/{town}/sign-ins/{login}/{what}"            ManageSignIns => access::change;
    Get  "/{town}/office/import"                      ImportOffice  => office_import::page;
    Post "/{town}/office/import"                      ImportOffice  => office_import::act;
    Get  "/{town}/office/import/{help}"               ImportOffice  => office_import::help;
    // ---- 案件 ----
    Get  "/{town}/tasks"                              SeeTasks      => tasks::page;
    Get  "/{town}/cases"                              SeeCases      => cases::page;
    Get  "/{town}/cases/new"                          OpenCase      => case::open::page;
    Post "/{town}/cases/new"                          OpenCase      => case::open::act;
    Get  "/{town}/cases/{case}"                       SeeCase       => case::page;
    Get  "/{town}/cases/{case}/steps/{step}"          WorkOnCase    => case::step::page;
    Post "/{town}/cases/{case}/steps/{step}"          WorkOnCase    => case::step::act;
    Get  "/{town}/cases/{case}/steps/{step}/return"   WorkOnCase    => case::send_back::page;
    Post "/{town}/cases/{case}/steps/{step}/return"   WorkOnCase    => case::send_back::act;
    Get  "/{town}/cases/{case}/withdraw"              WorkOnCase    => case::withdraw::page;
    Post "/{town}/cases/{case}/withdraw"              WorkOnCase    => case::withdraw::act;
    Get  "/{town}/cases/{case}/files/{hash}"          SeeCase       => case::file::page;
    Get  "/{town}/cases/{case}/forms/{form}"          SeeCase       => case::form::page;
    // ---- 方針を書く ----
    Get  "/{town}/cases/{case}/policy"                WorkOnCase    => policy::first;
    Post "/{town}/cases/{case}/policy"                WorkOnCase    => policy::begin;
    Get  "/{town}/cases/{case}/policy/{part}"         WorkOnCase    => policy::page;
    Post "/{town}/cases/{case}/policy/{part}"         WorkOnCase    => policy::save;
    Get  "/{town}/cases/{case}/preview/{what}"        WorkOnCase    => policy::show_preview;
    // ---- ガイドライン・組織 ----
    Get  "/{town}/guideline"                          SeeGuideline  => guideline::page;
    Get  "/{town}/guideline/procedures/{procedure}"   SeeGuideline  => guideline::procedure;
    Get  "/{town}/practices"                          SeeGuideline  => practices::page;
    Post "/{town}/practices"                          SetPractice   => practices::set;
    Get  "/{town}/rulings"                            SeeGuideline  => rulings::page;
    Post "/{town}/rulings"                            MakeRuling    => rulings::make;
    Get  "/{town}/rulings/{ruling}"                   SeeGuideline  => rulings::one;
    Get  "/{town}/office"                             SeeOffice     => office::page;
    Get  "/{town}/office/units/{unit}"                SeeOffice     => office::unit;
    Get  "/{town}/office/people/{person}"             SeeOffice     => office::person;
    // ---- 台帳・検索 ----
    Get  "/{town}/ledger"                             SeeLedger     => ledger::page;
    Get  "/{town}/ledger/{seq}"                       SeeLedger     => ledger::entry;
    Get  "/{town}/ledger/{seq}/proof"                 SeeLedger     => ledger::proof;
    Get  "/{town}/search"                             Search        => search::page;
    // ---- アカウント・公式一覧・なりすまし ----
    Get  "/{town}/accounts"                           SeeAccounts   => accounts::page;
    Get  "/{town}/accounts.csv"                       ExportAll     => accounts::csv;
    Get  "/{town}/accounts.xlsx"                      ExportAll     => accounts::xlsx;
    Get  "/{town}/forms"                              ExportAll     => forms::page;
    Post "/{town}/forms"                              ExportAll     => forms::begin;
    Get  "/{town}/forms.zip"                          ExportAll     => forms::archive;
    Get  "/{town}/accounts/new"                       NoteAccount   => account::note::page;
    Post "/{town}/accounts/new"                       NoteAccount   => account::note::act;
    Get  "/{town}/accounts/{account}"                 SeeAccount    => account::page;
    Get  "/{town}/accounts/{account}/policies"        SeeAccount    => account::policies::page;
    Get  "/{town}/accounts/{account}/policies/{case}" SeeAccount    => account::policies::difference;
    Get  "/{town}/accounts/{account}/profile"         SeeAccount    => account::profile::page;
    Get  "/{town}/list"                               SeeListed     => list::page;
    Get  "/{town}/list/{file}"                        SeeListed     => list::board;
    Get  "/{town}/impersonators"                      SeeImpersonators  => impersonators::page;
    Get  "/{town}/impersonators/new"                  KeepImpersonators => impersonators::new;
    Post "/{town}/impersonators/new"                  KeepImpersonators => impersonators::note;
    Get  "/{town}/impersonators/{impersonator}/clear" KeepImpersonators => impersonators::clearing;
    Post "/{town}/impersonators/{impersonator}/clear" KeepImpersonators => impersonators::clear;
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
