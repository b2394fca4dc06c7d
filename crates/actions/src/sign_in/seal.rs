//! Sealing what must be read again: the seeds of one-time codes, with a key that lies outside the database.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use domain::ledger::to_hex;
use sha2::{Digest, Sha256};

const NONCE: usize = 24;

/// The first byte of what is sealed in this way, so that another way can come.
const WAY: u8 = 1;

/// The key of an installation for one municipality; not in the database, and not in its backups.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// The key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What tells this key from others, and says nothing of it.
    pub(crate) fn mark(&self) -> String {
        to_hex(&Sha256::new().chain_update("shirube seal\n").chain_update(self.0).finalize())
    }

    /// Seals a text for one place: moved to another login or another municipality, it does not open.
    pub(crate) fn seal(&self, plain: &[u8], place: &str, chance: [u8; 32]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(chance.get(..NONCE)?);
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place.as_bytes() }).ok()?;
        Some([&[WAY], nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this place.
    pub(crate) fn open(&self, sealed: &[u8], place: &str) -> Option<Vec<u8>> {
        let (way, rest) = sealed.split_first()?;
        let (nonce, sealed) = rest.split_at_checked(NONCE)?;
        if *way != WAY {
            return None;
        }
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: place.as_bytes() }).ok()
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::SealKey;

    #[test]
    fn what_is_sealed_opens_in_its_own_place_and_only_whole() {
        let key = SealKey::new([9; 32]);
        let sealed = key.seal(b"the seed", "999993|l1|totp", [3; 32]).expect("sealed");
        assert_eq!(key.open(&sealed, "999993|l1|totp").as_deref(), Some(b"the seed".as_slice()));
        assert_eq!(key.open(&sealed, "999993|l2|totp"), None);
        assert_eq!(SealKey::new([8; 32]).open(&sealed, "999993|l1|totp"), None);
        for bit in 0..sealed.len() * 8 {
            let mut other = sealed.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(&other, "999993|l1|totp"), None, "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(key.open(&sealed[..length], "999993|l1|totp"), None);
        }
    }
}
