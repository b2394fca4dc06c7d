//! What the tokens alone tell: too large, too deep, a bracket left open.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::problem::{Said, said};

/// The largest file that is read.
const MAX_BYTES: usize = 1024 * 1024;
/// The deepest nesting of brackets; the format itself needs four.
const MAX_DEPTH: usize = 64;
/// The longest dotted key; the format itself needs three.
const MAX_KEY: usize = 8;

/// What can be seen in the tokens alone.
#[derive(Default)]
pub(super) struct Scan {
    /// The file is too large or too deep to be built.
    pub(super) refused: Option<(usize, Said)>,
    /// A bracket that was opened and not closed before the next entry.
    pub(super) unclosed: Option<(usize, Said)>,
}

/// Looks through the tokens before anything is built from them.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    if text.len() > MAX_BYTES {
        let words = said("ファイルが大きすぎます。")
            .expected("1 MiB までです。")
            .next("別のファイルを選んでいないか確かめてください。");
        scan.refused = Some((0, words));
        return scan;
    }
    let mut open: Vec<(TokenKind, usize, Line)> = Vec::new();
    let (mut dots, mut line) = (0usize, Line::Fresh);
    let (mut last, mut before_line) = (TokenKind::Newline, TokenKind::Newline);
    for token in Source::new(text).lex() {
        let (kind, at) = (token.kind(), token.span().start());
        dots = match kind {
            TokenKind::Dot => dots + 1,
            TokenKind::Atom | TokenKind::Whitespace | TokenKind::BasicString | TokenKind::LiteralString => dots,
            _ => 0,
        };
        if line == Line::Fresh {
            before_line = last;
        }
        line = line.then(kind);
        if scan.unclosed.is_none()
            && let Some((bracket, opened, within)) = open.last()
        {
            let (what, end) = match bracket {
                TokenKind::LeftSquareBracket if *within == Line::Heading => ("見出しの [ が閉じていません。", "]"),
                TokenKind::LeftSquareBracket => ("配列の [ が閉じていません。", "]"),
                _ => ("{ が閉じていません。", "}"),
            };
            // In a list no entry can begin; between braces one can, but only after a comma, and a heading never.
            let begins = match bracket {
                TokenKind::LeftSquareBracket => line == Line::Entry,
                _ => {
                    line == Line::Heading
                        || line == Line::Entry && !matches!(before_line, TokenKind::Comma | TokenKind::LeftCurlyBracket)
                }
            };
            if begins {
                let words = said(what)
                    .expected(format!("次の項目より前に {end} で閉じます。"))
                    .next(format!("終わりに {end} を書いてください。"));
                scan.unclosed = Some((*opened, words));
            }
        }
        if !matches!(kind, TokenKind::Whitespace | TokenKind::Newline | TokenKind::Comment) {
            last = kind;
        }
        match kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                open.push((kind, at, line));
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                open.pop();
            }
            _ => {}
        }
        if open.len() > MAX_DEPTH || dots > MAX_KEY {
            let words = said("入れ子が深すぎます。")
                .expected(format!("括弧は {MAX_DEPTH} 段、点でつなぐ名前は {MAX_KEY} 段までです。"))
                .next("括弧の閉じ忘れがないか、この行から前を確かめてください。");
            scan.refused = Some((at, words));
            return scan;
        }
    }
    scan
}

/// How far a line looks like `name = …` or like a heading.
#[derive(Clone, Copy, PartialEq)]
enum Line {
    Fresh,
    Name,
    Entry,
    Heading,
    Other,
}

impl Line {
    fn then(self, kind: TokenKind) -> Self {
        match (self, kind) {
            (_, TokenKind::Newline) => Self::Fresh,
            (same, TokenKind::Whitespace) => same,
            (Self::Fresh, TokenKind::Atom) => Self::Name,
            (Self::Fresh, TokenKind::LeftSquareBracket) => Self::Heading,
            (Self::Name, TokenKind::Equals) => Self::Entry,
            _ => Self::Other,
        }
    }
}
