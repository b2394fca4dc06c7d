//! What the settings say about telling people outside: whom, over what, and with which secrets.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use actions::{Carrying, Courier, Hook, Letter, MailTelling, Posting, SendFault, Telling};
use anyhow::Context;
use connectors::fault::Fault;
use connectors::smtp::{Mailer, Outgoing, Protection, SmtpConfig};
use connectors::webhook::{Webhook, WebhookConfig};
use domain::id::UnitId;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::input::{self, Mistake};
use crate::settings::{Settings, staff_address};

/// The city's mail server; `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Its host name.
    pub server: String,
    /// Its port; 587 or 465 by the sort of protection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How the way to it is protected.
    #[serde(default)]
    pub security: Security,
    /// The sender.
    pub from: String,
    /// The name that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The file with the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// A file with further certificates (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// The domains that people's addresses may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
}

impl MailSettings {
    /// The first value with which no mail could leave: its name, and what is wrong with it.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let is_address = self.server.parse::<std::net::IpAddr>().is_ok();
        if self.server.is_empty() || (!is_address && self.server.contains([':', '/', '@', ' '])) {
            let words = format!(
                "[mail] の server「{}」はホスト名ではありません。mail.city.example.jp のように、名前だけを書いてください（番号は port、暗号化は security に書きます）。",
                self.server
            );
            return Some(("server", words));
        }
        if self.port == Some(0) {
            return Some((
                "port",
                "[mail] の port に0は使えません。587 や 465 などを書くか、行を消してください。".to_owned(),
            ));
        }
        let odd = self.domains.iter().find(|it| it.is_empty() || it.contains(['@', '/', ' ']));
        odd.map(|it| {
            let words = format!(
                "[mail] の domains の「{it}」は、どの宛先にも合いません。「@」を付けず、city.example.jp のように書いてください。"
            );
            ("domains", words)
        })
    }
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// STARTTLS.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None, on this machine alone.
    None,
}

/// A team's chat; `[[webhook]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// A short name, as it is shown to whoever keeps the machine.
    pub name: String,
    /// A file with the URL; such a URL is a secret as a rule.
    pub url_file: PathBuf,
    /// The codes of the units whose people it tells; every unit without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// The file with the secret for the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// A file with further certificates (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Addresses that may be called though they are of a kind that is refused otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<std::net::IpAddr>,
}

/// Whom the settings have told outside, and how; no secret is read for it.
pub fn telling(code: &str, settings: &Settings) -> Result<Telling, Mistake> {
    let hour = settings.digest_hour.as_deref().map_or(Ok(Telling::default().hour), hour)?;
    let outside = settings.mail.is_some() || !settings.webhook.is_empty();
    let staff_url = settings.staff_url.as_deref().map(|typed| staff_url(code, typed)).transpose()?;
    if outside && staff_url.is_none() {
        return Err(Mistake::new(
            "設定に staff_url がありません。メールやチャットのお知らせには、職員が開く画面のアドレスが要ります（例: staff_url = \"https://shirube.city.example.jp/\"）。",
        ));
    }
    let mut hooks: Vec<Hook> = Vec::new();
    for hook in &settings.webhook {
        if hook.name.is_empty() || hook.name.chars().any(|c| c.is_control() || c == ':') {
            return Err(Mistake::new("設定の [[webhook]] の name は、空でなく、「:」を含まない名前にしてください。"));
        }
        if hooks.iter().any(|known| known.name == hook.name) {
            return Err(Mistake::new(format!("設定の [[webhook]] に、同じ name「{}」が二つあります。", hook.name)));
        }
        let units = hook.units.iter().map(|unit| UnitId::from(unit.as_str())).collect();
        hooks.push(Hook { name: hook.name.clone(), units });
    }
    let mail = settings.mail.as_ref().map(|mail| MailTelling { domains: mail.domains.clone() });
    Ok(Telling { staff_url, mail, hooks, hour })
}

/// The hour of the daily notices.
pub fn hour(typed: &str) -> Result<Time, Mistake> {
    let read = || {
        let (hour, minute) = typed.split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    read().ok_or_else(|| {
        Mistake::new(format!("設定の digest_hour「{typed}」は時刻ではありません。08:45 のように書いてください。"))
    })
}

/// The address of a municipality's own pages on the server of the staff pages.
fn staff_url(code: &str, typed: &str) -> Result<String, Mistake> {
    let address = staff_address(typed).map_err(|mistake| Mistake::new(format!("設定の staff_url：{mistake}")))?;
    Ok(format!("{address}{code}/"))
}

/// Whoever carries messages out, as the settings say; nothing is opened before something is to be sent.
#[derive(Debug, Default)]
pub struct Post {
    mailer: Option<Mailer>,
    hooks: BTreeMap<String, Webhook>,
    /// The ways that the settings name and that cannot be used, with why: the other ways go on.
    unusable: BTreeMap<Way, String>,
}

/// A way out of the house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Mail,
    Chat(String),
}

impl Post {
    /// The ways that the settings name, with their secrets read; files are looked for beside the settings.
    pub fn of(settings: &Settings, beside: &Path) -> Self {
        let mut post = Self::default();
        match settings.mail.as_ref().map(|mail| mailer(mail, beside)).transpose() {
            Ok(mailer) => post.mailer = mailer,
            Err(error) => drop(post.unusable.insert(Way::Mail, format!("{error:#}"))),
        }
        for hook in &settings.webhook {
            match chat(settings, hook, beside) {
                Ok(chat) => drop(post.hooks.insert(hook.name.clone(), chat)),
                Err(error) => drop(post.unusable.insert(Way::Chat(hook.name.clone()), format!("{error:#}"))),
            }
        }
        post
    }

    /// Which ways cannot be used, and why.
    pub fn unusable(&self) -> impl Iterator<Item = String> {
        self.unusable.iter().map(|(way, why)| match way {
            Way::Mail => format!("メールのお知らせを送れません。{why}"),
            Way::Chat(name) => format!("チャット「{name}」へのお知らせを送れません。{why}"),
        })
    }

    /// Why something cannot go this way: the settings name it not, or what they name cannot be used.
    fn barred(&self, way: &Way, unnamed: &str) -> SendFault {
        SendFault::Later(self.unusable.get(way).map_or(unnamed, String::as_str).to_owned())
    }
}

fn chat(settings: &Settings, hook: &WebhookSettings, beside: &Path) -> anyhow::Result<Webhook> {
    let what = format!("設定の [[webhook]]「{}」", hook.name);
    let allowed = settings.outbound.iter().map(|at| host_and_port(at)).collect::<Result<Vec<_>, _>>()?;
    let url = secret(&beside.join(&hook.url_file))?;
    let url = url.parse().map_err(|_| Mistake::new(format!("{what}の url_file の中身が URL ではありません。")))?;
    let config = WebhookConfig {
        url,
        allowed,
        addresses: hook.addresses.clone(),
        secret: hook.secret_file.as_ref().map(|f| secret(&beside.join(f)).map(String::into_bytes)).transpose()?,
        certificates: hook.ca_file.as_ref().map(|file| input::bytes(&beside.join(file))).transpose()?,
    };
    Webhook::new(config).with_context(|| format!("{what}が使えません"))
}

impl Courier for Post {
    fn mail<'a>(&'a self, letter: &'a Letter) -> Carrying<'a> {
        Box::pin(async move {
            let Some(mailer) = &self.mailer else {
                return Err(self.barred(&Way::Mail, "メールの設定（[mail]）がありません。"));
            };
            let Letter { id, to, subject, body } = letter;
            mailer.send(Outgoing { id, to, subject, body }).await.map_err(fault)
        })
    }

    fn post<'a>(&'a self, posting: &'a Posting) -> Carrying<'a> {
        Box::pin(async move {
            let Some(hook) = self.hooks.get(&posting.hook) else {
                let way = Way::Chat(posting.hook.clone());
                return Err(self.barred(&way, "このチャットの設定（[[webhook]]）がありません。"));
            };
            hook.post(&posting.id, &posting.text).await.map_err(fault)
        })
    }
}

fn mailer(mail: &MailSettings, beside: &Path) -> anyhow::Result<Mailer> {
    let (protection, usual) = match mail.security {
        Security::Starttls => (Protection::StartTls, 587),
        Security::Tls => (Protection::Tls, 465),
        Security::None => (Protection::None, 25),
    };
    let login = match (&mail.user, &mail.password_file) {
        (None, None) => None,
        (Some(user), Some(file)) => Some((user.clone(), secret(&beside.join(file))?)),
        _ => {
            return Err(Mistake::new(
                "設定の [mail] には、user と password_file の両方を書くか、どちらも書かないでください。",
            )
            .into());
        }
    };
    let config = SmtpConfig {
        server: mail.server.clone(),
        port: mail.port.unwrap_or(usual),
        protection,
        from: mail.from.clone(),
        login,
        certificates: mail.ca_file.as_ref().map(|file| input::bytes(&beside.join(file))).transpose()?,
    };
    Mailer::new(&config).context("設定の [mail] が使えません")
}

/// A secret out of a file, without the line's end behind it.
pub(crate) fn secret(file: &Path) -> Result<String, Mistake> {
    let text = input::text(file)?.trim_end_matches(['\r', '\n']).to_owned();
    if text.trim().is_empty() {
        return Err(Mistake::new(format!("秘密のファイル「{}」が空です。中身を書いてください。", file.display())));
    }
    let open = std::fs::metadata(file).is_ok_and(|it| it.permissions().mode() & 0o007 != 0);
    if open {
        tracing::warn!(
            "秘密のファイル「{}」を、この機械のだれでも読めます。次にすること：chmod 600 を実行し、しるべを動かす利用者だけが読めるようにしてください。",
            file.display()
        );
    }
    Ok(text)
}

fn host_and_port(typed: &str) -> Result<(String, u16), Mistake> {
    let read = || {
        let (host, port) = typed.rsplit_once(':')?;
        Some((host.to_owned(), port.parse().ok()?)).filter(|(host, _): &(String, u16)| !host.is_empty())
    };
    read().ok_or_else(|| {
        Mistake::new(format!(
            "設定の outbound「{typed}」は、chat.example.jp:443 のようにホスト名とポートで書いてください。"
        ))
    })
}

fn fault(fault: Fault) -> SendFault {
    match fault {
        Fault::Later(why) => SendFault::Later(why),
        Fault::Never(why) => SendFault::Never(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Settings {
        toml::from_str(text).expect("settings")
    }

    #[test]
    fn without_settings_nothing_leaves() {
        let telling = telling("999993", &Settings::default()).expect("nothing to mistake");
        assert!(telling.mail.is_none() && telling.hooks.is_empty());
        let post = Post::of(&Settings::default(), Path::new("/nowhere"));
        assert!(post.mailer.is_none() && post.hooks.is_empty());
    }

    #[test]
    fn a_whole_configuration_is_read_with_its_secrets_in_files() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("password"), "himitsu\n")?;
        std::fs::write(dir.path().join("url"), "https://chat.example.jp/hook/himitsu\n")?;
        std::fs::write(dir.path().join("secret"), "kagi\n")?;
        let text = r#"
            staff_url = "https://shirube.city.example.jp"
            digest_hour = "09:10"
            outbound = ["chat.example.jp:443"]
            [mail]
            server = "mail.city.example.jp"
            from = "shirube@city.example.jp"
            user = "shirube"
            password_file = "password"
            domains = ["city.example.jp"]
            [[webhook]]
            name = "kouhou"
            url_file = "url"
            secret_file = "secret"
            units = ["0102"]
        "#;
        let settings = read(text);
        let told = telling("999993", &settings)?;
        assert_eq!(told.staff_url.as_deref(), Some("https://shirube.city.example.jp/999993/"));
        assert_eq!(told.hour, jiff::civil::time(9, 10, 0, 0));
        assert_eq!(told.hooks, [Hook { name: "kouhou".to_owned(), units: vec![UnitId::from("0102")] }]);
        let post = Post::of(&settings, dir.path());
        assert_eq!(post.unusable().count(), 0);
        assert!(!format!("{post:?} {settings:?}").contains("himitsu"));
        let again: Settings = toml::from_str(&toml::to_string(&settings)?)?;
        assert_eq!(again, settings);
        let elsewhere = read(&text.replace("chat.example.jp:443", "other.example.jp:443"));
        let post = Post::of(&elsewhere, dir.path());
        let refused: Vec<String> = post.unusable().collect();
        assert!(refused.iter().any(|words| words.contains("kouhou") && words.contains("outbound")), "{refused:?}");
        assert!(refused.len() == 1 && post.mailer.is_some(), "the mail goes on: {refused:?}");
        Ok(())
    }

    #[test]
    fn what_is_mistaken_is_named() {
        for (text, word) in [
            ("digest_hour = \"8時\"", "digest_hour"),
            ("staff_url = \"shirube\"", "staff_url"),
            ("staff_url = \"https://a.jp/shirube/\"", "道（パス）"),
            ("staff_url = \"https://a.jp/?x=1\"", "道（パス）"),
            ("staff_url = \"https://himitsu@a.jp/\"", "道（パス）"),
            ("staff_url = \"javascript:alert(1)\"", "staff_url"),
            ("[mail]\nserver = \"m\"\nfrom = \"a@b.jp\"", "staff_url"),
            ("staff_url = \"https://a/\"\n[[webhook]]\nname = \"a:b\"\nurl_file = \"u\"", "name"),
        ] {
            let mistake = telling("999993", &read(text)).expect_err(text);
            assert!(mistake.to_string().contains(word), "{text}: {mistake}");
        }
        let half = read("staff_url = \"https://a/\"\n[mail]\nserver = \"m\"\nfrom = \"a@b.jp\"\nuser = \"u\"");
        let told = |settings: &Settings| Post::of(settings, Path::new("/nowhere")).unusable().collect::<String>();
        assert!(told(&half).contains("password_file"));
        let bare =
            read("staff_url = \"https://a/\"\n[mail]\nserver = \"m.jp\"\nfrom = \"a@b.jp\"\nsecurity = \"none\"");
        assert!(told(&bare).contains("暗号化"));
        assert!(toml::from_str::<Settings>("[mail]\nserver = \"m\"\nfrom = \"f\"\npasword = \"x\"").is_err());
    }
}
