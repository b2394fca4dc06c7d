//! What the rows of a staff list have said so far: a later one that says something else of the same thing is asked about.

use std::collections::{BTreeMap, HashSet};

use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{PersonRow, PostRow, StaffRow, Stated, sounds_alike};

use super::column;
use super::rows::{NotTaken, Verdict, held};

/// What the rows so far have said, so that a row that says something else of the same thing is seen.
#[derive(Default)]
pub(super) struct Said {
    rows: Vec<StaffRow>,
    /// The rows without their numbers.
    whole: HashSet<StaffRow>,
    units: BTreeMap<UnitId, usize>,
    positions: BTreeMap<PositionId, usize>,
    people: BTreeMap<PersonId, usize>,
    /// The rows whose posts have a key.
    keys: BTreeMap<String, usize>,
    /// Codes of figures without the zeros before them, by column, as they were first written.
    figures: BTreeMap<(usize, String), (String, usize)>,
    /// Codes in small letters, by column, as they were first written.
    lower: BTreeMap<(usize, String), (String, usize)>,
}

impl Said {
    /// Takes a row in, unless it repeats or contradicts an earlier one.
    pub(super) fn check(&mut self, mut row: StaffRow) -> Result<StaffRow, NotTaken> {
        if self.whole.contains(&StaffRow { row: 0, ..row.clone() }) {
            return Err((Verdict::Same, "前の行とまったく同じです。".to_owned()));
        }
        let codes = codes(&row);
        self.codes_agree(&codes)?;
        let former = self.units.get(&row.unit).and_then(|at| self.rows.get(*at));
        if let Some(former) = former {
            unit_agrees(former, &row)?;
            if row.post.is_none() {
                return Err((Verdict::Same, format!("この組織は{}行目ですでに述べられています。", former.row)));
            }
        }
        if let Some(post) = &mut row.post {
            if let Some(former) = self.positions.get(&post.position).and_then(|at| self.rows.get(*at)) {
                position_agrees(former, &row.unit, post)?;
            }
            if let Stated::As(Some(key)) = &post.key {
                let former = self.keys.get(key).and_then(|at| self.rows.get(*at));
                let of_another =
                    |former: &&StaffRow| former.post.as_ref().is_some_and(|there| there.position != post.position);
                if let Some(former) = former.filter(of_another) {
                    return held(&format!(
                        "職キー「{key}」は、{}行目の職のものです。一つの職だけに書いてください。",
                        former.row
                    ));
                }
            }
            if let Stated::As(Some(person)) = &mut post.person
                && let Some(former) = self.people.get(&person.person).and_then(|at| self.rows.get(*at))
            {
                person_agrees(former, person)?;
            }
        }
        let at = self.rows.len();
        self.units.entry(row.unit.clone()).or_insert(at);
        if let Some(post) = &row.post {
            self.positions.entry(post.position.clone()).or_insert(at);
            if let Stated::As(Some(key)) = &post.key {
                self.keys.entry(key.clone()).or_insert(at);
            }
            if let Some(person) = post.holder() {
                self.people.entry(person.person.clone()).or_insert(at);
            }
        }
        for (column, code) in codes {
            self.lower.entry((column, code.to_lowercase())).or_insert((code.clone(), row.row));
            if let Some(figures) = column::figures(&code) {
                self.figures.entry((column, figures)).or_insert((code, row.row));
            }
        }
        self.whole.insert(StaffRow { row: 0, ..row.clone() });
        self.rows.push(row.clone());
        Ok(row)
    }

    /// Two codes that differ by zeros before them, or by the case of letters, alone are hardly two codes.
    fn codes_agree(&self, codes: &[(usize, String)]) -> Result<(), NotTaken> {
        for (column, code) in codes {
            let former = column::figures(code).and_then(|figures| self.figures.get(&(*column, figures)));
            if let Some((former, row)) = former.filter(|(former, _)| former != code) {
                return held(&format!(
                    "{}「{code}」は、{row}行目の「{former}」と、先頭の 0 だけがちがいます。同じ番号なら、どちらかにそろえてください。",
                    column::name(*column)
                ));
            }
            let former = self.lower.get(&(*column, code.to_lowercase()));
            if let Some((former, row)) = former.filter(|(former, _)| former != code) {
                return held(&format!(
                    "{}「{code}」は、{row}行目の「{former}」と、大文字と小文字だけがちがいます。同じ番号なら、どちらかにそろえてください。",
                    column::name(*column)
                ));
            }
        }
        Ok(())
    }
}

/// The codes that a row gives to things, by column.
fn codes(row: &StaffRow) -> Vec<(usize, String)> {
    let post = row.post.as_ref();
    let person = post.and_then(PostRow::holder);
    let codes = [
        (column::UNIT, Some(row.unit.to_string())),
        (column::POSITION, post.map(|post| post.position.to_string())),
        (column::PERSON, person.map(|person| person.person.to_string())),
    ];
    codes.into_iter().filter_map(|(column, code)| Some((column, code?))).collect()
}

fn unit_agrees(former: &StaffRow, row: &StaffRow) -> Result<(), NotTaken> {
    let (unit, at) = (&row.unit, former.row);
    if former.unit_name != row.unit_name {
        return held(&format!(
            "組織コード「{unit}」に二つ目の名「{}」があります（{at}行目では「{}」）。どちらかにそろえてください。",
            row.unit_name, former.unit_name
        ));
    }
    if let (Stated::As(one), Stated::As(other)) = (&former.parent, &row.parent)
        && one != other
    {
        let named = |parent: &Option<UnitId>| parent.as_ref().map_or("なし".to_owned(), |id| format!("「{id}」"));
        let (one, other) = (named(one), named(other));
        return held(&format!("組織コード「{unit}」の上の組織が二つあります（{at}行目では{one}、ここでは{other}）。"));
    }
    let kana_differs = differ(&former.unit_kana, &row.unit_kana)
        && !sounds_alike(&former.unit_kana.clone().or(String::new()), &row.unit_kana.clone().or(String::new()));
    let other = [
        (differ(&former.level, &row.level), column::LEVEL),
        (differ(&former.unit_key, &row.unit_key), column::UNIT_KEY),
        (kana_differs, column::UNIT_KANA),
    ];
    agree(&format!("組織コード「{unit}」"), at, other)
}

/// Nothing may be said twice of one thing in two ways.
fn agree(of: &str, at: usize, columns: [(bool, usize); 3]) -> Result<(), NotTaken> {
    match columns.into_iter().find(|(differs, _)| *differs) {
        Some((_, column)) => {
            held(&format!("{of}の「{}」が、{at}行目とちがいます。どちらかにそろえてください。", column::name(column)))
        }
        None => Ok(()),
    }
}

fn position_agrees(former: &StaffRow, unit: &UnitId, post: &PostRow) -> Result<(), NotTaken> {
    let Some(there) = &former.post else { return Ok(()) };
    let (position, at) = (&post.position, former.row);
    if former.unit != *unit {
        return held(&format!("職コード「{position}」が、{at}行目では組織「{}」の職です。", former.unit));
    }
    if let (Stated::As(one), Stated::As(other)) = (&there.title, &post.title)
        && one != other
    {
        return held(&format!("職コード「{position}」に二つ目の職名「{other}」があります（{at}行目では「{one}」）。"));
    }
    let id = |post: &PostRow| post.holder().map(|person| person.person.clone());
    if id(there) != id(post) {
        return held(&format!(
            "職コード「{position}」に二人目がいます（{at}行目と別の人）。職を分けるか、今の人だけにしてください。"
        ));
    }
    let other = [
        (differ(&there.rank, &post.rank), column::RANK),
        (differ(&there.place, &post.place), column::HEAD),
        (differ(&there.key, &post.key), column::POSITION_KEY),
    ];
    agree(&format!("職コード「{position}」"), at, other)
}

/// Two spellings that differ in spaces alone are one name; the first one stands.
fn person_agrees(former: &StaffRow, person: &mut PersonRow) -> Result<(), NotTaken> {
    let Some(there) = former.post.as_ref().and_then(PostRow::holder) else { return Ok(()) };
    let letters = |name: &str| name.split_whitespace().collect::<String>();
    if letters(&there.name) != letters(&person.name) {
        return held(&format!(
            "職員番号「{}」に二つ目の氏名「{}」があります（{}行目では「{}」）。",
            person.person, person.name, former.row, there.name
        ));
    }
    if let (Stated::As(one), Stated::As(other)) = (&there.kana, &person.kana)
        && !sounds_alike(one, other)
    {
        return held(&format!(
            "職員番号「{}」に二つ目のふりがな「{other}」があります（{}行目では「{one}」）。",
            person.person, former.row
        ));
    }
    person.name.clone_from(&there.name);
    if person.kana == Stated::Not {
        person.kana.clone_from(&there.kana);
    }
    Ok(())
}

/// Whether two rows state two different things; where one of them states nothing, they agree.
fn differ<T: PartialEq>(one: &Stated<T>, other: &Stated<T>) -> bool {
    matches!((one, other), (Stated::As(one), Stated::As(other)) if one != other)
}
