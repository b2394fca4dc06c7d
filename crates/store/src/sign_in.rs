//! What signing in needs beside logins: second factors, tries and their pauses, known browsers, the log.

use std::future::Future;

use crate::dialect::Row;
use crate::error::Result;
use crate::ledger::size;
use crate::login::Used;
use crate::read::{Read, bounded};
use crate::sql;
use crate::value::values;
use crate::workshop::Desk;

/// A passkey as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// The credential's id, in hex.
    pub id: String,
    /// Whose.
    pub login: String,
    /// What its owner calls it.
    pub name: String,
    /// Its public key and counter, as JSON.
    pub data: String,
    /// When it was added (ms, UTC).
    pub added_at: i64,
    /// When it was used last (ms, UTC).
    pub used_at: Option<i64>,
}

/// Something begun in one browser and ended in the same one: a second step, a passkey's ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPending {
    /// SHA-256 of the browser's token, in hex.
    pub id: String,
    /// The word for what was begun.
    pub purpose: String,
    /// Whose; from where, while it names nobody.
    pub login: String,
    /// The login's stamp when it was begun.
    pub stamp: i64,
    /// What has to be known to end it, as JSON.
    pub data: String,
    /// Dead from this instant on (ms, UTC).
    pub expires_at: i64,
}

/// What was begun, as read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRow {
    /// Whose.
    pub login: String,
    /// The login's stamp when it was begun.
    pub stamp: i64,
    /// What has to be known to end it, as JSON.
    pub data: String,
    /// How often it was tried.
    pub tries: u64,
}

/// A browser on which a login's second proof is not asked again for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedRow {
    /// The hash of the browser's token.
    pub id: String,
    /// The login's stamp when it was trusted: under another one it is not.
    pub stamp: i64,
    /// The posts of that day, in words that are compared.
    pub posts: String,
    /// What the browser calls itself.
    pub browser: String,
    /// When it was trusted (ms, UTC).
    pub trusted_at: i64,
    /// Until when (ms, UTC).
    pub until: i64,
}

/// Whether one may try now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Try {
    /// Yes; it is counted as the failure of this number until it succeeds.
    Counted(u64),
    /// Not before this instant (ms, UTC).
    Paused(i64),
}

/// One line of the sign-in log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInEventRow {
    /// Its id; later ones sort behind earlier ones.
    pub id: String,
    /// When (ms, UTC).
    pub at: i64,
    /// The word for what happened.
    pub event: String,
    /// The login, where there is one.
    pub login: Option<String>,
    /// The canonical name, where there is a login of that name.
    pub name: Option<String>,
    /// From where.
    pub source: String,
    /// What the browser calls itself.
    pub device: String,
}

/// Reading what signing in needs.
pub trait SigningIn: Read {
    /// How many recovery codes of a login are unused.
    fn recovery_codes_left(&mut self, login: &str) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::RECOVERY_CODES_LEFT, values![at.municipality, login]).await?;
            row.map_or(Ok(0), |row| size(row.int(0)?, "recovery_code", "count"))
        }
    }

    /// The passkeys of a login, in the order of their ids.
    fn passkeys(
        &mut self,
        login: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<PasskeyRow>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, login, after.unwrap_or_default(), bounded(limit)];
            let rows = at.tx.all(sql::PASSKEYS, values).await?;
            rows.iter().map(passkey_row).collect()
        }
    }

    /// Something begun, while it holds.
    fn pending(
        &mut self,
        id: &str,
        purpose: &str,
        now: i64,
    ) -> impl Future<Output = Result<Option<PendingRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::PENDING, values![at.municipality, id, purpose, now]).await?;
            row.as_ref().map(pending_row).transpose()
        }
    }

    /// Whether a browser signed in to a login before, and not too long ago.
    fn knows_device(&mut self, login: &str, id: &str, since: i64) -> impl Future<Output = Result<Option<i64>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::DEVICE, values![at.municipality, login, id, since]).await?;
            row.map(|row| row.int(0)).transpose()
        }
    }

    /// Whether a browser signed in to any login before, and not too long ago.
    fn knows_device_of_any(&mut self, id: &str, since: i64) -> impl Future<Output = Result<Option<i64>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::DEVICE_OF_ANY, values![at.municipality, id, since]).await?;
            row.map(|row| row.int(0)).transpose()
        }
    }

    /// Whether a browser is trusted by a login now.
    fn trusted_device(
        &mut self,
        login: &str,
        id: &str,
        now: i64,
    ) -> impl Future<Output = Result<Option<TrustedRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::TRUST, values![at.municipality, login, id, now]).await?;
            row.as_ref().map(trusted_row).transpose()
        }
    }

    /// The browsers that a login trusts now, in the order of their ids.
    fn trusted_devices(
        &mut self,
        login: &str,
        now: i64,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<TrustedRow>>> + Send {
        async move {
            let at = self.scope();
            let rows = at.tx.all(sql::TRUSTS, values![at.municipality, login, now, bounded(limit)]).await?;
            rows.iter().map(trusted_row).collect()
        }
    }

    /// The sign-in log, newest first; `before` is the last id of the page before.
    fn sign_in_events(
        &mut self,
        login: Option<&str>,
        before: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<SignInEventRow>>> + Send {
        async move {
            let at = self.scope();
            // Ids are UUIDs in lower case, so every one of them sorts before this letter.
            let before = before.unwrap_or("z");
            let limit = bounded(limit);
            let rows = match login {
                None => at.tx.all(sql::SIGN_IN_EVENTS, values![at.municipality, before, limit]).await?,
                Some(login) => {
                    at.tx.all(sql::SIGN_IN_EVENTS_OF, values![at.municipality, login, before, limit]).await?
                }
            };
            rows.iter().map(event_row).collect()
        }
    }
}

impl<T: Read> SigningIn for T {}

/// What signing in writes, alone or in the transaction of an act.
pub trait SignInDesk: Desk {
    /// Uses a TOTP step of a login; [`Used::Dead`] when it or a later one was used before.
    fn use_totp_step(&mut self, login: &str, step: i64) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            Ok(Used::of(at.tx.execute(sql::USE_TOTP_STEP, values![at.municipality, login, step]).await?))
        }
    }

    /// Replaces the recovery codes of a login by these hashes.
    fn put_recovery_codes(&mut self, login: &str, hashes: &[String]) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::END_RECOVERY_CODES, values![at.municipality, login]).await?;
            for hash in hashes {
                at.tx.execute(sql::NEW_RECOVERY_CODE, values![at.municipality, login, hash]).await?;
            }
            Ok(())
        }
    }

    /// Uses a recovery code up.
    fn use_recovery_code(&mut self, login: &str, hash: &str, now: i64) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            Ok(Used::of(at.tx.execute(sql::USE_RECOVERY_CODE, values![at.municipality, login, hash, now]).await?))
        }
    }

    /// Keeps a new passkey.
    fn new_passkey(&mut self, passkey: &PasskeyRow) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let PasskeyRow { id, login, name, data, added_at, .. } = passkey;
            at.tx.execute(sql::NEW_PASSKEY, values![at.municipality, id, login, name, data, *added_at]).await?;
            Ok(())
        }
    }

    /// Notes the use of a passkey, with its new counter.
    fn use_passkey(&mut self, login: &str, id: &str, data: &str, now: i64) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::USE_PASSKEY, values![at.municipality, login, id, data, now]).await?;
            Ok(())
        }
    }

    /// Takes a passkey of a login away.
    fn end_passkey(&mut self, login: &str, id: &str) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            Ok(Used::of(at.tx.execute(sql::END_PASSKEY, values![at.municipality, login, id]).await?))
        }
    }

    /// Takes away what a login proves itself with beside the password, here and elsewhere, and the browsers that are
    /// known.
    fn end_second_factors(&mut self, login: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            for end in
                [sql::END_PASSKEYS, sql::END_RECOVERY_CODES, sql::END_IDENTITIES, sql::END_DEVICES, sql::END_TRUSTS]
            {
                at.tx.execute(end, values![at.municipality, login]).await?;
            }
            Ok(())
        }
    }

    /// Keeps something begun.
    fn new_pending(&mut self, pending: &NewPending) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let NewPending { id, purpose, login, stamp, data, expires_at } = pending;
            at.tx
                .execute(sql::NEW_PENDING, values![at.municipality, id, purpose, login, *stamp, data, *expires_at])
                .await?;
            Ok(())
        }
    }

    /// Keeps something begun, and only so many of the newest of its sort and place: `login` says whose they are.
    fn new_pending_among(&mut self, pending: &NewPending, most: u32) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let (purpose, whose, before) = (&pending.purpose, &pending.login, i64::from(most).saturating_sub(1));
            at.tx.execute(sql::FORGET_PENDING, values![at.municipality, purpose, whose, before]).await?;
            self.new_pending(pending).await
        }
    }

    /// Counts a try before it is looked at; `None` when there were enough, or there is nothing of this id.
    fn try_pending(
        &mut self,
        id: &str,
        purpose: &str,
        now: i64,
        most: i64,
    ) -> impl Future<Output = Result<Option<PendingRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::TRY_PENDING, values![at.municipality, id, purpose, now, most]).await?;
            row.as_ref().map(pending_row).transpose()
        }
    }

    /// Changes what has to be known to end something begun.
    fn keep_pending_data(&mut self, id: &str, data: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::KEEP_PENDING_DATA, values![at.municipality, id, data]).await?;
            Ok(())
        }
    }

    /// Ends something begun; [`Used::Dead`] when another request ended it first.
    fn end_pending(&mut self, id: &str) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            Ok(Used::of(at.tx.execute(sql::END_PENDING, values![at.municipality, id]).await?))
        }
    }

    /// Counts a try as failed before it is looked at; a count whose last try is older than `forget_before` begins anew.
    fn count_try(
        &mut self,
        id: &str,
        now: i64,
        forget_before: i64,
        pause: fn(u64) -> i64,
    ) -> impl Future<Output = Result<Try>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::TRY_ATTEMPT, values![at.municipality, id, now, forget_before]).await?;
            let Some(row) = row else {
                let row = at.tx.one(sql::ATTEMPT, values![at.municipality, id]).await?;
                return Ok(Try::Paused(row.map_or(Ok(now), |row| row.int(1))?));
            };
            let failures = size(row.int(0)?, "attempt", "failures")?;
            let until = now.saturating_add(pause(failures));
            at.tx.execute(sql::PAUSE_ATTEMPT, values![at.municipality, id, until]).await?;
            Ok(Try::Counted(failures))
        }
    }

    /// Takes one counted try back: it did not fail.
    fn take_try_back(&mut self, id: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::REFUND_ATTEMPT, values![at.municipality, id]).await?;
            Ok(())
        }
    }

    /// Forgets the failed tries of a counter.
    fn forget_tries(&mut self, id: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::END_ATTEMPT, values![at.municipality, id]).await?;
            Ok(())
        }
    }

    /// Notes that a browser signed in to a login.
    fn put_device(&mut self, login: &str, id: &str, now: i64) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::PUT_DEVICE, values![at.municipality, login, id, now]).await?;
            Ok(())
        }
    }

    /// Trusts a browser anew.
    fn put_trust(&mut self, login: &str, trusted: &TrustedRow) -> impl Future<Output = Result<()>> + Send {
        async move {
            let TrustedRow { id, stamp, posts, browser, trusted_at, until } = trusted;
            let at = self.scope();
            let values = values![at.municipality, login, id, *stamp, posts, browser, *trusted_at, *until];
            at.tx.execute(sql::PUT_TRUST, values).await?;
            Ok(())
        }
    }

    /// Trusts a browser of a login no more.
    fn end_trust(&mut self, login: &str, id: &str) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            Ok(Used::of(at.tx.execute(sql::END_TRUST, values![at.municipality, login, id]).await?))
        }
    }

    /// Trusts no browser of a login any more.
    fn end_trusts(&mut self, login: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::END_TRUSTS, values![at.municipality, login]).await?;
            Ok(())
        }
    }

    /// Writes a line of the sign-in log.
    fn log_sign_in(&mut self, event: &SignInEventRow) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![
                at.municipality,
                &event.id,
                event.at,
                &event.event,
                event.login.as_deref(),
                event.name.as_deref(),
                &event.source,
                &event.device,
            ];
            at.tx.execute(sql::NEW_SIGN_IN_EVENT, values).await?;
            Ok(())
        }
    }

    /// Throws away what is over: things begun, old counters, old lines of the log.
    fn sweep_sign_in(
        &mut self,
        now: i64,
        counters_before: i64,
        log_before: i64,
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::SWEEP_PENDING, values![at.municipality, now]).await?;
            at.tx.execute(sql::SWEEP_TRUSTS, values![at.municipality, now]).await?;
            at.tx.execute(sql::SWEEP_ATTEMPTS, values![at.municipality, counters_before]).await?;
            at.tx.execute(sql::SWEEP_SIGN_IN_EVENTS, values![at.municipality, log_before]).await?;
            Ok(())
        }
    }
}

impl<T: Desk> SignInDesk for T {}

fn passkey_row(row: &Row) -> Result<PasskeyRow> {
    Ok(PasskeyRow {
        id: row.text(0)?,
        login: row.text(1)?,
        name: row.text(2)?,
        data: row.text(3)?,
        added_at: row.int(4)?,
        used_at: row.opt_int(5)?,
    })
}

fn trusted_row(row: &Row) -> Result<TrustedRow> {
    Ok(TrustedRow {
        id: row.text(0)?,
        stamp: row.int(1)?,
        posts: row.text(2)?,
        browser: row.text(3)?,
        trusted_at: row.int(4)?,
        until: row.int(5)?,
    })
}

fn pending_row(row: &Row) -> Result<PendingRow> {
    Ok(PendingRow {
        login: row.text(0)?,
        stamp: row.int(1)?,
        data: row.text(2)?,
        tries: size(row.int(3)?, "pending", "tries")?,
    })
}

fn event_row(row: &Row) -> Result<SignInEventRow> {
    Ok(SignInEventRow {
        id: row.text(0)?,
        at: row.int(1)?,
        event: row.text(2)?,
        login: row.opt_text(3)?,
        name: row.opt_text(4)?,
        source: row.text(5)?,
        device: row.text(6)?,
    })
}
