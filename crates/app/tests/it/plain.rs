//! What the command line says of broken files and arguments: Japanese, with no word of a library in it.

use std::collections::BTreeSet;

use crate::cli::Desk;

/// Names that stand in our own messages, beside those that were typed or stand in a file.
const NAMES: &str = "TOML JSON UTF-8 URL docs manual-cli ja md shirube help OPTIONS PostgreSQL postgres SQLite true false null \
    data dev city key from until open_because as on evidence json file network network_name account_name url purpose \
    audience information period hours reply note further departures from_day to_day text because stance contact \
    base_url notice carried_days staff_url digest_hour outbound oidc mail webhook attachments server port security user \
    password_file ca_file domains starttls tls none person_mb case_mb town_mb issuer client_id secret_file name \
    url_file units secret addresses decided_on how meeting held_on present document_number decision of_draft \
    guideline toml clauses staff account x facebook instagram line youtube other opening \
    subcommand init office case impersonator list verify publish export serve public ledger sign-in backup restore \
    import show resolve found rename move merge split abolish deputy assign leave open draft do return withdraw form \
    check diff coverage schema adopt rebuild checkpoint dump prove erase limit key-hex longest-days unsigned state \
    host staff-port allow-from proxy accept leave-out yes dir html docx pdf format out seals font silence_days \
    end_notice_days takedown_recheck_days mutual_link_days holding_notice_hours example lg jp https www \
    account_name_en account_name_kana trusted_days renew-seal unlist names ip \
    unit units policy database schema shirube_city shirube_data shirube_database shirube_schema \
    attachment client_secret_file groups claim login_claim _template guidelines completions man sample id value why setting city";

/// The words of plain letters in a text.
fn words(text: &str) -> BTreeSet<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let words = text.split(|c: char| !part(c)).map(|word| word.trim_matches('-'));
    words.filter(|word| word.bytes().filter(u8::is_ascii_alphabetic).count() >= 2).map(str::to_lowercase).collect()
}

/// What is told of a line that must fail holds no word that is neither a name nor typed.
fn is_plain(desk: &Desk, line: &str, given: &str) {
    let said = desk.types(line);
    assert_ne!(said.code, 0, "{line}\n{}", said.out);
    let told = format!("{}{}", said.out, said.err);
    assert!(!told.is_ascii(), "{line}: {told}");
    let mut allowed = words(NAMES);
    allowed.extend(words(line));
    allowed.extend(words(given));
    allowed.extend(words(&desk.file("data").display().to_string()));
    let foreign: Vec<String> = words(&told).into_iter().filter(|word| !allowed.contains(word)).collect();
    assert!(foreign.is_empty(), "{line}\n{foreign:?} in:\n{told}");
}

#[test]
fn a_broken_policy_is_told_of_in_japanese_with_its_line() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let broken = [
        "period = { until = \"2029-03-31\" }\n",
        "period = { from = \"2026-04-01\", untill = \"2029-03-31\" }\n",
        "period = { from = 3 }\n",
        "period = \"2026-04-01\"\n",
        "hours = { from_day = \"月\" }\n",
        "hours = { from_day = \"月\", to_day = \"金\", from = 830, to = \"17:15\" }\n",
        "hours = \"終日\"\n",
        "reply = { text = \"返信しません\" }\n",
        "purpose = 5\n",
        "purpose = [\"五\"]\n",
        "purpose = \"途中\n",
        "purpose\n",
        "purpose = \"一\"\npurpose = \"二\"\n",
        "purpose ＝ \"全角\"\n",
        "further = \"文\"\n",
        "departures = { attachment = \"x\" }\n",
        "[[departures]]\nattachment = \"x\"\n",
        "network = 99999999999999999999999\n",
    ];
    for text in broken {
        let file = desk.writes("policy.toml", text);
        let line = format!("case draft {case} --file {file} --as 02013 --on 令和7年4月2日");
        is_plain(&desk, &line, text);
        assert!(desk.fails(&line).contains("policy.toml:"), "{text}: {}", desk.fails(&line));
    }
    for text in
        ["{", "{\"purpose\": 5}", "{\"purposes\": \"x\"}", "{\"period\": {\"from\": \"x\"}}", "[]", "{\"hours\": {}}"]
    {
        let file = desk.writes("policy.json", text);
        is_plain(&desk, &format!("case draft {case} --file {file} --as 02013"), text);
    }
    // Days follow one rule, in whatever form they come.
    for (name, text) in [
        ("policy.toml", "period = { from = \"令和8年4月1日\", until = \"令和99年3月31日\" }\n"),
        ("policy.toml", "period = { from = 2026-04-01, until = 9999-03-31 }\n"),
        ("policy.json", "{\"period\": {\"from\": \"2026-04-01\", \"until\": \"2117-03-31\"}}"),
    ] {
        let file = desk.writes(name, text);
        let told = desk.fails(&format!("case draft {case} --file {file} --as 02013"));
        assert!(told.contains("年の間違い"), "{text}: {told}");
    }
}

#[test]
fn names_that_a_guideline_does_not_know_are_refused_in_a_policy_with_their_line() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    for (text, at, name) in [
        ("purpose = \"季節\"\n[further]\ntone = \"ていねいに\"\n", "policy.toml:3:1", "tone"),
        (
            "[[departures]]\nattachment = \"no_such\"\nbecause = \"理由\"\ntext = \"文\"\n",
            "policy.toml:2:15",
            "no_such",
        ),
    ] {
        let file = desk.writes("policy.toml", text);
        let said = desk.types(&format!("case draft {case} --file {file} --as 02013 --on 令和7年4月2日"));
        assert_eq!(said.code, 2, "{}{}", said.out, said.err);
        assert!(said.err.contains(at) && said.err.contains(name) && said.err.contains("直し方"), "{}", said.err);
    }
    assert!(desk.does(&format!("case show {case}")).contains("（版 1）"), "nothing was kept");
}

#[test]
fn broken_settings_and_guidelines_are_told_of_in_japanese() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let broken = [
        "notce = \"見本\"\n",
        "carried_days = 70000\n",
        "carried_days = \"四\"\n",
        "outbound = \"chat.example.jp:443\"\n",
        "[mail]\nserver = \"m\"\n",
        "[mail]\nserver = \"m\"\nfrom = \"f\"\nsecurity = \"ssl\"\n",
        "[attachments]\nperson_mb = -1\n",
        "[[webhook]]\nname = \"n\"\nurl_file = \"u\"\naddresses = [\"x\"]\n",
        "notice = \n",
    ];
    for text in broken {
        desk.writes("data/312011.toml", text);
        is_plain(&desk, "case list", text);
        assert!(desk.fails("case list").contains("312011.toml:"), "{text}");
    }
    let folder = desk.file("wrong");
    std::fs::create_dir(&folder).expect("a folder");
    for text in [
        "format = \"一\"\n",
        "format = 1\n[[setting]]\nid = \"silent_days\"\nvalue = 3\nwhy = \"理由\"\n",
        "format = 1\n[guideline]\neffective_on = \"2020-99-99\"\n",
        "format = 99999999999999999999\n",
        "format = 1.5\n",
    ] {
        std::fs::write(folder.join("guideline.toml"), text).expect("a file");
        let template =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../guidelines/tottori/guideline.toml"));
        // What may stand somewhere is told by its names, all of which stand in some guideline or in the manual of the format.
        let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guideline-ja.md"));
        let names = format!("{text}{}{}", template.expect("a guideline"), manual.expect("the manual"));
        is_plain(&desk, &format!("guideline check {}", folder.display()), &names);
    }
}

#[test]
fn broken_arguments_are_told_of_in_japanese() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    for line in [
        "serve --port 99999",
        "serve --port 八",
        "serve --port -1",
        "serve --port",
        "public x --unsigned --longest-days 0",
        "public x --unsigned --longest-days 999999999999999999999",
        "ledger show --from 99999999999999999999999",
        "ledger show --limit 5000000000",
        "ledger prove x",
        "office found",
        "office found 01 課 --level 局 --from 2026-04-01",
        "office import x --from 2026-13-01",
        "office import no-such-file.csv --from 2026-04-01",
        "office import / --from 2026-04-01",
        "office show --on 9999-12-31",
        "office show --on 令和99年1月1日",
        "list show --on 今日",
        "nothing",
        "case",
        "case do",
        "case open opening --unitt 0201 --as 02013",
        "verify",
        "verify a b",
        "completions cmd",
        "office deputy 1 2 --from 2026-04-01 --until 令和150年4月1日",
    ] {
        is_plain(&desk, line, "bash elvish fish powershell zsh");
    }
}

#[test]
fn a_key_where_it_prevents_nothing_is_refused_before_anything_is_done() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    for line in ["office found 09 新課 --from 令和8年4月1日", "list show", "case list", "guideline schema"] {
        let said = desk.types(&format!("{line} --key 一度だけ"));
        assert_eq!(said.code, 2, "{line}: {}{}", said.out, said.err);
        assert!(said.err.contains("--key") && said.err.contains("外して"), "{}", said.err);
    }
    assert!(!desk.does("office show --on 令和8年4月2日").contains("新課"));
}

#[test]
fn a_day_that_has_not_come_is_told_with_the_list() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    assert!(desk.does("list show --on 令和60年4月1日").contains("まだ来ていません"));
    assert!(!desk.does("list show").contains("まだ来ていません"));
    assert!(desk.types("list board --on 令和60年4月1日").err.contains("まだ来ていません"));
}
