//! What a person may see and change, from nothing but who was granted what and when, and where each record lived.
//! It shares no code with the ledger's checks; the table of roles is written down here once more.
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::people::Role;
use std::collections::{BTreeMap, BTreeSet};

/// A right and how long it lasted, milliseconds.
struct Span {
    source: Uuid,
    user: Uuid,
    bucket: Bucket,
    verb: Verb,
    from: u64,
    to: Option<u64>,
}

pub struct Person {
    pub role: Role,
    pub active: bool,
}

pub struct Device {
    pub user: Uuid,
    pub open: bool,
    /// The time for permissions of its newest admitted op.
    pub last: u64,
}

/// An op that somebody pushed.
pub struct Wrote {
    pub cause: Uuid,
    pub actor: Uuid,
    pub dev: Uuid,
    /// Its effective time, and its time for permissions.
    pub effective: u64,
    pub at: u64,
    /// The records that it changes, and the customers that they belong to as far as it says so.
    pub recs: BTreeSet<Uuid>,
    pub roots: BTreeSet<Uuid>,
    /// Where it would have customers live.
    pub to: Vec<(Uuid, Bucket)>,
}

/// A text that stands in one record alone, so that its place in an answer tells where the answer came from.
pub struct Token {
    pub author: Uuid,
    /// The op that wrote it; none: it was there from the start.
    pub op: Option<OpId>,
    pub lives: Lives,
    /// Who could read it, ever.
    pub known: BTreeSet<Uuid>,
}

/// Where something lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lives {
    In(Bucket),
    /// Where this customer lives.
    With(Uuid),
}

#[derive(Default)]
pub struct Oracle {
    spans: Vec<Span>,
    pub people: BTreeMap<Uuid, Person>,
    pub devices: BTreeMap<Uuid, Device>,
    /// Of each customer: from when on it lived where, in the order in which it was moved.
    homes: BTreeMap<Uuid, Vec<(u64, Bucket)>>,
    /// Records that live apart from the customer that they name.
    pub apart: BTreeMap<Uuid, Bucket>,
    pub ops: BTreeMap<OpId, Wrote>,
    /// Where an op was let through by somebody's decision.
    pub allowed: BTreeMap<OpId, BTreeSet<Bucket>>,
    pub waiting: BTreeSet<OpId>,
    pub tokens: BTreeMap<String, Token>,
}

fn of_role(role: Role) -> &'static [(Bucket, Verb)] {
    match role {
        Role::Manager | Role::Lead => &[(Bucket::Org, Verb::Read)],
        Role::Supervisor => &[(Bucket::Org, Verb::Read), (Bucket::AllGrids, Verb::Write)],
        Role::Administrator => {
            &[(Bucket::Org, Verb::Write), (Bucket::OrgAdmin, Verb::Write), (Bucket::AllGrids, Verb::Write)]
        }
    }
}

impl Oracle {
    pub fn person(&mut self, user: Uuid, role: Role, active: bool, at: u64) {
        let known = self.people.insert(user, Person { role, active });
        if known.is_none_or(|p| p.role != role) {
            self.end(user, at);
            of_role(role).iter().for_each(|(bucket, verb)| self.give(user, user, *bucket, *verb, at));
        }
    }

    pub fn give(&mut self, source: Uuid, user: Uuid, bucket: Bucket, verb: Verb, from: u64) {
        self.spans.push(Span { source, user, bucket, verb, from, to: None });
    }

    pub fn end(&mut self, source: Uuid, to: u64) {
        self.spans.iter_mut().filter(|s| s.source == source && s.to.is_none()).for_each(|s| s.to = Some(to));
    }

    /// What she held at a time, whether or not she may come in.
    pub fn held(&self, user: Uuid, at: u64) -> Vec<(Bucket, Verb)> {
        let live = |s: &&Span| s.user == user && s.from <= at && s.to.is_none_or(|to| to > at);
        let mut held: BTreeMap<Bucket, Verb> = BTreeMap::from([(Bucket::User(user), Verb::Write)]);
        for span in self.spans.iter().filter(live) {
            let verb = held.entry(span.bucket).or_insert(span.verb);
            *verb = span.verb.max(*verb);
        }
        held.into_iter().collect()
    }

    /// Rights to write in a grid that are over: whose, where, and a time when they lasted.
    pub fn lapsed(&self) -> Vec<(Uuid, Bucket, u64)> {
        let over = |s: &&Span| s.to.is_some() && s.verb == Verb::Write && matches!(s.bucket, Bucket::Grid(_));
        self.spans.iter().filter(over).map(|s| (s.user, s.bucket, s.from)).collect()
    }

    /// What she may read now.
    pub fn reads(&self, user: Uuid, bucket: Bucket, now: u64) -> bool {
        self.people.get(&user).is_some_and(|p| p.active) && covers(&self.held(user, now), bucket, Verb::Read)
    }

    pub fn holds(&self, user: Uuid, bucket: Bucket, verb: Verb, at: u64) -> bool {
        covers(&self.held(user, at), bucket, verb)
    }

    pub fn moved(&mut self, customer: Uuid, bucket: Bucket, at: u64) {
        self.homes.entry(customer).or_default().push((at, bucket));
    }

    pub fn gone(&mut self, customer: Uuid) {
        self.homes.remove(&customer);
    }

    pub fn customers(&self) -> Vec<Uuid> {
        self.homes.keys().copied().collect()
    }

    /// Where the customer lives; none: there is no such.
    pub fn home(&self, customer: Uuid) -> Option<Bucket> {
        self.homes.get(&customer)?.last().map(|(_, bucket)| *bucket)
    }

    pub fn home_at(&self, customer: Uuid, at: u64) -> Option<Bucket> {
        let homes = self.homes.get(&customer)?;
        let then = homes.iter().filter(|(from, _)| *from <= at).max_by_key(|(from, _)| *from).map(|(_, b)| *b);
        then.or(self.home(customer))
    }

    /// Everywhere that it ever lived.
    pub fn homes(&self, customer: Uuid) -> Vec<Bucket> {
        self.homes.get(&customer).into_iter().flatten().map(|(_, bucket)| *bucket).collect()
    }

    pub fn place(&self, lives: Lives) -> Option<Bucket> {
        match lives {
            Lives::In(bucket) => Some(bucket),
            Lives::With(customer) => self.home(customer),
        }
    }

    /// Whether an op may change a record that lives in `before` (none: it is new) so that it lives in `after`: with the
    /// rights of the op's own time, where the record lived then, or with those of now.
    pub fn may_write(&self, id: OpId, root: Uuid, before: Option<Bucket>, after: Bucket, now: u64) -> bool {
        let (op, nowhere) = (&self.ops[&id], BTreeSet::new());
        let allowed = self.allowed.get(&id).unwrap_or(&nowhere);
        if allowed.contains(&Bucket::OrgAdmin) {
            return true;
        }
        let lent = allowed.iter().flat_map(|desk| match desk {
            Bucket::GridLead(grid) => [Bucket::Grid(*grid), Bucket::GridLead(*grid), Bucket::Pool(*grid)].to_vec(),
            _ => vec![],
        });
        let lent: Vec<(Bucket, Verb)> = lent.map(|bucket| (bucket, Verb::Write)).collect();
        let open = self.devices.get(&op.dev).is_some_and(|d| d.open && d.user == op.actor);
        if !open || !self.people.get(&op.actor).is_some_and(|p| p.active) {
            return false;
        }
        let then = self.home_at(root, op.at);
        let of_then_or_now = [op.at, now].map(|time| [self.held(op.actor, time), lent.clone()].concat());
        // For what waited, the rights of its time and those of now count together.
        let rights = if self.waiting.contains(&id) { vec![of_then_or_now.concat()] } else { of_then_or_now.to_vec() };
        rights.into_iter().any(|held| {
            let lived = [before, before.and(then)].into_iter().flatten();
            match before {
                None => [Some(after), then].into_iter().flatten().any(|home| covers(&held, home, Verb::Put)),
                Some(stays) if stays == after => lived.into_iter().any(|home| covers(&held, home, Verb::Write)),
                Some(_) => {
                    covers(&held, after, Verb::Put) && lived.into_iter().any(|home| covers(&held, home, Verb::Write))
                }
            }
        })
    }

    /// Whether an event's author could put it where its customer came to live, by the rights of the event's own time or of
    /// now. What is older than the house has no author to ask.
    pub fn might(&self, id: OpId, root: Uuid, home: Bucket, now: u64) -> bool {
        let Some(op) = self.ops.get(&id) else { return true };
        let rights = [self.held(op.actor, op.at), self.held(op.actor, now)].concat();
        [Some(home), self.home_at(root, op.at)].into_iter().flatten().any(|home| covers(&rights, home, Verb::Put))
    }

    /// Remembers who can read what now. `through`: where customers came through in the step that ended, for ops that
    /// are let through together may take one on and on.
    pub fn learn(&mut self, now: u64, through: &[(Uuid, Bucket)]) {
        let users: Vec<(Uuid, Vec<(Bucket, Verb)>)> = self.people.keys().map(|u| (*u, self.held(*u, now))).collect();
        let homes = &self.homes;
        for token in self.tokens.values_mut() {
            let mut buckets = Vec::new();
            match token.lives {
                Lives::In(bucket) => buckets.push(bucket),
                Lives::With(customer) => {
                    buckets.extend(homes.get(&customer).and_then(|h| h.last()).map(|(_, bucket)| *bucket));
                    buckets.extend(through.iter().filter(|(id, _)| *id == customer).map(|(_, bucket)| *bucket));
                }
            }
            let reads = |held: &[(Bucket, Verb)]| buckets.iter().any(|bucket| covers(held, *bucket, Verb::Read));
            token.known.extend(users.iter().filter(|(_, held)| reads(held)).map(|(user, _)| *user));
        }
    }

    /// Whether a text in her own bucket tells her nothing that she did not know, or was to know at the time of an op.
    pub fn known_to(&self, user: Uuid, token: &Token) -> bool {
        let Lives::With(root) = token.lives else { return token.author == user || token.known.contains(&user) };
        // The ledger counts the rights of an op's time wherever the record lived then or when the op came.
        let then = |op: &Wrote| self.homes(root).into_iter().any(|home| self.holds(user, home, Verb::Read, op.at));
        token.author == user
            || token.known.contains(&user)
            || self.ops.values().any(|op| op.actor == user && op.roots.contains(&root) && then(op))
    }
}

/// Each verb includes the ones before it; a right on all grids is one on whatever a grid has.
fn covers(held: &[(Bucket, Verb)], bucket: Bucket, verb: Verb) -> bool {
    let of_a_grid = matches!(bucket, Bucket::Grid(_) | Bucket::GridLead(_) | Bucket::Pool(_));
    held.iter().any(|(b, up_to)| *up_to >= verb && (*b == bucket || of_a_grid && *b == Bucket::AllGrids))
}

/// The tokens in some bytes: `z`, six hex digits, `q`.
pub fn tokens_in(bytes: &[u8]) -> BTreeSet<String> {
    let is = |w: &&[u8]| w[0] == b'z' && w[7] == b'q' && w[1..7].iter().all(u8::is_ascii_hexdigit);
    bytes.windows(8).filter(is).map(|w| String::from_utf8_lossy(w).into_owned()).collect()
}
