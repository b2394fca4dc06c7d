//! Twenty staff lists as town halls have them, each with what becomes of every row, written by another hand.
//!
//! `uneven_lists/README.md` says how an expectation is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use actions::{LoadedGuideline, RowRead, StaffList, Verdict};
use domain::office::{Office, OfficeChange};
use jiff::civil::{Date, date};
use testkit::{Guide, Town};
use toml::{Table, Value};

const FROM: Date = date(2026, 4, 1);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/uneven_lists")
}

fn expectations() -> Vec<(String, Table)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".expected.toml"));
    files.sort();
    let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap().parse::<Table>().unwrap();
    files.iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), read(path))).collect()
}

fn guideline() -> LoadedGuideline {
    Town::files(Guide::Decision).load().unwrap()
}

fn read(file: &str, office: &Office) -> Result<StaffList, String> {
    StaffList::read(&std::fs::read(folder().join(file)).unwrap(), &guideline().guideline, office)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Taken => "taken",
        Verdict::Same => "same",
        Verdict::Held => "held",
        Verdict::Skipped => "skipped",
        Verdict::Refused => "refused",
    }
}

/// What is wrong with the reading of one row.
fn wrong(expected: &Table, read: Option<&RowRead>) -> Option<String> {
    let number = expected["row"].as_integer().unwrap();
    let Some(read) = read else { return Some(format!("row {number}: no verdict")) };
    let allowed: Vec<&str> = ["verdict", "or"].iter().filter_map(|key| expected.get(*key)?.as_str()).collect();
    let verdict = word(read.verdict);
    if !allowed.contains(&verdict) {
        return Some(format!(
            "row {number}: {verdict} instead of {allowed:?} ({:?}): {}",
            expected.get("why"),
            read.sentence()
        ));
    }
    if read.verdict != Verdict::Taken && read.why.as_ref().is_none_or(String::is_empty) {
        return Some(format!("row {number}: no reason"));
    }
    let says: BTreeMap<&str, &str> =
        read.says.iter().map(|(column, words)| (column.as_str(), words.as_str())).collect();
    let values = expected.get("values").and_then(Value::as_table).into_iter().flatten();
    let mut values = values.map(|(column, value)| (column.as_str(), value.as_str().unwrap()));
    values
        .find(|(column, value)| says.get(column).unwrap_or(&"") != value)
        .map(|(column, value)| format!("row {number}: 「{column}」 is {:?} instead of {value:?}", says.get(column)))
}

#[test]
fn every_row_of_an_uneven_list_has_the_verdict_that_another_hand_gave_it() {
    let mut complaints = Vec::new();
    let mut rows = 0;
    for (name, expected) in expectations() {
        let list = match read(expected["file"].as_str().unwrap(), &Office::default()) {
            Ok(list) => list,
            Err(problem) => {
                complaints.push(format!("{name}: {problem}"));
                continue;
            }
        };
        let found: BTreeMap<i64, &RowRead> =
            list.rows.iter().map(|row| (i64::try_from(row.row).unwrap(), row)).collect();
        assert_eq!(found.len(), list.rows.len(), "{name}: a row has two verdicts");
        for row in expected["row"].as_array().unwrap().iter().map(|row| row.as_table().unwrap()) {
            rows += 1;
            let read = found.get(&row["row"].as_integer().unwrap()).copied();
            complaints.extend(wrong(row, read).map(|words| format!("{name}: {words}")));
        }
        let notes = list.notes.join("\n");
        for key in ["not_stated", "ignored_columns"] {
            for column in expected.get(key).and_then(Value::as_array).into_iter().flatten() {
                let column = column.as_str().unwrap();
                if !notes.contains(column) {
                    complaints.push(format!("{name}: {key} 「{column}」 is not told: {notes}"));
                }
            }
        }
    }
    assert!(rows >= 150, "only {rows} rows were looked at");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_list_without_readings_wipes_none_and_names_nobody_anew() {
    let list = read("10-no-readings.csv", &Office::default()).unwrap();
    let plan = list.plan(&Office::default(), FROM);
    let office = Office::default().changed(&plan.changes).unwrap();
    let readings = office.units.values().map(|unit| OfficeChange::UnitRenamed {
        unit: unit.id.clone(),
        name: unit.name_on(FROM).to_owned(),
        kana: "よみ".to_owned(),
        from: FROM,
    });
    let mut office = office.changed(&readings.collect::<Vec<_>>()).unwrap();
    for (person, (name, _)) in &plan.names {
        let known = office.people.get_mut(person).unwrap();
        (known.name, known.kana) = (Some(name.clone()), Some("よみ".to_owned()));
    }
    let again = read("10-no-readings.csv", &office).unwrap().plan(&office, FROM);
    assert_eq!(again.changes, [], "what is not stated stays");
}

#[test]
fn whom_a_held_row_names_keeps_the_post() {
    let head = "組織コード,組織名,職コード,職名,職位,長,職員番号,氏名\n";
    let first =
        format!("{head}01,秘書課,P1,課長,課長,○,1,秘書課長（見本）\n01,秘書課,P2,係長,係長,,2,秘書課係長（見本）\n");
    let loaded = guideline();
    let list = |text: &str, office: &Office| StaffList::read(text.as_bytes(), &loaded.guideline, office).unwrap();
    let plan = list(&first, &Office::default()).plan(&Office::default(), FROM);
    let mut office = Office::default().changed(&plan.changes).unwrap();
    for (person, (name, _)) in &plan.names {
        office.people.get_mut(person).unwrap().name = Some(name.clone());
    }
    // The second row has lost its code of the post; the person is also given a further one.
    let second = format!(
        "{head}01,秘書課,P1,課長,課長,○,1,秘書課長（見本）\n01,秘書課,,係長,係長,,2,秘書課係長（見本）\n02,広報課,P3,主任,主任,,2,秘書課係長（見本）\n"
    );
    let read = list(&second, &office);
    assert_eq!(read.count(Verdict::Held), 1);
    let left =
        read.plan(&office, FROM).changes.into_iter().filter(|change| matches!(change, OfficeChange::Unassigned { .. }));
    assert_eq!(left.count(), 0, "nobody leaves a post because of a row that waits");
}

/// Bytes of the lists changed, cut and put together anew; `SHIRUBE_CASES` asks for more than the usual number.
#[test]
fn whatever_the_bytes_every_row_has_one_verdict_and_nothing_falls() {
    let seed = std::env::var("SHIRUBE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_401_u64);
    let cases = std::env::var("SHIRUBE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400_usize);
    println!("SHIRUBE_SEED={seed}");
    let mut chance = Chance(seed);
    let files: Vec<Vec<u8>> = expectations()
        .iter()
        .map(|(_, one)| std::fs::read(folder().join(one["file"].as_str().unwrap())).unwrap())
        .collect();
    let loaded = guideline();
    let mut with_rows = 0;
    for _ in 0..cases {
        let mut bytes = files[chance.below(files.len())].clone();
        for _ in 0..=chance.below(6) {
            let (at, other) = (chance.below(bytes.len().max(1)), &files[chance.below(files.len())]);
            match chance.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.extend_from_slice(&other[chance.below(other.len())..]),
                2 => bytes.splice(at..at, *b"\n,\"").for_each(drop),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = byte.wrapping_add(1)),
            }
        }
        let Ok(list) = StaffList::read(&bytes, &loaded.guideline, &Office::default()) else { continue };
        with_rows += 1;
        let plan = list.plan(&Office::default(), FROM);
        assert!(list.rows.windows(2).all(|pair| pair[0].row < pair[1].row), "one verdict a row, in the file's order");
        assert!(list.count(Verdict::Taken) > 0 || plan.changes.is_empty(), "nothing changes without a taken row");
        assert!(list.rows.iter().all(|row| row.verdict == Verdict::Taken || row.why.is_some()));
    }
    assert!(with_rows * 10 > cases, "only {with_rows} of {cases} were lists at all");
}

/// A small generator of its own, so that a printed seed repeats a run on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

#[tokio::test]
async fn whoever_gains_or_loses_powers_is_told_before_anything_is_recorded() {
    let town = Town::new(Guide::Decision, testkit::Engine::File).await.expect("a file always opens");
    let head = "組織コード,組織名,職コード,職名,職位,長,職キー\n";
    let office = town.city.office().await.expect("the office");
    let post = office.positions.values().find(|post| post.place == domain::office::Place::Head).expect("a head");
    let unit = office.unit_name(&post.unit, FROM);
    let row = format!("{},{unit},{},{},,,\n", post.unit, post.id, post.title);
    let import =
        |text: String| actions::OfficeImport { bytes: text.into_bytes(), from: FROM, held: actions::HeldRows::Ask };
    let read = town.city.preview_office(&import(format!("{head}{row}"))).await.expect("a preview");
    let told: Vec<&String> = read.changes.iter().filter(|change| change.contains(&post.title)).collect();
    assert!(told.iter().any(|change| change.contains("長 その組織の長 → 長ではない")), "{told:?}");
    let keyed = office.positions.values().find_map(|other| other.key.clone().filter(|_| other.id != post.id));
    let row = format!("{},{unit},{},{},,○,{}\n", post.unit, post.id, post.title, keyed.expect("a key of another post"));
    let read = town.city.preview_office(&import(format!("{head}{row}"))).await.expect("a preview");
    assert_eq!(read.list.count(Verdict::Held), 1, "a key of another post is asked about: {:?}", read.list.rows);
    town.bench.clear().await;
}
