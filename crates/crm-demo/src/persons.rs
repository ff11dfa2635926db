//! Names of people and how they are spelt as accounts, phone numbers that nobody has.
use crate::draw::Draw;

/// Surnames with their readings as surnames; frequent ones stand first and twice as often.
const SURNAMES: &[(&str, &str)] = &[
    ("陈", "chen"),
    ("李", "li"),
    ("黄", "huang"),
    ("张", "zhang"),
    ("梁", "liang"),
    ("林", "lin"),
    ("刘", "liu"),
    ("王", "wang"),
    ("叶", "ye"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("何", "he"),
    ("罗", "luo"),
    ("杨", "yang"),
    ("朱", "zhu"),
    ("谢", "xie"),
    ("曾", "zeng"),
    ("钟", "zhong"),
    ("邓", "deng"),
    ("卢", "lu"),
    ("温", "wen"),
    ("莫", "mo"),
    ("袁", "yuan"),
    ("苏", "su"),
    ("蔡", "cai"),
    ("方", "fang"),
    ("胡", "hu"),
    ("赵", "zhao"),
    ("徐", "xu"),
    ("彭", "peng"),
    ("萧", "xiao"),
    ("尹", "yin"),
    ("祁", "qi"),
    ("香", "xiang"),
    ("翟", "zhai"),
    ("戴", "dai"),
    ("麦", "mai"),
    ("简", "jian"),
    ("冯", "feng"),
    ("郭", "guo"),
    ("马", "ma"),
    ("唐", "tang"),
    ("宋", "song"),
    ("韩", "han"),
    ("潘", "pan"),
    ("余", "yu"),
    ("江", "jiang"),
    ("高", "gao"),
    ("许", "xu"),
    ("严", "yan"),
];
/// Rare ones, and such as are read otherwise than in a text.
const RARE: &[(&str, &str)] = &[
    ("赁", "lin"),
    ("单", "shan"),
    ("仇", "qiu"),
    ("尤", "you"),
    ("尉迟", "yuchi"),
    ("万俟", "moqi"),
    ("解", "xie"),
    ("查", "zha"),
    ("区", "ou"),
    ("朴", "piao"),
    ("盖", "ge"),
    ("冼", "xian"),
    ("缪", "miao"),
    ("逄", "pang"),
    ("欧阳", "ouyang"),
    ("司徒", "situ"),
    ("令狐", "linghu"),
    ("乐", "yue"),
    ("纪", "ji"),
    ("覃", "qin"),
];
const GIVEN: &[(&str, &str)] = &[
    ("伟", "wei"),
    ("丽", "li"),
    ("强", "qiang"),
    ("敏", "min"),
    ("静", "jing"),
    ("华", "hua"),
    ("明", "ming"),
    ("娟", "juan"),
    ("文", "wen"),
    ("玲", "ling"),
    ("军", "jun"),
    ("燕", "yan"),
    ("杰", "jie"),
    ("霞", "xia"),
    ("勇", "yong"),
    ("芳", "fang"),
    ("辉", "hui"),
    ("梅", "mei"),
    ("峰", "feng"),
    ("婷", "ting"),
    ("志", "zhi"),
    ("英", "ying"),
    ("健", "jian"),
    ("雪", "xue"),
    ("国", "guo"),
    ("兰", "lan"),
    ("俊", "jun"),
    ("琴", "qin"),
    ("宏", "hong"),
    ("云", "yun"),
    ("海", "hai"),
    ("晓", "xiao"),
    ("建", "jian"),
    ("慧", "hui"),
    ("锋", "feng"),
    ("怡", "yi"),
    ("平", "ping"),
    ("倩", "qian"),
    ("浩", "hao"),
    ("蓉", "rong"),
    ("永", "yong"),
    ("珊", "shan"),
    ("荣", "rong"),
    ("洁", "jie"),
    ("德", "de"),
    ("欣", "xin"),
    ("林", "lin"),
    ("佩", "pei"),
    ("泽", "ze"),
    ("莹", "ying"),
    ("少", "shao"),
    ("嘉", "jia"),
    ("耀", "yao"),
    ("诗", "shi"),
    ("振", "zhen"),
    ("雯", "wen"),
    ("庆", "qing"),
    ("琳", "lin"),
    ("子", "zi"),
    ("思", "si"),
];

/// Not in public service when made; see the README.
pub const MOBILE_PREFIXES: &[&str] = &["154", "160", "161", "163", "164", "168", "169", "179", "194"];

fn surname(draw: &mut Draw) -> (&'static str, &'static str) {
    match draw.chance(7.0) {
        true => draw.pick(RARE),
        // Half of all people have one of the first fifteen.
        false if draw.chance(50.0) => draw.pick(&SURNAMES[..15]),
        false => draw.pick(SURNAMES),
    }
}

/// A person's name and its letters: 李静, `lijing`.
pub fn person(draw: &mut Draw) -> (String, String) {
    let (surname, first) = (surname(draw), draw.pick(GIVEN));
    let second = if draw.chance(65.0) { draw.pick(GIVEN) } else { ("", "") };
    (format!("{}{}{}", surname.0, first.0, second.0), format!("{}{}{}", surname.1, first.1, second.1))
}

/// As a personal client is often kept: 赁女士.
pub fn polite(draw: &mut Draw) -> String {
    format!("{}{}", surname(draw).0, draw.pick(&["女士", "先生", "女士", "先生", "阿姨", "老师"]))
}

pub fn mobile(draw: &mut Draw) -> String {
    format!("{}{:08}", draw.pick(MOBILE_PREFIXES), draw.below(100_000_000))
}
