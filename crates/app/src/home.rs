//! Where an installation keeps its things: databases, signing keys, published files, settings.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actions::{City, PublishTo, SealFound, SealKey, Signer, VIEW_VERSION, ViewState};
use anyhow::Context;
use connectors::oidc::OidcConfig;
use domain::id::MunicipalityCode;
use domain::network::Networks;
use public::Serving;
use store::{Durability, PAGE_MAX, Place, Store};
use url::Url;

use crate::args::Global;
use crate::courier::{self, Post};
use crate::hold::Held;
use crate::input::{self, Mistake};
use crate::keys::KeyFound;
use crate::machine::{SystemMachine, random};
use crate::progress::Telling;
use crate::rights;
use crate::room::Disk;
use crate::settings::{Settings, staff_address};
use crate::voice::{Voice, complain};

/// For how long what was published may be trusted; the server publishes anew long before.
pub const VALID_FOR_MS: i64 = 24 * 60 * 60 * 1000;

/// How long the end waits for the databases that something still works with, in all: a stop is soon over, with however many.
const TIME_TO_CLOSE: Duration = Duration::from_secs(2);

/// The data folder, and the server of the database where there is one.
#[derive(Debug, Clone)]
pub struct Home {
    data: PathBuf,
    database: Option<String>,
    schema: Option<String>,
    voice: Voice,
    opened: Arc<Mutex<Vec<Store>>>,
}

/// One municipality of this installation, open.
#[derive(Debug, Clone)]
pub struct Town {
    /// Its register.
    pub city: City,
    /// What is wrong with the key that seals seeds, where it was damaged when the municipality was opened.
    pub seal_damage: Option<String>,
    home: Home,
}

impl Home {
    /// The installation that the arguments name.
    pub fn of(global: &Global) -> Self {
        let (data, database, schema) = (global.data.clone(), global.database.clone(), global.schema.clone());
        Self { data, database, schema, voice: global.voice(), opened: Arc::default() }
    }

    /// Ends the connections to every municipality that was opened. The last one to a file brings into it what still lies in
    /// its `-wal`: who copies or moves the file after a command has all of it.
    pub async fn close(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        // What does not end loses nothing: the next one that opens the file finds it in the `-wal`.
        let _ = tokio::time::timeout(TIME_TO_CLOSE, async {
            for store in opened {
                store.close().await;
            }
        })
        .await;
    }

    /// Opens a database that is closed with the others at the end.
    async fn store(&self, place: &Place) -> anyhow::Result<Store> {
        let store = open(place).await?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(store.clone());
        Ok(store)
    }

    /// The codes of the municipalities that are here.
    pub async fn codes(&self) -> anyhow::Result<Vec<String>> {
        let Some(url) = &self.database else { return self.files() };
        rights::known_server(url)?;
        let store = open(&self.server(url)).await?;
        let mut codes: Vec<String> = Vec::new();
        loop {
            let after = codes.last().map(|code| MunicipalityCode(code.clone()));
            let page = store.municipalities(after.as_ref(), PAGE_MAX).await?;
            if page.is_empty() {
                store.close().await;
                return Ok(codes);
            }
            codes.extend(page.into_iter().map(|code| code.0));
        }
    }

    fn files(&self) -> anyhow::Result<Vec<String>> {
        let entries = match std::fs::read_dir(&self.data) {
            Ok(entries) => entries,
            // Before the first start there is no folder yet.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.unreadable(&error).into()),
        };
        let mut codes = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| self.unreadable(&error))?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if path.extension().is_some_and(|end| end == "sqlite") && is_code(stem) {
                codes.push(stem.to_owned());
            }
        }
        codes.sort();
        Ok(codes)
    }

    /// What is told of a data folder that is there and cannot be read: what is in it is not known.
    fn unreadable(&self, error: &std::io::Error) -> Mistake {
        Mistake::new(format!(
            "データのフォルダー「{}」を読めません（{}）。中にある団体は、そのまま残っています。\n次にすること：しるべを動かす利用者がこのフォルダーを読み書きできるか（持ち主と権限）、--data（SHIRUBE_DATA）の場所が合っているかを確かめてください。",
            self.data.display(),
            input::why(error)
        ))
    }

    /// The municipality that is meant: the one that was named, or the only one there is.
    pub async fn town(&self, named: Option<&str>) -> anyhow::Result<Town> {
        let codes = self.codes().await?;
        let code = match (named, codes.as_slice()) {
            (Some(named), _) if codes.iter().any(|code| code == named) => named.to_owned(),
            (Some(named), []) => return Err(nothing_here(&format!("団体「{named}」の台帳はありません。")).into()),
            (Some(named), _) => {
                return Err(Mistake::new(format!(
                    "団体「{named}」の台帳はありません。あるのは {} です。--city を確かめてください。",
                    codes.join("、")
                ))
                .into());
            }
            (None, [only]) => only.clone(),
            (None, []) => return Err(nothing_here("まだ団体がありません。").into()),
            (None, _) => {
                return Err(Mistake::new(format!(
                    "団体がいくつかあります。--city でどれかを指定してください：{}",
                    codes.join("、")
                ))
                .into());
            }
        };
        self.open(&code).await
    }

    /// Opens a municipality that is here.
    pub async fn open(&self, code: &str) -> anyhow::Result<Town> {
        let place = self.place(code)?;
        if let Place::File(file) = &place {
            rights::looks_like_ours(file)?;
        }
        rights::close_keys(&self.data.join("keys"));
        let store = self.store(&place).await?;
        if let Place::File(file) = &place {
            rights::is_of(&store, code, file).await?;
        }
        let code = MunicipalityCode(code.to_owned());
        let telling = courier::telling(&code.0, &self.settings(&code.0)?)?;
        let city = City::of(&store, &code, Arc::new(Networks::standard()?), Arc::new(SystemMachine::new()?));
        let settings = self.settings(&code.0)?;
        let origin = settings.staff_origin()?;
        let city = city.trusting(settings.trusted_days()?);
        let city = city.telling(telling).keeping(settings.attachments.unwrap_or_default().quota());
        let seal = self.seal(&code.0);
        let city = city.with_doors(seal.key().map(SealKey::new), origin);
        let city = city.signing(self.key(&code.0).key().map(Signer::new));
        self.upgrade(&city).await?;
        Ok(Town { city, seal_damage: seal.damage(), home: self.clone() })
    }

    /// Opens a municipality whose people will sign in here. The key that seals their seeds is made where nothing was sealed
    /// yet; where it is gone, no other one takes its place.
    pub async fn open_to_serve(&self, code: &str) -> anyhow::Result<Town> {
        let town = self.open(code).await?;
        let found = town.city.judge_seal().await?;
        if found != SealFound::Fits {
            return Ok(town);
        }
        let town = if self.has_seal(code) {
            town
        } else {
            drop(town);
            self.make_seal(code)?;
            self.open(code).await?
        };
        if self.is_shared() {
            town.city.note_seal().await?;
        }
        Ok(town)
    }

    /// Whether other servers with data folders of their own may use the same database.
    pub fn is_shared(&self) -> bool {
        self.database.is_some()
    }

    /// Brings the views that an older program built to this one's shape: unasked, once, and told.
    async fn upgrade(&self, city: &City) -> anyhow::Result<()> {
        if city.view_state().await? != ViewState::Older {
            return Ok(());
        }
        let code = city.code();
        self.voice.aside(&format!(
            "団体 {code} の表を、この版のプログラムに合わせて作り直します。台帳の記録は変わりません。"
        ));
        let mut telling = Telling::begin(self.voice, "作り直しました");
        city.upgrade_telling(|how_far| telling.tell(how_far)).await?;
        self.voice.aside(&format!("団体 {code} の表を作り直しました。"));
        Ok(())
    }

    /// Keeps other servers out of the data folder for as long as what is returned lives.
    pub fn hold(&self) -> anyhow::Result<Held> {
        self.make_folder(&self.data)?;
        Held::of(&self.data)
    }

    /// Makes the place for a municipality, with nothing in its ledger yet.
    pub async fn make(&self, code: &str) -> anyhow::Result<Town> {
        if !is_code(code) {
            return Err(not_a_code(code).into());
        }
        if self.codes().await?.iter().any(|known| known == code) {
            return Err(Mistake::new(format!(
                "団体「{code}」の台帳は、すでにあります。新しい版の登録は `shirube guideline adopt` で行ってください。"
            ))
            .into());
        }
        let store = self.store(&self.place(code)?).await?;
        store.create_municipality(&MunicipalityCode(code.to_owned())).await?;
        self.make_key(code)?;
        self.make_seal(code)?;
        self.make_folder(&self.public_of(code))?;
        self.open(code).await
    }

    /// Makes an empty database to restore a municipality into, and its folders.
    pub async fn make_to_restore(&self, code: &str) -> anyhow::Result<Town> {
        if !is_code(code) {
            return Err(not_a_code(code).into());
        }
        if self.codes().await?.iter().any(|known| known == code) {
            let what = format!(
                "団体「{code}」のデータがすでにあります。上書きはしません。空の保存先を --data で指定してください。"
            );
            return Err(Mistake::new(what).into());
        }
        let town = self.open(code).await?;
        self.make_folder(&self.public_of(code))?;
        Ok(town)
    }

    /// The folders that beginning a municipality would make, the innermost last.
    pub fn folders_to_make(&self, code: &str) -> Vec<PathBuf> {
        let (public, keys) = (self.public_of(code), self.data.join("keys"));
        let mut absent: Vec<PathBuf> = public
            .ancestors()
            .chain(keys.ancestors())
            .filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(Path::to_path_buf)
            .collect();
        absent.sort();
        absent.dedup();
        absent
    }

    /// Takes away what a failed beginning left behind: only ever an empty database of ours, and the folders that it made.
    pub fn unmake(&self, code: &str, made: &[PathBuf]) {
        if self.database.is_none() {
            for end in ["sqlite", "sqlite-wal", "sqlite-shm", "reserve"] {
                // What is not there needs no taking away; what cannot go is seen at the next start.
                let _ = std::fs::remove_file(self.data.join(format!("{code}.{end}")));
            }
            // Nothing was recorded for which the new keys would ever be asked.
            for key in [self.key_file(code), self.seal_file(code)] {
                if made.iter().any(|folder| key.starts_with(folder)) {
                    let _ = std::fs::remove_file(key);
                }
            }
        }
        for folder in made.iter().rev() {
            // A folder in which something lies stays.
            let _ = std::fs::remove_dir(folder);
        }
    }

    /// What a failed beginning left on the server of the database, and how it is taken away: empty tables, where no
    /// municipality is. They harm nobody, and nothing that others may have made is dropped unasked.
    pub async fn left_on_server(&self) -> Option<String> {
        self.database.as_ref()?;
        if !self.codes().await.ok()?.is_empty() {
            return None;
        }
        let schema = self.schema.as_deref().unwrap_or("public");
        let quoted = schema.replace('"', "\"\"");
        Some(format!(
            "PostgreSQL のスキーマ「{schema}」に、空の表が残っています。このまま、もう一度戻すのに使えます。\n使わないときは、ほかの物が入っていないことを確かめてから、データベースの管理者が次で消せます：DROP SCHEMA \"{quoted}\" CASCADE;"
        ))
    }

    fn place(&self, code: &str) -> anyhow::Result<Place> {
        if let Some(url) = &self.database {
            return Ok(self.server(url));
        }
        self.make_folder(&self.data)?;
        Ok(Place::File(self.data.join(format!("{code}.sqlite"))))
    }

    fn server(&self, url: &str) -> Place {
        Place::Postgres { url: url.to_owned(), schema: self.schema.clone() }
    }

    fn make_folder(&self, dir: &Path) -> anyhow::Result<()> {
        // What people may read leaves by the server or by `export`: the folder itself is its owner's alone.
        let mut maker = std::fs::DirBuilder::new();
        maker.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
        maker.create(dir).map_err(|error| {
            Mistake::new(format!(
                "フォルダー「{}」を作れず、中も読めません（{}）。\n次にすること：--data（今は「{}」）の場所が合っているか、しるべを動かす利用者がそこを読み書きできるかを確かめてください。",
                dir.display(),
                input::why(&error),
                self.data.display()
            ))
            .into()
        })
    }

    /// Where what was erased may still be kept, beside the files of this installation: whoever runs it has to see to that.
    pub fn where_else_erased(&self) -> Vec<&'static str> {
        let mut places = vec![
            "消去の前に作った控え（backup）",
            "消去の前に書き出した一覧（export）と台帳（ledger dump）、その写し",
            "ディスクやファイルごとの複製（スナップショットなど）",
        ];
        if self.database.is_some() {
            places.push(
                "PostgreSQLのWALとそのアーカイブ、ベースバックアップ、複製のサーバー（表そのものは作り直しました。データベースの管理者が、保存期間に従って廃棄してください）",
            );
        }
        places
    }

    /// Where the database is, without its address, which may hold a password.
    pub fn engine(&self) -> String {
        match self.database {
            Some(_) => "PostgreSQL".to_owned(),
            None => format!("フォルダー「{}」", self.data.display()),
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where a municipality's list is published.
    pub fn public_of(&self, code: &str) -> PathBuf {
        self.data.join("public").join(code)
    }

    fn key_file(&self, code: &str) -> PathBuf {
        self.data.join("keys").join(format!("{code}.key"))
    }

    /// Makes the signing key, unless there is one; only the owner of the file may read it.
    pub fn make_key(&self, code: &str) -> anyhow::Result<()> {
        self.make_key_file(&self.key_file(code))
    }

    fn seal_file(&self, code: &str) -> PathBuf {
        self.data.join("keys").join(format!("{code}.seal"))
    }

    /// Makes the key that seals the seeds of one-time codes, unless there is one; it is in no backup.
    pub fn make_seal(&self, code: &str) -> anyhow::Result<()> {
        self.make_key_file(&self.seal_file(code))
    }

    /// Whether there is such a key.
    pub fn has_seal(&self, code: &str) -> bool {
        self.seal_file(code).exists()
    }

    /// The key that seals the seeds of one-time codes, as it was found.
    pub fn seal(&self, code: &str) -> KeyFound {
        KeyFound::at(&self.seal_file(code))
    }

    fn make_key_file(&self, file: &Path) -> anyhow::Result<()> {
        use std::io::Write;
        if file.exists() {
            return Ok(());
        }
        self.make_folder(&self.data.join("keys"))?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(file).with_context(|| format!("鍵「{}」を作れません", file.display()))?;
        out.write_all(&random()?)?;
        Ok(out.sync_all()?)
    }

    /// The signing key's seed, as it was found.
    pub fn key(&self, code: &str) -> KeyFound {
        KeyFound::at(&self.key_file(code))
    }

    /// The settings of a municipality's list.
    pub fn settings(&self, code: &str) -> anyhow::Result<Settings> {
        let file = self.data.join(format!("{code}.toml"));
        if !file.exists() {
            return Ok(Settings::default());
        }
        Settings::read(&file)
    }

    /// Whoever carries a municipality's messages out, with the secrets that the settings name.
    pub fn post(&self, code: &str) -> anyhow::Result<Post> {
        Ok(Post::of(&self.settings(code)?, &self.data))
    }

    /// The city's own sign-in, with its secret read; `None` where the settings name none.
    pub fn porch(&self, code: &str, redirect_uri: String) -> anyhow::Result<Option<OidcConfig>> {
        let settings = self.settings(code)?.oidc;
        Ok(settings.map(|oidc| oidc.config(&self.data, redirect_uri)).transpose()?)
    }

    /// Keeps the settings of a municipality's list.
    pub fn keep_settings(&self, code: &str, settings: &Settings) -> anyhow::Result<()> {
        settings.keep(&self.data.join(format!("{code}.toml")))
    }

    /// Remembers under which address this installation was served last.
    pub fn keep_address(&self, address: &str) {
        self.remember("address", address);
    }

    /// Remembers under which address the staff's pages were served last.
    pub fn keep_staff_address(&self, address: &Url) {
        self.remember("staff-address", address.as_str());
    }

    /// Keeps an address for the commands. A server that cannot keep it serves all the same.
    fn remember(&self, name: &str, address: &str) {
        let file = self.data.join(name);
        if let Err(error) = std::fs::write(&file, address) {
            tracing::error!(
                "「{}」に書けないため、ほかのコマンドが表示するアドレスは、実際と違うことがあります（{}）。次にすること：そこにあるものを別の場所に移し、serve を動かし直してください。",
                file.display(),
                input::why(&error)
            );
        }
    }

    /// The address of the staff's pages: as they were served last, else as the settings say, else the usual one.
    pub fn staff_address_of(&self, code: &str) -> anyhow::Result<Url> {
        let kept = std::fs::read_to_string(self.data.join("staff-address")).unwrap_or_default();
        if let Ok(served) = staff_address(kept.trim()) {
            return Ok(served);
        }
        match self.settings(code)?.staff_origin()? {
            Some(set) => Ok(set),
            None => Ok(Url::parse("http://localhost:8081/")?),
        }
    }

    fn address(&self) -> String {
        let kept = std::fs::read_to_string(self.data.join("address")).unwrap_or_default();
        if kept.trim().is_empty() { "http://localhost:8080/".to_owned() } else { kept.trim().to_owned() }
    }

    /// How a municipality's list is published: under its own address, or below the one that serves them all.
    pub async fn publish_to(&self, code: &str, base_url: Option<&str>) -> anyhow::Result<PublishTo> {
        let settings = self.settings(code)?;
        let base_url = match base_url.or(settings.base_url.as_deref()) {
            Some(own) => own.to_owned(),
            None if self.codes().await?.len() > 1 => format!("{}{code}/", with_slash(&self.address())),
            None => self.address(),
        };
        Ok(PublishTo {
            base_url,
            serving: Serving::Answers,
            notice: settings.notice,
            contact: settings.contact,
            valid_for: VALID_FOR_MS,
            key: self.key(code).key(),
        })
    }
}

impl Town {
    /// Its code.
    pub fn code(&self) -> &str {
        self.city.code()
    }

    /// The installation that it belongs to.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Publishes at once what an act changed; what fails here is made good by `serve` or `publish`.
    pub async fn publish_after_act(&self) {
        let dir = self.home.public_of(self.code());
        if !dir.is_dir() {
            return;
        }
        let published = match self.home.publish_to(self.code(), None).await {
            Ok(to) => self.city.publish_if_asked(&dir, &to).await.map_err(anyhow::Error::from),
            Err(error) => Err(error),
        };
        if let Ok(Some(words)) = published.as_ref().map(|published| published.as_ref()?.left_out_in_words()) {
            complain(&words);
        }
        if let Err(error) = published {
            complain(&format!(
                "記録は済みましたが、公開ファイルを作り直せませんでした（{error:#}）。\n次にすること：`shirube publish` を実行してください。"
            ));
        }
    }
}

async fn open(place: &Place) -> anyhow::Result<Store> {
    let store = Store::open(place, Durability::Full, VIEW_VERSION).await?;
    let store = match place {
        Place::File(file) => store.with_room(Arc::new(Disk::under(file))),
        Place::Postgres { .. } => store,
    };
    store.migrate().await?;
    Ok(store)
}

fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The six figures that a file's name begins with, where it does.
pub fn code_in_name(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?;
    name.get(..6).filter(|head| is_code(head)).map(str::to_owned)
}

pub(crate) fn with_slash(url: &str) -> String {
    if url.ends_with('/') { url.to_owned() } else { format!("{url}/") }
}

fn not_a_code(typed: &str) -> Mistake {
    Mistake::new(format!(
        "団体コード「{typed}」は6桁の半角数字ではありません。何も作っていません。\n次にすること：全国地方公共団体コード（検査数字を含む6桁）を確かめてください。"
    ))
}

fn nothing_here(what: &str) -> Mistake {
    Mistake::new(format!(
        "{what}\n次にすること：`shirube init --guideline フォルダー` で始めるか、--data や --database を確かめてください。"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(data: &Path) -> Home {
        Home { data: data.to_owned(), database: None, schema: None, voice: Voice::Machines, opened: Arc::default() }
    }

    #[tokio::test]
    async fn a_town_that_is_made_is_found_and_its_key_is_for_its_owner_alone() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let home = home(dir.path());
        home.make("999993").await?;
        assert_eq!(home.codes().await?, ["999993"]);
        assert!(home.key("999993").key().is_some_and(|key| key != [0; 32]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join("keys/999993.key"))?.permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        Ok(())
    }

    #[tokio::test]
    async fn several_towns_are_told_apart_by_name_only() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let home = home(dir.path());
        home.make("999993").await?;
        assert_eq!(home.town(None).await?.code(), "999993");
        home.make("999985").await?;
        let told = home.town(None).await.map(|_| ()).map_err(|error| error.to_string());
        assert!(told.is_err_and(|words| words.contains("999985、999993")));
        assert_eq!(home.town(Some("999985")).await?.code(), "999985");
        assert_eq!(home.publish_to("999985", None).await?.base_url, "http://localhost:8080/999985/");
        Ok(())
    }
}
