//! The parser's messages in Japanese.

use super::problem::{Said, said};

/// What the parser's message holds, what is wrong, what to do next; the first that fits is taken.
const KNOWN: [(&str, &str, &str); 25] = [
    ("duplicate key", "同じ名前が二度書かれています。", "どちらか一方だけを残してください。"),
    ("string values must be quoted", "文字の値が引用符で囲まれていません。", "値を \" と \" で囲んでください。"),
    ("unclosed array table", "表の見出し [[ … ]] が閉じていません。", "見出しの終わりに ]] を書いてください。"),
    ("unclosed array", "配列の [ が閉じていません。", "終わりに ] を書いてください。"),
    ("unclosed inline table", "{ が閉じていません。", "終わりに } を書いてください。"),
    ("unclosed table", "表の見出し [ … ] が閉じていません。", "見出しの終わりに ] を書いてください。"),
    (
        "invalid basic string",
        "文字列が正しくありません。引用符の閉じ忘れか、使えない文字があります。",
        "文字列を同じ行の \" で閉じ、\\ は \\\\ と書いてください。改行を含む文は \"\"\" で囲みます。",
    ),
    (
        "invalid literal string",
        "文字列が正しくありません。引用符の閉じ忘れがあります。",
        "文字列を同じ行の ' で閉じてください。改行を含む文は ''' で囲みます。",
    ),
    ("invalid multi-line", "複数行の文字列が正しくありません。", "始めと同じ三つの引用符で閉じてください。"),
    (
        "missing escaped value",
        "\\ の後の書き方が正しくありません。",
        "\\ そのものは \\\\ と書くか、文を ' で囲んでください。",
    ),
    ("too few unicode", "\\u の後の桁数が足りません。", "文字をそのまま書いてください。"),
    ("key with no value", "名前だけがあり、値がありません。", "「名前 = 値」の形にしてください。"),
    ("missing value", "= の後に値がありません。", "値を書くか、この行を消してください。"),
    ("extra `=`", "= が余分です。", "= を一つにしてください。"),
    ("extra comma", "「,」が余分です。", "余分な「,」を消してください。"),
    ("missing comma", "「,」がありません。", "値と値の間に「,」を書いてください。"),
    ("missing assignment", "= がありません。", "「名前 = 値」の形にしてください。"),
    ("extra assignment", "= の位置が正しくありません。", "一行に「名前 = 値」を一つだけ書いてください。"),
    (
        "invalid unquoted key",
        "名前に使えない文字があります。",
        "名前は半角の英小文字・数字・_ で書いてください（全角の ＝ や空白が混じっていないか確かめてください）。",
    ),
    ("unquoted keys cannot be empty", "名前がありません。", "= の前に名前を書いてください。"),
    ("invalid key-value pair", "「名前 = 値」の形になっていません。", "行の書き方を確かめてください。"),
    ("missing key", "名前がありません。", "= の前に名前を書いてください。"),
    ("carriage return", "改行の文字が壊れています。", "エディタで改行コードを LF か CRLF にして保存し直してください。"),
    ("invalid comment character", "注釈に使えない制御文字があります。", "その文字を消してください。"),
    ("recurs", "入れ子が深すぎます。", "括弧の閉じ忘れがないか確かめてください。"),
];

/// Signs that an input method writes wide, and that mean nothing to the parser.
const WIDE: [char; 11] = ['＝', '［', '］', '｛', '｝', '“', '”', '＂', '，', '　', '＃'];

/// A syntax error in Japanese, in general words where there is no sentence for it.
///
/// `rest` is what stands on the line from the place of the error on.
pub(super) fn syntax(message: &str, rest: &str) -> Said {
    if let Some(wide) = rest.trim_start().chars().next().filter(|c| WIDE.contains(c)) {
        return said(format!("全角の「{wide}」が書かれています。"))
            .expected("「=」・括弧・引用符・空白は半角です。")
            .next("半角に直してください。");
    }
    let message = if message.contains("must be quoted") && rest.trim().is_empty() { "missing value" } else { message };
    let shared = "TOML の書き方に従います。";
    KNOWN.iter().find(|(start, ..)| message.contains(start)).map_or_else(
        || {
            said("TOML の書き方が正しくありません。")
                .expected(shared)
                .next("この行と、その前の行の括弧・引用符・「=」を確かめてください。")
        },
        |(_, what, next)| said(*what).expected(shared).next(*next),
    )
}

/// The same for any other file: what is wrong, and what to do next.
pub(crate) fn syntax_told(message: &str, rest: &str) -> (String, String) {
    let words = syntax(message, rest);
    (words.what, words.next)
}
