//! One customer's profile: name, contact, place, tier by revenue, products.
use crate::calendar::{DAY, HOUR, MINUTE, go_live};
use crate::city::{Site, moved};
use crate::draw::Draw;
use crate::firms::any_trade;
use crate::persons::{mobile, person, polite};
use crm_domain::customers::Customer;
use crm_domain::ids::{Uuid, derived_id};

/// A customer to be, and what its children are made from.
#[derive(Clone)]
pub struct Client {
    pub id: Uuid,
    pub row: Customer,
    /// Entered in the field after the system went live, by its manager; else imported at the start.
    pub is_new: bool,
    pub created_at: i64,
}

impl Client {
    pub fn name(&self) -> &str {
        self.row.name.as_deref().unwrap_or_default()
    }

    pub fn tier(&self) -> char {
        self.row.tier.as_deref().and_then(|t| t.chars().next()).unwrap_or('D')
    }

    pub fn point(&self) -> Option<(i64, i64)> {
        self.row.lat_e7.zip(self.row.lon_e7)
    }
}

/// What every customer of one grid has in common.
pub struct Ground<'a> {
    pub seed: u64,
    pub today: i64,
    pub site: &'a Site,
    pub owner: Uuid,
}

const ROADS: &[&str] = &[
    "工业一路",
    "工业二路",
    "振兴路",
    "沿河路",
    "中心街",
    "商业路",
    "环城路",
    "新城大道",
    "东升路",
    "兴隆街",
    "广场路",
    "学府路",
    "市场街",
    "科技路",
    "创业路",
    "莞太路",
    "育才路",
    "康乐路",
    "文明街",
    "胜利路",
];
const PRODUCTS: &[&str] = &["视频监控", "云主机", "固话", "智慧门店", "短信平台", "物联网卡", "数字电视", "企业彩铃"];
const AT_HOME: &[&str] = &["数字电视", "固话", "视频监控"];
const TAGS: &[&str] = &["合同到期", "竞品在用", "转介绍", "重点", "新店", "价格敏感", "常投诉", "下半年扩店"];

pub fn client(ground: &Ground, number: usize, draw: &mut Draw) -> Client {
    let is_new = draw.chance(12.0);
    let live = go_live(ground.today);
    let created_at = match is_new {
        true => ground.today - draw.between(1, 360) * DAY + draw.between(9 * 60, 17 * 60) * MINUTE,
        false => live + number as i64 * 1000 % HOUR,
    };
    let site = ground.site;
    let is_person = draw.chance(12.0);
    let (name, contact, trade, sector, role) = if is_person {
        let name = if draw.chance(30.0) { polite(draw) } else { person(draw).0 };
        (name.clone(), name, "个人", "个人", "本人")
    } else {
        let trade = any_trade(draw);
        (trade.firm(site, draw), person(draw).0, trade.name, trade.sector, trade.role(draw))
    };
    let z = draw.normal();
    let tier = tier_of(z);
    // Revenue is log-normal with its median at 700 yuan.
    let yuan = (700f64.ln() + 1.2 * z).exp();
    let point = (!draw.chance(2.0)).then(|| {
        let (x, y) = draw.in_disc();
        moved(site.centre, x * site.reach_m, y * site.reach_m)
    });
    let mut address = format!("东莞市{}{}{}{}号", site.town, site.unit, draw.pick(ROADS), draw.between(1, 398));
    if draw.chance(30.0) {
        address.push_str(&format!("{}栋{}{:02}", draw.between(1, 26), draw.between(1, 18), draw.between(1, 12)));
    }
    let row = Customer {
        name: Some(name),
        contact: (!draw.chance(3.0)).then_some(contact),
        phone: (!draw.chance(3.0)).then(|| mobile(draw)),
        grid: Some(site.id),
        tier: Some(tier.to_owned()),
        address: (!draw.chance(2.0)).then_some(address),
        lat_e7: point.map(|p| p.0),
        lon_e7: point.map(|p| p.1),
        point_from: point.map(|_| if is_new { "check-in" } else { "import" }.to_owned()),
        trade: Some(trade.to_owned()),
        sector: Some(sector.to_owned()),
        town: Some(site.town.to_owned()),
        unit: Some(site.unit.to_owned()),
        monthly_revenue: Some((yuan * 100.0).round() as i64),
        households: households(trade, draw),
        note: draw
            .chance(6.0)
            .then(|| format!("{role}在店时间:{}", draw.pick(&["上午", "下午三点后", "全天", "周末"]))),
        tags: Some(some_of(TAGS, if draw.chance(18.0) { 1 + draw.below(2) } else { 0 }, &[], draw))
            .filter(|t| !t.is_empty()),
        owner: Some(ground.owner),
        source: Some("demo".to_owned()),
        earlier_visit: earlier_visit(ground.today, tier, is_new, draw),
        import: None,
        created_at: Some(created_at),
        products: Some(products(is_person, draw)),
    };
    Client { id: client_id(ground, created_at, number), row, is_new, created_at }
}

pub fn client_id(ground: &Ground, created_at: i64, number: usize) -> Uuid {
    let parts: [&[u8]; 4] =
        [b"demo customer", &ground.seed.to_be_bytes(), ground.site.id.as_bytes(), &(number as u64).to_be_bytes()];
    derived_id(created_at as u64, &parts)
}

/// The top 5 % of customers by revenue are A, then 15 % B, 30 % C, 50 % D: quantiles of the normal distribution.
fn tier_of(z: f64) -> &'static str {
    match z {
        z if z > 1.6449 => "A",
        z if z > 0.8416 => "B",
        z if z > 0.0 => "C",
        _ => "D",
    }
}

/// The newest visit or call that the old lists knew of; most customers were seen within their tier's cadence (4.3).
fn earlier_visit(today: i64, tier: &str, is_new: bool, draw: &mut Draw) -> Option<i64> {
    if is_new || draw.chance(6.0) {
        return None;
    }
    let cadence = match tier {
        "A" => 14,
        "B" => 30,
        "C" => 60,
        _ => 120,
    };
    let ago = if draw.chance(85.0) { draw.between(1, cadence) } else { draw.between(cadence, 300) };
    Some(today - ago * DAY + draw.between(9 * 60, 17 * 60) * MINUTE)
}

fn households(trade: &str, draw: &mut Draw) -> Option<i64> {
    match trade {
        "物业" => Some(draw.between(120, 2600)),
        "个人" => Some(1),
        "住宿" => Some(draw.between(12, 160)),
        _ => None,
    }
}

fn products(is_person: bool, draw: &mut Draw) -> Vec<String> {
    let mut always = Vec::new();
    if draw.chance(80.0) {
        always.push("移动套餐");
    }
    if draw.chance(70.0) {
        always.push("宽带");
    }
    if !is_person && draw.chance(15.0) {
        always.push("互联网专线");
    }
    let (of, more) = if is_person { (AT_HOME, draw.below(2)) } else { (PRODUCTS, draw.below(3)) };
    some_of(of, more, &always, draw)
}

/// `n` picks and those that are in anyway, without repeats, in order: as a set's elements stand in a row.
fn some_of(of: &[&str], n: usize, always: &[&str], draw: &mut Draw) -> Vec<String> {
    let mut picked: Vec<String> = always.iter().map(|s| (*s).to_owned()).collect();
    picked.extend((0..n).map(|_| draw.pick(of).to_owned()));
    picked.sort_unstable();
    picked.dedup();
    picked
}
