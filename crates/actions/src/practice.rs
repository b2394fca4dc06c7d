//! 市の運用の値 and 定めのない事項の決定: what the city settles where its guideline's text is silent.

use domain::act::{By, MakeRuling, SetPractice};
use domain::evidence::Meeting;
use domain::guideline::ClauseId;
use domain::id::RulingId;
use domain::practice::{PracticeRow, PracticeSpan, Practices};
use domain::register::{Part, Register};
use domain::ruling::{About, Ruling};
use jiff::civil::Date;
use serde::Serialize;
use store::{Read, Writing};

use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::once::Once;
use crate::perform::{Recorded, Rules};
use crate::search::{Page, one_more};
use crate::slice::{PRACTICE, RULING, Slice, get, read};
use crate::walk::every;

/// What is needed to make a ruling.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RulingOrder {
    /// What it is called.
    pub title: String,
    /// Its words.
    pub words: String,
    /// The clause that it fills out.
    pub clause: Option<ClauseId>,
    /// What it is about.
    pub about: Option<About>,
    /// Its 文書番号.
    pub document_number: Option<String>,
    /// The meeting, for a committee.
    pub meeting: Option<Meeting>,
}

impl City {
    /// Sets a figure that the guideline leaves to the city, from the stated day on.
    pub async fn set_practice(&self, order: &SetPractice, by: &By, key: Option<&str>) -> Result<Recorded, ActError> {
        let load = async |slice: &mut Slice, at: &mut Writing, _: &LoadedGuideline| {
            slice.load(at, &Part::Practice(order.leaf.clone())).await
        };
        let once = Once::of(key, "set_practice", &by.person, &(by.on, &order.leaf, order.value, &order.reason), &[])?;
        self.perform(once, Rules::InForce, load, |desk, _| desk.set_practice(order, by)).await
    }

    /// Every figure that the guideline in force leaves to the city, with what it stands at on a day.
    pub async fn practices_on(&self, day: Date) -> Result<Vec<PracticeRow>, ActError> {
        let loaded = self.guideline_in_force().await?;
        let mut reading = self.ledgered.reading().await?;
        let register = Register { practices: practices(&mut reading).await?, ..Register::default() };
        Ok(register.practices_on(&loaded.guideline, day))
    }

    /// Everything that a figure was ever set to, oldest first.
    pub async fn practice_history(&self, leaf: &domain::practice::PracticeLeaf) -> Result<Vec<PracticeSpan>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        Ok(get(&mut reading, PRACTICE, &leaf.to_string()).await?.unwrap_or_default())
    }

    /// Records a ruling of whoever the guideline lets settle what it does not say.
    pub async fn rule(&self, order: &RulingOrder, by: &By, key: Option<&str>) -> Result<Recorded, ActError> {
        let load = async |slice: &mut Slice, at: &mut Writing, _: &LoadedGuideline| match &order.about {
            Some(About::Account(id)) => slice.load(at, &Part::Account(id.clone())).await,
            Some(About::Case(id)) => slice.load(at, &Part::Case(id.clone())).await,
            None => Ok(()),
        };
        let once = Once::of(key, "rule", &by.person, &(by.on, order), &[])?;
        self.perform(once, Rules::InForce, load, |desk, seq| {
            let make = MakeRuling {
                ruling: RulingId(format!("r{seq}")),
                title: order.title.clone(),
                words: order.words.clone(),
                clause: order.clause.clone(),
                about: order.about.clone(),
                document_number: order.document_number.clone(),
                meeting: order.meeting.clone(),
            };
            desk.rule(&make, by)
        })
        .await
    }

    /// One page of the rulings by their day, oldest first; `after` is the last ruling of the page before.
    pub async fn rulings(&self, after: Option<&RulingId>, limit: u32) -> Result<Page<(RulingId, Ruling)>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let behind = match after {
            Some(id) => reading.get(RULING, &id.0).await?.map(|row| (row.sort, row.id)),
            None => None,
        };
        let behind = behind.as_ref().map(|(sort, id)| (sort.as_str(), id.as_str()));
        let rows = reading.page(RULING, behind, one_more(limit)).await?;
        let rulings = rows.iter().map(|row| Ok((RulingId(row.id.clone()), read(RULING, row)?)));
        let rulings: Vec<(RulingId, Ruling)> = rulings.collect::<Result<_, ActError>>()?;
        Ok(Page::cut(rulings, limit, |(id, _): &(RulingId, Ruling)| id.0.clone()))
    }

    /// One ruling.
    pub async fn ruling(&self, id: &RulingId) -> Result<Option<Ruling>, ActError> {
        get(&mut self.ledgered.reading().await?, RULING, &id.0).await
    }
}

/// Every figure that was set: a few dozen at most.
pub(crate) async fn practices(at: &mut impl Read) -> Result<Practices, ActError> {
    let placed = |(id, spans): (String, Vec<PracticeSpan>)| {
        let leaf = id.parse().map_err(|_| ActError::Inconsistent(format!("市の運用 {id}")))?;
        Ok((leaf, spans))
    };
    every(at, PRACTICE).await?.into_iter().map(placed).collect()
}
