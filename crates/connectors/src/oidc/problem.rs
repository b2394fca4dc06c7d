//! Why a sign-in through the provider was refused, as people are told.

use thiserror::Error;

/// Why the provider cannot be used or a sign-in was refused. No variant holds a secret, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OidcProblem {
    /// A setting cannot be used.
    #[error(
        "共通サインインの設定のうち「{name}」が使えません。システムの担当者が設定ファイルを直してください（アドレスは https:// で始めます）。"
    )]
    Setting {
        /// Which.
        name: &'static str,
    },
    /// The file of extra authorities cannot be used.
    #[error(
        "共通サインインの証明書を確かめるファイル（PEM）が読めません。システムの担当者が場所と中身を確かめてください。"
    )]
    AuthorityFile,
    /// No connection.
    #[error(
        "共通サインインにつながりません。しばらく待ってからやり直してください。続くときは、システムの担当者に回線と証明書を確かめてもらってください。"
    )]
    Unreachable,
    /// Too long without an answer.
    #[error("共通サインインが5秒以内に答えませんでした。しばらく待ってからやり直してください。")]
    TooSlow,
    /// An answer of more than 64 KB.
    #[error(
        "共通サインインの答えが大きすぎるため、読むのをやめました。システムの担当者に接続先の設定を確かめてもらってください。"
    )]
    TooLarge,
    /// The provider pointed elsewhere.
    #[error(
        "共通サインインがほかのアドレスへ移るよう答えたため、やめました。システムの担当者に接続先の設定を確かめてもらってください。"
    )]
    Redirected,
    /// A status that is no answer.
    #[error("共通サインインが要求を受け付けませんでした（HTTP {status}）。しばらく待ってからやり直してください。")]
    Status {
        /// Which.
        status: u16,
    },
    /// What came is not what was asked for.
    #[error("共通サインインの答えが読めません。システムの担当者に接続先の設定を確かめてもらってください。")]
    Garbled,
    /// The description is another issuer's.
    #[error(
        "共通サインインが名のる発行者（issuer）が、設定と一字一句同じではありません。システムの担当者が設定を確かめてください。"
    )]
    MetadataIssuer,
    /// The description lacks what is needed.
    #[error(
        "共通サインインが{what}を使えないため、サインインに使えません。システムの担当者が共通サインインの設定を直してください。"
    )]
    MetadataLacks {
        /// What.
        what: &'static str,
    },
    /// An address in the description is not safe.
    #[error(
        "共通サインインが示すアドレス「{name}」が https:// で始まらないため、使えません。システムの担当者が共通サインインの設定を直してください。"
    )]
    MetadataAddress {
        /// Which.
        name: &'static str,
    },
    /// The answer says one thing twice.
    #[error("戻ってきたアドレスに「{name}」が2つあるため、使えません。サインインを最初からやり直してください。")]
    Repeated {
        /// What.
        name: &'static str,
    },
    /// No `state`.
    #[error("このサインインがどこから始まったか分かりません。しるべのサインインの画面からやり直してください。")]
    StateMissing,
    /// Another sign-in's `state`.
    #[error(
        "このサインインは、このブラウザーで始めたものではないか、もう使われています。しるべのサインインの画面からやり直してください。"
    )]
    StateWrong,
    /// The answer is another issuer's.
    #[error(
        "設定とは別の共通サインインからの答えなので、使いません。サインインを最初からやり直し、続くときはシステムの担当者に伝えてください。"
    )]
    AnswerIssuer,
    /// The answer does not name its issuer although it should.
    #[error(
        "どの共通サインインからの答えか書かれていないため、使いません。サインインを最初からやり直し、続くときはシステムの担当者に伝えてください。"
    )]
    AnswerIssuerMissing,
    /// The person or the provider said no.
    #[error(
        "共通サインインが取りやめられたか、許可されませんでした。使えるはずの人は、共通サインインの担当者に確かめてからやり直してください。"
    )]
    Denied,
    /// The provider reported something else.
    #[error(
        "共通サインインが「{code}」と答えました。サインインを最初からやり直し、続くときはこの語をシステムの担当者に伝えてください。"
    )]
    Told {
        /// Its word, of small letters and `_` alone.
        code: String,
    },
    /// Neither a code nor an error.
    #[error("共通サインインの答えに必要なもの（code）がありません。サインインを最初からやり直してください。")]
    CodeMissing,
    /// The code was used, too old, or another's.
    #[error("サインインの引換券が古いか、もう使われています。サインインを最初からやり直してください。")]
    CodeRefused,
    /// The provider does not know this server.
    #[error(
        "共通サインインがこのしるべを認めませんでした。システムの担当者が client_id と client_secret を確かめてください。"
    )]
    ClientRefused,
    /// The exchange gave no ID token.
    #[error(
        "共通サインインが本人の証明（IDトークン）を出しませんでした。システムの担当者が共通サインインの設定を確かめてください。"
    )]
    NoIdToken,
    /// The ID token is not to be believed.
    #[error(
        "共通サインインから届いた本人の証明を信用できません（{0}）。サインインを最初からやり直し、続くときはこの文をシステムの担当者に伝えてください。"
    )]
    Token(#[from] TokenFault),
}

/// What is wrong with an ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Not a token at all.
    #[error("形が正しくありません")]
    Malformed,
    /// Neither RS256 nor ES256.
    #[error("署名の方式が認められないものです")]
    Algorithm,
    /// Signed with a key that the provider does not publish.
    #[error("署名の鍵が公開されていません")]
    UnknownKey,
    /// The signature does not fit.
    #[error("署名が合いません")]
    Signature,
    /// Made by another issuer.
    #[error("発行者が違います")]
    Issuer,
    /// Made for somebody else, or for others too.
    #[error("宛先がこのしるべだけではありません")]
    Audience,
    /// Asked for by another client.
    #[error("求めた相手が違います")]
    Party,
    /// Made for another sign-in.
    #[error("別のサインインのためのものです")]
    Nonce,
    /// Too old.
    #[error("期限が切れています")]
    Expired,
    /// From the future.
    #[error("まだ有効ではありません。時計が合っているか確かめてください")]
    NotYet,
    /// It does not say when the person proved who they are.
    #[error("本人を確かめた時刻がありません")]
    ProofUntold,
    /// That was too long ago.
    #[error("本人を確かめた時刻が古すぎます")]
    ProofOld,
    /// It speaks of nobody.
    #[error("本人の識別子が使えません")]
    Subject,
}

impl OidcProblem {
    /// What an error word of the provider means. The word may come from anybody, so only its letters are kept.
    pub(super) fn told(word: &str) -> Self {
        if matches!(word, "access_denied" | "login_required" | "interaction_required" | "consent_required") {
            return Self::Denied;
        }
        let code: String = word.chars().filter(|one| one.is_ascii_lowercase() || *one == '_').take(40).collect();
        Self::Told { code: if code.is_empty() { "error".to_owned() } else { code } }
    }
}
