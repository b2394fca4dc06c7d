//! What a browser or a letter carries: 32 bytes that nobody can foretell. Only their hash is kept.

use domain::ledger::to_hex;
use sha2::{Digest, Sha256};

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// A new one, of the machine's chance.
            pub(crate) fn new(random: [u8; 32]) -> Self {
                Self(to_hex(&random))
            }

            /// Reads what is shown; `None` for what was never given out by us.
            pub fn read(shown: &str) -> Option<Self> {
                let token = shown.len() == 64 && shown.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                token.then(|| Self(shown.to_owned()))
            }

            /// The secret itself: for a cookie or a link of whom it belongs to, and for nothing else.
            pub fn reveal(&self) -> &str {
                &self.0
            }

            /// What is kept of it.
            pub(crate) fn hash(&self) -> String {
                hash(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

token! {
    /// What a browser shows to be let in again; whoever holds it is signed in.
    SessionToken
}
token! {
    /// What binds a second step, or an offered second factor, to the browser that began it.
    PendingToken
}
token! {
    /// What binds a sign-in at the city's own provider to the browser that left for it.
    BrowserToken
}
token! {
    /// What a browser keeps so that it is known when its owner signs in the next time; it lets nobody in.
    DeviceToken
}
token! {
    /// The secret of a one-time link that invites.
    LinkToken
}

/// SHA-256 in hex. A token is 32 random bytes, so no slower hash is needed.
pub(crate) fn hash(token: &str) -> String {
    to_hex(&Sha256::digest(token.as_bytes()))
}
