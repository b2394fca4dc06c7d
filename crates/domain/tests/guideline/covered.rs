//! The clauses against the leaves: nothing left out, nothing invented, the text byte for byte.

use domain::guideline::coverage;

use super::{CLAUSES, SAMPLE, SOURCE, in_words, load, sample, sound, with};

/// What the coverage says about changed clauses.
fn told(clauses: &str, source: &str) -> String {
    let loaded = sound(load(SAMPLE, clauses));
    in_words(&coverage(&loaded, Some(source.as_bytes())).problems)
}

#[test]
fn the_sample_is_covered_and_its_table_names_what_carries_each_clause() {
    let report = coverage(&sample(), Some(SOURCE.as_bytes()));
    assert_eq!(in_words(&report.problems), "");
    let table = report.to_string();
    assert!(table.contains("1\t定めなし\t強制\tnetworks（強制）、network:facebook（強制）"), "{table}");
    assert!(table.contains("合計 7 条（強制 4、やること 0、記録 1、表示 0、まだ行いません 2）、問題 0 件"), "{table}");
}

#[test]
fn one_byte_of_difference_from_the_official_text_is_found_with_its_line() {
    let source = with(SOURCE, "一覧に載るまで", "一覧にのるまで");
    let said = told(CLAUSES, &source);
    assert!(said.contains("原文の 4 行目"), "{said}");
    assert!(said.contains("clause[3].words"), "{said}");
}

#[test]
fn a_text_that_goes_on_after_the_last_clause_is_not_covered() {
    let said = told(CLAUSES, &format!("{SOURCE}8 附則\n"));
    assert!(said.contains("原文の 8 行目"), "{said}");
}

#[test]
fn a_text_that_ends_before_the_last_clause_is_not_covered() {
    let said = told(CLAUSES, SOURCE.trim_end());
    assert!(said.contains("終わりますが、条文は続きます"), "{said}");
}

#[test]
fn a_clause_that_names_a_rule_which_is_gone_turns_the_coverage_red() {
    let clauses = with(CLAUSES, "\"duty:silence\"", "\"duty:silense\"");
    let said = told(&clauses, SOURCE);
    assert!(said.contains("規則「duty:silense」がありません"), "{said}");
    assert!(said.contains("もしかして: duty:silence"), "{said}");
    assert!(said.contains("規則「duty:silence」は条「7」によるとありますが"), "{said}");
}

#[test]
fn a_clause_declared_firmer_than_what_carries_it_turns_the_coverage_red() {
    let clauses = with(CLAUSES, "carried = \"recorded\"", "carried = \"tasked\"");
    let said = told(&clauses, SOURCE);
    assert!(said.contains("条「5」は「やること」とありますが、一番強いものは「記録」です"), "{said}");
}

#[test]
fn a_must_that_is_only_shown_needs_its_reason() {
    let clauses = with(CLAUSES, "carried = \"tasked\"", "carried = \"shown\"");
    let said = told(&clauses, SOURCE);
    assert!(said.contains("しなければならない条「7」が表示だけになっています"), "{said}");
    let clauses = with(&clauses, "carried = \"shown\"", "carried = \"shown\"\nshown_because = \"心構えのため\"");
    let said = told(&clauses, SOURCE);
    assert!(!said.contains("表示だけになっています"), "{said}");
}

#[test]
fn an_artefact_that_is_not_in_the_words_is_told() {
    let artefact = "\n[[clause.artefact]]\nat = \"親-切\"\nis = \"親切\"\n";
    let clauses = with(CLAUSES, "\n[[clause]]\nid = \"6\"", &format!("{artefact}\n[[clause]]\nid = \"6\""));
    let said = told(&clauses, SOURCE);
    assert!(said.contains("条「5」の言葉に「親-切」がありません"), "{said}");
}

#[test]
fn a_city_without_a_clause_file_is_told_to_write_one() {
    let loaded = sound(domain::guideline::read(&domain::guideline::Files {
        guideline: ("guideline.toml", SAMPLE),
        clauses: None,
        source: None,
    }));
    let said = in_words(&coverage(&loaded, None).problems);
    assert!(said.contains("clauses.toml"), "{said}");
}

// Red while the table said 「やること」 of a duty that nothing runs.
#[test]
fn what_nothing_runs_yet_is_told_so_and_a_must_of_that_sort_is_named_by_the_guideline() {
    let report = coverage(&sample(), Some(SOURCE.as_bytes()));
    let table = report.to_string();
    assert!(table.contains("6\tしなければならない\tまだ行いません\tprohibition:city（まだ行いません）"), "{table}");
    assert!(table.contains("7\tしなければならない\tまだ行いません\tprocedure:flaming（まだ行いません）"), "{table}");
    assert!(
        table.contains("duty:silence（まだ行いません）、every:silence（まだ行いません）")
            || table.contains("duty:silence（まだ行いません）")
    );
    assert!(table.contains("4\tしなければならない\t強制\t"), "{table}");
    // Without the guideline's list the coverage is red, each clause with its place; loading is not.
    let silent = with(SAMPLE, "not_yet = [\"6\", \"7\"]\n", "");
    let report = coverage(&sound(load(&silent, CLAUSES)), Some(SOURCE.as_bytes()));
    let said: Vec<&str> = report.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(
        said,
        [
            "しなければならない条「6」を、しるべはまだ行いません。",
            "しなければならない条「7」を、しるべはまだ行いません。",
        ]
    );
    assert!(
        report.problems.iter().all(|problem| problem.file == "clauses.toml" && problem.next.contains("not_yet に"))
    );
    // What only has to be tried is no promise that somebody relies on.
    let effort = with(CLAUSES, "id = \"7\"", "id = \"7\"\nnote = \"\"");
    let effort = {
        let (before, after) = effort.split_once("id = \"7\"").expect("the clause");
        format!("{before}id = \"7\"{}", after.replacen("strength = \"must\"", "strength = \"effort\"", 1))
    };
    let report = coverage(&sound(load(&silent, &effort)), Some(SOURCE.as_bytes()));
    assert_eq!(report.problems.len(), 1, "{}", in_words(&report.problems));
}

#[test]
fn what_is_carried_out_does_not_stay_on_that_list_and_an_unknown_clause_is_refused() {
    let stale = with(SAMPLE, "not_yet = [\"6\", \"7\"]", "not_yet = [\"6\", \"7\", \"4\"]");
    let report = coverage(&sound(load(&stale, CLAUSES)), Some(SOURCE.as_bytes()));
    let said = in_words(&report.problems);
    assert!(said.contains("guideline.toml:4:22 not_yet[2]") && said.contains("not_yet から \"4\" を消して"), "{said}");
    let unknown = with(SAMPLE, "not_yet = [\"6\", \"7\"]", "not_yet = [\"6\", \"77\"]");
    let said = in_words(&load(&unknown, CLAUSES).expect_err("no such clause"));
    assert!(said.contains("not_yet[1]") && said.contains("条「77」が条文のファイルにありません"), "{said}");
}
