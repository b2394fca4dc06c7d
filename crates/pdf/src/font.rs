//! The typeface: where it is found and what it must hold.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use typst::foundations::Bytes;
use typst::text::Font;

/// Where the typeface of printed forms comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FontSource {
    /// The first of the usual places of this kind of system that holds one.
    Usual,
    /// This file, and no other.
    File(PathBuf),
}

/// Why there is no typeface to print with.
#[derive(Debug, Error)]
pub enum FontProblem {
    /// None of the places holds a typeface.
    #[error(
        "PDFに使う明朝体の書体が見つかりません。探した場所：{}。Debianではパッケージ fonts-noto-cjk を入れるか、書体ファイル（.ttc・.otf・.ttf）の場所を --font か環境変数 SHIRUBE_FONT で示してください。書体が無くても、画面での表示とほかの形式は使えます。",
        listed(looked)
    )]
    NotFound {
        /// The places that were looked at.
        looked: Vec<PathBuf>,
    },
    /// The file is there and cannot be read.
    #[error("書体ファイル {} を読めません（{reason}）。ファイルの場所と、読む権限を確かめてください。", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file holds no typeface.
    #[error("{} は書体ファイルではありません。.ttc・.otf・.ttf のどれかを示してください。", path.display())]
    NotAFont {
        /// The file.
        path: PathBuf,
    },
    /// The typeface lacks characters that names of people and places need.
    #[error(
        "書体ファイル {} には「{missing}」がないため、氏名や地名を正しく印刷できません。fonts-noto-cjk の NotoSerifCJK-Regular.ttc か、IPAmj明朝などの書体を示してください。",
        path.display()
    )]
    TooSmall {
        /// The file.
        path: PathBuf,
        /// The characters that it lacks.
        missing: String,
    },
}

fn listed(places: &[PathBuf]) -> String {
    places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join("、")
}

/// Where systems keep a typeface that holds the characters of Japanese names.
const USUAL: &[&str] = &[
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/ipamjfont/ipamjm.ttf",
    "/usr/share/fonts/truetype/ipamjm/ipamjm.ttf",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-serif-cjk-fonts/NotoSerifCJK-Regular.ttc",
    "/usr/local/share/fonts/NotoSerifCJK-Regular.ttc",
];

/// Characters without which names of people and places come out wrong; a typeface that lacks one is refused.
const NEEDED: &str = "𠮷髙﨑邉鷗々ー①㈱№";

/// What a collection calls its Japanese face: the others draw several characters as other countries write them.
const JAPANESE: &str = "JP";

/// Finds the file of the typeface, without reading it.
pub(crate) fn find(source: FontSource) -> Result<PathBuf, FontProblem> {
    match source {
        FontSource::File(path) if path.is_file() => Ok(path),
        FontSource::File(path) => Err(FontProblem::NotFound { looked: vec![path] }),
        FontSource::Usual => {
            let place = USUAL.iter().map(Path::new).find(|place| place.is_file());
            let looked = || USUAL.iter().map(PathBuf::from).collect();
            place.map(Path::to_path_buf).ok_or_else(|| FontProblem::NotFound { looked: looked() })
        }
    }
}

/// Reads the Japanese face of a file, or its first one.
pub(crate) fn read(path: &Path) -> Result<Font, FontProblem> {
    let data = fs::read(path).map_err(|reason| FontProblem::Unreadable { path: path.to_owned(), reason })?;
    let data = Bytes::new(data);
    let japanese = Font::iter(data.clone()).find(|font| font.info().family.ends_with(JAPANESE));
    let font =
        japanese.or_else(|| Font::new(data, 0)).ok_or_else(|| FontProblem::NotAFont { path: path.to_owned() })?;
    let missing: String = NEEDED.chars().filter(|&needed| !holds(&font, needed)).collect();
    if missing.is_empty() { Ok(font) } else { Err(FontProblem::TooSmall { path: path.to_owned(), missing }) }
}

/// Whether a typeface can draw a character.
pub(crate) fn holds(font: &Font, character: char) -> bool {
    font.info().coverage.contains(character.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_without_a_typeface_is_told_with_what_to_do() {
        let problem = find(FontSource::File("/nowhere/mincho.ttf".into())).expect_err("nothing is there");
        insta::assert_snapshot!(problem, @"PDFに使う明朝体の書体が見つかりません。探した場所：/nowhere/mincho.ttf。Debianではパッケージ fonts-noto-cjk を入れるか、書体ファイル（.ttc・.otf・.ttf）の場所を --font か環境変数 SHIRUBE_FONT で示してください。書体が無くても、画面での表示とほかの形式は使えます。");
    }

    #[test]
    fn a_file_that_is_no_typeface_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "<html>").expect("it is written");
        let problem = read(file.path()).expect_err("no typeface");
        assert!(matches!(problem, FontProblem::NotAFont { .. }), "{problem}");
    }
}
