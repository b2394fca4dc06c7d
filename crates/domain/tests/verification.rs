//! The corpus of questions about accounts, answered against its register: both error rates are counted, and any wrong answer fails.

use std::collections::BTreeMap;

use domain::network::{Address, NetworkId, Networks, Reading, canonical_url, read};
use domain::verification::{Index, Record, Standing, Verdict, verify};
use jiff::civil::{Date, date};
use serde::Deserialize;

#[derive(Deserialize)]
struct Register {
    municipality: Municipality,
    account: Vec<Account>,
    impersonator: Vec<Impersonator>,
}

#[derive(Deserialize)]
struct Municipality {
    name: String,
    own_hosts: Vec<String>,
}

#[derive(Deserialize)]
struct Account {
    network: NetworkId,
    handle: String,
    host: Option<String>,
    url: String,
    stable_id: Option<String>,
    #[serde(default)]
    also: Vec<String>,
    state: String,
    closed_on: Option<Date>,
    name: String,
}

#[derive(Deserialize)]
struct Impersonator {
    network: Option<NetworkId>,
    url: String,
}

#[derive(Deserialize)]
struct Corpus {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    ask: String,
    verdict: String,
    network: Option<NetworkId>,
    account: Option<String>,
    why: String,
}

/// The account that a text of the register names.
fn address(text: &str, network: &NetworkId, networks: &Networks) -> Address {
    match read(text, networks) {
        Reading::Address(address, _) => address,
        Reading::Server { candidates } | Reading::Handle { candidates } => candidates
            .into_iter()
            .find(|address| address.network == *network)
            .unwrap_or_else(|| panic!("{text} is not an address of {network}")),
        other => panic!("{text} of the register was read as {other:?}"),
    }
}

/// An account's id in this test: its network and handle, by which the corpus names it.
fn id(network: &NetworkId, handle: &str) -> String {
    format!("{network}/{handle}")
}

fn record(account: Account, city: &str, networks: &Networks) -> Record {
    let network = account.network;
    let named = match &account.host {
        Some(host) => Some(format!("@{}@{host}", account.handle)),
        // A page of another service has no name but its address.
        None => (network != NetworkId::other()).then(|| format!("{network}:@{}", account.handle)),
    };
    let mut texts = vec![account.url];
    texts.extend(named);
    texts.extend(account.also);
    let mut addresses: Vec<Address> = texts.iter().map(|text| address(text, &network, networks)).collect();
    if let Some(stable) = account.stable_id {
        let mark = if ["x", "facebook"].contains(&network.as_str()) { "id:" } else { "" };
        let key = format!("{network}:{mark}{stable}");
        let written = Address { network: network.clone(), key };
        assert!(networks.get(&network).is_some_and(|it| it.is_stable(written.name())), "{written:?}");
        assert_eq!(address(&canonical_url(&written, networks), &network, networks), written);
        addresses.push(written);
    }
    let standing = match (account.state.as_str(), account.closed_on) {
        ("official", _) => {
            Standing::Listed { since: date(2022, 4, 1), page: "https://city.mihon.example.jp/sns/".to_owned() }
        }
        ("suspended", _) => Standing::Suspended { since: date(2025, 4, 1) },
        ("closed", Some(on)) => Standing::closed(on),
        ("not_yet_official", _) => Standing::NotYetOfficial,
        other => panic!("unknown state {other:?}"),
    };
    Record {
        account: id(&network, &account.handle),
        municipality: city.to_owned(),
        name: account.name,
        network,
        addresses,
        url: None,
        standing,
    }
}

fn impostor(noted: Impersonator, city: &str, networks: &Networks) -> Record {
    let network = noted.network.unwrap_or_else(NetworkId::other);
    Record {
        account: noted.url.clone(),
        municipality: city.to_owned(),
        name: noted.url.clone(),
        addresses: vec![address(&noted.url, &network, networks)],
        url: None,
        network,
        standing: Standing::Impersonator { noted_on: date(2025, 6, 1) },
    }
}

fn index_of(text: &str, networks: &Networks) -> Index {
    let register: Register = toml::from_str(text).expect("the register is TOML");
    let city = register.municipality.name;
    let accounts = register.account.into_iter().map(|account| record(account, &city, networks));
    let impostors = register.impersonator.into_iter().map(|noted| impostor(noted, &city, networks));
    Index::new(accounts.chain(impostors).collect(), register.municipality.own_hosts)
}

#[test]
fn every_question_of_the_corpus_gets_its_answer() {
    asks(include_str!("verification/corpus.toml"), include_str!("verification/register.toml"));
}

#[test]
fn every_question_of_another_hand_gets_its_answer() {
    asks(include_str!("verification/corpus-second.toml"), include_str!("verification/register-second.toml"));
}

/// Asks every question of a corpus, and fails with all wrong answers at once.
fn asks(corpus: &str, register: &str) {
    let networks = Networks::standard().expect("the built-in networks load");
    let index = index_of(register, &networks);
    let corpus: Corpus = toml::from_str(corpus).expect("the corpus is TOML");
    let mut wrong = Vec::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &corpus.case {
        let answer = verify(&case.ask, &index, &networks);
        let word = answer.verdict.word();
        let expected_account = match (&case.network, &case.account) {
            (Some(network), Some(handle)) => Some(id(network, handle)),
            _ => None,
        };
        let same_account = match (&answer.verdict, &expected_account) {
            (Verdict::Official(proof), Some(account)) => proof.account() == account,
            _ => true,
        };
        let sort = if case.verdict == "official" { "official questions" } else { "other questions" };
        *count.entry(sort).or_default() += 1;
        if word == case.verdict && same_account {
            continue;
        }
        let sort = match (case.verdict.as_str(), word) {
            (_, "official") => "falsely official",
            ("official", "not_registered" | "no_account_on_network") => "listed account denied",
            ("official", _) => "official missed",
            _ => "another wrong answer",
        };
        *count.entry(sort).or_default() += 1;
        wrong.push(format!(
            "{sort}: {:?} is {} ({}), answered {word}: {}",
            case.ask, case.verdict, case.why, answer.reason
        ));
    }
    println!("{} questions: {count:?}", corpus.case.len());
    assert!(
        wrong.is_empty(),
        "{} wrong answers of {}: {count:?}\n{}",
        wrong.len(),
        corpus.case.len(),
        wrong.join("\n")
    );
}
