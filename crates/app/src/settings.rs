//! The settings of a municipality: `DATA/<団体コード>.toml`, with the figures that hold where nothing is said.

use std::path::Path;

use actions::{MEGABYTE, Quota};
use anyhow::Context;
use domain::id::UnitId;
use domain::office::Office;
use domain::parsing;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::courier::{self, MailSettings, WebhookSettings};
use crate::home::VALID_FOR_MS;
use crate::input::{self, Mistake};
use crate::porch::OidcSettings;

/// For how many days a list that is carried elsewhere answers: one carried on Friday still does after a long weekend.
const CARRIED_DAYS: u16 = 4;
/// The most days that may be set for it: what is taken back in between is not known there.
const MOST_CARRIED_DAYS: u16 = 31;
/// The most days for which a browser may be trusted: a quarter of a year.
const MOST_TRUSTED_DAYS: u16 = 90;

/// What one municipality's list is published with, and how its people are told; `DATA/<団体コード>.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The public address of the list.
    pub base_url: Option<String>,
    /// A notice above every page.
    pub notice: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// For how many days a list that is carried elsewhere answers; four where nothing is said.
    pub carried_days: Option<u16>,
    /// The https address of the staff pages: passkeys are bound to it, and messages lead to it.
    pub staff_url: Option<String>,
    /// The hour of the daily notices, such as 08:45.
    pub digest_hour: Option<String>,
    /// The hosts and ports that may be called, such as `chat.example.jp:443`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outbound: Vec<String>,
    /// The city's own sign-in.
    pub oidc: Option<OidcSettings>,
    /// The city's mail server.
    pub mail: Option<MailSettings>,
    /// The chats of teams.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub webhook: Vec<WebhookSettings>,
    /// For how many days a browser may be trusted, so that no second proof is asked in it; never, where nothing is said.
    pub trusted_days: Option<u16>,
    /// How much may be attached.
    pub attachments: Option<AttachmentSettings>,
}

/// How many megabytes of files may be kept; `[attachments]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttachmentSettings {
    /// By one person, before any act names them.
    #[serde(rename = "person_mb")]
    pub person: Option<u32>,
    /// For one case.
    #[serde(rename = "case_mb")]
    pub case: Option<u32>,
    /// In the municipality.
    #[serde(rename = "town_mb")]
    pub town: Option<u32>,
}

impl AttachmentSettings {
    /// The room that they give, in bytes; where nothing is said, the usual one.
    pub fn quota(&self) -> Quota {
        let usual = Quota::default();
        let bytes = |megabytes: Option<u32>, usual: u64| megabytes.map_or(usual, |mb| u64::from(mb) * MEGABYTE);
        Quota {
            person: bytes(self.person, usual.person),
            case: bytes(self.case, usual.case),
            town: bytes(self.town, usual.town),
        }
    }
}

impl Settings {
    /// The settings in a file.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = input::text(file)?;
        let settings: Self = toml::from_str(&text).map_err(|error| {
            Mistake::new(format!(
                "設定を読めません。\n{}\n書けるのは base_url、notice、contact、carried_days、trusted_days、staff_url、digest_hour、outbound、[oidc]、[mail]、[[webhook]]、[attachments] です。",
                parsing::toml(&file.display().to_string(), &text, &error)
            ))
        })?;
        if let Some((key, words)) = settings.fault() {
            let line = line_of(&text, key).map(|line| format!("{line}行目")).unwrap_or_default();
            return Err(Mistake::new(format!("設定「{}」{line}：{words}", file.display())).into());
        }
        input::seen("設定の notice", settings.notice.as_deref())?;
        input::seen("設定の contact", settings.contact.as_deref())?;
        Ok(settings)
    }

    /// The first value that cannot be used: its name, and what is wrong with it.
    fn fault(&self) -> Option<(&'static str, String)> {
        let told = |key, mistake: Mistake| Some((key, mistake.to_string()));
        let checks: [(&'static str, Result<(), Mistake>); 5] = [
            ("trusted_days", self.trusted_days().map(drop)),
            ("carried_days", self.carried_for().map(drop)),
            ("staff_url", self.staff_url.as_deref().map_or(Ok(()), |typed| staff_address(typed).map(drop))),
            ("base_url", self.base_url.as_deref().map_or(Ok(()), public_address)),
            ("digest_hour", self.digest_hour.as_deref().map_or(Ok(()), |typed| courier::hour(typed).map(drop))),
        ];
        if let Some((key, mistake)) = checks.into_iter().find_map(|(key, it)| it.err().map(|mistake| (key, mistake))) {
            return told(key, mistake);
        }
        if let Some(oidc) = &self.oidc
            && !is_sealed(&oidc.issuer)
        {
            return Some((
                "issuer",
                format!(
                    "[oidc] の issuer「{}」は https:// で始まっていません。暗号化されない道では、サインインをぬすみ見られます。https:// のアドレスを書いてください。",
                    oidc.issuer
                ),
            ));
        }
        if let Some((key, words)) = self.mail.as_ref().and_then(MailSettings::fault) {
            return Some((key, words));
        }
        let room = self.attachments.clone().unwrap_or_default();
        let none = [("person_mb", room.person), ("case_mb", room.case), ("town_mb", room.town)];
        none.into_iter().find(|(_, mb)| *mb == Some(0)).map(|(key, _)| {
            (key, format!("[attachments] の {key} が0では、ファイルを一つも添付できません。1以上のMBを書くか、行を消してください。"))
        })
    }

    /// What works, and is not safe or tells nobody: told at the start.
    pub fn doubts(&self, office: &Office) -> Vec<String> {
        let open = self.staff_url.as_deref().filter(|typed| !is_sealed(typed));
        let open = open.map(|typed| open_address("設定の staff_url", typed));
        let named = self.webhook.iter().flat_map(|hook| hook.units.iter().map(move |unit| (hook, unit)));
        let unknown = named.filter(|(_, unit)| !office.units.contains_key(&UnitId::from(unit.as_str())));
        let unknown = unknown.map(|(hook, unit)| {
            format!(
                "設定の [[webhook]]「{}」の units の組織コード「{unit}」は、今の組織にありません。その組織へのお知らせは出ません。次にすること：組織コードを確かめてください。",
                hook.name
            )
        });
        open.into_iter().chain(unknown).collect()
    }

    /// Keeps the settings in a file.
    pub fn keep(&self, file: &Path) -> anyhow::Result<()> {
        std::fs::write(file, toml::to_string(self)?).with_context(|| format!("設定「{}」を書けません", file.display()))
    }

    /// For how many days a browser may be trusted, where the city lets people do so.
    pub fn trusted_days(&self) -> Result<Option<u16>, Mistake> {
        match self.trusted_days {
            Some(days) if !(1..=MOST_TRUSTED_DAYS).contains(&days) => Err(Mistake::new(format!(
                "設定の trusted_days「{days}」は使えません。1から{MOST_TRUSTED_DAYS}までの日数を書くか、行を消してください。"
            ))),
            days => Ok(days),
        }
    }

    /// For how long a list that is carried elsewhere answers, in milliseconds.
    pub fn carried_for(&self) -> Result<i64, Mistake> {
        match self.carried_days.unwrap_or(CARRIED_DAYS) {
            days @ 1..=MOST_CARRIED_DAYS => Ok(i64::from(days) * VALID_FOR_MS),
            days => Err(Mistake::new(format!(
                "設定の carried_days「{days}」は使えません。1から{MOST_CARRIED_DAYS}までの日数を書いてください。"
            ))),
        }
    }

    /// The origin of the staff pages, where it is set.
    pub fn staff_origin(&self) -> anyhow::Result<Option<Url>> {
        let read = |text: &String| {
            staff_address(text).map_err(|mistake| Mistake::new(format!("設定の staff_url：{mistake}")).into())
        };
        self.staff_url.as_ref().map(read).transpose()
    }
}

/// On which line a value stands, counted from 1.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let is_it = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(is_it).map(|at| at + 1)
}

/// Whether nobody on the way can read along: by encryption, or because there is no way.
pub fn is_sealed(address: &str) -> bool {
    let Ok(address) = Url::parse(address) else { return false };
    let near = match address.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(it)) => it.is_loopback(),
        Some(url::Host::Ipv6(it)) => it.is_loopback(),
        None => false,
    };
    address.scheme() == "https" || near
}

/// What is told of an address of the staff's pages to which passwords go unprotected.
pub fn open_address(place: &str, typed: &str) -> String {
    format!(
        "{place}「{typed}」は http:// で、この機械の外から開かれるアドレスです。パスワードと確認コードが、暗号化されずに流れます。\n次にすること：TLS を受け持つプロキシを前に置き、https:// のアドレスを書いてください。"
    )
}

/// Refuses a public address below which no page can be addressed.
fn public_address(typed: &str) -> Result<(), Mistake> {
    let address = Url::parse(typed).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    match address {
        Some(url) if url.query().is_none() && url.fragment().is_none() => Ok(()),
        Some(_) => Err(Mistake::new(format!(
            "base_url「{typed}」に「?」か「#」が付いています。その下のページのアドレスを作れません。「?」「#」から後を消してください。"
        ))),
        None => Err(Mistake::new(format!(
            "base_url「{typed}」はアドレスではありません。https:// で始まる、一覧のアドレスを書いてください（例：https://www.city.example.lg.jp/）。"
        ))),
    }
}

/// The address of the staff's pages, which stand at the root of their own host: cookies and passkeys are bound to it.
pub fn staff_address(typed: &str) -> Result<Url, Mistake> {
    let address = Url::parse(typed).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    let address = address.ok_or_else(|| {
        Mistake::new(format!(
            "「{typed}」はアドレスではありません。https:// で始まる、職員の画面のアドレスを書いてください（例：https://shirube.city.example.lg.jp/）。"
        ))
    })?;
    let bare = address.path() == "/" && address.query().is_none() && address.fragment().is_none();
    if !bare || !address.username().is_empty() || address.password().is_some() {
        return Err(Mistake::new(format!(
            "職員の画面のアドレス「{typed}」に、ホスト名の後の道（パス）などが付いています。職員の画面は、ほかの道の下では動きません。\n次にすること：「{}/」のように、職員の画面だけのホスト名（またはポート）を用意し、そのアドレスだけを書いてください。",
            address.origin().ascii_serialization()
        )));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_used_is_refused_with_its_file_and_line() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("999993.toml");
        let mail = "[mail]\nserver = \"m.jp\"\nfrom = \"a@b.jp\"\n";
        for (text, line, word) in [
            ("notice = \"a\"\ncarried_days = 0\n".to_owned(), "2行目", "carried_days"),
            ("carried_days = 32\n".to_owned(), "1行目", "carried_days"),
            ("\ntrusted_days = 91\n".to_owned(), "2行目", "trusted_days"),
            ("digest_hour = \"8時\"\n".to_owned(), "1行目", "digest_hour"),
            ("base_url = \"https://a.jp/?x=1\"\n".to_owned(), "1行目", "「?」"),
            ("base_url = \"https://a.jp/#x\"\n".to_owned(), "1行目", "「#」"),
            ("base_url = \"a.jp\"\n".to_owned(), "1行目", "base_url"),
            ("[attachments]\nperson_mb = 0\n".to_owned(), "2行目", "person_mb"),
            (
                "[oidc]\nissuer = \"http://id.b.jp\"\nclient_id = \"c\"\nclient_secret_file = \"f\"\n".to_owned(),
                "2行目",
                "issuer",
            ),
            (mail.replace("m.jp", "smtp://m.jp"), "2行目", "server"),
            (format!("{mail}port = 0\n"), "4行目", "port"),
            (format!("{mail}domains = [\"@b.jp\"]\n"), "4行目", "domains"),
        ] {
            std::fs::write(&file, &text)?;
            let told = Settings::read(&file).expect_err(&text);
            assert!(told.is::<Mistake>(), "it ends as a mistake of what was given: {text}");
            let told = told.to_string();
            for words in ["999993.toml", line, word] {
                assert!(told.contains(words), "{text}: {words}: {told}");
            }
        }
        std::fs::write(
            &file,
            "[oidc]\nissuer = \"http://127.0.0.1:9/\"\nclient_id = \"c\"\nclient_secret_file = \"f\"\n",
        )?;
        assert_eq!(Settings::read(&file)?.doubts(&Office::default()), [] as [String; 0]);
        std::fs::write(&file, "staff_url = \"http://shirube.b.jp/\"\n")?;
        assert!(Settings::read(&file)?.doubts(&Office::default()).concat().contains("暗号化されずに"));
        std::fs::write(&file, "[[webhook]]\nname = \"kouhou\"\nurl_file = \"f\"\nunits = [\"0999\"]\n")?;
        assert!(
            Settings::read(&file)?.doubts(&Office::default()).concat().contains("「0999」は、今の組織にありません")
        );
        Ok(())
    }

    #[test]
    fn a_setting_that_nobody_knows_is_named_and_not_passed_over() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("999993.toml"), "notce = \"見本\"\n")?;
        let told = Settings::read(&dir.path().join("999993.toml")).map_err(|error| error.to_string());
        assert!(told.is_err_and(|words| words.contains("notce") && words.contains("notice")));
        Ok(())
    }
}
