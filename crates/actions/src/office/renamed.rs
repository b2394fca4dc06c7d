//! Names that a list gives to numbers that have one: a new spelling is taken and told, another person is asked about.

use domain::id::PersonId;
use domain::office::Office;
use domain::search::fold;

use super::rows::{NotTaken, held};

/// The name to be kept: of 「丙（旧氏名：丁）」 what stands before, where the number has the former name.
pub(super) fn settled(office: &Office, id: &PersonId, typed: &str) -> Result<String, NotTaken> {
    let Some(former) = office.people.get(id).and_then(|person| person.name.as_deref()) else {
        return Ok(typed.to_owned());
    };
    if let Some((name, said)) = with_former(typed) {
        if key(said) == key(former) {
            return Ok(name.to_owned());
        }
        return held(&format!("職員番号「{id}」の今の氏名は「{former}」で、旧氏名の「{said}」ではありません。"));
    }
    if key(former) == key(typed) || is_new_surname(former, typed) {
        return Ok(typed.to_owned());
    }
    let of_another = office
        .people
        .values()
        .find(|person| person.id != *id && person.name.as_deref().is_some_and(|name| key(name) == key(typed)));
    let hint = of_another.map_or_else(String::new, |other| {
        format!("「{typed}」は、今は職員番号「{}」の氏名です。番号が入れ替わっていませんか。", other.id)
    });
    held(&format!(
        "職員番号「{id}」は、今は「{former}」です。「{typed}」は別の人ではありませんか。{hint}番号を確かめ、同じ人の改名なら、氏名を「{typed}（旧氏名：{former}）」と書いてください。"
    ))
}

/// What the new name is, where it says what the former one was.
fn with_former(typed: &str) -> Option<(&str, &str)> {
    let inside = typed.strip_suffix(['）', ')'])?;
    let (name, said) = inside.rsplit_once(['（', '('])?;
    let former = said.trim().strip_prefix("旧氏名")?.trim_start().trim_start_matches(['：', ':']).trim();
    Some((name.trim_end(), former)).filter(|(name, former)| !name.is_empty() && !former.is_empty())
}

/// By which names are compared: spaces and the forms of a letter make no difference.
fn key(name: &str) -> String {
    fold(name).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether only the surname is another one, as after a marriage.
fn is_new_surname(former: &str, name: &str) -> bool {
    let given = |name: &str| name.split_whitespace().nth(1).map(key);
    if let (Some(one), Some(other)) = (given(former), given(name)) {
        return one == other;
    }
    let (one, other) = (key(former), key(name));
    let same = one.chars().rev().zip(other.chars().rev()).take_while(|(one, other)| one == other).count();
    // 「（見本）」 and the like end many names.
    same >= 2 && !one.ends_with(')') && !other.ends_with(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_surname_is_told_from_another_person() {
        assert!(is_new_surname("戊 花子", "山田　花子"));
        assert!(is_new_surname("戊花子", "山田 花子"));
        assert!(!is_new_surname("丁", "丙"));
        assert!(!is_new_surname("山田 太郎", "山田 次郎"));
        assert_eq!(key("髙﨑　一"), key("高崎 一"));
        assert_eq!(with_former("丙 花子（旧氏名：丁 花子）"), Some(("丙 花子", "丁 花子")));
        assert_eq!(with_former("丙（旧姓：丁）"), None);
    }
}
