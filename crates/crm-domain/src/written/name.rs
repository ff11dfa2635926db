//! Names of customers: as shown, and as compared.
use super::cities::{is_city, without_city_prefix};
use super::text::{half_width, is_invisible, tidy};

/// The name as shown: nothing invisible, half-width letters and digits, no spaces beside Chinese characters, brackets as written.
pub fn display_name(written: &str) -> String {
    let tidied: Vec<char> = tidy(written).chars().map(narrow_alphanumeric).collect();
    let mut out = String::with_capacity(written.len());
    for (i, &c) in tidied.iter().enumerate() {
        // Only between two Latin words is a space part of the name.
        let beside = |j: Option<usize>| j.and_then(|j| tidied.get(j)).is_some_and(char::is_ascii);
        if c != ' ' || (beside(i.checked_sub(1)) && beside(Some(i + 1))) {
            out.push(c);
        }
    }
    out
}

/// The key by which two ways of writing one name meet (feature 28): width, case, spaces, invisible characters and punctuation do not
/// count, nor does a city in front or in brackets, and 有限责任公司 is 有限公司.
/// Different customers can share it: compare it together with the phone, or ask.
pub fn name_key(written: &str) -> String {
    let folded: String =
        written.chars().filter(|c| !is_invisible(*c)).map(half_width).flat_map(char::to_lowercase).collect();
    let folded = without_city_in_brackets(&folded.replace(char::is_whitespace, ""));
    let plain: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let plain = plain.replace("有限责任公司", "有限公司");
    let bare = without_city_prefix(&plain);
    // "东莞" alone is a name too, if a poor one.
    if bare.is_empty() { plain } else { bare.to_owned() }
}

fn without_city_in_brackets(text: &str) -> String {
    let Some((before, rest)) = text.split_once(['(', '[', '【', '〔']) else { return text.to_owned() };
    let Some((inside, after)) = rest.split_once([')', ']', '】', '〕']) else { return text.to_owned() };
    let kept = if is_city(inside) { "" } else { inside };
    format!("{before}{kept}{}", without_city_in_brackets(after))
}

fn narrow_alphanumeric(c: char) -> char {
    let narrow = half_width(c);
    if narrow.is_ascii_alphanumeric() { narrow } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_clean_and_as_their_owners_write_them() {
        for (given, expected) in [
            (" 东莞市万江小享弘和五金塑胶有限公司  ", "东莞市万江小享弘和五金塑胶有限公司"),
            ("铭汇优商行　", "铭汇优商行"),
            ("东莞\u{200B}市远旺天", "东莞市远旺天"),
            ("东莞市翟 家注塑厂", "东莞市翟家注塑厂"),
            ("\u{FEFF}天荣线路板（东莞）有限公司", "天荣线路板（东莞）有限公司"),
            ("正威五金\n制品厂\n", "正威五金制品厂"),
            ("ＡＢＣ　Trading  Co.", "ABC Trading Co."),
            ("７天 酒店", "7天酒店"),
            ("\u{3000} ", ""),
        ] {
            assert_eq!(display_name(given), expected, "{given:?}");
        }
    }

    #[test]
    fn two_ways_of_writing_one_name_share_a_key() {
        for (one, other) in [
            ("东莞市远旺天软件有限公司", "东莞市远旺天软件有限责任公司"),
            ("东莞市志源塑胶厂", "东莞  市志源塑胶厂\u{3000}"),
            ("东莞市盈美长塑胶", "盈美长塑胶"),
            ("广东省东莞市盈美长塑胶", "东莞盈美长塑胶"),
            ("东莞市石排万诚制品有限公司", "石排万诚制品（东莞）有限公司"),
            ("万诚制品(东莞市)有限公司", "万诚制品[东莞]有限公司"),
            ("ＡＢＣ公司", "abc 公司"),
            ("胜威豪汽 车维修", "胜威豪汽车维修"),
            ("A.B.C-公司", "ABC公司"),
        ] {
            assert_eq!(name_key(one), name_key(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn different_names_keep_different_keys() {
        for (one, other) in [
            ("万诚制品（一厂）", "万诚制品（二厂）"),
            ("长安饭店", "长乐饭店"),
            ("万诚有限公司", "万诚公司"),
            ("东莞", "深圳"),
        ] {
            assert_ne!(name_key(one), name_key(other), "{one:?} and {other:?}");
        }
        assert_eq!(name_key(""), "");
    }
}
