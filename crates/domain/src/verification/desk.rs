//! The answer to "is this account the municipality's?", with its reason and what to do.

use jiff::civil::Date;

use super::answer::{Answer, Facts, Near, Proof, Understood, Verdict, Way};
use super::index::{Index, Past, Record, Standing};
use super::near;
use crate::calendar::wareki_with_western;
use crate::network::{self, Address, NetworkId, Networks, Notice, Reading, Unclear, canonical_url};

/// What to say about a link that hides where it leads.
const OPEN_FIRST: &str = "公式アカウント一覧にのっているURLかを見るか、開いた先のアカウントのIDを入れてください。";

/// What to say where an address cannot be told from the text around it.
const COPY_AGAIN: &str = "確かめたいアカウントのアドレスだけを写して、もう一度入れてください。";

/// How many links are shown to be compared at once.
const SHOWN_BESIDE: usize = 3;

/// What to say where the page is no account.
const ASK_ACCOUNT: &str = "調べたいSNSのアカウントのページを開き、そのURLを入れてください。";

/// Answers whether the account that somebody asks about is the municipality's.
pub fn verify(ask: &str, index: &Index, networks: &Networks) -> Answer {
    let desk = Desk { index, networks };
    let plain = network::refanged(ask);
    let mut answer = desk.about_reading(network::read(ask, networks), plain.as_deref().unwrap_or(ask));
    if answer.verdict.denies() && index.has_unread() {
        // The account that cannot be read may be this one.
        answer = cannot_judge(answer.reading, desk.withheld(), desk.ask_city());
    }
    if answer.verdict == Verdict::CannotJudge && answer.ways.is_empty() {
        answer.ways = desk.ways(&[]);
    }
    answer
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
    /// The word for the municipality: 市, 町, 県 …
    fn it(&self) -> &'static str {
        self.index.city()
    }

    /// What to say where only the municipality can tell.
    fn ask_city(&self) -> String {
        let it = self.it();
        format!("{it}の公式アカウント一覧を見るか、{it}に問い合わせてください。")
    }

    /// Whatever was read of a text.
    fn about_reading(&self, reading: Reading, text: &str) -> Answer {
        match reading {
            Reading::Address(address, notices) => {
                let strange = address.network == NetworkId::other() && !self.is_known(&address);
                match strange.then(|| network::taken_out(text, self.networks)).flatten() {
                    Some(within) => self.about_reading(within, text),
                    None => self.about(&address, &notices),
                }
            }
            Reading::Post { candidates, notices } => self.about_post(candidates, &notices),
            Reading::Claimed { candidates, notices } => self.about_claim(candidates, &notices),
            Reading::Server { candidates } => self.about_server(candidates),
            Reading::Handle { candidates } => self.about_handle(candidates),
            Reading::Within { taken, goes_on, named, mails, reading } => {
                let beside = Beside { goes_on, named, mails };
                self.about_within(&taken, &beside, *reading)
            }
            Reading::Unclear { reason } => self.about_nothing(&reason),
        }
    }

    /// An address with a text around it: the answer is about the address alone, and says so.
    fn about_within(&self, taken: &str, beside: &Beside, reading: Reading) -> Answer {
        let mut answer = self.about_reading(reading, taken);
        answer.reading.notices.insert(0, format!("まわりの文字をのぞいて、「{taken}」についてお答えします。"));
        if answer.verdict.denies() && beside.goes_on {
            let reason = format!("「{taken}」のあとに文字が続いていて、どこまでがアドレスか決められません。");
            return cannot_judge(answer.reading, reason, COPY_AGAIN.to_owned());
        }
        let other = match &answer.verdict {
            Verdict::Official(proof) => {
                let is_own = |name: &&String| self.is_name_of(name, proof.account());
                let name = beside.named.iter().find(|name| !is_own(name)).map(|name| format!("@{name}"));
                name.or_else(|| beside.mails.iter().find(|mail| !self.is_own_mail(mail)).cloned())
            }
            // The other name may be of an account of ours, and so may be what was meant.
            Verdict::NotRegistered | Verdict::NoAccountOnNetwork => {
                let asked = &answer.reading.addresses;
                let is_asked = |name: &&String| asked.iter().any(|address| is_called(address, name));
                beside.named.iter().find(|name| !is_asked(name)).map(|name| format!("@{name}"))
            }
            _ => None,
        };
        match other {
            None => answer,
            Some(other) => {
                let reason = format!("「{taken}」のほかに「{other}」があり、どちらのことか決められません。");
                cannot_judge(answer.reading, reason, COPY_AGAIN.to_owned())
            }
        }
    }

    /// Whether a mail address is of the municipality's own domain.
    fn is_own_mail(&self, mail: &str) -> bool {
        mail.rsplit_once('@').is_some_and(|(_, host)| self.index.is_own_host(&host.to_ascii_lowercase()))
    }

    /// Whether an account is reached by this name, whatever the capitals.
    fn is_name_of(&self, name: &str, account: &str) -> bool {
        let records = self.index.records().iter().filter(|record| record.account == account);
        records.flat_map(|record| &record.addresses).any(|address| is_called(address, name))
    }

    /// A question about one account.
    fn about(&self, address: &Address, notices: &[Notice]) -> Answer {
        let reading = self.understood(vec![address.clone()], notices);
        match self.found(address) {
            Found::Nothing => self.unknown(address, reading),
            Found::One(record) => self.of_record(record, address, reading),
            Found::Several => {
                let reason = "このアカウントの記録がいくつもあり、どれのことか決められません。";
                cannot_judge(reading, reason.to_owned(), self.ask_city())
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
                "投稿を開いたあと、投稿した人のアカウントが「{url}」であることを確かめてください。別のアカウントに変わるときは、{}の投稿ではありません。",
                self.it()
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
            Some(page) if !self.is_profile(page, &candidates) => self.about(page, &[]),
            _ => {
                // The page of an account of ours, but for its capitals: what another service makes of them is not known.
                let like = candidates.iter().flat_map(|it| self.index.on_page(it)).find(|record| record.is_held());
                match like {
                    Some(record) => self.perhaps(record, self.understood(candidates, &[])),
                    // One page is one account, whatever service its server runs.
                    None => self.unregistered(self.understood(candidates, &[]), None),
                }
            }
        }
    }

    /// A question that may be about an account of ours, and need not be.
    fn perhaps(&self, record: &Record, reading: Understood) -> Answer {
        let url = self.shown(record).url;
        let reason =
            format!("{}の記録にある「{url}」に似ていますが、同じアカウントかどうか決められません。", self.it());
        let near = vec![self.near_of(record)];
        Answer { near, ..cannot_judge(reading, reason, COPY_AGAIN.to_owned()) }
    }

    /// Whether a page of a server shows an account: `/@name` is how all of them do it; other shapes count only on a
    /// server that the register knows.
    fn is_profile(&self, page: &Address, candidates: &[Address]) -> bool {
        let Some((host, path)) = page.name().strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
            return false;
        };
        let usual = path.starts_with('@') && !path.contains('/');
        !self.index.is_own_host(host) && (usual || self.index.knows_server(host, candidates))
    }

    /// A bare name: anybody can take it on a network where the municipality has not, so it is never enough.
    fn about_handle(&self, candidates: Vec<Address>) -> Answer {
        let is_ours = |record: &Record| !matches!(record.standing, Standing::Impersonator { .. });
        let (ours, posing): (Vec<Address>, Vec<Address>) = candidates
            .iter()
            .filter(|it| self.is_known(it))
            .cloned()
            .partition(|address| self.index.at(address).any(is_ours));
        let near = self.near(&candidates);
        let ways = self.ways(&candidates);
        let it = self.it();
        let posing = if posing.is_empty() {
            String::new()
        } else {
            format!("{it}になりすました{}と同じ名前です。", self.names_in(&posing))
        };
        let known = if ours.is_empty() {
            format!("{it}の記録には、同じ名前のアカウントはありません。")
        } else {
            format!(
                "{it}の記録には{}があります。同じ名前を、ほかのサービスで別の人が使っていることがあります。",
                self.names_in(&ours)
            )
        };
        let reason = format!("ユーザー名だけでは、どのサービスのアカウントかわかりません。{known}{posing}");
        let advice = "アカウントのページのURLか、「X @…」のようにサービスの名前を付けて入れてください。";
        let asked = if ours.is_empty() { candidates } else { ours };
        Answer { ways, near, ..cannot_judge(self.understood(asked, &[]), reason, advice.to_owned()) }
    }

    /// Names accounts in a sentence, each with its network.
    fn names_in(&self, addresses: &[Address]) -> String {
        let name = |address: &Address| {
            let record = self.index.at(address).find(|record| record.addresses.first() == Some(address));
            let shown = record.and_then(|record| self.shown(record).handle);
            format!("「{}の {}」", self.label(&address.network), shown.unwrap_or_else(|| address.name().to_owned()))
        };
        addresses.iter().map(name).collect::<Vec<_>>().join("、")
    }

    /// The listed accounts whose names are like those asked for.
    fn near(&self, asked: &[Address]) -> Vec<Near> {
        near::near(asked, self.index.records(), self.networks).into_iter().map(|record| self.near_of(record)).collect()
    }

    fn near_of(&self, record: &Record) -> Near {
        Near { name: record.name.clone(), network: self.label(&record.network), url: self.shown(record).url }
    }

    /// How the record's own address is shown: as it was filed.
    fn shown(&self, record: &Record) -> network::Shown {
        let filed = record.url.as_deref().unwrap_or_default();
        match record.addresses.first() {
            Some(address) => network::as_filed(address, filed, self.networks),
            None => network::Shown { url: filed.to_owned(), handle: None },
        }
    }

    /// How to come to an address, one way a network: for a bare name those that may have it, else every network.
    fn ways(&self, candidates: &[Address]) -> Vec<Way> {
        let way = |network: &network::Network| {
            let candidate = candidates.iter().find(|address| address.network == *network.id());
            let url = candidate.map(|address| canonical_url(address, self.networks));
            let copying = network.copying()?.to_owned();
            (candidates.is_empty() || url.is_some()).then(|| Way { network: network.label().to_owned(), copying, url })
        };
        self.networks.iter().filter_map(way).collect()
    }

    /// A question that cannot be read as an account.
    fn about_nothing(&self, reason: &Unclear) -> Answer {
        cannot_judge(Understood::default(), reason.message(self.networks), reason.next())
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
            // One page that was listed more than once is one account all the same.
            (Some(first), Some(_)) if records.iter().filter(|it| it.is_held()).all(|it| it.is_listed()) => {
                Found::One(first)
            }
            (Some(_), Some(_)) => Found::Several,
            (Some(record), None) => Found::One(record),
            (None, _) if records.is_empty() => Found::Nothing,
            (None, _) => unheld(&records).map_or(Found::Several, Found::One),
        }
    }

    fn of_record(&self, record: &Record, asked: &Address, reading: Understood) -> Answer {
        let Record { municipality: city, name, .. } = record;
        let it = self.it();
        let (verdict, since, reason, advice) = match &record.standing {
            Standing::Listed { since, page } => match Proof::of(record) {
                Some(proof) => (
                    Verdict::Official(proof),
                    Some(*since),
                    self.vouched(record, *since),
                    self.after_official(record, asked, page),
                ),
                None => (Verdict::CannotJudge, None, "一覧の記録を確かめられません。".to_owned(), self.ask_city()),
            },
            Standing::Suspended { since } => (
                Verdict::Suspended,
                Some(*since),
                format!("{city}のアカウントですが、{}から休止しています（「{name}」）。", wareki_with_western(*since)),
                format!(
                    "休止中は、新しいお知らせは出ません。新しい投稿やメッセージがあったら、信じる前に{it}に知らせてください。"
                ),
            ),
            Standing::Closed { on, past } => (
                Verdict::Closed,
                Some(*on),
                match past {
                    Past::Listed => format!(
                        "前は{city}のアカウントでしたが、{}に廃止されました（「{name}」）。今は{it}のものではありません。",
                        wareki_with_western(*on)
                    ),
                    Past::NeverListed => format!(
                        "{city}の公式アカウント一覧にのったことはありません。{it}の記録では{}に廃止されていて、今は{it}のものではありません。",
                        wareki_with_western(*on)
                    ),
                },
                "別の人が同じ名前を使っていることがあります。投稿を信じたり、リンクを開いたりしないでください。"
                    .to_owned(),
            ),
            Standing::Withheld => (Verdict::CannotJudge, None, self.withheld(), self.ask_city()),
            Standing::Unlisted => (
                Verdict::NotRegistered,
                None,
                format!("{city}の公式アカウント一覧から外されています。今は公式アカウントではありません。"),
                format!(
                    "今は、{it}のお知らせとして受け取らないでください。わからないときは、{it}に問い合わせてください。"
                ),
            ),
            Standing::NotYetOfficial => (
                Verdict::NotYetOfficial,
                None,
                format!("{city}の公式アカウント一覧には、まだのっていません。今は公式アカウントではありません。"),
                format!("一覧にのるまでは、{it}のお知らせとして受け取らないでください。"),
            ),
            Standing::Impersonator { noted_on } => (
                Verdict::Impersonator,
                Some(*noted_on),
                format!("{city}になりすましたアカウントです。{it}は{}に確認しました。", wareki_with_western(*noted_on)),
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
            url: record.addresses.first().map(|_| self.shown(record).url),
            since,
            page,
        };
        let url = if record.addresses.first() == Some(asked) { facts.url.clone() } else { reading.url.clone() };
        let reading = Understood { url, ..reading };
        let facts = Some(facts).filter(|_| record.standing != Standing::Withheld);
        Answer { facts, ..Answer::of(verdict, reading, reason, advice) }
    }

    /// What to say of an account whose record nobody can read.
    fn withheld(&self) -> String {
        format!("{}の記録のなかに、いま確かめられないものがあり、このアカウントのことを答えられません。", self.it())
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
                self.shown(record).url
            ),
            _ => format!("公式アカウント一覧（{page}）でも確かめられます。"),
        }
    }

    /// An account that the register does not know.
    fn unknown(&self, address: &Address, reading: Understood) -> Answer {
        if let Some(record) = self.begins_with(address) {
            return self.perhaps(record, reading);
        }
        let opaque = self.networks.get(&address.network).and_then(|network| network.opaque_reason(address.name()));
        if let Some(why) = opaque {
            return cannot_judge(reading, why.to_owned(), OPEN_FIRST.to_owned());
        }
        if address.network == NetworkId::other() {
            return self.strange(address, reading);
        }
        let untold: Vec<&Record> = self.untold(address).collect();
        if !untold.is_empty() {
            let label = self.label(&address.network);
            let reason = format!(
                "{label}の{}のアカウントのなかに、この形のアドレスが届けられていないものがあり、それかどうか決められません。",
                self.it()
            );
            let listed = untold.iter().filter(|record| record.is_listed()).take(SHOWN_BESIDE);
            let links: Vec<String> = listed.map(|record| format!("「{}」", self.shown(record).url)).collect();
            let compare = if links.is_empty() {
                String::new()
            } else {
                format!(
                    "公式アカウント一覧にのっている{}を開いた先と、同じページかを見くらべてください。",
                    links.join("、")
                )
            };
            let advice = format!(
                "このアドレスを開いてアカウントのページへ進み、アドレス欄に出るURLが変わったら、そのURLを入れてください。{compare}"
            );
            return cannot_judge(reading, reason, advice);
        }
        if self.index.has_account_on(&address.network) {
            return self.unregistered(reading, Some(address));
        }
        let (label, it) = (self.label(&address.network), self.it());
        Answer::of(
            Verdict::NoAccountOnNetwork,
            reading,
            format!("{label}には、{it}の公式アカウントはありません。"),
            format!("{label}で{it}を名のるアカウントがあったら、信じないで、{it}に知らせてください。"),
        )
    }

    /// An account of ours whose name this one begins with, where the rest may be the text around it.
    fn begins_with(&self, address: &Address) -> Option<&Record> {
        let network = self.networks.get(&address.network)?;
        let beginnings = network.beginnings(address.name()).into_iter().rev();
        let mut shorter = beginnings.map(|name| Address::of(network.id(), name));
        shorter.find_map(|it| {
            self.index.records().iter().find(|record| record.is_held() && record.addresses.contains(&it))
        })
    }

    /// The accounts of ours that may have this name without the register having been told.
    fn untold(&self, address: &Address) -> impl Iterator<Item = &Record> {
        let network = self.networks.get(&address.network);
        self.index.records().iter().filter(move |record| {
            let names = record.addresses.iter().filter(|own| own.network == address.network).map(Address::name);
            let may_have = || network.is_some_and(|network| network.may_have_untold(address.name(), names));
            record.is_held() && record.network == address.network && may_have()
        })
    }

    /// A page on no network's site: nothing says that it is an account.
    fn strange(&self, address: &Address, reading: Understood) -> Answer {
        let (host, it) = (host_of(address).unwrap_or_default(), self.it());
        if self.index.is_own_host(host) {
            let reason = format!("「{host}」は{it}のウェブサイトです。SNSのアカウントではありません。");
            return cannot_judge(reading, reason, ASK_ACCOUNT.to_owned());
        }
        let reason = match self.networks.imitated_by(host) {
            Some(network) => {
                format!("「{host}」は{}のサイトではありません。名前のよく似た別のサイトです。", network.label())
            }
            None => format!("「{host}」は、SNSのサイトとして知られていません。{it}の記録にもないページです。"),
        };
        let advice = format!(
            "{it}のSNSとして開いたり、個人の情報を入れたりしないでください。SNSのアカウントなら、そのページのURLを入れてください。"
        );
        cannot_judge(reading, reason, advice)
    }

    fn unregistered(&self, reading: Understood, address: Option<&Address>) -> Answer {
        let place = address.map(|it| format!("{}のこのアカウントは、", self.label(&it.network))).unwrap_or_default();
        let near = self.near(&reading.addresses);
        let it = self.it();
        let reason = format!("{place}{it}の公式アカウントには登録されていません。");
        let advice =
            format!("{it}のお知らせとして受け取らないでください。{it}を名のっていたら、{it}に知らせてください。");
        Answer { near, ..Answer::of(Verdict::NotRegistered, reading, reason, advice) }
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

/// What stands beside an address in a text.
struct Beside {
    /// Whether a word follows that may be the rest of a torn address.
    goes_on: bool,
    /// Names with `@`, without it.
    named: Vec<String>,
    mails: Vec<String>,
}

/// Whether an address has this name, whatever the capitals.
fn is_called(address: &Address, name: &str) -> bool {
    let own = address.name().trim_start_matches('@');
    let local = own.split('@').next().unwrap_or(own);
    own.eq_ignore_ascii_case(name) || local.eq_ignore_ascii_case(name)
}

/// Of records none of which is held, the one that says most about today: that an account was given up, until the list says
/// that it is the municipality's again. Whoever is only noted or prepared takes no warning away.
fn unheld<'a>(records: &[&'a Record]) -> Option<&'a Record> {
    let coming = records.iter().find(|record| matches!(record.standing, Standing::NotYetOfficial | Standing::Unlisted));
    let closed = records.iter().filter_map(|record| match record.standing {
        Standing::Closed { on, .. } => Some((on, *record)),
        _ => None,
    });
    closed.max_by_key(|(on, _)| *on).map(|(_, record)| record).or(coming.copied())
}

/// The host of a page that is on no network's site.
fn host_of(page: &Address) -> Option<&str> {
    page.name().strip_prefix("https://").and_then(|rest| rest.split('/').next())
}

fn cannot_judge(reading: Understood, reason: String, advice: String) -> Answer {
    Answer::of(Verdict::CannotJudge, reading, reason, advice)
}
