//! Which grid a row belongs to, by the town and the village or community that it names.
use crm_domain::grids::Line;
use crm_domain::ids::Uuid;
use std::collections::HashMap;

/// The grids by what rows may call them.
#[derive(Default)]
pub struct Places {
    /// Whole name, or town and last part of the name.
    whole: HashMap<String, Vec<Uuid>>,
    /// Last part of the name, or code.
    part: HashMap<String, Vec<Uuid>>,
    town: HashMap<String, Vec<Uuid>>,
}

impl Places {
    pub fn of<'a>(grids: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut places = Places::default();
        for grid in grids {
            let (first, last) = parts(&grid.name);
            let town = if grid.town.is_empty() { first.clone() } else { key(&grid.town) };
            add(&mut places.whole, key(&grid.name), grid.id);
            add(&mut places.whole, format!("{town}{last}"), grid.id);
            add(&mut places.part, last, grid.id);
            add(&mut places.part, key(&grid.code), grid.id);
            add(&mut places.town, town, grid.id);
        }
        places
    }

    /// None: nothing fits, or more than one does.
    pub fn find(&self, town: Option<&str>, unit: Option<&str>) -> Option<Uuid> {
        let (town, unit) = (town.map(key).unwrap_or_default(), unit.map(key).unwrap_or_default());
        let one = |map: &HashMap<String, Vec<Uuid>>, name: &str| match map.get(name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        };
        let whole = one(&self.whole, &format!("{town}{unit}")).or_else(|| one(&self.whole, &unit));
        // Where the town is named and is not the grid's, the same village name means another village.
        let part = || {
            let found = one(&self.part, &unit)?;
            let in_town = self.town.get(&town).is_none_or(|grids| grids.contains(&found));
            in_town.then_some(found)
        };
        whole.or_else(part).or_else(|| one(&self.town, &town))
    }
}

fn add(map: &mut HashMap<String, Vec<Uuid>>, name: String, grid: Uuid) {
    let grids = map.entry(name.clone()).or_default();
    if !name.is_empty() && !grids.contains(&grid) {
        grids.push(grid);
    }
}

const BETWEEN: [char; 7] = ['-', '－', '—', '·', '/', '_', ' '];

fn parts(name: &str) -> (String, String) {
    let mut parts = name.split(BETWEEN).map(key).filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let last = parts.next_back().unwrap_or_else(|| first.clone());
    (first, last)
}

/// Without hyphens, case and the kind of place: 南城街道 and 南城 are one.
fn key(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !BETWEEN.contains(c) && !c.is_whitespace()).collect();
    let plain = plain.to_lowercase();
    let kinds = [
        "街道办事处",
        "街道办",
        "居民委员会",
        "村民委员会",
        "村委会",
        "居委会",
        "街道",
        "社区",
        "片区",
        "网格",
        "镇",
        "村",
    ];
    let mut bare = plain.as_str();
    // 小享社区居民委员会 has two of them; a name of one character keeps its kind.
    while let Some(rest) = kinds.iter().find_map(|kind| bare.strip_suffix(kind).filter(|rest| rest.chars().count() > 1))
    {
        bare = rest;
    }
    bare.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn grid(n: u128, name: &str, town: &str) -> Line {
        Line {
            id: Uuid::from_u128(n),
            name: name.into(),
            code: format!("G{n}"),
            town: town.into(),
            lead: None,
            lead_name: String::new(),
            customers: 0,
            archived: false,
            open: true,
        }
    }

    #[wasm_bindgen_test]
    fn a_row_goes_to_the_grid_that_its_place_names_and_to_none_in_doubt() {
        let grids = [
            grid(1, "南城-鸿福", "南城街道"),
            grid(2, "南城-宏远", "南城街道"),
            grid(3, "石龙-中山", "石龙镇"),
            grid(4, "东城-中心", "东城街道"),
            grid(5, "茶山-中心", "茶山镇"),
            grid(6, "长安-沙头", "长安镇"),
        ];
        let places = Places::of(&grids);
        for (town, unit, expected) in [
            (Some("南城街道"), Some("鸿福社区"), Some(1)),
            (Some("南城"), Some("宏远"), Some(2)),
            (Some("南城街道办"), Some("宏远社区居民委员会"), Some(2)),
            (None, Some("南城-鸿福"), Some(1)),
            (None, Some("鸿福社区"), Some(1)),
            (None, Some("g6"), Some(6)),
            (Some("石龙镇"), None, Some(3)),
            (Some("石龙镇"), Some("西湖"), Some(3)),
            (Some("茶山"), Some("中心"), Some(5)),
            (None, Some("中心"), None),
            (Some("南城"), Some("元美"), None),
            (Some("南城"), Some("沙头"), None),
            (Some("虎门镇"), None, None),
            (None, None, None),
        ] {
            let found = places.find(town, unit);
            assert_eq!(found, expected.map(Uuid::from_u128), "{town:?} {unit:?}");
        }
    }
}
