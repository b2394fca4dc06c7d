//! What people type: hours in the ways that they write them, every fault at once, no year that nobody means.

use axum::http::StatusCode;
use testkit::Guide;

use crate::desk::{Client, Desk, Got};

/// An officer before the empty policy of a new case, and the case.
async fn begins(desk: &Desk) -> (Client, String) {
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    (desk.sign_in("s1-staff").await, case)
}

async fn fill(client: &Client, case: &str, part: &str, typed: &[(&str, &str)]) -> Got {
    let path = format!("cases/{case}/policy/{part}");
    let version = client.get(&path).await.field("version").expect("the version");
    let fields: Vec<(&str, &str)> =
        [("version", version.as_str()), ("do", "next")].iter().chain(typed).copied().collect();
    client.post(&path, &fields).await
}

// Red while 08:30 alone was a time.
#[tokio::test]
async fn hours_are_taken_as_people_write_them_and_printed_as_the_guideline_does() {
    let desk = Desk::open(Guide::Notice).await;
    let (client, case) = begins(&desk).await;
    for typed in ["８：３０", "8:30", "830", "8時半", "午前8時30分"] {
        let fields =
            [("hours_from_day", "月"), ("hours_to_day", "金"), ("hours_from", typed), ("hours_to", "午後5時15分")];
        let got = fill(&client, &case, "hours", &fields).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{typed}: {}", got.read());
        let form = client.get(&format!("cases/{case}/preview/form")).await.read();
        let plain: String = form.split_whitespace().collect();
        assert!(plain.contains("8時30分") && plain.contains("17時15分"), "{typed}: {form}");
    }
    let fields = [("hours_from_day", "月"), ("hours_to_day", "金"), ("hours_from", "朝"), ("hours_to", "17:15")];
    let got = fill(&client, &case, "hours", &fields).await;
    assert_eq!(got.fields_at_fault(), ["hours_from"], "{}", got.read());
}

// Red while one fault hid the others, and a year 1 or 9999 was a day like any other.
#[tokio::test]
async fn all_faults_of_a_form_are_told_at_once_and_a_year_that_nobody_means_is_one() {
    let desk = Desk::open(Guide::Notice).await;
    let (client, case) = begins(&desk).await;
    for (from, until) in [("0001-06-01", "9999-03-31"), ("2026-02-30", "12026-03-31")] {
        let got = fill(&client, &case, "period", &[("period_from", from), ("period_until", until)]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{from}");
        assert_eq!(got.fields_at_fault(), ["period_from", "period_until"], "{}", got.read());
        assert_eq!(got.field("period_from").as_deref(), Some(from), "what was typed stays");
    }
    let got = fill(&client, &case, "period", &[("period_from", "9999-06-01"), ("period_until", "2027-03-31")]).await;
    assert!(got.read().contains("年の間違いではありませんか"), "{}", got.read());
    let got = fill(&client, &case, "message", &[]).await;
    assert_eq!(got.fields_at_fault(), ["audience", "information"], "{}", got.read());
}

// Red while その他 stood twice, and a field that may be left empty bore 必須.
#[tokio::test]
async fn no_network_is_offered_twice_and_nothing_that_may_be_left_empty_is_called_necessary() {
    for guide in [Guide::Notice, Guide::Decision, Guide::Committee] {
        let desk = Desk::open(guide).await;
        let (client, case) = begins(&desk).await;
        let html = client.get(&format!("cases/{case}/policy/account")).await.html();
        let (_, select) = html.split_once("name=\"network\"").expect("the networks");
        let select = select.split("</select>").next().unwrap_or_default();
        let mut labels: Vec<&str> =
            select.split("<option").skip(1).filter_map(|one| one.split_once('>')?.1.split('<').next()).collect();
        let all = labels.len();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), all, "{labels:?}");
        for part in ["account", "purpose", "message", "period", "hours", "reply", "further", "texts"] {
            let page = client.get(&format!("cases/{case}/policy/{part}")).await;
            if page.status != StatusCode::OK {
                continue;
            }
            for field in page.html().split("<div class=\"field\"").skip(1) {
                let may_be_empty = field.contains("空けておけます") || field.contains("空けておきます");
                assert!(!(may_be_empty && field.contains("必須")), "{part}: {field}");
            }
        }
    }
}

// Red while every opening was told that a further account needs a reason, where no clause says so.
#[tokio::test]
async fn a_reason_is_called_necessary_only_where_a_rule_asks_for_one() {
    for guide in [Guide::Notice, Guide::Decision, Guide::Committee] {
        let desk = Desk::open(guide).await;
        let asks = desk.city.guideline_in_force().await.expect("a guideline").guideline.further_account.is_some();
        assert_eq!(asks, guide == Guide::Decision, "{guide:?}");
        let person = if guide == Guide::Committee { "s3-staff" } else { "s1-staff" };
        let read = desk.sign_in(person).await.get("cases/new?procedure=opening").await.read();
        assert!(read.contains("始める日"), "{guide:?}: {read}");
        assert_eq!(read.contains("理由が必要です"), asks, "{guide:?}: {read}");
    }
}

// Red while the first fault hid the others, on the forms that begin a case and enter an account.
#[tokio::test]
async fn every_fault_of_a_form_is_told_at_its_field_and_nothing_typed_is_lost() {
    let desk = Desk::open(Guide::Notice).await;
    let client = desk.sign_in("s3-staff").await;
    let got = client
        .post(
            "cases/new",
            &[("procedure", "opening"), ("unit", ""), ("reason", "一\u{202e}二"), ("on", "令和99年99月")],
        )
        .await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(got.fields_at_fault(), ["unit", "reason", "on"], "{}", got.read());
    assert_eq!(got.field("on").as_deref(), Some("令和99年99月"), "what was typed stays");

    let wrong =
        [("network", "other"), ("network_name", ""), ("name", ""), ("url", ""), ("unit", ""), ("on", "9999-01-01")];
    let got = client.post("accounts/new", &wrong).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(got.fields_at_fault(), ["network_name", "name", "url", "unit", "on"], "{}", got.read());
    // What only the register knows is told beside what is wrong in itself.
    let noted =
        [("network", "x"), ("name", "みほん"), ("url", "https://x.com/mihon_a"), ("unit", "s1"), ("on", "2026-06-01")];
    assert_eq!(client.post("accounts/new", &noted).await.status, StatusCode::SEE_OTHER);
    let twice = [("network", "x"), ("name", ""), ("url", "https://x.com/mihon_a"), ("unit", ""), ("on", "2026-06-01")];
    let got = client.post("accounts/new", &twice).await;
    assert_eq!(got.fields_at_fault(), ["name", "url", "unit"], "{}", got.read());

    let got = client.post("impersonators/new", &[("network", ""), ("url", ""), ("on", "あした")]).await;
    assert_eq!(got.fields_at_fault(), ["network", "url", "on"], "{}", got.read());
}

// Red while hours with four faults were told one, and a stance two of them one.
#[tokio::test]
async fn every_fault_of_the_hours_is_told_at_its_field() {
    let desk = Desk::open(Guide::Notice).await;
    let (client, case) = begins(&desk).await;
    let typed =
        [("hours", "sentence"), ("hours_from_day", ""), ("hours_to_day", ""), ("hours_from", "朝"), ("hours_to", "夜")];
    let got = fill(&client, &case, "hours", &typed).await;
    assert_eq!(got.fields_at_fault(), ["hours_from_day", "hours_to_day", "hours_from", "hours_to"], "{}", got.read());
    assert_eq!(got.field("hours_from").as_deref(), Some("朝"), "what was typed stays");
    let typed = [("hours_from_day", "月"), ("hours_to_day", "月"), ("hours_from", "17:00"), ("hours_to", "9:00")];
    let got = fill(&client, &case, "hours", &typed).await;
    assert_eq!(got.fields_at_fault(), ["hours_to_day", "hours_to"], "{}", got.read());
}
