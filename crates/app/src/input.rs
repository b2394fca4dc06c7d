//! Reading what people type: days, pairs, files; every mistake says what was read and what would be right.

use std::path::Path;

use actions::GuidelineFiles;
use domain::calendar;
use domain::letters::{Lines, Misfit};
use jiff::civil::Date;

/// Something typed or given that cannot be used, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake(String);

impl Mistake {
    /// A mistake in these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mistake {}

/// A day as people write it: 2026-04-01, 令和8年4月1日, R8.4.1.
pub fn day(typed: &str) -> Result<Date, Mistake> {
    calendar::parse_date(typed).map_err(|problem| Mistake::new(problem.to_string()))
}

/// `名前=値`, split at the first sign.
pub fn pair(typed: &str) -> Result<(String, String), Mistake> {
    let (name, value) = typed.split_once('=').ok_or_else(|| {
        Mistake::new(format!(
            "「{typed}」に = がありません。名前=値 の形で書いてください（例：url=https://x.com/mihon）。"
        ))
    })?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Refuses a text with letters that turn it, command a machine or are not seen; `place` says where it stands.
pub fn seen(place: &str, text: Option<&str>) -> Result<(), Mistake> {
    match text.and_then(|text| Misfit::of(text, Lines::Several)) {
        None => Ok(()),
        Some(misfit) => Err(Mistake::new(format!("{place}：{misfit}{}", misfit.next()))),
    }
}

/// Why the disk refused, in words for people where there are any.
pub fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "見つかりません".to_owned(),
        std::io::ErrorKind::PermissionDenied => "権限がありません".to_owned(),
        std::io::ErrorKind::AlreadyExists => "すでにあります".to_owned(),
        std::io::ErrorKind::AddrInUse => "すでに使われています".to_owned(),
        std::io::ErrorKind::ReadOnlyFilesystem => "読み取り専用のディスクです".to_owned(),
        std::io::ErrorKind::StorageFull => "ディスクに空きがありません".to_owned(),
        std::io::ErrorKind::IsADirectory => "フォルダーです".to_owned(),
        std::io::ErrorKind::NotADirectory => "フォルダーではありません".to_owned(),
        std::io::ErrorKind::DirectoryNotEmpty => "フォルダーが空ではありません".to_owned(),
        std::io::ErrorKind::InvalidFilename | std::io::ErrorKind::InvalidInput => "使えない名前です".to_owned(),
        std::io::ErrorKind::FileTooLarge => "大きすぎます".to_owned(),
        std::io::ErrorKind::QuotaExceeded => "使える容量を超えています".to_owned(),
        std::io::ErrorKind::ConnectionRefused => "つながりません".to_owned(),
        std::io::ErrorKind::AddrNotAvailable => "この機器のアドレスではありません".to_owned(),
        std::io::ErrorKind::UnexpectedEof => "途中で終わっています".to_owned(),
        std::io::ErrorKind::TimedOut => "時間内に答えがありません".to_owned(),
        // The system's own words are in its own language; its number can be looked up.
        _ => match error.raw_os_error() {
            Some(number) => format!("機器の知らせ {number}番"),
            None => "機器がことわりました".to_owned(),
        },
    }
}

/// The bytes of a file that somebody named.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Mistake> {
    std::fs::read(path).map_err(|error| {
        Mistake::new(format!(
            "ファイル「{}」を読めません（{}）。場所と名前を確かめてください。",
            path.display(),
            why(&error)
        ))
    })
}

/// The text of a file that somebody named, without a byte order mark.
pub fn text(path: &Path) -> Result<String, Mistake> {
    let text = String::from_utf8(bytes(path)?).map_err(|_| {
        Mistake::new(format!(
            "ファイル「{}」が UTF-8 の文字で書かれていません。UTF-8 で保存し直してください。",
            path.display()
        ))
    })?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// The files of a guideline's folder.
pub fn guideline(folder: &Path) -> Result<GuidelineFiles, Mistake> {
    if !folder.join("guideline.toml").is_file() {
        return Err(Mistake::new(format!(
            "フォルダー「{}」に guideline.toml がありません。ガイドラインのフォルダーを指定してください（例：guidelines/_template）。",
            folder.display()
        )));
    }
    let clauses = folder.join("clauses.toml");
    let source = folder.join("source.txt");
    Ok(GuidelineFiles {
        folder: folder.display().to_string(),
        guideline: text(&folder.join("guideline.toml"))?,
        clauses: clauses.is_file().then(|| text(&clauses)).transpose()?,
        source: source.is_file().then(|| bytes(&source)).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_settings_with_a_letter_that_is_not_seen_is_refused_at_its_place() {
        let refused = seen("設定の notice", Some("休\u{202e}止")).map_err(|mistake| mistake.to_string());
        assert!(refused.is_err_and(|words| words.starts_with("設定の notice：") && words.contains("U+202E")));
        assert_eq!(seen("設定の notice", Some("一行目\n二行目")), Ok(()));
        assert_eq!(seen("設定の notice", None), Ok(()));
    }

    #[test]
    fn a_day_is_read_as_an_officer_writes_it() {
        let wanted = Date::constant(2026, 4, 1);
        for typed in ["令和8年4月1日", "R8.4.1", "2026-04-01", "２０２６年４月１日"] {
            assert_eq!(day(typed), Ok(wanted), "{typed}");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_told_and_not_guessed() {
        let told = day("令和8年2月30日").map_err(|mistake| mistake.to_string());
        assert!(told.is_err_and(|words| words.contains("2月")), "the month is named");
    }

    #[test]
    fn a_pair_keeps_the_signs_of_its_value() {
        assert_eq!(pair("url=https://example.jp/?a=b"), Ok(("url".to_owned(), "https://example.jp/?a=b".to_owned())));
        assert!(pair("url").is_err());
    }
}
