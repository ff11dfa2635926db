//! Near-duplicates: a customer entered once more, as it happens in real lists.
use crate::city::moved;
use crate::clients::Client;
use crate::draw::Draw;
use crate::persons::mobile;
use crm_domain::customers::Customer;

/// Of all customers, percent.
pub const SHARE: f64 = 3.0;

/// Makes `client` a second record of `of`: the same place and name, a little otherwise.
pub fn repeat(client: &mut Client, of: &Client, draw: &mut Draw) {
    client.row = Customer { created_at: client.row.created_at, ..of.row.clone() };
    if let Some(point) = of.point() {
        let near = moved(point, draw.between(-15, 15) as f64, draw.between(-15, 15) as f64);
        (client.row.lat_e7, client.row.lon_e7) = (Some(near.0), Some(near.1));
    }
    let name = of.name();
    let changed = match draw.below(6) {
        0 => suffix(name),
        1 => wide_digits(name),
        2 => brackets(name),
        3 => city(name),
        4 => spaced(name),
        _ => None,
    };
    match changed.filter(|changed| changed != name && changed.chars().count() <= 40) {
        Some(changed) => client.row.name = Some(changed),
        // The same name, reached under another number.
        None => client.row.phone = Some(mobile(draw)),
    }
}

fn suffix(name: &str) -> Option<String> {
    if let Some(stem) = name.strip_suffix("有限公司") {
        return Some(format!("{stem}有限责任公司"));
    }
    name.strip_suffix("加工厂").or_else(|| name.strip_suffix('店')).filter(|s| !s.is_empty()).map(str::to_owned)
}

fn wide_digits(name: &str) -> Option<String> {
    let wide = |c: char| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c };
    Some(name.chars().map(wide).collect())
}

fn brackets(name: &str) -> Option<String> {
    if name.contains('(') {
        return Some(name.replace('(', "（").replace(')', "）"));
    }
    name.strip_prefix("东莞市").map(|rest| format!("东莞（市）{rest}"))
}

fn city(name: &str) -> Option<String> {
    name.strip_prefix("东莞市")
        .map(|rest| format!("东莞{rest}"))
        .or_else(|| name.ends_with("公司").then(|| format!("东莞市{name}")))
}

fn spaced(name: &str) -> Option<String> {
    let middle = name.chars().count() / 2;
    let (head, tail): (String, String) = (name.chars().take(middle).collect(), name.chars().skip(middle).collect());
    (middle > 0).then(|| format!("{head} {tail}"))
}
