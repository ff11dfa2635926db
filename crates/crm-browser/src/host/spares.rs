//! Keeps the spare copy level with what was not sent, and gives the server what is left of a database that was lost.
use super::Host;
use super::desk::Desk;
use crate::export::{Exported, ExportedPhoto, Unsent};
use crate::spare::{Failed, Item, Place, Spare};
use crm_domain::ids::Uuid;
use crm_replica::adopt::{Adoption, Stopped};
use crm_replica::blob_keys;
use crm_replica::ports::{AskError, BringError, Brought, Door, Store};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// What a desk knows of its person's spare copy.
#[derive(Default)]
pub struct Spares {
    /// Opened when it is first needed; none where this server gives no key, or there is no cache.
    open: RefCell<Option<Rc<Spare>>>,
    /// What stands there for this device, with the hash of what was written; none: not known.
    level: RefCell<Option<BTreeMap<Item, u64>>>,
    copying: Cell<Copying>,
    /// Of devices that this browser was before it lost its database.
    left_behind: RefCell<BTreeSet<Place>>,
    returning: Cell<bool>,
    /// Ops and photos of those that the server has now.
    pub brought_back: Cell<u32>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Copying {
    #[default]
    Not,
    Once,
    /// More has changed meanwhile.
    Again,
}

impl Host {
    /// What is unsent has changed, or may have. Only the writer copies, one round at a time.
    pub(super) fn copy_unsent(&self, desk: &Rc<Desk>) {
        if desk.spares.copying.replace(Copying::Again) != Copying::Not {
            return;
        }
        let (host, desk) = (self.clone(), desk.clone());
        spawn_local(async move {
            while desk.spares.copying.replace(Copying::Once) == Copying::Again {
                if host.level(&desk).await.is_err() {
                    // A spare is a spare: the next change tries again, from what is there then.
                    desk.spares.level.take();
                }
            }
            desk.spares.copying.set(Copying::Not);
        });
    }

    async fn level(&self, desk: &Rc<Desk>) -> Result<(), Failed> {
        let Some(spare) = spare_of(desk).await? else { return Ok(()) };
        let dev = desk.record.borrow().dev;
        if desk.spares.level.borrow().is_none() {
            let (ours, others): (Vec<Place>, _) = spare.places().await?.into_iter().partition(|it| it.dev == dev);
            desk.spares.level.replace(Some(ours.into_iter().map(|place| (place.item, 0)).collect()));
            desk.spares.left_behind.replace(others.into_iter().collect());
        }
        let Some(unsent) = self.unsent_of(desk) else { return Ok(()) };
        let mut level = desk.spares.level.borrow().clone().unwrap_or_default();
        for (n, op) in &unsent.ops {
            let hash = hash(op);
            if level.get(&Item::Op(*n)) != Some(&hash) {
                let exported = Exported { n: *n, op: op.clone(), first_sent: unsent.known_ms };
                spare.put(Place { dev, item: Item::Op(*n) }, &crm_protocol::encode(&exported)).await?;
                level.insert(Item::Op(*n), hash);
            }
        }
        for sha in &unsent.photos {
            let item = Item::Photo(*sha);
            // Named by its content: what stands there is it.
            if level.contains_key(&item) {
                continue;
            }
            let loaded = desk.storage.load(Store::Blob, &[blob_keys(sha).0]).await.map_err(|_| Failed)?;
            if let Some(bytes) = loaded.into_iter().flatten().next() {
                spare.put(Place { dev, item }, &bytes).await?;
                level.insert(item, 0);
            }
        }
        let ops = unsent.ops.iter().map(|(n, _)| Item::Op(*n));
        let wanted: BTreeSet<Item> = ops.chain(unsent.photos.iter().map(|sha| Item::Photo(*sha))).collect();
        let done: Vec<Item> = level.keys().filter(|item| !wanted.contains(item)).copied().collect();
        for item in done {
            spare.remove(Place { dev, item }).await?;
            level.remove(&item);
        }
        desk.spares.level.replace(Some(level));
        Ok(())
    }

    /// None where this tab does not know for sure what is unsent: then nothing is taken away.
    fn unsent_of(&self, desk: &Rc<Desk>) -> Option<UnsentNow> {
        let present = self.desk().is_some_and(|present| Rc::ptr_eq(&present, desk));
        let status = self.present_status();
        if !present || !desk.writes.get() || !status.ready {
            return None;
        }
        let replica = self.0.replica.borrow();
        Some(UnsentNow {
            ops: replica.unsent().map(|(n, op, _)| (n, op.to_vec())).collect(),
            photos: status.unsent_blobs.iter().map(|it| it.sha).collect(),
            known_ms: status.last_contact_ms.unwrap_or(0),
        })
    }

    /// The server answers: it can have what a lost database left behind.
    pub(super) fn return_what_was_left(&self, desk: &Rc<Desk>) {
        if desk.spares.left_behind.borrow().is_empty() || desk.spares.returning.replace(true) {
            return;
        }
        let (host, desk) = (self.clone(), desk.clone());
        spawn_local(async move {
            if let Err(BringError::Ask(AskError::Unreachable)) = host.return_all(&desk).await {
                // The next answer of the server leads here again.
            } else {
                desk.spares.left_behind.take();
            }
            desk.spares.returning.set(false);
        });
    }

    async fn return_all(&self, desk: &Rc<Desk>) -> Result<(), BringError> {
        let unreadable = |_| BringError::NotOurs;
        let Some(spare) = spare_of(desk).await.map_err(unreadable)? else { return Ok(()) };
        let left = desk.spares.left_behind.borrow().clone();
        let devices: BTreeSet<Uuid> = left.iter().map(|place| place.dev).collect();
        for dev in devices {
            let (org, user) = {
                let record = desk.record.borrow();
                (record.org, record.user)
            };
            let (mut ops, mut photos, mut read) = (Vec::new(), Vec::new(), Vec::new());
            for place in left.iter().filter(|place| place.dev == dev) {
                let Some(plain) = spare.read(*place).await.map_err(unreadable)? else { continue };
                match place.item {
                    Item::Op(_) => ops.push(crm_protocol::decode(&plain).map_err(|_| BringError::NotOurs)?),
                    Item::Photo(_) => photos.push(ExportedPhoto(plain)),
                }
                read.push(*place);
            }
            self.bring(desk, Unsent { org, user, dev, ops, photos: Some(photos) }).await?;
            desk.spares.brought_back.update(|before| before + read.len() as u32);
            self.merge_status();
            for place in read {
                spare.remove(place).await.map_err(unreadable)?;
            }
        }
        Ok(())
    }

    /// Pushes what another device of this person had not sent, in its name.
    pub(super) async fn bring(&self, desk: &Rc<Desk>, unsent: Unsent) -> Result<Brought, BringError> {
        let photos = unsent.photos.clone().unwrap_or_default();
        let mut adoption = Adoption::new(unsent);
        while let Some(push) = adoption.next() {
            let pushed = desk.server.push(&push).await.map_err(BringError::Ask)?;
            adoption.answered(&pushed).map_err(|stopped| match stopped {
                Stopped::Renamed => BringError::Renamed,
                Stopped::Stuck => BringError::Ask(AskError::Malformed),
            })?;
        }
        for ExportedPhoto(bytes) in photos {
            desk.server.deliver(&bytes).await.map_err(BringError::Ask)?;
        }
        self.sync_now();
        Ok(adoption.brought())
    }
}

struct UnsentNow {
    ops: Vec<(u64, Vec<u8>)>,
    photos: BTreeSet<[u8; 32]>,
    known_ms: u64,
}

async fn spare_of(desk: &Desk) -> Result<Option<Rc<Spare>>, Failed> {
    if let Some(open) = desk.spares.open.borrow().clone() {
        return Ok(Some(open));
    }
    let (user, key) = {
        let record = desk.record.borrow();
        (record.user, record.spare_key.clone())
    };
    let Some(key) = key else { return Ok(None) };
    let spare = Rc::new(Spare::open(user, &key).await?);
    desk.spares.open.replace(Some(spare.clone()));
    Ok(Some(spare))
}

fn hash(op: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    op.hash(&mut hasher);
    hasher.finish()
}
