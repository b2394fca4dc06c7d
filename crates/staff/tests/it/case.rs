//! A case as people look at it, and as they carry it on.

use axum::http::StatusCode;
use domain::evidence::Evidence;
use testkit::{Guide, draft};

use crate::desk::{Client, Desk, Got};

/// Sends a step's form as the page offers it, with some fields filled in.
async fn does(client: &Client, case: &str, step: &str, fields: &[(&str, &str)]) -> Got {
    sends(client, &format!("cases/{case}/steps/{step}"), fields).await
}

/// Sends a form with its hidden fields and its day.
async fn sends(client: &Client, path: &str, fields: &[(&str, &str)]) -> Got {
    let page = client.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.read());
    let hidden = ["key", "version", "last", "on", "procedure", "sure"];
    let hidden: Vec<(&str, String)> = hidden.iter().filter_map(|name| Some((*name, page.field(name)?))).collect();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.retain(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    all.extend_from_slice(fields);
    client.post(path.split('?').next().unwrap_or(path), &all).await
}

fn case_in(location: &str) -> String {
    location.split("/cases/").nth(1).and_then(|rest| rest.split('?').next()).expect("a case").to_owned()
}

#[tokio::test]
async fn a_new_case_tells_what_is_next_and_who_does_it() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let page = desk.sign_in("s1-staff").await.get(&format!("cases/{case}")).await.read();
    assert!(page.contains("利用方針の作成") && page.contains("情報発信機関の職員"), "{page}");
}

#[tokio::test]
async fn an_opening_goes_from_the_first_form_to_the_list_in_the_browser() {
    let desk = Desk::open(Guide::Notice).await;
    let (staff, head, central) =
        (desk.sign_in("s1-staff").await, desk.sign_in("s1-head").await, desk.sign_in("s3-staff").await);
    let got = sends(&staff, "cases/new?procedure=opening", &[("unit", "s1"), ("reason", "案内のため")]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
    let case = case_in(got.location());
    let said = staff.get(got.location()).await.read();
    assert!(said.contains("案件を始めました。") && said.contains("「利用方針の作成」へ進む"), "{said}");

    desk.town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
    let tasks = head.get("tasks").await.read();
    assert!(tasks.contains("自分がすること（1）") && tasks.contains("みほん観光 mihon_kanko"), "{tasks}");
    let got = does(&head, &case, "file", &[("contact", "観光課　担当")]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
    let got = does(&central, &case, "receive", &[]).await;
    let said = central.get(got.location()).await.read();
    assert!(said.contains("番号は「"), "{said}");
    let got = does(&central, &case, "list", &[]).await;
    let said = central.get(got.location()).await.read();
    assert!(said.contains("この案件は完了しました。") && said.contains("掲載中"), "{said}");
    assert!(central.get("tasks").await.read().contains("自分がすること（0）"));
    for form in ["form1", "decision-sheet"] {
        let page = central.get(&format!("cases/{case}/forms/{form}.html")).await;
        assert_eq!(page.status, StatusCode::OK, "{form}");
    }
}

#[tokio::test]
async fn a_refused_step_shows_why_and_keeps_everything_that_was_typed() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let mut policy = draft(Guide::Notice, "mihon_kanko");
    policy.purpose = Some("○○のため".to_owned());
    desk.town.drafts(&case, "s1-staff", policy).await.expect("drafted");
    let head = desk.sign_in("s1-head").await;
    let got = does(&head, &case, "file", &[("note", "急ぎます <b>"), ("contact", "渡邉󠄁")]).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = got.read();
    assert!(page.contains("まだ記録されていません") && page.contains("内容が書かれていません"), "{page}");
    assert!(page.contains("次にすること") && page.contains("急ぎます <b>"), "{page}");
    assert_eq!(got.field("contact").as_deref(), Some("渡邉󠄁"));
    assert!(got.html().contains(&format!("/cases/{case}/policy/")));
}

#[tokio::test]
async fn whoever_was_slower_is_told_what_was_done_meanwhile() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
    let head = desk.sign_in("s1-head").await;
    let path = format!("cases/{case}/steps/file");
    let page = head.get(&path).await;
    desk.town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    let field = |name: &str| page.field(name).expect("a field");
    let (key, version, last) = (field("key"), field("version"), field("last"));
    let got = head.post(&path, &[("key", &key), ("version", &version), ("last", &last), ("on", "2026-06-01")]).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = got.read();
    assert!(
        page.contains("その間に行われたこと") && page.contains("観光課長が「広報室への届出」を行いました"),
        "{page}"
    );
}

#[tokio::test]
async fn a_case_is_sent_back_with_a_reason_for_each_item_and_shows_them_first() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.filed(draft(Guide::Notice, "mihon_kanko")).await;
    let central = desk.sign_in("s3-staff").await;
    let path = format!("cases/{case}/steps/receive/return");
    let empty = sends(&central, &path, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.read().contains("どこをどう直すかを、少なくとも一つの欄に書いてください"), "{}", empty.read());
    let got =
        sends(&central, &path, &[("r-purpose", "もっと具体的に書いてください。"), ("whole", "急いでください。")]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
    let page = desk.sign_in("s1-staff").await.get(&format!("cases/{case}")).await.read();
    assert!(page.contains("もっと具体的に書いてください。") && page.contains("全体：急いでください。"), "{page}");
}

#[tokio::test]
async fn the_summary_of_a_refusal_leads_to_the_field_that_is_at_fault() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.filed(draft(Guide::Notice, "mihon_kanko")).await;
    let (staff, central) = (desk.sign_in("s1-staff").await, desk.sign_in("s3-staff").await);
    let path = format!("cases/{case}/steps/receive/return");
    let rules = desk.city.guideline_in_force().await.expect("a guideline");
    let first = format!("r-{}", rules.guideline.policy_items[0].id);
    assert_eq!(sends(&central, &path, &[]).await.fields_at_fault(), [first]);
    for day in ["いつか", "2026-06-02"] {
        let got = sends(&central, &path, &[("whole", "急いでください。"), ("on", day)]).await;
        assert_eq!(got.fields_at_fault(), ["on"], "{day}");
    }
    let withdrawal = format!("cases/{case}/withdraw");
    assert_eq!(sends(&staff, &withdrawal, &[]).await.fields_at_fault(), ["because"]);
    let late = sends(&central, &format!("cases/{case}/steps/receive"), &[("on", "2026-06-02")]).await;
    assert_eq!(late.fields_at_fault(), ["on"]);
    for path in ["impersonators/new", "accounts/new"] {
        for (network, url, on, at_fault) in [
            ("", "https://x.com/mihon_nise", "2026-06-01", "network"),
            ("other", "https://sns.example/mihon", "2026-06-01", "network_name"),
            ("x", "", "2026-06-01", "url"),
            ("x", "https://x.com/mihon_kanko", "2026-06-01", "url"),
            ("x", "https://x.com/mihon_nise", "2026-06-02", "on"),
            ("x", "https://x.com/mihon_nise", "", "on"),
        ] {
            let fields = [("network", network), ("url", url), ("name", "みほん"), ("unit", "s3"), ("on", on)];
            let got = central.post(path, &fields).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {fields:?}: {}", got.read());
            assert_eq!(got.fields_at_fault(), [at_fault], "{path} {fields:?}");
        }
    }
}

#[tokio::test]
async fn a_case_tells_all_that_was_done_in_order_also_what_no_longer_stands() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.filed(draft(Guide::Notice, "mihon_kanko")).await;
    let central = desk.sign_in("s3-staff").await;
    let path = format!("cases/{case}/steps/receive/return");
    sends(&central, &path, &[("r-purpose", "もっと具体的に書いてください。")]).await;
    let staff = desk.sign_in("s1-staff").await;
    desk.town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko_2")).await.expect("drafted anew");
    let page = staff.get(&format!("cases/{case}")).await.read();
    let way = page.split_once("経過と次の手順").and_then(|(_, rest)| rest.split_once("利用方針\n"));
    // The clauses' words and their links stand beside each; here it is what was done.
    let said = |line: &&str| {
        !line.starts_with("市でＳＮＳを活用する") && !["ガイドラインで見る", "（ガイドライン 3）"].contains(line)
    };
    let way: Vec<&str> = way.expect("the way of the case").0.trim().lines().filter(said).collect();
    insta::assert_snapshot!(way.join("\n").replace(&case, "cN").replace("アカウントa4", "アカウントaN"), @"
    済み：
    令和8年6月1日　観光課主事（職員番号s1-staff）
    アカウントaN「みほん観光 mihon_kanko」（観光課）の「開設」の案件cNを始めました。
    理由：観光の案内を分けるため
    根拠：
    ガイドライン 3
    済み：
    令和8年6月1日　観光課主事（職員番号s1-staff）
    案件cNの「利用方針の作成」を行いました。
    利用方針の第1版です。
    ※ その後やり直しになり、今はこの記録によっていません。
    根拠：
    ガイドライン 3
    済み：
    令和8年6月1日　観光課長（職員番号s1-head）
    案件cNの「広報室への届出」を行いました。
    アカウント名は「みほん観光 mihon_kanko」（X）です。
    アドレスは https://x.com/mihon_kanko です。
    ※ その後やり直しになり、今はこの記録によっていません。
    根拠：
    ガイドライン 3
    済み：
    令和8年6月1日　広報室主事（職員番号s3-staff）
    案件cNを、「受付（広報室管理№を付ける）」で差し戻しました（「利用方針の作成」からやり直し）。
    直すところは「運用目的」です。
    「利用方針の作成」「広報室への届出」は、やり直しになりました。
    「運用目的」：もっと具体的に書いてください。
    根拠：
    市の運用
    届出を受け付けて広報室管理№を付ける。原文に拒む権限はなく、返すのは補正のためだけ
    「市の運用」は、ガイドラインの条文にはなく、団体が決めて行っていることです。
    済み：
    令和8年6月1日　観光課主事（職員番号s1-staff）
    案件cNの「利用方針の作成」を行いました。
    利用方針の第2版です。
    根拠：
    ガイドライン 3
    いまここ：
    次の手順
    管理責任者（所属長）
    広報室への届出
    しなければならない。今日行えるのは、観光課長（観光課長の職員）です。
    根拠：
    ガイドライン 3
    これから：
    広報室の職員
    受付（広報室管理№を付ける）
    先に「広報室への届出」が必要です。
    根拠：
    市の運用
    届出を受け付けて広報室管理№を付ける。原文に拒む権限はなく、返すのは補正のためだけ
    「市の運用」は、ガイドラインの条文にはなく、団体が決めて行っていることです。
    これから：
    広報室の職員
    公式ＳＮＳアカウント一覧への掲載
    先に「広報室への届出」「受付（広報室管理№を付ける）」が必要です。
    根拠：
    ガイドライン 3
    ");

    let without = sends(&staff, &format!("cases/{case}/withdraw"), &[("because", "開設しないことになったため")]).await;
    assert_eq!(without.status, StatusCode::SEE_OTHER, "{}", without.read());
    let page = staff.get(&format!("cases/{case}")).await.read();
    assert!(page.contains(&format!("案件{case}を取り下げました。")), "{page}");
    assert!(!page.contains("いまここ：") && !page.contains("これから："), "nothing comes after it: {page}");
    assert!(page.contains("理由：開設しないことになったため"), "{page}");
}

#[tokio::test]
async fn a_head_looks_after_the_units_below_and_leaves_the_work_to_them() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let account = desk.city.case(&case.as_str().into()).await.expect("asked").account.id;
    let head = desk.sign_in("d1-head").await;
    let tasks = head.get("tasks?show=unit").await;
    assert!(tasks.read().contains("所属の案件（1）"), "{}", tasks.read());
    assert!(tasks.html().contains(&format!("/cases/{case}\"")) && !tasks.html().contains("/steps/draft"));
    assert!(head.get("cases").await.html().contains(&format!("/cases/{case}\"")));
    assert!(head.get("accounts").await.html().contains(&format!("/accounts/{account}\"")));
    assert_eq!(head.get(&format!("accounts/{account}")).await.status, StatusCode::OK);
    assert_eq!(head.get(&format!("cases/{case}")).await.status, StatusCode::OK);
    assert_eq!(head.get(&format!("cases/{case}/policy")).await.status, StatusCode::FORBIDDEN);
    let got = head.post(&format!("cases/{case}/withdraw"), &[("because", "いたずら"), ("on", "2026-06-01")]).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    // Neither the head of the unit beside it nor the department's other head sees it.
    for other in ["s2-head", "d2-head"] {
        let other = desk.sign_in(other).await;
        assert!(other.get("tasks?show=unit").await.read().contains("所属の案件（0）"));
        assert_eq!(other.get(&format!("cases/{case}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_came_on_paper_is_entered_by_the_office_that_receives_it() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
    let central = desk.sign_in("s3-staff").await;
    let half = does(&central, &case, "file", &[("e-received_on", "2026-06-01")]).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("e-received_on", "2026-06-01"), ("e-document_number", "広第12号")];
    let got = does(&central, &case, "file", &fields).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
    let page = central.get(got.location()).await.read();
    assert!(page.contains("令和8年6月1日に紙またはメールで届いたもの（文書番号広第12号）です。"), "{page}");
}

#[tokio::test]
async fn a_withdrawal_asks_before_and_wants_a_reason() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let staff = desk.sign_in("s1-staff").await;
    let path = format!("cases/{case}/withdraw");
    let without = sends(&staff, &path, &[]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let got = sends(&staff, &path, &[("because", "開設しないことになったため")]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
    assert!(staff.get(got.location()).await.read().contains("取り下げました。"));
}

#[tokio::test]
async fn strangers_find_no_page_of_a_foreign_case_and_cannot_act_on_it() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let stranger = desk.sign_in("s2-staff").await;
    for rest in ["", "/steps/draft", "/steps/receive/return", "/withdraw", "/forms/decision-sheet.html"] {
        let got = stranger.get(&format!("cases/{case}{rest}")).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{rest}");
    }
    let got = stranger.post(&format!("cases/{case}/withdraw"), &[("because", "いたずら"), ("on", "2026-06-01")]).await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert!(desk.sign_in("s1-staff").await.get(&format!("cases/{case}")).await.read().contains("進行中"));
    let account = desk.city.case(&case.as_str().into()).await.expect("asked").account.id;
    assert_eq!(stranger.get(&format!("cases/new?account={account}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_of_cases_shows_ones_own_and_filters_them() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let own = desk.sign_in("s1-staff").await;
    assert!(own.get("cases").await.html().contains(&format!("/cases/{case}\"")));
    assert!(!own.get("cases?state=completed").await.html().contains(&format!("/cases/{case}\"")));
    assert!(own.get("cases?state=all&unit=s1&procedure=opening").await.html().contains(&format!("/cases/{case}\"")));
    let foreign = desk.sign_in("s2-staff").await.get("cases?state=all&unit=s1").await.read();
    assert!(!foreign.contains(&case) && foreign.contains("ここに出す案件はありません。"), "{foreign}");
    assert!(desk.sign_in("s3-staff").await.get("cases").await.html().contains(&format!("/cases/{case}\"")));
}

/// Sends a step's form with a file, as a browser sends it.
async fn sends_file(client: &Client, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Got {
    let mut body = Vec::new();
    for (field, value) in fields {
        let head = format!("--line\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    let head = format!("--line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--line--\r\n");
    let request = client.request("POST", path).header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "multipart/form-data; boundary=line").body(body.into());
    client.send(request.expect("a request")).await
}

#[tokio::test]
async fn a_file_is_kept_through_a_refusal_and_handed_out_to_those_who_see_the_case() {
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
    let head = desk.sign_in("s1-head").await;
    let path = format!("cases/{case}/steps/file");
    let page = head.get(&path).await;
    let (key, version) = (page.field("key").expect("a key"), page.field("version").expect("a version"));
    let fields = [("key", key.as_str()), ("version", version.as_str()), ("on", "2026-06-01")];

    let script = sends_file(&head, &path, &fields, "見本.html", b"<script>alert(1)</script>").await;
    assert_eq!(script.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(script.read().contains("この種類のファイルは添付できません"), "{}", script.read());

    let late = [fields[0], fields[1], ("on", "2026-06-02")];
    let refused = sends_file(&head, &path, &late, "C:\\写し\\見本 1.pdf", PDF).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.read().contains("今日より後です") && refused.read().contains("見本 1.pdf"), "{}", refused.read());
    let kept = refused.field("kept").expect("the kept file");
    let got = head.post(&path, &[fields[0], fields[1], fields[2], ("kept", &kept)]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());

    let page = head.get(&format!("cases/{case}")).await.html();
    let link = page.split("href=\"").find(|rest| rest.contains("/files/")).and_then(|rest| rest.split('"').next());
    let link = link.expect("a link to the file").to_owned();
    let file = head.get(&link).await;
    assert_eq!(file.body, PDF);
    let header = |name: &str| file.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(header("content-disposition").starts_with("attachment;"));
    assert!(header("content-security-policy").starts_with("sandbox"));
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(desk.sign_in("s2-staff").await.get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_of_the_case_is_read_on_the_screen_and_kept_as_a_word_file() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let staff = desk.sign_in("s1-staff").await;
    let page = staff.get(&format!("cases/{case}")).await.html();
    let links: Vec<&str> = page.split("href=\"").filter_map(|rest| rest.split('"').next()).collect();
    let links: Vec<&str> = links.into_iter().filter(|link| link.contains("/forms/")).collect();
    assert!(links.len() >= 6, "{links:?}");
    for link in links {
        let got = staff.get(link).await;
        // This town has nobody who prints, and its page says so.
        let end = link.rsplit('.').next().unwrap_or_default();
        let wanted = if end == "pdf" { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        assert_eq!(got.status, wanted, "{link}");
        assert!(end != "docx" || got.body.starts_with(b"PK"), "{link}");
    }
    assert_eq!(staff.get(&format!("cases/{case}/forms/no-such.html")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_step_sent_after_the_session_ended_keeps_its_words_through_the_sign_in() {
    const LONG: i64 = 13 * 3_600_000;
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
    let head = desk.sign_in("s1-head").await;
    desk.town.machine.advance(LONG);
    let fields = [("key", "abc"), ("note", "急ぎます。\n二行目"), ("on", "2026-06-01")];
    let big = vec![b'x'; 2 * 1024 * 1024];
    for file in [&b"%PDF-1.7\n"[..], &big] {
        let got = sends_file(&head, &format!("cases/{case}/steps/file"), &fields, "写し.pdf", file).await;
        assert_eq!(got.status, StatusCode::UNAUTHORIZED);
        assert!(got.html().contains("急ぎます。"), "{}", got.html());
    }
}

/// Seen red when the last day was not on the page, and the central office could press at once.
#[tokio::test]
async fn whoever_takes_an_account_off_the_list_reads_the_last_day_and_the_reason_and_waits_for_the_day() {
    let desk = Desk::open(Guide::Notice).await;
    let (_, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    let case = desk.town.goes_on("suspension", &account).await;
    let last_day = jiff::civil::date(2026, 8, 31);
    desk.town.does(&case, "stop", "s1-head", Evidence::Stop { last_day }).await.expect("stated beforehand");
    desk.town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    let central = desk.sign_in("s3-staff").await;
    let page = central.get(&format!("cases/{case}/steps/delist")).await;
    assert!(page.field("on").is_none(), "nothing is offered before the day: {}", page.read());
    let page = page.read();
    assert!(page.contains("利用の最後の日は令和8年8月31日です。この手順は、その日から行えます。"), "{page}");
    assert!(page.contains("案内を一つにまとめるため") && page.contains("令和8年9月3日まで"), "{page}");
    let told = central.get(&format!("cases/{case}")).await.read();
    assert!(told.contains("「ＳＮＳの利用の休止」の予定を記録しました") && told.contains("掲載中"), "{told}");
}

/// Seen red when a closing that is complete said nothing of the account that is still to be deleted.
#[tokio::test]
async fn a_complete_closing_says_that_the_account_can_still_be_deleted() {
    let desk = Desk::open(Guide::Notice).await;
    let (_, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    let case = desk.town.goes_on("closing", &account).await;
    let last_day = jiff::civil::date(2026, 6, 1);
    desk.town.does(&case, "stop", "s1-head", Evidence::Stop { last_day }).await.expect("stopped");
    desk.town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    let central = desk.sign_in("s3-staff").await;
    let got = does(&central, &case, "delist", &[]).await;
    let said = central.get(got.location()).await.read();
    assert!(said.contains("この案件は完了しました。「アカウントの削除」は、このあとも行えます。"), "{said}");
    let head = desk.sign_in("s1-head").await.get(&format!("cases/{case}")).await.read();
    assert!(head.contains("「アカウントの削除」へ進む"), "{head}");
}

/// Seen red when a case took whatever units its form named.
#[tokio::test]
async fn another_unit_begins_no_case_about_an_account_that_is_not_its_own() {
    let desk = Desk::open(Guide::Notice).await;
    let (_, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    let own = desk.sign_in("s1-head").await;
    let path = format!("cases/new?procedure=closing&account={account}");
    let page = own.get(&path).await;
    let form = |name: &str| page.field(name).expect("a field");
    let (key, on) = (form("key"), form("on"));
    let sent = |unit| {
        let named = [("account", account.0.as_str()), ("unit", unit), ("reason", "やめるため")];
        [[("key", key.as_str()), ("procedure", "closing"), ("on", on.as_str())], named].concat()
    };
    let got = own.post("cases/new", &sent("s2")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = got.read();
    assert!(refused.contains("このアカウントを所管する組織は「観光課」です。"), "{refused}");
    let other = desk.sign_in("s2-head").await.post("cases/new", &sent("s2")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "to others it is as if there were none");
    let got = own.post("cases/new", &sent("s1")).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
}
