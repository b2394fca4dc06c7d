//! Cases are called by their account and their procedure, wherever they stand in a list, and the newest stands first.

use testkit::{Guide, draft};

use crate::desk::Desk;

const NAME: &str = "みほん観光 mihon_kanko";
const UNNAMED: &str = "名称はまだ決まっていません";

// Red while a list knew only what the case's own policy calls the account: a closing has none.
#[tokio::test]
async fn a_case_is_called_by_its_account_and_its_procedure_in_every_list() {
    let desk = Desk::open(Guide::Notice).await;
    let (opening, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    let closing = desk.town.goes_on("closing", &account).await;
    let client = desk.sign_in("s1-staff").await;
    // The number stands second.
    let [opened, closed] = [format!("{NAME}の開設\n{opening}"), format!("{NAME}の廃止\n{closing}")];
    let (all, found) = ("cases?state=all".to_owned(), format!("search?q={closing}"));
    for (path, called) in
        [(&all, &opened), (&all, &closed), (&found, &closed), (&"search?q=mihon_kanko".to_owned(), &opened)]
    {
        let read = client.get(path).await.read();
        assert!(read.contains(called.as_str()) && !read.contains(UNNAMED), "{path}: {read}");
    }
    let page = client.get(&format!("cases/{closing}")).await;
    assert!(page.html().contains(&format!("<title>{NAME}の廃止（{closing}）")), "{}", page.html());
    let tasks = client.get("tasks?show=unit").await.read();
    assert!(tasks.contains(NAME) && !tasks.contains(UNNAMED), "{tasks}");
    // Nobody has named this one yet; it is told by its procedure, and that its name is missing.
    let nameless = desk.town.opens("s1-staff").await.case.expect("a case");
    let read = client.get("cases").await.read();
    assert!(read.contains(&format!("開設\n{nameless}　{UNNAMED}")), "{read}");
}

// Red while c10 stood behind c9, as texts are sorted.
#[tokio::test]
async fn the_newest_case_stands_first_by_its_number() {
    let desk = Desk::open(Guide::Notice).await;
    let mut opened = Vec::new();
    while opened.last().is_none_or(|last| last != "c12") {
        opened.push(desk.town.opens("s1-staff").await.case.expect("a case"));
        assert!(opened.len() < 20, "{opened:?}");
    }
    opened.reverse();
    let html = desk.sign_in("s1-staff").await.get("cases").await.html();
    let shown = html.split("/cases/c").skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
    let mut shown: Vec<String> = shown.map(|number: String| format!("c{number}")).collect();
    shown.dedup();
    assert_eq!(shown, opened);
}
