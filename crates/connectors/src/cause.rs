//! Why a connection did not come about, read out of the errors of the libraries that open it.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

use rustls::CertificateError;

/// The cause, without addresses, names and secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The certificate's time is over.
    CertificateExpired,
    /// The certificate's time has not begun, or our clock is slow.
    CertificateNotYet,
    /// Nobody whom we trust vouches for the certificate.
    UnknownIssuer,
    /// The certificate is another host's.
    WrongName,
    /// The certificate cannot be believed for another reason.
    BadCertificate,
    /// The two sides find no common way of TLS, or the other side does not speak it.
    NoTls,
    /// Nobody listens there.
    Refused,
    /// The name has no address.
    NoSuchHost,
    /// The time was over.
    TimedOut,
    /// There is no way there.
    NoWay,
    /// The other side hung up.
    HungUp,
    /// Something else.
    Other,
}

impl Cause {
    /// The cause of an error: the first of its sources that tells one.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let mut found = Self::Other;
        let mut next = Some(error);
        while let Some(error) = next {
            match Self::told_by(error) {
                Self::Other => {}
                told => found = told,
            }
            next = error.source();
        }
        found
    }

    /// Whether it lies in the certificate or in TLS.
    pub fn is_of_tls(self) -> bool {
        matches!(
            self,
            Self::CertificateExpired
                | Self::CertificateNotYet
                | Self::UnknownIssuer
                | Self::WrongName
                | Self::BadCertificate
                | Self::NoTls
        )
    }

    fn told_by(error: &(dyn Error + 'static)) -> Self {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Self::of_tls(error);
        }
        let Some(error) = error.downcast_ref::<io::Error>() else {
            let words = error.to_string();
            return if words.contains("dns error") { Self::NoSuchHost } else { Self::Other };
        };
        // What an error of the system carries inside is not among its sources.
        let inside = error.get_ref().map_or(Self::Other, |inside| Self::of(inside));
        match (inside, error.kind()) {
            (Self::Other, ErrorKind::ConnectionRefused) => Self::Refused,
            (Self::Other, ErrorKind::TimedOut) => Self::TimedOut,
            (Self::Other, ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => Self::NoWay,
            (
                Self::Other,
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::UnexpectedEof,
            ) => Self::HungUp,
            // The standard library has no kind for it.
            (Self::Other, _) if error.to_string().contains("lookup address") => Self::NoSuchHost,
            (inside, _) => inside,
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(wrong) => match wrong {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::CertificateExpired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::CertificateNotYet,
                // An authority that bears the name of a trusted one, with another key, is as unknown.
                CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::UnknownIssuer,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::WrongName,
                // What a verifier of the system found is wrapped once more.
                CertificateError::Other(other) => {
                    let source: &(dyn Error + 'static) = other.0.as_ref();
                    match Self::of(source) {
                        Self::Other => Self::BadCertificate,
                        told => told,
                    }
                }
                _ => Self::BadCertificate,
            },
            _ => Self::NoTls,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CertificateExpired => "証明書の期限が切れています",
            Self::CertificateNotYet => "証明書の期間がまだ始まっていないか、この機器の時計が遅れています",
            Self::UnknownIssuer => "証明書を発行した認証局を、この機器は信頼していません",
            Self::WrongName => "証明書の名前が、設定のホスト名と違います",
            Self::BadCertificate => "証明書を信用できません",
            Self::NoTls => "暗号化（TLS）の取り決めができません",
            Self::Refused => "相手の機器が接続を断りました。待ち受けていないか、ポートが違います",
            Self::NoSuchHost => "ホスト名が見つかりません",
            Self::TimedOut => "時間内に応答がありません",
            Self::NoWay => "相手の機器への経路がありません",
            Self::HungUp => "相手が途中で接続を切りました",
            Self::Other => "原因は分かりません",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_found_however_deep_it_lies() {
        let wrapped =
            |error| io::Error::other(io::Error::new(ErrorKind::InvalidData, rustls::Error::InvalidCertificate(error)));
        for (error, cause) in [
            (wrapped(CertificateError::Expired), Cause::CertificateExpired),
            (wrapped(CertificateError::UnknownIssuer), Cause::UnknownIssuer),
            (wrapped(CertificateError::NotValidForName), Cause::WrongName),
            (wrapped(CertificateError::Revoked), Cause::BadCertificate),
            (io::Error::other(rustls::Error::DecryptError), Cause::NoTls),
            (io::Error::other(io::Error::from(ErrorKind::ConnectionRefused)), Cause::Refused),
            (io::Error::other("failed to lookup address information: Name or service not known"), Cause::NoSuchHost),
            (io::Error::other("himitsu"), Cause::Other),
        ] {
            assert_eq!(Cause::of(&error), cause, "{error:?}");
        }
    }
}
