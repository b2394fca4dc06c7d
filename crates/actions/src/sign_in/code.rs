//! One-time codes: those of an authenticator (TOTP, RFC 6238), and recovery codes on paper.

use totp_rs::{Algorithm, Builder, Totp};
use unicode_normalization::UnicodeNormalization;

use crate::error::ActError;
use crate::machine::Machine;
use crate::token::hash;

/// So many recovery codes are made at once.
pub const RECOVERY_CODES: usize = 10;

/// The bytes of a seed, as RFC 4226 wants them.
const SEED: usize = 20;

/// Letters and figures of which none is taken for another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What an authenticator is given once: shown to its owner, and to nobody else.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret {
    /// For a QR code.
    pub url: String,
    /// For typing it by hand, in groups of four.
    pub typed: String,
}

/// Recovery codes in the clear: shown once, to be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(pub(crate) Vec<String>);

impl RecoveryCodes {
    pub(crate) fn new(machine: &dyn Machine) -> Self {
        Self((0..RECOVERY_CODES).map(|_| recovery_code(machine.random())).collect())
    }

    /// The codes, for their owner's eyes.
    pub fn reveal(&self) -> &[String] {
        &self.0
    }

    pub(crate) fn hashes(&self) -> Vec<String> {
        self.0.iter().filter_map(|code| recovery_hash(code)).collect()
    }
}

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// A new seed.
pub(crate) fn seed(machine: &dyn Machine) -> Vec<u8> {
    let (random, more) = (machine.random(), machine.random());
    let mut seed: Vec<u8> = random.iter().zip(more).map(|(a, b)| a.rotate_left(4) ^ b).collect();
    seed.truncate(SEED);
    seed
}

/// What is shown of a seed.
pub(crate) fn shown(seed: &[u8], issuer: &str, name: &str) -> Result<TotpSecret, ActError> {
    let totp = totp(seed, issuer, name)?;
    let url = totp.to_url().map_err(|_| unmakeable())?;
    let letters: Vec<char> = totp.secret().to_base32().chars().collect();
    let typed = letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    Ok(TotpSecret { url, typed })
}

/// The step for which a code is right at this instant, give or take one; the caller uses each step once.
pub(crate) fn step(seed: &[u8], typed: &str, now_ms: i64) -> Option<i64> {
    let code: String =
        typed.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now_ms / 1000).ok()?;
    let step = totp(seed, "x", "x").ok()?.check(&code, seconds)?;
    i64::try_from(step).ok()
}

/// The code beside a link on paper, in the clear: for whoever is invited, who types it at a short address.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinCode(String);

impl JoinCode {
    pub(crate) fn new(random: [u8; 32]) -> Self {
        Self(letters(random, JOIN_LETTERS))
    }

    /// Reads what was typed; `None` for what cannot be one.
    pub fn read(typed: &str) -> Option<Self> {
        plain(typed, JOIN_LETTERS).map(Self)
    }

    /// The code, for whom it belongs to.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it: never what is kept of a link.
    pub(crate) fn hash(&self) -> Option<String> {
        plain(&self.0, JOIN_LETTERS).map(|letters| hash(&format!("join|{letters}")))
    }
}

impl std::fmt::Debug for JoinCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinCode(…)")
    }
}

/// Twelve letters, 60 bits: too many for the tries that the pauses at the door leave of a week (decision 0011).
const JOIN_LETTERS: usize = 12;

/// Sixteen letters, 80 bits: too many to be tried.
const RECOVERY_LETTERS: usize = 16;

/// What is kept of a recovery code; `None` for what cannot be one.
pub(crate) fn recovery_hash(typed: &str) -> Option<String> {
    plain(typed, RECOVERY_LETTERS).map(|letters| hash(&letters))
}

/// The letters of a code however it was typed; `None` where they are not so many, or not of ours.
fn plain(typed: &str, many: usize) -> Option<String> {
    let plain: String = typed
        .nfkc()
        .flat_map(char::to_lowercase)
        // Keyboards for Japanese give a long vowel mark or a minus sign for the hyphen.
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー'))
        .map(|c| match c {
            'i' | 'l' => '1',
            'o' => '0',
            other => other,
        })
        .collect();
    let whole = plain.len() == many && plain.bytes().all(|byte| LETTERS.contains(&byte));
    whole.then_some(plain)
}

fn recovery_code(random: [u8; 32]) -> String {
    letters(random, RECOVERY_LETTERS)
}

/// So many letters of chance, in groups of four.
fn letters(random: [u8; 32], many: usize) -> String {
    use sha2::{Digest, Sha256};
    let letters = Sha256::digest(random);
    let letter = |byte: &u8| LETTERS.get(usize::from(byte & 31)).copied().map_or('0', char::from);
    let letters: Vec<char> = letters.iter().take(many).map(letter).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn totp(seed: &[u8], issuer: &str, name: &str) -> Result<Totp, ActError> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(seed.to_vec())
        .with_account_name(name)
        .with_issuer(Some(issuer))
        .build()
        .map_err(|_| unmakeable())
}

fn unmakeable() -> ActError {
    ActError::Input("確認コードの登録を準備できませんでした。もう一度お試しください。".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: the last six of its eight figures, for SHA-1.
        let seed = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(step(seed, code, seconds * 1000), Some(seconds / 30), "{seconds}");
        }
        assert_eq!(step(seed, " ２８７-０８２ ", 59_000), Some(1));
        for wrong in ["287083", "28708", "2870820", "", "28708a", "二八七〇八二"] {
            assert_eq!(step(seed, wrong, 59_000), None, "{wrong}");
        }
        assert_eq!(step(seed, "287082", 149_000), None, "three steps later");
    }

    #[test]
    fn a_recovery_code_may_be_typed_as_it_is_read() {
        let code = recovery_code([5; 32]);
        let read = code.replace('1', "l").replace('0', "O").replace('-', " ").to_uppercase();
        assert_eq!(recovery_hash(&read), recovery_hash(&code));
        assert!(recovery_hash(&code).is_some());
        assert_ne!(recovery_code([6; 32]), code);
        for hyphen in ["ー", "−", "ｰ", "—"] {
            assert_eq!(recovery_hash(&code.replace('-', hyphen)), recovery_hash(&code), "{hyphen}");
        }
        assert_eq!(recovery_hash("123456"), None);
    }
}
