//! Passwords: what may be one, and the slow hash that is kept of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::name::LoginName;

/// The fewest characters of a password.
pub const PASSWORD_MIN: usize = 12;

const LONGEST: usize = 1024;
const MEMORY: u32 = 19_456;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;

/// How a hash with today's parameters begins; any other is made anew at the next sign-in.
const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// Nobody's hash, as costly as anybody's: an unknown name takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2hpcnViZW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// So many hashes at once; each takes 19 MiB.
const AT_ONCE: usize = 2;

/// So many of one sort may wait for their turn; a flood beyond that is sent away.
const WAITING: usize = 24;

/// What people choose first; one a line.
const COMMON: &str = include_str!("common_words.txt");

/// A password as typed, in one form of its characters; kept nowhere.
#[derive(Clone)]
pub struct Password(String);

/// What came of comparing a password with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It is the one.
    Right(Age),
    /// It is not, or there is none.
    Wrong,
}

/// Whether a hash was made with today's parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    Today,
    Older,
}

/// Too many ask at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

/// Who stands at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// A browser that signed in before, or somebody who is in or invited.
    Known,
    /// Anybody.
    Unknown,
}

/// Where slow hashes are made, few at a time. Strangers take one turn of the two, and wait in a queue of their own: a
/// flood of them leaves known browsers their place.
#[derive(Debug)]
pub(crate) struct Gate {
    turns: Semaphore,
    turns_of_strangers: Semaphore,
    known: AtomicUsize,
    strangers: AtomicUsize,
}

/// A place before the gate, free again when its holder has gone.
#[derive(Debug)]
pub(crate) struct Place<'g> {
    gate: &'g Gate,
    visitor: Visitor,
}

impl Default for Gate {
    fn default() -> Self {
        let (known, strangers) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { turns: Semaphore::new(AT_ONCE), turns_of_strangers: Semaphore::new(AT_ONCE - 1), known, strangers }
    }
}

impl Gate {
    /// A place; taken before anything is counted or written, so that whoever is sent away has not failed.
    pub(crate) fn place(&self, visitor: Visitor) -> Result<Place<'_>, Busy> {
        let queue = self.queue(visitor);
        if queue.fetch_add(1, Ordering::SeqCst) >= WAITING {
            queue.fetch_sub(1, Ordering::SeqCst);
            return Err(Busy);
        }
        Ok(Place { gate: self, visitor })
    }

    fn queue(&self, visitor: Visitor) -> &AtomicUsize {
        match visitor {
            Visitor::Known => &self.known,
            Visitor::Unknown => &self.strangers,
        }
    }
}

impl Place<'_> {
    /// Compares a password with a hash; without one it takes as long.
    pub(crate) async fn check(&self, password: &Password, hash: Option<&str>) -> Result<Checked, Busy> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let password = password.clone();
        self.slowly(move || {
            let right = Argon2::default().verify_password(password.0.as_bytes(), hash.as_str()).is_ok();
            match right && known {
                false => Checked::Wrong,
                true if hash.starts_with(TODAY) => Checked::Right(Age::Today),
                true => Checked::Right(Age::Older),
            }
        })
        .await
        .map(|checked| checked.unwrap_or(Checked::Wrong))
    }

    /// The hash to be kept; `None` when the machine lacks the memory for it.
    pub(crate) async fn hash(&self, password: &Password, salt: [u8; 32]) -> Result<Option<String>, Busy> {
        let password = password.clone();
        let made = self.slowly(move || {
            let params = Params::new(MEMORY, ROUNDS, LANES, None).ok()?;
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash = argon.hash_password_with_salt(password.0.as_bytes(), &salt).ok()?;
            Some(hash.to_string())
        });
        Ok(made.await?.flatten())
    }

    async fn slowly<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>, Busy> {
        let _one_of_theirs = match self.visitor {
            Visitor::Known => None,
            Visitor::Unknown => Some(self.gate.turns_of_strangers.acquire().await.map_err(|_| Busy)?),
        };
        let Ok(_turn) = self.gate.turns.acquire().await else { return Err(Busy) };
        Ok(tokio::task::spawn_blocking(work).await.ok())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.gate.queue(self.visitor).fetch_sub(1, Ordering::SeqCst);
    }
}

impl Password {
    /// A password as typed: the width of its letters makes no difference.
    pub fn typed(text: &str) -> Self {
        // What is far too long is nobody's password, and is not worked on.
        if text.len() > 4 * LONGEST {
            return Self(String::new());
        }
        Self(text.nfkc().collect())
    }

    /// The password, if it may be chosen; else what is wrong with it. `around` is what everybody here would guess first.
    pub(crate) fn chosen(text: &str, name: &LoginName, around: &[String]) -> Result<Self, String> {
        let length = text.nfkc().count();
        if length < PASSWORD_MIN {
            return Err(format!(
                "パスワードは{PASSWORD_MIN}文字以上にしてください（今は{length}文字）。言葉をいくつかつなげると、長くて覚えやすくなります。"
            ));
        }
        if text.len() > LONGEST {
            return Err("パスワードが長すぎます。1000文字より短くしてください。".to_owned());
        }
        let left = unguessed(text, name, around);
        let mut kinds: Vec<char> = left.chars().collect();
        kinds.sort_unstable();
        kinds.dedup();
        if left.chars().count() < 5 || kinds.len() < 4 {
            return Err(
                "推測されやすいパスワードです（ログイン名、団体の名前、よく使われる言葉、数字の並びや繰り返しだけでできています）。関係のない言葉をつなげてください。"
                    .to_owned(),
            );
        }
        Ok(Self::typed(text))
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What is left of a password once everything that is guessed first is taken out.
fn unguessed(text: &str, name: &LoginName, around: &[String]) -> String {
    let mut left = LoginName::typed(text).as_str().to_owned();
    let mut words: Vec<String> = around.iter().map(|word| LoginName::typed(word).as_str().to_owned()).collect();
    words.push(name.as_str().to_owned());
    words.extend(COMMON.lines().map(str::to_owned));
    words.retain(|word| word.chars().count() >= 2);
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    for word in &words {
        left = left.replace(word.as_str(), "");
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let around = ["みほん市".to_owned(), "みほんし".to_owned(), "mihon".to_owned()];
        Password::chosen(text, &LoginName::typed("hisho.01"), &around).err().unwrap_or_default()
    }

    #[test]
    fn a_password_is_long_and_not_what_everybody_would_try() {
        insta::assert_snapshot!(told("aB3$xY9!kQ2"), @"パスワードは12文字以上にしてください（今は11文字）。言葉をいくつかつなげると、長くて覚えやすくなります。");
        for weak in [
            "password1234",
            "Passw0rd2026!",
            "ＰＡＳＳＷＯＲＤ１２３４",
            "hisho.01hisho.01",
            "HISHO.01 2026",
            "aaaaaaaaaaaa",
            "123456789012",
            "qwertyuiop12",
            "みほん市みほん市2026年",
            "shiyakusho2026",
            "kouhou202604",
            "さくらさくらさくらさくら",
        ] {
            assert!(told(weak).starts_with("推測されやすい"), "{weak}: {}", told(weak));
        }
        for good in ["soba-to-udon-de-mayou", "雨の日は傘を二本持って歩く", "7Rk!m2Qz#t9V", "correct horse battery"]
        {
            assert_eq!(told(good), "", "{good}");
        }
    }

    #[tokio::test]
    async fn strangers_leave_known_browsers_a_place_and_a_turn() {
        let gate = Gate::default();
        let strangers: Vec<_> = (0..1000).filter_map(|_| gate.place(Visitor::Unknown).ok()).collect();
        assert_eq!(strangers.len(), WAITING, "so many wait, and the rest is sent away at once");
        let _theirs = gate.turns_of_strangers.acquire().await.expect("their turn");
        let _turn = gate.turns.acquire().await.expect("which takes one of two");
        let typed = Password::typed("soba-to-udon-de-mayou");
        let mut first = Box::pin(strangers.first().expect("one").check(&typed, None));
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), &mut first).await.is_err(), "it waits");
        assert_eq!(gate.turns.available_permits(), AT_ONCE - 1, "for a turn, not in one");
        let known = gate.place(Visitor::Known).expect("a place of its own");
        let checked = known.check(&Password::typed("soba-to-udon-de-mayou"), None).await;
        assert_eq!(checked, Ok(Checked::Wrong), "and a turn of its own");
        drop(first);
        drop(strangers);
        assert!(gate.place(Visitor::Unknown).is_ok(), "whoever went away has left the queue");
    }

    #[tokio::test]
    async fn the_hash_of_nobody_is_nobodys_and_as_costly_as_anybodys() {
        let gate = Gate::default();
        let password = Password::typed("soba-to-udon-de-mayou");
        let gate = gate.place(Visitor::Unknown).expect("a place");
        let hash = gate.hash(&password, [7; 32]).await.expect("a turn").expect("memory");
        // The same work for both: what it costs follows from these parameters, and no clock of a busy machine is asked.
        assert!(hash.starts_with(TODAY) && NOBODY.starts_with(TODAY), "{hash}");
        assert_eq!(gate.check(&password, Some(&hash)).await, Ok(Checked::Right(Age::Today)));
        assert_eq!(gate.check(&Password::typed("soba-to-udon"), Some(&hash)).await, Ok(Checked::Wrong));
        assert_eq!(gate.check(&password, None).await, Ok(Checked::Wrong));
        assert!(argon2::PasswordHash::new(NOBODY).is_ok(), "else it would be refused without any work");
    }
}
