//! Sample towns, made through the verbs that people use: an account in every state that they can reach.

mod story;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use actions::{AccountNoted, HeldRows, ImpersonatorNoted, LoadedGuideline, OfficeImport, Opening, Stepping};
use anyhow::Context;
use domain::act::By;
use domain::calendar::{Closures, is_open};
use domain::case::{Outcome, Urgency};
use domain::evidence::Evidence;
use domain::id::{AccountId, CaseId, PersonId};
use domain::policy::Policy;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use story::{Act, Known, Story, Told, What};

use super::{Hands, units};
use crate::evidence;
use crate::exit::Exit;
use crate::home::Town;
use crate::input::{self, Mistake};
use crate::settings::Settings;

/// Where the samples of this repository are, seen from its root.
const SAMPLES: &str = "crates/app/sample";
/// The file that makes a folder a sample.
const STORY: &str = "story.toml";

/// Makes each folder's town, unless it is there.
pub async fn run(hands: &Hands, folders: &[PathBuf]) -> anyhow::Result<Exit> {
    let mut all = Vec::new();
    if folders.is_empty() {
        all = stories_in(Path::new(SAMPLES))?;
    }
    for folder in folders {
        // The folder of all samples is as good as the name of each.
        if folder.join(STORY).is_file() { all.push(folder.clone()) } else { all.extend(stories_in(folder)?) }
    }
    let mut told = Vec::new();
    for folder in &all {
        told.push(make(hands, folder).await?);
    }
    hands.voice.say(&json!({ "towns": told }), || {
        let line = |(name, made): &(String, Made)| match made {
            Made::Now => format!("見本の「{name}」を作りました。"),
            Made::Before => format!("「{name}」はすでにあるので、何も変えていません。"),
        };
        told.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

/// The samples in a folder, in the order of their names.
fn stories_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|error| no_samples(folder, &input::why(&error)))?;
    let mut folders = Vec::new();
    for entry in entries {
        let folder = entry?.path();
        if folder.join(STORY).is_file() {
            folders.push(folder);
        }
    }
    if folders.is_empty() {
        return Err(no_samples(folder, "見本（story.toml のあるフォルダー）がありません").into());
    }
    folders.sort();
    Ok(folders)
}

/// What is needed for a sample, and how else one begins.
fn no_samples(folder: &Path, why: &str) -> Mistake {
    let here = std::env::current_dir().map(|here| here.display().to_string()).unwrap_or_default();
    Mistake::new(format!(
        "見本のフォルダー「{}」を使えません（{why}）。何も作っていません。見本は、しるべのソース一式（リポジトリー）の {SAMPLES} と guidelines から作ります。プログラムだけでは作れません（今いる場所は「{here}」です）。\n次にすること：リポジトリーの一番上に移ってもう一度実行するか、見本のフォルダーの場所を付けてください（例：shirube sample /場所/{SAMPLES}）。見本ではなく自分の団体で始めるときは `shirube init --guideline フォルダー` です。",
        folder.display()
    ))
}

/// Whether a town was made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Made {
    Now,
    Before,
}

async fn make(hands: &Hands, folder: &Path) -> anyhow::Result<(String, Made)> {
    let story = Story::read(folder)?;
    let files = input::guideline(&folder.join(&story.guideline))?;
    let loaded = files.load()?;
    let municipality = &loaded.guideline.municipality;
    if hands.home.codes().await?.contains(&municipality.code) {
        return Ok((municipality.name.clone(), Made::Before));
    }
    let made = hands.home.folders_to_make(&municipality.code);
    let town = hands.home.make(&municipality.code).await?;
    let settings =
        Settings { notice: Some(story.notice.clone()), contact: Some(story.contact.clone()), ..Settings::default() };
    hands.home.keep_settings(&municipality.code, &settings)?;
    let told = async {
        let since = days_ago(&town, story.since)?;
        town.city.adopt(&files, since).await?;
        let bytes = input::bytes(&folder.join(&story.staff))?;
        let preview = town.city.preview_office(&OfficeImport { bytes, from: since }).await?;
        town.city.import_office(preview, HeldRows::Ask).await?;
        let mut teller = Teller { town: &town, story: &story, loaded: &loaded, accounts: BTreeMap::new() };
        for case in &story.cases {
            teller
                .tell(case)
                .await
                .with_context(|| format!("見本のアカウント「{}」（{}）", case.account, case.procedure))?;
        }
        teller.known().await
    };
    let told = told.await;
    if let Err(error) = told {
        hands.home.close().await;
        hands.home.unmake(&municipality.code, &made);
        return Err(error);
    }
    town.publish_after_act().await;
    Ok((municipality.name.clone(), Made::Now))
}

/// An account that the story has spoken of.
struct Spoken {
    id: AccountId,
    units: Vec<String>,
    policy: toml::Table,
}

struct Teller<'a> {
    town: &'a Town,
    story: &'a Story,
    loaded: &'a LoadedGuideline,
    accounts: BTreeMap<String, Spoken>,
}

impl Teller<'_> {
    async fn tell(&mut self, told: &Told) -> anyhow::Result<()> {
        let former = self.accounts.get(&told.account);
        let codes = former.map_or_else(|| told.units.clone(), |spoken| spoken.units.clone());
        let mut policy = former.map_or_else(|| self.story.policy.clone(), |spoken| spoken.policy.clone());
        policy.extend(told.policy.clone());
        let known = former.map(|spoken| spoken.id.clone());
        let mut case: Option<CaseId> = None;
        for text in &told.acts {
            let act = Act::read(text)?;
            let on = days_ago(self.town, act.ago)?;
            match (&act.what, &case) {
                (What::Open, _) => {
                    let opening = Opening {
                        procedure: told.procedure.clone(),
                        account: known.clone(),
                        units: units(&codes),
                        theme: told.theme.clone(),
                        reason: told.reason.clone(),
                        urgency: Urgency::Ordinary,
                        attachments: Vec::new(),
                    };
                    let by = self.by("open", &codes, on).await?;
                    let recorded = self.town.city.open(&opening, &by, None).await?;
                    case = recorded.case.map(CaseId);
                    let id = AccountId(recorded.account.unwrap_or_default());
                    if self.story.period.is_some() && !policy.contains_key("period") {
                        policy.insert("period".to_owned(), self.period(on)?);
                    }
                    let spoken = Spoken { id, units: codes.clone(), policy: policy.clone() };
                    self.accounts.insert(told.account.clone(), spoken);
                }
                (what, Some(case)) => self.act(case, what, &codes, &policy, on).await?,
                (_, None) => return Err(Mistake::new(format!("見本の「{text}」の前に open がありません。")).into()),
            }
        }
        Ok(())
    }

    async fn act(
        &self,
        case: &CaseId,
        what: &What,
        codes: &[String],
        policy: &toml::Table,
        on: Date,
    ) -> anyhow::Result<()> {
        let (step, outcome, note) = match what {
            What::Open => return Ok(()),
            What::Withdraw(why) => {
                let by = self.by("withdraw", codes, on).await?;
                self.town.city.withdraw(case, why, &by, None).await?;
                return Ok(());
            }
            What::Return(step, reason) => {
                let by = self.by(step, codes, on).await?;
                self.town.city.send_back(case, step, &[input::pair(reason)?], None, &by, None).await?;
                return Ok(());
            }
            What::Step(step) => (step, Outcome::Done, None),
            What::Except(step, why) => (step, Outcome::Exception, Some(why.clone())),
            What::Unneeded(step, why) => (step, Outcome::NotNeeded, Some(why.clone())),
        };
        let view = self.town.city.case(case).await?;
        let procedure = self.loaded.guideline.procedure(&view.case.procedure);
        let known = procedure.and_then(|procedure| procedure.step(step));
        let known = known.ok_or_else(|| Mistake::new(format!("見本の手順「{step}」がありません。")))?;
        let drafting = known.kind.writes_policy();
        let evidence = match (outcome, drafting) {
            (Outcome::Done, true) => Evidence::Policy,
            (Outcome::Done, false) => evidence::read(known, &self.pairs(step, codes, policy, on))?,
            _ => Evidence::Plain,
        };
        let content = if drafting { Some(Policy::deserialize(policy.clone())?) } else { None };
        let order = Stepping {
            case: case.clone(),
            step: step.clone(),
            outcome,
            evidence,
            policy: content,
            note,
            contact_person: None,
            attachments: Vec::new(),
            seen: None,
        };
        let by = self.by(step, codes, on).await?;
        self.town.city.step(&order, &by, None).await.with_context(|| format!("手順「{step}」"))?;
        Ok(())
    }

    /// The proof of a step as the story tells it, with this case's own facts in it.
    fn pairs(&self, step: &str, codes: &[String], policy: &toml::Table, on: Date) -> Vec<(String, String)> {
        let url = policy.get("url").and_then(toml::Value::as_str).unwrap_or_default();
        let lead = codes.first().map_or("", String::as_str);
        let day = on.to_string();
        let filled = |text: &String| text.replace("{url}", url).replace("{unit}", lead).replace("{day}", &day);
        let told = self.story.evidence.get(step).into_iter().flatten();
        told.map(|(name, text)| (name.clone(), filled(text))).collect()
    }

    async fn by(&self, act: &str, codes: &[String], on: Date) -> anyhow::Result<By> {
        let pattern = self.story.by.get(act).or_else(|| self.story.by.get("usual"));
        let pattern = pattern.ok_or_else(|| Mistake::new(format!("見本に「{act}」を行う人がいません。")))?;
        let lead = codes.first().map_or("", String::as_str);
        let second = codes.get(1).map_or("", String::as_str);
        let office = self.town.city.office().await?;
        let department = office.department_of(&lead.into(), on).map(|unit| unit.0).unwrap_or_default();
        let person = pattern.replace("{unit}", lead).replace("{second}", second).replace("{department}", &department);
        Ok(By { person: PersonId(person), on })
    }

    fn period(&self, from: Date) -> anyhow::Result<toml::Value> {
        let until = from.checked_add(self.story.period.unwrap_or_default().days())?;
        let mut period = toml::Table::new();
        period.insert("from".to_owned(), toml::Value::String(from.to_string()));
        period.insert("until".to_owned(), toml::Value::String(until.to_string()));
        Ok(toml::Value::Table(period))
    }

    /// What the story only notes: accounts from before, impersonators.
    async fn known(&self) -> anyhow::Result<()> {
        for Known { network, network_name, name, url, units: codes, ago } in &self.story.existing {
            let by = self.by("note", codes, days_ago(self.town, *ago)?).await?;
            let noted = AccountNoted {
                network: network.clone(),
                network_name: network_name.clone(),
                name: name.clone(),
                url: url.clone(),
                units: units(codes),
            };
            self.town.city.note_account(&noted, &by, None).await?;
        }
        for Known { network, network_name, url, units: codes, ago, .. } in &self.story.impersonators {
            let by = self.by("note", codes, days_ago(self.town, *ago)?).await?;
            let noted = ImpersonatorNoted {
                network: network.clone(),
                network_name: network_name.clone(),
                url: url.clone(),
                ..ImpersonatorNoted::default()
            };
            self.town.city.note_impersonator(&noted, &by, None).await?;
        }
        Ok(())
    }
}

/// The office's last open day that many days ago.
fn days_ago(town: &Town, ago: i64) -> anyhow::Result<Date> {
    let mut day = town.city.today().checked_sub(ago.days())?;
    let closures = Closures::default();
    // The sample's own acts fall on working days, as an office's do; year-end closes for six days at most.
    for _ in 0..14 {
        if is_open(day, &closures) {
            break;
        }
        day = day.checked_sub(1.day())?;
    }
    Ok(day)
}
