//! 団体の種類: what a municipality is, and so by which word a sentence speaks of it.
//!
//! `市のお知らせ` is wrong for a town, a prefecture or a union. The word follows from the municipality's name as its
//! guideline writes it; where the name does not say, from its code; else every municipality is a 団体.

/// What a municipality is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// 都.
    Metropolis,
    /// 道.
    Circuit,
    /// 府.
    UrbanPrefecture,
    /// 県.
    Prefecture,
    /// 市.
    City,
    /// 区: a ward with a mayor of its own.
    Ward,
    /// 町.
    Town,
    /// 村.
    Village,
    /// 一部事務組合.
    Union,
    /// 広域連合.
    WideUnion,
    /// 企業団.
    Enterprise,
    /// Anything else.
    #[default]
    Body,
}

/// The endings of names, longer ones before those that they end with.
const ENDINGS: [(&str, Kind); 14] = [
    ("広域連合", Kind::WideUnion),
    ("組合", Kind::Union),
    ("企業団", Kind::Enterprise),
    ("財産区", Kind::Body),
    ("地区", Kind::Body),
    ("水道", Kind::Body),
    ("都", Kind::Metropolis),
    ("道", Kind::Circuit),
    ("府", Kind::UrbanPrefecture),
    ("県", Kind::Prefecture),
    ("市", Kind::City),
    ("区", Kind::Ward),
    ("町", Kind::Town),
    ("村", Kind::Village),
];

impl Kind {
    /// What a municipality of this name and code is.
    pub fn of(name: &str, code: &str) -> Self {
        match Self::named(name) {
            Self::Body => Self::coded(code),
            told => told,
        }
    }

    /// What the name alone says, whatever stands in brackets behind it.
    pub fn named(name: &str) -> Self {
        let bare = name.split(['（', '(', '【', '［', '[']).next().unwrap_or(name);
        let bare = bare.trim_end_matches(|c: char| !c.is_alphanumeric());
        ENDINGS.iter().find(|(ending, _)| bare.ends_with(ending)).map_or(Self::Body, |(_, kind)| *kind)
    }

    /// What 全国地方公共団体コード says: its third to fifth figures are 000 for a prefecture, from 100 for cities and the
    /// wards of Tokyo, from 300 for towns and villages, from 800 for unions.
    fn coded(code: &str) -> Self {
        let figures = code.get(..5).filter(|five| five.bytes().all(|figure| figure.is_ascii_digit()));
        let Some((prefecture, within)) = figures.and_then(|five| five.split_at_checked(2)) else { return Self::Body };
        match (prefecture, within.parse::<u16>().unwrap_or(u16::MAX)) {
            ("01", 0) => Self::Circuit,
            ("13", 0) => Self::Metropolis,
            ("26" | "27", 0) => Self::UrbanPrefecture,
            (prefecture, 0) if ("02".."48").contains(&prefecture) => Self::Prefecture,
            ("13", 101..=199) => Self::Ward,
            (_, 100..=299) => Self::City,
            (_, 800..=899) => Self::Union,
            _ => Self::Body,
        }
    }

    /// The word that stands for the municipality in a sentence: 町 in 町のお知らせ.
    pub fn word(self) -> &'static str {
        match self {
            Self::Metropolis => "都",
            Self::Circuit => "道",
            Self::UrbanPrefecture => "府",
            Self::Prefecture => "県",
            Self::City => "市",
            Self::Ward => "区",
            Self::Town => "町",
            Self::Village => "村",
            Self::Union => "組合",
            Self::WideUnion => "広域連合",
            Self::Enterprise => "企業団",
            Self::Body => "団体",
        }
    }

    /// The English word that stands for the municipality in a sentence.
    pub fn in_english(self) -> &'static str {
        match self {
            Self::Metropolis | Self::Circuit | Self::UrbanPrefecture | Self::Prefecture => "prefecture",
            Self::City => "city",
            Self::Ward => "ward",
            Self::Town => "town",
            Self::Village => "village",
            Self::Union | Self::WideUnion | Self::Enterprise | Self::Body => "local authority",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Red while every sentence said 市.
    #[test]
    fn the_word_for_a_municipality_follows_from_its_name_and_then_from_its_code() {
        for (name, code, word) in [
            ("見本市", "999997", "市"),
            ("見本町（見本）", "999997", "町"),
            ("見本村", "999997", "村"),
            ("見本県", "999997", "県"),
            ("東京都", "130001", "都"),
            ("北海道", "010006", "道"),
            ("大阪府", "270008", "府"),
            ("港区", "131032", "区"),
            ("見本町財産区", "999997", "団体"),
            ("見本地区消防組合", "999997", "組合"),
            ("見本県後期高齢者医療広域連合", "999997", "広域連合"),
            ("見本企業団", "999997", "企業団"),
            ("みほん", "310000", "県"),
            ("みほん", "312011", "市"),
            ("みほん", "131032", "区"),
            ("みほん", "313025", "団体"),
            ("みほん", "318001", "組合"),
            ("Mihon", "", "団体"),
            ("", "あいう", "団体"),
        ] {
            assert_eq!(Kind::of(name, code).word(), word, "{name} {code}");
        }
    }
}
