//! Who is told what, and what leaves the house: on both engines, with a courier that the story holds in its hand.

use std::collections::BTreeMap;
use std::sync::Mutex;

use actions::{Carrying, Courier, Hook, Letter, MailTelling, Posting, SendFault, Telling};
use domain::act::SetPractice;
use domain::draft::Part;
use domain::evidence::{Evidence, ListingPlace};
use domain::id::{CaseId, PersonId, PositionId, UnitId};
use domain::notice::How;
use domain::office::OfficeChange;
use jiff::civil::date;
use testkit::{Guide, Town, draft, on_both, who};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

on_both! {
    through told;

    async fn a_filing_is_told_to_those_who_receive_it_and_an_answer_to_those_who_filed(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        assert!(notices(town, "s1-other").await.is_empty(), "the draft stays in the hands of whoever opened the case");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon")).await.expect("drafted");
        assert_eq!(notices(town, "s1-head").await, ["「広報室への届出」を待つ案件が1件あります（観光課）。"]);
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        let waits = ["届出1件が受付を待っています（観光課・X）。"];
        assert_eq!(notices(town, "s3-staff").await, waits);
        assert_eq!(notices(town, "s3-head").await, waits);
        assert!(notices(town, "s2-staff").await.is_empty(), "another division is told nothing");

        let reasons = [("purpose".to_owned(), "ひみつの理由".to_owned())];
        town.city.send_back(&CaseId::from(case.as_str()), "receive", &reasons, None, &who("s3-staff"), None).await.expect("sent back");
        assert_eq!(notices(town, "s1-staff").await, ["案件1件が差し戻されました。理由は画面で確かめてください（観光課・X）。"]);
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon")).await.expect("mended");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed again");
        town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        town.does(&case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("listed");
        let told = notices(town, "s1-staff").await;
        assert_eq!(told.first().map(String::as_str), Some("アカウント1件が公式の一覧に載りました（観光課・X）。"));
        assert_eq!(told.get(1).map(String::as_str), Some("届出が受理されました。広報室管理№は0001です（観光課・X）。"));

        let person = PersonId::from("s1-staff");
        let page = town.city.notices_of(&person, None, 1).await.expect("read");
        assert_eq!((page.rows.len(), page.unread), (1, 3));
        town.city.mark_read(&person, &page.rows[0].id).await.expect("marked");
        assert_eq!(town.city.unread_notices(&person).await.expect("counted"), 2);
        town.city.mark_read(&PersonId::from("s2-staff"), &page.rows[0].id).await.expect("nothing of theirs");
        let next = town.city.notices_of(&person, Some(&page.rows[0].id), 1).await.expect("read");
        assert_eq!(next.rows[0].text, told[1]);
        town.city.mark_all_read(&person, &page.rows[0].id).await.expect("marked");
        assert_eq!(town.city.unread_notices(&person).await.expect("counted"), 0);
    }

    async fn a_page_of_notices_or_of_the_outbox_that_is_just_full_is_the_last_one(Guide::Notice, town) {
        let head = PersonId::from("s1-head");
        for number in 0..3 {
            town.drafted(draft(Guide::Notice, &format!("mihon{number}"))).await;
            town.city.ask_address(&head, &format!("kanko{number}@city.example.jp")).await.expect("asked");
        }
        let all = town.city.notices_of(&head, None, 100).await.expect("read").rows;
        let full = town.city.notices_of(&head, None, 3).await.expect("read");
        assert_eq!((full.rows.len(), full.next), (3, None));
        let first = town.city.notices_of(&head, None, 2).await.expect("read");
        assert_eq!((first.rows.as_slice(), first.next.as_deref()), (&all[..2], Some(all[1].id.as_str())));
        let rest = town.city.notices_of(&head, first.next.as_deref(), 2).await.expect("read");
        assert_eq!((rest.rows.as_slice(), rest.next), (&all[2..], None));

        let all = town.city.unsent(None, 100).await.expect("read").rows;
        let full = town.city.unsent(None, 3).await.expect("read");
        assert_eq!((full.rows.len(), full.next), (3, None));
        let first = town.city.unsent(None, 2).await.expect("read");
        let rest = town.city.unsent(first.next.as_deref(), 2).await.expect("read");
        assert_eq!((rest.rows.as_slice(), rest.next), (&all[2..], None));
    }

    async fn an_address_counts_once_its_code_has_come_back(Guide::Notice, town) {
        let person = PersonId::from("s3-staff");
        let refused = town.city.set_choice(&person, How::AtOnce).await.expect_err("no address yet");
        assert!(refused.to_string().contains("6桁の番号"), "{refused}");
        let refused = town.city.ask_address(&person, "kouhou@example.com").await.expect_err("not the city's");
        assert!(refused.to_string().contains("@city.example.jp"), "{refused}");
        town.city.ask_address(&person, "ｋouhou@city.example.jp").await.expect("asked");
        file(town, "mihon").await;
        let bag = Bag::default();
        town.city.send_due(&bag).await.expect("sent");
        let letters = bag.letters();
        assert_eq!(letters.len(), 1, "nothing but the code goes to an unproven address");
        assert_eq!(letters[0].to, "kouhou@city.example.jp");
        let code = code_in(&letters[0]);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let refused = town.city.confirm_address(&person, wrong).await.expect_err("another code");
        assert!(refused.to_string().contains("あと4回"), "{refused}");
        assert!(town.city.confirm_address(&PersonId::from("s3-head"), &code).await.is_err(), "it is not theirs");
        town.city.confirm_address(&person, &format!(" {} {} ", &code[..3], &code[3..])).await.expect("theirs");
        let choice = town.city.choices_of(&person).await.expect("read");
        assert_eq!((choice.how, choice.address.as_deref()), (How::Daily, Some("kouhou@city.example.jp")));

        town.city.ask_address(&person, "other@city.example.jp").await.expect("asked");
        for _ in 0..5 {
            assert!(town.city.confirm_address(&person, "x").await.is_err());
        }
        town.city.send_due(&bag).await.expect("sent");
        let code = code_in(bag.letters().last().expect("the second code"));
        let refused = town.city.confirm_address(&person, &code).await.expect_err("too many wrong ones");
        assert!(refused.to_string().contains("使えなくなりました"), "{refused}");
        assert_eq!(town.city.choices_of(&person).await.expect("read").address.as_deref(), Some("kouhou@city.example.jp"));
        for _ in 0..3 {
            town.city.ask_address(&person, "other@city.example.jp").await.expect("asked");
        }
        let refused = town.city.ask_address(&person, "other@city.example.jp").await.expect_err("a flood");
        assert!(refused.to_string().contains("1日に5回"), "{refused}");
        town.machine.advance(31 * MINUTE);
        let sending = town.city.send_due(&bag).await.expect("looked at");
        assert_eq!((sending.sent, sending.dropped), (0, 3), "a code that holds no more is not mailed");
    }

    async fn a_server_that_was_down_gets_each_letter_once_under_one_id(Guide::Notice, town) {
        let bag = Bag::default();
        enrol(town, &bag, "s3-staff", How::AtOnce).await;
        file(town, "mihon").await;
        bag.breaks([SendFault::Later("つながりません".to_owned()), SendFault::Later("まだです".to_owned())]);
        let sending = town.city.send_due(&bag).await.expect("tried");
        assert_eq!((sending.sent, sending.failed), (1, 1), "the chat has its text, the mail server does not answer");
        let unsent = town.city.unsent(None, 10).await.expect("read").rows;
        assert_eq!(unsent.len(), 1);
        assert_eq!((unsent[0].recipient.as_str(), unsent[0].state.as_str()), ("メール（s3-staff）", "1回試みて、再送待ち"));
        assert_eq!(unsent[0].why.as_deref(), Some("つながりません"));
        assert_eq!(town.city.send_due(&bag).await.expect("too early").failed, 0);
        town.machine.advance(10_000);
        assert_eq!(town.city.send_due(&bag).await.expect("tried").failed, 1);
        town.machine.advance(20_000);
        assert_eq!(town.city.send_due(&bag).await.expect("sent").sent, 1);
        town.machine.advance(HOUR);
        assert_eq!(town.city.send_due(&bag).await.expect("nothing left").sent, 0);
        let letters = bag.letters();
        assert_eq!(letters.len(), 1);
        assert!(letters[0].body.starts_with("［しるべ］届出1件が受付を待っています（観光課・X）。https://staff.example.jp/312011/tasks\n"), "{}", letters[0].body);
        assert_eq!(letters[0].subject, "［しるべ］お知らせ1件");
        let tried = bag.tried();
        assert_eq!(tried.len(), 3);
        assert!(tried.iter().all(|id| *id == letters[0].id), "a copy can be told by its id");
        assert!(town.city.unsent(None, 10).await.expect("read").rows.is_empty());
    }

    async fn what_is_refused_for_good_or_fails_for_days_stays_visible_until_somebody_decides(Guide::Notice, town) {
        let bag = Bag::default();
        enrol(town, &bag, "s3-staff", How::AtOnce).await;
        file(town, "mihon1").await;
        bag.breaks([SendFault::Never("宛先がありません".to_owned())]);
        assert_eq!(town.city.send_due(&bag).await.expect("tried").given_up, 1);
        let unsent = town.city.unsent(None, 10).await.expect("read").rows;
        assert_eq!((unsent[0].state.as_str(), unsent[0].next_at), ("1回試みて中止", None));
        town.city.retry(&unsent[0].id).await.expect("again");
        assert_eq!(town.city.send_due(&bag).await.expect("sent").sent, 1);
        assert!(town.city.retry(&unsent[0].id).await.is_err(), "sent is sent");

        file(town, "mihon2").await;
        let mut given_up = 0;
        for _ in 0..100 {
            bag.breaks([SendFault::Later("止まっています".to_owned())]);
            given_up += town.city.send_due(&bag).await.expect("tried").given_up;
            bag.mends();
            town.machine.advance(HOUR);
        }
        assert_eq!(given_up, 1, "after three days it is given up");
        let unsent = town.city.unsent(None, 10).await.expect("read").rows;
        assert_eq!(unsent.len(), 1, "{unsent:?}");
        town.city.drop_message(&unsent[0].id).await.expect("taken out");
        assert!(town.city.unsent(None, 10).await.expect("read").rows.is_empty());
        assert!(town.city.drop_message(&unsent[0].id).await.is_err());
    }

    async fn a_flood_becomes_a_bundle_or_the_days_one_letter(Guide::Notice, town) {
        let bag = Bag::default();
        enrol(town, &bag, "s3-staff", How::AtOnce).await;
        enrol(town, &bag, "s3-head", How::Daily).await;
        town.machine.advance(20 * MINUTE);
        for number in 0..6 {
            file(town, &format!("mihon{number}")).await;
            town.city.send_due(&bag).await.expect("sent");
        }
        let first = bag.letters();
        assert_eq!(first.len(), 3, "three one by one, the others wait: {}", first.len());
        town.machine.advance(11 * MINUTE);
        town.city.send_due(&bag).await.expect("sent");
        let bundle = bag.letters().pop().expect("the bundle");
        assert_eq!(bag.letters().len(), 4);
        assert!(bundle.body.starts_with("［しるべ］届出3件が受付を待っています（観光課・X）。https://"), "{}", bundle.body);

        // Read in the application: nothing that was seen is mailed.
        let head = PersonId::from("s3-head");
        let newest = town.city.notices_of(&head, None, 1).await.expect("read").rows.remove(0);
        town.city.mark_read(&head, &newest.id).await.expect("read");
        town.machine.advance(DAY);
        town.city.send_due(&bag).await.expect("sent");
        let letters = bag.letters();
        let digests: Vec<&Letter> = letters.iter().filter(|l| l.to.starts_with("s3-head")).collect();
        assert_eq!(digests.len(), 1);
        assert!(digests[0].body.starts_with("［しるべ］届出5件が受付を待っています"), "{}", digests[0].body);
    }

    async fn what_is_told_after_a_bundle_was_sent_by_hand_leaves_in_another(Guide::Notice, town) {
        let bag = Bag::default();
        enrol(town, &bag, "s3-staff", How::AtOnce).await;
        enrol(town, &bag, "s3-head", How::Daily).await;
        for number in 0..2 {
            file(town, &format!("mihon{number}")).await;
            town.city.send_due(&bag).await.expect("sent");
        }
        assert_eq!(told_by_mail(&bag, "s3-staff"), [1, 1], "one by one");
        file(town, "mihon2").await;
        assert_eq!(town.city.send_due(&bag).await.expect("looked").sent, 1, "only the chat: the mails wait");
        let waiting = town.city.unsent(None, 10).await.expect("read").rows;
        assert_eq!(waiting.len(), 2, "the bundle of one, the digest of the other: {waiting:?}");
        for message in &waiting {
            town.city.retry(&message.id).await.expect("sent by hand");
        }
        assert_eq!(town.city.send_due(&bag).await.expect("sent").sent, 2);
        assert_eq!((told_by_mail(&bag, "s3-staff"), told_by_mail(&bag, "s3-head")), (vec![1, 1, 1], vec![3]));

        // In the same ten minutes, on the same day: two more, which go together.
        file(town, "mihon3").await;
        file(town, "mihon4").await;
        town.machine.advance(DAY);
        town.city.send_due(&bag).await.expect("sent");
        assert_eq!((told_by_mail(&bag, "s3-staff"), told_by_mail(&bag, "s3-head")), (vec![1, 1, 1, 2], vec![3, 2]));
        assert_eq!(told_in_chat(&bag), [1, 1, 1, 2]);
    }

    async fn what_is_told_while_a_bundle_leaves_is_not_lost_with_it(Guide::Notice, town) {
        let bag = Bag::default();
        enrol(town, &bag, "s3-head", How::Daily).await;
        file(town, "mihon0").await;
        town.city.send_due(&bag).await.expect("the chat has its text");
        let digest = town.city.unsent(None, 10).await.expect("read").rows.remove(0);
        town.city.retry(&digest.id).await.expect("sent by hand");
        let busy = Meanwhile { bag: &bag, town };
        assert_eq!(town.city.send_due(&busy).await.expect("sent").sent, 2, "the digest, and the chat's next text");
        assert_eq!(told_by_mail(&bag, "s3-head"), [1]);
        town.machine.advance(DAY);
        town.city.send_due(&bag).await.expect("sent");
        assert_eq!(told_by_mail(&bag, "s3-head"), [1, 1], "what was filed while the digest left comes with the next");
    }

    async fn nothing_joins_a_bundle_that_failed_or_was_given_up_or_dropped(Guide::Notice, town) {
        for end in ["failed", "given up", "dropped"] {
            let bag = Bag::default();
            enrol(town, &bag, "s3-head", How::Daily).await;
            file(town, &format!("{}1", end.replace(' ', ""))).await;
            town.city.send_due(&bag).await.expect("the chat has its text");
            let digest = town.city.unsent(None, 10).await.expect("read").rows.remove(0);
            match end {
                "dropped" => town.city.drop_message(&digest.id).await.expect("dropped"),
                _ => town.city.retry(&digest.id).await.expect("tried by hand"),
            }
            bag.breaks([match end {
                "failed" => SendFault::Later("返事がありません".to_owned()),
                _ => SendFault::Never("宛先がありません".to_owned()),
            }]);
            town.city.send_due(&bag).await.expect("tried");
            bag.mends();
            file(town, &format!("{}2", end.replace(' ', ""))).await;
            town.machine.advance(DAY);
            town.city.send_due(&bag).await.expect("sent");
            // A message that failed may have arrived all the same: what came later must not be passed over with it.
            let arrived: &[usize] = if end == "failed" { &[1, 1] } else { &[1] };
            assert_eq!(told_by_mail(&bag, "s3-head"), arrived, "{end}");
            for left in town.city.unsent(None, 10).await.expect("read").rows {
                town.city.drop_message(&left.id).await.expect("dropped");
            }
        }
    }

    async fn a_person_who_was_transferred_away_gets_nothing_more(Guide::Notice, town) {
        let bag = Bag::default();
        enrol(town, &bag, "s3-staff", How::Daily).await;
        file(town, "mihon").await;
        let change = OfficeChange::Unassigned {
            person: PersonId::from("s3-staff"),
            position: PositionId::from("s3-staff-post"),
            until: date(2026, 6, 1),
        };
        let new = OfficeChange::Assigned {
            person: PersonId::from("s3-staff"),
            position: PositionId::from("s2-staff-post"),
            from: date(2026, 6, 2),
        };
        town.city.change_office(vec![change, new], BTreeMap::new()).await.expect("transferred");
        town.machine.advance(DAY);
        let sending = town.city.send_due(&bag).await.expect("looked at");
        assert_eq!((sending.sent, sending.dropped), (1, 1), "the chat has its text, the person no letter");
        let before = notices(town, "s3-staff").await.len();
        file(town, "mihon2").await;
        assert_eq!(notices(town, "s3-staff").await.len(), before, "what happens there now is not told to them");
        town.machine.advance(DAY);
        town.city.send_due(&bag).await.expect("looked at");
        assert!(bag.letters().is_empty());
    }

    async fn a_teams_chat_is_told_once_what_its_unit_is_told(Guide::Notice, town) {
        let bag = Bag::default();
        file(town, "mihon").await;
        town.city.send_due(&bag).await.expect("sent");
        let posted = bag.postings();
        assert_eq!(posted.len(), 1, "two people of the unit, one text; the chat of another unit is silent");
        assert_eq!(posted[0].hook, "kouhou");
        assert_eq!(posted[0].text, "［しるべ］届出1件が受付を待っています（観光課・X）。https://staff.example.jp/312011/tasks");
    }

    async fn a_step_is_told_when_it_is_nearly_due_and_when_it_is_late(Guide::Notice, town) {
        let bag = Bag::default();
        let case = file(town, "mihon").await;
        town.city.send_due(&bag).await.expect("the look is planned");
        town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        let before = notices(town, "s3-head").await.len();
        for _ in 0..6 {
            town.machine.advance(DAY);
            town.city.send_due(&bag).await.expect("looked");
            town.city.send_due(&bag).await.expect("looked again");
        }
        let told = notices(town, "s3-head").await;
        assert_eq!(told[..told.len() - before], [
            "期限を過ぎた手順が1件あります（観光課・X、期限は令和8年6月4日）。",
            "期限の近い手順が1件あります（観光課・X、期限は令和8年6月4日）。",
        ]);
    }

    async fn a_figure_that_the_city_set_moves_the_day_that_is_told(Guide::Notice, town) {
        let bag = Bag::default();
        let leaf = "within:opening/list".parse().expect("a leaf");
        let order = SetPractice { leaf, value: 5, reason: "異動の時期は届出が重なるため".to_owned() };
        town.city.set_practice(&order, &who("s3-staff"), None).await.expect("set");
        assert!(notices(town, "s3-head").await.is_empty(), "a figure alone asks nothing of anybody");
        let case = file(town, "mihon").await;
        town.city.send_due(&bag).await.expect("the look is planned");
        town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        for _ in 0..10 {
            town.machine.advance(DAY);
            town.city.send_due(&bag).await.expect("looked");
        }
        let told = notices(town, "s3-head").await;
        assert_eq!(told[0], "期限を過ぎた手順が1件あります（観光課・X、期限は令和8年6月8日）。", "{told:?}");
    }

    async fn the_end_of_an_account_is_told_to_its_unit(Guide::Notice, town) {
        let case = file(town, "mihon").await;
        town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        town.does(&case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("listed");
        let account = town.city.case(&CaseId::from(case.as_str())).await.expect("the case").account.id;
        let order = actions::Opening {
            procedure: "closing".to_owned(),
            account: Some(account),
            reason: Some("役目を終えたため".to_owned()),
            ..Default::default()
        };
        let closing = town.city.open(&order, &who("s1-staff"), None).await.expect("opened").case.expect("a case");
        let stop = Evidence::Stop { last_day: date(2026, 6, 1) };
        town.does(&closing, "stop", "s1-head", stop).await.expect("stopped");
        town.does(&closing, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        let waits = notices(town, "s3-head").await;
        assert!(waits[0].contains("を待つ案件が1件あります") || waits[0].contains("を待っています"), "{waits:?}");
        town.does(&closing, "delist", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("delisted");
        for person in ["s1-staff", "s1-head"] {
            let told = notices(town, person).await;
            assert!(told.iter().any(|said| said == "アカウント1件が公式の一覧から外れました（観光課・X）。"), "{told:?}");
        }
        assert!(notices(town, "s2-head").await.is_empty());
    }

    async fn once_a_day_what_is_over_is_thrown_away_and_nothing_else(Guide::Notice, town) {
        let bag = Bag::default();
        let (open, over) = (town.opens("s1-staff").await, town.opens("s1-staff").await);
        let case = |opened: &actions::Recorded| CaseId::from(opened.case.as_deref().expect("a case"));
        for opened in [&open, &over] {
            let typed = [("purpose", "打ちかけの言葉")];
            town.city.save_draft(&case(opened), Part::Purpose, typed, None, &who("s1-staff")).await.expect("kept");
        }
        town.city.withdraw(&case(&over), "事情が変わったため", &who("s1-head"), None).await.expect("withdrawn");
        testkit::keep(&town.city, b"%PDF-1.7 a copy").await.expect("kept");
        assert_eq!(town.city.tidy().await.expect("tidied"), actions::Tidied { files: 0, drafts: 1 });
        town.city.send_due(&bag).await.expect("the daily look is planned");
        town.machine.advance(2 * 24 * 3_600_000);
        town.city.send_due(&bag).await.expect("looked");
        assert_eq!(town.city.tidy().await.expect("tidied"), actions::Tidied::default(), "the daily look has thrown it away");
        let kept = town.city.draft_policy(&case(&open), &who("s1-staff")).await.expect("read");
        assert!(kept.saved.is_some(), "what is still being written stays");
    }

    async fn no_private_word_of_a_case_is_in_anything_that_is_told(Guide::Notice, town) {
        let canary = "カナリア7319";
        let bag = Bag::default();
        for person in ["s1-staff", "s1-head", "s3-staff", "s3-head"] {
            enrol(town, &bag, person, How::AtOnce).await;
            town.machine.advance(11 * MINUTE);
        }
        let order = actions::Opening {
            procedure: "opening".to_owned(),
            units: vec![UnitId::from("s1")],
            theme: Some(canary.to_owned()),
            reason: Some(canary.to_owned()),
            ..actions::Opening::default()
        };
        let case = town.city.open(&order, &who("s1-staff"), None).await.expect("opened").case.expect("a case");
        let mut policy = draft(Guide::Notice, "kanaria7319");
        policy.account_name = Some(canary.to_owned());
        policy.purpose = Some(canary.to_owned());
        policy.audience = Some(canary.to_owned());
        policy.information = Some(canary.to_owned());
        town.drafts(&case, "s1-staff", policy.clone()).await.expect("drafted");
        let noted = |step: &str, evidence: Evidence| actions::Stepping {
            note: Some(canary.to_owned()),
            contact_person: Some(canary.to_owned()),
            ..testkit::on(&case, step, evidence)
        };
        let id = CaseId::from(case.as_str());
        town.city.step(&noted("file", Evidence::Filing { paper: None }), &who("s1-head"), None).await.expect("filed");
        let reasons = [("purpose".to_owned(), canary.to_owned())];
        town.city.send_back(&id, "receive", &reasons, None, &who("s3-staff"), None).await.expect("sent back");
        town.drafts(&case, "s1-staff", policy).await.expect("drafted");
        town.city.step(&noted("file", Evidence::Filing { paper: None }), &who("s1-head"), None).await.expect("filed");
        town.city.withdraw(&id, canary, &who("s1-head"), None).await.expect("withdrawn");
        town.machine.advance(DAY);
        town.city.send_due(&bag).await.expect("sent");
        let mut words: Vec<String> = bag.letters().iter().map(|l| format!("{}{}", l.subject, l.body)).collect();
        words.extend(bag.postings().into_iter().map(|p| p.text));
        for person in ["s1-staff", "s1-head", "s3-staff", "s3-head"] {
            words.extend(notices(town, person).await);
        }
        assert!(words.iter().any(|w| w.contains("取り下げられました")) && words.len() > 10, "{words:?}");
        for word in &words {
            assert!(!word.contains("カナリア") && !word.to_lowercase().contains("kanaria"), "{word}");
            assert!(!word.contains("の職員"), "no name of anybody: {word}");
        }
    }
}

/// The courier of a story: keeps what it is given, and fails as it is told to.
#[derive(Default)]
struct Bag {
    letters: Mutex<Vec<Letter>>,
    postings: Mutex<Vec<Posting>>,
    tried: Mutex<Vec<String>>,
    faults: Mutex<Vec<SendFault>>,
}

impl Bag {
    fn breaks<const N: usize>(&self, faults: [SendFault; N]) {
        let mut kept = self.faults.lock().expect("one story");
        kept.extend(faults.into_iter().rev());
        self.tried.lock().expect("one story").clear();
    }

    fn mends(&self) {
        self.faults.lock().expect("one story").clear();
    }

    fn letters(&self) -> Vec<Letter> {
        self.letters.lock().expect("one story").clone()
    }

    fn postings(&self) -> Vec<Posting> {
        self.postings.lock().expect("one story").clone()
    }

    fn tried(&self) -> Vec<String> {
        self.tried.lock().expect("one story").clone()
    }

    fn forget(&self) {
        self.letters.lock().expect("one story").clear();
    }
}

impl Courier for Bag {
    fn mail<'a>(&'a self, letter: &'a Letter) -> Carrying<'a> {
        Box::pin(async move {
            self.tried.lock().expect("one story").push(letter.id.clone());
            if let Some(fault) = self.faults.lock().expect("one story").pop() {
                return Err(fault);
            }
            self.letters.lock().expect("one story").push(letter.clone());
            Ok(())
        })
    }

    fn post<'a>(&'a self, posting: &'a Posting) -> Carrying<'a> {
        Box::pin(async move {
            self.postings.lock().expect("one story").push(posting.clone());
            Ok(())
        })
    }
}

/// A courier that takes its time: while it carries a letter, one more case is filed.
struct Meanwhile<'a> {
    bag: &'a Bag,
    town: &'a Town,
}

impl Courier for Meanwhile<'_> {
    fn mail<'a>(&'a self, letter: &'a Letter) -> Carrying<'a> {
        Box::pin(async move {
            file(self.town, "meanwhile").await;
            self.bag.mail(letter).await
        })
    }

    fn post<'a>(&'a self, posting: &'a Posting) -> Carrying<'a> {
        self.bag.post(posting)
    }
}

/// How many filings each letter to a person tells of, in the order of the letters.
fn told_by_mail(bag: &Bag, person: &str) -> Vec<usize> {
    let to = |letter: &Letter| letter.to.starts_with(person);
    bag.letters().into_iter().filter(to).map(|letter| filings(&letter.body)).collect()
}

fn told_in_chat(bag: &Bag) -> Vec<usize> {
    bag.postings().iter().map(|posting| filings(&posting.text)).collect()
}

fn filings(words: &str) -> usize {
    let (_, rest) = words.split_once("届出").expect("it tells of filings");
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number")
}

fn told(mut town: Town) -> Town {
    let telling = Telling {
        staff_url: Some("https://staff.example.jp/312011/".to_owned()),
        mail: Some(MailTelling { domains: vec!["city.example.jp".to_owned()] }),
        hooks: vec![
            Hook { name: "kouhou".to_owned(), units: vec![UnitId::from("s3")] },
            Hook { name: "nousei".to_owned(), units: vec![UnitId::from("s2")] },
        ],
        ..Telling::default()
    };
    town.city = town.city.clone().telling(telling);
    town
}

/// A case of 観光課, drafted and filed.
async fn file(town: &Town, handle: &str) -> String {
    let case = town.opens("s1-staff").await.case.expect("a case");
    town.drafts(&case, "s1-staff", draft(Guide::Notice, handle)).await.expect("drafted");
    town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    case
}

async fn enrol(town: &Town, bag: &Bag, person: &str, how: How) {
    let id = PersonId::from(person);
    town.city.ask_address(&id, &format!("{person}@city.example.jp")).await.expect("asked");
    town.city.send_due(bag).await.expect("sent");
    let code = code_in(bag.letters().last().expect("the code's letter"));
    town.city.confirm_address(&id, &code).await.expect("proven");
    town.city.set_choice(&id, how).await.expect("chosen");
    bag.forget();
}

fn code_in(letter: &Letter) -> String {
    let (_, rest) = letter.body.split_once("確認の番号：").expect("a code's letter");
    rest.chars().take(6).collect()
}

async fn notices(town: &Town, person: &str) -> Vec<String> {
    let page = town.city.notices_of(&PersonId::from(person), None, 100).await.expect("read");
    page.rows.into_iter().map(|row| row.text).collect()
}
