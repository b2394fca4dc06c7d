//! Writing tables as Excel workbooks: every cell is text, so that nothing runs and no number loses its zeros.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::write::runs;
use super::{TableProblem, letters};

/// The type by which the world knows such a file.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const CONTENT_TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONSHIPS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Styles by place: 0 nothing, 1 a heading, 2 text, 3 text that would run if it were typed.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="游ゴシック"/></font><font><b/><sz val="11"/><name val="游ゴシック"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/></cellXfs></styleSheet>"#;

/// What stands in the sheet before its rows; the row of headings stays in sight.
const ROWS_BEGIN: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="18"/><sheetData>"#;
const ROWS_END: &str = "</sheetData></worksheet>";

/// How many bytes of the sheet are gathered before they are packed.
const PIECE: usize = 256 * 1024;

/// A table that is written as an Excel workbook, one row after the other; all but the last rows are held packed.
#[derive(Debug)]
pub struct WorkbookWriter {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    /// What of the sheet is not packed yet.
    piece: String,
    rows: usize,
}

impl WorkbookWriter {
    /// A workbook whose one sheet has this name and no rows yet; the headings are to be its first.
    pub fn new(name: &str) -> Result<Self, TableProblem> {
        let zip = begun(name).map_err(|_| TableProblem::Unwritten)?;
        Ok(Self { zip, piece: ROWS_BEGIN.to_owned(), rows: 0 })
    }

    /// Writes the next row.
    pub fn row<R>(&mut self, cells: R) -> Result<(), TableProblem>
    where
        R: IntoIterator,
        R::Item: AsRef<str>,
    {
        self.rows += 1;
        let row = self.rows;
        // Writing into a String cannot fail.
        let _ = write!(self.piece, r#"<row r="{row}">"#);
        for (column, cell) in cells.into_iter().enumerate() {
            let cell = cell.as_ref();
            let style = match (row, runs(cell)) {
                (1, _) => 1,
                (_, false) => 2,
                (_, true) => 3,
            };
            let _ = write!(
                self.piece,
                r#"<c r="{}{row}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                letters(column),
                escaped(cell)
            );
        }
        self.piece.push_str("</row>");
        if self.piece.len() < PIECE { Ok(()) } else { self.pack() }
    }

    /// The bytes of the whole workbook.
    pub fn finish(mut self) -> Result<Vec<u8>, TableProblem> {
        self.piece.push_str(ROWS_END);
        self.pack()?;
        Ok(self.zip.finish().map_err(|_| TableProblem::Unwritten)?.into_inner())
    }

    fn pack(&mut self) -> Result<(), TableProblem> {
        self.zip.write_all(self.piece.as_bytes()).map_err(|_| TableProblem::Unwritten)?;
        self.piece.clear();
        Ok(())
    }
}

/// A workbook that is whole up to the rows of its sheet: that is the last part, and stays open.
fn begun(name: &str) -> std::io::Result<ZipWriter<Cursor<Vec<u8>>>> {
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        escaped(name)
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed day, so that equal tables are equal files.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (part, content) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONSHIPS),
        ("xl/workbook.xml", book.as_str()),
        ("xl/_rels/workbook.xml.rels", PARTS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", ""),
    ] {
        zip.start_file(part, options).map_err(std::io::Error::from)?;
        zip.write_all(HEAD.as_bytes())?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip)
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(letter),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::{Encoding, read};
    use super::*;

    /// A whole table as a workbook.
    fn written<S: AsRef<str>>(rows: &[Vec<S>]) -> Vec<u8> {
        let mut writer = WorkbookWriter::new("監査用一覧").expect("a workbook begins");
        for row in rows {
            writer.row(row).expect("a row");
        }
        writer.finish().expect("a workbook")
    }

    /// The sheet of a workbook, unpacked.
    fn sheet(workbook: &[u8]) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).expect("a zip archive");
        let mut xml = String::new();
        zip.by_name("xl/worksheets/sheet1.xml").expect("a sheet").read_to_string(&mut xml).expect("UTF-8");
        xml
    }

    fn cells(workbook: &[u8]) -> Vec<Vec<String>> {
        read(workbook).expect("a table").rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn a_workbook_is_read_back_as_it_was_written_and_nothing_in_it_runs() {
        let rows = [
            vec!["名称", "番号"],
            vec!["=HYPERLINK(\"http://a.example\")", "0001"],
            vec!["𠮷野 & 髙橋 <渡邉>", "二行\n目 "],
        ];
        let bytes = written(&rows);
        let table = read(&bytes).expect("a table");
        let encoding =
            Encoding::Workbook { sheet: "監査用一覧".to_owned(), unread: Vec::new(), hidden: Vec::new() };
        assert_eq!(table.encoding, encoding);
        assert_eq!(cells(&bytes), rows);
        assert_eq!(bytes, written(&rows), "equal tables are equal files");
        assert_eq!(
            sheet(&bytes),
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="18"/><sheetData>"#,
                r#"<row r="1"><c r="A1" s="1" t="inlineStr"><is><t xml:space="preserve">名称</t></is></c>"#,
                r#"<c r="B1" s="1" t="inlineStr"><is><t xml:space="preserve">番号</t></is></c></row>"#,
                r#"<row r="2"><c r="A2" s="3" t="inlineStr"><is><t xml:space="preserve">=HYPERLINK(&quot;http://a.example&quot;)</t></is></c>"#,
                r#"<c r="B2" s="2" t="inlineStr"><is><t xml:space="preserve">0001</t></is></c></row>"#,
                r#"<row r="3"><c r="A3" s="2" t="inlineStr"><is><t xml:space="preserve">𠮷野 &amp; 髙橋 &lt;渡邉&gt;</t></is></c>"#,
                r#"<c r="B3" s="2" t="inlineStr"><is><t xml:space="preserve">二行"#,
                "\n目 </t></is></c></row></sheetData></worksheet>"
            )
        );
    }

    #[test]
    fn a_sheet_that_is_packed_in_pieces_is_read_back_whole() {
        let rows: Vec<Vec<String>> = (0..4_000).map(|at| vec![format!("番号{at}"), "名".repeat(at % 9 + 1)]).collect();
        let bytes = written(&rows);
        assert!(sheet(&bytes).len() > 2 * PIECE, "there are several pieces");
        assert_eq!(cells(&bytes), rows);
        assert_eq!(bytes, written(&rows), "equal tables are equal files");
    }
}
