//! How much a customer weighs: A to D, as offices write it.
use super::text::clean;
use serde::{Deserialize, Serialize};

/// A is the heaviest (visited most often), D the lightest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    A,
    B,
    C,
    D,
}

/// The tier that is written; `None` when it is none of the usual ways.
pub fn tier(text: &str) -> Option<Tier> {
    let text: String = clean(text).to_lowercase().replace(' ', "");
    let core = ["客户", "用户", "会员", "类", "级", "等", "档", "tier"]
        .iter()
        .fold(text.as_str(), |t, s| t.strip_suffix(s).or_else(|| t.strip_prefix(s)).unwrap_or(t));
    match core {
        "a" | "甲" | "一" | "1" | "vip" | "钻石" | "重点" | "重要" | "a+" => Some(Tier::A),
        "b" | "乙" | "二" | "2" | "金牌" | "黄金" => Some(Tier::B),
        "c" | "丙" | "三" | "3" | "银牌" | "白银" => Some(Tier::C),
        "d" | "丁" | "四" | "4" | "普通" | "一般" => Some(Tier::D),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Tier::*;

    #[test]
    fn tiers_are_read_however_written() {
        for (given, expected) in [
            ("A", Some(A)),
            ("ａ级", Some(A)),
            ("甲类", Some(A)),
            ("VIP客户", Some(A)),
            ("一级客户", Some(A)),
            ("B 级", Some(B)),
            ("乙", Some(B)),
            ("2级", Some(B)),
            ("丙等", Some(C)),
            ("普通客户", Some(D)),
            ("E", None),
            ("", None),
            ("AB", None),
        ] {
            assert_eq!(tier(given), expected, "{given:?}");
        }
    }
}
