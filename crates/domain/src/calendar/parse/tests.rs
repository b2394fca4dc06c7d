use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::calendar::wareki_with_western;

#[track_caller]
fn refused(typed: &str) -> String {
    parse_date(typed).expect_err("this date is refused").to_string()
}

#[test]
fn one_day_can_be_written_in_every_way_that_town_halls_use() {
    for typed in [
        "2026-04-01",
        "2026/4/1",
        "2026.4.1",
        "2026年4月1日",
        "２０２６年４月１日",
        "２０２６／４／１",
        "令和8年4月1日",
        "令和 ８年 ４月 １日",
        "R8.4.1",
        "Ｒ８．４．１",
        "r8/4/1",
        "㋿8年4月1日",
        "　2026年04月01日　",
        "20260401",
        "２０２６０４０１",
        "令和八年四月一日",
        "二〇二六年四月一日",
        "令8.4.1",
        "令和8年4月1日（水）",
        "2026-04-01 (水)",
        "R8.4.1（水曜日）",
        "2026年4月1日水曜日",
    ] {
        assert_eq!(parse_date(typed), Ok(date(2026, 4, 1)), "{typed}");
    }
    assert_eq!(parse_date("令和元年5月1日"), Ok(date(2019, 5, 1)));
    assert_eq!(parse_date("H31.4.30"), Ok(date(2019, 4, 30)));
    assert_eq!(parse_date("昭和64年1月7日"), Ok(date(1989, 1, 7)));
    assert_eq!(parse_date("令和6年2月29日"), Ok(date(2024, 2, 29)));
}

#[test]
fn a_day_with_another_days_weekday_is_refused() {
    assert_eq!(
        refused("令和8年4月1日（木）"),
        "令和8年4月1日は水曜日です。「木曜日」とあります。日か曜日のどちらが違うかを確かめてください。"
    );
    assert_eq!(parse_date("昭和六十年十二月二十五日"), Ok(date(1985, 12, 25)));
    assert!(refused("20261301").contains("13月はありません"));
    assert!(refused("2026年4月1日（祝）").contains("（祝）") || refused("2026年4月1日（祝）").contains("(祝)"));
}

#[test]
fn the_days_that_two_eras_share_can_be_written_in_both() {
    assert_eq!(parse_date("明治45年7月30日"), parse_date("大正元年7月30日"));
    assert_eq!(parse_date("大正15年12月25日"), parse_date("昭和元年12月25日"));
}

#[test]
fn a_day_that_does_not_exist_is_refused_with_the_last_day_of_its_month() {
    assert_eq!(refused("2026-02-30"), "2026年2月30日はありません。2026年2月は28日までです。日を確かめてください。");
    assert_eq!(refused("令和7年2月29日"), "2025年2月29日はありません。2025年2月は28日までです。日を確かめてください。");
    assert_eq!(refused("2026/13/1"), "13月はありません。月は1から12までで書いてください。");
    assert_eq!(refused("2026/4/0"), "2026年4月0日はありません。2026年4月は30日までです。日を確かめてください。");
}

#[test]
fn a_day_before_the_era_began_is_told_its_right_name() {
    assert_eq!(
        refused("令和元年4月1日"),
        "令和元年4月1日はありません。その日は平成31年4月1日です。元号と年を確かめ、平成31年4月1日 または西暦で書いてください。"
    );
    assert_eq!(
        refused("H31.5.1"),
        "平成31年5月1日はありません。その日は令和元年5月1日です。元号と年を確かめ、令和元年5月1日 または西暦で書いてください。"
    );
}

#[test]
fn a_day_of_the_old_calendar_and_a_year_nought_are_refused() {
    for typed in ["明治5年12月2日", "明治元年9月8日", "令和0年4月1日"] {
        assert!(matches!(parse_date(typed), Err(DateProblem::BeforeEra { .. })), "{typed}");
    }
    assert_eq!(
        refused("明治5年12月2日"),
        "明治5年12月2日は、今の暦の日付として読めません。明治は明治6年1月1日からです。年を確かめるか、西暦で書いてください。"
    );
}

#[test]
fn a_twenty_fifth_hour_is_refused_as_an_hour_and_any_time_as_too_much() {
    for typed in ["25時", "2026年4月1日25時", "２０２６年４月１日２５時", "2026-04-01 25:00"] {
        assert_eq!(parse_date(typed), Err(DateProblem::NoSuchHour { hour: "25".into() }), "{typed}");
    }
    assert!(refused("25時").starts_with("25時という時刻はありません。"));
    for typed in ["9時", "2026年4月1日9時", "2026-04-01 09:00"] {
        assert_eq!(parse_date(typed), Err(DateProblem::TimeGiven { typed: typed.into() }), "{typed}");
    }
}

#[test]
fn a_short_year_without_an_era_is_asked_about() {
    for typed in ["8/4/1", "26.4.1", "08年4月1日"] {
        assert!(matches!(parse_date(typed), Err(DateProblem::YearOfWhichCalendar { .. })), "{typed}");
    }
}

#[test]
fn other_texts_are_refused_with_an_example() {
    assert_eq!(parse_date(" 　"), Err(DateProblem::Empty));
    assert_eq!(
        refused("来年の春"),
        "「来年の春」は日付として読めません。令和8年4月1日 または 2026-04-01 のように書いてください。"
    );
    assert_eq!(parse_date("令和8年4月1日から"), Err(DateProblem::TrailingText { rest: "から".into() }));
    for typed in ["2026-4/1", "2026年4月1", "令和", "2026-", "99999-1-1", "元年4月1日"] {
        assert!(matches!(parse_date(typed), Err(DateProblem::Unreadable { .. })), "{typed}");
    }
}

#[test]
fn a_long_text_is_shortened_in_the_sentence() {
    let sentence = refused(&"𠮷".repeat(10_000));
    assert!(sentence.contains(&format!("{}…」", "𠮷".repeat(30))), "{sentence}");
}

proptest! {
    #[test]
    fn every_day_since_1873_reads_back_from_its_own_writing(days in 0_i32..82_910) {
        let day = date(1873, 1, 1).saturating_add(jiff::Span::new().days(days));
        prop_assert_eq!(parse_date(&wareki(day)), Ok(day));
        prop_assert_eq!(parse_date(&day.to_string()), Ok(day));
        let western = format!("（{}年{}月{}日）", day.year(), day.month(), day.day());
        prop_assert_eq!(wareki_with_western(day), wareki(day) + &western);
    }

    #[test]
    fn no_text_stops_the_reading(text in "[令和元年平成RHS0-9０-９年月日時:/.\\- ]{0,14}|.{0,20}") {
        if let Err(problem) = parse_date(&text) {
            prop_assert!(problem.to_string().ends_with('。'));
        }
    }
}
