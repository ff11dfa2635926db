//! Names of shops, works and firms, by word lists of our own.
use crate::city::Site;
use crate::draw::Draw;

/// A line of business: what it is called in a name, and the forms it takes.
#[derive(Clone, Copy)]
pub struct Trade {
    pub name: &'static str,
    pub sector: &'static str,
    words: &'static [&'static str],
    forms: &'static [&'static str],
    roles: &'static [&'static str],
}

const WORKS: &[&str] = &["有限公司", "制品有限公司", "加工厂", "厂", "实业有限公司"];
const SHOP: &[&str] = &["", "", "", "分店"];
const TRADER: &[&str] = &["商行", "经营部", "有限公司", "批发部"];
const WORKS_ROLES: &[&str] = &["老板", "厂长", "财务", "行政", "网管"];
const SHOP_ROLES: &[&str] = &["老板", "店长", "老板娘", "经理"];
const OFFICE_ROLES: &[&str] = &["经理", "负责人", "行政", "财务", "网管"];

const fn trade(
    name: &'static str,
    sector: &'static str,
    words: &'static [&'static str],
    forms: &'static [&'static str],
    roles: &'static [&'static str],
) -> Trade {
    Trade { name, sector, words, forms, roles }
}

const TRADES: &[Trade] = &[
    trade("五金加工", "制造", &["五金", "精密五金", "五金模具", "金属"], WORKS, WORKS_ROLES),
    trade("塑胶", "制造", &["塑胶", "塑料", "硅胶", "橡塑"], WORKS, WORKS_ROLES),
    trade("电子", "制造", &["电子", "电子科技", "光电", "电子元件", "线缆"], WORKS, WORKS_ROLES),
    trade("服装", "制造", &["服饰", "制衣", "鞋业", "手袋", "毛织"], WORKS, WORKS_ROLES),
    trade("包装印刷", "制造", &["包装", "彩印", "纸品", "印刷"], WORKS, WORKS_ROLES),
    trade("家具", "制造", &["家具", "木业", "沙发"], WORKS, WORKS_ROLES),
    trade("物流", "物流", &["物流", "货运", "速递", "供应链"], &["有限公司", "服务部", "营业部"], OFFICE_ROLES),
    trade("餐饮", "餐饮", &["茶餐厅", "肠粉", "大排档", "烧腊", "湘菜馆", "奶茶", "早餐店", "火锅"], SHOP, SHOP_ROLES),
    trade("餐饮", "餐饮", &["农家菜", "烧鹅", "糖水", "面馆", "海鲜酒家"], SHOP, SHOP_ROLES),
    trade("便利", "零售", &["便利店", "士多", "超市", "百货", "生鲜"], SHOP, SHOP_ROLES),
    trade("便利", "零售", &["烟酒行", "水果店", "粮油店", "母婴店"], SHOP, SHOP_ROLES),
    trade("手机数码", "零售", &["手机", "数码", "通讯"], &["店", "经营部", "商行", "专卖店"], SHOP_ROLES),
    trade("医药", "医疗", &["大药房", "口腔门诊", "诊所", "中医馆"], SHOP, OFFICE_ROLES),
    trade("教育", "教育", &["幼儿园", "培训中心", "艺术中心", "托管中心"], &[""], &["园长", "校长", "行政", "财务"]),
    trade("美容", "生活服务", &["美容院", "理发店", "美甲店", "足浴"], SHOP, SHOP_ROLES),
    trade("住宿", "住宿", &["酒店", "公寓", "商务宾馆"], &["", "", "有限公司"], OFFICE_ROLES),
    trade("物业", "物业", &["物业管理", "资产管理", "园区管理"], &["有限公司", "服务中心"], OFFICE_ROLES),
    trade("汽修", "汽车", &["汽修", "汽车服务", "轮胎", "洗车"], &["厂", "中心", "店"], SHOP_ROLES),
    trade("建材", "贸易", &["建材", "装饰材料", "五金机电", "陶瓷", "门窗"], TRADER, SHOP_ROLES),
    trade("贸易", "贸易", &["贸易", "商贸", "进出口"], &["有限公司", "商行"], OFFICE_ROLES),
    trade("信息", "信息", &["网络科技", "信息技术", "软件", "智能科技"], &["有限公司"], OFFICE_ROLES),
];

const LUCKY: &[char] = &[
    '鸿', '昌', '盛', '福', '祥', '荣', '裕', '丰', '泰', '隆', '永', '兴', '恒', '达', '通', '汇', '顺', '源', '利',
    '宏', '康', '安', '嘉', '信', '德', '诚', '华', '美', '佳', '凯', '腾', '瑞', '联', '创', '新', '辉', '正', '广',
    '合', '润', '金', '银', '杰', '星', '明', '海', '乐', '益', '锦', '旺', '万', '千', '禾', '森', '铭', '尚', '博',
    '雅',
];
/// Shops with figures in their names: written in full-width digits elsewhere, they are the same shop.
const NUMBERED: &[&str] = &["168", "888", "365", "520", "7天", "24小时", "99", "3号", "1958", "2046"];

pub fn any_trade(draw: &mut Draw) -> Trade {
    draw.pick(TRADES)
}

impl Trade {
    pub fn role(&self, draw: &mut Draw) -> &'static str {
        draw.pick(self.roles)
    }

    /// A name of this trade in the grid: 东莞市恒达精密五金有限公司, 鸿福万佳士多.
    pub fn firm(&self, site: &Site, draw: &mut Draw) -> String {
        let is_shop = self.forms[0].is_empty();
        let brand = brand(is_shop, draw);
        let (word, form) = (draw.pick(self.words), draw.pick(self.forms));
        let unit = site.name.split_once('-').map_or(site.unit, |(_, unit)| unit);
        if !is_shop && draw.chance(2.0) {
            // Seldom, a name as long as a registered branch can have; at most about forty characters.
            let branch = draw.pick(&["第一", "第二", "工业区", "新城"]);
            return format!("东莞市{}{brand}{word}贸易实业有限公司{unit}{branch}分公司暨售后及仓储中心", site.short);
        }
        if form == "分店" {
            return format!("{brand}{word}({unit}店)");
        }
        let place = match draw.below(10) {
            0..=2 if form.ends_with("公司") => "东莞市".to_owned(),
            3 if form.ends_with("公司") => format!("东莞市{}", site.short),
            4 => site.short.to_owned(),
            5 => unit.to_owned(),
            6 => format!("{}{unit}", site.short),
            _ => String::new(),
        };
        format!("{place}{brand}{word}{form}")
    }
}

fn brand(is_shop: bool, draw: &mut Draw) -> String {
    if is_shop && draw.chance(8.0) {
        return draw.pick(NUMBERED).to_owned();
    }
    let length = if draw.chance(25.0) { 3 } else { 2 };
    let mut brand = String::new();
    while brand.chars().count() < length {
        let lucky = draw.pick(LUCKY);
        if !brand.contains(lucky) {
            brand.push(lucky);
        }
    }
    brand
}
