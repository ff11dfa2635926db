//! Rows of the tables as the ledger's values. Whole numbers are BIGINT: unsigned ones keep their bits.
use crate::ledger::store::*;
use crm_domain::bucket::Bucket;
use crm_domain::ids::{OpId, Uuid};
use crm_domain::merge::Stamp;
use crm_domain::val::Val;
use crm_protocol::{Exit, ExitReason};
use postgres::Row;

type Result<T> = std::result::Result<T, StoreError>;

fn bad(what: &str) -> StoreError {
    StoreError(format!("{what} cannot be read"))
}

pub fn uuid(row: &Row, i: usize) -> Result<Uuid> {
    Uuid::from_slice(row.try_get(i)?).map_err(|_| bad("a stored id"))
}

pub fn bucket(row: &Row, i: usize) -> Result<Bucket> {
    Bucket::from_bytes(row.try_get(i)?).ok_or_else(|| bad("a stored bucket"))
}

pub fn u64_of(row: &Row, i: usize) -> Result<u64> {
    Ok(row.try_get::<_, i64>(i)? as u64)
}

/// A number of a narrower type.
pub fn number<T: TryFrom<i64>>(row: &Row, i: usize) -> Result<T> {
    T::try_from(row.try_get::<_, i64>(i)?).map_err(|_| bad("a stored number"))
}

pub fn bytes(row: &Row, i: usize) -> Result<Vec<u8>> {
    Ok(row.try_get(i)?)
}

/// What people typed is kept as bytes.
pub fn text(row: &Row, i: usize) -> Result<String> {
    String::from_utf8(bytes(row, i)?).map_err(|_| bad("a stored word"))
}

pub fn hash(row: &Row, i: usize) -> Result<[u8; 32]> {
    row.try_get::<_, &[u8]>(i)?.try_into().map_err(|_| bad("a stored hash"))
}

/// Ids in one value.
pub fn packed(ids: &[Uuid]) -> Vec<u8> {
    ids.iter().flat_map(|id| *id.as_bytes()).collect()
}

pub fn unpacked(ids: &[u8]) -> Vec<Uuid> {
    ids.chunks_exact(16).filter_map(|c| Uuid::from_slice(c).ok()).collect()
}

pub const REC: &str = "id, kind, root, bucket, seq, body, by_op, by_at, over_ops, digest";

pub fn rec(row: &Row) -> Result<Rec> {
    let over: Vec<StoredOver> = minicbor::decode(row.try_get(8)?).map_err(|_| bad("a record's writers"))?;
    Ok(Rec {
        id: uuid(row, 0)?,
        kind: number(row, 1)?,
        root: uuid(row, 2)?,
        bucket: bucket(row, 3)?,
        seq: u64_of(row, 4)?,
        body: bytes(row, 5)?,
        by: Stamp { op: u64_of(row, 6)?, at: u64_of(row, 7)? },
        over: over.into_iter().map(|(field, element, at, op)| (field, element, Stamp { at, op })).collect(),
        digest: u64_of(row, 9)?,
    })
}

pub type StoredOver = (u16, Option<Val>, u64, OpId);

pub const DEVICE: &str = "id, usr, alg, key, last_n, last_hash, chain_n, chain_head, last_op_at, status, status_at, \
                          seen_at, was";

pub fn device(row: &Row) -> Result<Device> {
    let was: Option<&[u8]> = row.try_get(12)?;
    Ok(Device {
        id: uuid(row, 0)?,
        user: uuid(row, 1)?,
        alg: number(row, 2)?,
        key: bytes(row, 3)?,
        last_n: u64_of(row, 4)?,
        last_hash: hash(row, 5)?,
        chain_n: u64_of(row, 6)?,
        chain_head: hash(row, 7)?,
        last_op_at: u64_of(row, 8)?,
        status: DeviceStatus::from_word(&text(row, 9)?),
        status_at: u64_of(row, 10)?,
        seen_at: u64_of(row, 11)?,
        was: was.and_then(|bytes| Uuid::from_slice(bytes).ok()),
    })
}

pub const PERSON: &str = "usr, account, role, active, since";

pub fn person(row: &Row) -> Result<Person> {
    Ok(Person {
        user: uuid(row, 0)?,
        account: text(row, 1)?,
        role: text(row, 2)?,
        active: row.try_get(3)?,
        since: u64_of(row, 4)?,
    })
}

pub const OP: &str = "cause, part, id, actor, dev, n, outcome, at";

pub fn op(row: &Row) -> Result<OpRec> {
    Ok(OpRec {
        cause: uuid(row, 0)?,
        part: number(row, 1)?,
        id: u64_of(row, 2)?,
        actor: uuid(row, 3)?,
        dev: uuid(row, 4)?,
        n: u64_of(row, 5)?,
        outcome: minicbor::decode(row.try_get(6)?).map_err(|_| bad("a stored outcome"))?,
        at: u64_of(row, 7)?,
    })
}

pub const WAITING: &str = "op, cause, part, dev, usr, why, needs, since, n, permitted_at, touches";

pub fn waiting(row: &Row) -> Result<Waiting> {
    Ok(Waiting {
        op: u64_of(row, 0)?,
        cause: uuid(row, 1)?,
        part: number(row, 2)?,
        dev: uuid(row, 3)?,
        user: uuid(row, 4)?,
        why: number(row, 5)?,
        needs: bytes(row, 6)?,
        since: u64_of(row, 7)?,
        n: u64_of(row, 8)?,
        permitted_at: u64_of(row, 9)?,
        touches: unpacked(row.try_get(10)?),
    })
}

pub fn exit(row: &Row) -> Result<Exit> {
    let reason = if row.try_get::<_, i64>(2)? == 0 { ExitReason::Moved } else { ExitReason::Purged };
    let to: Option<Vec<u8>> = row.try_get(3)?;
    let to = to.map(String::from_utf8).transpose().map_err(|_| bad("a stored word"))?;
    Ok(Exit { id: uuid(row, 0)?, seq: u64_of(row, 1)?, reason, to })
}

pub fn bucket_state(row: &Row) -> Result<BucketState> {
    Ok(BucketState { seq: u64_of(row, 0)?, min_seq: u64_of(row, 1)?, digest: u64_of(row, 2)? })
}

pub fn blob(row: &Row) -> Result<Blob> {
    Ok(Blob { len: u64_of(row, 0)?, offset: u64_of(row, 1)?, complete: row.try_get(2)? })
}
