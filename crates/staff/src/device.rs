//! A browser's own long name in the few words by which people know it.

/// What browsers call themselves; the first that is found counts, for each also names those that it wants to be taken for.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// 「Chrome（Windows）」. What is not a browser that people know stays as it named itself: that is what is looked for.
pub(crate) fn words_of(named: &str) -> String {
    let known = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| named.contains(mark)).map(|(_, words)| *words)
    };
    match (named.starts_with("Mozilla/5.0 (").then(|| known(BROWSERS)).flatten(), known(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}（{system}）"),
        _ => named.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let named = [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
        ];
        let told = named.map(words_of);
        assert_eq!(told, ["Edge（Windows）", "Firefox（Windows）", "Chrome（Android）", "Safari（iPhone）"]);
    }

    #[test]
    fn what_is_no_known_browser_is_shown_as_it_named_itself() {
        for named in ["curl/8.14.1", "python-requests/2.32 (Linux) Chrome/1", "Mozilla/5.0 (Nowhere) Chrome/1", ""] {
            assert_eq!(words_of(named), named);
        }
    }
}
