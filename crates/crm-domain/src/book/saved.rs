//! The book as bytes for the `column` store: derived data, so on any error the caller rebuilds it from rows.
use super::*;
use crate::bucket::Bucket;
use crate::people::Role;
use crate::registry;
use crate::row::State;
use crate::search::SearchColumn;
use crate::val::{Body, encode};
use minicbor::{Decode, Encode};

/// Why saved columns cannot be used. The remedy is always to rebuild them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedError;

/// Customers in one saved value: some 2 MB.
const CHUNK: usize = 16_384;
/// Raised whenever a line's saved form changes, or what it is made of.
const FORMAT: u32 = 3;

/// Another one wherever a field was declared since, so that what is new on old rows shows.
fn format() -> u32 {
    let fields = registry::kinds().iter().flat_map(|kind| kind.fields.iter().map(|field| (kind.number, field.number)));
    let mix = |so_far: u32, number: u16| so_far.rotate_left(5).wrapping_mul(0x9e37_79b9) ^ u32::from(number);
    fields.fold(FORMAT, |so_far, (kind, field)| mix(mix(so_far, kind), field))
}

impl Book {
    /// A few values, to be stored under their index.
    pub fn save(&self) -> Vec<Vec<u8>> {
        let lines: Vec<Vec<u8>> = self
            .customers
            .lines
            .chunks(CHUNK)
            .map(|chunk| encode(&chunk.iter().map(customer).collect::<Vec<_>>()))
            .collect();
        let search: Vec<Vec<u8>> =
            (0..self.customers.search.blocks()).map(|b| self.customers.search.save_block(b)).collect();
        let mut values = vec![encode(&(format(), lines.len() as u32, search.len() as u32)), encode(&self.others())];
        values.extend(lines);
        values.extend(search);
        values
    }

    pub fn load(values: &[Vec<u8>]) -> Result<Self, SavedError> {
        let [head, others, rest @ ..] = values else { return Err(SavedError) };
        let (saved_as, lines, blocks): (u32, u32, u32) = decode(head)?;
        if saved_as != format() || rest.len() != (lines + blocks) as usize {
            return Err(SavedError);
        }
        let (chunks, search) = rest.split_at(lines as usize);
        let mut all = Vec::new();
        for chunk in chunks {
            all.extend(decode::<Vec<Option<SavedCustomer>>>(chunk)?.into_iter().map(|l| l.map(CustomerLine::from)));
        }
        let search = SearchColumn::load(search).map_err(|_| SavedError)?;
        if search.slots() as usize != all.len() {
            return Err(SavedError);
        }
        let mut book = Self { customers: Customers::restored(all, search), ..Self::default() };
        book.restore(decode(others)?);
        Ok(book)
    }

    fn others(&self) -> Others {
        Others {
            follow_ups: self
                .follow_ups
                .iter()
                .map(|(id, f)| {
                    (Key(*id), Key(f.root), f.due, f.text.clone(), f.promised, f.by.map(Key), state_number(f.state))
                })
                .collect(),
            needs: self
                .needs
                .iter()
                .filter(|(_, n)| n.open || n.created_at >= self.newest - RECENT_MS)
                .map(|(id, n)| (Key(*id), Key(n.root), n.by.map(Key), n.created_at, n.open, n.urgency))
                .collect(),
            visits: self
                .visits
                .iter()
                .filter(|(_, v)| v.ended_at.is_none_or(|at| at >= self.newest - RECENT_MS))
                .map(|(id, v)| SavedVisit {
                    id: Key(*id),
                    root: Key(v.root),
                    by: v.by.map(Key),
                    planned_for: v.planned_for,
                    started_at: v.started_at,
                    ended_at: v.ended_at,
                    verdict: v.verdict.clone(),
                    state: state_number(v.state),
                })
                .collect(),
            last_visits: self.rollups.iter().filter_map(|(id, r)| Some((Key(*id), r.last_visit?))).collect(),
            traces: self
                .traces
                .iter()
                .map(|(id, t)| SavedTrace {
                    id: Key(*id),
                    customer: t.customer.map(Key),
                    label: t.label.clone(),
                    event_kind: t.event_kind,
                    event: t.event.map(Key),
                    visit: t.visit.map(Key),
                    at: t.at,
                    verdict: t.verdict.clone(),
                    grid: t.grid.map(Key),
                    dwell_ms: t.dwell_ms,
                    by: t.by.map(Key),
                })
                .collect(),
            grids: self
                .grids
                .iter()
                .map(|(id, g)| {
                    let names = (g.name.clone(), g.code.clone(), g.town.clone());
                    (Key(*id), names, g.lead.map(Key), g.point, g.archived)
                })
                .collect(),
            people: self
                .people
                .iter()
                .map(|(id, p)| (Key(*id), p.name.clone(), p.account.clone(), p.role.word().to_owned(), p.active))
                .collect(),
            grants: self.grants.iter().map(|(id, g)| (Key(*id), Key(g.user), g.bucket, g.verb, g.ended)).collect(),
            devices: self
                .devices
                .iter()
                .map(|(id, d)| (Key(*id), d.user.map(Key), d.label.clone(), d.state.clone(), d.enrolled_at))
                .collect(),
            inbox: self.inbox.iter().map(|(id, i)| (Key(*id), i.row.clone().into_body())).collect(),
            waiting: self.waiting.iter().map(|(id, w)| (Key(*id), w.row.clone().into_body())).collect(),
            decisions: self.decisions.iter().map(|(id, d)| (Key(*id), d.clone().into_body())).collect(),
            settings: self.settings.clone().into_body(),
            transfers: self.transfers.iter().map(|(id, t)| (Key(*id), t.clone().into_body())).collect(),
            consents: self
                .consents
                .iter()
                .map(|(id, c)| (Key(*id), c.by.map(Key), c.at, c.version, c.agreed))
                .collect(),
            imports: self
                .imports
                .iter()
                .map(|(id, i)| (Key(*id), i.file.clone(), i.at, [i.created, i.updated, i.refused], i.reverted_at))
                .collect(),
            replaced: self
                .replaced
                .iter()
                .map(|(batch, of)| (Key(*batch), of.iter().copied().map(Key).collect()))
                .collect(),
        }
    }

    fn restore(&mut self, saved: Others) {
        for (id, root, due, text, promised, by, state) in saved.follow_ups {
            let line = OpenFollowUp { root: root.0, due, text, promised, by: by.map(|k| k.0), state: state_of(state) };
            let rollup = self.rollups.entry(root.0).or_default();
            rollup.follow_ups.insert(id.0);
            rollup.next = Some(rollup.next.map_or((due, id.0), |next| next.min((due, id.0))));
            self.follow_ups.insert(id.0, line);
        }
        for (id, root, by, created_at, open, urgency) in saved.needs {
            self.rollups.entry(root.0).or_default().open_needs += u32::from(open);
            self.newest = self.newest.max(created_at);
            self.needs.insert(id.0, NeedLine { root: root.0, by: by.map(|k| k.0), created_at, open, urgency });
        }
        for v in saved.visits {
            let line = VisitLine {
                root: v.root.0,
                by: v.by.map(|k| k.0),
                planned_for: v.planned_for,
                started_at: v.started_at,
                ended_at: v.ended_at,
                verdict: v.verdict,
                state: state_of(v.state),
            };
            self.newest = self.newest.max(v.started_at.unwrap_or(0));
            self.visits.insert(v.id.0, line);
        }
        for (id, at) in saved.last_visits {
            self.rollups.entry(id.0).or_default().last_visit = Some(at);
        }
        for t in saved.traces {
            let line = TraceLine {
                customer: t.customer.map(|k| k.0),
                label: t.label,
                event_kind: t.event_kind,
                event: t.event.map(|k| k.0),
                visit: t.visit.map(|k| k.0),
                at: t.at,
                verdict: t.verdict,
                grid: t.grid.map(|k| k.0),
                dwell_ms: t.dwell_ms,
                by: t.by.map(|k| k.0),
            };
            self.traces.insert(t.id.0, line);
        }
        for (id, (name, code, town), lead, point, archived) in saved.grids {
            self.grids.insert(id.0, GridLine { name, code, town, lead: lead.map(|k| k.0), point, archived });
        }
        for (id, name, account, role, active) in saved.people {
            let role = Role::from_word(&role).unwrap_or(Role::Manager);
            self.people.insert(id.0, PersonLine { name, account, role, active });
        }
        for (id, user, bucket, verb, ended) in saved.grants {
            self.grants.insert(id.0, GrantLine { user: user.0, bucket, verb, ended });
        }
        for (id, user, label, state, enrolled_at) in saved.devices {
            self.devices.insert(id.0, DeviceLine { user: user.map(|k| k.0), label, state, enrolled_at });
        }
        for (id, body) in saved.inbox {
            self.inbox.insert(id.0, InboxLine::of(Inbox::of(&body)));
        }
        for (id, body) in saved.waiting {
            self.waiting.extend(crate::waiting::Line::of(Waiting::of(&body)).map(|line| (id.0, line)));
        }
        for (id, body) in saved.decisions {
            self.decisions.insert(id.0, Decision::of(&body));
        }
        self.settings = Settings::of(&saved.settings);
        for (id, body) in saved.transfers {
            self.transfers.insert(id.0, Transfer::of(&body));
        }
        for (id, by, at, version, agreed) in saved.consents {
            self.consents.insert(id.0, ConsentLine { by: by.map(|k| k.0), at, version, agreed });
        }
        for (id, file, at, [created, updated, refused], reverted_at) in saved.imports {
            self.imports.insert(id.0, ImportLine { file, at, created, updated, refused, reverted_at });
        }
        for (batch, of) in saved.replaced {
            self.replaced.insert(batch.0, of.into_iter().map(|k| k.0).collect());
        }
    }
}

fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, SavedError> {
    minicbor::decode(bytes).map_err(|_| SavedError)
}

#[derive(Clone, Copy, Encode, Decode)]
#[cbor(transparent)]
struct Key(#[cbor(n(0), with = "crate::ids::cbor")] Uuid);

#[derive(Encode, Decode)]
struct SavedCustomer {
    #[n(0)]
    id: Key,
    #[n(1)]
    name: String,
    #[n(2)]
    contact: String,
    #[n(3)]
    phone: String,
    #[n(4)]
    address: String,
    #[n(5)]
    grid: Option<Key>,
    #[n(6)]
    tier: u8,
    #[n(7)]
    point: Option<(i64, i64)>,
    #[n(8)]
    earlier_visit: Option<i64>,
    #[n(9)]
    created_at: Option<i64>,
    #[n(10)]
    import: Option<Key>,
    #[n(11)]
    archived: bool,
    #[n(12)]
    state: u8,
    #[n(13)]
    order: String,
    #[n(14)]
    same_as: Option<Key>,
}

fn customer(line: &Option<CustomerLine>) -> Option<SavedCustomer> {
    line.as_ref().map(|l| SavedCustomer {
        id: Key(l.id),
        name: l.name.clone(),
        contact: l.contact.clone(),
        phone: l.phone.clone(),
        address: l.address.clone(),
        grid: l.grid.map(Key),
        tier: l.tier,
        point: l.point,
        earlier_visit: l.earlier_visit,
        created_at: l.created_at,
        import: l.import.map(Key),
        archived: l.archived,
        state: state_number(l.state),
        order: l.order.clone(),
        same_as: l.same_as.map(Key),
    })
}

impl From<SavedCustomer> for CustomerLine {
    fn from(l: SavedCustomer) -> Self {
        Self {
            id: l.id.0,
            name: l.name,
            contact: l.contact,
            phone: l.phone,
            address: l.address,
            grid: l.grid.map(|k| k.0),
            tier: l.tier,
            point: l.point,
            earlier_visit: l.earlier_visit,
            created_at: l.created_at,
            import: l.import.map(|k| k.0),
            archived: l.archived,
            state: state_of(l.state),
            order: l.order,
            same_as: l.same_as.map(|k| k.0),
        }
    }
}

#[derive(Encode, Decode)]
struct SavedVisit {
    #[n(0)]
    id: Key,
    #[n(1)]
    root: Key,
    #[n(2)]
    by: Option<Key>,
    #[n(3)]
    planned_for: Option<i64>,
    #[n(4)]
    started_at: Option<i64>,
    #[n(5)]
    ended_at: Option<i64>,
    #[n(6)]
    verdict: Option<String>,
    #[n(7)]
    state: u8,
}

#[derive(Encode, Decode)]
struct SavedTrace {
    #[n(0)]
    id: Key,
    #[n(1)]
    customer: Option<Key>,
    #[n(2)]
    label: String,
    #[n(3)]
    event_kind: u16,
    #[n(4)]
    event: Option<Key>,
    #[n(5)]
    visit: Option<Key>,
    #[n(6)]
    at: i64,
    #[n(7)]
    verdict: String,
    #[n(8)]
    grid: Option<Key>,
    #[n(9)]
    dwell_ms: Option<i64>,
    #[n(10)]
    by: Option<Key>,
}

/// Id, root, due, text, promised, by, state.
type SavedFollowUp = (Key, Key, i64, String, bool, Option<Key>, u8);
/// Id, (name, code, town), lead, point, archived.
type SavedGrid = (Key, (String, String, String), Option<Key>, Option<(i64, i64)>, bool);
/// Id, file, when, [created, updated, refused], when it was taken back.
type SavedImport = (Key, String, i64, [i64; 3], Option<i64>);

#[derive(Encode, Decode)]
struct Others {
    #[n(0)]
    follow_ups: Vec<SavedFollowUp>,
    #[n(1)]
    needs: Vec<(Key, Key, Option<Key>, i64, bool, i64)>,
    #[n(2)]
    visits: Vec<SavedVisit>,
    #[n(3)]
    last_visits: Vec<(Key, i64)>,
    #[n(4)]
    traces: Vec<SavedTrace>,
    #[n(5)]
    grids: Vec<SavedGrid>,
    #[n(6)]
    people: Vec<(Key, String, String, String, bool)>,
    #[n(7)]
    grants: Vec<(Key, Key, Bucket, i64, bool)>,
    #[n(8)]
    devices: Vec<(Key, Option<Key>, String, String, i64)>,
    #[n(9)]
    inbox: Vec<(Key, Body)>,
    #[n(10)]
    consents: Vec<(Key, Option<Key>, i64, i64, bool)>,
    #[n(11)]
    imports: Vec<SavedImport>,
    #[n(12)]
    replaced: Vec<(Key, Vec<Key>)>,
    #[n(13)]
    waiting: Vec<(Key, Body)>,
    #[n(14)]
    decisions: Vec<(Key, Body)>,
    #[n(15)]
    transfers: Vec<(Key, Body)>,
    #[n(16)]
    settings: Body,
}

const STATES: [State; 6] =
    [State::OnPhone, State::Sent, State::Confirmed, State::BackedUp, State::Waiting, State::Refused];

fn state_number(state: State) -> u8 {
    STATES.iter().position(|s| *s == state).map_or(0, |i| i as u8)
}

fn state_of(number: u8) -> State {
    STATES.get(usize::from(number)).copied().unwrap_or(State::Confirmed)
}
