//! What is said to people about addresses, in plain Japanese.

use super::around::NESTING;
use super::data::Networks;
use super::filing::AddressProblem;
use super::name::NameFault;
use super::reading::{Advised, Notice, Unclear};
use super::{NetworkId, canonical_url};
use crate::letters;

/// What to do where a URL is asked for.
const COPY_URL: &str =
    "アカウントのページを開き、アドレス欄の「https://」で始まるＵＲＬを、はじめから終わりまで写してください。";

/// Whether a scheme does something with what stands behind it that nobody expects of a link.
fn is_dangerous(scheme: &str) -> bool {
    NESTING.contains(&scheme.to_ascii_lowercase().as_str())
}

/// The name of a network as people read it today.
fn label(id: &NetworkId, networks: &Networks) -> String {
    networks.get(id).map_or_else(|| id.to_string(), |network| network.label().to_owned())
}

impl Notice {
    /// What a reader should know, in a sentence.
    pub fn message(&self) -> String {
        match self {
            Self::Http => "URLが「http」で始まっています。通信が保護される「https」のURLとして扱います。".to_owned(),
            Self::SchemeAdded => "「https://」がないので、補って読みました。".to_owned(),
            Self::OwnShortLink => {
                "友だち追加用などの短いURLです。行き先のアカウントを、開いて確かめてください。".to_owned()
            }
            Self::Rewritten => {
                "ブラウザーが別の文字に読みかえる文字（全角の文字、改行、「\\」など）が入っています。".to_owned()
            }
            Self::LikeNetwork { host, label } => {
                format!("「{host}」は{label}のサイトではありません。名前のよく似た別のサイトです。")
            }
            Self::WideLetters => "全角の文字を半角に直して読みました。".to_owned(),
            Self::Refanged => {
                "「hxxp」「[.]」のように、押しても開かない形に書きかえてあるアドレスを、もとの形に直して読みました。"
                    .to_owned()
            }
            Self::AppLink => "アプリを開くためのリンクを、アカウントのページのアドレスとして読みました。".to_owned(),
            Self::Symbols(found) => format!(
                "ＵＲＬのうちアカウントを表す部分に、英数字でない文字（{}）が入っています。サービスでは使える文字なので、このまま進められます。打ちまちがいでないか、アカウントのページのＵＲＬと見くらべ、違っていたら方針のＵＲＬを直してください。",
                found.iter().map(char::to_string).collect::<Vec<_>>().join(" ")
            ),
        }
    }
}

impl Unclear {
    /// What is wrong, and where.
    pub fn message(&self, networks: &Networks) -> String {
        match self {
            Self::Empty => "何も入力されていません。".to_owned(),
            Self::TooLong => "長すぎます。URLやユーザー名は2,048文字より短いものです。".to_owned(),
            Self::SeveralWords => "空白で区切られた、いくつかの言葉が入っています。".to_owned(),
            Self::SeveralAddresses(found) if found.is_empty() => "アドレスが見つかりません。".to_owned(),
            Self::SeveralAddresses(found) => {
                format!("アドレスがいくつも入っています（{}）。どれのことか決められません。", found.join("、"))
            }
            Self::Broken { taken } => format!(
                "「{taken}」のすぐ後ろで改行か空白が入り、続きがあるように見えます。どこまでがアドレスか決められません。"
            ),
            Self::Glued { taken } => format!(
                "「{taken}」の前か後ろに、ほかの文字がすぐ続いています。どこまでがアドレスか決められません。"
            ),
            Self::PerhapsAnother { taken, other } => format!(
                "「{taken}」のほかに、別のアドレスかもしれない「{other}」があります。どちらのことか決められません。"
            ),
            Self::Typo { found, meant } => format!("URLの先頭が「{found}」になっています。「{meant}」の打ちまちがいと思われます。"),
            Self::WideUrl => "URLが全角の文字で書かれています。".to_owned(),
            Self::Scheme(scheme) => format!("「{scheme}:」で始まるものは、SNSのページのURLではありません。"),
            Self::AppLink(network) => format!(
                "{}のアプリを開くためのリンクです。どのアカウントのことかが書かれていません。",
                label(network, networks)
            ),
            Self::Escaped(found) => {
                format!("アドレスに、空白か目に見えない文字を表す「{found}」が入っています。")
            }
            Self::LeadsOn { to } => {
                let to: String = letters::visible(to).chars().take(200).collect();
                format!("別のページへ転送するためのURLです。行き先は「{to}」と書かれています。")
            }
            Self::DoubleSlash => "アドレスの途中に「/」が2つ続いています。".to_owned(),
            Self::Userinfo => {
                "URLのサイト名の前に「@」があります。本当の行き先は「@」の後ろのサイトです。見まちがえさせるために使われる書き方です。".to_owned()
            }
            Self::Port(port) => format!("URLにポート番号「:{port}」が付いています。SNSのURLには付きません。"),
            Self::NumberHost => "サイト名が数字のアドレスです。SNSのURLではありません。".to_owned(),
            Self::Invisible => "目に見えない文字が入っています。見た目と本当の文字がちがうことがあります。".to_owned(),
            Self::NotAUrl => "URLとして読めません。".to_owned(),
            Self::Elsewhere(why) => why.reason.clone(),
            Self::NoAccount { network, why } => match why {
                Some(why) => why.reason.clone(),
                None => format!("{}のURLですが、アカウントのページではありません。", label(network, networks)),
            },
            Self::Name { network, fault } => format!("{}{}", label(network, networks), fault.message()),
            Self::RemoteView { home } => {
                format!("別のサーバーのアカウント（{home}）を、よそのサーバーが写して見せているURLです。")
            }
            Self::CrookedPath => {
                "ブラウザーが別の道すじに読みかえる書き方（「..」「\\」など）が入っています。".to_owned()
            }
            Self::Disagreement { said, is } => format!(
                "「{}」と書かれていますが、URLは{}のものです。",
                label(said, networks),
                label(is, networks)
            ),
            Self::OnlyNetwork(network) => format!("「{}」というサービスの名前だけが入っています。", label(network, networks)),
            Self::NotAnAddress => "URLでもユーザー名でもありません。表示名はだれでも自由に付けられるので、確かめる手がかりになりません。".to_owned(),
        }
    }

    /// What to do next.
    pub fn next(&self) -> String {
        match self {
            Self::Empty | Self::NotAnAddress | Self::OnlyNetwork(_) => {
                "アカウントのページを開き、そのURLか「@」で始まるユーザー名を入れてください。"
            }
            Self::TooLong
            | Self::SeveralWords
            | Self::SeveralAddresses(_)
            | Self::Broken { .. }
            | Self::Glued { .. }
            | Self::PerhapsAnother { .. } => {
                "調べたいURLかユーザー名を、1つだけ入れてください。"
            }
            Self::Typo { .. } => "URLの先頭を直して、もう一度入れてください。",
            Self::WideUrl => "半角の文字で入れ直すか、ブラウザーのアドレス欄から写してください。",
            Self::Scheme(scheme) if !is_dangerous(scheme) => {
                "アカウントのページを開き、アドレス欄の「https://」で始まるURLを写してください。"
            }
            Self::AppLink(_) => {
                "アプリで開いたアカウントのページから、共有の印で「リンクをコピー」を選び、「https://」で始まるURLを入れてください。"
            }
            Self::Escaped(_) => "その部分を消して、もう一度入れてください。",
            Self::DoubleSlash => "「/」を1つにして、もう一度入れてください。",
            Self::LeadsOn { .. } => {
                "確かめたいのが行き先のアカウントなら、行き先のアドレスだけを、もう一度入れてください。"
            }
            Self::Scheme(_) | Self::Port(_) | Self::NumberHost | Self::Userinfo => {
                "このURLは開かないでください。アカウントのページのURLを、アプリやブラウザーから写してください。"
            }
            Self::Invisible => {
                "写したときに入りこむことがあります。アカウントのページを開いてアドレス欄のURLを写すか、ユーザー名を自分で打って入れてください。"
            }
            Self::NotAUrl | Self::CrookedPath => {
                "ブラウザーのアドレス欄からURLを写すか、ユーザー名を自分で打って入れてください。"
            }
            Self::Elsewhere(Advised { next: Some(next), .. })
            | Self::NoAccount { why: Some(Advised { next: Some(next), .. }), .. } => next.as_str(),
            Self::Elsewhere(_) | Self::NoAccount { .. } => {
                "投稿や動画のページからは、投稿した人のアカウントのページを開き、そのURLを入れてください。"
            }
            Self::Name { .. } => "ユーザー名を確かめて、アカウントのページのURLを入れてください。",
            Self::RemoteView { .. } => "アカウントがあるサーバーのページを開き、そのURLを入れてください。",
            Self::Disagreement { .. } => "どちらのサービスのアカウントかを確かめて、もう一度入れてください。",
        }
        .to_owned()
    }
}

impl NameFault {
    /// Why the text cannot be a name, to be read after the network's name.
    fn message(&self) -> String {
        match self {
            Self::Character(c) => {
                format!(
                    "のアカウントの名前に使えない文字「{c}」（U+{:04X}）が入っています。よく似た別の文字のことがあります。",
                    u32::from(*c)
                )
            }
            Self::Length { least, most } if least == most => {
                format!("のアカウントの名前は{least}文字です。長さがちがいます。")
            }
            Self::Length { least, most } => {
                format!("のアカウントの名前は{least}文字から{most}文字までです。長さがちがいます。")
            }
            Self::Shape => "のアカウントの名前の形になっていません。".to_owned(),
            Self::Reserved => "が自分のページのために使っている言葉で、アカウントの名前ではありません。".to_owned(),
        }
    }
}

impl AddressProblem {
    /// What is wrong with the URL of a filing.
    pub fn message(&self, networks: &Networks) -> String {
        match self {
            Self::Empty => "ＵＲＬが空です。".to_owned(),
            Self::Placeholder { found } => format!("ＵＲＬの欄が「{found}」のままです。"),
            Self::NotAUrl(Unclear::NotAnAddress) => "ＵＲＬとして読めません。".to_owned(),
            Self::NotAUrl(reason) | Self::Unreadable(reason) => reason.message(networks),
            Self::OwnSite { host } => {
                format!("「{host}」は公式サイトです。ＳＮＳ（民間の事業者などのサービス）のアカウントではありません。")
            }
            Self::OtherNetwork { chosen, is } => {
                format!("種類は「{}」ですが、ＵＲＬは{}のものです。", label(chosen, networks), label(is, networks))
            }
            Self::NotThisNetwork { chosen, host } => {
                let like = networks.imitated_by(host).map(|_| "名前のよく似た別のサイトです。").unwrap_or_default();
                format!("「{host}」は{}のサイトではありません。{like}", label(chosen, networks))
            }
            Self::Post(_) => "投稿のＵＲＬです。アカウントのＵＲＬではありません。".to_owned(),
            Self::Surrounded { taken } => format!("ＵＲＬ（{taken}）の前か後ろに、ほかの文字が入っています。"),
            Self::NameOnly { found, .. } => {
                format!(
                    "「{found}」は、アカウントのページのＵＲＬではありません。ユーザー名やアプリのリンクでは届け出られません。"
                )
            }
            Self::NotOtherName { found, network, wanted } if wanted.is_empty() => {
                format!(
                    "「サービスが付けた変わらない番号」の欄に「{found}」とありますが、{}には、このＵＲＬに添える番号がありません。",
                    label(network, networks)
                )
            }
            Self::NotOtherName { found, network, wanted } => format!(
                "「サービスが付けた変わらない番号」の欄の「{found}」は、{}の{}として読めません。",
                label(network, networks),
                wanted.join("、")
            ),
            Self::NeedsName { network, wanted, url } => format!(
                "{}のこのＵＲＬ（{url}）だけでは、どのアカウントかがわかりません。{wanted}も要ります。",
                label(network, networks)
            ),
            Self::NameMissing => "種類が「その他」ですが、サービスの名前がありません。".to_owned(),
            Self::NameIsKnown { is } => {
                format!("「その他」の名前に、選択肢にある「{}」が書かれています。", label(is, networks))
            }
            Self::NotHttps => "「http」で始まるＵＲＬは、通信が保護されません。".to_owned(),
            Self::NoSuchNetwork(id) => format!("「{id}」という種類はありません。"),
        }
    }

    /// What to do next.
    pub fn next(&self, networks: &Networks) -> String {
        match self {
            Self::Empty | Self::Placeholder { .. } => {
                "アカウントのページを開き、アドレス欄のＵＲＬを写してください。".to_owned()
            }
            Self::NotAUrl(reason) | Self::Unreadable(reason) => match reason {
                // Where somebody asks, a user name helps; here only the URL does.
                Unclear::Empty
                | Unclear::NotAnAddress
                | Unclear::OnlyNetwork(_)
                | Unclear::TooLong
                | Unclear::SeveralWords
                | Unclear::Invisible
                | Unclear::NotAUrl
                | Unclear::CrookedPath
                | Unclear::Name { .. } => COPY_URL.to_owned(),
                other => other.next(),
            },
            Self::NameOnly { url: Some(url), .. } => format!(
                "「{url}」を開いて、そのアカウントのページが出ることを確かめ、ＵＲＬの欄に「{url}」と書いてください。"
            ),
            Self::NameOnly { url: None, .. } => COPY_URL.to_owned(),
            Self::OwnSite { .. } => "ＳＮＳのアカウントのページのＵＲＬを入れてください。".to_owned(),
            Self::OtherNetwork { is, .. } => {
                format!("種類を「{}」に変えるか、ＵＲＬを入れ直してください。", label(is, networks))
            }
            Self::NotThisNetwork { .. } => {
                "サイト名の打ちまちがいがないか確かめてください。ほかのサービスなら、種類を「その他」にして名前を書いてください。".to_owned()
            }
            Self::Post(address) => format!("アカウントのＵＲＬ（{}）を入れてください。", canonical_url(address, networks)),
            Self::Surrounded { taken } => format!("「{taken}」だけを入れてください。"),
            Self::NotOtherName { wanted, .. } if wanted.is_empty() => "この欄は空のままにしてください。".to_owned(),
            Self::NotOtherName { wanted, .. } => {
                format!("{}か、それが入ったＵＲＬを入れてください。わからなければ空のままにしてください。", wanted.join("、"))
            }
            Self::NeedsName { wanted, url, .. } => format!(
                "ＵＲＬのあとに空白を入れて、{wanted}を続けて書いてください（「{url} （{wanted}）」の形）。二つは一つのアカウントとして扱います。"
            ),
            Self::NameMissing => "サービスの名前を書いてください。".to_owned(),
            Self::NameIsKnown { is } => format!("種類で「{}」を選んでください。", label(is, networks)),
            Self::NotHttps => "「https」で始まるＵＲＬを入れてください。".to_owned(),
            Self::NoSuchNetwork(_) => "種類を選び直してください。".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reading, read};
    use super::*;

    fn reason(text: &str, networks: &Networks) -> Unclear {
        match read(text, networks) {
            Reading::Unclear { reason } => reason,
            other => panic!("{text} was read as {other:?}"),
        }
    }

    /// Red when each of these was called dangerous, or was answered with what to do about a video.
    #[test]
    fn what_cannot_be_judged_is_answered_with_what_fits_it() {
        let networks = &Networks::standard().expect("the built-in networks load");
        for (typed, words, next) in [
            ("line://msg/text/a", "LINEのアプリを開くためのリンク", "「リンクをコピー」"),
            ("spotify://artist/mihon", "「spotify:」で始まる", "「https://」で始まるURL"),
            ("javascript:alert(1)", "「javascript:」で始まる", "開かないで"),
            (
                "https://www.facebook.com/messages/t/100064000000001",
                "メッセージをやりとりする画面",
                "相手の名前を押して",
            ),
            (
                "https://l.facebook.com/l.php?u=https%3A%2F%2Fx.com%2Fmihon",
                "行き先は「https://x.com/mihon」",
                "行き先のアドレスだけ",
            ),
            ("https://www.facebook.com/l.php?h=a", "別のページへ転送する", "転送された先"),
            (
                "https://social-plugins.line.me/lineit/share?url=https://x.com/mihon",
                "行き先は「https://x.com/mihon」",
                "行き先のアドレスだけ",
            ),
            ("https://line.me/R/share?text=a", "LINEで文を送る画面", "プロフィールを開き"),
            ("https://staging.bsky.app/profile/mihon.bsky.social", "「staging.bsky.app」は", "https://bsky.app/"),
            ("https://www.tiktok.com/mihon", "「https://www.tiktok.com/@…」", "「@」が入ったURL"),
            ("https://x.com//mihon", "「/」が2つ", "「/」を1つに"),
            ("https://x.com/mihon%20", "「%20」", "その部分を消して"),
            ("https://x.com/mihon%E2%80%8B", "「%E2%80%8B」", "その部分を消して"),
            ("https://x.com/mihon\u{200b}", "目に見えない文字", "アドレス欄"),
        ] {
            let reason = reason(typed, networks);
            assert!(reason.message(networks).contains(words), "{typed}: {}", reason.message(networks));
            assert!(reason.next().contains(next), "{typed}: {}", reason.next());
        }
        let to = format!("https://l.facebook.com/l.php?u=https://x.com/{}%E2%80%AE", "a".repeat(900));
        assert!(!reason(&to, networks).message(networks).contains('\u{202e}'), "what is shown turns nothing");
    }
}
