//! Names of provinces and prefecture-level cities, by which company names begin (东莞市…, …（东莞）有限公司).

/// Provinces and the like, short and with their suffix where it is spoken.
const PROVINCES: &str = "广东 广西 福建 江西 湖南 湖北 河南 河北 山东 山西 陕西 四川 贵州 云南 浙江 江苏 安徽 辽宁 吉林 黑龙江 甘肃 青海 海南 台湾 内蒙古 新疆 西藏 宁夏";

/// Municipalities, special administrative regions, prefecture-level cities (State Council list).
const CITIES: &str = "北京 上海 天津 重庆 香港 澳门 \
广州 深圳 珠海 汕头 佛山 韶关 湛江 肇庆 江门 茂名 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 \
南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州 \
福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 \
长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 \
武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 \
郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 \
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 \
济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 \
太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 \
成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 \
贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 \
杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 \
南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 \
合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 \
沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 \
长春 四平 辽源 通化 白山 松原 白城 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 \
兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 西宁 海东 \
呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 \
乌鲁木齐 克拉玛依 吐鲁番 哈密 拉萨 日喀则 昌都 林芝 山南 那曲 银川 石嘴山 吴忠 固原 中卫";

/// The text without the province and the city that it begins with (省, 市 taken along).
pub fn without_city_prefix(text: &str) -> &str {
    let text = strip(text, PROVINCES, &["省", "自治区", "壮族自治区"]);
    strip(text, CITIES, &["市"])
}

/// Whether the whole text is the name of a city or a province, with or without its suffix.
pub fn is_city(text: &str) -> bool {
    !text.is_empty() && without_city_prefix(text).is_empty()
}

fn strip<'t>(text: &'t str, names: &str, suffixes: &[&str]) -> &'t str {
    let Some(rest) = names.split_whitespace().find_map(|name| text.strip_prefix(name)) else { return text };
    suffixes.iter().find_map(|s| rest.strip_prefix(s)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_in_front_is_left_out_once() {
        for (given, expected) in [
            ("东莞市聚兴服装厂", "聚兴服装厂"),
            ("东莞聚兴服装厂", "聚兴服装厂"),
            ("广东省东莞市聚兴", "聚兴"),
            ("广东聚兴", "聚兴"),
            ("东坑草塘长安饭店", "东坑草塘长安饭店"),
            ("", ""),
        ] {
            assert_eq!(without_city_prefix(given), expected, "{given}");
        }
        for (given, expected) in [("东莞", true), ("东莞市", true), ("广东", true), ("东坑", false), ("", false)]
        {
            assert_eq!(is_city(given), expected, "{given}");
        }
    }
}
