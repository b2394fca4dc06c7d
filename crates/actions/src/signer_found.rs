//! Whether the key that signs here is the one that signed before, and what to do where it is not.

use std::path::Path;
use std::sync::PoisonError;

use domain::ledger::ListKey;
use store::KeyKind;

use crate::city::City;
use crate::error::ActError;

/// How the key that signs was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignerFound {
    /// It signed before, or nothing was ever signed; or there is none, which is told elsewhere.
    #[default]
    Fits,
    /// Another key signed before.
    Other,
}

impl SignerFound {
    /// What an operator is told, with what to do; nothing where all is well.
    pub fn warning(self, code: &str) -> Option<String> {
        let file = format!("keys/{code}.key");
        match self {
            Self::Fits => None,
            Self::Other => Some(format!(
                "署名の鍵（{file}）が、前に一覧に署名した鍵と違います。前の公開鍵で確かめている人やサーバーには、いまの一覧とチェックポイントが偽物に見えます。次にすること：控えておいた前の鍵を {file} に戻して、serve を動かし直してください。前の鍵が失われたときは「shirube publish --accept-key」を実行し、新しい公開鍵（shirube export が示します）を、前の鍵で確かめている人に知らせてください。"
            )),
        }
    }
}

impl City {
    /// Holds a signing key against the one that was noted, and remembers what was found for [`City::signer_found`].
    ///
    /// Where none was noted, the list that lies in the folder says who signed last; where none lies there, this key is noted.
    pub async fn judge_signer(&self, seed: Option<&[u8; 32]>, lies: &Path) -> Result<SignerFound, ActError> {
        let found = match seed {
            None => SignerFound::Fits,
            Some(seed) => {
                let own = ListKey::of(self.code(), seed).mark();
                let before = public::signature(lies).and_then(|note| ListKey::mark_in(&note));
                let noted = if let Some(noted) = self.ledgered.key_noted(KeyKind::Signing).await? {
                    noted
                } else {
                    let first = before.unwrap_or_else(|| own.clone());
                    self.ledgered.note_first_key(KeyKind::Signing, &first).await?;
                    first
                };
                if noted == own { SignerFound::Fits } else { SignerFound::Other }
            }
        };
        *self.doors.signer.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(found)
    }

    /// Takes a key as the one that signs from now on, by the word of whoever owns the machine.
    pub async fn accept_signer(&self, key: &ListKey) -> Result<(), ActError> {
        Ok(self.ledgered.note_key(KeyKind::Signing, &key.mark()).await?)
    }

    /// How the key was found when somebody looked last.
    pub fn signer_found(&self) -> SignerFound {
        *self.doors.signer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
