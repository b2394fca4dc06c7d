//! What an officer at the command line is told before something is undone or left without anybody.

use crate::cli::{COMPLETE, Desk};

/// A town with an official account of unit 0201, and its case.
fn official(desk: &Desk) -> String {
    desk.begins("tottori", "notice-town");
    let case = filed(desk);
    desk.does(&format!("case do {case} receive --as 01023 --on 令和7年4月4日"));
    desk.does(&format!("case do {case} list --as 01023 --on 令和7年4月7日"));
    case
}

fn filed(desk: &Desk) -> String {
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let draft = desk.writes("policy.toml", COMPLETE);
    desk.does(&format!("case draft {case} --file {draft} --as 02013 --on 令和7年4月3日"));
    desk.does(&format!("case do {case} file --as 02011 --on 令和7年4月3日 --contact '観光係（見本）'"));
    case
}

// Red while a draft, changed or not, voided the filing without a word.
#[test]
fn what_a_new_draft_makes_void_is_said_and_agreed_to_first() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let case = filed(&desk);
    let same = desk.fails(&format!("case draft {case} --file {} --as 02013", desk.file("policy.toml").display()));
    assert!(same.contains("変わったところがありません。何も変えていません。"), "{same}");
    let other = desk.writes("other.toml", &COMPLETE.replace("季節の風景", "季節の見どころ"));
    let told = desk.fails(&format!("case draft {case} --file {other} --as 02013"));
    assert!(told.contains("まだ何も記録していません") && told.contains("（file）") && told.contains("--yes"), "{told}");
    assert!(desk.does(&format!("case show {case}")).contains("　file　"), "it stands");
    let stranger = desk.fails(&format!("case draft {case} --file {other} --as 03013"));
    assert!(!stranger.contains("--yes"), "who may not is told that alone: {stranger}");
    desk.does(&format!("case draft {case} --file {other} --as 02013 --yes"));
    assert!(!desk.does(&format!("case show {case}")).contains("　file　"), "it is to be done anew");
}

// Red while nothing was said of accounts without a unit or a head.
#[test]
fn a_change_of_the_office_names_the_accounts_that_it_leaves_alone() {
    let desk = Desk::with_file();
    official(&desk);
    let told = desk.fails("office leave 02011 P02011 --until 令和7年5月31日");
    assert!(told.contains("観光だより（見本）") && told.contains("所属長がいないため"), "{told}");
    assert!(told.contains("まだ何も登録していません") && told.contains("--yes"), "{told}");
    let told = desk.fails("office abolish 0201 --on 令和7年6月1日");
    assert!(told.contains("上の組織「経済観光部」が行います") && told.contains("まだ用意されていません"), "{told}");
    assert!(desk.does("office show").contains("0201"), "nothing was recorded");
    // With a successor that has a head, nothing is lost; of a unit without accounts, nothing is said.
    desk.does("office leave 04013 P04013 --until 令和7年5月31日");
    let done = desk.types("office abolish 0201 --on 令和7年6月1日 --yes");
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.contains("観光だより（見本）"), "said afterwards too: {}", done.err);
}

#[test]
fn an_office_that_is_carried_on_leaves_nobody_alone() {
    let desk = Desk::with_file();
    official(&desk);
    desk.does("office abolish 0201 --successor 0202 --on 令和7年6月1日");
}

// Red while whoever may not was asked for the proof first.
#[test]
fn who_may_not_is_told_so_before_a_proof_is_asked_for() {
    let desk = Desk::with_file();
    desk.begins("munakata", "decision-town");
    let case = desk.opens("case open opening --unit 0301 --as 03013 --on 令和7年4月2日");
    let told = desk.fails(&format!("case do {case} terminal --as 02013 --on 令和7年4月2日"));
    assert!(told.contains("が行います") && !told.contains("device"), "{told}");
    let told = desk.fails(&format!("case do {case} terminal --as 03013 --on 令和7年4月2日"));
    assert!(told.contains("device"), "{told}");
}
