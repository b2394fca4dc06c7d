//! Each leaf that a check accepts has its effect; the others are refused at their line, and load for ever once adopted.

use std::collections::{BTreeMap, BTreeSet};

use domain::guideline::{Files, Problem, read_adopted, schema};
use serde_json::Value;

use super::{CLAUSES, SAMPLE, SOURCE, in_words, load, with};

/// A change to the sample, where its problem is told, and a word of what is said.
type Case = (&'static [(&'static str, &'static str)], &'static str, &'static str, &'static str);

const OPENING: &str = "[[procedure]]\nid = \"opening\"";
const CLOSING: &str = "[[procedure]]\nid = \"closing\"\nlabel = \"廃止\"\npurpose = \"closing\"\nclause = \"4\"\n\n[[procedure.step]]\nid = \"note\"\nlabel = \"書く\"\nkind = \"share\"\nby = [\"unit_staff\"]\nstrength = \"must\"\nclause = \"4\"\n\n[[procedure]]\nid = \"opening\"";
const ENDS_IF_IT_LIKES: &str = "[[procedure]]\nid = \"closing\"\nlabel = \"廃止\"\npurpose = \"closing\"\nclause = \"4\"\n\n[[procedure.step]]\nid = \"off\"\nlabel = \"外す\"\nkind = \"delist\"\nby = [\"unit_staff\"]\nstrength = \"may\"\nclause = \"4\"\n\n[[procedure]]\nid = \"opening\"";
const ENDS_NOW_AND_THEN: &str = "[[procedure]]\nid = \"closing\"\nlabel = \"廃止\"\npurpose = \"closing\"\nclause = \"4\"\n\n[[procedure.step]]\nid = \"off\"\nlabel = \"外す\"\nkind = \"delist\"\nby = [\"unit_staff\"]\nstrength = \"must\"\nwhen = [\"shared\"]\nclause = \"4\"\n\n[[procedure]]\nid = \"opening\"";
const SUSPENSION: &str = "[[procedure]]\nid = \"suspension\"\nlabel = \"休止\"\npurpose = \"suspension\"\nclause = \"4\"\n\n[[procedure.step]]\nid = \"off\"\nlabel = \"外す\"\nkind = \"delist\"\nby = [\"central_staff\"]\nstrength = \"must\"\nwhen = [\"further\", \"no_replies\"]\nclause = \"4\"\n\n[[procedure]]\nid = \"opening\"";

const FLAMING: &str = "[[procedure]]\nid = \"flaming\"";
const TELLING: &str = "[[procedure.step]]\nid = \"tell\"\nlabel = \"知らせる\"\nkind = \"share\"\nby = [\"unit_staff\"]\nstrength = \"must\"\nwhen = [\"no_replies\"]\nclause = \"4\"\n\n[[procedure]]\nid = \"flaming\"";

const RANKS: &str = "[[rank]]\nid = \"chief\"\nlabel = \"係長\"\n\n[[rank]]\nid = \"head\"\nlabel = \"課長\"\n\n";
const HOURS: &str = "{from_day}から{to_day}までの{from_hour}時{from_minute}分から{to_hour}時{to_minute}分まで";
const URL: &str = "[[policy_item]]\nid = \"url\"\nlabel = \"ＵＲＬ\"\nkind = \"url\"\nneeded = \"after_acquisition\"\nclause = \"3\"\n\n[[policy_item]]\nid = \"purpose\"";
const NOTE: &str = "[[policy_item]]\nid = \"note\"\nlabel = \"備考\"\nkind = \"note\"\nneeded = \"always\"\nclause = \"3\"\n\n[[policy_item]]\nid = \"purpose\"";
const UNIT: &str = "[[policy_item]]\nid = \"unit\"\nlabel = \"所管\"\nkind = \"unit\"\nneeded = \"optional\"\nclause = \"3\"\n\n[[policy_item]]\nid = \"purpose\"";
const PURPOSE: &str = "[[policy_item]]\nid = \"purpose\"";
const OPTIONAL_URL: &str = "[[policy_item]]\nid = \"url\"\nlabel = \"ＵＲＬ\"\nkind = \"url\"\nneeded = \"optional\"\nclause = \"3\"\n\n[[policy_item]]\nid = \"purpose\"";
/// A rule on numbers wants a step that receives.
const NO_NUMBER: (&str, &str) = ("[numbering]\npattern = \"み{serial:4}\"\nclause = \"4\"\n", "");
const TEXT: &str = "[[policy_item]]\nid = \"tone\"\nlabel = \"文体\"\nkind = \"text\"\nneeded = \"always\"\nclause = \"3\"\n\n[[policy_item]]\nid = \"purpose\"";

/// Every refusal of a leaf without effect, red while the check accepted it and nothing came of it.
#[rustfmt::skip]
const CASES: &[Case] = &[
    // No staff list can be imported.
    (&[(RANKS, ""), ("floor = { rank = \"head\", clause = \"2\" }\n", "")], "rank", "1:1", "職員の名簿を取り込めません"),
    (&[("label = \"課長\"\n\n[[office]]", "label = \"係長\"\n\n[[office]]")], "rank[1].label", "", "二度書かれています"),
    (&[("label = \"係長\"", "label = \"\"")], "rank[0].label", "", "呼び名（label）が空です"),
    (&[("label = \"広報課長\"\nis", "label = \"広報課\"\nis")], "office[1].label", "", "二度書かれています"),
    // A refusal that lets everything in.
    (&[("{ network = \"facebook\", label = \"フェイスブック\", clause = \"1\" },", "{ network = \"facebook\", label = \"フェイスブック\", clause = \"1\" },\n  { network = \"other\", label = \"その他\", clause = \"1\" },"), ("others = \"allowed\"", "others = \"refused\"")], "networks.named[1].network", "", "何も断りません"),
    (&[("network = \"facebook\", label = \"フェイスブック\"", "network = \"other\", label = \"その他\"")], "networks.named[0].network", "", "すでに認めています"),
    // Days and times are asked for all the same.
    (&[(HOURS, "終日")], "policy_item[3].sentence", "", "{from_day}"),
    (&[("{from_day}から{to_day}までの", "")], "policy_item[3].sentence", "", "{to_day}"),
    (&[(PURPOSE, URL)], "policy_item[2].needed", "", "掲載より前の取得の手順がありません"),
    (&[("kind = \"purpose\"\nneeded = \"always\"", "kind = \"purpose\"\nneeded = \"after_acquisition\"")], "policy_item[2].needed", "", "取得で分かるのはＵＲＬだけです"),
    (&[(PURPOSE, NOTE)], "policy_item[2].needed", "", "備考は何を書いてもよい"),
    (&[(PURPOSE, UNIT)], "policy_item[2].needed", "", "なしにできません"),
    (&[(PURPOSE, TEXT), ("\"account_name\", \"purpose\"]", "\"account_name\", \"purpose\", \"text\"]")], "listing.shows[3]", "", "一覧の列にできません"),
    (&[("clauses = [\"5\"]", "clauses = []")], "attachment[0].clauses", "", "何も印刷されません"),
    (&[("[numbering]\npattern = \"み{serial:4}\"\nclause = \"4\"\n", ""), ("  { label = \"番号\", source = \"number\", clause = \"4\" },\n", "")], "words.number", "", "番号は付きません"),
    (&[("[numbering]\npattern = \"み{serial:4}\"\nclause = \"4\"\n", ""), ("number = \"管理番号\"\n", "")], "form[0].block[1].rows[2].source", "", "いつも空のままです"),
    (&[("source = \"number\"", "source = \"stop_day\"")], "form[0].block[1].rows[2].source", "", "休止・廃止（stop）の手順がありません"),
    (&[("source = \"number\"", "source = \"policy_place\"")], "form[0].block[1].rows[2].source", "", "show_policy"),
    (&[("step_day = \"file\"", "step_day = \"calm\"")], "form[0].block[1].rows[1].source", "", "この様式を使う手続にありません"),
    (&[(OPENING, CLOSING)], "procedure[0].purpose", "", "目的（purpose）を果たす手順がありません"),
    (&[(OPENING, SUSPENSION)], "procedure[0].step[0].when[0]", "", "開設のときだけ問われる"),
    (&[(OPENING, SUSPENSION)], "procedure[0].step[0].when[1]", "", "この手続では方針を書かない"),
    (&[("replies = \"none\"", "replies = \"as_needed\""), (FLAMING, TELLING)], "procedure[0].step[4].when[0]", "", "replies = \"none\""),
    (&[("holder = { unit_staff = \"publicity\" }", "holder = \"sharing_unit_head\"")], "procedure[0].step[2].by", "", "先へ進めません"),
    (&[("holder = { position = \"publicity_head\" }", "holder = { designated = \"approver\" }")], "role[3].holder", "", "指定する手順がない"),
    (&[("by = [\"central_head\"]", "by = [\"board\"]")], "role[4].holder", "", "定足数（quorum）を確かめる手順がありません"),
    (&[("id = \"draft\"\nlabel = \"方針を書く\"", "id = \"draft\"\nsecond_person = { than = [\"file\"], clause = \"4\" }\nlabel = \"方針を書く\"")], "procedure[0].step[0].second_person.than[0]", "", "後の手順です"),
    (&[("kind = \"file\"", "kind = \"show_profile\""), ("kind = \"receive\"", "kind = \"decide\""), ("[numbering]\npattern = \"み{serial:4}\"\nclause = \"4\"\n", ""), ("own_hosts = [\"www.city.mihon.example\"]", "own_hosts = []")], "procedure[0].step[1].kind", "", "ホスト名がない"),
    (&[("principles = [\"5\"]\n", ""), ("kind = \"file\"", "kind = \"acknowledge\""), ("kind = \"receive\"", "kind = \"decide\""), ("[numbering]\npattern = \"み{serial:4}\"\nclause = \"4\"\n", "")], "procedure[0].step[1].kind", "", "基本原則が書かれていません"),
    (&[("own_hosts = [\"www.city.mihon.example\"]", "own_hosts = [\"https://www.city.mihon.example/\"]")], "municipality.own_hosts[0]", "", "ホスト名ではない"),
    (&[("version = \"第1版\"", "version = \"第1版\"\nsource = \"text.txt\"")], "guideline.source", "", "読まれません"),
    // What makes an account official, or ends that, may not be left out.
    (&[("by = [\"central_head\"]\nstrength = \"must\"\nafter = [{ step = \"receive\"", "by = [\"central_head\"]\nstrength = \"may\"\nafter = [{ step = \"receive\"")], "procedure[0].step[3].strength", "", "一覧に載せないまま"),
    (&[("by = [\"central_head\"]\nstrength = \"must\"\nafter = [{ step = \"receive\"", "by = [\"central_head\"]\nstrength = \"in_principle\"\nafter = [{ step = \"receive\"")], "procedure[0].step[3].strength", "", "一覧に載せないまま"),
    (&[("kind = \"draft\"\nby = [\"unit_staff\"]\nstrength = \"must\"", "kind = \"draft\"\nby = [\"unit_staff\"]\nstrength = \"as_needed\"")], "procedure[0].step[0].strength", "", "方針を作らないまま"),
    (&[(OPENING, ENDS_IF_IT_LIKES)], "procedure[0].step[0].strength", "", "一覧に載せたまま"),
    (&[(OPENING, ENDS_NOW_AND_THEN)], "procedure[0].purpose", "", "ない場合があります"),
    // Figures that nobody can mean.
    (&[("open_days = 3", "open_days = 99999999")], "procedure[0].step[3].within.open_days", "", "間違いではありませんか"),
    (&[("open_days = 3", "open_days = 0")], "procedure[0].step[3].within.open_days", "", "間違いではありませんか"),
    (&[("quorum = 3", "quorum = 4000000000")], "role[4].holder.committee.quorum", "", "間違いではありませんか"),
    // Words that are empty, wherever words stand.
    (&[("central = \"広報課\"", "central = \"\"")], "words.central", "", "空です"),
    (&[("[listing]\n", "[listing]\ncity_says = \" \"\n")], "listing.city_says", "", "空です"),
    (&[("number = \"管理番号\"", "number = \"\"")], "words.number", "", "空です"),
    (&[("text = \"個別の返信はしません。\"", "text = \"　\"")], "policy_item[4].stance[0].text", "", "空です"),
    (&[("label = \"返信しない\"", "label = \"\"")], "policy_item[4].stance[0].label", "", "空です"),
    (&[("contact = { practice = \"問合せ先を案内するため\" }", "contact = { practice = \"\" }")], "policy_item[4].stance[0].contact.practice", "", "空です"),
    (&[("label = \"目的\"", "label = \"\"")], "policy_item[2].label", "", "空です"),
    (&[("label = \"一覧に載せる\"", "label = \"\"")], "procedure[0].step[3].label", "", "空です"),
    (&[("title = \"注意事項\"", "title = \"\"")], "attachment[0].title", "", "空です"),
    (&[("words = \"意見を募るとき\"", "words = \"\"")], "prohibition[0].exception[0].words", "", "空です"),
    (&[("kind = \"title\"\nwords = \"届\"", "kind = \"title\"\nwords = \"\"")], "form[0].block[0].words", "", "空です"),
    // What nothing uses, and what is written twice.
    (&[("[[office]]\nkey = \"board\"", "[[office]]\nkey = \"mayor\"\nlabel = \"市長\"\nis = \"position\"\n\n[[office]]\nkey = \"board\"")], "office[2].key", "", "使われていません"),
    (&[(HOURS, "{from_day}から{to_day}までの{from_hour}時{from_minute}分から{to_hour}時{to_minute}分まで（{from_day}から）")], "policy_item[3].sentence", "", "二度書かれています"),
    (&[("み{serial:4}", "{fiscal_year}み{serial:4}（{fiscal_year}）")], "numbering.pattern", "", "二度書かれています"),
    (&[("own_hosts = [\"www.city.mihon.example\"]", "own_hosts = [\"www.city.mihon.example\", \"www.city.mihon.example\"]")], "municipality.own_hosts[1]", "", "二度書かれています"),
    // A deadline that nobody is held to, a host that is no city's, a day that nobody means.
    (&[("by = [\"central_head\"]\nstrength = \"must\"\nafter = [{ step = \"receive\"", "by = [\"central_head\"]\nstrength = \"may\"\nafter = [{ step = \"receive\"")], "procedure[0].step[3].within", "", "期限"),
    (&[("own_hosts = [\"www.city.mihon.example\"]", "own_hosts = [\"x.com\"]")], "municipality.own_hosts[0]", "", "公式サイトではなく"),
    (&[("own_hosts = [\"www.city.mihon.example\"]", "own_hosts = [\"www.facebook.com\"]")], "municipality.own_hosts[0]", "", "公式サイトではなく"),
    (&[("effective_on = \"2026-04-01\"", "effective_on = \"9999-04-01\"")], "guideline.effective_on", "", "年の間違い"),
    // Kinds of steps that harm an account or run nothing where they stand, and items without which nothing can be listed.
    (&[("kind = \"receive\"", "kind = \"delete_account\""), ("returns_to = \"draft\"\n", ""), NO_NUMBER], "procedure[0].step[2].kind", "", "休止または廃止"),
    (&[("kind = \"receive\"", "kind = \"stop\""), ("returns_to = \"draft\"\n", ""), NO_NUMBER], "procedure[0].step[2].kind", "", "休止または廃止"),
    (&[("kind = \"receive\"", "kind = \"warn_public\""), ("returns_to = \"draft\"\n", ""), NO_NUMBER], "procedure[0].step[2].kind", "", "投稿とその後の対応"),
    (&[("kind = \"receive\"", "kind = \"rule\""), ("returns_to = \"draft\"\n", ""), NO_NUMBER], "procedure[0].step[2].kind", "", "ruling"),
    (&[(OPENING, CLOSING), ("kind = \"share\"", "kind = \"acquire\"")], "procedure[0].step[0].kind", "", "取得または掲載"),
    (&[("kind = \"account_name\"\nneeded = \"always\"", "kind = \"account_name\"\nneeded = \"optional\"")], "policy_item[1].needed", "", "名のないアカウント"),
    (&[("kind = \"network\"\nneeded = \"always\"", "kind = \"network\"\nneeded = \"optional\"")], "policy_item[0].needed", "", "種類のないアカウント"),
    (&[(PURPOSE, OPTIONAL_URL)], "policy_item[2].needed", "", "ＵＲＬのないアカウント"),
    (&[("  { label = \"目的\", source = { item = \"purpose\" }, clause = \"4\" },\n  { label = \"届出日\", source = { step_day = \"file\" }, clause = \"4\" },\n  { label = \"番号\", source = \"number\", clause = \"4\" },\n", "")], "form[0].block[1].rows", "", "何も印刷されません"),
    (&[("kind = \"title\"\nwords = \"届\"", "kind = \"addressee\"\nlines = []")], "form[0].block[0].lines", "", "何も印刷されません"),
    (&[("[residual]", "[[form.block]]\nkind = \"page_break\"\n\n[residual]")], "form[0].block[2]", "", "改ページ"),
    (&[("kind = \"title\"\nwords = \"届\"", "kind = \"attachments\""), ("[[attachment]]\nid = \"notes\"\ntitle = \"注意事項\"\nclauses = [\"5\"]\nclause = \"5\"\n", "")], "form[0].block[0]", "", "何も印刷されません"),
];

#[test]
fn a_leaf_without_effect_is_refused_at_its_line_and_loads_once_it_was_adopted() {
    let mut failures = Vec::new();
    for (changes, path, place, word) in CASES {
        let text = changes.iter().fold(SAMPLE.to_owned(), |text, (old, new)| with(&text, old, new));
        let problems = load(&text, CLAUSES).err().unwrap_or_default();
        let told = |p: &&Problem| p.path == *path && p.to_string().contains(word) && !p.next.is_empty();
        match problems.iter().find(told) {
            None => failures.push(format!("{path} {word}, but was told:\n{}", in_words(&problems))),
            Some(p) => {
                let at = format!("guideline.toml:{}:{}", p.line, p.column);
                let line = text.lines().nth(p.line - 1).unwrap_or_default();
                let field = path.rsplit(['.', '[']).find(|part| part.ends_with(|c: char| c.is_ascii_lowercase()));
                let there = *path == "rank"
                    || line.contains(field.unwrap_or_default())
                    || line.contains("= [")
                    || line.trim_start().starts_with('{')
                    || line.starts_with("[[");
                assert!(there && at.contains(place), "{path} is told at {at}: {line}");
            }
        }
        let files = Files {
            guideline: ("guideline.toml", &text),
            clauses: Some(("clauses.toml", CLAUSES)),
            source: Some(("source.txt", SOURCE.as_bytes())),
        };
        if let Err(problems) = read_adopted(&files) {
            failures.push(format!("{path}: what was adopted no longer loads:\n{}", in_words(&problems)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What each leaf of the model does: a line each, written by hand.
const EFFECTS: &str = include_str!("effects.txt");

#[test]
fn every_leaf_of_the_model_is_said_to_have_an_effect() {
    let said: BTreeMap<&str, &str> = EFFECTS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").unwrap_or_else(|| panic!("no effect: {line}")))
        .collect();
    let mut leaves = BTreeSet::new();
    walk("Guideline", schema(), &mut leaves);
    for (name, definition) in schema().get("$defs").and_then(Value::as_object).into_iter().flatten() {
        walk(name, definition, &mut leaves);
    }
    let named: BTreeSet<String> = said.keys().map(|key| (*key).to_owned()).collect();
    let missing: Vec<&String> = leaves.difference(&named).collect();
    let gone: Vec<&String> = named.difference(&leaves).collect();
    assert!(missing.is_empty() && gone.is_empty(), "nobody says what these do: {missing:#?}\nno such leaf: {gone:#?}");
}

/// The fields and the words of one type.
fn walk(name: &str, schema: &Value, into: &mut BTreeSet<String>) {
    for (field, _) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        into.insert(format!("{name}.{field}"));
    }
    let words = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    into.extend(words.filter_map(Value::as_str).map(|word| format!("{name}={word}")));
    for variant in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        if let Some(word) = variant.get("const").or(variant.pointer("/properties/kind/const")).and_then(Value::as_str) {
            into.insert(format!("{name}={word}"));
        } else {
            walk(name, variant, into);
        }
    }
}
