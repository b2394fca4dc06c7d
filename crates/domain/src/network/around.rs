//! Taking an address out of the text that surrounds it: a sentence, a bracket, a heading, a quotation mark.
//!
//! What is cut off must be certain to be no part of the address. A letter that could belong to a name stays, and then
//! the whole is no address: `mihon_city` with a Cyrillic letter behind it is another name, never this one.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::beside;
use super::data::Networks;
use super::reading::{Reading, Unclear, read_whole};
use super::typed::{is_invisible, known_host};

/// Words before a colon that make a scheme of what follows, and no heading of it.
pub(super) const NESTING: [&str; 10] =
    ["javascript", "data", "vbscript", "blob", "view-source", "file", "intent", "feed", "about", "filesystem"];

/// Brackets and quotation marks, which no address has.
const BRACKETS: &str = "<>\"`()[]{}|^";

/// The same in Japanese texts, with the comma.
const WIDE_BRACKETS: &str = "（）「」『』【】［］｛｝〈〉《》〔〕“”‘’、";

/// Reads a text that is no address by itself: the one address in it, or why there is not exactly one.
///
/// `None` where nothing stands around an address.
pub fn taken_out(input: &str, networks: &Networks) -> Option<Reading> {
    let text = input.trim();
    if opens_with_scheme(text, networks) {
        return None;
    }
    let found = Scan::of(text, networks);
    let unclear = |reason| Some(Reading::Unclear { reason });
    if hides_letters(text, &found.pieces) {
        return unclear(Unclear::Invisible);
    }
    if found.pieces.is_empty() {
        let [mention] = found.mentions.as_slice() else { return None };
        if !mention.is_ascii() && !mention.starts_with('＠') {
            return None;
        }
        let alone = *mention == text || text.starts_with(['@', '＠']) && text.is_ascii();
        let read = if alone { None } else { Some(read_whole(mention, networks)) };
        return read.filter(|read| matches!(read, Reading::Handle { .. }));
    }
    let mut readings: Vec<(&Piece<'_>, &str, Reading)> = Vec::new();
    let mut cut_off = Vec::new();
    for piece in &found.pieces {
        let (taken, reading) = piece.read(networks);
        cut_off.extend(piece.text.strip_prefix(taken).filter(|tail| !tail.is_empty()));
        let known = readings.iter().any(|(_, _, other)| other.is_of(&reading));
        if !known {
            readings.push((piece, taken, reading));
        }
    }
    let [(piece, taken, _)] = readings.as_slice() else {
        return unclear(Unclear::SeveralAddresses(readings.iter().map(|(_, taken, _)| (*taken).to_owned()).collect()));
    };
    if *taken == text {
        return None;
    }
    let (taken, goes_on) = ((*taken).to_owned(), piece.goes_on);
    if found.pieces.iter().any(|piece| piece.glued) {
        return unclear(Unclear::Glued { taken });
    }
    let mut rest = found.gaps(text).chain(cut_off.iter().copied());
    let other = rest.find_map(|part| beside::address_in(part, networks));
    // A name in what was cut off was never looked for.
    let named = || cut_off.iter().find(|tail| tail.contains(['@', '＠'])).map(|tail| (*tail).to_owned());
    if let Some(other) = other.or_else(named) {
        return unclear(Unclear::PerhapsAnother { taken, other });
    }
    if goes_on == GoesOn::Broken {
        return unclear(Unclear::Broken { taken });
    }
    let reading = readings.pop().map(|(_, _, reading)| reading)?;
    if matches!(reading, Reading::Unclear { .. }) {
        return Some(reading);
    }
    let named = found.mentions.iter().map(|name| name.trim_start_matches(['@', '＠']).to_owned()).collect();
    let mails = found.mails.iter().map(|mail| (*mail).to_owned()).collect();
    Some(Reading::Within { taken, goes_on: goes_on == GoesOn::Perhaps, named, mails, reading: Box::new(reading) })
}

/// What may be another address in a text that can be read as one: where its path goes on as a sentence, it need not be one.
pub(super) fn perhaps_another(text: &str, networks: &Networks) -> Option<Unclear> {
    let text = text.trim_start();
    let after = ["https://", "http://"].into_iter().find(|scheme| begins(text, scheme)).map_or(0, str::len);
    let path = after + text.get(after..)?.find('/')?;
    let is_sentence = |c: char| WIDE_BRACKETS.contains(c) || matches!(c, '。' | '！' | '？');
    let (taken, rest) = text.split_at_checked(path + text.get(path..)?.find(is_sentence)?)?;
    let named = || rest.contains(['@', '＠']).then(|| rest.to_owned());
    let other = beside::address_in(rest, networks).or_else(named)?;
    Some(Unclear::PerhapsAnother { taken: taken.to_owned(), other })
}

/// Whether a text begins with a scheme that would do something else with the address behind it.
///
/// What a scheme opens begins with slashes or a question; a heading (`BEGIN:VCARD`, `Tel:0940`) has only words behind it.
fn opens_with_scheme(text: &str, networks: &Networks) -> bool {
    let Some((word, rest)) = text.split_once(':') else { return false };
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let lower = word.to_ascii_lowercase();
    let web = rest.starts_with("//") && ends_with_web(&lower) || lower == "http" || lower == "https";
    let before = rest.split(char::is_whitespace).next().and_then(|first| first.split("http").next());
    let opens = before.is_some_and(|before| before.contains(['/', '?', '=', '%', '&']));
    let rest = rest.trim_start();
    let host = rest.get(..run(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or_default();
    let address = rest.to_ascii_lowercase().starts_with("http") || known_host(host, networks);
    is_word && !web && (!address && opens || NESTING.contains(&lower.as_str()))
}

/// Whether a word ends with `http` or `https` as a part of its own: `1.https`, `-https`.
fn ends_with_web(lower: &str) -> bool {
    lower.rsplit(['.', '-', '+', '_']).next().is_some_and(|last| last == "http" || last == "https")
}

/// Whether letters that cannot be seen stand anywhere but in a sign outside the addresses, such as an emoji.
fn hides_letters(text: &str, pieces: &[Piece<'_>]) -> bool {
    let mut before = ' ';
    text.char_indices().any(|(at, c)| {
        let dresses = matches!(u32::from(c), 0x200d | 0xfe0e | 0xfe0f | 0xe0100..=0xe01ef) && !before.is_ascii();
        before = c;
        is_invisible(c) && (!dresses || pieces.iter().any(|piece| piece.covers(at)))
    })
}

/// What a text holds that is, or names, an address.
#[derive(Default)]
struct Scan<'a> {
    pieces: Vec<Piece<'a>>,
    /// Names with `@` outside the addresses.
    mentions: Vec<&'a str>,
    /// Mail addresses.
    mails: Vec<&'a str>,
    /// Where all of these stand.
    read: Vec<Range<usize>>,
}

/// One address in a text.
struct Piece<'a> {
    at: usize,
    text: &'a str,
    /// How many underlines stand before it, which then stand behind it too.
    emphasis: usize,
    goes_on: GoesOn,
    /// Whether a letter stands right before a host without its scheme: `公式x.com` is a host of its own.
    glued: bool,
}

/// Whether what follows an address may be the rest of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    /// It ends there.
    No,
    /// A word in plain letters follows a space: an address that was torn, or a sentence.
    Perhaps,
    /// A line ends, or a space stands, before what an address would go on with.
    Broken,
}

impl<'a> Scan<'a> {
    fn of(text: &'a str, networks: &Networks) -> Self {
        let mut scan = Self::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let lead = text.get(..at).unwrap_or_default();
            let length = match start(rest, lead, networks) {
                Some(Start::Address(length)) => {
                    let emphasis = lead.chars().rev().take_while(|c| *c == '_').count();
                    let taken = rest.get(..length).unwrap_or(rest);
                    let goes_on = goes_on(rest.get(length..).unwrap_or_default());
                    let has_scheme = ["http:", "https:"].iter().any(|scheme| begins(taken, scheme));
                    let letter = |c: char| !c.is_ascii() && (is_letter(c) || is_combining_mark(c));
                    let glued = !has_scheme && !taken.starts_with(['@', '＠']) && lead.ends_with(letter);
                    scan.pieces.push(Piece { at, text: taken, emphasis, goes_on, glued });
                    Some(length)
                }
                Some(Start::Mention(length)) => {
                    scan.mentions.extend(rest.get(..length));
                    Some(length)
                }
                Some(Start::Mail(length)) => {
                    scan.mails.extend(rest.get(..length));
                    Some(length)
                }
                None => None,
            };
            let end = at + length.unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
            scan.read.extend(length.map(|_| at..end));
            at = end;
        }
        scan
    }

    /// What stands between all that was read.
    fn gaps(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let starts = std::iter::once(0).chain(self.read.iter().map(|range| range.end));
        let ends = self.read.iter().map(|range| range.start).chain(std::iter::once(text.len()));
        starts.zip(ends).filter_map(|(start, end)| text.get(start..end))
    }
}

impl<'a> Piece<'a> {
    fn covers(&self, at: usize) -> bool {
        (self.at..self.at + self.text.len()).contains(&at)
    }

    /// The piece as an address: as it stands if that is one, else without the marks or the sentence behind it.
    fn read(&self, networks: &Networks) -> (&'a str, Reading) {
        if is_cut_short(self.text) {
            return (self.text, read_whole(self.text, networks));
        }
        let marks = self.text.trim_end_matches(is_closing_mark);
        let sentence = without_sentence(self.text);
        let bare = sentence.trim_end_matches(is_closing_mark);
        let ways = [self.text, marks, sentence, bare, bare.trim_end_matches('-')];
        let bare = |text| strip_tail(text, '_', self.emphasis);
        let readings = || ways.into_iter().map(bare).map(|text| (text, read_whole(text, networks)));
        // A page on no network's site is what it is only if nothing else can be read.
        let account = readings().find(|(_, reading)| reading.is_of_network());
        let page = || readings().find(|(_, reading)| reading.candidates().is_some());
        account.or_else(page).unwrap_or_else(|| (self.text, read_whole(self.text, networks)))
    }
}

enum Start {
    Address(usize),
    Mention(usize),
    Mail(usize),
}

/// What begins here, and how long it is.
fn start(rest: &str, lead: &str, networks: &Networks) -> Option<Start> {
    let before = lead.chars().next_back();
    let joined = before.is_some_and(|c| c.is_ascii_alphanumeric() || "/\\@#?&%.-+$".contains(c));
    let scheme = ["https://", "http://", "https:", "http:"].into_iter().find(|scheme| begins(rest, scheme));
    // A browser reads `https:x.com` as if it had its slashes.
    let has_host = |scheme: &&str| {
        let word = rest.get(scheme.len()..).unwrap_or_default();
        scheme.ends_with('/') || is_host(word.get(..run(word, is_host_letter)).unwrap_or_default(), networks)
    };
    if let Some(scheme) = scheme.filter(has_host) {
        return (!joined || ends_with_mark(lead)).then(|| Start::Address(address_length(rest, scheme.len())));
    }
    if joined {
        return None;
    }
    if let Some(name) = rest.strip_prefix(['@', '＠']) {
        let mark = rest.len() - name.len();
        let plain = run(name, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '·'));
        let behind = name.get(plain..).unwrap_or_default();
        let foreign = |c: char| is_combining_mark(c) || is_letter(c) && !c.is_ascii() && !is_japanese(c);
        // `講座＠中央公民館` is a place; a name begins a word, or has another alphabet's letters.
        let begins_word = !before.is_some_and(is_letter);
        let more = if plain == 0 && begins_word {
            run(behind, |c| is_letter(c) || is_combining_mark(c))
        } else {
            run(behind, |c| plain > 0 && foreign(c))
        };
        let (local, after) = name.split_at(plain + more);
        if local.is_empty() {
            return None;
        }
        let length = local.len();
        if let Some(server) = after.strip_prefix('@') {
            let host = run(server, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
            let host = server.get(..host).unwrap_or_default().trim_end_matches(['.', '-']);
            // With a path behind it, it is no name, and what it would open is another page.
            let alone = !server.get(host.len()..).is_some_and(|after| after.starts_with(['/', '?', '#', ':', '@']));
            return (alone && host.contains('.')).then(|| Start::Address(mark + length + 1 + host.len()));
        }
        return Some(Start::Mention(mark + local.trim_end_matches(['.', '-']).len()));
    }
    let length = run(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'));
    let (word, after) = rest.split_at(length);
    let lower = after.get(..9).unwrap_or(after).to_ascii_lowercase();
    // `item1.URL:https://…` has a heading, and `1.https://…` a number; neither is a host.
    if lower.starts_with(":http:/")
        || lower.starts_with(":https:/")
        || after.starts_with("://") && ends_with_web(&word.to_ascii_lowercase())
    {
        return None;
    }
    if after.starts_with('@') {
        let host = run(after.get(1..).unwrap_or_default(), |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        return (length > 0 && host > 0).then_some(Start::Mail(length + 1 + host));
    }
    let host = word.trim_end_matches('.');
    is_host(host, networks).then(|| Start::Address(address_length(rest, 0)))
}

/// Whether a text ends with what stands before an item of a list: `1.`, `a.`, `1-2.`, `#3.`, a dash.
fn ends_with_mark(lead: &str) -> bool {
    let apart = |c: char| c.is_whitespace() || !c.is_ascii() || BRACKETS.contains(c);
    let mark = lead.rsplit(apart).next().unwrap_or(lead).trim_start_matches(['#', '-', '*', '+', '.', '&']);
    let number = mark.trim_end_matches(['.', '-', '&']);
    let is_part = |part: &str| match part.as_bytes() {
        [one] => one.is_ascii_alphanumeric(),
        figures => (2..=3).contains(&figures.len()) && figures.iter().all(u8::is_ascii_digit),
    };
    number.is_empty() || number.len() < mark.len() && number.split(['.', '-']).all(is_part)
}

/// Whether a word without a scheme is the name of a host: labels, and letters at the end.
fn is_host(word: &str, networks: &Networks) -> bool {
    let lower = word.to_ascii_lowercase();
    let labels: Vec<&str> = lower.split('.').collect();
    let label = |label: &&str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let top = labels.last().is_some_and(|top| top.len() >= 2 && top.bytes().all(|b| b.is_ascii_lowercase()));
    labels.len() >= 2 && labels.iter().all(label) && top || networks.at_host(&lower).is_some()
}

/// How long the address at the start of a text is; what comes before `from` is its scheme.
fn address_length(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let ends_host = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '<' | '>' | '"' | '`');
    let host = rest.find(ends_host).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(host);
    if !tail.starts_with(['/', '?', '#']) {
        // A host alone ends where its own letters do.
        let plain = run(authority, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '@' | '%' | '_'));
        let named = authority.get(..plain).unwrap_or_default().trim_end_matches(['.', ':', '-']);
        let letters = authority.get(named.len()..).and_then(|after| after.chars().next());
        let whole = letters.is_some_and(|c| is_letter(c) && !is_japanese(c));
        return from + if whole { host } else { named.len() };
    }
    from + host + path_length(tail)
}

/// How far a path, a query and a fragment go.
fn path_length(tail: &str) -> usize {
    for (at, c) in tail.char_indices() {
        let behind = tail.get(at + c.len_utf8()..).unwrap_or_default();
        // Full stops in a row say that something was left out.
        let is_row = c == '.' && (behind.starts_with('.') || tail.get(..at).is_some_and(|lead| lead.ends_with('.')));
        if !is_row && ends_path(c, behind) {
            return at;
        }
        let goes_to_next = behind.starts_with("http://") || behind.starts_with("https://");
        if goes_to_next && (c == ',' || is_sign(c)) {
            return at;
        }
    }
    tail.len()
}

/// Whether a character cannot be part of a path that somebody copied.
fn ends_path(c: char, behind: &str) -> bool {
    if c.is_whitespace() || matches!(c, '<' | '>' | '"') || WIDE_BRACKETS.contains(c) {
        return true;
    }
    if BRACKETS.contains(c) {
        return !glues(c, behind);
    }
    // Marks in a row end an address only if nothing of an address follows the last of them.
    let next = behind.trim_start_matches(is_closing_mark).chars().next();
    if c.is_ascii() {
        // A full stop may stand within a name, whatever letters follow it.
        let within = is_joint(c) && next.is_some_and(char::is_alphanumeric);
        return is_closing_mark(c) && !within && ends(next);
    }
    // A sign that joins words makes another name of whatever it joins, and so does any sign in the middle of plain letters.
    let joins = is_elision(c) || !begins_word(c) || is_joint(c) && behind.starts_with(is_letter);
    is_sign(c) && !joins && ends(next)
}

/// Whether plain letters follow a bracket or a sign directly, so that it may be part of a name: `x.com/mihon^x`.
fn glues(c: char, behind: &str) -> bool {
    let remark = match c {
        '(' => behind.split_once(')'),
        '[' => behind.split_once(']'),
        _ => None,
    };
    // `x.com/mihon(official)` has a remark behind it, in brackets of its own.
    let is_remark = remark.is_some_and(|(within, after)| {
        !within.contains(char::is_whitespace) && !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    });
    let first = behind.trim_start_matches(['_', '^', '|', '`']).chars().next();
    !is_remark && first.is_some_and(|c| c.is_ascii_alphanumeric())
}

/// Whether a character outside ASCII is no part of any name; `·` is the one sign that a name may have.
fn is_sign(c: char) -> bool {
    !c.is_ascii() && !is_letter(c) && !is_combining_mark(c) && !is_invisible(c) && c != '·'
}

/// Whether a character can be a letter or a figure of a name: one in a circle or in brackets numbers an item (①⑴㈱).
fn is_letter(c: char) -> bool {
    let is_enclosed = matches!(u32::from(c), 0x2460..=0x24ff | 0x2776..=0x2793 | 0x3200..=0x33ff | 0x1f100..=0x1f2ff);
    c.is_alphanumeric() && !is_enclosed
}

/// Whether what comes next can be no part of an address.
fn ends(next: Option<char>) -> bool {
    next.is_none_or(|c| match c {
        _ if c.is_ascii() => !c.is_ascii_graphic() || is_closing_mark(c) || BRACKETS.contains(c),
        _ => !is_letter(c) || is_japanese(c),
    })
}

/// Marks that end a sentence or a quotation, and never an address.
fn is_closing_mark(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '\'' | '*' | '~') || is_wide_sign(c)
}

/// Full-width forms of the signs that stand in URLs.
fn is_wide_sign(c: char) -> bool {
    matches!(c, '＿' | '－' | '．' | '／' | '＠' | '：' | '？' | '＃' | '％' | '＆' | '＝' | '＋' | '～' | '。' | '｡')
}

/// Letters of Japanese and Korean sentences, which follow an address without a space and look like no letter of one.
fn is_japanese(c: char) -> bool {
    matches!(u32::from(c),
        0x3005..=0x3007 | 0x3041..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7a3
        | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3ffff)
}

/// Signs by which words are joined to one: what stands behind one of them may be the rest of a name.
fn is_joint(c: char) -> bool {
    matches!(c, '.' | '-' | '_' | '~' | '+' | '&' | '=' | '%' | '@' | '$' | '·' | '・' | '･' | '•' | '‧' | '∙' | '⋅')
        || matches!(u32::from(c),
            0x2010..=0x2015 | 0x203f..=0x2040 | 0x2044 | 0x2212 | 0x2215 | 0x301c | 0xfe33..=0xfe34 | 0xfe4d..=0xfe4f
            | 0xff03..=0xff06 | 0xff0b | 0xff0d..=0xff0f | 0xff1d | 0xff20 | 0xff3e..=0xff40 | 0xff5e)
}

/// Signs that say that letters were left out.
fn is_elision(c: char) -> bool {
    matches!(c, '…' | '‥' | '⋯')
}

/// Whether the letters of an address were left out in part, so that the rest of its name is not known.
fn is_cut_short(text: &str) -> bool {
    text.ends_with(is_elision) || text.ends_with("..")
}

/// Whether a word can begin with a letter: not with one that lengthens, repeats or changes the letter before it.
fn begins_word(c: char) -> bool {
    !is_combining_mark(c) && !matches!(c, 'ー' | 'ｰ' | 'ﾞ' | 'ﾟ' | '゛' | '゜' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' | '々' | '〇')
}

/// The address without the Japanese sentence that follows it; the host keeps its letters.
fn without_sentence(text: &str) -> &str {
    let after = text.find("://").map_or(0, |at| at + 3);
    let path = text.get(after..).and_then(|rest| rest.find('/')).map_or(text.len(), |at| after + at);
    let cut = text.get(path..).and_then(|rest| rest.find(is_japanese)).map_or(text.len(), |at| path + at);
    let is_foreign = |c: char| is_letter(c) && !c.is_ascii() && !is_japanese(c);
    match text.split_at_checked(cut) {
        Some((address, sentence))
            if !sentence.contains(is_foreign)
                && sentence.starts_with(|c: char| begins_word(c) && !is_joint(c))
                && !address.ends_with(is_joint) =>
        {
            address
        }
        _ => text,
    }
}

/// Whether what follows may be the rest of a torn address.
fn goes_on(after: &str) -> GoesOn {
    let after = after.trim_start_matches(is_closing_mark);
    let next = after.trim_start();
    let gap = after.get(..after.len() - next.len()).unwrap_or_default();
    let (first, second) = (next.chars().next(), next.chars().nth(1));
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let lower = next.get(..4).map(str::to_ascii_lowercase);
    if gap.is_empty() || lower.as_deref() == Some("http") {
        return GoesOn::No;
    }
    // A line that has a heading of its own is hardly the rest of an address.
    let heading = run(next, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let is_headed = next.get(heading..).is_some_and(|after| after.starts_with([':', ';', '：']));
    let joint = first.is_some_and(|c| "_.-/?&=%".contains(c)) && letter(second);
    if joint || gap.contains(['\n', '\r', '\t']) && letter(first) && !is_headed {
        return GoesOn::Broken;
    }
    if letter(first) { GoesOn::Perhaps } else { GoesOn::No }
}

/// Whether a text begins with a word, whatever its capitals.
fn begins(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Whether a character may stand in the name of a host.
fn is_host_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

/// How long the beginning of a text is of which every character fits.
fn run(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !fits(c)).unwrap_or(text.len())
}

/// A text without so many of one sign at its end.
fn strip_tail(text: &str, sign: char, most: usize) -> &str {
    (0..most).fold(text, |text, _| text.strip_suffix(sign).unwrap_or(text))
}
