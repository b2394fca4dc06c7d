use std::io::{Cursor, Write};

use encoding_rs::SHIFT_JIS;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const LIST: &str = "団体,アカウント名,ＵＲＬ\r\nさくら市,🌸広報髙橋,https://x.com/sakura\r\n";

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = if big { u16::to_be_bytes } else { u16::to_le_bytes };
    text.encode_utf16().flat_map(bytes).collect()
}

/// A workbook with these sheets: name, state and the XML of the sheet's rows.
fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut file = |name: &str, content: &str| {
        zip.start_file(name, SimpleFileOptions::default()).expect("a file begins");
        zip.write_all(content.as_bytes()).expect("it is written");
    };
    let (mut list, mut targets) = (Vec::new(), Vec::new());
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        list.push(format!(r#"<sheet name="{name}" sheetId="{id}" state="{state}" r:id="rId{id}"/>"#));
        targets.push(format!(
            r#"<Relationship Id="rId{id}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{id}.xml"/>"#
        ));
        file(
            &format!("xl/worksheets/sheet{id}.xml"),
            &format!(
                r#"<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#
            ),
        );
    }
    targets.push(format!(r#"<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/>"#));
    file(
        "_rels/.rels",
        &format!(
            r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    );
    let (list, targets) = (list.concat(), targets.concat());
    file(
        "xl/workbook.xml",
        &format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{list}</sheets></workbook>"#),
    );
    file("xl/_rels/workbook.xml.rels", &format!(r#"<Relationships xmlns="{PACKAGE}">{targets}</Relationships>"#));
    file(
        "xl/styles.xml",
        &format!(r#"<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#),
    );
    zip.finish().expect("the archive is whole").into_inner()
}

fn text_cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

/// A whole table as CSV.
fn written<R>(rows: R, charset: Charset) -> Result<Vec<u8>, TableProblem>
where
    R: IntoIterator,
    R::Item: IntoIterator,
    <R::Item as IntoIterator>::Item: AsRef<str>,
{
    let mut writer = CsvWriter::new(charset);
    for cells in rows {
        writer.row(cells);
    }
    writer.finish()
}

#[test]
fn one_list_reads_the_same_from_every_encoding() {
    let plain = LIST.replace('🌸', "");
    let tabs = plain.replace(',', "\t");
    let marked = |mark: &[u8], rest: Vec<u8>| [mark, rest.as_slice()].concat();
    for (bytes, encoding) in [
        (plain.as_bytes().to_vec(), Encoding::Utf8),
        (marked(b"\xEF\xBB\xBF", plain.as_bytes().to_vec()), Encoding::Utf8WithMark),
        (SHIFT_JIS.encode(&plain).0.into_owned(), Encoding::Cp932),
        (marked(b"\xFF\xFE", utf16(&tabs, false)), Encoding::Utf16Le),
        (marked(b"\xFE\xFF", utf16(&tabs, true)), Encoding::Utf16Be),
        (utf16(&tabs, false), Encoding::Utf16Le),
        (utf16(&tabs, true), Encoding::Utf16Be),
    ] {
        let table = read(&bytes).expect("the list reads");
        assert_eq!(table.encoding, encoding);
        assert_eq!(
            cells(&table),
            [["団体", "アカウント名", "ＵＲＬ"], ["さくら市", "広報髙橋", "https://x.com/sakura"]]
        );
    }
}

#[test]
fn rare_characters_and_spaces_stay_as_they_were_typed() {
    let names = "名\n 渡邉\u{E0101} ,𠮷田,﨑　,ｶﾅ\n";
    let table = read(names.as_bytes()).expect("the names read");
    assert_eq!(cells(&table)[1], [" 渡邉\u{E0101} ", "𠮷田", "﨑　", "ｶﾅ"]);
}

#[test]
fn lines_are_told_as_an_editor_shows_them() {
    let table = read("\n\n表題\n\n\"二\n行\",b\r\n\r\n,,\nx,y\n".as_bytes()).expect("it reads");
    let lines: Vec<_> = table.rows.iter().map(|row| (row.line, row.cells[0].as_str())).collect();
    assert_eq!(lines, [(3, "表題"), (5, "二\n行"), (9, "x")]);
    let old = read(b"a,b\rc,d\r\re,f").expect("it reads");
    assert_eq!(old.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2, 4]);
}

#[test]
fn a_quotation_mark_left_open_is_refused_where_it_opens() {
    let problem = read("団体,名\nA,B\nC,\"広報\nD,E\n".as_bytes()).expect_err("it would swallow the rest");
    assert_eq!(problem, TableProblem::OpenQuote { line: 3, column: 1 });
    assert_eq!(
        problem.to_string(),
        "3行目のB列で始まった「\"」が閉じていません。閉じるか、文字としての「\"」は「\"\"」と書いてください。"
    );
    assert!(read("a,5\" の看板\nb,\"\"\"引用\"\"\"\n".as_bytes()).is_ok(), "marks inside a cell are text");
}

#[test]
fn bytes_of_no_known_encoding_are_refused_with_their_line() {
    assert_eq!(read(b"a,b\nc,\xFF\xFF\n"), Err(TableProblem::UnknownEncoding { line: 2 }));
    assert_eq!(read(b"\xEF\xBB\xBFa\n\xFF"), Err(TableProblem::UnknownEncoding { line: 2 }));
    assert_eq!(read(&utf16("a\tb\nc\0\td", false)), Err(TableProblem::NotText { line: 2 }));
}

#[test]
fn empty_old_and_oversized_files_are_refused_in_words() {
    assert_eq!(read(b""), Err(TableProblem::Empty));
    assert_eq!(read(b" , \n,,\n"), Err(TableProblem::Empty));
    assert_eq!(read(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1]), Err(TableProblem::OldWorkbook));
    assert_eq!(read(b"PK\x03\x04nothing"), Err(TableProblem::BrokenWorkbook));
    let large = vec![b'a'; LARGEST_FILE + 1];
    assert_eq!(read(&large), Err(TableProblem::FileTooLarge { bytes: LARGEST_FILE + 1 }));
    let many = "a,b\n".repeat(MOST_CELLS / 2 + 1);
    assert_eq!(read(many.as_bytes()), Err(TableProblem::TooManyCells { line: MOST_CELLS / 2 + 1 }));
    let wide = ",".repeat(MOST_COLUMNS) + "x";
    assert_eq!(read(wide.as_bytes()), Err(TableProblem::TooManyColumns { line: 1 }));
}

#[test]
fn text_of_older_machines_and_of_mail_is_read_as_it_was_written() {
    let list = "組織コード,組織名,氏名\r\n01,総務課,能代　ソ十表\r\n02,ひろば,ｱｵｷ\r\n";
    for (encoding, known) in
        [(encoding_rs::EUC_JP, Encoding::EucJp), (SHIFT_JIS, Encoding::Cp932), (encoding_rs::UTF_8, Encoding::Utf8)]
    {
        let (written, _, unwritten) = encoding.encode(list);
        assert!(!unwritten, "{known}");
        let table = read(&written).expect("it is read");
        assert_eq!((table.encoding.clone(), table.rows[1].cells[2].as_str()), (known, "能代　ソ十表"));
        assert_eq!(table.rows[2].cells[2], "ｱｵｷ", "{}", table.encoding);
    }
    let (bytes, _, _) = encoding_rs::ISO_2022_JP.encode("組織コード,組織名\r\n01,総務課\r\n");
    let table = read(&bytes).expect("it is read");
    assert_eq!((table.encoding, table.rows[1].cells[1].as_str()), (Encoding::Iso2022Jp, "総務課"));
    // Half-width kana alone are those of Windows.
    let (bytes, _, _) = SHIFT_JIS.encode("ﾅﾏｴ,ﾖﾐ\r\nｱｵｷ,ｲﾄｳ\r\n");
    assert_eq!(read(&bytes).expect("it is read").encoding, Encoding::Cp932);
}

#[test]
fn hidden_rows_are_read_and_named() {
    let rows = format!(
        r#"<row r="1">{}</row><row r="2" hidden="1">{}</row><row r="3">{}</row><row r="9" hidden="1"/>"#,
        text_cell("A1", "一"),
        text_cell("A2", "二"),
        text_cell("A3", "三")
    );
    let table = read(&workbook(&[("名簿 &amp; 控え", "visible", &rows)])).expect("the workbook reads");
    assert_eq!(table.rows.len(), 3);
    assert_eq!(table.marks.hidden_rows, [2]);
}

#[test]
fn a_workbook_gives_its_first_filled_visible_sheet_with_iso_dates() {
    let rows = format!(
        r#"<row r="2">{}{}</row><row r="4"><c r="A4" s="1"><v>46113</v></c><c r="B4" s="1"><v>46113.5</v></c><c r="C4"><v>12</v></c><c r="E4"><v>1.5</v></c></row>"#,
        text_cell("A2", "開始日"),
        text_cell("C2", "𠮷野 髙橋")
    );
    let hidden = format!(r#"<row r="1">{}</row>"#, text_cell("A1", "内部"));
    let file = workbook(&[("元", "hidden", &hidden), ("空", "visible", ""), ("一覧", "visible", &rows)]);
    let table = read(&file).expect("the workbook reads");
    let (unread, hidden) = (vec!["空".into()], vec!["元".into()]);
    assert_eq!(table.encoding, Encoding::Workbook { sheet: "一覧".into(), unread, hidden });
    assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(
        cells(&table),
        [vec!["開始日", "", "𠮷野 髙橋"], vec!["2026-04-01", "2026-04-01T12:00", "12", "", "1.5"]]
    );
}

#[test]
fn a_workbook_cannot_claim_or_address_more_than_a_table() {
    let far = format!(r#"<row r="1">{}</row>"#, text_cell("ZZZ1", "x"));
    assert_eq!(read(&workbook(&[("表", "visible", &far)])), Err(TableProblem::TooManyColumns { line: 1 }));
    let absurd = format!(r#"<row r="1">{}</row>"#, text_cell("ZZZZZZZZZ99999999999999", "x"));
    assert!(read(&workbook(&[("表", "visible", &absurd)])).is_err());
    let rows: Vec<String> =
        (1..=250).map(|row| format!(r#"<row r="{row}">{}</row>"#, text_cell(&format!("ALL{row}"), "x"))).collect();
    assert_eq!(read(&workbook(&[("表", "visible", &rows.concat())])), Err(TableProblem::TooManyCells { line: 201 }));
}

#[test]
fn a_workbook_that_unpacks_to_far_more_is_refused_before_it_is_read() {
    const MOST: u64 = 64 * 1024;
    let padding = " ".repeat(64 * 1024);
    let rows = format!(r#"<row r="1">{}</row>"#, text_cell("A1", "値"));
    let small = workbook(&[("表", "visible", &rows)]);
    let bomb = workbook(&[("表", "visible", &format!("{rows}{padding}"))]);
    assert!(bomb.len() < 4096, "it is small while packed");
    assert!(workbook::read_within(&small, MOST, |_| true).is_ok());
    assert_eq!(workbook::read_within(&bomb, MOST, |_| true), Err(TableProblem::WorkbookTooLarge));
    assert!(read(&bomb).is_ok(), "it is far below the limit that is in force");
}

const COLUMNS: [Column<'_>; 3] = [
    Column { name: "所管部署", synonyms: &["所管課", "担当課", "担当部署", "所属"] },
    Column { name: "アカウント名", synonyms: &["名称"] },
    Column { name: "URL", synonyms: &["リンク"] },
];

#[test]
fn the_headings_are_found_below_a_title_whatever_their_width() {
    let table =
        read("ＳＮＳ一覧,,\n,,\n担 当\u{3000}課,ｱｶｳﾝﾄ名,ｕｒｌ,備考\n広報課,さくら,https://example.jp/\n".as_bytes())
            .expect("it reads");
    let header = find_header(&table, &COLUMNS).expect("there are headings");
    assert_eq!((header.line, header.found.as_slice()), (3, [Some(0), Some(1), Some(2)].as_slice()));
    assert_eq!(header.unclaimed, [(3, "備考".to_owned())]);
    let body = header.body(&table);
    assert_eq!(body.len(), 1);
    assert_eq!(header.cell(&body[0], 0), Some("広報課"));
    assert_eq!(header.cell(&body[0], 9), None);
}

#[test]
fn a_table_without_headings_or_with_one_twice_is_refused() {
    let none = read("広報課,さくら\n税務課,もみじ\n".as_bytes()).expect("it reads");
    assert_eq!(
        find_header(&none, &COLUMNS).expect_err("no headings").to_string(),
        "見出しの行が見つかりません。初めの30行のどこかに、「所管部署」「アカウント名」「URL」 などの見出しを書いてください。"
    );
    let twice = read("所管課,URL,担当課\n".as_bytes()).expect("it reads");
    assert_eq!(
        find_header(&twice, &COLUMNS).expect_err("one heading twice").to_string(),
        "1行目の見出しで、A列とC列がどちらも「所管部署」です。使わない方の見出しを変えてください。"
    );
}

#[test]
fn what_is_written_is_marked_ends_lines_as_windows_does_and_runs_no_formula() {
    let rows = [["名", "リンク"], ["=1+1", "@sakura"], ["二\n行", "a,\"b\""]];
    let bytes = written(rows, Charset::Utf8).expect("it is written");
    assert_eq!(
        String::from_utf8(bytes).expect("it is UTF-8"),
        "\u{FEFF}名,リンク\r\n'=1+1,'@sakura\r\n\"二\n行\",\"a,\"\"b\"\"\"\r\n"
    );
}

#[test]
fn cp932_refuses_characters_it_would_lose_and_says_where() {
    let rows = [["団体", "名"], ["秋田", "趴趴走"], ["吉野", "𠮷¥"]];
    let problem = written(rows, Charset::Cp932).expect_err("characters would be lost");
    assert_eq!(
        problem.to_string(),
        "Shift_JIS（CP932）にない文字が4か所あります: 2行目B列の「趴」、2行目B列の「趴」、3行目B列の「𠮷」、3行目B列の「¥」。UTF-8で書き出すか、その文字を確かめてください。"
    );
    let bytes = written([["髙﨑", "9時〜17時①㈱"]], Charset::Cp932).expect("these exist in CP932");
    let table = read(&bytes).expect("it reads");
    assert_eq!((cells(&table), &table.encoding), (vec![vec!["髙﨑", "9時～17時①㈱"]], &Encoding::Cp932));
}

#[test]
fn rows_that_are_written_one_by_one_are_the_bytes_of_the_whole_text() {
    let rows = [["番号", "名"], ["0001", "髙﨑、\"㈱\""], ["", "9時\u{301C}\n17時"]];
    let text = "番号,名\r\n0001,\"髙﨑、\"\"㈱\"\"\"\r\n,\"9時\u{301C}\n17時\"\r\n";
    assert_eq!(written(rows, Charset::Utf8).expect("it is written"), format!("\u{FEFF}{text}").into_bytes());
    let as_windows_has_it = text.replace('\u{301C}', "\u{FF5E}");
    let bytes = SHIFT_JIS.encode(&as_windows_has_it).0.into_owned();
    assert_eq!(written(rows, Charset::Cp932).expect("these exist in CP932"), bytes);
    assert_eq!(CsvWriter::new(Charset::Utf8).finish().expect("nothing is written"), "\u{FEFF}".as_bytes());
}

#[test]
fn what_cp932_would_lose_is_told_of_every_row_also_after_one_that_loses_nothing() {
    let mut writer = CsvWriter::new(Charset::Cp932);
    for cells in [["名", "𠮷野"], ["さくら", "広報"], ["渡邉\u{E0101}", "a"]] {
        writer.row(cells);
    }
    let lost = |row, column, character| Unencodable { row, column, character };
    assert_eq!(
        writer.finish().expect_err("characters would be lost"),
        TableProblem::Unencodable(vec![lost(1, 1, '𠮷'), lost(3, 0, '\u{E0101}')])
    );
}

#[test]
fn columns_are_lettered_as_in_a_spreadsheet() {
    assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
}

proptest! {
    #[test]
    fn no_bytes_stop_the_reading(bytes in proptest::collection::vec(any::<u8>(), 0..400), start in 0_usize..6) {
        let starts: [&[u8]; 6] = [b"", b"PK\x03\x04", b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF", b"\"a\",\r"];
        if let Err(problem) = read(&[starts[start], &bytes].concat()) {
            prop_assert!(problem.to_string().ends_with('。'));
        }
    }

    #[test]
    fn no_damage_to_a_workbook_stops_the_reading(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = workbook(&[("表", "visible", &format!(r#"<row r="1">{}</row>"#, text_cell("A1", "値")))]);
        let at = at.index(file.len());
        file[at] = byte;
        if let Err(problem) = read(&file) {
            prop_assert!(problem.to_string().ends_with('。'));
        }
    }

    #[test]
    fn no_sheet_stops_the_reading(rows in r#"(<row r="[0-9A]{0,11}">|</row>|<c r="[A-Z0-9:]{0,12}" s="[0-9]{0,2}">|<v>[0-9.e-]{0,9}</v>|</c>|[<>&]){0,12}"#) {
        if let Err(problem) = read(&workbook(&[("表", "visible", &rows)])) {
            prop_assert!(problem.to_string().ends_with('。'));
        }
    }

    #[test]
    fn what_is_written_reads_back_exactly(
        rows in proptest::collection::vec(proptest::collection::vec("['=@＝\"a,\t\r\n 𠮷]{0,4}[a𠮷髙\u{E0100}]", 1..4), 1..5)
    ) {
        let bytes = written(&rows, Charset::Utf8).expect("it is written");
        let table = read(&bytes).expect("it reads");
        let again: Vec<_> = table.rows.into_iter().map(|row| row.cells).collect();
        prop_assert_eq!(again, rows);
    }
}
