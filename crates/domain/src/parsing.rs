//! What the readers of TOML and JSON say, in Japanese: the one place that turns their words into ours.
//!
//! A reader's own sentence is never shown. Only names go over from it: those of fields and of values that may stand there.

use crate::guideline::syntax_told;

/// What is wrong with a text, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What is wrong.
    pub what: String,
    /// What to do next.
    pub next: String,
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.what, self.next)
    }
}

/// A reader's message in Japanese. `rest` is what stands on the line from the place of the error on.
pub fn told(message: &str, rest: &str) -> Told {
    let (what, next) = of_shape(message)
        .or_else(|| of_day(message))
        .or_else(|| of_number(message))
        .or_else(|| of_json(message))
        .unwrap_or_else(|| syntax_told(message, rest));
    Told { what, next }
}

/// Where a byte of a text stands: line and column, both from 1, the column in characters.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count());
    (before.matches('\n').count() + 1, column + 1)
}

/// A TOML error as a file's reader is told it: the place, what is wrong, and what to do.
pub fn toml(name: &str, text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map(|span| span.start);
    let rest = at.and_then(|at| text.get(at..)).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let (line, column) = at.map_or((1, 1), |at| place(text, at));
    located(name, line, column, &told(error.message(), rest))
}

/// A JSON error as a file's reader is told it.
pub fn json(name: &str, error: &serde_json::Error) -> String {
    located(name, error.line().max(1), error.column().max(1), &told(&error.to_string(), ""))
}

fn located(name: &str, line: usize, column: usize, told: &Told) -> String {
    format!("{name}:{line}:{column}\n  誤り　：{}\n  直し方：{}", told.what, told.next)
}

/// What a value or a field may not be.
fn of_shape(message: &str) -> Option<(String, String)> {
    let names = quoted(message);
    let first = names.first().map(|name| (*name).to_owned()).unwrap_or_default();
    let known = || names.get(1..).unwrap_or_default().join("、");
    let choose = |known: String, none: &str| {
        if known.is_empty() { none.to_owned() } else { format!("次の名前から選んでください：{known}") }
    };
    let starts = |words: &str| message.starts_with(words);
    if starts("unknown field") {
        return Some((format!("「{first}」という項目はありません。"), choose(known(), "その行を消してください。")));
    }
    if starts("unknown variant") {
        return Some((format!("「{first}」という値はありません。"), choose(known(), "値を確かめてください。")));
    }
    if starts("missing field") {
        return Some((format!("「{first}」がありません。"), format!("「{first}」を加えてください。")));
    }
    if starts("duplicate field") {
        return Some((format!("「{first}」が二度書かれています。"), "どちらか一方だけを残してください。".to_owned()));
    }
    if message.contains("IP address syntax") {
        return Some((
            "IPアドレスとして読めません。".to_owned(),
            "192.0.2.1 のように、ホスト名ではなくアドレスそのものを書いてください。".to_owned(),
        ));
    }
    if message.contains("did not match any variant") || starts("wanted exactly") {
        return Some((
            "書かれている項目の組み合わせが、どの書き方にも合いません。".to_owned(),
            "見本（docs/manual-cli.ja.md）の同じ項目と見比べ、決まった組み合わせで書いてください。".to_owned(),
        ));
    }
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, wanted) = rest.split_once(", expected ").unwrap_or((rest, ""));
    let wanted = wanted.split(" at line ").next().and_then(sort_wanted);
    let what = match names.first().filter(|_| found.starts_with("integer") || found.starts_with("floating")) {
        Some(number) => format!("数 {number} は使えません。"),
        None => format!("{}が書かれています。", sort_found(found)),
    };
    let next = wanted.unwrap_or_else(|| "値の書き方を、見本の同じ項目と見比べてください。".to_owned());
    Some((what, next))
}

fn sort_found(found: &str) -> &'static str {
    let sorts = [
        ("string", "文字列"),
        ("character", "文字列"),
        ("integer", "整数"),
        ("floating", "小数"),
        ("boolean", "真偽値（true / false）"),
        ("sequence", "配列 [ … ]"),
        ("map", "表 { … }"),
        ("null", "空の値（null）"),
        ("unit", "空の値（null）"),
    ];
    sorts.into_iter().find(|(word, _)| found.starts_with(word)).map_or("別の種類の値", |(_, japanese)| japanese)
}

fn sort_wanted(wanted: &str) -> Option<String> {
    let most = match wanted {
        "u8" => u64::from(u8::MAX),
        "u16" => u64::from(u16::MAX),
        "u32" => u64::from(u32::MAX),
        "u64" | "usize" => u64::MAX,
        _ => {
            let sorts = [
                ("a string", "文字列を \" と \" で囲んで書いてください。"),
                ("string", "文字列を \" と \" で囲んで書いてください。"),
                ("a boolean", "true か false を書いてください。"),
                ("a sequence", "[ と ] で囲んで並べてください。"),
                ("a map", "表 { 名前 = 値 } の形で書いてください。"),
                ("struct", "表 { 名前 = 値 } の形で書いてください。"),
                ("tuple struct", "表 { 名前 = 値 } の形で書いてください。"),
            ];
            let found = sorts.into_iter().find(|(word, _)| wanted.starts_with(word));
            return found.map(|(_, japanese)| japanese.to_owned());
        }
    };
    Some(format!("0 以上 {most} 以下の整数を書いてください。"))
}

/// A day that cannot be read.
fn of_day(message: &str) -> Option<(String, String)> {
    let about =
        ["date", "parsing day", "parsing month", "parsing year", "'day'", "'month'", "'year'", "digit integer as"];
    about.iter().any(|word| message.contains(word)).then(|| {
        let next = "日は \"2026-04-01\" の形で、実在する日を書いてください。";
        ("日付を読み取れません。".to_owned(), next.to_owned())
    })
}

/// A figure that no number is, or that is beyond its bounds.
fn of_number(message: &str) -> Option<(String, String)> {
    if let Some((value, bounds)) = message.split_once(" is not in ") {
        let (least, most) = bounds.split_once("..").unwrap_or((bounds, ""));
        let most = most.trim_start_matches('=');
        let value = value.trim();
        return Some((
            format!("数 {value} は範囲の外です。"),
            format!("{least} から {most} までの整数を書いてください。"),
        ));
    }
    let known = [
        ("too large to fit", "数が大きすぎます。", "小さい数にしてください。"),
        ("too small to fit", "数が小さすぎます。", "0 以上の整数を書いてください。"),
        ("overflow", "数が大きすぎます。", "小さい数にしてください。"),
        ("out of range", "数が大きすぎるか、小さすぎます。", "数を確かめてください。"),
        ("invalid digit", "数ではない文字があります。", "半角の数字だけで書いてください。"),
        ("parse integer from empty", "数が書かれていません。", "半角の数字で書いてください。"),
    ];
    first_in(message, &known)
}

/// What breaks the writing of JSON.
fn of_json(message: &str) -> Option<(String, String)> {
    let known = [
        ("EOF while parsing", "途中で終わっています。", "括弧や引用符の閉じ忘れがないか確かめてください。"),
        ("trailing comma", "最後の「,」が余分です。", "「,」を消してください。"),
        ("trailing characters", "終わりのあとに余分な文字があります。", "余分な文字を消してください。"),
        ("key must be a string", "名前が \" で囲まれていません。", "名前を \" と \" で囲んでください。"),
        ("expected `,`", "「,」か閉じ括弧がありません。", "値と値の間に「,」を書き、終わりの括弧を閉じてください。"),
        ("expected `:`", "「:」がありません。", "\"名前\": 値 の形で書いてください。"),
        ("expected value", "値がありません。", "値を書いてください。文字は \" で囲みます。"),
        (
            "expected ident",
            "true・false・null の書き方が正しくありません。",
            "つづりを確かめてください。文字は \" で囲みます。",
        ),
        ("invalid number", "数の書き方が正しくありません。", "数を確かめてください。"),
        ("invalid escape", "\\ の後の書き方が正しくありません。", "\\ そのものは \\\\ と書いてください。"),
        ("control character", "文字列の中に改行などの制御文字があります。", "改行は \\n と書いてください。"),
        ("surrogate", "\\u の書き方が正しくありません。", "文字をそのまま書いてください。"),
        ("unicode code point", "\\u の書き方が正しくありません。", "文字をそのまま書いてください。"),
        ("recursion limit", "入れ子が深すぎます。", "括弧の閉じ忘れがないか確かめてください。"),
    ];
    first_in(message, &known)
}

/// What is said of the first of these signs that a message holds.
fn first_in(message: &str, known: &[(&str, &str, &str)]) -> Option<(String, String)> {
    let (_, what, next) = known.iter().find(|(sign, ..)| message.contains(sign))?;
    Some(((*what).to_owned(), (*next).to_owned()))
}

/// The names between backticks.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_a_reader_goes_over_but_names() {
        for (message, wanted) in [
            (
                "unknown field `notce`, expected one of `notice`, `contact`",
                "「notce」という項目はありません。次の名前から選んでください：notice、contact",
            ),
            (
                "unknown variant `sidence_days`, expected `silence_days`",
                "「sidence_days」という値はありません。次の名前から選んでください：silence_days",
            ),
            ("missing field `from`", "「from」がありません。「from」を加えてください。"),
            (
                "data did not match any variant of untagged enum Hours",
                "書かれている項目の組み合わせが、どの書き方にも合いません。見本（docs/manual-cli.ja.md）の同じ項目と見比べ、決まった組み合わせで書いてください。",
            ),
            (
                "invalid value: integer `70000`, expected u16",
                "数 70000 は使えません。0 以上 65535 以下の整数を書いてください。",
            ),
            (
                "invalid type: string \"x\", expected a boolean",
                "文字列が書かれています。true か false を書いてください。",
            ),
            ("number too large to fit in target type", "数が大きすぎます。小さい数にしてください。"),
            ("99999 is not in 0..=65535", "数 99999 は範囲の外です。0 から 65535 までの整数を書いてください。"),
            (
                "EOF while parsing a value at line 1 column 2",
                "途中で終わっています。括弧や引用符の閉じ忘れがないか確かめてください。",
            ),
        ] {
            assert_eq!(told(message, "").to_string(), wanted, "{message}");
        }
        let strange = told("something that no version has said yet", "").to_string();
        assert!(!strange.contains("version"), "{strange}");
    }
}
