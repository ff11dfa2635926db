//! Questions of every slice, about anything: one's own, others', what is not there.
use super::house::House;
use crate::sim::Dice;
use crm_domain::ids::Uuid;
use crm_domain::registry::Query;
use crm_domain::{board, customers, grids, history, imports, people, privacy, today, waiting};

pub fn any(house: &House, dice: &mut Dice) -> Query {
    let ids: Vec<Uuid> = house.made.keys().copied().collect();
    let id = dice.pick(&ids).copied().unwrap_or_default();
    let customer = dice.pick(&house.oracle.customers()).copied().unwrap_or(id);
    let day = (house.now as i64 - 86_400_000, house.now as i64 + 86_400_000);
    let token = || house.oracle.tokens.keys().next().cloned().unwrap_or_default();
    match dice.below(15) {
        0..=2 => Query::Customers(customers::Query::Detail { customer: if dice.percent(85) { customer } else { id } }),
        3..=5 => Query::Customers(customers::Query::List(list(house, dice, &token()))),
        6 => Query::Customers(customers::Query::Same { name: token(), phone: String::new() }),
        7..=8 => Query::Board(board::Query { day, grids: some_grids(house, dice) }),
        9 => Query::Grids(grids::Query::All),
        10 => Query::People(people::Query::All),
        11 => Query::Privacy(privacy::Query::Ledger),
        13 => Query::Waiting(waiting::Query::All),
        12 => Query::Today(today::Query { day, near: None }),
        _ => match dice.below(4) {
            0 => Query::History(history::Query::Attention),
            1 => Query::Imports(imports::Query::Batches),
            2 => Query::Imports(imports::Query::Customers(id)),
            _ => Query::Imports(imports::Query::Match(vec![imports::Row { name: token(), phone: None }])),
        },
    }
}

fn some_grids(house: &House, dice: &mut Dice) -> Vec<Uuid> {
    (0..dice.below(3)).filter_map(|_| dice.pick(&house.grids).copied()).collect()
}

fn list(house: &House, dice: &mut Dice, token: &str) -> customers::List {
    let sorts = [customers::Sort::Next, customers::Sort::Distance, customers::Sort::Name, customers::Sort::LastVisit];
    customers::List {
        text: match dice.below(4) {
            0 => token.to_owned(),
            1 => "z0".into(),
            _ => String::new(),
        },
        grid: if dice.percent(70) { dice.pick(&house.grids).copied() } else { None },
        tiers: vec![],
        overdue: dice.percent(10),
        neglected: dice.percent(10),
        within_m: if dice.percent(10) { Some(1_000) } else { None },
        sort: *dice.pick(&sorts).unwrap_or(&customers::Sort::Next),
        near: if dice.percent(20) { Some((i64::MAX, -1)) } else { None },
        archived: dice.percent(10),
        offset: if dice.percent(10) { u32::MAX } else { dice.below(3) as u32 },
        limit: if dice.percent(10) { u32::MAX } else { 50 },
    }
}
