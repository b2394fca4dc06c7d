//! Every way to ask at a route: its places filled with everything that a town has, has not, or another town has.

use crate::actors::{link_for, login_of};
use crate::oracle::Whose;
use crate::town::{Object, Reach, Seeded};

/// A path with its object.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub whose: Whose,
    pub state: &'static str,
    pub listed: bool,
    /// Whether there is something for those who may.
    pub there: bool,
}

/// What the places of routes are filled with, beside cases and accounts.
pub struct Places {
    objects: Vec<Object>,
    /// For each place the words with which there is something, and those with which there is nothing.
    words: Vec<(&'static str, Vec<String>, Vec<String>)>,
    code: String,
    figure: String,
}

/// What a form carries.
pub type Fields = Vec<(String, String)>;

const NO_SUCH: &str = "no-such";

impl Places {
    pub async fn of(home: &Seeded, other: &Seeded) -> Self {
        let words = |given: &[&str]| given.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let none = || words(&[NO_SUCH]);
        // Where nothing is asked whether it is there, or a refusal says that it is not.
        let either = |given: &str| vec![given.to_owned(), NO_SUCH.to_owned()];
        let office = home.desk.city.office().await.expect("an office");
        let people = office.people.keys().map(ToString::to_string).collect();
        let fixed = vec![
            ("{town}", words(&[home.desk.city.code()]), Vec::new()),
            ("{name}", assets(home).await, none()),
            ("{token}", either(&link_for(home, "d2-head").await), Vec::new()),
            ("{session}", words(&[NO_SUCH]), Vec::new()),
            ("{message}", words(&[NO_SUCH]), Vec::new()),
            (
                "{login}",
                vec![login_of(home, "d2-head").await],
                vec![login_of(other, "s3-staff").await, NO_SUCH.to_owned()],
            ),
            ("{procedure}", words(&["opening"]), none()),
            ("{ruling}", home.ruling.iter().cloned().collect(), words(&["r99999"])),
            ("{unit}", words(&["s1", "s2"]), none()),
            ("{person}", people, none()),
            ("{figure}", vec![home.figure.clone()], none()),
            ("{seq}", words(&["3"]), words(&["99999"])),
            ("{file}", words(&["board.html", "board.docx"]), none()),
            ("{help}", words(&["template.csv", "values.csv"]), none()),
            ("{impersonator}", vec![home.impersonator.clone()], words(&["i99999"])),
        ];
        let mut objects = vec![nothing(home)];
        objects.push(elsewhere(home, other));
        objects.extend(home.objects.iter().cloned());
        Self { objects, words: fixed, code: home.desk.city.code().to_owned(), figure: home.figure.clone() }
    }

    /// Every path of a route, with what is not there first.
    pub fn fill(&self, route: &str) -> Vec<Asked> {
        let path = route.split_once(' ').expect("a verb and a path").1;
        let asked = if path.contains("/cases/{case}") {
            self.objects
                .iter()
                .filter(|object| object.case.is_some())
                .filter(|object| object.reach == Reach::Everywhere || path.ends_with("/cases/{case}"))
                .flat_map(|object| of_case(path, object))
                .collect()
        } else if path.contains("{account}") {
            let whole = self.objects.iter().filter(|object| object.reach == Reach::Everywhere);
            whole.map(|object| of_account(path, object)).collect()
        } else {
            vec![Asked { path: path.to_owned(), whose: Whose::Nobodys, state: "", listed: false, there: true }]
        };
        asked.into_iter().flat_map(|asked| self.fill_words(route, &asked)).collect()
    }

    /// The forms that are sent: none for a page; one that is empty and one that somebody might fill in for an act.
    pub fn forms(&self, route: &str) -> Vec<Option<Fields>> {
        if route.starts_with("GET ") {
            return vec![None];
        }
        let plausible = self.plausible(route);
        if route.contains('?') { vec![Some(plausible)] } else { vec![Some(Vec::new()), Some(plausible)] }
    }

    fn fill_words(&self, route: &str, asked: &Asked) -> Vec<Asked> {
        let mut all = vec![asked.clone()];
        for (place, there, not) in &self.words {
            if !asked.path.contains(place) {
                continue;
            }
            let put = |asked: &Asked, word: &String, there| Asked {
                path: asked.path.replace(place, word),
                there: asked.there && there,
                ..asked.clone()
            };
            let each = |asked: &Asked| {
                let there = there.iter().map(|word| put(asked, word, true)).collect::<Vec<_>>();
                there.into_iter().chain(not.iter().map(|word| put(asked, word, false))).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(each).collect();
        }
        if all.iter().all(|asked| !asked.path.contains("{what}")) {
            return all;
        }
        // What is done with a login or a message that waits.
        let whats: &[&str] =
            if route.contains("outbox") { &["retry", "drop"] } else { &["suspend", "restore", "reset"] };
        let each = |asked: &Asked| {
            let put = |what: &str, there| Asked {
                path: asked.path.replace("{what}", what),
                there: asked.there && there,
                ..asked.clone()
            };
            let known: Vec<Asked> = whats.iter().map(|what| put(what, true)).collect();
            known.into_iter().chain([put(NO_SUCH, false)]).collect::<Vec<_>>()
        };
        all.iter().flat_map(each).collect()
    }

    /// A form as somebody would send it; its day is to come, so that a rule refuses it and the town stays as it is.
    fn plausible(&self, route: &str) -> Fields {
        let late = ("on", "2099-01-01");
        let key = ("key", "matrix");
        let own: &[(&str, &str)] = match route.rsplit_once('/').map_or(route, |(_, last)| last) {
            "sign-in" => &[("name", "nanashi"), ("password", "chigau chigau")],
            "second" => &[("way", "code"), ("code", "123456")],
            "passkey" | "passkeys" => &[("passkey", "{}"), ("name", "鍵")],
            "{token}" => &[("name", "shin.01"), ("password", "short"), ("again", "other"), ("second", "paper")],
            "password" => &[("former", "chigau"), ("password", "mijikai"), ("again", "mijikai")],
            "set" => &[("code", "123456")],
            "remove" => &[("passkey-id", "aa")],
            "unlink" => &[("issuer", "https://idp.example")],
            "telling" => &[("at_once", "yes")],
            "address" => &[("address", "mihon@example.lg.jp")],
            "confirm" => &[("mail-code", "123456")],
            "notices" => &[("one", "1")],
            "invite" => &[("number", "nobody-here")],
            "import" => &[("sure", "00"), ("from", "2026-06-01")],
            "{step}" => &[key, late, ("version", "1"), ("note", "急ぎます。"), ("contact", "担当")],
            "return" => &[key, late, ("version", "1"), ("whole", "直してください。")],
            "withdraw" => &[key, late, ("because", "やめるため")],
            "{part}" => &[("do", "save"), ("account_name", "みほん"), ("purpose", "知らせるため")],
            "new" if route.contains("cases") => {
                &[key, late, ("procedure", "opening"), ("unit", "s1"), ("reason", "案内のため")]
            }
            "new?account={account}" => &[key, late, ("procedure", "opening"), ("reason", "案内のため")],
            "new" => {
                &[key, late, ("network", "x"), ("name", "みほん"), ("url", "https://x.com/mihon_mae"), ("unit", "s1")]
            }
            "clear" => &[key, late],
            "practices" => &[key, late, ("leaf", &self.figure), ("value", "5"), ("reason", "実情に合わせるため")],
            "rulings" => &[key, late, ("title", "見本の決定"), ("words", "見本です。")],
            _ => &[("key", "matrix")],
        };
        own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    pub fn code(&self) -> &str {
        &self.code
    }
}

fn of_case(path: &str, object: &Object) -> Vec<Asked> {
    let case = object.case.as_deref().expect("a case");
    let at = |place: &str, word: &str, there| Asked {
        path: path.replace("{case}", case).replace(place, word),
        whose: object.whose,
        state: object.state,
        listed: false,
        there,
    };
    let each = |place: &str, words: &[String], also: &str| {
        let known = words.iter().map(|word| at(place, word, true));
        known.chain([at(place, also, false)]).collect::<Vec<_>>()
    };
    let words = |given: &[&str]| given.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    match path {
        _ if path.ends_with("/return") => each("{step}", &object.returning, NO_SUCH),
        _ if path.contains("{step}") => each("{step}", &object.steps, NO_SUCH),
        _ if path.contains("{hash}") => each("{hash}", std::slice::from_ref(&object.file), &"0".repeat(64)),
        _ if path.contains("{form}") => each(
            "{form}",
            &words(&["decision-sheet.html", "decision-sheet.docx", "decision-sheet.pdf"]),
            "no-such.html",
        ),
        _ if path.contains("{part}") => {
            let parts = words(&["account", "purpose", "review"]);
            parts.iter().map(|part| at("{part}", part, true)).collect()
        }
        _ if path.contains("{what}") => {
            words(&["form", "public"]).iter().map(|what| at("{what}", what, true)).collect()
        }
        _ => vec![at("{case}", case, true)],
    }
}

fn of_account(path: &str, object: &Object) -> Asked {
    let version = path.contains("{case}");
    let case = object.policy.as_deref().or(object.case.as_deref()).unwrap_or("c99999");
    Asked {
        path: path.replace("{account}", &object.account).replace("{case}", case),
        whose: object.whose,
        state: object.state,
        // Only the account's own page has a face that everybody sees.
        listed: object.listed && path.ends_with("/accounts/{account}"),
        there: !version || object.policy.is_some(),
    }
}

/// The files that the sign-in page loads.
async fn assets(home: &Seeded) -> Vec<String> {
    let page = home.desk.anybody().get("sign-in").await.html();
    let names = page.split("\"/assets/").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let names: Vec<String> = names.collect();
    assert!(!names.is_empty(), "the page has a style");
    names
}

/// What nobody has, with the files and steps of what there is.
fn nothing(home: &Seeded) -> Object {
    let like = home.objects.first().expect("an object");
    Object {
        whose: Whose::Absent,
        state: "absent",
        case: Some("c99999".to_owned()),
        account: "a99999".to_owned(),
        policy: Some("c99999".to_owned()),
        listed: false,
        ..like.clone()
    }
}

/// What only the other municipality has.
fn elsewhere(home: &Seeded, other: &Seeded) -> Object {
    let known = |object: &&Object| {
        let same = |own: &Object| own.case == object.case || own.account == object.account;
        object.case.is_some() && object.reach == Reach::Everywhere && !home.objects.iter().any(same)
    };
    let found = other.objects.iter().find(known).expect("a number that is not known here");
    Object { whose: Whose::Elsewhere, state: "elsewhere", listed: false, ..found.clone() }
}
