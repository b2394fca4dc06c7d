//! Whatever stands in a file, the loader answers with problems and never falls over.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{CLAUSES, SAMPLE, load, seeds};

/// One change to a text: where (as a share of its length), how many bytes go, what comes.
type Cut = (f64, usize, Vec<u8>);

fn mutated(text: &str, cuts: &[Cut]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (share, gone, come) in cuts {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a short length"
        )]
        let at = (bytes.len() as f64 * share) as usize;
        let end = at.saturating_add(*gone).min(bytes.len());
        bytes.splice(at.min(end)..end, come.iter().copied());
    }
    // A file that is not UTF-8 is refused before it comes here; what is left of it is read.
    String::from_utf8_lossy(&bytes).into_owned()
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let toml = prop::sample::select(vec![
        "[",
        "]",
        "{",
        "}",
        "=",
        "\"",
        "'",
        "\"\"\"",
        "[[",
        "]]",
        ".",
        ",",
        "\n",
        "#",
        "\\",
        "\u{0}",
        "\r",
        "\u{feff}",
        "あ",
        "1",
        "-",
        "step",
        "after = [",
        "[[procedure]]\n",
        "{ step = \"draft\" }",
        "9999999999",
    ]);
    prop_oneof![toml.prop_map(|s: &str| s.as_bytes().to_vec()), prop::collection::vec(any::<u8>(), 0..6),]
}

#[test]
fn no_change_of_bytes_makes_the_loader_fall_over_and_every_problem_has_a_place_in_the_file() {
    let mut texts = vec![(SAMPLE.to_owned(), CLAUSES.to_owned())];
    texts.extend(seeds::all().into_iter().map(|s| (s.guideline, s.clauses)));
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|c| c.parse().ok()).unwrap_or(300);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let cuts = prop::collection::vec((0.0..1.0f64, 0..40usize, pieces()), 1..6);
    let which = (0..texts.len(), any::<bool>(), cuts);
    let outcome = runner.run(&which, |(which, guideline, cuts)| {
        let (text, clauses) = &texts[which];
        let (text, clauses) =
            if guideline { (mutated(text, &cuts), clauses.clone()) } else { (text.clone(), mutated(clauses, &cuts)) };
        match load(&text, &clauses) {
            Ok(loaded) => {
                domain::guideline::coverage(
                    &loaded,
                    Some(cuts.iter().flat_map(|c| c.2.clone()).collect::<Vec<u8>>().as_slice()),
                );
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for p in problems {
                    let text = if p.file == "clauses.toml" { &clauses } else { &text };
                    prop_assert!(p.line >= 1 && p.line <= text.matches('\n').count() + 1, "{p}");
                    prop_assert!(!p.what.is_empty() && !p.next.is_empty(), "{p}");
                }
            }
        }
        Ok(())
    });
    if let Err(e) = outcome {
        panic!("{e}");
    }
}

#[test]
fn nesting_without_end_is_refused_before_it_is_built() {
    for piece in ["[", "{a=", "a.", "[a.", "[[a.", "\"a\" . ", "x=[", "{a.b.c.d.e.f="] {
        let text = piece.repeat(1024 * 1024 / piece.len() - 1);
        let problems = load(&text, CLAUSES).expect_err(piece);
        assert!(problems.iter().any(|p| p.what.contains("深すぎます")), "{piece}: {problems:?}");
    }
}

#[test]
fn a_file_of_more_than_a_mebibyte_is_refused() {
    let text = format!("{SAMPLE}# {}\n", "あ".repeat(400 * 1024));
    let problems = load(&text, CLAUSES).expect_err("a large file");
    assert!(problems.iter().any(|p| p.what.contains("大きすぎます")), "{problems:?}");
}

#[test]
fn a_file_full_of_mistakes_is_told_of_the_first_few_hundred_and_no_more() {
    for line in ["[[rank]]\n", "x = \n", "[[procedure]]\nid = 'a'\nid = 'b'\n", "[[rank]]\nid='a'\nlabel='a'\n"] {
        let text = format!("{SAMPLE}\n{}", line.repeat(400_000 / line.len()));
        let problems = load(&text, CLAUSES).expect_err(line);
        assert!((1..=400).contains(&problems.len()), "{line}: {}", problems.len());
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_not_matter() {
    let text = format!("\u{feff}{}", SAMPLE.replace('\n', "\r\n"));
    super::sound(load(&text, CLAUSES));
}
