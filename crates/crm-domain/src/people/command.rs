//! What an administrator does: people, their grids, their devices.
use super::record::*;
use crate::bucket::{Bucket, Verb};
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::customers::differing;
use crate::ids::{Uuid, derived_id};
use crate::op::MAX_CHANGES;
use crate::rules::Code;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// The password is set apart, by the server's administration (it is a secret, not a record).
    Create {
        id: Uuid,
        name: String,
        account: String,
        role: Role,
    },
    Edit {
        person: Uuid,
        name: Option<String>,
        active: Option<bool>,
    },
    /// A lead has the desks of her grids too; whoever stops being one gives them back.
    SetRole {
        person: Uuid,
        role: Role,
        /// The grids whose desk she does not have yet.
        grids: Vec<Uuid>,
        /// Her grants on desks.
        desks: Vec<Uuid>,
    },
    /// Gives one person one grid; a lead gets what only leads may hold too.
    GiveGrid {
        person: Uuid,
        grid: Uuid,
        role: Role,
    },
    TakeGrid {
        grants: Vec<Uuid>,
    },
    SetDevice {
        device: Uuid,
        state: String,
    },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Create { .. } | Command::GiveGrid { .. } => Reads::none(),
            Command::Edit { person, .. } => Reads::row(*person),
            Command::TakeGrid { grants } => Reads { rows: grants.clone(), roots: vec![] },
            Command::SetRole { person, desks, .. } => Reads { rows: [&[*person], &desks[..]].concat(), roots: vec![] },
            Command::SetDevice { device, .. } => Reads::row(*device),
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let change = match self {
            Command::Create { id, name, account, role } => {
                let account = account.trim().to_ascii_lowercase();
                if !super::record::account_name(&account) {
                    return Err(Rejection::on(Code::AccountInvalid, person::account));
                }
                let patch = Patch::new()
                    .set(person::name, name.trim())
                    .set(person::account, account)
                    .set(person::role, role.word())
                    .set(person::active, true);
                DraftChange::create(PERSON, *id, patch.done())
            }
            Command::Edit { person: id, name, active } => {
                let patch = Patch::new().some(person::name, name.clone()).some(person::active, *active);
                DraftChange::edit(PERSON, *id, differing(patch.done(), &seen.get(*id)?.body)?)
            }
            Command::GiveGrid { person, grid, role } => {
                let mut changes = vec![give(ctx, *person, Bucket::Grid(*grid))];
                if *role == Role::Lead {
                    changes.push(give(ctx, *person, Bucket::GridLead(*grid)));
                }
                return Ok(vec![Draft::of(changes)]);
            }
            Command::TakeGrid { grants } => return Ok(vec![Draft::of(ended(grants, seen, ctx)?)]),
            Command::SetRole { person: id, role, grids, desks } => {
                let patch = differing(Patch::new().set(person::role, role.word()).done(), &seen.get(*id)?.body)?;
                let mut drafts = vec![DraftChange::edit(PERSON, *id, patch).into()];
                let grants = if *role == Role::Lead {
                    grids.iter().map(|grid| give(ctx, *id, Bucket::GridLead(*grid))).collect()
                } else {
                    ended(desks, seen, ctx)?
                };
                drafts.extend(grants.chunks(MAX_CHANGES).map(|some| Draft::of(some.to_vec())));
                return Ok(drafts);
            }
            Command::SetDevice { device: id, state } => {
                let patch = Patch::new().set(device::state, state.as_str()).done();
                DraftChange::edit(DEVICE, *id, differing(patch, &seen.get(*id)?.body)?)
            }
        };
        Ok(vec![change.into()])
    }
}

fn ended(grants: &[Uuid], seen: &Seen, ctx: &Ctx) -> Result<Vec<DraftChange>, Rejection> {
    let end = |id: &Uuid| {
        seen.get(*id)?;
        Ok(DraftChange::edit(GRANT, *id, Patch::new().set(grant::ended_at, ctx.now as i64).done()))
    };
    grants.iter().map(end).collect()
}

fn give(ctx: &Ctx, user: Uuid, bucket: Bucket) -> DraftChange {
    let bytes = bucket.to_bytes();
    let id = derived_id(ctx.now, &[b"grant", user.as_bytes(), &bytes, &ctx.now.to_be_bytes()]);
    let patch = Patch::new().set(grant::user, user).set(grant::bucket, bytes).set(grant::verb, Verb::Write as i64);
    DraftChange::create(GRANT, id, patch.done())
}
