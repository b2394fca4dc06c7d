//! Staff lists as town halls have them, each with what becomes of every row, written by another hand.
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
    StaffList::read(&std::fs::read(folder().join(file)).unwrap(), &guideline().guideline, office, FROM)
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
    let list = |text: &str, office: &Office| StaffList::read(text.as_bytes(), &loaded.guideline, office, FROM).unwrap();
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
        let Ok(list) = StaffList::read(&bytes, &loaded.guideline, &Office::default(), FROM) else { continue };
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
    let row = format!("{},{unit},{},{},,なし,\n", post.unit, post.id, post.title);
    let import = |text: String| actions::OfficeImport { bytes: text.into_bytes(), from: FROM };
    let read = town.city.preview_office(&import(format!("{head}{row}"))).await.expect("a preview");
    let told: Vec<&String> = read.changes.iter().filter(|change| change.contains(&post.title)).collect();
    assert!(told.iter().any(|change| change.contains("長 その組織の長 → 長ではない")), "{told:?}");
    let keyed = office.positions.values().find_map(|other| other.key.clone().filter(|_| other.id != post.id));
    let row = format!("{},{unit},{},{},,○,{}\n", post.unit, post.id, post.title, keyed.expect("a key of another post"));
    let read = town.city.preview_office(&import(format!("{head}{row}"))).await.expect("a preview");
    assert_eq!(read.list.count(Verdict::Held), 1, "a key of another post is asked about: {:?}", read.list.rows);
    town.bench.clear().await;
}

/// A town with its office, and lists that are looked at there.
struct Desk {
    town: Town,
}

impl Desk {
    async fn new() -> Self {
        Self { town: Town::new(Guide::Decision, testkit::Engine::File).await.expect("a file always opens") }
    }

    async fn look(&self, rows: &str) -> actions::ImportPreview {
        let bytes = format!("{HEADINGS}\n{rows}").into_bytes();
        let import = actions::OfficeImport { bytes, from: FROM };
        self.town.city.preview_office(&import).await.expect("a preview")
    }

    async fn close(self) {
        self.town.bench.clear().await;
    }
}

const HEADINGS: &str = "組織コード,組織名,上位組織コード,区分,職コード,職名,職位,長,職キー,職員番号,氏名";

fn why(read: &actions::ImportPreview, row: usize) -> String {
    let found = read.list.rows.iter().find(|one| one.row == row);
    found.and_then(|one| one.why.clone()).unwrap_or_default()
}

#[tokio::test]
async fn an_empty_cell_takes_nothing_away_and_the_row_says_what_it_means() {
    let desk = Desk::new().await;
    let read = desk
        .look(
            "s1,観光課,,,s1-head-post,観光課長,,,,s1-head,観光課長の職員\n\
             s4,総務課,,,s4-head-post,総務課長,,○,,s4-head,総務課長の職員\n\
             x1,新しい課,,,x1-post,新しい課の職,,,,,\n",
        )
        .await;
    assert_eq!(read.problems, Vec::<String>::new());
    assert!(
        !read.changes.iter().any(|change| change.contains("観光課") || change.contains("総務課")),
        "{:?}",
        read.changes
    );
    insta::assert_snapshot!([2, 3, 4].map(|row| why(&read, row)).join("\n"), @"
    空の欄は、今のままにします：上位組織コード「d1」、職位「課長」、長「○」。なくすときは「なし」と書いてください。
    空の欄は、今のままにします：上位組織コード「d2」、職位「課長」、職キー「general_head」。なくすときは「なし」と書いてください。
    上位組織コードが書かれていないので、新しい組織を最上位に置きます。区分が書かれていないので、新しい組織を「課」とします。職位が書かれていないので、職位を問う役割には就けません。
    ");
    desk.close().await;
}

#[tokio::test]
async fn what_is_to_go_is_written_and_told() {
    let desk = Desk::new().await;
    let read = desk.look("s1,観光課,なし,,s1-head-post,観光課長,なし,なし,,s1-head,観光課長の職員\n").await;
    assert_eq!(read.problems, Vec::<String>::new());
    insta::assert_snapshot!(read.changes.join("\n"), @"
    令和8年4月1日から組織「観光課」（s1）を「経済観光部（d1）」の下から最上位に移す
    職「観光課長」（s1-head-post）を変える：職位 「課長」 → なし、長 その組織の長 → 長ではない
    ");
    // Whoever else is marked leads the unit; the post that led it does so no longer, and its row says why.
    let read = desk
        .look(
            "s1,観光課,,,s1-head-post,観光課長,,,,s1-head,観光課長の職員\n\
             s1,観光課,,,s1-chief-post,観光課係長,,○,,s1-chief,観光課係長の職員\n",
        )
        .await;
    insta::assert_snapshot!(format!("{}\n{}", why(&read, 2), read.changes.join("\n")), @"
    空の欄は、今のままにします：上位組織コード「d1」、職位「課長」。なくすときは「なし」と書いてください。長の欄が空で、3行目の職がこの組織の長なので、長ではなくします。長のままなら○を書いてください。
    職「観光課長」（s1-head-post）を変える：長 その組織の長 → 長ではない
    職「観光課係長」（s1-chief-post）を変える：長 長ではない → その組織の長
    ");
    desk.close().await;
}

/// A town into which a list was imported.
impl Desk {
    async fn import(&self, rows: &str) {
        let preview = self.look(rows).await;
        assert_eq!(preview.problems, Vec::<String>::new());
        self.town.city.import_office(preview, actions::HeldRows::Ask).await.expect("it is imported");
    }
}

const STAFF: &str = "x1,一課,なし,課,x1-a,一係長,係長,,,901,高崎　花子\n\
     x1,一課,,,x1-b,二係長,係長,,,902,戊　一郎\n\
     x1,一課,,,x1-c,三係長,係長,,,903,己　二郎\n";

#[tokio::test]
async fn a_new_name_is_told_from_what_to_what_and_another_person_is_asked_about() {
    let desk = Desk::new().await;
    desk.import(STAFF).await;
    // Another form of a letter, another surname, and somebody else's name.
    let read = desk
        .look(
            "x1,一課,,,x1-a,一係長,係長,,,901,髙﨑　花子\n\
             x1,一課,,,x1-b,二係長,係長,,,902,山田　一郎\n\
             x1,一課,,,x1-c,三係長,係長,,,903,庚　三子\n",
        )
        .await;
    assert_eq!(why(&read, 2), "職員番号「901」の氏名を「高崎　花子」から「髙﨑　花子」に改めます。");
    assert_eq!(why(&read, 3), "職員番号「902」の氏名を「戊　一郎」から「山田　一郎」に改めます。");
    assert_eq!(read.list.count(Verdict::Held), 1, "{:?}", read.list.rows);
    assert!(why(&read, 4).starts_with("職員番号「903」は、今は「己　二郎」です。"), "{}", why(&read, 4));
    assert_eq!(
        read.changes,
        ["職員番号901の氏名 「高崎　花子」 → 「髙﨑　花子」", "職員番号902の氏名 「戊　一郎」 → 「山田　一郎」"]
    );
    // Two numbers that change places.
    let read = desk
        .look(
            "x1,一課,,,x1-b,二係長,係長,,,902,己　二郎\n\
             x1,一課,,,x1-c,三係長,係長,,,903,戊　一郎\n",
        )
        .await;
    assert_eq!((read.list.count(Verdict::Held), read.changes.len()), (2, 0), "{:?}", read.changes);
    assert!(why(&read, 2).contains("今は職員番号「903」の氏名です。番号が入れ替わっていませんか"), "{}", why(&read, 2));
    // Whoever has another name altogether is named with the former one.
    let read = desk.look("x1,一課,,,x1-c,三係長,係長,,,903,庚　三子（旧氏名：己　二郎）\n").await;
    assert_eq!(read.changes, ["職員番号903の氏名 「己　二郎」 → 「庚　三子」"]);
    let read = desk.look("x1,一課,,,x1-c,三係長,係長,,,903,庚　三子（旧氏名：己　三郎）\n").await;
    assert_eq!(read.list.count(Verdict::Held), 1, "{:?}", read.list.rows);
    desk.close().await;
}

#[tokio::test]
async fn what_was_previewed_of_one_office_is_not_recorded_in_another() {
    let desk = Desk::new().await;
    let preview = desk.look(STAFF).await;
    let seal = preview.seal().expect("a seal");
    assert_eq!(desk.look(STAFF).await.seal().expect("a seal"), seal, "the same list in the same office");
    desk.import("x2,二課,なし,課,,,,,,,\n").await;
    let refused = desk.town.city.import_office(preview, actions::HeldRows::Ask).await;
    assert!(refused.is_err_and(|why| why.to_string().contains("下見の後に組織が変わった")));
    desk.import("x1,一課,なし,課,,,,,,,\n").await;
    assert_ne!(desk.look(STAFF).await.seal().expect("a seal"), seal, "other changes are shown");
    desk.close().await;
}

#[tokio::test]
async fn a_code_in_other_letters_than_the_office_has_is_asked_about() {
    let desk = Desk::new().await;
    let read = desk.look("S1,観光課,,,s1-head-post,観光課長,,,,s1-head,観光課長の職員\n").await;
    assert_eq!(read.list.count(Verdict::Held), 1, "{:?}", read.list.rows);
    assert!(why(&read, 2).contains("「s1」があります"), "{}", why(&read, 2));
    desk.close().await;
}

// Red while P6 P7 became P6P7.
#[tokio::test]
async fn two_codes_in_one_cell_are_asked_about() {
    let desk = Desk::new().await;
    let read = desk.look("s1,観光課,,,P6 P7,観光係長,係長,,,901,見本　花子\n").await;
    assert_eq!(read.list.count(Verdict::Held), 1, "{:?}", read.list.rows);
    assert!(why(&read, 2).contains("職コード「P6 P7」には番号が二つ以上あるように見えます。"), "{}", why(&read, 2));
    desk.close().await;
}

// Red while a planned leave was passed over in silence.
#[tokio::test]
async fn a_leave_that_is_planned_for_later_is_told_in_its_row() {
    let desk = Desk::new().await;
    desk.import(STAFF).await;
    let leave = OfficeChange::Unassigned { person: "902".into(), position: "x1-b".into(), until: date(2026, 6, 30) };
    desk.town.city.change_office(vec![leave], BTreeMap::new()).await.expect("planned");
    let read = desk.look(STAFF).await;
    assert_eq!(read.changes, [""; 0]);
    assert!(
        why(&read, 3).contains("戊　一郎（902）は令和8年6月30日限りでこの職を離れる予定で、それは変わりません。"),
        "{}",
        why(&read, 3)
    );
    assert!(!why(&read, 2).contains("離れる予定"), "{}", why(&read, 2));
    desk.close().await;
}

#[tokio::test]
async fn units_in_a_circle_are_told_with_their_rows() {
    let desk = Desk::new().await;
    let circles = [
        // New units below each other, and one below itself.
        ("x1,一課,x2,,,,,,,,\nx2,二課,x1,,,,,,,,\n", vec![2, 3]),
        ("x1,一課,x1,,,,,,,,\n", vec![2]),
        // A unit that stands is put below what is founded below it, and below what stands below it.
        ("d1,経済観光部,x1,,,,,,,,\nx1,一課,s1,,,,,,,,\n", vec![2, 3]),
        ("d1,経済観光部,s1,,,,,,,,\n", vec![2]),
    ];
    for (rows, numbers) in circles {
        let read = desk.look(rows).await;
        let told: Vec<usize> =
            read.list.rows.iter().filter(|row| row.verdict == Verdict::Refused).map(|row| row.row).collect();
        assert_eq!(told, numbers, "{rows}: {:?}", read.problems);
        let words = read.problems.join("\n");
        assert!(words.contains("2行目") && words.contains("輪"), "{words}");
        assert!(!words.contains("登録されていません"), "said of a unit that is in the list: {words}");
    }
    // Two units change places: no circle, in whatever order the rows stand.
    let read = desk.look("d1,経済観光部,s1,,,,,,,,\ns1,観光課,なし,,,,,,,,\n").await;
    assert_eq!(read.problems, Vec::<String>::new());
    desk.close().await;
}

#[tokio::test]
async fn what_the_office_objects_to_is_told_with_its_row() {
    let desk = Desk::new().await;
    let gone = OfficeChange::UnitAbolished { unit: "s2".into(), on: FROM, successors: Vec::new() };
    desk.town.city.change_office(vec![gone], BTreeMap::new()).await.expect("abolished");
    let read = desk.look("s1,観光課,,,,,,,,,\nx1,一課,s2,,x1-post,一課長,,○,,,\ns2,農政の課,,,,,,,,,\n").await;
    insta::assert_snapshot!(read.problems.join("\n"), @"
    3行目：上位組織コードの組織「農政課」（s2）は、令和8年4月1日にはありません。コードか、いつからの名簿かを確かめてください。［x1 一課 s2 x1-post 一課長 ○］
    4行目：組織コードの組織「農政課」（s2）は、令和8年4月1日にはありません。コードか、いつからの名簿かを確かめてください。［s2 農政の課］
    ");
    desk.close().await;
}

#[tokio::test]
async fn a_code_that_lost_its_zeros_is_asked_about() {
    let desk = Desk::new().await;
    let first = "09,税務部,,部,P09,税務部長,部長,○,,009,税務部長（見本）\n0901,課税課,09,,P0901,課税課長,課長,○,,0901,課税課長（見本）\n";
    let bytes = format!("{HEADINGS}\n{first}").into_bytes();
    let import = actions::OfficeImport { bytes, from: FROM };
    let preview = desk.town.city.preview_office(&import).await.expect("a preview");
    desk.town.city.import_office(preview, actions::HeldRows::Ask).await.expect("the first list");
    let read = desk
        .look(
            "901,課税課,09,,P0901,課税課長,課長,○,,0901,課税課長（見本）\n\
             0903,納税課,9,,,,,,,,\n\
             0901,課税課,09,,P0902,課税課係長,係長,,,901,課税課長（見本）\n\
             ００９０１,課税課,09,,,,,,,,\n\
             0802,一課,09,,,,,,,,\n\
             802,二課,09,,,,,,,,\n",
        )
        .await;
    let told: Vec<String> = read.list.rows.iter().map(|row| format!("{:?} {}", row.verdict, row.sentence())).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    Held 2行目：組織コード「901」は今の組織になく、先頭の 0 だけがちがう「0901」があります。0 が落ちていないか確かめ、同じ番号なら「0901」と書いてください。［901 課税課 09 P0901 課税課長 課長 ○ 0901 課税課長（見本）］
    Refused 3行目：上位組織コード「9」の組織が、取り込む行にも今の組織にもありません。先頭の 0 だけがちがう「09」があります。0 が落ちていませんか。上の組織の行を加えるか、コードを直してください。［0903 納税課 9］
    Held 4行目：職員番号「901」は今の組織になく、先頭の 0 だけがちがう「0901」があります。0 が落ちていないか確かめ、同じ番号なら「0901」と書いてください。［0901 課税課 09 P0902 課税課係長 係長 901 課税課長（見本）］
    Held 5行目：組織コード「00901」は今の組織になく、先頭の 0 だけがちがう「0901」があります。0 が落ちていないか確かめ、同じ番号なら「0901」と書いてください。［00901 課税課 09］
    Taken 6行目：区分が書かれていないので、新しい組織を「課」とします。［0802 一課 09］
    Held 7行目：組織コード「802」は、6行目の「0802」と、先頭の 0 だけがちがいます。同じ番号なら、どちらかにそろえてください。［802 二課 09］
    ");
    assert!(!read.changes.iter().any(|change| change.contains("離れる")), "{:?}", read.changes);
    desk.close().await;
}

#[tokio::test]
async fn a_second_word_for_one_thing_is_asked_about() {
    let desk = Desk::new().await;
    let read = desk
        .look(
            "x1,一課,,課,x1-post,一課長,課長,○,,101,一課長（見本）\n\
             x1,一課,,係,x1-second,一課係長,係長,,,,\n\
             x1,一課,,課,x1-post,一課長,部長,○,,101,一課長（見本）\n\
             x1,一課,,課,x1-post,一課長,課長,なし,,101,一課長（見本）\n\
             s1,観光課,,係,,,,,,,\n",
        )
        .await;
    let told: Vec<String> = read.list.rows.iter().map(|row| format!("{:?} {}", row.verdict, row.sentence())).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    Taken 2行目：上位組織コードが書かれていないので、新しい組織を最上位に置きます。［x1 一課 課 x1-post 一課長 課長 ○ 101 一課長（見本）］
    Held 3行目：組織コード「x1」の「区分」が、2行目とちがいます。どちらかにそろえてください。［x1 一課 係 x1-second 一課係長 係長］
    Held 4行目：職コード「x1-post」の「職位」が、2行目とちがいます。どちらかにそろえてください。［x1 一課 課 x1-post 一課長 部長 ○ 101 一課長（見本）］
    Held 5行目：職コード「x1-post」の「長」が、2行目とちがいます。どちらかにそろえてください。［x1 一課 課 x1-post 一課長 課長 なし 101 一課長（見本）］
    Held 6行目：区分が「係」ですが、すでにある組織「s1」は「課」です。区分は新しい組織にだけ付きます。欄を空にするか、組織を確かめてください。［s1 観光課 係］
    ");
    desk.close().await;
}

#[tokio::test]
async fn letters_that_no_door_takes_are_told_of_in_the_row() {
    let desk = Desk::new().await;
    for letter in ['\u{3164}', '\u{2800}', '\u{34f}', '\u{ad}', '\u{2028}', '\u{202e}', '\u{fdd0}'] {
        let read = desk.look(&format!("x1,一{letter}課,,,,,,,,,\n")).await;
        assert_eq!(read.list.count(Verdict::Refused), 1, "{letter:?}: {:?}", read.list.rows);
        let code = format!("U+{:04X}", u32::from(letter));
        assert!(why(&read, 2).contains(&code), "{}", why(&read, 2));
    }
    for letter in ['\u{e000}', '〓'] {
        let read = desk.look(&format!("x1,一{letter}課,,,,,,,,,\n")).await;
        assert_eq!(read.list.count(Verdict::Held), 1, "{letter:?} is asked about: {:?}", read.list.rows);
    }
    desk.close().await;
}

#[tokio::test]
async fn the_template_as_it_is_changes_nothing() {
    let desk = Desk::new().await;
    let bytes = actions::staff_template(&guideline().guideline).expect("a template");
    let text = String::from_utf8(bytes.clone()).expect("UTF-8");
    assert!(text.contains("見本") && text.contains("空"), "{text}");
    let import = actions::OfficeImport { bytes, from: FROM };
    let read = desk.town.city.preview_office(&import).await.expect("a preview");
    assert_eq!((read.changes, read.problems), (Vec::new(), Vec::new()));
    assert!(read.list.rows.iter().all(|row| row.verdict == Verdict::Skipped), "{:?}", read.list.rows);
    assert!(read.list.rows.iter().any(|row| row.sentence().contains("見本の行")), "{:?}", read.list.rows);
    desk.close().await;
}

/// Where each row was compared with all former ones, eight times the rows took forty times as long.
#[test]
fn eight_times_the_rows_take_about_eight_times_as_long() {
    let loaded = guideline();
    let took = |rows: usize| {
        let row = |row: usize| format!("U{row},課{row},P{row},職{row}\n");
        let text: String =
            std::iter::once("組織コード,組織名,職コード,職名\n".to_owned()).chain((0..rows).map(row)).collect();
        let begun = std::time::Instant::now();
        let list = StaffList::read(text.as_bytes(), &loaded.guideline, &Office::default(), FROM).unwrap();
        assert_eq!(list.count(Verdict::Taken), rows);
        begun.elapsed()
    };
    let (few, many) = (took(2_000), took(16_000));
    assert!(many < few * 20, "{few:?} and {many:?}");
}
