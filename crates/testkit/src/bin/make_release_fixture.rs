//! Makes the data folder that is kept of a release: `make_release_fixture DIR`; see `fixtures/README.md`.
//!
//! The clock stands still and chance is counted, so that the same program makes the same ledger every time.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actions::{
    AccountNoted, Attached, City, FixedMachine, Giver, ImpersonatorNoted, Opening, Recorded, RulingOrder, SendingBack,
    Stepping, VIEW_VERSION,
};
use domain::act::SetPractice;
use domain::entry::{Entry, Private};
use domain::evidence::{Badge, Confirmed, Decision, Evidence, ListingPlace, SecondFactor, Shown};
use domain::guideline::ClauseId;
use domain::id::{AccountId, CaseId, ImpersonatorId, MunicipalityCode, PersonId, UnitId};
use domain::ledger::{public_key, read_dump, to_hex};
use domain::network::Networks;
use domain::register::Register;
use jiff::civil::date;
use store::{Durability, Place, Store};
use testkit::{Guide, MORNING, Town, draft, office, on, who};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// The seed of a key that signs nothing but these samples.
const SEED: [u8; 32] = [41; 32];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Fallible<()> {
    let dir: PathBuf = std::env::args().nth(1).ok_or("make_release_fixture DIR")?.into();
    std::fs::create_dir_all(&dir)?;
    for guide in [Guide::Notice, Guide::Decision] {
        makes(&dir, guide).await?;
    }
    std::fs::write(dir.join("public-key.txt"), format!("{}\n", to_hex(&public_key(&SEED))))?;
    Ok(())
}

/// One municipality: its database, its ledger as text, a checkpoint, and what the fold of the ledger says.
async fn makes(dir: &Path, guide: Guide) -> Fallible<()> {
    let named = |end: &str| dir.join(format!("{}.{end}", guide.code()));
    let database = named("sqlite");
    for left in [database.clone(), named("sqlite-wal"), named("sqlite-shm")] {
        if left.exists() {
            std::fs::remove_file(left)?;
        }
    }
    let store = Store::open(&Place::File(database), Durability::Full, VIEW_VERSION).await?;
    store.migrate().await?;
    let code = MunicipalityCode::from(guide.code());
    store.create_municipality(&code).await?;
    let machine = Arc::new(FixedMachine::at(MORNING));
    let city = City::of(&store, &code, Arc::new(Networks::standard()?), machine.clone());
    city.adopt(&Town::files(guide), date(2026, 4, 1)).await?;
    let (changes, people) = office(guide, date(2026, 4, 1));
    city.change_office(changes, people).await?;
    let desk = Desk { city, guide, machine };
    match guide {
        Guide::Decision => desk.decides_and_starts().await?,
        _ => desk.files_and_closes().await?,
    }
    desk.city.rebuild().await?;
    std::fs::write(named("checkpoint"), desk.city.checkpoint(&SEED).await?)?;
    let mut dump = Vec::new();
    desk.city.dump_ledger(&mut dump).await?;
    std::fs::write(named("jsonl"), &dump)?;
    std::fs::write(named("register.json"), format!("{}\n", folded(&dump)?))?;
    store.close().await;
    Ok(())
}

/// The register as the entries alone tell it.
fn folded(dump: &[u8]) -> Fallible<String> {
    let mut register = Register::default();
    let (_, entries) = read_dump(std::str::from_utf8(dump)?.lines())?;
    for stored in entries {
        let stored = stored?;
        let private = stored.private.as_ref().map(|part| Private::read(&part.bytes)).transpose()?;
        register.apply(&Entry::read(&stored.bytes)?, &private.unwrap_or_default());
    }
    Ok(serde_json::to_string_pretty(&register)?)
}

/// The people at work.
struct Desk {
    city: City,
    guide: Guide,
    machine: Arc<FixedMachine>,
}

impl Desk {
    /// Filing with a number: opened, sent back, listed, changed, suspended, resumed, closed; and what else there is.
    async fn files_and_closes(&self) -> Fallible<()> {
        let case = self.opens("opening", None).await?;
        let drafted = self.drafts(&case, "mihon_kanko").await?;
        self.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await?;
        let reasons = [("purpose".to_owned(), "もう少し具体的に書いてください。".to_owned())];
        self.city.send_back(&CaseId::from(case.as_str()), "receive", &reasons, None, &who("s3-staff"), None).await?;
        self.drafts(&case, "mihon_kanko").await?;
        self.is_filed_and_listed(&case).await?;
        let account = self.city.case(&CaseId::from(case.as_str())).await?.account.id;
        let change = self.opens("change", Some(&account)).await?;
        self.drafts(&change, "mihon_kanko").await?;
        self.is_filed_and_listed(&change).await?;
        let suspension = self.opens("suspension", Some(&account)).await?;
        self.stops(&suspension).await?;
        let resumption = self.opens("resumption", Some(&account)).await?;
        self.drafts(&resumption, "mihon_kanko").await?;
        self.is_filed_and_listed(&resumption).await?;
        let closing = self.opens("closing", Some(&account)).await?;
        self.stops(&closing).await?;
        let second = self.opens("opening", None).await?;
        self.drafts(&second, "mihon_onsen").await?;
        self.is_filed_and_listed(&second).await?;
        let third = self.opens("opening", None).await?;
        self.city.withdraw(&CaseId::from(third.as_str()), "事情が変わったため", &who("s1-head"), None).await?;
        self.is_noted().await?;
        self.city.erase(drafted.seq, "総第12号").await?;
        self.settles().await?;
        self.names_files().await
    }

    /// What the city settles for itself, and who is let in.
    async fn settles(&self) -> Fallible<()> {
        let order = SetPractice {
            leaf: "within:opening/list".parse().map_err(|_| "a leaf")?,
            value: 5,
            reason: "異動の時期は届出が重なるため".to_owned(),
        };
        self.city.set_practice(&order, &who("s3-staff"), None).await?;
        let order = RulingOrder {
            title: "運用終了日の定めのないものの扱い".to_owned(),
            words: "年度の終わりごとに、続けるかどうかを届け出るものとする。".to_owned(),
            clause: Some(ClauseId("T3(6)".to_owned())),
            document_number: Some("広第7号".to_owned()),
            ..RulingOrder::default()
        };
        self.city.rule(&order, &who("s3-head"), None).await?;
        self.city.invite(&Giver::Owner, &PersonId::from("s1-staff")).await?;
        Ok(())
    }

    /// Every kind of entry that can name a file, naming one.
    async fn names_files(&self) -> Fallible<()> {
        let order = Opening {
            procedure: "opening".to_owned(),
            units: vec![UnitId::from("s1")],
            attachments: self.keeps("伺い.pdf").await?,
            ..Opening::default()
        };
        let case = self.city.open(&order, &who("s1-staff"), None).await?.case.ok_or("a case")?;
        self.drafts(&case, "mihon_yama").await?;
        let filing = on(&case, "file", Evidence::Filing { paper: None });
        let filing = Stepping { attachments: self.keeps("届出の写し.pdf").await?, ..filing };
        self.city.step(&filing, &who("s1-head"), None).await?;
        let back = SendingBack {
            case: CaseId::from(case.as_str()),
            step: "receive".to_owned(),
            reasons: vec![(String::new(), "写しの2枚目がありません。".to_owned())],
            attachments: self.keeps("足りないところ.pdf").await?,
            seen: None,
        };
        self.city.return_case(&back, &who("s3-staff"), None).await?;
        let noted = ImpersonatorNoted {
            network: "x".to_owned(),
            url: "https://x.com/mihon_yamaa".to_owned(),
            attachments: self.keeps("画面.pdf").await?,
            ..ImpersonatorNoted::default()
        };
        self.city.note_impersonator(&noted, &who("s3-staff"), None).await?;
        Ok(())
    }

    async fn keeps(&self, name: &str) -> Fallible<Vec<Attached>> {
        let (key, _) = self
            .city
            .keep_attachment(
                b"%PDF-1.7 a copy",
                actions::Keeper { person: &domain::id::PersonId::from("s1-staff"), case: None },
            )
            .await?;
        Ok(vec![Attached { key, name: name.to_owned() }])
    }

    /// An account that nobody filed, an impersonator, and one that is no more.
    async fn is_noted(&self) -> Fallible<()> {
        let noted = AccountNoted {
            network: "x".to_owned(),
            network_name: None,
            name: "前からあるアカウント".to_owned(),
            url: "https://x.com/mihon_mae".to_owned(),
            units: vec![UnitId::from("s2")],
        };
        self.city.note_account(&noted, &who("s3-staff"), None).await?;
        for handle in ["mihon_kankoo", "mihon_kank0"] {
            let noted = ImpersonatorNoted {
                network: "x".to_owned(),
                network_name: None,
                url: format!("https://x.com/{handle}"),
                ..ImpersonatorNoted::default()
            };
            let recorded = self.city.note_impersonator(&noted, &who("s3-staff"), None).await?;
            if handle == "mihon_kank0" {
                self.city
                    .clear_impersonator(&ImpersonatorId(format!("i{}", recorded.seq)), &who("s3-staff"), None)
                    .await?;
            }
        }
        Ok(())
    }

    /// A decision before and a chain of confirmations after; then a suspension.
    async fn decides_and_starts(&self) -> Fallible<()> {
        let case = self.opens("opening", None).await?;
        self.drafts(&case, "mihon_kanko").await?;
        self.does(&case, "decide", "d1-head", Evidence::Decision(Decision::default())).await?;
        let url = "https://x.com/mihon_kanko".to_owned();
        let acquired = Evidence::Acquisition { url: url.clone(), stable_id: Some("1234567".to_owned()) };
        self.does(&case, "acquire", "s1-staff", acquired).await?;
        self.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await?;
        self.does(&case, "list", "s3-head", Evidence::Listing(ListingPlace::Here)).await?;
        let guideline = self.city.guideline_in_force().await?;
        let own = guideline.guideline.municipality.own_hosts.first().ok_or("the city has a site")?;
        let profile = Evidence::Profile {
            page_url: format!("https://{own}/sns/"),
            stance: Shown::NotAsked,
            contact: Shown::NotAsked,
        };
        let security = Evidence::Security {
            second_factor: SecondFactor::On,
            password: Confirmed::Confirmed,
            recovery: Confirmed::Confirmed,
        };
        let designation =
            Evidence::Designation { poster: PersonId::from("s1-staff"), approver: PersonId::from("s1-chief") };
        let confirmations = [
            ("profile", profile),
            ("terminal", Evidence::Terminal { device: "共用PC-03".to_owned() }),
            ("security", security),
            ("share", Evidence::Plain),
            ("show_policy", Evidence::Place { url }),
            ("designate", designation),
            ("badge", Evidence::Badge { status: Badge::Applied }),
            ("start", Evidence::Plain),
        ];
        for (step, evidence) in confirmations {
            self.does(&case, step, "s1-head", evidence).await?;
        }
        Ok(())
    }

    async fn opens(&self, procedure: &str, account: Option<&AccountId>) -> Fallible<String> {
        // Whoever works through a day does not do everything at one instant.
        self.machine.advance(60_000);
        let order = Opening {
            procedure: procedure.to_owned(),
            account: account.cloned(),
            units: if account.is_none() { vec![UnitId::from("s1")] } else { Vec::new() },
            reason: Some("観光の案内を分けるため".to_owned()),
            ..Opening::default()
        };
        let opened = self.city.open(&order, &who("s1-staff"), None).await?;
        Ok(opened.case.ok_or("a case")?)
    }

    async fn drafts(&self, case: &str, handle: &str) -> Fallible<Recorded> {
        self.machine.advance(60_000);
        let order = Stepping { policy: Some(draft(self.guide, handle)), ..on(case, "draft", Evidence::Policy) };
        Ok(self.city.step(&order, &who("s1-staff"), None).await?)
    }

    async fn is_filed_and_listed(&self, case: &str) -> Fallible<()> {
        self.does(case, "file", "s1-head", Evidence::Filing { paper: None }).await?;
        self.does(case, "receive", "s3-staff", Evidence::Receipt).await?;
        self.does(case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await?;
        Ok(())
    }

    async fn stops(&self, case: &str) -> Fallible<()> {
        self.does(case, "stop", "s1-head", Evidence::Stop { last_day: date(2026, 6, 1) }).await?;
        self.does(case, "file", "s1-head", Evidence::Filing { paper: None }).await?;
        self.does(case, "delist", "s3-staff", Evidence::Listing(ListingPlace::Here)).await?;
        Ok(())
    }

    async fn does(&self, case: &str, step: &str, person: &str, evidence: Evidence) -> Fallible<Recorded> {
        self.machine.advance(60_000);
        let done = self.city.step(&on(case, step, evidence), &who(person), None).await;
        done.map_err(|error| format!("{step}: {error}").into())
    }
}
