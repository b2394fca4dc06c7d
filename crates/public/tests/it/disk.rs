//! Writing, swapping, exporting and reading back.

use crate::{files, town};
use public::{Fault, Standing};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[test]
fn a_written_bundle_reads_back_whole() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = town::bundle();
    let release = public::write(dir.path(), &bundle).unwrap();
    assert!(release.name.starts_with("000001-"));
    let loaded = public::read(dir.path()).unwrap();
    for (path, bytes) in files(&bundle) {
        assert_eq!(loaded.file(&path).unwrap().as_deref(), Some(bytes.as_slice()), "{path}");
    }
    assert_eq!(loaded.file("../bundle.json").unwrap(), None);
    assert_eq!(loaded.records().len(), 5);
    assert_eq!(loaded.index(), &bundle.index);
    assert_eq!(loaded.checkpoint(), bundle.checkpoint.as_deref());
    assert_eq!(loaded.manifest().ledger_size, 42);
}

#[test]
fn a_bundle_too_large_to_hold_is_read_as_it_is_asked_for_and_only_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = town::bundle();
    let release = public::write(dir.path(), &bundle).unwrap();
    let held = public::read(dir.path()).unwrap();
    let beside = public::read_holding(dir.path(), 1000).unwrap();
    for (path, bytes) in files(&bundle) {
        assert_eq!(beside.file(&path).unwrap().as_deref(), Some(bytes.as_slice()), "{path}");
    }
    assert_eq!((beside.records(), beside.index()), (held.records(), held.index()));

    fs::write(release.path.join("index.html"), "別の一覧").unwrap();
    fs::remove_file(release.path.join("verify.html")).unwrap();
    assert!(matches!(beside.file("index.html"), Err(Fault::Changed(path)) if path == "index.html"));
    assert!(matches!(beside.file("verify.html"), Err(Fault::Missing(path)) if path == "verify.html"));
    assert_eq!(held.file("index.html").unwrap().as_deref(), Some(files(&bundle)["index.html"].as_slice()));
}

#[test]
fn a_large_bundle_is_taken_in_by_what_answers_are_made_from_and_every_other_file_is_checked_when_it_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let release = public::write(dir.path(), &town::bundle()).unwrap();
    fs::write(release.path.join("index.html"), "別の一覧").unwrap();
    fs::write(release.path.join("style.css"), "").unwrap();
    let beside = public::read_holding(dir.path(), 1000).unwrap();
    for path in ["index.html", "style.css"] {
        assert!(matches!(beside.file(path), Err(Fault::Changed(name)) if name == path), "{path}");
    }
    assert!(matches!(public::read(dir.path()), Err(Fault::Changed(_))), "what is held is checked at once");
    fs::write(release.path.join("verification.json"), "{}").unwrap();
    assert!(matches!(public::read_holding(dir.path(), 1000), Err(Fault::Changed(name)) if name == "verification.json"));
}

#[test]
fn a_refused_bundle_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let mut bundle = town::bundle();
    bundle.valid_until = bundle.built_at;
    public::write(dir.path(), &bundle).unwrap_err();
    assert_eq!(fs::read_dir(dir.path().join("releases")).unwrap().count(), 0);
}

#[test]
fn a_bundle_is_current_until_its_last_moment_and_not_a_millisecond_longer() {
    let dir = tempfile::tempdir().unwrap();
    public::write(dir.path(), &town::bundle()).unwrap();
    let loaded = public::read(dir.path()).unwrap();
    assert_eq!(loaded.standing_at(town::VALID - 1), Standing::Current);
    assert_eq!(loaded.standing_at(town::VALID), Standing::Expired);
}

#[test]
fn an_export_holds_the_same_bytes_and_drops_what_is_no_longer_listed() {
    let dir = tempfile::tempdir().unwrap();
    let mut bundle = town::bundle();
    public::export(dir.path(), &bundle).unwrap();
    assert_eq!(on_disk(dir.path()), files(&bundle));
    fs::write(dir.path().join("own.txt"), "的").unwrap();

    bundle.records.remove(0);
    bundle.index = town::index(&bundle.records);
    public::export(dir.path(), &bundle).unwrap();
    let mut wanted = files(&bundle);
    wanted.insert("own.txt".into(), "的".into());
    assert_eq!(on_disk(dir.path()), wanted);
    assert_eq!(public::read(dir.path()).unwrap().records().len(), 4);
}

#[test]
fn a_swap_leaves_the_former_release_whole_and_keeps_three() {
    let dir = tempfile::tempdir().unwrap();
    let mut bundle = town::bundle();
    let first = public::write(dir.path(), &bundle).unwrap();
    let served = fs::read_link(dir.path().join("current")).unwrap();
    assert_eq!(served, Path::new("releases").join(&first.name));
    let opened = fs::canonicalize(dir.path().join("current")).unwrap();

    bundle.records.clear();
    bundle.index = town::index(&bundle.records);
    bundle.built_at += 1000;
    let second = public::write(dir.path(), &bundle).unwrap();
    assert_eq!(public::read(&opened).unwrap().records().len(), 5, "who opened the former release still reads it");
    assert_eq!(public::read(dir.path()).unwrap().records().len(), 0);
    assert_ne!(first.name, second.name);

    for step in 0..3 {
        bundle.built_at += 1000 + step;
        public::write(dir.path(), &bundle).unwrap();
    }
    let mut names: Vec<_> = fs::read_dir(dir.path().join("releases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names[2].starts_with("000005-"));
}

#[test]
fn readers_during_swaps_always_see_one_whole_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let mut bundle = town::bundle();
    public::write(dir.path(), &bundle).unwrap();
    let root = dir.path().to_owned();
    let reader = std::thread::spawn(move || {
        (0..40).map(|_| public::read(&root).unwrap().manifest().built_at).collect::<Vec<_>>()
    });
    // Two releases behind the served one stay on disk, so a reader that has resolved the link is safe for two swaps.
    for _ in 0..2 {
        bundle.built_at += 1000;
        public::write(dir.path(), &bundle).unwrap();
    }
    let seen = reader.join().unwrap();
    assert!(seen.is_sorted());
}

#[test]
fn a_draft_that_a_crash_left_is_never_served_and_does_not_stand_in_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = town::bundle();
    let release = public::write(dir.path(), &bundle).unwrap();
    fs::rename(&release.path, dir.path().join("releases").join(".000001")).unwrap();
    fs::remove_file(dir.path().join("current")).unwrap();
    assert!(matches!(public::read(dir.path()), Err(Fault::NoBundle(_))));
    assert_eq!(public::write(dir.path(), &bundle).unwrap().name, release.name);
    assert_eq!(public::read(dir.path()).unwrap().records().len(), 5);
}

#[test]
fn any_changed_file_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = town::bundle();
    public::export(dir.path(), &bundle).unwrap();
    for path in files(&bundle).keys().filter(|path| *path != "bundle.json") {
        let file = dir.path().join(path);
        let honest = fs::read(&file).unwrap();
        let mut bent = honest.clone();
        bent[honest.len() / 2] ^= 1;
        fs::write(&file, bent).unwrap();
        assert!(matches!(public::read(dir.path()), Err(Fault::Changed(name)) if name == *path), "{path}");
        fs::write(&file, honest).unwrap();
    }
    fs::remove_file(dir.path().join("style.css")).unwrap();
    let refusal = public::read(dir.path()).unwrap_err();
    assert!(refusal.to_string().contains("style.css") && refusal.to_string().contains("置きかえる"), "{refusal}");
}

#[test]
fn a_description_that_points_outside_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    public::export(dir.path(), &town::bundle()).unwrap();
    let path = dir.path().join("bundle.json");
    let text = fs::read_to_string(&path).unwrap();
    for outside in ["../style.css", "/etc/hostname", "a//b", ""] {
        fs::write(&path, text.replace("\"style.css\"", &format!("\"{outside}\""))).unwrap();
        assert!(matches!(public::read(dir.path()), Err(Fault::Unreadable { .. })), "{outside}");
    }
}

#[test]
fn what_cannot_be_published_is_refused_with_what_to_do() {
    let refused = |change: fn(&mut public::Bundle)| {
        let mut bundle = town::bundle();
        change(&mut bundle);
        public::render(&bundle, &mut |_, _| Ok(())).unwrap_err()
    };
    assert!(matches!(refused(|b| b.records[0].account = "../x".into()), Fault::AccountId(_)));
    assert!(matches!(refused(|b| b.records[0].account = "A-01".into()), Fault::TwiceListed(_)));
    assert!(matches!(refused(|b| b.records[0].municipality = "000000".into()), Fault::Foreign { .. }));
    assert!(matches!(refused(|b| b.site.base_url = "list.html".into()), Fault::BaseUrl(_)));
    assert!(matches!(refused(|b| b.site.base_url = "https://a:b@c.example/".into()), Fault::BaseUrl(_)));
    assert!(matches!(refused(|b| b.valid_until = b.built_at), Fault::Validity));
    assert!(matches!(refused(|b| b.valid_until = i64::MAX), Fault::Instant(_)));
    assert!(refused(|b| b.valid_until = b.built_at).to_string().contains("直してください"));
}

#[test]
fn the_list_of_a_city_with_300_accounts_stays_up_when_its_folder_goes_away() {
    let mut bundle = town::bundle();
    let pattern = bundle.records.remove(1);
    bundle.records = (0..300)
        .map(|n| domain::listing::ListingRecord {
            account: format!("a-{n:03}"),
            handle: Some(format!("@mihon_{n:03}")),
            url: format!("https://x.com/mihon_{n:03}"),
            ..pattern.clone()
        })
        .collect();
    bundle.index = town::index(&bundle.records);
    let dir = tempfile::tempdir().unwrap();
    public::write(dir.path(), &bundle).unwrap();
    let loaded = public::read(dir.path()).unwrap();
    fs::remove_dir_all(dir.path()).unwrap();
    assert_eq!(loaded.records().len(), 300);
    for path in loaded.paths() {
        assert!(loaded.file(path).unwrap().is_some(), "{path}");
    }
}

#[test]
fn a_list_and_an_index_that_disagree_are_refused_either_way() {
    let mut short = town::bundle();
    short.records.remove(0);
    assert!(matches!(public::render(&short, &mut |_, _| Ok(())), Err(Fault::Disagree(account)) if account == "a-05"));
    let mut long = town::bundle();
    long.index = town::index(&long.records[1..]);
    assert!(matches!(public::render(&long, &mut |_, _| Ok(())), Err(Fault::Disagree(account)) if account == "a-05"));
}

/// All files below a folder.
fn on_disk(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}
