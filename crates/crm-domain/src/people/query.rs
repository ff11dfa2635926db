//! Who works here, on which grids, with which devices.
use super::record::Role;
use crate::book::Book;
use crate::bucket::Bucket;
use crate::ids::Uuid;
use crate::query::{Asker, NotLoaded, Rows};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// Everybody, by role and name. Grids and devices only where grants and devices are held (administrators).
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub people: Vec<Line>,
    pub devices: Vec<DeviceLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: Uuid,
    pub name: String,
    pub account: String,
    pub role: Role,
    pub active: bool,
    pub grids: Vec<Given>,
}

/// A grid that a person holds, and the grants that give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub grid: Uuid,
    pub name: String,
    pub grants: Vec<Uuid>,
    /// Those of them that give the leads' desk.
    pub desks: Vec<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLine {
    pub id: Uuid,
    pub user: Option<Uuid>,
    pub user_name: String,
    pub label: String,
    pub state: String,
    pub enrolled_at: i64,
}

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, _: &Asker) -> Result<View, NotLoaded> {
        let mut people: Vec<Line> = book
            .people
            .iter()
            .map(|(id, p)| Line {
                id: *id,
                name: p.name.clone(),
                account: p.account.clone(),
                role: p.role,
                active: p.active,
                grids: given(book, *id),
            })
            .collect();
        crate::order::by(&mut people, |a, b| (b.role, &a.name, a.id).cmp(&(a.role, &b.name, b.id)));
        let mut devices: Vec<DeviceLine> = book
            .devices
            .iter()
            .map(|(id, d)| DeviceLine {
                id: *id,
                user: d.user,
                user_name: book.person_name(d.user),
                label: d.label.clone(),
                state: d.state.clone(),
                enrolled_at: d.enrolled_at,
            })
            .collect();
        crate::order::by_key(&mut devices, |d| std::cmp::Reverse((d.enrolled_at, d.id)));
        Ok(View { people, devices })
    }
}

fn given(book: &Book, user: Uuid) -> Vec<Given> {
    let mut grids: Vec<Given> = Vec::new();
    for (id, grant) in book.grants.iter().filter(|(_, g)| g.user == user && !g.ended) {
        let (Bucket::Grid(grid) | Bucket::GridLead(grid)) = grant.bucket else { continue };
        let known = match grids.iter().position(|g| g.grid == grid) {
            Some(at) => &mut grids[at],
            None => {
                grids.push(Given { grid, name: book.grid_name(Some(grid)), grants: vec![], desks: vec![] });
                grids.last_mut().expect("it was just put there")
            }
        };
        known.grants.push(*id);
        if matches!(grant.bucket, Bucket::GridLead(_)) {
            known.desks.push(*id);
        }
    }
    crate::order::by(&mut grids, |a, b| (&a.name, a.grid).cmp(&(&b.name, b.grid)));
    grids.iter_mut().for_each(|g| {
        g.grants.sort_unstable();
        g.desks.sort_unstable();
    });
    grids
}
