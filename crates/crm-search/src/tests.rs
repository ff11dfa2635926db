//! Tables of what finds whom, and property tests of the fast path against its slow twin.
use proptest::prelude::*;

use super::reference;
use super::{
    BLOCK_SLOTS, Found, HitField, Narrowing, Reach, SearchBlobError, SearchColumn, SearchQuery, SearchText, initials,
    modern_readings,
};

fn text<'a>(name: &'a str, contact: &'a str, phone: &'a str) -> SearchText<'a> {
    SearchText { name, contact, phone }
}

fn column(customers: &[(&str, &str, &str)]) -> SearchColumn {
    let mut column = SearchColumn::default();
    for (name, contact, phone) in customers {
        column.push(&text(name, contact, phone));
    }
    column
}

fn find(column: &SearchColumn, query: &str) -> Found {
    column.find(&SearchQuery::parse(query), usize::MAX, |_| true)
}

fn slots(found: &Found) -> Vec<u32> {
    found.hits.iter().map(|hit| hit.slot).collect()
}

/// Reach with which `query` finds a lone customer of that name, if it does.
fn reach(name: &str, query: &str) -> Option<Reach> {
    let found = find(&column(&[(name, "", "")]), query);
    (found.total == 1).then_some(found.reach)
}

#[test]
fn every_modern_reading_of_a_character_is_kept_and_no_archaic_one() {
    for (c, readings) in [
        ('单', "chan dan shan"),
        ('仇', "chou qiu"),
        ('曾', "ceng zeng"),
        ('尤', "you"),
        ('赁', "lin"),
        ('解', "jie xie"),
        ('查', "cha zha"),
        ('区', "ou qu"),
        ('朴', "piao po pu"),
        ('任', "ren"),
        ('覃', "qin tan"),
        ('缪', "miao miu mou"),
        ('员', "yuan yun"),
        ('盖', "gai ge"),
        ('翟', "di zhai"),
        ('尉', "wei yu"),
        ('迟', "chi"),
        ('万', "mo wan"),
        ('俟', "qi si"),
        ('重', "chong zhong"),
        ('长', "chang zhang"),
        ('莞', "guan wan"),
        ('番', "fan pan"),
        ('禺', "yu"),
        ('埔', "bu pu"),
        ('乐', "le yue"),
        ('厦', "sha xia"),
        ('六', "liu lu"),
        ('女', "nv"),
        ('略', "lve"),
        ('儿', "er"),
        ('厂', "chang"),
        ('广', "guang"),
        ('涌', "chong yong"),
        ('〇', "ling"),
        ('䶮', "yan"),
        ('堃', "kun"),
        ('囍', "xi"),
        ('萬', "mo wan"),
        ('a', ""),
    ] {
        assert_eq!(modern_readings(c).collect::<Vec<_>>().join(" "), readings, "{c}");
    }
}

#[test]
fn a_name_is_filed_under_every_initial_of_its_first_character() {
    assert_eq!(initials("曾记"), ['c', 'z']);
    assert_eq!(initials("（重庆）小面"), ['c', 'z']);
    assert_eq!(initials("KFC"), ['k']);
    assert_eq!(initials("8号店"), ['8']);
    assert_eq!(initials("——"), []);
}

#[test]
fn surnames_and_places_are_found_by_the_reading_people_use() {
    for (name, query) in [
        ("单田芳", "shantianfang"),
        ("仇英", "qiuying"),
        ("曾国藩", "zengguofan"),
        ("尤三姐", "yousanjie"),
        ("赁志强", "linzhiqiang"),
        ("解晓东", "xiexiaodong"),
        ("查良镛", "zhaliangyong"),
        ("区小姐", "ouxiaojie"),
        ("朴先生", "piaoxiansheng"),
        ("尉迟恭", "yuchigong"),
        ("万俟卨", "moqi"),
        ("缪建明", "miaojianming"),
        ("重庆小面", "chongqingxiaomian"),
        ("长安汽修", "changanqixiu"),
        ("东莞灯饰", "dongguandengshi"),
        ("番禺食品", "panyushipin"),
        ("大埔茶庄", "dabuchazhuang"),
        ("乐清电器", "yueqingdianqi"),
        ("六安瓜片", "luanguapian"),
        ("绿地集团", "lvdi"),
        ("大略咨询", "dalue"),
        ("大略咨询", "dalve"),
    ] {
        assert_eq!(reach(name, query), Some(Reach::Whole), "{query} should find {name}");
    }
}

#[test]
fn a_query_matches_characters_readings_initials_and_any_mixture() {
    let name = "东莞市虎门福宁兴便利店（总店）";
    for query in [
        "虎门",
        "humen",
        "hm",
        "hum",
        "虎m",
        "h门",
        "fnxbld",
        "FNX",
        "ＦＮＸ",
        "福宁兴bianli",
        "funingx",
        "hu men fu",
        "利店总",
        "lidianzong",
        "ldz",
        "東莞",
        "福寧興",
        "hu'men",
        "d",
        "z",
        "店)",
        "dongguanshihumenfuningxingbianlidianzongdian",
    ] {
        assert_eq!(reach(name, query), Some(Reach::Whole), "{query}");
    }
    for query in ["门虎", "虎福", "humefu", "humengfu", "q", "虎门市", "w8", "东莞虎门便利"] {
        assert_ne!(reach(name, query), Some(Reach::Whole), "{query}");
    }
    for query in ["", "  ", "（）", "-"] {
        assert_eq!(reach(name, query), None, "{query:?}");
    }
}

#[test]
fn only_the_last_syllable_may_be_cut_short() {
    assert_eq!(reach("中国", "zhongg"), Some(Reach::Whole));
    assert_eq!(reach("中国", "zhongguo"), Some(Reach::Whole));
    assert_eq!(reach("中国", "zhon"), Some(Reach::Whole));
    assert_ne!(reach("中国", "zhoguo"), Some(Reach::Whole));
}

#[test]
fn traditional_forms_and_rare_characters_are_found_on_both_sides() {
    for (name, query) in [
        ("万寿图", "萬壽圖"),
        ("萬壽圖", "万寿图"),
        ("萬壽圖", "wanshou"),
        ("鍾氏麵館", "钟氏面馆"),
        ("著名", "zhuming"),
        ("乾隆", "qianlong"),
        ("䶮记", "yanji"),
        ("李𬭎", "lihong"),
        ("李鋐", "李𬭎"),
        ("𠮷野家", "𠮷野"),
        ("Café 8", "café8"),
    ] {
        assert_eq!(reach(name, query), Some(Reach::Whole), "{query} should find {name}");
    }
}

#[test]
fn phones_are_found_by_any_part_in_any_writing() {
    let column = column(&[
        ("甲", "", "0769-52639777；１６８３９３９２３２０"),
        ("乙", "", "+86 154 0000 1234"),
        ("丙", "", "15400001235 15400001236"),
        ("丁店8888号", "", ""),
    ]);
    for (query, expected) in [
        ("9777", vec![0]),
        ("076952639777", vec![0]),
        ("0769-5263", vec![0]),
        ("39392", vec![0]),
        ("３９３９２", vec![0]),
        ("777168", vec![]),
        ("154", vec![1, 2]),
        ("1540000123", vec![1, 2]),
        ("+8615400001234", vec![1]),
        ("86 154-0000-1234", vec![1]),
        ("1236", vec![2]),
        ("123515400", vec![]),
        ("8888", vec![3]),
    ] {
        let mut found = slots(&find(&column, query));
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn a_tail_of_a_phone_goes_before_its_middle_and_a_whole_number_before_both() {
    let column = column(&[("甲", "", "16012345678"), ("乙", "", "16000001234"), ("丙", "", "1234")]);
    assert_eq!(slots(&find(&column, "1234")), [2, 1, 0]);
}

#[test]
fn starts_go_before_middles_then_short_names_then_low_slots() {
    let column = column(&[
        ("大岭山金华塑胶", "", ""),
        ("虎门（金华）塑胶", "", ""),
        ("金华塑胶制品厂", "", ""),
        ("金华塑胶", "", ""),
        ("阿九", "金华", ""),
        ("金华塑料", "", ""),
        ("阿三", "李金华", ""),
    ]);
    assert_eq!(slots(&find(&column, "金华")), [3, 5, 2, 4, 1, 0, 6]);
    assert_eq!(slots(&find(&column, "jinh")), [3, 5, 2, 4, 1, 0, 6]);
    assert_eq!(
        column.find(&SearchQuery::parse("jh"), 2, |slot| slot != 3).hits.iter().map(|hit| hit.slot).collect::<Vec<_>>(),
        [5, 2]
    );
    assert_eq!(column.count(&SearchQuery::parse("jh"), |slot| slot != 3), 6);
}

#[test]
fn a_hit_names_the_characters_that_matched() {
    for (customer, query, expected) in [
        (("东莞市（虎门）便利店", "", ""), "虎门便", vec![(HitField::Name, 4..8)]),
        (("东莞虎门", "", ""), "humen", vec![(HitField::Name, 2..4)]),
        (("东莞虎门", "张三", ""), "zhangs", vec![(HitField::Contact, 0..2)]),
        (("东莞", "", "0769-1234567"), "1234", vec![(HitField::Phone, 4..8)]),
        (
            ("东莞虎门", "张三", "0769-1234567"),
            "虎门 张 4567",
            vec![(HitField::Name, 2..4), (HitField::Contact, 0..1), (HitField::Phone, 7..11)],
        ),
        (("东莞福宁兴店", "", ""), "福零兴", vec![(HitField::Name, 2..5)]),
    ] {
        let found = find(&column(&[customer]), query);
        assert_eq!(found.hits.first().map(|hit| hit.matched.clone()), Some(expected), "{query}");
    }
}

#[test]
fn each_wider_reach_is_taken_only_when_the_stricter_ones_find_nobody() {
    let column = column(&[("王记小卖部", "王强", "15400001234"), ("张记杂货", "李四", "16000007777")]);
    for (query, reach, expected) in [
        ("王记", Reach::Whole, vec![0]),
        ("小卖部 王强", Reach::Words, vec![0]),
        ("zhang 7777", Reach::Words, vec![1]),
        // 王记 is wang ji: 9-2-6-4-5-4.
        ("926454", Reach::KeyPad, vec![0]),
        ("95", Reach::Whole, vec![]),
        ("wangjixiaomiabu", Reach::Typo, vec![0]),
        ("小麦部", Reach::Typo, vec![0]),
        ("xixixixixixi", Reach::Typo, vec![]),
    ] {
        let found = find(&column, query);
        assert_eq!((found.reach, slots(&found)), (reach, expected), "{query}");
    }
}

#[test]
fn one_edit_of_each_kind_is_forgiven() {
    for (name, query) in [
        ("韩美服装", "韩美衣服装"),
        ("韩美服装", "韩服装"),
        ("韩美服装", "韩丽服装"),
        ("韩美服装", "韩服美装"),
        ("韩美服装", "hanmeifuzhuagn"),
        ("韩美服装", "hanmeifuzuang"),
        ("韩美服装", "hanmeeifuzhuang"),
        ("韩美服装", "hqnmeifuzhuang"),
        ("韩美服装", "xhanmeifuzhuang"),
        ("韩美服装", "hanmeifuzhuangx"),
        ("韩美服装", "hanmeifuzh8"),
    ] {
        assert_eq!(reach(name, query), Some(Reach::Typo), "{query} should find {name}");
    }
    for query in ["韩丽眼装", "hqnmeefuzhuang", "hxms", "丽服"] {
        assert_eq!(reach("韩美服装", query), None, "{query}");
    }
}

#[test]
fn replacing_and_removing_leave_no_trace_in_results() {
    let mut column = column(&[("金华", "张三", "1111111"), ("银华", "李四", "2222222")]);
    assert!(column.replace(0, &text("铜华", "王五", "3333333")));
    for (query, expected) in
        [("金华", vec![]), ("1111111", vec![]), ("铜华", vec![0]), ("3333", vec![0]), ("hua", vec![0, 1])]
    {
        assert_eq!(slots(&find(&column, query)), expected, "{query}");
    }
    assert!(column.remove(1));
    assert_eq!(slots(&find(&column, "hua")), [0]);
    assert_eq!(slots(&find(&column, "2222222")), []);
    assert!(column.replace(1, &text("锡华", "", "")));
    assert_eq!(slots(&find(&column, "hua")), [0, 1]);
    assert!(!column.remove(2) && !column.replace(2, &text("x", "", "")));
}

#[test]
fn many_replacements_do_not_let_the_arenas_grow_without_bound() {
    let mut column = column(&[("金华塑胶制品有限公司", "张三", "15400001234"), ("银华", "李四", "2222222")]);
    for round in 0..40_000 {
        let phone = format!("154{round:08}");
        column.replace(0, &text("金华塑胶制品有限公司", "张三", &phone));
    }
    assert!(column.phones.len() < 200_000, "{}", column.phones.len());
    assert_eq!(slots(&find(&column, "15400039999")), [0]);
    assert_eq!(slots(&find(&column, "15400039998")), []);
    assert_eq!(slots(&find(&column, "yh2222")), []);
    assert_eq!(slots(&find(&column, "yinhua")), [1]);
}

#[test]
fn a_very_long_name_and_query_are_cut_not_refused() {
    let name = "华".repeat(1_000);
    let column = column(&[(&name, &name, &"1".repeat(1_000))]);
    assert_eq!(find(&column, &"华".repeat(500)).total, 1);
    assert_eq!(find(&column, &"hua".repeat(100)).total, 1);
    assert_eq!(SearchColumn::load(&[column.save_block(0)]).map(|loaded| find(&loaded, "hua").total), Ok(1));
}

fn blobs(column: &SearchColumn) -> Vec<Vec<u8>> {
    (0..column.blocks()).map(|block| column.save_block(block)).collect()
}

#[test]
fn a_loaded_column_finds_what_the_saved_one_found() {
    let mut column = SearchColumn::default();
    for number in 0..BLOCK_SLOTS + 100 {
        column.push(&text(&format!("金华{number}号店"), "张三", &format!("154{number:08}")));
    }
    column.remove(7);
    assert_eq!(column.take_changed_blocks(), [0, 1]);
    let loaded = SearchColumn::load(&blobs(&column)).expect("what was saved loads");
    for query in ["16400号", "zhangsan", "0016400", "金华7号", "jh10000"] {
        assert_eq!(find(&loaded, query), find(&column, query), "{query}");
    }
    assert_eq!(blobs(&loaded), blobs(&column));
    column.replace(BLOCK_SLOTS, &text("银华", "", ""));
    assert_eq!(column.take_changed_blocks(), [1]);
    assert_eq!(column.take_changed_blocks(), []);
}

#[test]
fn a_damaged_blob_is_refused_and_never_panics() {
    let good = column(&[("金华", "张三", "1111111"), ("银华", "李四", "")]).save_block(0);
    let load = |blob: &[u8]| SearchColumn::load(&[blob]).map(|column| column.slots());
    assert_eq!(load(&good), Ok(2));
    for length in 0..good.len() {
        assert!(load(&good[..length]).is_err(), "cut to {length}");
    }
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x41;
        assert!(load(&bad).is_err(), "byte {at}");
    }
    let changed = |at: usize| {
        let mut bad = good.clone();
        bad[at] ^= 1;
        load(&bad)
    };
    assert_eq!(changed(0), Err(SearchBlobError::Format));
    assert_eq!(changed(4), Err(SearchBlobError::Format));
    assert_eq!(changed(8), Err(SearchBlobError::Tables));
    assert_eq!(changed(16), Err(SearchBlobError::Order));
    assert_eq!(changed(good.len() - 1), Err(SearchBlobError::Damaged));
    assert_eq!(SearchColumn::load(&[&good, &good]).map(|_| ()), Err(SearchBlobError::Order));
}

/// Characters that have many readings in common, so that random names and queries often meet.
fn name() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[单长安重乐华花国果西先仙女略恩阿安东莞萬８8a( ]{1,8}").expect("a valid pattern")
}

/// A query made from a name: per character itself, a reading, its beginning, or nothing of the kind.
fn query_from(name: &str, choices: &[(u8, u8)]) -> String {
    let mut query = String::new();
    for (c, (how, which)) in name.chars().zip(choices) {
        let readings: Vec<&str> = modern_readings(c).collect();
        let Some(reading) = readings.get(usize::from(*which) % readings.len().max(1)) else {
            query.push(c);
            continue;
        };
        match how % 5 {
            0 => query.push(c),
            1 | 2 => query.push_str(reading),
            3 => query.push_str(&reading[..1]),
            _ => query.push_str(&reading[..reading.len().min(1 + usize::from(*which) % 3)]),
        }
    }
    query
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_fast_path_matches_exactly_what_the_slow_twin_matches(
        names in proptest::collection::vec(name(), 1..70),
        source in name(),
        choices in proptest::collection::vec((0..5_u8, 0..8_u8), 1..6),
    ) {
        let query = query_from(&source, &choices);
        let mut column = SearchColumn::default();
        for name in names.iter().chain([&source]) {
            column.push(&text(name, "", ""));
        }
        let expected: Vec<u32> = names.iter().chain([&source]).zip(0..).filter(|(name, _)| reference::matches(name, &query)).map(|(_, slot)| slot).collect();
        let found = find(&column, &query);
        let mut actual = if found.reach == Reach::Whole { slots(&found) } else { Vec::new() };
        actual.sort_unstable();
        prop_assert_eq!(actual, expected, "{}", query);
    }

    #[test]
    fn typing_on_finds_what_a_fresh_search_finds(
        names in proptest::collection::vec((name(), name(), "[0-9]{0,4}(86)?[0-9]{0,11}"), 1..40),
        source in name(),
        choices in proptest::collection::vec((0..5_u8, 0..8_u8), 1..6),
        digits in "(86|0086)?1?[0-9]{0,12}",
        changed in 0..40_usize,
    ) {
        let mut column = SearchColumn::default();
        for (name, contact, phone) in &names {
            column.push(&text(name, contact, phone));
        }
        let mut narrowing = Narrowing::default();
        for whole in [query_from(&source, &choices), digits] {
            for (typed, length) in (1..=whole.chars().count()).enumerate() {
                let query = SearchQuery::parse(&whole.chars().take(length).collect::<String>());
                if typed == changed {
                    column.replace(0, &text(&source, "", &whole));
                }
                prop_assert_eq!(narrowing.find(&column, &query, 5, |slot| slot % 3 != 1), column.find(&query, 5, |slot| slot % 3 != 1), "{:?}", query);
            }
        }
    }

    #[test]
    fn a_loaded_blob_of_any_bytes_is_an_error_or_a_column(bytes in proptest::collection::vec(any::<u8>(), 0..300), keep in 0..40_usize) {
        let good = column(&[("金华", "张三", "1111111")]).save_block(0);
        let mut blob = good[..keep].to_vec();
        blob.extend(bytes);
        if let Ok(column) = SearchColumn::load(&[blob]) {
            prop_assert!(find(&column, "jh").total <= 1);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_typo_is_forgiven_exactly_where_the_slow_twin_forgives_it(
        name in "[单长安重国西女略阿东莞]{1,5}",
        source in "[单长安重国西女略阿东莞]{3,4}",
        choices in proptest::collection::vec((0..4_u8, 0..8_u8), 4),
        at in 0..20_usize,
        letter in "[a-z东单]",
        kind in 0..4_u8,
    ) {
        let mut typed: Vec<char> = query_from(&source, &choices).chars().collect();
        let at = at % typed.len();
        let letter = letter.chars().next().unwrap_or('a');
        match kind {
            0 => typed[at] = letter,
            1 => typed.insert(at, letter),
            2 => { typed.remove(at); }
            _ => if at + 1 < typed.len() { typed.swap(at, at + 1) },
        }
        let query: String = typed.iter().collect();
        for name in [&name, &source] {
            let found = find(&column(&[(name, "", "")]), &query);
            let long_enough = typed.len() >= if query.is_ascii() { 5 } else { 3 };
            if found.total == 1 {
                prop_assert!(reference::matches_with_an_edit(name, &query, true), "{} should not find {}", query, name);
            } else if long_enough {
                prop_assert!(!reference::matches_with_an_edit(name, &query, false), "{} should find {}", query, name);
            }
        }
    }
}
