//! The answer to "is this account the municipality's?", with its reason and what to do.

use jiff::civil::Date;

use super::answer::{Answer, Facts, Proof, Understood, Verdict};
use super::index::{Index, Record, Standing};
use crate::calendar::wareki_with_western;
use crate::network::{self, Address, NetworkId, Networks, Notice, Reading, Unclear, canonical_url};

/// What to say where only the municipality can tell.
const ASK_CITY: &str = "市の公式アカウント一覧を見るか、市に問い合わせてください。";

/// What to say about a link that hides where it leads.
const OPEN_FIRST: &str = "公式アカウント一覧にのっているURLかを見るか、開いた先のアカウントのIDを入れてください。";

/// What to say where the page is no account.
const ASK_ACCOUNT: &str = "調べたいSNSのアカウントのページを開き、そのURLを入れてください。";

/// Answers whether the account that somebody asks about is the municipality's.
pub fn verify(ask: &str, index: &Index, networks: &Networks) -> Answer {
    let desk = Desk { index, networks };
    match network::read(ask, networks) {
        Reading::Address(address, notices) => desk.about(&address, &notices),
        Reading::Post { candidates, notices } => desk.about_post(candidates, &notices),
        Reading::Claimed { candidates, notices } => desk.about_claim(candidates, &notices),
        Reading::Server { candidates } => desk.about_server(candidates),
        Reading::Handle { candidates } => desk.about_handle(candidates),
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
    fn about(&self, address: &Address, notices: &[Notice]) -> Answer {
        let reading = self.understood(vec![address.clone()], notices);
        match self.found(address) {
            Found::Nothing => self.unknown(address, reading),
            Found::One(record) => self.of_record(record, address, reading),
            Found::Several => {
                let reason = "このアカウントの記録がいくつもあり、どれのことか決められません。";
                cannot_judge(reading, reason.to_owned(), ASK_CITY.to_owned())
            }
        }
    }

    /// A post: the answer is about the account that its address names, and says that the post itself was not looked at.
    ///
    /// Some networks show a post under whatever name its address has; only opening it shows who wrote it.
    fn about_post(&self, candidates: Vec<Address>, notices: &[Notice]) -> Answer {
        let mut answer = self.about_server(candidates);
        answer.reading.notices = notices.iter().map(Notice::message).collect();
        if let Verdict::Official(_) = answer.verdict {
            answer.reason = format!(
                "{}これはURLに書かれているアカウントについての答えです。投稿そのものは確かめていません。",
                answer.reason
            );
            let url = answer.reading.url.clone().unwrap_or_default();
            answer.advice = format!(
                "投稿を開いたあと、投稿した人のアカウントが「{url}」であることを確かめてください。別のアカウントに変わるときは、市の投稿ではありません。"
            );
        }
        answer
    }

    /// What a server says about another server's account: it can never prove the account official.
    fn about_claim(&self, candidates: Vec<Address>, notices: &[Notice]) -> Answer {
        let mut answer = self.about_server(candidates);
        answer.reading.notices = notices.iter().map(Notice::message).collect();
        let Verdict::Official(_) = answer.verdict else {
            return answer;
        };
        let url = answer.reading.url.clone().unwrap_or_default();
        let reason = "別のサーバーが表示しているページです。公式アカウントの名前があっても、本物とはかぎりません。";
        let advice = format!("アカウントのページそのもののURLを入れてください。「{url}」なら公式アカウントです。");
        cannot_judge(answer.reading, reason.to_owned(), advice)
    }

    /// A page of a server: where its make is unknown, the register may know it.
    fn about_server(&self, candidates: Vec<Address>) -> Answer {
        let mut known: Vec<&Address> = candidates.iter().filter(|it| self.is_known(it)).collect();
        known.sort_by_key(|address| !self.is_posing(address));
        let known = known.first().copied();
        if let (Some(one), _) | (None, [one]) = (known, candidates.as_slice()) {
            return self.about(one, &[]);
        }
        match candidates.iter().find(|it| it.network == NetworkId::other()) {
            Some(page) if !self.is_profile(page) => self.about(page, &[]),
            _ => self.unregistered(self.understood(candidates, &[]), None),
        }
    }

    /// Whether a page of a server shows an account: `/@name` is how all of them do it; other shapes count only on a
    /// server that the register knows.
    fn is_profile(&self, page: &Address) -> bool {
        let Some((host, path)) = page.name().strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
            return false;
        };
        let usual = path.starts_with('@') && !path.contains('/');
        !self.index.is_own_host(host) && (usual || self.index.knows_server(host))
    }

    /// A bare name: anybody can take it on a network where the municipality has not, so it is never enough.
    fn about_handle(&self, candidates: Vec<Address>) -> Answer {
        let is_ours = |record: &Record| !matches!(record.standing, Standing::Impersonator { .. });
        let (ours, posing): (Vec<Address>, Vec<Address>) = candidates
            .iter()
            .filter(|it| self.is_known(it))
            .cloned()
            .partition(|address| self.index.at(address).any(is_ours));
        if ours.is_empty() {
            let mut answer = self.unregistered(self.understood(candidates, &[]), None);
            if !posing.is_empty() {
                let names = network::names_in(&posing, self.networks);
                answer.reason = format!("{}市になりすました{names}と同じ名前です。", answer.reason);
            }
            return answer;
        }
        let names = network::names_in(&ours, self.networks);
        let reason = format!(
            "ユーザー名だけでは、どのサービスのアカウントかわかりません。市の記録には{names}があります。同じ名前を、ほかのサービスで別の人が使っていることがあります。"
        );
        let advice = "アカウントのページのURLか、「X @…」のようにサービスの名前を付けて入れてください。";
        cannot_judge(self.understood(ours, &[]), reason, advice.to_owned())
    }

    /// A question that cannot be read as an account.
    fn about_nothing(&self, reason: &Unclear) -> Answer {
        let mut answer = cannot_judge(Understood::default(), reason.message(self.networks), reason.next());
        // A name that the network cannot have is a name that is not registered.
        if matches!(reason, Unclear::Name { .. }) {
            answer.verdict = Verdict::NotRegistered;
        }
        answer
    }

    fn is_posing(&self, address: &Address) -> bool {
        let mut records = self.index.at(address);
        records.any(|record| matches!(record.standing, Standing::Impersonator { .. }))
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
                format!("{city}のアカウントですが、{}から休止しています（「{name}」）。", wareki_with_western(*since)),
                "休止中は、新しいお知らせは出ません。新しい投稿やメッセージがあったら、信じる前に市に知らせてください。".to_owned(),
            ),
            Standing::Closed { on } => (
                Verdict::Closed,
                Some(*on),
                format!("前は{city}のアカウントでしたが、{}に廃止されました（「{name}」）。今は市のものではありません。", wareki_with_western(*on)),
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
                format!("{city}になりすましたアカウントです。市は{}に確認しました。", wareki_with_western(*noted_on)),
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
            wareki_with_western(since)
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
        if address.network == NetworkId::other() {
            return self.strange(address, reading);
        }
        if self.index.has_account_on(&address.network) {
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

    /// A page on no network's site: nothing says that it is an account.
    fn strange(&self, address: &Address, reading: Understood) -> Answer {
        let host = host_of(address).unwrap_or_default();
        if self.index.is_own_host(host) {
            let reason = format!("「{host}」は市のウェブサイトです。SNSのアカウントではありません。");
            return cannot_judge(reading, reason, ASK_ACCOUNT.to_owned());
        }
        let reason = match self.networks.imitated_by(host) {
            Some(network) => {
                format!("「{host}」は{}のサイトではありません。名前のよく似た別のサイトです。", network.label())
            }
            None => format!("「{host}」は、SNSのサイトとして知られていません。市の記録にもないページです。"),
        };
        let advice = "市のSNSとして開いたり、個人の情報を入れたりしないでください。SNSのアカウントなら、そのページのURLを入れてください。";
        cannot_judge(reading, reason, advice.to_owned())
    }

    fn unregistered(&self, reading: Understood, address: Option<&Address>) -> Answer {
        let place = address.map(|it| format!("{}のこのアカウントは、", self.label(&it.network))).unwrap_or_default();
        Answer {
            verdict: Verdict::NotRegistered,
            reading,
            facts: None,
            reason: format!("{place}市の公式アカウントには登録されていません。"),
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

/// The host of a page that is on no network's site.
fn host_of(page: &Address) -> Option<&str> {
    page.name().strip_prefix("https://").and_then(|rest| rest.split('/').next())
}

fn cannot_judge(reading: Understood, reason: String, advice: String) -> Answer {
    Answer { verdict: Verdict::CannotJudge, reading, facts: None, reason, advice }
}
