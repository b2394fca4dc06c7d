//! A staff list row by row: what each row says, and why one is not taken. No row is passed over in silence.

use std::collections::{BTreeMap, BTreeSet};

use documents::table::{self, Header, Row, Table};
use domain::calendar::wareki;
use domain::guideline::Guideline;
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Office, PersonRow, Place, PostRow, StaffRow, Stated};
use jiff::civil::Date;

use super::column::{self, COLUMNS};
use super::doubt::{self, Doubt};
use super::notes::{self, one_line};
use super::rows::{NotTaken, RowRead, StaffList, Verdict, held};
use super::said::Said;
use super::{empty, odd_code, remark, renamed};

impl StaffList {
    /// Reads a list for an office as it is on a day; fails where no row can be told from another.
    pub fn read(bytes: &[u8], guideline: &Guideline, office: &Office, day: Date) -> Result<Self, String> {
        let (table, header) = table::find(bytes, &COLUMNS).map_err(|problem| problem.to_string())?;
        for needed in [column::UNIT, column::UNIT_NAME] {
            if !column::is_there(&header, needed) {
                let name = column::name(needed);
                return Err(format!(
                    "見出しの行（{}行目）に「{name}」の列がありません。列を加えてください。",
                    header.line
                ));
            }
        }
        let (names, figures) = (unit_names(&table, &header, office), known_codes(office, column::figures));
        let used = remark::used_units(&table, &header, office);
        let reader = Reader {
            header: &header,
            guideline,
            office,
            day,
            names,
            figures,
            used,
            lower: known_codes(office, |code| Some(code.to_lowercase())),
        };
        let (mut list, mut said) = (Self { notes: notes::of(&table, &header), ..Self::default() }, Said::default());
        let mut rows = table.rows.iter().peekable();
        for number in 1..=table.height {
            let row = rows.next_if(|row| row.number == number);
            list.take_in(number, row, &header, &reader, &mut said);
        }
        list.refuse_circles(office, day);
        list.refuse_orphans(office, &reader.figures);
        empty::settle(&mut list, &header, guideline, office, day);
        list.notes.extend(notes::unknown_keys(&list.taken, guideline));
        Ok(list)
    }

    fn take_in(&mut self, number: usize, row: Option<&Row>, header: &Header, reader: &Reader<'_>, said: &mut Said) {
        let skipped = |why: &str| (Verdict::Skipped, why.to_owned());
        let outcome = match row {
            None => Err(skipped("空の行です。")),
            Some(row) if row.is_blank() => Err(skipped("空の行です。")),
            Some(_) if number < header.number => Err(skipped("見出しより上の行（表題など）です。")),
            Some(_) if number == header.number => return,
            Some(row) => reader.staff_row(row).and_then(|staff| said.check(staff)),
        };
        let typed = || row.map(|row| reader.typed(row)).unwrap_or_default();
        let (verdict, why, says) = match outcome {
            Ok(staff) => {
                let says = says(&staff, reader.guideline);
                self.taken.push(staff);
                (Verdict::Taken, None, says)
            }
            Err((verdict, why)) => (verdict, Some(why), typed()),
        };
        if let (Verdict::Held | Verdict::Refused, Some(row)) = (verdict, row) {
            self.open.people.extend(reader.code(row, column::PERSON).map(PersonId));
            self.open.positions.extend(reader.code(row, column::POSITION).map(PositionId));
        }
        self.rows.push(RowRead { row: number, verdict, why, says });
    }
}

/// What units are called, by the first row that says so, or by the office.
fn unit_names(table: &Table, header: &Header, office: &Office) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for row in header.body(table) {
        let cell = |at| header.cell(row, at).map(str::trim).filter(|cell| !cell.is_empty());
        if let (Some(unit), Some(name)) = (cell(column::UNIT), cell(column::UNIT_NAME)) {
            names.entry(column::code(unit)).or_insert_with(|| name.to_owned());
        }
    }
    for unit in office.units.values() {
        let name = unit.names.last().map(|name| name.name.clone());
        names.entry(unit.id.to_string()).or_insert(name.unwrap_or_default());
    }
    names
}

/// What reads the rows below one header.
struct Reader<'r> {
    header: &'r Header,
    guideline: &'r Guideline,
    office: &'r Office,
    day: Date,
    names: BTreeMap<String, String>,
    figures: Figures,
    /// The codes of units that are used as such.
    used: BTreeSet<String>,
    /// The codes that the office has, by column and in small letters.
    lower: Figures,
}

/// The codes of figures that an office has, without the zeros before them, by column.
pub(super) type Figures = BTreeMap<(usize, String), String>;

/// The codes of an office, by column and by what they are compared by.
fn known_codes(office: &Office, key: fn(&str) -> Option<String>) -> Figures {
    let units = office.units.keys().map(|id| (column::UNIT, id.to_string()));
    let positions = office.positions.keys().map(|id| (column::POSITION, id.to_string()));
    let people = office.people.keys().map(|id| (column::PERSON, id.to_string()));
    let codes = units.chain(positions).chain(people);
    codes.filter_map(|(column, code)| Some(((column, key(&code)?), code))).collect()
}

impl Reader<'_> {
    /// What stands in the columns that are read, and in others where these are all empty.
    fn typed(&self, row: &Row) -> Vec<(String, String)> {
        let known: Vec<(String, String)> = (0..COLUMNS.len())
            .filter_map(|at| {
                let cell = if column::is_code(at) { self.code(row, at) } else { self.cell(row, at) };
                Some((column::name(at).to_owned(), cell?))
            })
            .collect();
        if !known.is_empty() {
            return known;
        }
        let filled = row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        filled.map(|(at, cell)| (format!("{}列", table::letters(at)), one_line(cell))).collect()
    }

    fn cell(&self, row: &Row, at: usize) -> Option<String> {
        self.header.cell(row, at).map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned)
    }

    /// A code; full width is the same code, unless the office has it as it was typed.
    fn code(&self, row: &Row, at: usize) -> Option<String> {
        let typed = self.cell(row, at)?;
        Some(if self.is_known(at, &typed) { typed } else { column::code(&typed) })
    }

    fn is_known(&self, at: usize, code: &str) -> bool {
        match at {
            column::UNIT | column::PARENT => self.office.units.contains_key(&UnitId(code.to_owned())),
            column::POSITION => self.office.positions.contains_key(&PositionId(code.to_owned())),
            _ => self.office.people.contains_key(&PersonId(code.to_owned())),
        }
    }

    /// What a column states; an empty cell states nothing.
    fn stated(&self, row: &Row, at: usize) -> Stated<String> {
        self.cell(row, at).map_or(Stated::Not, Stated::As)
    }

    fn staff_row(&self, row: &Row) -> Result<StaffRow, NotTaken> {
        self.speaks_of_something(row)?;
        self.is_in_shape(row)?;
        let Some(unit) = self.code(row, column::UNIT) else {
            return held(
                "組織コードがありません。どの組織の行か分かりません。結合されたセルは、結合を解いて全部の行に書いてください。",
            );
        };
        self.has_its_zeros(row)?;
        let known = self.office.units.get(&UnitId(unit.clone()));
        for at in [column::UNIT, column::PARENT] {
            let named = self.code(row, at).and_then(|code| self.office.units.get(&UnitId(code)));
            if let Some(gone) = named.filter(|named| !named.exists_on(self.day)) {
                return Err(refused(format!(
                    "{}の組織「{}」（{}）は、{}にはありません。コードか、いつからの名簿かを確かめてください。",
                    column::name(at),
                    gone.name_on(self.day),
                    gone.id,
                    wareki(self.day)
                )));
            }
        }
        let level = match self.cell(row, column::LEVEL) {
            None => Stated::Not,
            Some(word) => Stated::As(
                column::level(&word)
                    .ok_or_else(|| refused(format!("区分「{word}」は、{}のどれでもありません。", column::LEVELS)))?,
            ),
        };
        if let (Stated::As(level), Some(known)) = (level, known)
            && known.level != level
        {
            return held(&format!(
                "区分が「{}」ですが、すでにある組織「{unit}」は「{}」です。区分は新しい組織にだけ付きます。欄を空にするか、組織を確かめてください。",
                column::level_label(level),
                column::level_label(known.level)
            ));
        }
        let key = self.optional(row, column::UNIT_KEY);
        if let (Stated::As(key), Some(known)) = (&key, known)
            && known.key != *key
        {
            return held(&format!(
                "組織キー「{}」を、すでにある組織「{unit}」に付けることはできません（組織キーは新しい組織にだけ付きます）。欄を空にするか、組織を確かめてください。",
                key.as_deref().unwrap_or(column::NONE)
            ));
        }
        let post = self.post(row)?;
        let Some(unit_name) = self.cell(row, column::UNIT_NAME).or_else(|| self.names.get(&unit).cloned()) else {
            return Err(refused(format!("組織コード「{unit}」の組織名がありません。")));
        };
        let parent = match self.code(row, column::PARENT) {
            Some(none) if none == column::NONE => Stated::As(None),
            Some(parent) => Stated::As(Some(UnitId(parent))),
            None => Stated::Not,
        };
        Ok(StaffRow {
            row: row.number,
            unit: UnitId(unit),
            unit_name,
            unit_kana: self.stated(row, column::UNIT_KANA),
            level,
            parent,
            unit_key: key,
            post,
        })
    }

    /// Titles, sums and notes stand among the rows of a list.
    fn speaks_of_something(&self, row: &Row) -> Result<(), NotTaken> {
        let skipped = |why: &str| Err((Verdict::Skipped, why.to_owned()));
        let filled: Vec<usize> = (0..COLUMNS.len()).filter(|at| self.cell(row, *at).is_some()).collect();
        let heads = filled.iter().filter(|at| column::is_heading(**at, &self.cell(row, **at).unwrap_or_default()));
        if heads.count() >= 2 {
            return skipped("繰り返した見出しです。");
        }
        if let Some(why) = remark::of(row, self.header, &self.used) {
            return skipped(why);
        }
        if filled.is_empty() {
            return skipped("読む列に何も書かれていません。");
        }
        let first = self.cell(row, column::UNIT).unwrap_or_default();
        if column::is_sample(&first) {
            return skipped("見本の行です。");
        }
        let name = self.cell(row, column::UNIT_NAME);
        let is_count = |name: &String| table::folded(name).bytes().all(|byte| byte.is_ascii_digit());
        let is_sum = |name: &String| !filled.contains(&column::TITLE) && remark::is_sum(name);
        if let Some(name) = name.filter(|name| is_count(name) || is_sum(name)) {
            return held(&format!(
                "組織名が「{name}」です。計の行なら行を消し、そうでなければ組織の名を書いてください。"
            ));
        }
        Ok(())
    }

    /// Whether every cell is one that can be kept.
    fn is_in_shape(&self, row: &Row) -> Result<(), NotTaken> {
        let beyond = row.cells.get(self.header.width..).unwrap_or_default();
        if beyond.iter().any(|cell| !cell.trim().is_empty()) {
            return held("欄が見出しより多くあります。区切りの文字が、名前などの中に入っていませんか。");
        }
        for at in 0..COLUMNS.len() {
            let Some(cell) = self.cell(row, at) else { continue };
            match doubt::of(&cell) {
                None => {}
                Some(Doubt::Unkeepable(misfit)) => {
                    return Err(refused(format!("列「{}」：{misfit}{}", column::name(at), misfit.next())));
                }
                Some(Doubt::Unsure(why)) => return held(&format!("「{}」に{why}", column::name(at))),
            }
        }
        self.has_codes(row)
    }

    /// Whether what stands for a code may be one; what the office has is one, and 「なし」 and 「欠員」 say something else.
    fn has_codes(&self, row: &Row) -> Result<(), NotTaken> {
        for at in (0..COLUMNS.len()).filter(|at| column::is_code(*at)) {
            let Some(code) = self.code(row, at).filter(|code| !self.is_known(at, code)) else { continue };
            let typed = self.cell(row, at).unwrap_or_default();
            if odd_code::is_several(&typed) {
                return held(&format!("{}「{}」{}", column::name(at), one_line(&typed), odd_code::SEVERAL));
            }
            let why = match at {
                column::PARENT if code == column::NONE => None,
                column::PERSON if doubt::is_vacancy(&code) => None,
                column::UNIT | column::PARENT => odd_code::why(&code),
                _ => odd_code::why_of_post_or_person(&code),
            };
            if let Some(why) = why {
                return held(&format!("{}「{code}」{why}", column::name(at)));
            }
            if let Some(known) = self.spelt_otherwise(at, &code) {
                return held(&format!(
                    "{}「{code}」は今の組織になく、大文字と小文字だけがちがう「{known}」があります。同じものなら「{known}」と書いてください。",
                    column::name(at)
                ));
            }
        }
        for at in [column::UNIT_NAME, column::TITLE, column::NAME] {
            let cell = self.cell(row, at).unwrap_or_default();
            if cell.starts_with(|c: char| c.is_ascii_digit()) && cell.is_ascii() && odd_code::why(&cell).is_some() {
                return held(&format!(
                    "{}「{cell}」は日付か数に見えます。表計算が言葉を変えていないか確かめてください。",
                    column::name(at)
                ));
            }
        }
        Ok(())
    }

    /// The code of the office that differs in the case of its letters alone.
    fn spelt_otherwise(&self, at: usize, code: &str) -> Option<&str> {
        if !code.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let lower = code.to_lowercase();
        self.lower.get(&(if at == column::PARENT { column::UNIT } else { at }, lower)).map(String::as_str)
    }

    fn post(&self, row: &Row) -> Result<Option<PostRow>, NotTaken> {
        let number = self.code(row, column::PERSON);
        let name = self.cell(row, column::NAME);
        let Some(position) = self.code(row, column::POSITION) else {
            if number.is_some() || name.is_some() {
                return held("職コードがないのに人がいます。どの職の人かが分かるまで、この人は取り込みません。");
            }
            if self.cell(row, column::TITLE).is_some() {
                return held("職コードがないのに職名があります。職コードを書くか、職名を消してください。");
            }
            return Ok(None);
        };
        let rank = match self.cell(row, column::RANK) {
            None => Stated::Not,
            Some(none) if self.is_no_rank(&none) => Stated::As(String::new()),
            Some(label) => Stated::As(self.rank(&label)?),
        };
        let place = match self.cell(row, column::HEAD) {
            None => Stated::Not,
            Some(none) if none == column::NONE => Stated::As(Place::Member),
            Some(mark) if column::HEADS.contains(&mark.as_str()) => Stated::As(Place::Head),
            Some(mark) => {
                return held(&format!(
                    "「長」の欄が「{mark}」です。その組織の長なら○、そうでなければ空か「なし」にしてください。"
                ));
            }
        };
        let position = PositionId(position);
        let title = self.stated(row, column::TITLE);
        if title == Stated::Not && !self.office.positions.contains_key(&position) {
            return Err(refused(format!("職コード「{position}」の職名がありません。")));
        }
        let key = self.optional(row, column::POSITION_KEY);
        if let Stated::As(Some(key)) = &key {
            let other =
                self.office.positions.values().find(|other| other.id != position && other.key.as_ref() == Some(key));
            if let Some(other) = other {
                return held(&format!(
                    "職キー「{key}」は、今は職「{}」（{}）のものです。移すときは、先にその職の行の職キーを「なし」として取り込んでください。",
                    other.title, other.id
                ));
            }
        }
        let unnamed = [column::PERSON, column::NAME].iter().all(|at| !column::is_there(self.header, *at));
        let person = if unnamed { Stated::Not } else { Stated::As(self.person(row, number, name)?) };
        Ok(Some(PostRow { position, title, rank, place, key, person }))
    }

    fn person(&self, row: &Row, number: Option<String>, name: Option<String>) -> Result<Option<PersonRow>, NotTaken> {
        let nobody =
            number.as_deref().is_none_or(|number| doubt::is_vacancy(number) && !self.is_known(column::PERSON, number));
        let (number, name) = match (number, name) {
            (_, None) if nobody => return Ok(None),
            (_, Some(name)) if nobody && doubt::is_vacancy(&name) => return Ok(None),
            (None, Some(_)) => return held("氏名があるのに職員番号がありません。職員番号を書いてください。"),
            (Some(number), Some(_)) if nobody => {
                return held(&format!("氏名があるのに、職員番号は「{number}」です。職員番号を書いてください。"));
            }
            (Some(_), Some(name)) if doubt::is_vacancy(&name) => {
                return held("職員番号があるのに、氏名の欄は欠員です。どちらかを直してください。");
            }
            (Some(number), Some(name)) => (PersonId(number), name),
            (Some(number), None) => {
                let number = PersonId(number);
                let known = self.office.people.get(&number).and_then(|person| person.name.clone());
                match known.filter(|_| !column::is_there(self.header, column::NAME)) {
                    Some(name) => (number, name),
                    None => return held("職員番号があるのに氏名がありません。氏名を書いてください。"),
                }
            }
            (None, None) => return Ok(None),
        };
        let name = renamed::settled(self.office, &number, &name)?;
        let known = self.office.people.get(&number).and_then(|person| person.name.as_ref());
        if let Some(why) = doubt::of_name(&name).filter(|_| known != Some(&name)) {
            return held(why);
        }
        Ok(Some(PersonRow { person: number, name, kana: self.stated(row, column::KANA) }))
    }

    /// A word that says that a post has no rank; a guideline may have a rank of that name.
    fn is_no_rank(&self, word: &str) -> bool {
        word == column::NONE && !self.guideline.ranks.iter().any(|rank| rank.label == column::NONE)
    }

    /// What a column states that may say that there is none.
    fn optional(&self, row: &Row, at: usize) -> Stated<Option<String>> {
        self.cell(row, at).map_or(Stated::Not, |word| Stated::As(Some(word).filter(|word| word != column::NONE)))
    }

    /// A spreadsheet takes the zeros before a number away; then the code is that of nothing, and what it meant stays behind.
    fn has_its_zeros(&self, row: &Row) -> Result<(), NotTaken> {
        for at in [column::UNIT, column::POSITION, column::PERSON] {
            let Some(code) = self.code(row, at) else { continue };
            let known = column::figures(&code).and_then(|figures| self.figures.get(&(at, figures)));
            if let Some(known) = known.filter(|known| **known != code && !self.is_known(at, &code)) {
                return held(&format!(
                    "{}「{code}」は今の組織になく、先頭の 0 だけがちがう「{known}」があります。0 が落ちていないか確かめ、同じ番号なら「{known}」と書いてください。",
                    column::name(at)
                ));
            }
        }
        Ok(())
    }

    fn rank(&self, label: &str) -> Result<String, NotTaken> {
        let folded = table::folded(label);
        let ranks = &self.guideline.ranks;
        let rank = ranks.iter().find(|rank| table::folded(&rank.label) == folded || rank.id == label);
        rank.map(|rank| rank.id.clone()).ok_or_else(|| {
            let known: Vec<&str> = ranks.iter().map(|rank| rank.label.as_str()).collect();
            refused(format!(
                "職位「{label}」は、このガイドラインの職位（{}）にありません。どれかにするか、空にしてください。",
                known.join("・")
            ))
        })
    }
}

fn refused(why: String) -> NotTaken {
    (Verdict::Refused, why)
}

/// What a taken row says, by column.
fn says(row: &StaffRow, guideline: &Guideline) -> Vec<(String, String)> {
    let post = row.post.as_ref();
    let person = post.and_then(PostRow::holder);
    let stated = |said: &Stated<String>| said.clone().said();
    let or_none = |said: Option<String>| said.filter(|word| !word.is_empty()).unwrap_or(column::NONE.to_owned());
    let optional = |said: &Stated<Option<String>>| said.clone().said().map(or_none);
    let place = |post: &PostRow| match post.place.said()? {
        Place::Head => Some("○".to_owned()),
        Place::Member => Some(column::NONE.to_owned()),
    };
    let cells = [
        (column::UNIT, Some(row.unit.to_string())),
        (column::UNIT_NAME, Some(row.unit_name.clone())),
        (column::UNIT_KANA, stated(&row.unit_kana)),
        (column::PARENT, row.parent.clone().said().map(|parent| or_none(parent.map(|unit| unit.to_string())))),
        (column::LEVEL, row.level.said().map(|level| column::level_label(level).to_owned())),
        (column::UNIT_KEY, optional(&row.unit_key)),
        (column::POSITION, post.map(|post| post.position.to_string())),
        (column::TITLE, post.and_then(|post| stated(&post.title))),
        (column::RANK, post.and_then(|post| stated(&post.rank)).map(|rank| or_none(Some(guideline.rank_label(&rank))))),
        (column::HEAD, post.and_then(place)),
        (column::POSITION_KEY, post.and_then(|post| optional(&post.key))),
        (column::PERSON, person.map(|person| person.person.to_string())),
        (column::NAME, person.map(|person| person.name.clone())),
        (column::KANA, person.and_then(|person| stated(&person.kana))),
    ];
    cells.into_iter().filter_map(|(at, words)| Some((column::name(at).to_owned(), words?))).collect()
}
