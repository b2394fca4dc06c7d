//! The machine's clock, wrong and set right again: it is told before the stamps of a year go astray.

use actions::SignInRefusal;
use domain::calendar::ClockFound;
use testkit::{Guide, MORNING, on_both};

const DAY: i64 = 24 * 3_600_000;

on_both! {
    async fn a_clock_that_runs_ahead_is_told_and_so_is_one_behind_the_last_record(Guide::Notice, town) {
        assert_eq!(town.city.pulse().await.expect("read"), ClockFound::Plausible);
        let right = town.opens("s1-staff").await;
        assert_eq!(town.city.clock_at(right.seq).await.expect("read"), ClockFound::Plausible);

        town.machine.advance(365 * DAY);
        assert!(matches!(town.city.pulse().await.expect("read"), ClockFound::FarAhead { .. }), "before anything is recorded");
        let ahead = town.opens("s1-staff").await;
        let warned = town.city.clock_at(ahead.seq).await.expect("read").warning().expect("a warning on the act");
        assert!(warned.contains("大きく進んでいます") && warned.contains("令和9年6月1日 9:00"), "{warned}");

        town.machine.advance(-365 * DAY);
        let behind = town.city.pulse().await.expect("read");
        assert!(matches!(behind, ClockFound::Behind { .. }), "{behind:?}");
        let next = town.opens("s1-staff").await;
        assert_eq!(next.recorded_at, MORNING + 365 * DAY, "entries never go back in time");
        let warned = town.city.clock_at(next.seq).await.expect("read").warning().expect("a warning on the act");
        assert!(warned.contains("遅れています") && warned.contains("令和8年6月1日 9:00"), "{warned}");
    }
}

#[test]
fn where_a_code_fails_the_servers_time_is_told() {
    let told = SignInRefusal::WrongSecond.text(MORNING);
    assert!(told.contains("サーバーの時計は 令和8年6月1日 9:00 です。"), "{told}");
}
