//! The words that offices put above a column, in Chinese and English.
use crm_domain::geo::Datum;
use crm_domain::imports::sheet::Field;
use crm_domain::written::clean;

/// For each meaning its names: without spaces, punctuation and width, in lower case.
const NAMES: [(Field, &str); 16] = [
    (
        Field::Name,
        "客户名称 客户名 客户 客户全称 客户单位 单位名称 单位全称 单位 公司名称 公司全称 公司名 公司 企业名称 企业全称 企业 商户名称 商户 \
         商家名称 商家 店铺名称 店名 门店名称 门店 集团名称 集团客户名称 政企客户名称 机构名称 名称 名字 全称 \
         customer customername company companyname organization organisation account accountname client clientname name",
    ),
    (
        Field::Contact,
        "联系人 联系人姓名 联系人名称 客户联系人 姓名 负责人 负责人姓名 法人 法人代表 法定代表人 老板 经办人 关键人 主要联系人 店主 \
         contact contactname contactperson person owner",
    ),
    (
        Field::Phone,
        "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 联系手机 联系号码 移动电话 固定电话 固话 座机 客户电话 联系人电话 \
         联系人手机 联系人号码 号码 phone phonenumber phoneno mobile mobilephone mobilenumber tel telephone cell cellphone",
    ),
    (
        Field::Town,
        "所属镇街 镇街 镇街名称 所属镇 镇区 乡镇 乡镇街道 街道 街镇 所属街道 镇 所属区域 区域 片区 所属片区 区县 所属区县 行政区 \
         town township district area region",
    ),
    (
        Field::Unit,
        "社区村 社区 村 村社区 村居 所属社区 所属村 社区名称 村委会 居委会 网格 所属网格 网格名称 网格单元 unit community village grid",
    ),
    (
        Field::Address,
        "详细地址 地址 客户地址 联系地址 单位地址 公司地址 企业地址 通讯地址 经营地址 注册地址 办公地址 安装地址 装机地址 门店地址 \
         address addr streetaddress street",
    ),
    (
        Field::Tier,
        "客户等级 等级 客户级别 级别 客户分级 分级 客户类别等级 客户星级 星级 价值等级 abc分类 tier level grade class rank",
    ),
    (
        Field::Trade,
        "行业 所属行业 行业类别 行业类型 行业分类 行业名称 业态 经营类别 主营业务 trade industry sector business",
    ),
    (
        Field::MonthlyRevenue,
        "月消费 月消费额 月均消费 月消费金额 月收入 月均收入 月出账 月均出账 月出账收入 出账金额 月费 月租 月租费 月资费 月营收 arpu \
         monthlyrevenue revenue monthlyspend spend mrr",
    ),
    (Field::Households, "户数 用户数 住户数 住户 覆盖户数 households household homes"),
    (
        Field::LastVisit,
        "上次拜访日期 上次拜访时间 上次拜访 最近拜访日期 最近拜访时间 最近拜访 最后拜访日期 最后拜访 拜访日期 拜访时间 上次走访日期 \
         上次走访时间 上次走访 最近走访日期 最近走访 最后走访 走访日期 走访时间 lastvisit lastvisited lastvisitdate visitdate lastvisiton",
    ),
    (Field::Note, "备注 备注说明 备注信息 附注 说明 其他 其它 note notes remark remarks comment comments memo"),
    (Field::Lat, "纬度 纬 lat latitude"),
    (Field::Lon, "经度 经 lon lng long longitude"),
    (
        Field::LonLat,
        "经纬度 坐标 坐标点 位置坐标 经纬度坐标 经纬 定位 gps gps坐标 coordinate coordinates lonlat lnglat latlon latlng location",
    ),
    (Field::Datum, "坐标系 坐标系统 坐标类型 坐标标准 datum crs coordinatesystem"),
];

/// Characters beyond which a cell is no column's name, remarks in brackets included.
const LONGEST_HEADER: usize = 40;

/// What a header means, if it is one of the known names; a unit or a remark in brackets and a datum do not count.
pub fn field_named(header: &str) -> Option<Field> {
    // Every cell of the first rows is asked about; data is mostly longer than any name.
    if header.chars().nth(LONGEST_HEADER).is_some() {
        return None;
    }
    let header = clean(header).to_lowercase();
    let whole = letters(&header);
    let bare = letters(&without_brackets(&header));
    let known = exact(&whole).or_else(|| if bare == whole { None } else { exact(&bare) });
    known.or_else(|| {
        datum_named(&bare)?;
        exact(&without_datum(&bare)).filter(|f| matches!(f, Field::Lat | Field::Lon | Field::LonLat))
    })
}

/// The datum that a header or a cell names.
pub fn datum_named(text: &str) -> Option<Datum> {
    let text = letters(&clean(text).to_lowercase());
    let names_one = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if names_one(&["bd09", "百度", "baidu", "bdll", "bdmc"]) {
        Some(Datum::Bd09)
    } else if names_one(&["gcj", "火星", "高德", "腾讯", "amap", "gaode", "tencent", "国测局", "autonavi"]) {
        Some(Datum::Gcj02)
    } else if names_one(&["wgs", "gps", "地球坐标", "cgcs2000", "国家2000", "epsg4326"]) || text == "84" {
        Some(Datum::Wgs84)
    } else {
        None
    }
}

fn exact(name: &str) -> Option<Field> {
    let known = |names: &&str| names.split_whitespace().any(|n| n == name);
    NAMES.iter().find(|(_, names)| known(names)).map(|(field, _)| *field)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0;
    let keep = |c: &char| {
        let open = matches!(c, '(' | '[' | '【' | '<' | '{');
        let close = matches!(c, ')' | ']' | '】' | '>' | '}');
        depth += i32::from(open);
        let kept = depth <= 0;
        depth -= i32::from(close);
        kept
    };
    text.chars().filter(keep).collect()
}

fn without_datum(name: &str) -> String {
    let words =
        ["wgs84", "wgs", "gcj02", "gcj", "bd09ll", "bd09", "百度", "高德", "腾讯", "火星", "地球", "gps", "地图"];
    words.iter().fold(name.to_owned(), |name, word| name.replace(word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_both_languages() {
        for (header, expected) in [
            ("客户名称", Some(Field::Name)),
            ("*客户名称", Some(Field::Name)),
            ("客 户 名 称", Some(Field::Name)),
            ("单位名称（全称）", Some(Field::Name)),
            ("Company Name", Some(Field::Name)),
            ("姓名", Some(Field::Contact)),
            ("手机号码", Some(Field::Phone)),
            ("Tel.", Some(Field::Phone)),
            ("社区（村）", Some(Field::Unit)),
            ("所属镇街", Some(Field::Town)),
            ("月消费（万元）", Some(Field::MonthlyRevenue)),
            ("上次拜访\n日期", Some(Field::LastVisit)),
            ("经度(GCJ-02)", Some(Field::Lon)),
            ("百度纬度", Some(Field::Lat)),
            ("wgs84_lng", Some(Field::Lon)),
            ("经纬度", Some(Field::LonLat)),
            ("坐标系", Some(Field::Datum)),
            ("ＮＡＭＥ", Some(Field::Name)),
            ("序号", None),
            ("产品名称", None),
            ("百度", None),
            ("", None),
        ] {
            assert_eq!(field_named(header), expected, "{header:?}");
        }
    }

    #[test]
    fn no_word_means_two_things() {
        let mut all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.split_whitespace()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(Field::ALL.iter().all(|f| NAMES.iter().filter(|(named, _)| named == f).count() == 1));
    }

    #[test]
    fn datums_are_known_by_their_many_names() {
        for (text, expected) in [
            ("WGS84", Some(Datum::Wgs84)),
            ("wgs-84", Some(Datum::Wgs84)),
            ("GPS坐标", Some(Datum::Wgs84)),
            ("GCJ-02", Some(Datum::Gcj02)),
            ("高德", Some(Datum::Gcj02)),
            ("火星坐标", Some(Datum::Gcj02)),
            ("百度坐标", Some(Datum::Bd09)),
            ("BD-09", Some(Datum::Bd09)),
            ("经度", None),
            ("", None),
            ("北京54", None),
        ] {
            assert_eq!(datum_named(text), expected, "{text:?}");
        }
    }
}
