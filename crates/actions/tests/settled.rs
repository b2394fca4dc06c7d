//! Files that acts name, figures that the city sets, rulings, and how the ledger tells and proves them; on both engines.

use actions::{ActError, Attached, AttachmentKey, ImpersonatorNoted, MEGABYTE, Recorded, RulingOrder, Stepping};
use domain::act::SetPractice;
use domain::entry::{Entry, Private};
use domain::evidence::{Evidence, Meeting};
use domain::guideline::ClauseId;
use domain::id::CaseId;
use domain::ledger::{check_proof, public_key};
use domain::practice::PracticeLeaf;
use domain::refusal::{Refusal, RefusalKind};
use domain::tell::PrivatePart;
use jiff::civil::date;
use testkit::{Engine, Guide, Town, draft, on, on_both, who};

/// What a person reads; the same on both engines.
macro_rules! reads {
    ($told:expr, @$said:literal) => {
        let told = $told;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @$said) }
    };
}

on_both! {
    async fn a_filing_names_a_file_and_only_its_entry_leads_to_it(Guide::Notice, town) {
        let case = drafted(town).await;
        let (key, attachment) = testkit::keep(&town.city, PDF).await.expect("kept");
        let filed = files(town, &case, &key, "届出の写し.pdf").await.expect("filed");
        let of = CaseId::from(case.as_str());
        let found = town.city.attachment(&of, &attachment.hash).await.expect("the file");
        assert_eq!((found.name.as_str(), found.bytes.as_slice()), ("届出の写し.pdf", PDF));
        let other = CaseId::from(town.opens("s1-staff").await.case.expect("a case").as_str());
        assert!(matches!(town.city.attachment(&other, &attachment.hash).await, Err(ActError::Input(_))));
        // A key is good for one act, and what is read in the ledger is no key.
        let again = town.opens("s1-staff").await.case.expect("a case");
        town.drafts(&again, "s1-staff", draft(Guide::Notice, "mihon_onsen")).await.expect("drafted");
        for key in [key, AttachmentKey(attachment.hash.clone())] {
            let refused = refusal(files(town, &again, &key, "写し.pdf").await);
            reads!(refused.text(), @r"
            添付したファイル「写し.pdf」が見つかりません。添付してから時間がたった（50分まで）か、すでに使われています。
            次にすること：そのファイルをもう一度選んでください。入力した内容は残っています。
            ");
        }
        // The fact is what the bytes are; the name lies in the private part.
        let (entry, private, bytes) = entry(town, filed.seq).await;
        assert_eq!((entry.version, entry.fact.attachments()), (2, [attachment.clone()].as_slice()));
        assert!(!bytes.contains("届出の写し") && private.files.values().any(|name| name == "届出の写し.pdf"));
        town.city.erase(filed.seq, "総第30号").await.expect("erased");
        assert!(matches!(town.city.attachment(&of, &attachment.hash).await, Err(ActError::Input(_))));
        assert!(matches!(town.city.attachment_of(filed.seq, &attachment.hash).await, Err(ActError::Input(_))));
        proven(town).await;
    }

    async fn a_file_that_two_entries_name_outlives_the_erasure_of_one(Guide::Notice, town) {
        let mut named = Vec::new();
        for handle in ["mihon_kank0", "mihon_kankoo"] {
            let (key, attachment) = testkit::keep(&town.city, PDF).await.expect("kept");
            let noted = ImpersonatorNoted {
                network: "x".to_owned(),
                url: format!("https://x.com/{handle}"),
                attachments: vec![Attached { key, name: "画面.pdf".to_owned() }],
                ..ImpersonatorNoted::default()
            };
            let recorded = town.city.note_impersonator(&noted, &who("s3-staff"), None).await.expect("noted");
            named.push((recorded.seq, attachment.hash));
        }
        let [(first, hash), (second, _)] = named.as_slice() else { panic!("two") };
        town.city.erase(*first, "総第31号").await.expect("erased");
        assert!(town.city.attachment_of(*first, hash).await.is_err());
        assert_eq!(town.city.attachment_of(*second, hash).await.expect("still named").bytes, PDF);
        proven(town).await;
    }

    async fn a_file_that_no_entry_names_is_gone_within_the_hour_and_one_that_is_named_stays(Guide::Notice, town) {
        let case = drafted(town).await;
        let (named, attachment) = testkit::keep(&town.city, PDF).await.expect("kept");
        files(town, &case, &named, "写し.pdf").await.expect("filed");
        testkit::keep(&town.city, PDF).await.expect("the same bytes wait once more");
        let (waiting, _) = testkit::keep(&town.city, b"%PDF-1.7 nobody's").await.expect("kept");
        assert_eq!(town.city.sweep_attachments().await.expect("swept"), 0, "its time has not passed");
        // Swept every five minutes, it is gone before the hour is over.
        town.machine.advance(55 * 60_000);
        assert_eq!(town.city.sweep_attachments().await.expect("swept"), 1);
        let of = CaseId::from(case.as_str());
        assert_eq!(town.city.attachment(&of, &attachment.hash).await.expect("named").bytes, PDF);
        let order = Stepping { attachments: attached(&waiting, "写し.pdf"), ..on(&case, "receive", Evidence::Receipt) };
        assert_eq!(refusal(town.city.step(&order, &who("s3-staff"), None).await).kind, RefusalKind::WrongEvidence);
        proven(town).await;
    }

    async fn what_a_person_a_case_and_a_town_may_keep_has_an_end_and_what_is_used_makes_room(Guide::Notice, town) {
        let case = drafted(town).await;
        let of = CaseId::from(case.as_str());
        let pdf = |n: u8, megabytes: usize| [b"%PDF-1.7 ".as_slice(), &vec![n; megabytes * 1024 * 1024 - 9]].concat();
        let city = town.city.clone().keeping(actions::Quota { person: 3 * MEGABYTE, case: 5 * MEGABYTE, town: 8 * MEGABYTE });
        let keeps = async |person: &str, case: Option<&CaseId>, bytes: Vec<u8>| {
            let keeper = actions::Keeper { person: &domain::id::PersonId::from(person), case };
            city.keep_attachment(&bytes, keeper).await.map_err(|refused| refused.to_string())
        };
        let (first, _) = keeps("s1-head", Some(&of), pdf(1, 2)).await.expect("kept");
        let told = keeps("s1-head", Some(&of), pdf(2, 2)).await.expect_err("the person's");
        reads!(told, @"添付して、まだ記録に使われていないファイルが、一人が置ける3MBを超えます。記録に使うと空きます。使わなかったものは一時間で消えます。少し待つか、ファイルを小さくしてください。");
        files(town, &case, &first, "写し.pdf").await.expect("filed");
        keeps("s1-head", Some(&of), pdf(2, 2)).await.expect("what is used makes room");
        let told = keeps("s1-staff", Some(&of), pdf(3, 2)).await.expect_err("the case's");
        reads!(told, @"この案件の添付が、一つの案件に置ける5MBを超えます。ファイルを小さくするか、文書システムに置いて文書番号を書いてください。");
        keeps("s1-staff", None, pdf(4, 3)).await.expect("for another");
        let told = keeps("s2-staff", None, pdf(5, 2)).await.expect_err("the town's");
        reads!(told, @"団体の添付が、置ける8MBを超えます。ファイルを付けずに記録し、システムの運用者に知らせてください（設定の [attachments] で増やせます）。");
        // What was refused left nothing, and what nobody used is gone within the hour.
        town.machine.advance(55 * 60_000);
        assert_eq!(city.sweep_attachments().await.expect("swept"), 2);
        keeps("s2-staff", None, pdf(5, 2)).await.expect("there is room again");
        proven(town).await;
    }

    async fn the_central_office_sets_a_figure_that_the_text_leaves_open(Guide::Notice, town) {
        let leaf: PracticeLeaf = "within:opening/list".parse().expect("a leaf");
        let order = SetPractice { leaf: leaf.clone(), value: 5, reason: "異動の時期は届出が重なるため".to_owned() };
        let refused = refusal(town.city.set_practice(&order, &who("s1-head"), None).await);
        assert_eq!(refused.kind, RefusalKind::NotYours);
        let recorded = town.city.set_practice(&order, &who("s3-staff"), None).await.expect("set");
        let today = town.city.practices_on(date(2026, 6, 1)).await.expect("a list");
        let row = today.iter().find(|row| row.open.leaf == leaf).expect("the figure");
        assert_eq!((row.open.default, row.value()), (3, 5));
        let before = town.city.practices_on(date(2026, 5, 31)).await.expect("a list");
        assert!(before.iter().all(|row| row.set.is_none()), "it holds from its day on");
        reads!(told(town, recorded.seq).await, @"令和8年6月1日、広報室主事（職員番号s3-staff）が、市の運用の「開設：『受付（広報室管理№を付ける）』から『公式ＳＮＳアカウント一覧への掲載』までの期限」を5開庁日としました（市の運用（掲載までの日数は原文にない））。［理由：異動の時期は届出が重なるため］");
        let again = refusal(town.city.set_practice(&order, &who("s3-staff"), None).await);
        assert_eq!(again.kind, RefusalKind::AlreadyDone);
        let silent = SetPractice { value: 6, reason: " ".to_owned(), ..order.clone() };
        assert_eq!(refusal(town.city.set_practice(&silent, &who("s3-staff"), None).await).kind, RefusalKind::ReasonMissing);
        let zero = SetPractice { value: 0, ..order };
        assert_eq!(refusal(town.city.set_practice(&zero, &who("s3-staff"), None).await).kind, RefusalKind::Incomplete);
        town.city.erase(recorded.seq, "総第32号").await.expect("erased");
        let history = town.city.practice_history(&leaf).await.expect("a history");
        assert_eq!(history.iter().map(|span| (span.value, span.reason.clone())).collect::<Vec<_>>(), [(5, None)]);
        proven(town).await;
    }

    async fn a_period_keeps_the_figure_that_stood_when_it_began(Guide::Notice, town) {
        let first = received(town, "mihon_kanko").await;
        let leaf: PracticeLeaf = "within:opening/list".parse().expect("a leaf");
        let order = SetPractice { leaf, value: 5, reason: "異動の時期は届出が重なるため".to_owned() };
        town.city.set_practice(&order, &who("s3-staff"), None).await.expect("set");
        let second = received(town, "mihon_onsen").await;
        // An erasure writes the tasks of its case anew; the period that ran already keeps its figure.
        let opening = first.trim_start_matches('c').parse::<u64>().expect("a place");
        town.city.erase(opening, "総第35号").await.expect("erased");
        for (case, due) in [(&first, date(2026, 6, 4)), (&second, date(2026, 6, 8))] {
            let view = town.city.case(&CaseId::from(case.as_str())).await.expect("the case");
            let list = view.open.iter().find(|open| open.step == "list").expect("it waits to be listed");
            assert_eq!(list.due.as_ref().map(|(day, _)| *day), Some(due), "{case}");
        }
        proven(town).await;
    }

    async fn the_figure_of_a_clause_is_not_the_citys_to_set(Guide::Committee, town) {
        let order = SetPractice {
            leaf: "every:credential_change".parse().expect("a leaf"),
            value: 200,
            reason: "手間がかかるため".to_owned(),
        };
        let refused = refusal(town.city.set_practice(&order, &who("s3-staff"), None).await);
        reads!(refused.text(), @r"
        「パスワードの変更の間隔」は、ガイドラインの条文が定めています。市の運用では変えられません。（根拠：第9条第1項）
        次にすること：変えるときは、ガイドラインを改正し、新しい版として登録してください。
        ");
        proven(town).await;
    }

    async fn whoever_the_guideline_names_rules_on_what_it_does_not_say(Guide::Notice, town) {
        let order = RulingOrder {
            title: "運用終了日の定めのないものの扱い".to_owned(),
            words: "年度の終わりごとに、続けるかどうかを届け出るものとする。".to_owned(),
            clause: Some(ClauseId("T3(6)".to_owned())),
            document_number: Some("広第7号".to_owned()),
            ..RulingOrder::default()
        };
        let refused = refusal(town.city.rule(&order, &who("s1-head"), None).await);
        reads!(refused.text(), @r"
        定めのない事項の決定は、広報室長が行います。（根拠：T7(2)）
        次にすること：その職にある方、またはその日の代決者に依頼してください。
        ");
        let recorded = town.city.rule(&order, &who("s3-head"), None).await.expect("ruled");
        reads!(told(town, recorded.seq).await, @"令和8年6月1日、広報室長（職員番号s3-head）が、定めのない事項の決定r2をしました（T7(2)）。T3(6)についての決定です。文書番号は広第7号です。［題名：運用終了日の定めのないものの扱い］［内容：年度の終わりごとに、続けるかどうかを届け出るものとする。］");
        let (id, ruling) = town.city.rulings(None, 10).await.expect("a list").rows.pop().expect("the ruling");
        assert_eq!((id.0, ruling.title), (format!("r{}", recorded.seq), Some(order.title.clone())));
        assert_eq!(ruling.guideline, town.city.guideline_in_force().await.expect("a guideline").hash);
        let nowhere = RulingOrder { clause: Some(ClauseId("第999条".to_owned())), ..order };
        assert_eq!(refusal(town.city.rule(&nowhere, &who("s3-head"), None).await).kind, RefusalKind::NotFound);
        town.city.erase(recorded.seq, "総第33号").await.expect("erased");
        let (_, erased) = town.city.rulings(None, 10).await.expect("a list").rows.pop().expect("the ruling");
        assert_eq!((erased.title, erased.words), (None, None));
        proven(town).await;
    }

    async fn a_guideline_that_gives_nobody_that_power_has_no_rulings(Guide::Decision, town) {
        let order = RulingOrder { title: "扱い".to_owned(), words: "こうする。".to_owned(), ..RulingOrder::default() };
        let refused = refusal(town.city.rule(&order, &who("s3-head"), None).await);
        reads!(refused.text(), @r"
        このガイドラインには、定めのない事項をだれが決めるかの定めがありません。
        次にすること：ガイドラインを改正するか、庁内の決裁で定めてください。ここには記録できません。
        ");
        assert!(town.city.rulings(None, 10).await.expect("a list").rows.is_empty());
        proven(town).await;
    }

    async fn a_withdrawal_says_why(Guide::Notice, town) {
        let case = CaseId::from(drafted(town).await.as_str());
        let refused = refusal(town.city.withdraw(&case, " ", &who("s1-head"), None).await);
        assert_eq!(refused.kind, RefusalKind::ReasonMissing);
        town.city.withdraw(&case, "事情が変わったため", &who("s1-head"), None).await.expect("withdrawn");
        proven(town).await;
    }

    async fn every_entry_of_a_town_is_told_and_proven(Guide::Notice, town) {
        let case = drafted(town).await;
        let (key, _) = testkit::keep(&town.city, PDF).await.expect("kept");
        files(town, &case, &key, "届出の写し.pdf").await.expect("filed");
        town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        town.city.erase(3, "総第34号").await.expect("erased");
        let size = town.city.verify_ledger(&[]).await.expect("a report").report.size;
        let mut lines = Vec::new();
        for seq in 0..size {
            lines.push(told(town, seq).await);
            let proof = town.city.entry_proof(seq, &SEED).await.expect("a proof");
            let (proven, checkpoint) = check_proof(&proof, &public_key(&SEED)).expect("it proves");
            assert_eq!((proven.seq, checkpoint.size()), (seq, size));
        }
        reads!(lines.join("\n"), @r"
        令和8年6月1日、システム運用者が、「鳥取市ソーシャルネットワーキングサービスの利用に係る運用ガイドライン」（日付の記載のない版）を、令和8年4月1日からのガイドラインとして登録しました。
        令和8年6月1日、システム運用者が、組織・職・職員の登録を変えました。組織の新設7件、職の登録12件、氏名の登録12件、着任12件です。
        令和8年6月1日、観光課主事（職員番号s1-staff）が、アカウントa2「みほん観光 mihon_kanko」（観光課）の「開設」の案件c2を始めました（T3）。［理由：観光の案内を分けるため］
        令和8年6月1日、観光課主事（職員番号s1-staff）が、案件c2の「利用方針の作成」を行いました（T3）。利用方針の第1版です。［非公開部分は消去済み］
        令和8年6月1日、観光課長（職員番号s1-head）が、案件c2の「広報室への届出」を行いました（T3）。アカウント名は「みほん観光 mihon_kanko」（X）です。アドレスは https://x.com/mihon_kanko です。［添付：届出の写し.pdf］
        令和8年6月1日、広報室主事（職員番号s3-staff）が、案件c2の「受付（広報室管理№を付ける）」を行いました（市の運用（届出を受け付けて広報室管理№を付ける。原文に拒む権限はなく、返すのは補正のためだけ））。広報室管理№0001を付けました。
        令和8年6月1日、システム運用者が、決定「総第34号」により、記録3番の非公開部分を消去しました。
        ");
        assert!(town.city.entry_proof(size, &SEED).await.is_err(), "what is not there is not proven");
        proven(town).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_rules_in_a_meeting_with_its_quorum() {
    let town = Town::new(Guide::Committee, Engine::File).await.expect("a file always opens");
    let order =
        RulingOrder { title: "扱い".to_owned(), words: "こうする。".to_owned(), ..RulingOrder::default() };
    let refused = refusal(town.city.rule(&order, &who("s1-head"), None).await);
    assert_eq!(refused.kind, RefusalKind::NotYours, "{}", refused.text());
    let few = RulingOrder { meeting: Some(Meeting { held_on: date(2026, 6, 1), present: 0 }), ..order.clone() };
    let member = town.city.office().await.expect("the office");
    let loaded = town.city.guideline_in_force().await.expect("a guideline");
    let residual = loaded.guideline.residual.as_ref().expect("a residual authority");
    let role = loaded.guideline.role(&residual.role).expect("its role");
    let around = domain::office::Around { units: &[], designated: &[] };
    let post = member.holders(&role.holder, around, date(2026, 6, 1)).into_iter().next().expect("a member");
    for without in [&order, &few] {
        let refused = refusal(town.city.rule(without, &who(&post.person.0), None).await);
        assert_eq!(refused.kind, RefusalKind::WrongEvidence, "{}", refused.text());
    }
    let whole = RulingOrder { meeting: Some(Meeting { held_on: date(2026, 6, 1), present: 9 }), ..order };
    town.city.rule(&whole, &who(&post.person.0), None).await.expect("ruled");
    proven(&town).await;
    town.bench.clear().await;
}

const PDF: &[u8] = b"%PDF-1.7 a copy";
const SEED: [u8; 32] = [5; 32];

async fn drafted(town: &Town) -> String {
    let case = town.opens("s1-staff").await.case.expect("a case");
    town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
    case
}

/// A case that waits to be listed.
async fn received(town: &Town, handle: &str) -> String {
    let case = town.opens("s1-staff").await.case.expect("a case");
    town.drafts(&case, "s1-staff", draft(Guide::Notice, handle)).await.expect("drafted");
    town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
    case
}

async fn files(town: &Town, case: &str, key: &AttachmentKey, name: &str) -> Result<Recorded, ActError> {
    let filing = on(case, "file", Evidence::Filing { paper: None });
    let order = Stepping { attachments: attached(key, name), ..filing };
    town.city.step(&order, &who("s1-head"), None).await
}

fn attached(key: &AttachmentKey, name: &str) -> Vec<Attached> {
    vec![Attached { key: key.clone(), name: name.to_owned() }]
}

fn refusal(answer: Result<Recorded, ActError>) -> Refusal {
    match answer {
        Err(ActError::Refused(refusal)) => *refusal,
        other => panic!("it has to be refused: {other:?}"),
    }
}

/// An entry as it lies in the ledger, with its bytes as text.
async fn entry(town: &Town, seq: u64) -> (Entry, Private, String) {
    let mut dump = Vec::new();
    town.city.dump_ledger(&mut dump).await.expect("written out");
    let text = String::from_utf8(dump).expect("text");
    let (_, entries) = domain::ledger::read_dump(text.lines()).expect("a ledger");
    let stored = entries.map(|e| e.expect("an entry")).find(|e| e.seq == seq).expect("it is there");
    let private = stored.private.map(|part| Private::read(&part.bytes).expect("a private part"));
    let bytes = String::from_utf8(stored.bytes.clone()).expect("text");
    (Entry::read(&stored.bytes).expect("an entry"), private.unwrap_or_default(), bytes)
}

/// An entry in words, as the ledger's page tells it.
async fn told(town: &Town, seq: u64) -> String {
    let told = town.city.told(seq, 1).await.expect("read").pop().expect("it is there");
    let sentence = told.sentence;
    let words: Vec<String> = sentence.words.iter().map(|w| format!("［{}：{}］", w.label, w.text)).collect();
    let files: Vec<String> =
        sentence.files.iter().filter_map(|f| f.name.clone()).map(|n| format!("［添付：{n}］")).collect();
    let gone = if sentence.private == PrivatePart::Gone { "［非公開部分は消去済み］" } else { "" };
    format!("{sentence}{}{}{gone}", words.concat(), files.concat())
}

/// The ledger is sound, and the views are its fold.
async fn proven(town: &Town) {
    let report = town.city.verify_ledger(&[]).await.expect("a report");
    assert!(report.report.findings.is_empty() && report.contradictions.is_empty(), "{report:?}");
    let rebuilt = town.city.rebuild().await.expect("a rebuild");
    assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
}
