//! Many papers in one archive (ZIP), one written after the other, with a list of what is in it and what could not be made.

use std::collections::BTreeSet;
use std::io::{self, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The list that lies in every archive.
pub const LIST: &str = "一覧.txt";

/// An archive that is being written; it holds no paper in memory.
#[derive(Debug)]
pub struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    names: BTreeSet<String>,
    made: Vec<String>,
    lacking: Vec<String>,
}

impl<W: Write + Seek> Archive<W> {
    /// An empty archive that is written there.
    pub fn new(into: W) -> Self {
        Self { zip: ZipWriter::new(into), names: BTreeSet::new(), made: Vec::new(), lacking: Vec::new() }
    }

    /// Adds a paper; a name that is taken, or that could lead out of a folder, is made one that is neither.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let name = self.free(&plain(name));
        self.zip.start_file(name.as_str(), options()).map_err(io::Error::from)?;
        self.zip.write_all(bytes)?;
        self.made.push(name);
        Ok(())
    }

    /// Notes what could not be made, and why.
    pub fn lacks(&mut self, what: &str, why: &str) {
        self.lacking.push(format!("{what}：{why}"));
    }

    /// How many papers are in it.
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// Whether no paper is in it.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// Writes the list and closes the archive; gives back what could not be made.
    pub fn close(mut self, title: &str) -> io::Result<(W, Vec<String>)> {
        let list = list(title, &self.made, &self.lacking);
        self.zip.start_file(LIST, options()).map_err(io::Error::from)?;
        self.zip.write_all(list.as_bytes())?;
        Ok((self.zip.finish().map_err(io::Error::from)?, self.lacking))
    }

    fn free(&mut self, name: &str) -> String {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let numbered = (2..=u32::MAX).map(|number| format!("{stem}-{number}.{ending}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let free = names.find(|name| name != LIST && self.names.insert(name.clone()));
        free.unwrap_or_else(|| name.to_owned())
    }
}

/// The list as text for any editor: with a byte order mark and the line ends that every system shows.
fn list(title: &str, made: &[String], lacking: &[String]) -> String {
    let mut lines = vec![title.to_owned(), String::new(), format!("入っているもの：{}件", made.len())];
    lines.extend_from_slice(made);
    lines.extend([String::new(), format!("作れなかったもの：{}件", lacking.len())]);
    lines.extend_from_slice(lacking);
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

/// A name that no system takes for a way to another folder.
fn plain(name: &str) -> String {
    let odd = |letter: char| letter.is_control() || r#"/\:*?"<>|"#.contains(letter);
    let name: String = name.chars().map(|letter| if odd(letter) { '_' } else { letter }).collect();
    name.trim_start_matches('.').to_owned()
}

/// A fixed day, so that equal papers are equal archives.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    fn read(bytes: &[u8]) -> Vec<(String, String)> {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip archive");
        (0..zip.len())
            .map(|at| {
                let mut file = zip.by_index(at).expect("a file");
                let mut text = String::new();
                file.read_to_string(&mut text).expect("UTF-8");
                (file.name().expect("a name in UTF-8").into_owned(), text)
            })
            .collect()
    }

    #[test]
    fn an_archive_holds_each_paper_under_a_name_of_its_own_and_a_list_of_what_it_lacks() {
        let mut archive = Archive::new(Cursor::new(Vec::new()));
        for (name, text) in [("様式１-c1.pdf", "a"), ("様式１-c1.pdf", "b"), ("../𠮷野/c:2.pdf", "c"), (LIST, "d")]
        {
            archive.add(name, text.as_bytes()).expect("written");
        }
        archive.lacks("様式２（c9）", "書体にない文字があります。");
        let (file, lacking) = archive.close("令和8年6月1日の様式").expect("closed");
        assert_eq!(lacking.len(), 1);
        let read = read(&file.into_inner());
        let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["様式１-c1.pdf", "様式１-c1-2.pdf", "_𠮷野_c_2.pdf", "一覧-2.txt", "一覧.txt"]);
        insta::assert_snapshot!(read.last().expect("the list").1.replace(['\u{feff}', '\r'], ""), @"
        令和8年6月1日の様式

        入っているもの：4件
        様式１-c1.pdf
        様式１-c1-2.pdf
        _𠮷野_c_2.pdf
        一覧-2.txt

        作れなかったもの：1件
        様式２（c9）：書体にない文字があります。
        ");
    }
}
