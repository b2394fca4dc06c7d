//! Addresses that people type, and the code that proves that they are theirs.

use sha2::{Digest, Sha256};

use crate::ledger::to_hex;

/// Why a typed address is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// It is no address.
    #[error(
        "メールアドレスの形になっていません。「名前@組織のドメイン」の形で、半角で入れてください（例: kouhou@city.example.jp）。"
    )]
    Form,
    /// It is outside the city's own mail.
    #[error("このアドレスには送れません。庁内のメールアドレス（@{}）を入れてください。", .0.join("、@"))]
    Outside(Vec<String>),
}

/// A typed address as it is used: full-width letters made plain, no spaces around.
///
/// With `domains`, only addresses of these are taken.
pub fn mail_address(typed: &str, domains: &[String]) -> Result<String, AddressProblem> {
    use unicode_normalization::UnicodeNormalization;
    let plain: String = typed.trim().nfkc().collect();
    let (local, domain) = plain.rsplit_once('@').ok_or(AddressProblem::Form)?;
    let domain = domain.to_ascii_lowercase();
    let local_fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dotted = |part: &str| !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let fits = (1..=64).contains(&local.len())
        && local.chars().all(local_fits)
        && dotted(local)
        && domain.len() <= 189
        && domain.contains('.')
        && domain.split('.').all(label_fits);
    if !fits {
        return Err(AddressProblem::Form);
    }
    if !domains.is_empty() && !domains.iter().any(|known| known.eq_ignore_ascii_case(&domain)) {
        return Err(AddressProblem::Outside(domains.to_vec()));
    }
    Ok(format!("{local}@{domain}"))
}

/// What is kept of a code that was mailed: bound to the municipality, the person and the address.
pub fn code_digest(municipality: &str, person: &str, address: &str, code: &str) -> String {
    let mut digest = Sha256::new();
    for part in ["shirube mail code", municipality, person, address, code] {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    to_hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_plain_and_nothing_that_could_carry_a_header_is_taken() {
        assert_eq!(mail_address(" ｋｏｕｈｏｕ＠City.Example.JP ", &[]), Ok("kouhou@city.example.jp".to_owned()));
        for wrong in [
            "",
            "@",
            "a@",
            "@b.jp",
            "a@b",
            "a b@c.jp",
            "a@b.jp\r\nBcc: c@d.jp",
            "a@b.jp>",
            "<a@b.jp",
            "a@b..jp",
            "a..b@c.jp",
            "a@-b.jp",
            "a,b@c.jp",
            "\"a\"@b.jp",
            "名前@例.jp",
            "a@b@c.jp",
            "a@b.jp\0",
        ] {
            assert_eq!(mail_address(wrong, &[]), Err(AddressProblem::Form), "{wrong:?}");
        }
    }

    #[test]
    fn only_the_citys_own_mail_is_taken_where_it_says_so() {
        let own = vec!["city.example.jp".to_owned()];
        assert!(mail_address("a@CITY.example.jp", &own).is_ok());
        let refused = mail_address("a@example.com", &own).expect_err("outside");
        assert!(refused.to_string().contains("@city.example.jp"), "{refused}");
        assert!(mail_address("a@evil-city.example.jp", &own).is_err());
    }

    #[test]
    fn a_code_is_bound_to_whom_it_was_sent_and_where() {
        let one = code_digest("999993", "p1", "a@b.jp", "012345");
        assert_ne!(one, code_digest("999993", "p2", "a@b.jp", "012345"));
        assert_ne!(one, code_digest("999993", "p1", "c@b.jp", "012345"));
        assert_ne!(one, code_digest("999985", "p1", "a@b.jp", "012345"));
    }
}
