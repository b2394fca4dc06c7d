//! Whether an account is official: one list, several lists, lists that are too old, and questions that are none.

use crate::town::{BUILT, Server, VALID, encoded, mihon, tonari};
use axum::http::StatusCode;
use serde_json::Value;

/// One question for each word that an answer can have.
const QUESTIONS: [(&str, &str); 8] = [
    ("https://twitter.com/Mihon_Town?s=20", "official"),
    ("https://x.com/mihon_yasumi", "suspended"),
    ("https://x.com/mihon_event", "closed"),
    ("https://x.com/everywhere", "impersonator"),
    ("https://x.com/mihon_mada", "not_yet_official"),
    ("https://www.tiktok.com/@mihon_town", "no_account_on_network"),
    ("https://x.com/nobody_here", "not_registered"),
    ("こんにちは。", "cannot_judge"),
];

#[tokio::test]
async fn each_word_has_a_question_and_the_page_agrees_with_the_interface() {
    let server = Server::of(&[mihon()]);
    for (ask, word) in QUESTIONS {
        let answer = server.verify(ask).await;
        assert_eq!(answer["verdict"], word, "{ask}");
        assert_eq!(answer["municipality"], "999999");
        assert_eq!(answer["ledger_size"], 42);
        assert_eq!(answer["built_at"], "2026-11-21T00:00:00Z");
        assert_eq!(answer["valid_until"], "2026-11-23T00:00:00Z");
        for name in ["url", "q"] {
            let page = server.get(&format!("/verify?{name}={}", encoded(ask))).await;
            assert_eq!(page.status, StatusCode::OK);
            assert_eq!(page.text().contains("class=\"answer good\""), word == "official", "{ask}");
            assert!(page.text().contains(answer["reason"].as_str().unwrap()), "{ask}");
        }
    }
}

#[tokio::test]
async fn an_official_answer_names_the_listed_record_behind_it() {
    let server = Server::of(&[mihon()]);
    let answer = server.verify("https://x.com/mihon_town").await;
    assert_eq!(answer["account"]["id"], "a-01");
    assert_eq!(answer["account"]["page"], "https://999999.example.jp/list/accounts/a-01.html");
    assert_eq!(answer["account"]["since"], "2026-11-20");
    assert_eq!(answer["understood"]["url"], "https://x.com/mihon_town");
    assert_eq!(server.verify("https://x.com/mihon_event").await["account"]["id"], Value::Null);
    assert_eq!(server.verify("https://x.com/nobody_here").await["account"], Value::Null);
}

#[tokio::test]
async fn past_its_time_no_list_says_official() {
    let server = Server::of(&[mihon(), tonari()]);
    let places = ["/api/v1/verify", "/999999/api/v1/verify"];
    for (now, wanted) in [(VALID - 1, "official"), (VALID, "cannot_judge"), (i64::MAX, "cannot_judge")] {
        server.at(now);
        for place in places {
            let answer = server.get(&format!("{place}?url=https://x.com/mihon_town")).await.json();
            assert_eq!(answer["verdict"], wanted, "{place} at {now}");
        }
        let page = server.get("/999999/verify?url=https://x.com/mihon_town").await;
        assert_eq!(page.text().contains("class=\"answer good\""), wanted == "official");
    }
    for (ask, _) in QUESTIONS {
        assert_eq!(server.verify(ask).await["verdict"], "cannot_judge", "{ask}");
    }
}

#[tokio::test]
async fn of_several_lists_the_one_speaks_that_has_most_to_say() {
    let server = Server::of(&[mihon(), tonari()]);
    for (ask, word, speaker) in [
        ("https://x.com/mihon_town", "official", Some("999999")),
        ("https://x.com/tonari_vil", "official", Some("888888")),
        ("https://x.com/everywhere", "impersonator", Some("999999")),
        ("https://x.com/mihon_yasumi", "closed", Some("888888")),
        ("https://x.com/mihon_mada", "suspended", Some("888888")),
        ("https://www.instagram.com/nobody_here/", "not_registered", None),
        ("https://www.tiktok.com/@mihon_town", "no_account_on_network", None),
        ("こんにちは。", "cannot_judge", Some("999999")),
    ] {
        let answer = server.verify(ask).await;
        assert_eq!(answer["verdict"], word, "{ask}");
        assert_eq!(answer["municipality"], speaker.map_or(Value::Null, Value::from), "{ask}");
        let sizes: Vec<_> =
            answer["rests_on"].as_array().unwrap().iter().map(|ground| &ground["ledger_size"]).collect();
        assert_eq!(sizes, [42, 7], "{ask}: it rests on both ledgers");
        assert_eq!(answer["ledger_size"].is_null(), speaker.is_none(), "{ask}");
    }
}

#[tokio::test]
async fn a_list_that_is_too_old_takes_certainty_from_the_others() {
    let mut old = tonari();
    old.valid_until = BUILT + 1000;
    let server = Server::of(&[mihon(), old]);
    server.at(BUILT + 1000);
    assert_eq!(server.verify("https://x.com/mihon_town").await["verdict"], "official");
    assert_eq!(server.verify("https://x.com/tonari_vil").await["verdict"], "impersonator");
    assert_eq!(server.verify("https://x.com/nobody_here").await["verdict"], "cannot_judge");
}

#[tokio::test]
async fn a_question_can_be_narrowed_to_one_town() {
    let server = Server::of(&[mihon(), tonari()]);
    let url = encoded("https://x.com/tonari_vil");
    for (uri, word) in [
        (format!("/api/v1/verify?url={url}&municipality=999999"), "impersonator"),
        (format!("/api/v1/verify?municipality=888888&url={url}"), "official"),
        (format!("/999999/api/v1/verify?url={url}"), "impersonator"),
        (format!("/api/v1/verify?url={url}&municipality="), "official"),
    ] {
        let answer = server.get(&uri).await.json();
        assert_eq!(answer["verdict"], word, "{uri}");
    }
    for odd in ["777777", "999999&municipality=888888", "%00"] {
        let reply = server.get(&format!("/api/v1/verify?url={url}&municipality={odd}")).await;
        assert_eq!((reply.status, &reply.json()["parameter"]), (StatusCode::BAD_REQUEST, &"municipality".into()));
        assert!(reply.text().contains("999999、888888"), "the codes that would do are named");
    }
}

#[tokio::test]
async fn a_question_that_is_none_is_refused_with_the_name_of_the_parameter() {
    let server = Server::of(&[mihon()]);
    let long = format!("?url={}", "a".repeat(4097));
    for query in ["", "?", "?url", "?url=", "?url=%20%E3%80%80", "?URL=x", "?q=x", "?url=a&url=b", &long] {
        let reply = server.get(&format!("/api/v1/verify{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.header("content-type"), "application/problem+json; charset=utf-8");
        let problem = reply.json();
        assert_eq!((&problem["parameter"], &problem["status"]), (&"url".into(), &400.into()));
        assert!(problem["detail"].as_str().unwrap().contains("url"), "{query}");
    }
    let longest = format!("/api/v1/verify?url={}", "a".repeat(4096));
    assert_eq!(server.get(&longest).await.json()["verdict"], "cannot_judge");
}

#[tokio::test]
async fn two_questions_at_once_are_not_answered_for_either() {
    let server = Server::of(&[mihon()]);
    let good = encoded("https://x.com/mihon_town");
    for query in [format!("url={good}&url=https://x.com/nobody"), format!("url={good}&url={good}")] {
        let page = server.get(&format!("/verify?{query}")).await;
        assert!(page.text().contains("判定できません") && !page.text().contains("class=\"answer good\""));
    }
    let long = server.get(&format!("/verify?url={}", "a".repeat(4097))).await;
    assert!(long.text().contains("長すぎます") && !long.text().contains("aaaa"));
}

#[tokio::test]
async fn hostile_questions_are_answered_and_never_with_official() {
    let server = Server::of(&[mihon()]);
    for ask in [
        "https://x.com.evil.example/mihon_town",
        "https://evil.example/https://x.com/mihon_town",
        "https://x.com@evil.example/mihon_town",
        "javascript:alert('https://x.com/mihon_town')",
        "\"><script>alert(1)</script>",
        "https://x.com/mihon_town%00",
        "https://x.com/mihon_t0wn",
        "\u{202e}nwot_nohim/moc.x//:sptth",
        "{{7*7}}",
        "\0",
    ] {
        assert_ne!(server.verify(ask).await["verdict"], "official", "{ask}");
        let page = server.get(&format!("/verify?url={}", encoded(ask))).await;
        assert_eq!(page.status, StatusCode::OK, "{ask}");
        assert!(!page.text().contains("\"><script>") && !page.text().contains("class=\"answer good\""), "{ask}");
    }
    for raw in ["%ff%fe", "%", "%zz", "+", "a%", "%F0%9F"] {
        assert!(server.get(&format!("/api/v1/verify?url={raw}")).await.status.as_u16() < 500, "{raw}");
    }
}

/// Whether a value is what a schema of the description says, as far as the description's own means go.
fn fits(value: &Value, schema: &Value, all: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        return fits(value, &all[name.rsplit('/').next().unwrap()], all);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return if choices.iter().filter(|choice| fits(value, choice, all).is_ok()).count() == 1 {
            Ok(())
        } else {
            Err(format!("{value} is not one of {choices:?}"))
        };
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = &schema["type"];
    if kinds != kind && !kinds.as_array().is_some_and(|kinds| kinds.iter().any(|it| it == kind)) {
        return Err(format!("{value} is no {kinds}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{value} is not among {words:?}"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(item, &schema["items"], all)?;
    }
    if let Some(object) = value.as_object() {
        let keys: std::collections::BTreeSet<&str> = object.keys().map(String::as_str).collect();
        let required: std::collections::BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
        if keys != required {
            return Err(format!("{keys:?} are not {required:?}"));
        }
        for (key, item) in object {
            fits(item, &schema["properties"][key], all).map_err(|why| format!("{key}: {why}"))?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_answer_is_what_the_description_says() {
    let server = Server::of(&[mihon(), tonari()]);
    let api = server.get("/openapi.json").await.json();
    let all = &api["components"]["schemas"];
    let mut words = std::collections::BTreeSet::new();
    for (ask, _) in QUESTIONS {
        for place in ["/api/v1/verify", "/999999/api/v1/verify"] {
            let answer = server.get(&format!("{place}?url={}", encoded(ask))).await.json();
            fits(&answer, &all["Answer"], all).unwrap();
            words.insert(answer["verdict"].to_string());
        }
    }
    let described: std::collections::BTreeSet<String> =
        all["Verdict"]["enum"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(words, described);

    let refusal = server.get("/api/v1/verify").await;
    fits(&refusal.json(), &all["Refusal"], all).unwrap();
    let responses = &api["paths"]["/api/v1/verify"]["get"]["responses"];
    let long = server.get(&format!("/api/v1/verify?url={}", "a".repeat(8 * 1024))).await;
    let posted = server.send(axum::http::Method::POST, "/api/v1/verify?url=x", &[]).await;
    for (reply, status) in
        [(&refusal, "400"), (&server.get("/api/v1/verify?url=x").await, "200"), (&long, "414"), (&posted, "405")]
    {
        assert_eq!(reply.status.as_str(), status);
        let media = reply.header("content-type").split(';').next().unwrap().to_owned();
        assert!(responses[status]["content"].get(&media).is_some(), "{status}: {media}");
    }
    let answer = server.verify("https://x.com/mihon_town").await;
    let mut without = answer.clone();
    without.as_object_mut().unwrap().remove("ledger_size");
    assert!(fits(&without, &all["Answer"], all).is_err(), "the comparison sees a missing key");
}
