//! The answer to "is this account the municipality's?", with its reason and what to do.

use jiff::civil::Date;

use super::answer::{Answer, Facts, Proof, Understood, Verdict};
use super::index::{Index, Record, Standing};
use crate::network::{self, Address, NetworkId, Networks, Notice, Reading, Unclear, canonical_url};

/// What to say where only the municipality can tell.
const ASK_CITY: &str = "市の公式アカウント一覧を見るか、市に問い合わせてください。";

/// What to say about a link that hides where it leads.
const OPEN_FIRST: &str = "公式アカウント一覧にのっているURLかを見るか、開いた先のアカウントのIDを入れてください。";

/// Answers whether the account that somebody asks about is the municipality's.
pub fn verify(ask: &str, index: &Index, networks: &Networks) -> Answer {
    let desk = Desk { index, networks };
    match network::read(ask, networks) {
        Reading::Address(address, notices) => desk.about(address, &notices),
        Reading::Claimed(address, notices) => desk.about_claim(address, &notices),
        Reading::Handle { candidates } => desk.about_any(candidates),
        Reading::Unclear { reason } => desk.about_nothing(&reason),
    }
}

/// Where questions are answered: the register and the networks.
struct Desk<'a> {
    index: &'a Index,
    networks: &'a Networks,
}

/// The records found for one address.
enum Found<'a> {
    Nothing,
    One(&'a Record),
    Several,
}

impl Desk<'_> {
    /// A question about one account.
    fn about(&self, address: Address, notices: &[Notice]) -> Answer {
        let reading = self.understood(vec![address.clone()], notices);
        match self.found(&address) {
            Found::Nothing => self.unknown(&address, reading),
            Found::One(record) => self.of_record(record, &address, reading),
            Found::Several => {
                let reason = "このアカウントの記録がいくつもあり、どれのことか決められません。";
                cannot_judge(reading, reason.to_owned(), ASK_CITY.to_owned())
            }
        }
    }

    /// A post that names an account: the network shows it under any name, so it can never prove the account official.
    fn about_claim(&self, address: Address, notices: &[Notice]) -> Answer {
        let url = canonical_url(&address, self.networks);
        let answer = self.about(address, notices);
        if !matches!(answer.verdict, Verdict::Official(_)) {
            return answer;
        }
        let reason = "投稿のURLです。URLに公式アカウントの名前があっても、別の人の投稿が表示されることがあります。";
        let advice =
            format!("投稿した人のアカウントのページを開き、そのURLを入れてください。「{url}」なら公式アカウントです。");
        cannot_judge(answer.reading, reason.to_owned(), advice)
    }

    /// A name that may be on several networks: official only if exactly one record answers to it.
    fn about_any(&self, candidates: Vec<Address>) -> Answer {
        let known: Vec<Address> = candidates.iter().filter(|it| self.is_known(it)).cloned().collect();
        match known.as_slice() {
            [] => self.unregistered(self.understood(candidates, &[]), None),
            [only] => {
                let mut answer = self.about(only.clone(), &[]);
                if matches!(answer.verdict, Verdict::Official(_)) && candidates.len() > 1 {
                    let label = self.label(&only.network);
                    answer.advice = format!(
                        "{label}以外のサービスで同じ名前を見たときは、公式とはかぎりません。そのページのURLを入れてください。"
                    );
                }
                answer
            }
            several => {
                let names = network::names_in(several, self.networks);
                let reason = format!("同じ名前のアカウントが、いくつかのサービスにあります（{names}）。");
                let advice = "どのサービスかがわかるように、アカウントのページのURLを入れてください。";
                cannot_judge(self.understood(known, &[]), reason, advice.to_owned())
            }
        }
    }

    /// A question that cannot be read.
    fn about_nothing(&self, reason: &Unclear) -> Answer {
        cannot_judge(Understood::default(), reason.message(self.networks), reason.next())
    }

    fn is_known(&self, address: &Address) -> bool {
        self.index.at(address).next().is_some()
    }

    /// The record that speaks for an address. An impostor's goes first: a name
    /// that a stranger has taken over must never be vouched for.
    fn found(&self, address: &Address) -> Found<'_> {
        let records: Vec<&Record> = self.index.at(address).collect();
        let impostor = records.iter().find(|record| matches!(record.standing, Standing::Impersonator { .. }));
        if let Some(record) = impostor {
            return Found::One(record);
        }
        let mut held = records.iter().filter(|record| record.is_held());
        match (held.next(), held.next()) {
            (Some(_), Some(_)) => Found::Several,
            (Some(record), None) => Found::One(record),
            (None, _) if records.is_empty() => Found::Nothing,
            (None, _) => unheld(&records).map_or(Found::Several, Found::One),
        }
    }

    fn of_record(&self, record: &Record, asked: &Address, reading: Understood) -> Answer {
        let Record { municipality: city, name, .. } = record;
        let (verdict, since, reason, advice) = match &record.standing {
            Standing::Listed { since, page } => match Proof::of(record) {
                Some(proof) => (Verdict::Official(proof), Some(*since), self.vouched(record, *since), self.after_official(record, asked, page)),
                None => (Verdict::CannotJudge, None, "一覧の記録を確かめられません。".to_owned(), ASK_CITY.to_owned()),
            },
            Standing::Suspended { since } => (
                Verdict::Suspended,
                Some(*since),
                format!("{city}のアカウントですが、{}から休止しています（「{name}」）。", day(*since)),
                "休止中は、新しいお知らせは出ません。新しい投稿やメッセージがあったら、信じる前に市に知らせてください。".to_owned(),
            ),
            Standing::Closed { on } => (
                Verdict::Closed,
                Some(*on),
                format!("前は{city}のアカウントでしたが、{}に廃止されました（「{name}」）。今は市のものではありません。", day(*on)),
                "別の人が同じ名前を使っていることがあります。投稿を信じたり、リンクを開いたりしないでください。".to_owned(),
            ),
            Standing::NotYetOfficial => (
                Verdict::NotYetOfficial,
                None,
                format!("{city}の公式アカウント一覧には、まだのっていません。今は公式アカウントではありません。"),
                "一覧にのるまでは、市のお知らせとして受け取らないでください。".to_owned(),
            ),
            Standing::Impersonator { noted_on } => (
                Verdict::Impersonator,
                Some(*noted_on),
                format!("{city}になりすましたアカウントです。市は{}に確認しました。", day(*noted_on)),
                "フォローや返信をしたり、リンクを開いたり、個人の情報やお金を送ったりしないでください。".to_owned(),
            ),
        };
        let page = match &verdict {
            Verdict::Official(proof) => Some(proof.page().to_owned()),
            _ => None,
        };
        let facts = Facts {
            municipality: city.clone(),
            name: name.clone(),
            network: self.label(&record.network),
            url: record.addresses.first().map(|address| canonical_url(address, self.networks)),
            since,
            page,
        };
        Answer { verdict, reading, facts: Some(facts), reason, advice }
    }

    fn vouched(&self, record: &Record, since: Date) -> String {
        let Record { municipality: city, name, .. } = record;
        let network = self.label(&record.network);
        format!(
            "{city}の公式アカウントです。{network}の「{name}」として、{}から公式アカウント一覧にのっています。",
            day(since)
        )
    }

    /// What to say with a listed account: that its name has changed, if it was asked for by a former one.
    fn after_official(&self, record: &Record, asked: &Address, page: &str) -> String {
        let is_stable = |address: &Address| {
            self.networks.get(&address.network).is_some_and(|network| network.is_stable(address.name()))
        };
        match record.addresses.first() {
            Some(now) if now != asked && !is_stable(asked) && !is_stable(now) => format!(
                "このアカウントの今のURLは {} です。公式アカウント一覧（{page}）でも確かめられます。",
                canonical_url(now, self.networks)
            ),
            _ => format!("公式アカウント一覧（{page}）でも確かめられます。"),
        }
    }

    /// An account that the register does not know.
    fn unknown(&self, address: &Address, reading: Understood) -> Answer {
        let opaque = self.networks.get(&address.network).and_then(|network| network.opaque_reason(address.name()));
        if let Some(why) = opaque {
            return cannot_judge(reading, why.to_owned(), OPEN_FIRST.to_owned());
        }
        if address.network == NetworkId::other() || self.index.has_account_on(&address.network) {
            return self.unregistered(reading, Some(address));
        }
        let label = self.label(&address.network);
        Answer {
            verdict: Verdict::NoAccountOnNetwork,
            reading,
            facts: None,
            reason: format!("{label}には、市の公式アカウントはありません。"),
            advice: format!("{label}で市を名のるアカウントがあったら、信じないで、市に知らせてください。"),
        }
    }

    fn unregistered(&self, reading: Understood, address: Option<&Address>) -> Answer {
        let imitated = reading.addresses.iter().find_map(|address| {
            let host = address.name().strip_prefix("https://")?.split('/').next()?;
            self.networks.imitated_by(host)
        });
        let reason = match (imitated, address) {
            (Some(network), _) => format!(
                "{}のサイトではなく、名前のよく似た別のサイトです。市の公式アカウントには登録されていません。",
                network.label()
            ),
            (None, Some(address)) if address.network != NetworkId::other() => format!(
                "{}のこのアカウントは、市の公式アカウントには登録されていません。",
                self.label(&address.network)
            ),
            (None, _) => "市の公式アカウントには登録されていません。".to_owned(),
        };
        Answer {
            verdict: Verdict::NotRegistered,
            reading,
            facts: None,
            reason,
            advice: "市のお知らせとして受け取らないでください。市を名のっていたら、市に知らせてください。".to_owned(),
        }
    }

    fn understood(&self, addresses: Vec<Address>, notices: &[Notice]) -> Understood {
        let url = match addresses.as_slice() {
            [only] => Some(canonical_url(only, self.networks)),
            _ => None,
        };
        Understood { addresses, url, notices: notices.iter().map(Notice::message).collect() }
    }

    fn label(&self, id: &NetworkId) -> String {
        self.networks.get(id).map_or_else(|| id.to_string(), |network| network.label().to_owned())
    }
}

/// Of records none of which is held, the one that says most about today.
fn unheld<'a>(records: &[&'a Record]) -> Option<&'a Record> {
    let coming = records.iter().find(|record| record.standing == Standing::NotYetOfficial);
    let closed = records.iter().filter_map(|record| match record.standing {
        Standing::Closed { on } => Some((on, *record)),
        _ => None,
    });
    coming.copied().or_else(|| closed.max_by_key(|(on, _)| *on).map(|(_, record)| record))
}

fn cannot_judge(reading: Understood, reason: String, advice: String) -> Answer {
    Answer { verdict: Verdict::CannotJudge, reading, facts: None, reason, advice }
}

/// A day as citizens read it.
fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
