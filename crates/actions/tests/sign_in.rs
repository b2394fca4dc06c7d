//! Who comes in, and who does not: the stories of signing in, on both engines.

mod door;

use actions::{
    AcceptAnswer, AcceptedSecond, ActError, AgainProof, CodeAnswer, Factor, Field, Giver, Happening, LinkToken,
    LoginId, Need, OwnAnswer, PasswordChange, Proof, ProveAnswer, SecondProof, SecondWay, SessionToken, SetUp,
    SignInAnswer, SignInRefusal, Source, Subject,
};
use domain::entry::{AccessChange, Entry, Fact};
use domain::id::{PersonId, PositionId};
use domain::office::OfficeChange;
use jiff::civil::date;
use store::Read;
use testkit::{Engine, Guide, Town};

use door::{Door, PASSWORD, at, code, in_with, password, second_step};

/// What a person reads, the same on both engines.
macro_rules! reads {
    ($told:expr, @$said:literal) => {
        insta::allow_duplicates! { insta::assert_snapshot!($told, @$said) }
    };
}

macro_rules! on_both {
    ($(async fn $name:ident($door:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn story($door: &Door) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_file() {
                let town = Town::new(Guide::Notice, Engine::File).await.expect("a file always opens");
                let door = Door::of(town);
                story(&door).await;
                door.town.bench.clear().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_server() {
                let Some(town) = Town::new(Guide::Notice, Engine::Server).await else { return };
                let door = Door::of(town);
                story(&door).await;
                door.town.bench.clear().await;
            }
        }
    )*};
}

on_both! {
    async fn a_login_is_found_by_its_persons_post_or_by_how_its_name_begins_and_paged(door) {
        let operator = door.operator().await;
        for person in ["s1-head", "s1-staff", "s2-head"] {
            door.officer(&operator, person).await;
        }
        let office = door.city.office().await.expect("an office");
        let sought = |typed: &str| door.city.sought(&office, typed);
        assert_eq!(sought(" \u{3000}"), None, "nothing is asked");
        for (typed, found) in [
            ("観光課", vec!["s1-head", "s1-staff"]),
            ("課長", vec!["s1-head", "s2-head"]),
            ("S1", vec!["s1-head", "s1-staff"]),
            ("unyo", vec!["unyo.01"]),
            ("運用担当", vec!["unyo.01"]),
            ("nyo.01", vec![]),
        ] {
            let sought = sought(typed).expect("somebody is sought");
            let (mut names, mut after, mut pages) = (Vec::new(), None, 0);
            loop {
                let page = door.city.logins_found(&sought, after.as_ref(), 1).await.expect("asked");
                names.extend(page.rows.into_iter().filter_map(|line| line.name));
                pages += 1;
                let Some(next) = page.next else { break };
                after = Some(LoginId(next));
            }
            names.sort();
            assert_eq!(names, found, "{typed}");
            assert_eq!(pages, found.len().max(1), "{typed}: no page is empty behind one that is just full");
        }
        for (most, goes_on) in [(4, false), (3, true)] {
            let logins = door.city.login_lines(None, most).await.expect("asked");
            assert_eq!(logins.next.is_some(), goes_on, "{most} of four logins");
        }
        let events = door.city.sign_in_log(None, None, 100).await.expect("read").rows;
        let many = u32::try_from(events.len()).expect("few");
        assert_eq!(door.city.sign_in_log(None, None, many).await.expect("read").next, None);
        let first = door.city.sign_in_log(None, None, many - 1).await.expect("read");
        let rest = door.city.sign_in_log(None, first.next.as_deref(), 1).await.expect("read");
        assert_eq!((rest.rows.as_slice(), rest.next), (&events[events.len() - 1..], None));
    }

    async fn the_first_operator_comes_in_by_the_set_up_link_and_the_link_works_once(door) {
        let city = &door.city;
        assert_eq!(city.set_up_needed().await.expect("asked"), SetUp::Needed);
        let lost = city.set_up_link().await.expect("asked").expect("a link");
        let link = city.set_up_link().await.expect("asked").expect("a link again");
        assert!(city.begin_acceptance(&lost.token).await.expect("asked").is_none(), "the earlier link is dead");
        let offer = city.begin_acceptance(&link.token).await.expect("asked").expect("open");
        assert_eq!((&offer.subject, offer.need), (&Subject::Operator, Need::Second));

        let mut given = Door::accepting("Unyo.01", AcceptedSecond::Nothing);
        let refused = city.accept_invitation(&link.token, &offer.pending, &given, &at("a")).await.expect("asked");
        let AcceptAnswer::Refused(problems) = refused else { panic!("{refused:?}") };
        assert_eq!(problems.iter().map(|p| p.field).collect::<Vec<_>>(), [Field::Code]);
        reads!(problems[0].text, @"決裁・受理・掲載を行う職と運用の担当には、二つ目の確認が必要です。認証アプリか、紙の予備コードを選んでください。");

        given.second = AcceptedSecond::Code(code(&offer.totp, door.now()));
        "something else".clone_into(&mut given.again);
        "password2026".clone_into(&mut given.password);
        let refused = city.accept_invitation(&link.token, &offer.pending, &given, &at("a")).await.expect("asked");
        let AcceptAnswer::Refused(problems) = refused else { panic!("{refused:?}") };
        assert_eq!(problems.iter().map(|p| p.field).collect::<Vec<_>>(), [Field::Password, Field::Again]);

        let given = Door::accepting("Unyo.01", AcceptedSecond::Code(code(&offer.totp, door.now())));
        let accepted = city.accept_invitation(&link.token, &offer.pending, &given, &at("a")).await.expect("asked");
        let AcceptAnswer::Accepted(signed_in, Some(codes)) = accepted else { panic!("{accepted:?}") };
        assert_eq!(codes.reveal().len(), 10);
        let session = city.session(&signed_in.session).await.expect("asked").expect("in");
        assert_eq!((session.name.as_str(), &session.subject), ("unyo.01", &Subject::Operator));

        let used = city.accept_invitation(&link.token, &offer.pending, &given, &at("a")).await.expect("asked");
        let never = LinkToken::read(&"0".repeat(64)).expect("a token's form");
        let unknown = city.accept_invitation(&never, &offer.pending, &given, &at("a")).await.expect("asked");
        assert_eq!((used, unknown), (AcceptAnswer::Dead, AcceptAnswer::Dead), "a used link says what an unknown one says");
        assert_eq!(city.set_up_needed().await.expect("asked"), SetUp::Done);
        assert!(city.set_up_link().await.expect("asked").is_none(), "one operator is enough to keep the others");
    }

    async fn a_link_dies_of_age_and_of_a_newer_link(door) {
        let operator = door.operator().await;
        let link = door.city.invite(&operator.giver(), &PersonId::from("s1-staff")).await.expect("invited");
        door.town.machine.advance(actions::INVITATION - 1);
        assert!(door.city.begin_acceptance(&link.token).await.expect("asked").is_some());
        door.town.machine.advance(1);
        assert!(door.city.begin_acceptance(&link.token).await.expect("asked").is_none(), "seven days are over");
        let operator = operator.again(door).await;
        let one = door.city.invite(&operator.giver(), &PersonId::from("s1-staff")).await.expect("invited");
        let two = door.city.invite(&operator.giver(), &PersonId::from("s1-staff")).await.expect("invited again");
        assert!(door.city.begin_acceptance(&one.token).await.expect("asked").is_none(), "replaced");
        assert!(door.city.begin_acceptance(&two.token).await.expect("asked").is_some());
        let refused = door.city.invite(&operator.giver(), &PersonId::from("nobody")).await.expect_err("unknown");
        reads!(refused.to_string(), @"職員番号「nobody」は、職員の名簿にありません。先に組織のデータを取り込んでください。");
    }

    async fn a_trusted_browser_is_asked_for_no_second_proof_while_its_owner_and_the_rules_stay_as_they_are(door) {
        let operator = door.operator().await;
        let officer = door.officer(&operator, "s1-head").await;
        let name = "s1-head";
        let browser_of = |person: &door::Person| Source { device: Some(person.signed_in.device.clone()), ..at("a") };
        let here = browser_of(&officer);
        // Where the city does not say so, nothing is trusted.
        door.city.trust_device(&officer.signed_in, &here).await.expect("asked");
        second_step(door.city.clone().trusting(Some(14)).sign_in(name, &password(), &here).await);

        let city = door.city.clone().trusting(Some(14));
        city.trust_device(&officer.signed_in, &here).await.expect("trusted");
        let signed_in = in_with(city.sign_in(name, &password(), &here).await);
        assert_eq!(signed_in.factor, Factor::TrustedDevice);
        second_step(city.sign_in(name, &password(), &at("a")).await);
        let wrong = city.sign_in(name, &actions::Password::typed("wrong horse"), &here).await.expect("asked");
        assert_eq!(wrong, SignInAnswer::Refused(SignInRefusal::Wrong), "the password is asked for as ever");
        second_step(door.city.sign_in(name, &password(), &here).await);

        // A sensitive act asks for a proof all the same.
        let session = city.session(&signed_in.session).await.expect("asked").expect("in");
        assert_eq!(city.proof(&session), Proof::Old);
        door.town.machine.advance(1000);
        let proven = city.prove_again(&session, &AgainProof::Password(password()), &here).await.expect("asked");
        assert_eq!(proven, ProveAnswer::Proven);
        let session = city.session(&signed_in.session).await.expect("asked").expect("in");
        assert_eq!(city.proof(&session), Proof::Fresh);

        // Its owner sees it and ends it; the log tells all of it.
        let trusted = city.trusted_devices(&session).await.expect("asked");
        assert_eq!(trusted.iter().map(|one| one.browser.as_str()).collect::<Vec<_>>(), ["見本のブラウザー"]);
        city.end_trust(&session, &trusted[0].id, &here).await.expect("ended");
        assert!(city.trusted_devices(&session).await.expect("asked").is_empty());
        second_step(city.sign_in(name, &password(), &here).await);
        let log = city.sign_in_log(Some(&session.login), None, 20).await.expect("the log").rows;
        for what in [Happening::DeviceTrusted, Happening::TrustUsed, Happening::TrustEnded] {
            assert!(log.iter().any(|event| event.what == what), "{what:?}: {log:?}");
        }

        // Its time is over, or the city has made it shorter.
        let trusts = async |person: &door::Person| {
            let here = browser_of(person);
            city.trust_device(&person.signed_in, &here).await.expect("trusted");
            assert_eq!(in_with(city.sign_in(name, &password(), &here).await).factor, Factor::TrustedDevice);
            here
        };
        let day = 24 * 60 * 60 * 1000;
        let officer = officer.again(door).await;
        let here = trusts(&officer).await;
        door.town.machine.advance(2 * day);
        second_step(door.city.clone().trusting(Some(2)).sign_in(name, &password(), &here).await);
        door.town.machine.advance(12 * day - 1);
        in_with(city.sign_in(name, &password(), &here).await);
        door.town.machine.advance(1);
        second_step(city.sign_in(name, &password(), &here).await);

        // A post of its owner has changed.
        let officer = officer.again(door).await;
        let here = trusts(&officer).await;
        let stands_in = OfficeChange::DeputyNamed {
            person: PersonId::from(name),
            position: PositionId("d1-head-post".to_owned()),
            from: date(2026, 6, 1),
            until: date(2026, 12, 31),
        };
        city.change_office(vec![stands_in], std::collections::BTreeMap::new()).await.expect("named");
        second_step(city.sign_in(name, &password(), &here).await);

        // Password or second factor has changed.
        let officer = officer.again(door).await;
        let here = trusts(&officer).await;
        let (_, codes) = city.renew_recovery(&officer.session, &here).await.expect("renewed");
        assert_eq!(codes.reveal().len(), 10);
        second_step(city.sign_in(name, &password(), &here).await);
    }

    async fn an_invitation_opens_by_the_letters_on_its_paper_once_and_guesses_are_paused(door) {
        let operator = door.operator().await;
        let invites = async |person: &str| {
            door.city.invite(&operator.giver(), &PersonId::from(person)).await.expect("invited")
        };
        let opens = async |typed: &str, from: &str| door.city.open_by_code(typed, &at(from)).await.expect("asked");
        let link = invites("s1-staff").await;
        let code = link.code.reveal().to_owned();
        assert_eq!((code.len(), code.matches('-').count()), (14, 2), "three groups of four");
        let as_read = code.replace('1', "l").replace('0', "O").replace('-', " ").to_uppercase();
        let CodeAnswer::Opens(token) = opens(&as_read, "b").await else { panic!("it opens") };
        let offer = door.city.begin_acceptance(&token).await.expect("asked").expect("open");
        assert_eq!(offer.subject, Subject::Officer(PersonId::from("s1-staff")));
        let CodeAnswer::Opens(again) = opens(&code, "b").await else { panic!("nothing is used yet") };
        let given = Door::accepting("s1-staff", AcceptedSecond::Paper);
        let accepted = door.city.accept_invitation(&token, &offer.pending, &given, &at("b")).await.expect("asked");
        assert!(matches!(accepted, AcceptAnswer::Accepted(..)), "{accepted:?}");
        // With one of them all are used.
        assert_eq!(opens(&code, "b").await, CodeAnswer::Dead);
        for dead in [&link.token, &again] {
            assert!(door.city.begin_acceptance(dead).await.expect("asked").is_none());
        }
        // So is the code with its link, and it dies of a newer one and of age.
        let link = invites("s1-chief").await;
        let offer = door.city.begin_acceptance(&link.token).await.expect("asked").expect("open");
        let given = Door::accepting("s1-chief", AcceptedSecond::Paper);
        door.city.accept_invitation(&link.token, &offer.pending, &given, &at("b")).await.expect("asked");
        assert_eq!(opens(link.code.reveal(), "c").await, CodeAnswer::Dead);
        let former = invites("s2-staff").await;
        let newer = invites("s2-staff").await;
        assert_eq!(opens(former.code.reveal(), "c").await, CodeAnswer::Dead);
        door.town.machine.advance(actions::INVITATION - 1);
        let CodeAnswer::Opens(late) = opens(newer.code.reveal(), "c").await else { panic!("it holds a week") };
        door.town.machine.advance(1);
        assert_eq!(opens(newer.code.reveal(), "c").await, CodeAnswer::Dead);
        assert!(door.city.begin_acceptance(&late).await.expect("asked").is_none(), "no longer than its code");

        // Guesses wait longer and longer, and stop nobody elsewhere.
        let operator = operator.again(door).await;
        let link = door.city.invite(&operator.giver(), &PersonId::from("s2-head")).await.expect("invited");
        let mut looked_at = 0;
        for _ in 0..20 {
            match opens("0000-0000-0000", "stranger").await {
                CodeAnswer::Dead => looked_at += 1,
                CodeAnswer::Paused { until } => assert!(until > door.now()),
                CodeAnswer::Opens(_) => panic!("nobody has these letters"),
            }
        }
        assert_eq!(looked_at, 5);
        assert!(matches!(opens(link.code.reveal(), "stranger").await, CodeAnswer::Paused { .. }));
        assert!(matches!(opens(link.code.reveal(), "elsewhere").await, CodeAnswer::Opens(_)));
    }

    async fn a_session_ends_by_idleness_by_age_and_by_its_owner(door) {
        let operator = door.operator().await;
        let token = operator.signed_in.session.clone();
        let alive = async || door.city.session(&token).await.expect("asked");
        for _ in 0..3 {
            door.town.machine.advance(actions::IDLE - 1);
            assert!(alive().await.is_some(), "whoever works stays in");
        }
        door.town.machine.advance(actions::IDLE);
        assert!(alive().await.is_none(), "fifteen idle minutes end it");

        let operator = operator.again(door).await;
        let token = operator.signed_in.session.clone();
        let began = door.now();
        while door.now() - began < actions::WHOLE - actions::IDLE {
            door.town.machine.advance(actions::IDLE / 2);
            assert!(door.city.session(&token).await.expect("asked").is_some());
        }
        door.town.machine.advance(actions::IDLE - 1);
        door.city.session(&token).await.expect("asked");
        door.town.machine.advance(actions::WHOLE - (door.now() - began));
        assert!(door.city.session(&token).await.expect("asked").is_none(), "twelve hours are the most");

        let operator = operator.again(door).await;
        let session = operator.session.clone();
        assert_eq!(door.city.sessions_of(&session.login).await.expect("asked").len(), 1);
        door.city.sign_out(&session, &at("a")).await.expect("out");
        assert!(door.city.session(&operator.signed_in.session).await.expect("asked").is_none());
        assert!(SessionToken::read("no token").is_none());
    }

    async fn a_name_and_a_password_lead_to_a_second_step_that_holds_one_browser(door) {
        let operator = door.operator().await;
        door.town.machine.advance(60_000);
        let pending = second_step(door.city.sign_in("ＵＮＹＯ . 01", &password(), &at("b")).await);
        assert_eq!(pending.ways, [SecondWay::Code, SecondWay::Recovery]);
        let right = code(&operator.totp, door.now());
        let spaced = format!(" {} {} ", &right[..3], &right[3..]);
        let second = SecondProof::Code(spaced);
        let signed_in = in_with(door.city.second_step(&pending.pending, &second, &at("b")).await);
        assert_eq!(signed_in.factor, Factor::PasswordAndCode);

        // The same code again, however it is spaced: used.
        let again = second_step(door.city.sign_in("unyo.01", &password(), &at("b")).await);
        for spelling in [right.clone(), format!("{right} "), format!("{}-{}", &right[..3], &right[3..])] {
            let answer = door.city.second_step(&again.pending, &SecondProof::Code(spelling), &at("b")).await;
            assert_eq!(answer.expect("asked"), SignInAnswer::Refused(SignInRefusal::WrongSecond));
        }
        // A step that is over is over, and one of another browser is none.
        let over = door.city.second_step(&pending.pending, &second, &at("b")).await.expect("asked");
        assert_eq!(over, SignInAnswer::Refused(SignInRefusal::Over));
        // A recovery code works once.
        let paper = SecondProof::Recovery(operator.codes.reveal()[0].to_uppercase());
        assert_eq!(in_with(door.city.second_step(&again.pending, &paper, &at("b")).await).factor, Factor::PasswordAndRecovery);
        let third = second_step(door.city.sign_in("unyo.01", &password(), &at("b")).await);
        let answer = door.city.second_step(&third.pending, &paper, &at("b")).await.expect("asked");
        assert_eq!(answer, SignInAnswer::Refused(SignInRefusal::WrongSecond));
        assert_eq!(door.city.login(&operator.session.login).await.expect("asked").expect("there").recovery_left, 9);
        // And a step waits ten minutes, not longer.
        door.town.machine.advance(actions::PENDING);
        let late = SecondProof::Code(code(&operator.totp, door.now()));
        let answer = door.city.second_step(&third.pending, &late, &at("b")).await.expect("asked");
        assert_eq!(answer, SignInAnswer::Refused(SignInRefusal::Over));
    }

    async fn what_is_wrong_is_not_told(door) {
        let operator = door.operator().await;
        let unknown = door.city.sign_in("nobody.here", &password(), &at("x")).await.expect("asked");
        let wrong = door.city.sign_in("unyo.01", &actions::Password::typed("wrong horse"), &at("x")).await.expect("asked");
        assert_eq!((&unknown, &wrong), (&SignInAnswer::Refused(SignInRefusal::Wrong), &SignInAnswer::Refused(SignInRefusal::Wrong)));
        let link = door.city.invite(&operator.giver(), &PersonId::from("s1-staff")).await.expect("invited");
        let invited = door.city.sign_in("s1-staff", &password(), &at("x")).await.expect("asked");
        assert_eq!(invited, SignInAnswer::Refused(SignInRefusal::Wrong), "invited is not yet in");
        let begun = door.city.begin_session(&link.login, Factor::Password, "").await;
        assert!(begun.is_err(), "nothing begins a session of an invited login");
        reads!(SignInRefusal::Wrong.text(0), @"ログイン名またはパスワードが違うか、このログインの利用が止められています。確かめて、もう一度入力してください。思い出せないときは、システムの運用担当に再設定を頼んでください。");
        reads!(SignInRefusal::Paused { until: 150_000 }.text(0), @"誤った入力が続いたため、少し待っていただきます。あと3分ほどで、もう一度試せます。");
        // A name that nobody has may be a password typed in the wrong field: it is not kept.
        let log = door.city.sign_in_log(None, None, 500).await.expect("read").rows;
        assert!(!format!("{log:?}").contains("nobody.here"));
        assert!(log.iter().any(|event| event.what == Happening::WrongPassword && event.name.as_deref() == Some("unyo.01")));
    }

    async fn two_hundred_spellings_are_one_name_and_the_victim_comes_in_all_the_same(door) {
        let operator = door.operator().await;
        let wrong = actions::Password::typed("this is not the password");
        let spellings = ["unyo.01", "UNYO.01", "Unyo.01", "ｕｎｙｏ．０１", " unyo.01", "u nyo.01", "unyo.01\u{200b}", "ＵＮＹＯ.01"];
        let mut looked_at = 0;
        for round in 0..200 {
            let spelling = spellings[round % spellings.len()];
            match door.city.sign_in(spelling, &wrong, &at("attacker")).await.expect("asked") {
                SignInAnswer::Refused(SignInRefusal::Wrong) => looked_at += 1,
                SignInAnswer::Refused(SignInRefusal::Paused { until }) => assert!(until > door.now()),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(looked_at, 5, "two hundred spellings in one moment are five tries");
        // The owner's own browser, and the owner at another desk.
        let mut own = at("attacker");
        own.device = Some(operator.signed_in.device.clone());
        second_step(door.city.sign_in("unyo.01", &password(), &own).await);
        second_step(door.city.sign_in("unyo.01", &password(), &at("another desk")).await);
        // A pause ends by itself; nothing is locked for ever.
        let paused = door.city.sign_in("unyo.01", &password(), &at("attacker")).await.expect("asked");
        assert!(matches!(paused, SignInAnswer::Refused(SignInRefusal::Paused { .. })), "{paused:?}");
        door.town.machine.advance(15 * 60_000);
        second_step(door.city.sign_in("unyo.01", &password(), &at("attacker")).await);
    }

    async fn guesses_of_a_code_across_fifty_connections_are_few(door) {
        let operator = door.operator().await;
        door.town.machine.advance(60_000);
        let mut begun = Vec::new();
        for n in 0..50 {
            let source = at(&format!("bot {n}"));
            begun.push((second_step(door.city.sign_in("unyo.01", &password(), &source).await), source));
        }
        let right = code(&operator.totp, door.now());
        let mut tasks = tokio::task::JoinSet::new();
        for (step, source) in begun {
            let (city, right) = (door.city.clone(), right.clone());
            tasks.spawn(async move {
                let mut looked_at = 0;
                for guess in 0..200_u32 {
                    let guess = format!("{:06}", guess * 4_999 % 1_000_000);
                    if guess == right {
                        continue;
                    }
                    match city.second_step(&step.pending, &SecondProof::Code(guess), &source).await {
                        Ok(SignInAnswer::Refused(SignInRefusal::WrongSecond)) => looked_at += 1,
                        Ok(SignInAnswer::Refused(SignInRefusal::Over | SignInRefusal::Paused { .. })) => {}
                        other => panic!("{other:?}"),
                    }
                }
                looked_at
            });
        }
        let looked_at: u32 = tasks.join_all().await.into_iter().sum();
        assert!((1..=20).contains(&looked_at), "of ten thousand guesses {looked_at} were looked at");
        // Beginning anew gives no new tries, and the owner's browser has its own.
        let anew = second_step(door.city.sign_in("unyo.01", &password(), &at("bot 51")).await);
        let answer = door.city.second_step(&anew.pending, &SecondProof::Code(right.clone()), &at("bot 51")).await;
        assert!(matches!(answer, Ok(SignInAnswer::Refused(SignInRefusal::Paused { .. }))), "{answer:?}");
        let mut own = at("home");
        own.device = Some(operator.signed_in.device.clone());
        let own_step = second_step(door.city.sign_in("unyo.01", &password(), &own).await);
        in_with(door.city.second_step(&own_step.pending, &SecondProof::Code(right), &own).await);
    }

    async fn five_tries_are_all_that_one_second_step_has(door) {
        let operator = door.operator().await;
        door.town.machine.advance(60_000);
        let step = second_step(door.city.sign_in("unyo.01", &password(), &at("b")).await);
        for _ in 0..actions::SECOND_TRIES {
            let wrong = SecondProof::Recovery("not a code".to_owned());
            let answer = door.city.second_step(&step.pending, &wrong, &at("b")).await.expect("asked");
            assert_eq!(answer, SignInAnswer::Refused(SignInRefusal::WrongSecond));
            door.town.machine.advance(2_000);
        }
        let right = SecondProof::Code(code(&operator.totp, door.now()));
        let answer = door.city.second_step(&step.pending, &right, &at("b")).await.expect("asked");
        assert_eq!(answer, SignInAnswer::Refused(SignInRefusal::Over), "even a right code comes too late");
    }

    async fn after_a_change_of_password_a_stop_or_a_reset_every_older_session_is_dead(door) {
        let operator = door.operator().await;
        let officer = door.officer(&operator, "s3-head").await;
        let elsewhere = officer.again(door).await;
        let dead = async |token: &SessionToken| door.city.session(token).await.expect("asked").is_none();

        let change = PasswordChange { former: password(), password: "yama no ue no kumo".to_owned(), again: "yama no ue no kumo".to_owned() };
        let wrong = PasswordChange { former: actions::Password::typed("wrong"), ..change.clone() };
        let refused = door.city.change_password(&elsewhere.session, &wrong, &at("c")).await.expect("asked");
        assert!(matches!(refused, OwnAnswer::Refused(problems) if problems[0].field == Field::Former));
        let changed = door.city.change_password(&elsewhere.session, &change, &at("c")).await.expect("asked");
        let OwnAnswer::Done(fresh) = changed else { panic!("{changed:?}") };
        assert!(dead(&officer.signed_in.session).await && dead(&elsewhere.signed_in.session).await);
        assert!(!dead(&fresh.session).await, "the browser that changed it is in, by a new session");
        assert_eq!(door.city.sign_in(&officer.session.name, &password(), &at("c")).await.expect("asked"),
            SignInAnswer::Refused(SignInRefusal::Wrong), "the former password is void");

        let operator = operator.again(door).await;
        door.city.suspend(&operator.giver(), &officer.session.login).await.expect("stopped");
        assert!(dead(&fresh.session).await, "stopped");
        let new = actions::Password::typed("yama no ue no kumo");
        let stopped = door.city.sign_in(&officer.session.name, &new, &at("c")).await.expect("asked");
        assert_eq!(stopped, SignInAnswer::Refused(SignInRefusal::Wrong));
        door.city.restore_access(&operator.giver(), &officer.session.login).await.expect("allowed again");
        assert!(dead(&fresh.session).await, "what was ended stays ended");
        second_step(door.city.sign_in(&officer.session.name, &new, &at("c")).await);

        // A second step begun before a reset is void after it.
        let begun = second_step(door.city.sign_in(&officer.session.name, &new, &at("c")).await);
        let link = door.city.reset(&operator.giver(), &officer.session.login).await.expect("reset");
        let proof = SecondProof::Code(code(&officer.totp, door.now()));
        let answer = door.city.second_step(&begun.pending, &proof, &at("c")).await.expect("asked");
        assert_eq!(answer, SignInAnswer::Refused(SignInRefusal::Over));
        let anew = door.city.begin_acceptance(&link.token).await.expect("asked").expect("open");
        assert_eq!(anew.name.as_deref(), Some(officer.session.name.as_str()), "the name is kept");
    }

    async fn only_an_operator_gives_access_and_never_shuts_the_last_one_out(door) {
        let operator = door.operator().await;
        let officer = door.officer(&operator, "s3-head").await;
        let refused = door.city.invite(&officer.giver(), &PersonId::from("s1-head")).await.expect_err("no operator");
        reads!(refused.to_string(), @"利用者の管理は、システムの運用担当が行います。");
        assert!(door.city.suspend(&operator.giver(), &operator.session.login).await.is_err(), "not oneself");
        let told = door.city.suspend(&Giver::Owner, &operator.session.login).await.expect_err("the last one");
        reads!(told.to_string(), @"最後の運用担当のログインは止められません。先に、ほかの運用担当を招待してください。");
        // Sensitive acts want a fresh proof.
        door.town.machine.advance(actions::FRESH + 1);
        assert_eq!(door.city.proof(&operator.session), Proof::Old);
        let stale = door.city.invite(&operator.giver(), &PersonId::from("s1-head")).await.expect_err("stale");
        assert!(matches!(stale, ActError::Input(text) if text.contains("もう一度")));
        let wrong = AgainProof::Code("000000".to_owned());
        let answer = door.city.prove_again(&operator.session, &wrong, &at("a")).await.expect("asked");
        assert_eq!(answer, ProveAnswer::Refused(SignInRefusal::WrongSecond));
        let right = AgainProof::Password(password());
        assert_eq!(door.city.prove_again(&operator.session, &right, &at("a")).await.expect("asked"), ProveAnswer::Proven);
        let session = door.city.session(&operator.signed_in.session).await.expect("asked").expect("in");
        assert_eq!(door.city.proof(&session), Proof::Fresh);
        // Whoever owns the machine can always let an operator in again.
        let link = door.city.recovery_link(None).await.expect("a link");
        assert!(door.city.session(&operator.signed_in.session).await.expect("asked").is_none());
        assert!(door.city.begin_acceptance(&link.token).await.expect("asked").is_some());
    }

    async fn a_passkey_s_challenge_has_one_answer_and_a_foreign_answer_proves_nothing(door) {
        let operator = door.operator().await;
        let told = door.city.offer_passkey(&operator.session).await.expect_err("no https address");
        reads!(told.to_string(), @"このサーバーではパスキーを使えません（職員用ページの https のアドレスが設定されていません）。確認コードか予備コードを使ってください。");
        let city = door.with_origin("https://sns.example.lg.jp");
        let offer = city.offer_passkey(&operator.session).await.expect("offered");
        assert!(offer.challenge.contains("\"id\":\"sns.example.lg.jp\""), "{}", offer.challenge);
        assert!(offer.challenge.contains("\"userVerification\":\"required\""), "{}", offer.challenge);
        let foreign = r#"{"id":"AA","rawId":"AA","type":"public-key","response":{"attestationObject":"AA","clientDataJSON":"AA"}}"#;
        for answer in ["", "{}", foreign] {
            let offer = city.offer_passkey(&operator.session).await.expect("offered");
            let refused = city.add_passkey(&operator.session, &offer.pending, answer, "鍵", &at("a")).await;
            assert!(matches!(refused, Err(ActError::Input(_))), "{refused:?}");
        }
        // A name of one's own is looked at before the offer is used up.
        let offer = city.offer_passkey(&operator.session).await.expect("offered");
        for (name, code) in [("鍵\u{202e}", "U+202E"), ("\u{1b}[2K", "U+001B"), ("\u{200d}", "目に見える文字"), ("二\n行", "一行で")] {
            let refused = city.add_passkey(&operator.session, &offer.pending, foreign, name, &at("a")).await;
            assert!(matches!(&refused, Err(ActError::Input(words)) if words.contains(code)), "{refused:?}");
        }
        assert!(city.passkeys_of(&operator.session.login).await.expect("read").is_empty());
        let offer = city.offer_passkey_sign_in(&at("a")).await.expect("asked").expect("offered");
        assert!(!offer.challenge.contains("unyo"), "it names nobody");
        let first = city.passkey_sign_in(&offer.pending, foreign, &at("a")).await.expect("asked");
        assert_eq!(first, SignInAnswer::Refused(SignInRefusal::WrongSecond));
        let second = city.passkey_sign_in(&offer.pending, foreign, &at("a")).await.expect("asked");
        assert_eq!(second, SignInAnswer::Refused(SignInRefusal::Over), "a challenge has one answer");
    }

    async fn challenges_that_are_begun_and_left_lock_nobody_and_wrong_answers_only_their_own_place(door) {
        let operator = door.operator().await;
        let city = door.with_origin("https://sns.example.lg.jp");
        let mut own = at("office");
        own.device = Some(operator.signed_in.device.clone());
        let waits = city.offer_passkey_sign_in(&own).await.expect("asked").expect("offered");
        // Whoever begins and leaves, as often as they like, has not failed.
        let mut first = None;
        for _ in 0..300 {
            door.town.machine.advance(1);
            let offer = city.offer_passkey_sign_in(&at("office")).await.expect("asked").expect("offered");
            first.get_or_insert(offer);
        }
        let foreign = r#"{"id":"AA","rawId":"AA","type":"public-key","response":{"attestationObject":"AA","clientDataJSON":"AA"}}"#;
        let first = city.passkey_sign_in(&first.expect("one").pending, foreign, &at("office")).await.expect("asked");
        assert_eq!(first, SignInAnswer::Refused(SignInRefusal::Over), "the oldest of an address gave way");
        let own_first = city.passkey_sign_in(&waits.pending, foreign, &own).await.expect("asked");
        assert_eq!(own_first, SignInAnswer::Refused(SignInRefusal::WrongSecond), "a known browser's own still waits");
        // Wrong answers are counted, where they were begun.
        let mut looked_at = 0;
        for _ in 0..100 {
            let offer = city.offer_passkey_sign_in(&at("office")).await.expect("asked").expect("offered");
            match city.passkey_sign_in(&offer.pending, foreign, &at("office")).await.expect("asked") {
                SignInAnswer::Refused(SignInRefusal::WrongSecond) => looked_at += 1,
                SignInAnswer::Refused(SignInRefusal::Paused { until }) => assert!(until > door.now()),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(looked_at, 60, "an address has sixty tries in one moment");
        for source in [own, at("another office")] {
            let offer = city.offer_passkey_sign_in(&source).await.expect("asked").expect("offered");
            let answer = city.passkey_sign_in(&offer.pending, foreign, &source).await.expect("asked");
            assert_eq!(answer, SignInAnswer::Refused(SignInRefusal::WrongSecond), "not paused: {source:?}");
        }
    }

    async fn a_flood_of_names_leaves_the_known_browser_its_place_and_counts_nobody_who_was_sent_away(door) {
        let operator = door.operator().await;
        let mut own = at("office");
        own.device = Some(operator.signed_in.device.clone());
        let mut flood = tokio::task::JoinSet::new();
        for n in 0..300 {
            let city = door.city.clone();
            flood.spawn(async move {
                city.sign_in(&format!("name.{n}"), &actions::Password::typed("not the password"), &at(&format!("bot {n}"))).await
            });
        }
        for _ in 0..6 {
            second_step(door.city.sign_in("unyo.01", &password(), &own).await);
        }
        let mut sent_away = 0;
        while let Some(answer) = flood.join_next().await {
            match answer.expect("no panic").expect("asked") {
                SignInAnswer::Refused(SignInRefusal::Busy) => sent_away += 1,
                SignInAnswer::Refused(SignInRefusal::Wrong) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(sent_away > 0, "strangers are sent away when too many ask");
    }

    async fn posts_say_who_needs_a_second_factor(door) {
        let need = async |person: &str| {
            door.city.needs_second(&Subject::Officer(PersonId::from(person))).await.expect("asked")
        };
        assert_eq!(need("s3-staff").await, Need::Second, "whoever receives and lists");
        assert_eq!(need("s1-other").await, Need::PasswordOnly, "whoever drafts");
        assert_eq!(door.city.needs_second(&Subject::Operator).await.expect("asked"), Need::Second);
        let operator = door.operator().await;
        let link = door.city.invite(&operator.giver(), &PersonId::from("s1-other")).await.expect("invited");
        let offer = door.city.begin_acceptance(&link.token).await.expect("asked").expect("open");
        let given = Door::accepting("s1.other", AcceptedSecond::Nothing);
        let answer = door.city.accept_invitation(&link.token, &offer.pending, &given, &at("a")).await.expect("asked");
        assert!(matches!(answer, AcceptAnswer::Accepted(_, None)), "{answer:?}");
        let signed_in = in_with(door.city.sign_in("s1.other", &password(), &at("a")).await);
        assert_eq!(signed_in.factor, Factor::Password);
        let session = door.city.session(&signed_in.session).await.expect("asked").expect("in");
        let (fresh, codes) = door.city.renew_recovery(&session, &at("a")).await.expect("paper");
        assert_eq!((fresh.factor, codes.reveal().len()), (Factor::PasswordAndRecovery, 10));
        let step = second_step(door.city.sign_in("s1.other", &password(), &at("a")).await);
        assert_eq!(step.ways, [SecondWay::Recovery]);
    }

    async fn the_ledger_tells_whose_access_changed_and_no_secret_lies_in_the_clear(door) {
        let operator = door.operator().await;
        let officer = door.officer(&operator, "s3-head").await;
        door.city.suspend(&operator.giver(), &officer.session.login).await.expect("stopped");
        let mut reading = door.town.bench.store.of(&domain::id::MunicipalityCode::from(door.city.code())).reading().await.expect("read");
        let entries = reading.entries(0, 500).await.expect("read");
        let told: Vec<(Option<String>, AccessChange)> = entries
            .iter()
            .filter_map(|row| match Entry::read(&row.entry.bytes).expect("readable").fact {
                Fact::AccessChanged { person, change } => Some((person.map(|p| p.0), change)),
                _ => None,
            })
            .collect();
        let head = || Some("s3-head".to_owned());
        assert_eq!(told, [
            (None, AccessChange::Invited),
            (None, AccessChange::Activated),
            (head(), AccessChange::Invited),
            (head(), AccessChange::Activated),
            (head(), AccessChange::Suspended),
        ]);
        drop(reading);
        // Nothing that lets anybody in can be found in a copy of everything, nor in what is printed for programmers.
        let copy = door.town.bench.dir.path().join("copy.sqlite");
        door.city.backup(&copy).await.expect("a copy");
        let mut bytes = std::fs::read(&copy).expect("readable");
        if let store::Place::File(path) = &door.town.bench.place {
            bytes.extend(std::fs::read(path).expect("readable"));
            bytes.extend(std::fs::read(path.with_extension("db-wal")).unwrap_or_default());
        }
        let printed = format!("{operator:?} {officer:?} {:?}", password());
        for secret in Door::secrets(&[&operator, &officer]) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret lies in the clear: {}…", &secret[..6]);
            assert!(!printed.contains(&secret));
        }
        assert!(bytes.windows(10).any(|window| window == b"$argon2id$"), "the search finds what is there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_backup_brings_no_session_back_but_the_logins() {
    let town = Town::new(Guide::Notice, Engine::File).await.expect("a file always opens");
    let door = Door::of(town);
    let operator = door.operator().await;
    let copy = door.town.bench.dir.path().join("copy.sqlite");
    door.city.backup(&copy).await.expect("a copy");
    let other = testkit::Bench::new(Engine::File).await.expect("a file always opens");
    let city = door.elsewhere(&other);
    city.restore(&copy, &[]).await.expect("restored");
    assert!(city.session(&operator.signed_in.session).await.expect("asked").is_none());
    door.town.machine.advance(60_000);
    let step = second_step(city.sign_in("unyo.01", &actions::Password::typed(PASSWORD), &at("a")).await);
    in_with(city.second_step(&step.pending, &SecondProof::Code(code(&operator.totp, door.now())), &at("a")).await);
}
