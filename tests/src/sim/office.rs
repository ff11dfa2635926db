//! The office that worlds start from: three grids, two managers, a supervisor, an administrator.
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::Patch;
use crm_domain::grids::{GRID, grid};
use crm_domain::ids::Uuid;
use crm_domain::people::{GRANT, PERSON, Role, grant, person};
use crm_domain::val::Body;
use crm_server::ledger::Loaded;

pub const GRIDS: [Uuid; 3] = [Uuid::from_u128(100), Uuid::from_u128(101), Uuid::from_u128(102)];
pub const LI: Uuid = Uuid::from_u128(11);
pub const CHEN: Uuid = Uuid::from_u128(12);
pub const WANG: Uuid = Uuid::from_u128(13);
pub const ROOT: Uuid = Uuid::from_u128(14);

pub const PEOPLE: [(&str, Role, Uuid); 4] = [
    ("li", Role::Manager, LI),
    ("chen", Role::Manager, CHEN),
    ("wang", Role::Supervisor, WANG),
    ("root", Role::Administrator, ROOT),
];

/// Each manager has two grids, and they share the second.
const GRANTED: [(Uuid, Uuid); 4] = [(LI, GRIDS[0]), (LI, GRIDS[1]), (CHEN, GRIDS[1]), (CHEN, GRIDS[2])];

/// Grids, people and grants as the administrator would have made them at this time.
pub fn rows(at: u64) -> impl Iterator<Item = Loaded> {
    let row = move |kind, id, bucket, body: Body| Loaded { kind, id, root: id, bucket, body, actor: ROOT, at };
    let grids = GRIDS.map(|id| row(GRID, id, Bucket::Org, Patch::new().set(grid::name, id.to_string()).done()));
    let people = PEOPLE.map(|(name, role, id)| {
        let body = Patch::new()
            .set(person::name, name)
            .set(person::account, name)
            .set(person::role, role.word())
            .set(person::active, true);
        row(PERSON, id, Bucket::Org, body.done())
    });
    let granted = GRANTED.into_iter().enumerate().map(move |(i, (user, of))| {
        let body = Patch::new()
            .set(grant::user, user)
            .set(grant::bucket, Bucket::Grid(of).to_bytes())
            .set(grant::verb, Verb::Write as i64);
        row(GRANT, Uuid::from_u128(500 + i as u128), Bucket::OrgAdmin, body.done())
    });
    grids.into_iter().chain(people).chain(granted)
}
