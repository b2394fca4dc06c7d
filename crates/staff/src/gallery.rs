//! One page with an example of every part, made by a test: `SHIRUBE_GALLERY` names the folder it is written to.

use crate::assets;
use crate::field::{Choice, Chosen, Field, Kind, Line, Problem};
use crate::invitation::Seed;
use crate::office::{PersonRow, PositionRow};
use crate::page::{Link, NavLink, Said, Shell};
use crate::parts::{
    Basis, Cell, Copy, Empty, Ending, Head, Moment, Notice, Pages, Passage, Place, Preview, Quote, Shape, Stage, Tab,
    Table, Tag, Task, Tone, Urgency,
};
use crate::refused::{Refused, RefusedItem};
use askama::Template;

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    shell: Shell,
    notices: Vec<Notice>,
    tags: Vec<Tag>,
    bases: Vec<Basis>,
    tasks: Vec<Task>,
    moments: Vec<Moment>,
    stages: Vec<Stage>,
    tabs: Vec<Tab>,
    table: Table,
    nothing: Table,
    pages: Pages,
    facts: Vec<(String, Cell)>,
    passages: Vec<Passage>,
    copy: Copy,
    quote: Quote,
    preview: Preview,
    ending: Ending,
    problems: Vec<Problem>,
    fields: Vec<Field>,
    positions: Vec<PositionRow>,
    seed: Seed,
}

/// What stands in the place of the errors where a rule has refused; no page has both.
#[derive(Template)]
#[template(path = "gallery_refused.html")]
struct RefusedGallery {
    shell: Shell,
    refused: Refused,
    hidden: Vec<(String, String)>,
}

fn gallery() -> Gallery {
    Gallery {
        shell: shell(),
        notices: notices(),
        tags: tags(),
        bases: vec![clause(), practice()],
        tasks: tasks(),
        moments: moments(),
        stages: vec![
            stage("使うＳＮＳ", Some("#1"), Place::Done),
            stage("目的と対象", None, Place::Now),
            stage("発信と返信", Some("#3"), Place::Later),
            stage("確かめて届け出る", None, Place::Later),
        ],
        tabs: vec![
            tab("公式", Place::Now),
            tab("準備中", Place::Later),
            tab("休止", Place::Later),
            tab("すべて", Place::Later),
        ],
        table: accounts(),
        nothing: Table { rows: Vec::new(), ..accounts() },
        pages: Pages { first: Some("#b".into()), after: Some("#a".into()), shown: "「か」から50件".into() },
        facts: facts(),
        passages: vec![
            Passage::Same("受付時間は、".into()),
            Passage::Removed("8:30".into()),
            Passage::Added("9:00".into()),
            Passage::Same("から17:15までです。".into()),
        ],
        copy: Copy {
            id: "profile".into(),
            label: "プロフィールに書く文".into(),
            text: "みほん町観光課の公式アカウントです。\n個別の返信は行いません。".into(),
        },
        quote: Quote {
            number: "第4条第1項".into(),
            words: "所属長は、利用方針を定め、広報室へ届け出なければならない。".into(),
            note: Some("利用方針は、この画面で書けます。".into()),
        },
        preview: Preview { title: "様式".into(), html: "<p>様式１</p>".into(), href: "#form".into() },
        ending: Ending { left: 1_800_000, until: "15時40分".into() },
        problems: vec![
            Problem {
                field: Some("purpose".into()),
                words: "目的を書いてください。何のために発信するかを一文で書きます。".into(),
                basis: Some(clause()),
            },
            Problem {
                field: None,
                words: "届出は所属長が行います。観光課長に頼んでください。".into(),
                basis: Some(practice()),
            },
        ],
        fields: fields(),
        positions: positions(),
        seed: Seed {
            drawn: public::qr::svg("otpauth://totp/mihon?secret=JBSWY3DPEHPK3PXP"),
            typed: "JBSW Y3DP EHPK 3PXP".into(),
        },
    }
}

fn refused() -> RefusedGallery {
    let item = |href: Option<&str>, words: &str| RefusedItem {
        href: href.map(Into::into),
        words: words.into(),
        basis: Some(clause()),
    };
    RefusedGallery {
        shell: shell(),
        refused: Refused {
            what: "利用方針に、まだ書かれていないところがあります。".into(),
            field: None,
            basis: Some(clause()),
            meanwhile: vec!["令和8年11月18日、観光課長が「届出」を行いました。".into()],
            items: vec![
                item(Some("#f-purpose"), "目的を一文で書いてください。"),
                item(None, "決裁の写しがありません。"),
            ],
            next: "直してから、もう一度届け出てください。入力した内容は残っています。".into(),
        },
        hidden: vec![("key".into(), "\"><script>".into())],
    }
}

fn positions() -> Vec<PositionRow> {
    let position = |title: &str, rank: &str, people| PositionRow { title: title.into(), rank: rank.into(), people };
    let held = |number: &str, capacity| PersonRow { person: link(number, "#person"), capacity };
    vec![
        position("観光課長", "課長級", vec![held("職員番号 1", ""), held("職員番号 2", "代決者")]),
        position("観光課係長", "係長級", Vec::new()),
    ]
}

fn shell() -> Shell {
    let room = |rest: &str, words, current| NavLink { href: format!("/000000/{rest}"), words, current };
    Shell {
        town: "000000".into(),
        town_name: "みほん町".into(),
        named: String::new(),
        title: "部品の見本".into(),
        crumbs: vec![link("設定", "/000000/settings")],
        nav: vec![
            room("tasks", "やること", "true"),
            room("cases", "案件", ""),
            room("accounts", "アカウント", ""),
            room("ledger", "台帳", ""),
        ],
        who: "観光課 係長・広報室 室員".into(),
        name: "mihon".into(),
        said: Some(Said { tone: "success", words: "下書きを保存しました。".into() }),
        ending: None,
    }
}

fn link(words: &str, href: &str) -> Link {
    Link { href: href.into(), words: words.into() }
}

fn notices() -> Vec<Notice> {
    let notice =
        |tone, title: &str, body: &str, next| Notice { tone, title: title.into(), body: Some(body.into()), next };
    vec![
        notice(
            Tone::Info,
            "4月1日から新しいガイドラインになります",
            "進行中の案件は、いまのガイドラインのままです。",
            None,
        ),
        notice(Tone::Success, "届け出ました", "広報室の受理を待っています。", None),
        notice(
            Tone::Warning,
            "公開一覧の期限が近づいています",
            "あと2日で「確認できません」と答えるようになります。",
            None,
        ),
        notice(
            Tone::Danger,
            "届け出られません",
            "利用方針の「目的」がまだ書かれていません。",
            Some(link("目的を書く", "#f-purpose")),
        ),
    ]
}

fn tags() -> Vec<Tag> {
    vec![
        Tag::new("公式", Shape::Official),
        Tag::new("進行中", Shape::Going),
        Tag::new("完了", Shape::Done),
        Tag::new("取下げ", Shape::Withdrawn),
        Tag::new("休止", Shape::Paused),
        Tag::new("廃止", Shape::Ended),
        Tag::new("届出前", Shape::Plain),
    ]
}

fn clause() -> Basis {
    Basis::Clause {
        number: "第4条第1項".into(),
        words: "所属長は、利用方針を定め、広報室へ届け出なければならない。".into(),
        href: "/000000/guideline#4-1".into(),
    }
}

fn practice() -> Basis {
    Basis::Practice { words: String::new() }
}

fn tasks() -> Vec<Task> {
    let task = |what: &str, due: Option<&str>, urgency, basis| Task {
        what: link(what, "#task"),
        subject: "観光課・X「みほん町観光だより」".into(),
        due: due.map(Into::into),
        urgency,
        since: "令和8年11月20日から待っています（観光課長の後）".into(),
        strength: "しなければならない".into(),
        basis,
    };
    vec![
        task("届出を受理する", Some("令和8年11月18日まで"), Urgency::Late, Some(clause())),
        task("公開一覧に掲載する", Some("令和8年11月24日まで"), Urgency::Soon, Some(practice())),
        task("プロフィールの表示を確かめる", None, Urgency::Calm, None),
    ]
}

fn moments() -> Vec<Moment> {
    let moment = |day: &str, position: &str, what: &str, place, basis| Moment {
        day: day.into(),
        position: position.into(),
        what: what.into(),
        note: None,
        basis,
        place,
    };
    vec![
        moment("令和8年11月16日", "観光課 係長", "利用方針を書いた", Place::Done, None),
        moment("令和8年11月18日", "観光課長", "届け出た", Place::Done, Some(clause())),
        moment("令和8年11月24日まで", "広報室長", "受理して番号をつける", Place::Now, Some(practice())),
        moment("その後", "広報室", "一覧に掲載する", Place::Later, Some(clause())),
    ]
}

fn stage(label: &str, href: Option<&str>, place: Place) -> Stage {
    Stage { label: label.into(), href: href.map(Into::into), place }
}

fn tab(label: &str, place: Place) -> Tab {
    Tab { label: label.into(), href: "#tab".into(), place }
}

fn accounts() -> Table {
    let row = |name: &str, handle: &str, tag, unit: &str, posts: &str| {
        vec![
            Cell::LinkPair(link(name, "#account"), handle.into()),
            Cell::Text("Ｘ".into()),
            tag,
            Cell::Text(unit.into()),
            Cell::Number(posts.into()),
        ]
    };
    Table {
        caption: "アカウント：2件".into(),
        heads: vec![Head::new("名前"), Head::new("ＳＮＳ"), Head::new("状態"), Head::new("所属"), Head::new("投稿")],
        rows: vec![
            row("みほん町観光だより", "@mihon_kanko", Cell::Tag(Tag::new("公式", Shape::Official)), "観光課", "1,204"),
            row("みほん町防災", "@mihon_bosai", Cell::Missing("まだ決まっていません"), "危機管理課", "38"),
        ],
        empty: Empty {
            title: "アカウントはまだありません。".into(),
            body: "いま使っているアカウントがあれば控え、なければ開設の案件を始めてください。".into(),
            next: Some(link("開設の案件を始める", "#open")),
        },
    }
}

fn facts() -> Vec<(String, Cell)> {
    vec![
        ("管理№".into(), Cell::Text("3".into())),
        ("URL".into(), Cell::Link(link("https://x.com/mihon_kanko", "https://x.com/mihon_kanko"))),
        ("状態".into(), Cell::Tag(Tag::new("公式", Shape::Official))),
        ("届出の日".into(), Cell::Pair("令和8年11月18日".into(), "2026年11月18日".into())),
        ("認証バッジ".into(), Cell::Missing("まだありません")),
    ]
}

fn fields() -> Vec<Field> {
    let picture =
        Choice { hint: Some("図や写真で伝えます".into()), ..Choice::new("picture", "画像", "picture") };
    let film = Choice { chosen: Chosen::Yes, ..Choice::new("film", "動画", "") };
    vec![
        Field::line("name", "アカウント名", "みほん町観光だより").hint("ＳＮＳに出る名前のとおりに書きます。"),
        Field::new("url", "URL", Kind::Line { value: "https://x.com/mihon_kanko".into(), sort: Line::Address })
            .optional(),
        Field::new("purpose", "目的", Kind::Long { value: String::new(), rows: 4, most: Some(200) })
            .hint("何のために発信するかを一文で書きます。")
            .basis(Some(clause()))
            .error(Some("目的を書いてください。".into())),
        Field::new(
            "from",
            "利用を始める日",
            Kind::Day { value: "2026-12-01".into(), wareki: Some("令和8年12月1日".into()) },
        ),
        Field::new(
            "network",
            "ＳＮＳ",
            Kind::Select(vec![Choice::new("", "選んでください", "x"), Choice::new("x", "Ｘ", "x")]),
        ),
        Field::new(
            "reply",
            "返信",
            Kind::Radio(vec![
                Choice::new("none", "個別の返信は行わない", "none"),
                Choice::new("some", "必要に応じて返信する", "none"),
            ]),
        ),
        Field::new("media", "発信するもの", Kind::Checks(vec![picture, film])).optional().basis(Some(practice())),
        Field::new("proof", "決裁の写し", Kind::File { accept: "application/pdf,image/png,image/jpeg".into() })
            .hint("PDFか画像。10MBまで。")
            .optional(),
    ]
}

#[test]
fn the_gallery_shows_every_part_and_runs_no_words_as_code() {
    let mut gallery = gallery();
    gallery.notices.push(Notice { tone: Tone::Info, title: "<script>".into(), body: None, next: None });
    let page = gallery.render().unwrap();
    assert!(page.contains("お知らせ：&#60;script&#62;"), "words are escaped");
    assert_eq!(page.matches("<script").count(), 1, "only our own script");
    for inline in [" style=", " onclick=", "javascript:"] {
        assert!(!page.contains(inline), "{inline} would need a weaker content policy");
    }
}

/// Every template of parts, with the names under which pages import it.
const PARTS: [(&str, &str); 4] = [
    ("form", include_str!("../templates/parts/form.html")),
    ("posts", include_str!("../templates/parts/posts.html")),
    ("show", include_str!("../templates/parts/show.html")),
    ("work", include_str!("../templates/parts/work.html")),
];

#[test]
fn every_part_has_its_example() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/parts");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), PARTS.len(), "a file of parts is not looked at here");
    let pages = [
        include_str!("../templates/gallery.html"),
        include_str!("../templates/gallery_refused.html"),
        include_str!("../templates/layout.html"),
    ];
    for (file, text) in PARTS {
        for part in text.split("{%- macro ").skip(1).filter_map(|rest| rest.split_once('(')).map(|(name, _)| name) {
            // A part of a part is shown with the whole.
            let within =
                PARTS.iter().filter(|(own, _)| *own == file).any(|(_, own)| own.contains(&format!("call {part}(")));
            let shown = pages.iter().any(|page| page.contains(&format!("call {file}::{part}(")));
            assert!(shown || within, "no example of {file}::{part}");
        }
    }
    let page = refused().render().unwrap();
    assert!(page.contains("まだ記録されていません") && page.contains("value=\"&#34;&#62;&#60;script&#62;\""), "{page}");
}

#[test]
fn every_style_that_a_part_names_is_defined_and_every_place_is_named_once() {
    let page = gallery().render().unwrap();
    let style = include_str!("../assets/staff.css");
    for class in page.split("class=\"").skip(1).flat_map(|rest| rest.split('"').next().unwrap().split(' ')) {
        assert!(
            style.contains(&format!(".{class}")) || ["value", "calm", "later", "plain"].contains(&class),
            "no style for {class}"
        );
    }
    let mut places: Vec<_> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    places.sort_unstable();
    let all = places.len();
    places.dedup();
    assert_eq!(places.len(), all, "an id stands twice");
    for named in page.split("aria-describedby=\"").skip(1).flat_map(|rest| rest.split('"').next().unwrap().split(' ')) {
        assert!(places.binary_search(&named).is_ok(), "{named} describes, but is not there");
    }
}

#[test]
fn the_gallery_is_written_where_it_can_be_looked_at() {
    let Some(folder) = option_env!("SHIRUBE_GALLERY").map(std::path::Path::new) else { return };
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    std::fs::write(folder.join("index.html"), gallery().render().unwrap()).unwrap();
    for plain in ["staff.css", "staff.js", "sign.svg"] {
        let address = assets::href(plain);
        let name = address.strip_prefix(assets::ROOT).unwrap();
        std::fs::write(folder.join("assets").join(name), assets::asset(name).unwrap().bytes).unwrap();
    }
}
