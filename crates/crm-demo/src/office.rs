//! Rows of the organisation: people, grids with their leads, and who was given which grid.
use crate::batch::DemoRow;
use crate::city::Site;
use crate::staff::{ADMINISTRATOR, Staff};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::grids::{GRID, Grid};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::people::{GRANT, Grant, PERSON, Person};

pub fn rows<'a>(sites: &'a [Site], staff: &'a Staff, at: i64) -> impl Iterator<Item = DemoRow> + 'a {
    let row = move |kind, id, bucket, body| {
        let actor = staff.members[ADMINISTRATOR].id;
        DemoRow { kind, id, root: id, bucket, body, actor, at: at as u64 }
    };
    let people = staff.members.iter().map(move |member| {
        let body = Person {
            name: Some(member.name.clone()),
            account: Some(member.account.clone()),
            role: Some(member.role.word().to_owned()),
            active: Some(true),
            phone: Some(member.phone.clone()),
        };
        row(PERSON, member.id, Bucket::Org, body.into_body())
    });
    let grids = sites.iter().zip(&staff.lead_of).map(move |(site, lead)| {
        let body = Grid {
            name: Some(site.name.clone()),
            code: Some(site.code.clone()),
            town: Some(site.town.to_owned()),
            lead: Some(staff.members[*lead].id),
            lat_e7: Some(site.centre.0),
            lon_e7: Some(site.centre.1),
        };
        row(GRID, site.id, Bucket::Org, body.into_body())
    });
    let grants = sites.iter().enumerate().flat_map(move |(n, site)| {
        let manager = staff.members[staff.manager_of[n]].id;
        let lead = staff.members[staff.lead_of[n]].id;
        [(manager, Bucket::Grid(site.id)), (lead, Bucket::Grid(site.id)), (lead, Bucket::GridLead(site.id))]
    });
    people.chain(grids).chain(grants.map(move |(user, bucket)| {
        let body =
            Grant { user: Some(user), bucket: Some(bucket.to_bytes()), verb: Some(Verb::Write as i64), ended_at: None };
        row(GRANT, grant_id(user, bucket, at), Bucket::OrgAdmin, body.into_body())
    }))
}

fn grant_id(user: Uuid, bucket: Bucket, at: i64) -> Uuid {
    derived_id(at as u64, &[b"demo grant", user.as_bytes(), &bucket.to_bytes()])
}
