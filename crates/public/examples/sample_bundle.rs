//! Writes the bundle of the tests' sample town into a folder, with the pages that a server would answer, to be looked at.

#[path = "../tests/it/town.rs"]
mod town;

use domain::network::Networks;
use public::Language::{English, Japanese};
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1);
    let dir = PathBuf::from(folder.ok_or("usage: sample_bundle FOLDER")?);
    public::export(&dir, &town::bundle())?;
    let loaded = public::read(&dir)?;
    let networks = Networks::standard()?;
    for (name, ask) in
        [("good", "https://twitter.com/mihon_town?s=20"), ("bad", "https://x.com/mihon_t0wn"), ("unsure", "こんにちは")]
    {
        let answer = loaded.verify(ask, &networks, town::BUILT);
        for (folder, language) in [("", Japanese), ("en/", English)] {
            let page = public::verify_page(&loaded, Some(ask), Some(&answer), language)?;
            fs::write(dir.join(format!("{folder}answer-{name}.html")), page)?;
        }
    }
    for (folder, language) in [("", Japanese), ("en/", English)] {
        let dir = dir.join(folder);
        fs::write(dir.join("search.html"), public::search_page(&loaded, "お知らせ", language)?)?;
        fs::write(dir.join("search-none.html"), public::search_page(&loaded, "温泉", language)?)?;
    }
    Ok(())
}
