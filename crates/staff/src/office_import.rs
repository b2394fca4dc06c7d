//! 組織の取り込み: a staff list is read, what it would change is shown, and only then it is recorded.

use std::io::Read as _;
use std::io::Write as _;

use actions::{HeldRows, ImportPreview, OfficeImport, RowRead, StaffList, Verdict, staff_template, staff_values};
use askama::Template;
use axum::body::to_bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request};
use axum::http::StatusCode;
use domain::calendar::{parse_date, wareki_with_western};
use domain::ledger::{from_hex, to_hex};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::civil::Date;

use crate::answer::{Answer, Reply, download};
use crate::came::Came;
use crate::done::Done;
use crate::field::{Field, Kind, Problem};
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Table};
use crate::prove;
use crate::query::Query;
use crate::sign_in::problem;
use crate::typed::{Typed, is_form};
use crate::visit::Visit;

/// So large a list is read.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// So large a form carries it from the preview to the confirmation.
const MOST_FORM: usize = 9 * 1024 * 1024;
/// So many changes are written out.
const MOST_SHOWN: usize = 500;
/// So many rows are written out, of those that are taken and of the others.
const MOST_ROWS: usize = 200;

#[derive(Template)]
#[template(path = "office_import.html")]
struct ImportPage {
    shell: Shell,
    problems: Vec<Problem>,
    fields: Vec<Field>,
    /// What a list was read as, where one was and is to be mended.
    read: Option<ListRead>,
    /// How many rows were left out of a list that was taken in.
    left_out: usize,
}

/// A staff list row by row, as a page shows it.
struct ListRead {
    notes: Vec<String>,
    /// How many rows have each verdict, as in 取り込む：12行.
    counts: Vec<String>,
    /// The rows that are not simply taken.
    told: Table,
    /// How many of these are not written out.
    told_beyond: usize,
    /// The rows that are taken.
    taken: Table,
    /// How many of these are not written out.
    taken_beyond: usize,
}

impl ListRead {
    fn of(list: StaffList) -> Self {
        let verdicts = [Verdict::Taken, Verdict::Same, Verdict::Held, Verdict::Skipped, Verdict::Refused];
        let counted = verdicts.iter().map(|verdict| (verdict, list.count(*verdict))).filter(|(_, count)| *count > 0);
        let counts = counted.map(|(verdict, count)| format!("{}：{count}行", verdict.label())).collect();
        let (mut taken, mut told): (Vec<_>, Vec<_>) =
            list.rows.into_iter().partition(|row| row.verdict == Verdict::Taken);
        // What asks for something comes before what was only passed over.
        told.sort_by_key(|row| (row.verdict != Verdict::Refused, row.verdict != Verdict::Held, row.row));
        taken.sort_by_key(|row| (row.why.is_none(), row.row));
        let beyond = |rows: &Vec<RowRead>| rows.len().saturating_sub(MOST_ROWS);
        Self {
            notes: list.notes,
            counts,
            told_beyond: beyond(&told),
            taken_beyond: beyond(&taken),
            told: row_table("取り込まない行", told),
            taken: row_table("取り込む行", taken),
        }
    }
}

fn row_table(caption: &str, rows: Vec<RowRead>) -> Table {
    let cells = |row: RowRead| {
        let says: Vec<String> = row.says.iter().map(|(column, words)| format!("{column}：{words}")).collect();
        let says = says.join("、");
        let words = match row.why {
            Some(why) => Cell::Pair(why, says),
            None => Cell::Text(says),
        };
        vec![Cell::Text(format!("{}行目", row.row)), Cell::Text(row.verdict.label().to_owned()), words]
    };
    Table {
        caption: caption.to_owned(),
        heads: ["行", "扱い", "わけと、書かれていること"].map(Head::new).into(),
        rows: rows.into_iter().take(MOST_ROWS).map(cells).collect(),
        empty: Empty { title: format!("{caption}はありません"), body: String::new(), next: None },
    }
}

#[derive(Template)]
#[template(path = "office_import_preview.html")]
struct PreviewPage {
    shell: Shell,
    problems: Vec<Problem>,
    from: String,
    read: ListRead,
    /// How many rows wait for an answer.
    held: usize,
    changes: Vec<String>,
    /// The accounts that it leaves without a unit or a head.
    left: Vec<String>,
    /// What is not written out, counted by sort.
    beyond: Option<String>,
    hidden: Vec<(String, String)>,
    back: String,
}

/// What was sent: the list itself, or the list as it was previewed.
pub(crate) enum Sent {
    /// A list to be previewed.
    List { name: String, bytes: Vec<u8>, from: String },
    /// The confirmation.
    Sure(Typed),
}

/// The page.
pub(crate) async fn page(visit: Visit, Query(done): Query<Done>) -> Reply {
    let mut page = import_page(&visit, Vec::new(), &visit.today().to_string());
    page.shell = done.said(&visit, "office_changed", page.shell).await?;
    visit.show(&page)
}

/// What helps to write a list: an empty one, or the words that its columns take.
pub(crate) async fn help(visit: Visit, Path((_, file)): Path<(String, String)>) -> Reply {
    let (name, bytes) = match file.as_str() {
        "template.csv" => ("名簿のひな形.csv", staff_template(&visit.city().guideline_in_force().await?.guideline)),
        "values.csv" => ("名簿に書ける値.csv", staff_values(&visit.city().guideline_in_force().await?.guideline)),
        _ => return Err(Answer::Nowhere),
    };
    let bytes = bytes.map_err(|problem| actions::ActError::Inconsistent(problem.to_string()))?;
    Ok(download(name, "text/csv; charset=utf-8", bytes))
}

/// A list, or the confirmation of one.
pub(crate) async fn act(visit: Visit, came: Came, sent: Sent) -> Reply {
    match sent {
        Sent::List { name, bytes, from } => preview(&visit, &name, bytes, &from).await,
        Sent::Sure(typed) => confirm(&visit, &came, &typed).await,
    }
}

async fn preview(visit: &Visit, name: &str, bytes: Vec<u8>, typed: &str) -> Reply {
    let mut problems = Vec::new();
    let from = parse_date(typed).ok();
    if from.is_none() {
        problems.push(problem("from", "いつからの組織か、日付を入力してください。"));
    }
    if bytes.is_empty() {
        problems.push(problem("list", "名簿のファイルを選んでください。"));
    }
    let (Some(from), true) = (from, problems.is_empty()) else {
        return visit.show_refused(&import_page(visit, problems, typed));
    };
    let packed = packed(&bytes);
    let read = visit.city().preview_office(&OfficeImport { bytes, from }).await?;
    if !read.problems.is_empty() {
        let problems = read.problems.iter().map(|words| problem("list", format!("{name}　{words}"))).collect();
        let page = import_page(visit, problems, typed);
        return visit.show_refused(&ImportPage { read: Some(ListRead::of(read.list)), ..page });
    }
    if read.changes.is_empty() {
        let words = format!("{name}には、今の組織と変わるところがありません。何も記録していません。");
        let page = import_page(visit, vec![problem("list", words)], typed);
        return visit.show_refused(&ImportPage { read: Some(ListRead::of(read.list)), ..page });
    }
    visit.show(&preview_page(visit, read, from, packed, Vec::new())?)
}

async fn confirm(visit: &Visit, came: &Came, typed: &Typed) -> Reply {
    let (Ok(from), Some(bytes)) = (parse_date(typed.text("from")), unpacked(typed.text("list"))) else {
        return Err(Answer::wrong_form(StatusCode::BAD_REQUEST));
    };
    let held = if typed.text("leave_out").is_empty() { HeldRows::Ask } else { HeldRows::LeaveOut };
    let read = visit.city().preview_office(&OfficeImport { bytes, from }).await?;
    if read.problems.is_empty() && !read.changes.is_empty() && typed.text("shown") != read.seal()? {
        let packed = typed.text("list").to_owned();
        let words = "前の画面を出した後に、組織か名簿の読み方が変わりました。まだ何も記録していません。下に今の組織とくらべ直した内容があります。確かめてから、もう一度取り込んでください。";
        return visit.show_refused(&preview_page(visit, read, from, packed, vec![problem("shown", words)])?);
    }
    if held == HeldRows::Ask && read.problems.is_empty() && read.list.count(Verdict::Held) > 0 {
        let packed = typed.text("list").to_owned();
        let words =
            "答えを待つ行を除いてよければ、印を付けてください。そうでなければ、名簿を直して選び直してください。";
        return visit.show_refused(&preview_page(visit, read, from, packed, vec![problem("leave_out", words)])?);
    }
    prove::freshly(visit, came, typed).await?;
    let list = read.list.clone();
    match visit.city().import_office(read, held).await {
        Ok(recorded) if list.count(Verdict::Held) > 0 => {
            let mut page = import_page(visit, Vec::new(), &from.to_string());
            page.shell = Done::of(recorded.seq).said(visit, "office_changed", page.shell).await?;
            page.left_out = list.count(Verdict::Held);
            visit.show(&ImportPage { read: Some(ListRead::of(list)), ..page })
        }
        Ok(recorded) => Err(Answer::Elsewhere(visit.path(&format!("office/import?done={}", recorded.seq)))),
        Err(actions::ActError::Input(words)) => {
            let page = import_page(visit, vec![problem("list", words)], &from.to_string());
            visit.show_refused(&page)
        }
        Err(fault) => Err(fault.into()),
    }
}

fn import_page(visit: &Visit, problems: Vec<Problem>, from: &str) -> ImportPage {
    let day = parse_date(from).ok();
    let accept = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    let fields = vec![
        Field::new("list", "名簿のファイル", Kind::File { accept })
            .hint("CSV（UTF-8、Shift_JIS、UTF-16、EUC-JP、ISO-2022-JP）かExcel（.xlsx）。4MBまで。"),
        Field::new("from", "いつから", Kind::Day { value: from.to_owned(), wareki: day.map(wareki_with_western) })
            .hint("この日から、名簿のとおりの組織と職になります。"),
    ];
    let fields = fields.into_iter().map(|field| crate::invitation::with_problem(field, &problems)).collect();
    let shell = visit.shell("組織の取り込み").under(visit.path("office"), "組織");
    ImportPage { shell, problems, fields, read: None, left_out: 0 }
}

/// The preview with what its form carries: the list, and the seal of what is shown, so that nothing else is recorded.
fn preview_page(
    visit: &Visit,
    read: ImportPreview,
    from: Date,
    packed: String,
    problems: Vec<Problem>,
) -> Result<PreviewPage, Answer> {
    let shown = read.seal()?;
    Ok(PreviewPage {
        problems,
        shell: visit.shell("組織の取り込みの確認").under(visit.path("office/import"), "組織の取り込み"),
        from: wareki_with_western(from),
        held: read.list.count(Verdict::Held),
        beyond: read.beyond(MOST_SHOWN),
        left: read.left.clone(),
        changes: read.changes.into_iter().take(MOST_SHOWN).collect(),
        read: ListRead::of(read.list),
        hidden: vec![("from".to_owned(), from.to_string()), ("list".to_owned(), packed), ("shown".to_owned(), shown)],
        back: visit.path("office/import"),
    })
}

/// The list as a form carries it; nothing of it is kept here before it is confirmed.
fn packed(bytes: &[u8]) -> String {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into a Vec cannot fail.
    let _ = packer.write_all(bytes);
    let small = packer.finish().unwrap_or_default();
    to_hex(&small)
}

/// The list back, unless it is none or opens to more than is read.
fn unpacked(text: &str) -> Option<Vec<u8>> {
    let packed = from_hex(text).ok()?;
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MOST_BYTES && !bytes.is_empty()).then_some(bytes)
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Answer;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Answer> {
        if is_form(&request) {
            let bytes = to_bytes(request.into_body(), MOST_FORM).await;
            let bytes = bytes.map_err(|_| too_large())?;
            let typed = Typed::read(&bytes).ok_or_else(|| Answer::wrong_form(StatusCode::BAD_REQUEST))?;
            return Ok(Self::Sure(typed));
        }
        DefaultBodyLimit::max(MOST_FORM).apply(&mut request);
        let unreadable = |_: MultipartError| too_large();
        let parts = Multipart::from_request(request, state).await;
        let mut parts = parts.map_err(|_| Answer::wrong_form(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
        let (mut name, mut bytes, mut from) = (String::new(), Vec::new(), String::new());
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            match part.name() {
                Some("list") => {
                    name = part.file_name().unwrap_or_default().to_owned();
                    bytes = part.bytes().await.map_err(unreadable)?.to_vec();
                }
                Some("from") => from = part.text().await.map_err(unreadable)?,
                _ => {}
            }
        }
        if bytes.len() as u64 > MOST_BYTES {
            return Err(too_large());
        }
        Ok(Self::List { name, bytes, from })
    }
}

fn too_large() -> Answer {
    Answer::wrong(
        StatusCode::PAYLOAD_TOO_LARGE,
        "名簿のファイルを読めません。4MBより大きいか、途中で切れています。何も記録されていません。",
        "ほかのシートや書式を除いて小さくするか、CSVで保存し直してください。",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_carried_comes_back_and_one_that_swells_does_not() {
        let list = "組織コード,組織名\n01,秘書課\n".repeat(2_000).into_bytes();
        assert_eq!(unpacked(&packed(&list)), Some(list));
        let swollen = vec![b'x'; usize::try_from(MOST_BYTES).expect("fits") + 1];
        assert_eq!(unpacked(&packed(&swollen)), None);
        for wrong in ["", "zz", "1f8b", "あ"] {
            assert_eq!(unpacked(wrong), None, "{wrong}");
        }
    }
}
