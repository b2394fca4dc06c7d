//! Letters that turn a text, command a machine or are not seen: refused with a reason, and nothing is recorded.

use actions::{ActError, ImpersonatorNoted, Stepping};
use domain::evidence::Evidence;
use domain::policy::Policy;
use testkit::{Guide, draft, on, on_both, who};

const ODD: [char; 7] = ['\u{202e}', '\u{2066}', '\u{1b}', '\u{9b}', '\u{200b}', '\u{feff}', '\u{7}'];
/// What joins and varies the letters that people write.
const OWN: &str = "葛\u{e0100}城👨\u{200d}👧";

fn told(result: Result<impl std::fmt::Debug, ActError>) -> String {
    match result.expect_err("refused") {
        ActError::Refused(refusal) => refusal.text(),
        other => panic!("{other}"),
    }
}

on_both! {
    // Red while such a name was drafted, filed and listed, and while a note could carry commands for a terminal.
    async fn odd_letters_are_refused_at_every_door_and_recorded_nowhere(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        for letter in ODD {
            let odd = format!("見本{letter}町");
            let code = format!("「見本［U+{:04X}］町」の3文字目に", u32::from(letter));
            let plain = || draft(Guide::Notice, "mihon_moji");
            let policies = [
                Policy { account_name: Some(odd.clone()), ..plain() },
                Policy { purpose: Some(odd.clone()), ..plain() },
                Policy { audience: Some(odd.clone()), ..plain() },
                Policy { note: Some(odd.clone()), ..plain() },
            ];
            for policy in policies {
                let told = told(town.drafts(&case, "s1-staff", policy).await);
                assert!(told.contains(&code) && told.contains("次にすること"), "{told}");
            }
        }
        let name = Policy { account_name: Some("二行の\n名前".to_owned()), ..draft(Guide::Notice, "mihon_moji") };
        assert!(told(town.drafts(&case, "s1-staff", name).await).contains("一行で書いてください。"));
        let kept = Policy {
            account_name: Some(OWN.to_owned()),
            purpose: Some(format!("{OWN}\n二行目")),
            ..draft(Guide::Notice, "mihon_moji")
        };
        town.drafts(&case, "s1-staff", kept).await.expect("drafted");
        for letter in ODD {
            let odd = Some(format!("見本{letter}町"));
            for stepping in [
                Stepping { note: odd.clone(), ..on(&case, "file", Evidence::Filing { paper: None }) },
                Stepping { contact_person: odd.clone(), ..on(&case, "file", Evidence::Filing { paper: None }) },
            ] {
                let told = told(town.city.step(&stepping, &who("s1-head"), None).await);
                assert!(told.contains(&format!("U+{:04X}", u32::from(letter))), "{told}");
            }
        }
        // What others wrote is quoted as they wrote it.
        let quoted = ImpersonatorNoted {
            network: "x".to_owned(),
            url: "https://x.com/mihon_kank0".to_owned(),
            note: Some("名のり：「見\u{202e}本」".to_owned()),
            ..ImpersonatorNoted::default()
        };
        town.city.note_impersonator(&quoted, &who("s3-staff"), None).await.expect("noted");
    }
}
