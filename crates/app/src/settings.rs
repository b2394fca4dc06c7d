//! The settings of a municipality: `DATA/<団体コード>.toml`, with the figures that hold where nothing is said.

use std::path::Path;

use actions::{MEGABYTE, Quota};
use anyhow::Context;
use domain::parsing;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::courier::{MailSettings, WebhookSettings};
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
        input::seen("設定の notice", settings.notice.as_deref())?;
        input::seen("設定の contact", settings.contact.as_deref())?;
        Ok(settings)
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
    fn a_setting_that_nobody_knows_is_named_and_not_passed_over() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("999993.toml"), "notce = \"見本\"\n")?;
        let told = Settings::read(&dir.path().join("999993.toml")).map_err(|error| error.to_string());
        assert!(told.is_err_and(|words| words.contains("notce") && words.contains("notice")));
        Ok(())
    }
}
