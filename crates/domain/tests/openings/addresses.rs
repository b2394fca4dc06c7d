//! One account is told once, whatever its addresses; it is compared by key and listed as it was filed.
//!
//! Each story says which defect turned it red.

use domain::account::Standing;
use domain::evidence::Evidence;
use domain::guideline::Replies;
use domain::refusal::{Refusal, RefusalKind};

use crate::town::{City, Kind};
use crate::world::{OPENED, TODAY, World, case, opening};

const DECIDED: [(&str, Kind); 2] = [("draft", Kind::UnitStaff), ("decide", Kind::DepartmentHead)];

fn world<'c>(city: &'c City, network: &str) -> World<'c> {
    let mut world = World::opened(city, Replies::AsNeeded, false);
    world.policy.network = Some(network.to_owned());
    world
}

fn acquire(world: &mut World<'_>, case: &domain::id::CaseId, url: &str, id: Option<&str>) -> Result<(), Refusal> {
    let mut order = world.order_in(case, "acquire");
    order.evidence = Evidence::Acquisition { url: url.to_owned(), stable_id: id.map(str::to_owned) };
    world.act(&order, Kind::UnitStaff, TODAY).map(|_| ())
}

// Red when a short link was an address by itself, and when its other name was no address of the account.
#[test]
fn a_short_link_and_its_id_are_one_account() {
    let city = City::munakata();
    let mut world = world(&city, "line");
    world.steps(&DECIDED);
    let refusal = acquire(&mut world, &case(), "https://lin.ee/AbCdEfG", None).expect_err("whose it is");
    assert_eq!(refusal.kind, RefusalKind::Incomplete);
    assert!(refusal.text().contains("「@」で始まるID"), "{}", refusal.text());
    let mut other = world.clone();
    acquire(&mut world, &case(), "https://lin.ee/AbCdEfG", Some("@Mihon")).expect("the link with its ID");
    acquire(&mut other, &case(), "https://lin.ee/AbCdEfG @mihon", None).expect("both in one field");
    for world in [&world, &other] {
        let account = &world.register.accounts[&"account-1".into()];
        let keys: Vec<&str> = account.addresses().map(|address| address.key.as_str()).collect();
        assert_eq!(keys, ["line:lin.ee/AbCdEfG", "line:@mihon"]);
    }
    for url in ["https://lin.ee/AbCdEfG @someone", "https://line.me/R/ti/p/@mihon", "https://page.line.me/mihon"] {
        let mut second = world.clone();
        let again = "case-2".into();
        second
            .open(&opening("case-2".into(), "account-2".into(), false), Kind::UnitStaff, OPENED)
            .expect("a second case");
        for (step, kind) in DECIDED {
            let order = second.order_in(&again, step);
            second.act(&order, kind, TODAY).expect(step);
        }
        let refusal = acquire(&mut second, &again, url, None).expect_err(url);
        assert_eq!(refusal.kind, RefusalKind::AddressTaken, "{url}: {}", refusal.text());
    }
}

// Red when addresses were the same only by their keys.
#[test]
fn one_page_filed_as_other_mastodon_and_misskey_is_one_account() {
    let city = City::munakata();
    let page = "https://social.example/@mihon";
    for (first, second) in [("mastodon", "misskey"), ("other", "mastodon"), ("misskey", "other")] {
        let mut world = world(&city, first);
        world.policy.network_name = Some("市民サーバー".to_owned());
        world.steps(&DECIDED);
        acquire(&mut world, &case(), page, None).expect(first);
        world.policy.network = Some(second.to_owned());
        let again = "case-2".into();
        world
            .open(&opening("case-2".into(), "account-2".into(), false), Kind::UnitStaff, OPENED)
            .expect("a second case");
        for (step, kind) in DECIDED {
            let order = world.order_in(&again, step);
            world.act(&order, kind, TODAY).expect(step);
        }
        let refusal = acquire(&mut world, &again, page, None).expect_err(second);
        assert_eq!(refusal.kind, RefusalKind::AddressTaken, "{first}, {second}: {}", refusal.text());
    }
}

// Red when a stable id was read as it stood, and blamed on the URL.
#[test]
fn a_channel_url_in_the_field_of_the_stable_id_is_read_for_its_id() {
    let city = City::munakata();
    let mut world = world(&city, "youtube");
    world.steps(&DECIDED);
    let (url, channel) = ("https://www.youtube.com/@mihon", "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv");
    let refusal = acquire(&mut world, &case(), url, Some("分からない")).expect_err("no id");
    assert!(refusal.text().contains("「サービスが付けた変わらない番号」の欄の「分からない」"), "{}", refusal.text());
    acquire(&mut world, &case(), url, Some(channel)).expect("the id in its URL");
    let stable = world.register.accounts[&"account-1".into()].stable.as_ref().map(|it| it.key.clone());
    assert_eq!(stable.as_deref(), Some("youtube:UCabcdefghijklmnopqrstuv"));
}

// Red when the list's record was made from the key.
#[test]
fn the_list_shows_the_address_as_it_was_filed() {
    let city = City::munakata();
    let mut world = world(&city, "facebook");
    world.steps(&DECIDED);
    acquire(&mut world, &case(), "https://facebook.com/a.Pref.mihon/?locale=ja_JP", None).expect("a page");
    world.steps(&[("file", Kind::UnitHead)]);
    world.steps(&[("list", Kind::CentralHead)]);
    let account = &world.register.accounts[&"account-1".into()];
    assert_eq!(account.address.as_ref().map(|it| it.key.as_str()), Some("facebook:aprefmihon"), "compared by key");
    let Standing::Listed(listed) = &account.standing else { panic!("{:?}", account.standing) };
    let record = listed.record.as_deref().unwrap_or_default();
    assert!(record.contains(r#""handle":"a.Pref.mihon""#), "{record}");
    assert!(record.contains("https://www.facebook.com/a.Pref.mihon"), "{record}");
}
