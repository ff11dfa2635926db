//! Buckets: the unit of permission and of what a device holds (SYNC 2.3).
use crate::ids::Uuid;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Bucket {
    /// Grids, people's names, settings: everybody reads it.
    Org,
    /// Grants, devices, administration.
    OrgAdmin,
    /// Customers of one grid and their children.
    Grid(Uuid),
    /// What only the leads of a grid may hold.
    GridLead(Uuid),
    /// One person's own: traces, inbox, consent.
    User(Uuid),
    /// The open pool (公海) of one grid.
    Pool(Uuid),
    /// Never a home: a grant on it is a grant on every grid.
    AllGrids,
}

impl Bucket {
    /// One byte of kind, then the id where there is one. Ascending bytes are the server's lock order.
    pub fn to_bytes(self) -> Vec<u8> {
        let (tag, id) = match self {
            Bucket::Org => (0, None),
            Bucket::OrgAdmin => (1, None),
            Bucket::Grid(id) => (2, Some(id)),
            Bucket::GridLead(id) => (3, Some(id)),
            Bucket::User(id) => (4, Some(id)),
            Bucket::Pool(id) => (5, Some(id)),
            Bucket::AllGrids => (6, None),
        };
        let mut bytes = vec![tag];
        if let Some(id) = id {
            bytes.extend_from_slice(id.as_bytes());
        }
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (tag, rest) = bytes.split_first()?;
        let id = || Uuid::from_slice(rest).ok();
        Some(match (tag, rest.len()) {
            (0, 0) => Bucket::Org,
            (1, 0) => Bucket::OrgAdmin,
            (2, 16) => Bucket::Grid(id()?),
            (3, 16) => Bucket::GridLead(id()?),
            (4, 16) => Bucket::User(id()?),
            (5, 16) => Bucket::Pool(id()?),
            (6, 0) => Bucket::AllGrids,
            _ => return None,
        })
    }
}

impl<C> Encode<C> for Bucket {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.to_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Bucket {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Bucket::from_bytes(d.bytes()?).ok_or_else(|| decode::Error::message("not a bucket"))
    }
}

/// What a grant allows. Each verb includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
pub enum Verb {
    #[n(0)]
    Read,
    /// May bring records in, not change those that are there.
    #[n(1)]
    Put,
    #[n(2)]
    Write,
}

/// What one person may do now: role-given and granted buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(pub Vec<(Bucket, Verb)>);

impl Grants {
    pub fn allow(&self, bucket: Bucket, verb: Verb) -> bool {
        self.0.iter().any(|(granted, up_to)| {
            *up_to >= verb
                && (*granted == bucket
                    || *granted == Bucket::AllGrids
                        && matches!(bucket, Bucket::Grid(_) | Bucket::GridLead(_) | Bucket::Pool(_)))
        })
    }
}
