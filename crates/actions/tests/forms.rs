//! What stands on paper: every form beside the words of the guideline, and the same words in every rendering.

use actions::{City, Opening, PrintOptions, Seals};
use documents::form::{Block, Document};
use documents::text::{printed, render};
use domain::evidence::{Evidence, ListingPlace};
use domain::id::CaseId;
use domain::policy::{Policy, Reply};
use jiff::civil::date;
use testkit::{Engine, Guide, Town, draft, who};

const PLAIN: PrintOptions = PrintOptions { seals: Seals::Without };

async fn town(guide: Guide) -> Town {
    Town::new(guide, Engine::File).await.expect("a file always opens")
}

fn id(case: &str) -> CaseId {
    CaseId::from(case)
}

/// What is filed for an account that answers in this way.
fn policy(stance: &str) -> Policy {
    Policy {
        reply: Some(Reply { stance: stance.to_owned(), text: None, contact: None }),
        note: Some("イベントの写真は市が撮影".to_owned()),
        ..draft(Guide::Notice, "mihon_kanko")
    }
}

async fn listed_by_decision(town: &Town) -> String {
    town.listed_by_decision(draft(Guide::Decision, "mihon_kanko")).await
}

async fn form(city: &City, case: &str, form: Option<&str>) -> Document {
    city.form(&id(case), form, PLAIN).await.expect("the form")
}

/// The official text of a town's guideline, line by line without the tabs that laid out its tables.
fn source(guide: Guide) -> Vec<String> {
    let source = String::from_utf8(Town::files(guide).source.expect("the official text")).expect("UTF-8");
    source.lines().map(|line| line.trim_matches('\t').trim_end_matches([' ', '\t']).to_owned()).collect()
}

/// The lines of the text from the one that is this mark, up to another.
fn between(lines: &[String], from: &str, to: Option<&str>) -> Vec<String> {
    let begin = lines.iter().position(|line| line == from).expect("the form's mark stands on a line");
    let rest = lines.iter().skip(begin);
    rest.take_while(|line| to.is_none_or(|to| *line != to)).filter(|line| !line.trim().is_empty()).cloned().collect()
}

/// What stands on the paper besides the fixed words, which have to stand there in the order of the source.
fn besides(fixed: &[String], paper: &str) -> String {
    let mut rest = paper;
    let mut filled = Vec::new();
    for words in fixed {
        let (before, after) =
            rest.split_once(words.as_str()).unwrap_or_else(|| panic!("「{words}」 is not in: {rest}"));
        filled.push(before.trim_matches('\n'));
        rest = after;
    }
    filled.push(rest.trim_matches('\n'));
    filled.retain(|words| !words.is_empty());
    filled.join("\n")
}

/// The fixed words of a line of the source: those around its blanks.
fn fixed(line: &str, stance: &str) -> Vec<String> {
    const NONE: &str = "原則として行いません。個別の回答はできませんので、あらかじめ御了承ください。";
    match line {
        // Blanks for the pen: the day, the sender, the period.
        _ if line.contains("年　　　月　　　日") => Vec::new(),
        "部　　　　　課長" => Vec::new(),
        _ if line.starts_with("（担当：") => vec!["（担当：".to_owned(), "）".to_owned()],
        // Labels that say which text is meant, and the text that is not meant.
        "（返信しない場合）" | "（返信する場合）" => Vec::new(),
        NONE if stance != "none" => Vec::new(),
        _ if line.starts_with("運用者は必要に応じて回答を行います。") && stance == "none" => {
            Vec::new()
        }
        _ => line.split('○').filter(|piece| !piece.is_empty()).map(str::to_owned).collect(),
    }
}

fn words_of(lines: &[String], stance: &str) -> Vec<String> {
    lines.iter().flat_map(|line| fixed(line, stance)).collect()
}

#[tokio::test]
async fn form_1_with_its_sheet_is_the_source_word_for_word_around_what_was_filled_in() {
    let town = town(Guide::Notice).await;
    let (case, _) = town.listed_by_notice(policy("none")).await;
    let paper = printed(&form(&town.city, &case, None).await).join("\n");
    let lines = between(&source(Guide::Notice), "（様式１）", Some("（様式２）"));
    assert!(lines.len() > 45, "the whole form was taken from the source: {}", lines.len());
    insta::assert_snapshot!(besides(&words_of(&lines, "none"), &paper), @"
    0001
    令和8年6月1日
    経済観光部　観光課長
    髙橋 𠮷子
    0001
    X
    みほん観光 mihon_kanko
    https://x.com/mihon_kanko
    観光の魅力を知らせるため
    対象者：観光客と市民
    情報：催しと見どころ
    観光課
    令和8年6月1日～令和9年3月31日
    月
    金
    8
    30
    17
    15
    イベントの写真は市が撮影
    ");
    town.bench.clear().await;
}

#[tokio::test]
async fn form_1_holds_one_reply_text_and_never_its_label() {
    const NONE: &str = "原則として行いません。";
    const AS_NEEDED: &str = "運用者は必要に応じて回答を行います。";
    for (stance, holds, lacks) in [("none", NONE, AS_NEEDED), ("as_needed", AS_NEEDED, NONE)] {
        let town = town(Guide::Notice).await;
        let (case, _) = town.listed_by_notice(policy(stance)).await;
        let document = form(&town.city, &case, Some("form1")).await;
        let paper = printed(&document).join("\n");
        assert_eq!(paper.matches(holds).count(), 1, "{paper}");
        assert!(
            !paper.contains(lacks) && !paper.contains("返信しない場合") && !paper.contains("返信する場合"),
            "{paper}"
        );
        let lines = between(&source(Guide::Notice), "（様式１）", Some("（様式２）"));
        besides(&words_of(&lines, stance), &paper);
        town.bench.clear().await;
    }
}

#[tokio::test]
async fn form_2_is_the_source_word_for_word_and_strikes_what_does_not_apply() {
    let town = town(Guide::Notice).await;
    let (_, account) = town.listed_by_notice(policy("none")).await;
    let lines = between(&source(Guide::Notice), "（様式２）", None);
    let mut fills = Vec::new();
    for (procedure, struck) in [("suspension", "〔取消線：廃止〕（休止）"), ("closing", "廃止（〔取消線：休止〕）")]
    {
        let case = town.goes_on(procedure, &account).await;
        let stop = Evidence::Stop { last_day: date(2026, 6, 1) };
        town.does(&case, "stop", "s1-head", stop).await.expect("stopped");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        let document = form(&town.city, &case, None).await;
        let filled = besides(&words_of(&lines, "none"), &printed(&document).join("\n"));
        fills.push(filled);
        assert_eq!(render(&document).matches(struck).count(), 3, "title, sentence and row: {}", render(&document));
        town.does(&case, "delist", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("delisted");
    }
    insta::assert_snapshot!(fills.join("\n---\n"), @"
    令和8年6月1日
    経済観光部　観光課長
    　　　　　　　　　　
    0001
    X
    みほん観光 mihon_kanko
    令和8年6月1日
    案内を一つにまとめるため
    ---
    令和8年6月1日
    経済観光部　観光課長
    　　　　　　　　　　
    0001
    X
    みほん観光 mihon_kanko
    令和8年6月1日
    案内を一つにまとめるため
    ");
    town.bench.clear().await;
}

#[tokio::test]
async fn the_policy_document_has_the_four_blocks_of_the_source() {
    let town = town(Guide::Decision).await;
    let case = listed_by_decision(&town).await;
    let paper = printed(&form(&town.city, &case, Some("policy")).await).join("\n");
    let (_, blocks) = paper.split_once("【禁止事項】").expect("the first block");
    let source = String::from_utf8(Town::files(Guide::Decision).source.expect("a text")).expect("UTF-8");
    let (_, wanted) = source.split_once("【禁止事項】").expect("the first block");
    // The marks of the list are artefacts of extraction; so are the lines that a page's end breaks.
    assert_eq!(solid(blocks), solid(&wanted.replace("\n- (", "\n(")));
    for head in ["【免責事項】", "【著作権について】", "【運用ポリシーの変更について】"] {
        assert_eq!(paper.lines().filter(|line| *line == head).count(), 1, "{head} stands alone on its line");
    }
    assert!(
        paper.lines().any(|line| line == "(1) 本人の同意なく個人情報を掲載する等プライバシーを害するもの"),
        "{paper}"
    );
    town.bench.clear().await;
}

#[tokio::test]
async fn forms_whose_layout_the_source_lacks_say_so_on_the_screen_and_not_on_paper() {
    let town = town(Guide::Decision).await;
    let case = listed_by_decision(&town).await;
    for name in ["form1", "policy"] {
        let document = form(&town.city, &case, Some(name)).await;
        let note = |block: &Block| matches!(block, Block::Note(words) if words.contains("市の様式に合わせて編集"));
        assert!(document.blocks.iter().any(note), "{name}");
        assert!(!printed(&document).iter().any(|words| words.contains("市の様式に合わせて編集")), "{name}");
    }
    insta::assert_snapshot!(render(&form(&town.city, &case, Some("form1")).await), @"
        [画面の注] 様式の体裁は原文にありません。市の様式に合わせて編集してください。
        （様式1）
        令和8年6月1日
        秘書政策課長
        経済観光部　観光課長
        （担当：　　　　　　　　　　）

        ソーシャルメディア運用開始届

        アカウントを取得しましたので、下記のとおり届け出ます。

        記

        ソーシャルメディアの種類: X
        アカウント名: みほん観光 mihon_kanko
        URL: https://x.com/mihon_kanko
        担当所属名: 観光課
        所属長: 観光課長
        情報発信を行う目的: 観光の魅力を知らせるため
        意見や質問などへの対応: 必要に応じて返信します。
        所属部長の決裁日: 令和8年6月1日
        アカウントの取得日: 令和8年6月1日
        運用ポリシーの明示場所:
        ");
    town.bench.clear().await;
}

#[tokio::test]
async fn a_slip_or_an_old_law_in_a_standard_text_is_printed_as_it_is_with_a_note_on_the_screen() {
    let town = town(Guide::Notice).await;
    let (case, _) = town.listed_by_notice(policy("none")).await;
    let document = form(&town.city, &case, None).await;
    let note = |block: &Block| matches!(block, Block::Note(words) if words.starts_with("T-F1c.3(1)："));
    assert_eq!(document.blocks.iter().filter(|block| note(block)).count(), 1);
    assert!(printed(&document).join("").contains("個人情報保護条例に基づいて"));
    town.bench.clear().await;
}

#[tokio::test]
async fn a_case_offers_the_forms_of_its_procedure_and_those_that_belong_to_no_step() {
    let town = town(Guide::Decision).await;
    let case = listed_by_decision(&town).await;
    let forms = town.city.forms_of(&id(&case)).await.expect("forms");
    let forms: Vec<(&str, &str)> = forms.iter().map(|f| (f.id.as_str(), f.label.as_str())).collect();
    assert_eq!(forms, [("form1", "様式1"), ("policy", "運用ポリシー")]);
    let refused = town.city.form(&id(&case), Some("form9"), PLAIN).await.expect_err("there is none").to_string();
    assert!(refused.contains("form1（様式1）、policy（運用ポリシー）"), "{refused}");
    town.bench.clear().await;
}

#[tokio::test]
async fn the_decision_sheet_says_what_is_decided_by_which_post_under_which_clause() {
    let town = town(Guide::Decision).await;
    let case = listed_by_decision(&town).await;
    let sheet = town.city.decision_sheet(&id(&case), PrintOptions { seals: Seals::With }).await.expect("a sheet");
    let text = render(&sheet);
    let head = text.split("【禁止事項】").next().unwrap_or_default();
    let tail = text.split("\n手順\n").nth(1).unwrap_or_default();
    insta::assert_snapshot!(format!("{head}…\n{tail}"), @"
    押印欄: 経済観光部長、起案

    決裁票

    件名: 開始手続（みほん観光 mihon_kanko）
    案件番号: c2
    起案日: 令和8年6月1日
    起案者の職: 観光課主事
    所属: 観光課
    根拠: M6
    理由: 観光の案内を分けるため
    決裁・協議
    手順 | 決める職 | 根拠 | 日 | 結果
    所属部長の決裁 | 経済観光部長 | M6(1)① | 令和8年6月1日 | 決裁 秘第12号
    運用ポリシー
    ソーシャルメディアの種類: X
    アカウント名: みほん観光 mihon_kanko
    URL: https://x.com/mihon_kanko
    担当所属名: 観光課
    情報発信を行う目的: 観光の魅力を知らせるため
    意見や質問などへの対応について: 必要に応じて返信します。
    …
    手順 | 担う役割 | 根拠 | 済んだ日
    運用ポリシーの作成 | 所属の職員 | M6(2) | 令和8年6月1日
    所属部長の決裁 | 所属部長 | M6(1)① | 令和8年6月1日
    アカウントの取得 | 所属の職員 | M6(1)① | 令和8年6月1日
    ソーシャルメディア運用開始届の提出 | 所属長 | M6(3)① | 令和8年6月1日
    市ホームページへの掲載 | 秘書政策課長 | M6(3)② | 令和8年6月1日
    プロフィール欄等への市ホームページURLの記載 | 所属長 | M6(3)③ | 
    認証アカウントの取得 | 所属の職員 | M6(3)④ | 
    端末の確認（総務課が管理する共用パソコン） | 所属長、所属の職員 | M6(4)① | 
    セキュリティ対策の確認 | 所属長、所属の職員 | M6(4)② | 
    運用ポリシーの所属内での共有 | 所属長、所属の職員 | M6(2) | 
    運用ポリシーのアカウント内での明示 | 所属長、所属の職員 | M6(2) | 
    担当者・責任者の指定 | 所属長 | M8(1) | 
    基本原則の確認 | 情報発信担当者、情報発信責任者 | M4 | 
    運用開始 | 所属長、所属の職員 | M6 |
    ");
    town.bench.clear().await;
}

/// Seen red when an opinion was printed as 決裁, and when a deputy's opinion was printed as 代決.
#[tokio::test]
async fn an_opinion_is_not_printed_as_a_decision() {
    let town = town(Guide::Decision).await;
    let order = Opening {
        procedure: "opening".to_owned(),
        units: vec!["s1".into(), "s2".into()],
        theme: Some("秋のまつりの案内".to_owned()),
        reason: Some("観光の案内を分けるため".to_owned()),
        ..Opening::default()
    };
    let case = town.city.open(&order, &who("s1-staff"), None).await.expect("it opens").case.expect("a case");
    town.drafts(&case, "s1-staff", Policy { url: None, ..draft(Guide::Decision, "mihon_kanko") })
        .await
        .expect("drafted");
    let asked = Evidence::Decision(domain::evidence::Decision::default());
    town.does(&case, "consult", "s2-head", asked).await.expect("the other unit agrees");
    let sheet = town.city.decision_sheet(&id(&case), PLAIN).await.expect("a sheet");
    let text = render(&sheet);
    let line = text.lines().find(|line| line.starts_with("共同で運用する所属の合議")).unwrap_or_default();
    insta::assert_snapshot!(line, @"共同で運用する所属の合議 | 農政課長 | 市の運用 | 令和8年6月1日 | 協議済み");
    town.bench.clear().await;
}

/// Seen red when the preview of a new draft was printed under the day on which the former version was filed.
#[tokio::test]
async fn a_draft_is_not_shown_under_the_day_of_an_earlier_filing() {
    let town = town(Guide::Notice).await;
    let case = town.filed(policy("none")).await;
    let view = town.city.case(&id(&case)).await.expect("the case").case;
    let filed = render(&form(&town.city, &case, None).await);
    assert!(filed.contains("令和8年6月1日"), "what was filed bears its day: {filed}");
    let later = Policy { purpose: Some("別のことを知らせるため".to_owned()), ..policy("none") };
    let preview = town.city.draft_form(&view, &later).await.expect("a preview").expect("a form");
    let day = |document: &Document| {
        document.blocks.iter().find_map(|b| if let Block::Date(day) = b { Some(*day) } else { None })
    };
    assert_eq!(day(&preview), Some(None), "nothing of it was filed");
    assert!(render(&preview).contains("別のことを知らせるため"));
    town.bench.clear().await;
}

#[tokio::test]
async fn a_guideline_without_a_decision_has_none_imposed_on_its_sheet() {
    let town = town(Guide::Notice).await;
    let (case, _) = town.listed_by_notice(policy("none")).await;
    let sheet = town.city.decision_sheet(&id(&case), PLAIN).await.expect("a sheet");
    let words = printed(&sheet).join("\n");
    assert!(words.contains("ガイドラインは、この手続の決裁について定めていません。"), "{words}");
    assert!(!sheet.blocks.iter().any(|block| matches!(block, Block::Seals(_))), "nobody asked for seals");
    town.bench.clear().await;
}

#[tokio::test]
async fn the_notice_board_shows_the_list_of_a_day() {
    let town = town(Guide::Notice).await;
    let before = town.city.notice_board(date(2026, 5, 31)).await.expect("a board");
    insta::assert_snapshot!(render(&before), @"

    鳥取市公式ＳＮＳアカウント一覧

    令和8年5月31日現在
    鳥取市　広報室
    この日に掲載しているアカウントはありません。
    ");
    town.listed_by_notice(policy("none")).await;
    let board = town.city.notice_board(date(2026, 6, 1)).await.expect("a board");
    insta::assert_snapshot!(render(&board), @"

    鳥取市公式ＳＮＳアカウント一覧

    令和8年6月1日現在
    鳥取市　広報室
    広報室管理№ | ＳＮＳの種類 | アカウント | ＵＲＬ | 運用目的 | 所管部署
    0001 | X | みほん観光 mihon_kanko | https://x.com/mihon_kanko | 観光の魅力を知らせるため | 観光課
    ");
    town.bench.clear().await;
}

#[tokio::test]
async fn whoever_prints_may_have_boxes_for_seals() {
    let town = town(Guide::Notice).await;
    let (case, _) = town.listed_by_notice(policy("none")).await;
    let seals = |document: &Document| {
        document.blocks.iter().find_map(|block| match block {
            Block::Seals(posts) => Some(posts.clone()),
            _ => None,
        })
    };
    assert_eq!(seals(&form(&town.city, &case, None).await), None);
    let sealed = town.city.form(&id(&case), None, PrintOptions { seals: Seals::With }).await.expect("the form");
    assert_eq!(seals(&sealed), Some(vec!["観光課長".to_owned(), "担当".to_owned()]));
    town.bench.clear().await;
}

fn solid(words: &str) -> String {
    words.chars().filter(|letter| !letter.is_whitespace()).collect()
}
