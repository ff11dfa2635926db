//! Photos (拍照): an event names a picture by its hash; the picture itself goes its own, slower way (SYNC 2.9).
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::Uuid;
use crate::kind::{Class, Kind, with_parent};
use crate::record;
use crate::rules::{Code, anything};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub const PHOTO: u16 = 14;

/// The largest picture that the server takes, bytes.
pub const MAX_PHOTO: usize = 16 * 1024 * 1024;

/// SHA-256 of a picture's bytes.
pub type Sha = [u8; 32];

pub fn sha256(bytes: &[u8]) -> Sha {
    Sha256::digest(bytes).into()
}

type Bytes = Vec<u8>;

record! {
    /// A picture taken at a customer's, an event. What tells of its content or place is committed, so that it can be erased
    /// without breaking the chain (SYNC 2.10).
    pub struct Photo in photo {
        customer: Uuid = 1 fixed public;
        /// None: taken before check-in.
        visit: Uuid = 2 fixed public;
        by: Uuid = 3 fixed public;
        /// When it was kept, milliseconds.
        at: i64 = 4 fixed public;
        /// SHA-256 of the picture's bytes.
        sha: Bytes = 5 fixed personal committed;
        /// Bytes.
        len: i64 = 6 fixed public;
        /// Pixels.
        width: i64 = 7 fixed public;
        height: i64 = 8 fixed public;
        /// What the camera wrote into the file (EXIF): milliseconds, degrees WGS-84.
        taken_at: i64 = 9 fixed public;
        lat_e7: i64 = 10 fixed personal committed;
        lon_e7: i64 = 11 fixed personal committed;
    }
}

pub fn photo_kind() -> Kind {
    Kind {
        number: PHOTO,
        name: "photo",
        class: Class::B,
        fields: Photo::FIELDS,
        root: Some(photo::customer),
        home: with_parent,
        admit: anything,
    }
}

/// A picture as the device made it ready, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub sha: Sha,
    pub len: u32,
    pub width: u32,
    pub height: u32,
    pub taken_at: Option<i64>,
    /// 1e-7 degrees: latitude, longitude.
    pub point: Option<(i64, i64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// The picture's bytes go with the command, and are kept in the same transaction.
    Keep { customer: Uuid, visit: Option<Uuid>, picture: Picture },
}

impl Command {
    pub fn reads(&self) -> Reads {
        let Command::Keep { customer, visit, .. } = self;
        if visit.is_some() { Reads::root(*customer) } else { Reads::row(*customer) }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let Command::Keep { customer, visit, picture } = self;
        seen.get(*customer)?;
        if let Some(visit) = visit {
            seen.get(*visit)?;
        }
        if picture.len == 0 || picture.len as usize > MAX_PHOTO {
            return Err(Rejection::on(Code::TooLarge, photo::len));
        }
        let patch = Patch::new()
            .set(photo::customer, *customer)
            .some(photo::visit, *visit)
            .set(photo::by, ctx.actor.user)
            .set(photo::at, ctx.now as i64)
            .set(photo::sha, picture.sha.to_vec())
            .set(photo::len, i64::from(picture.len))
            .set(photo::width, i64::from(picture.width))
            .set(photo::height, i64::from(picture.height))
            .some(photo::taken_at, picture.taken_at)
            .some(photo::lat_e7, picture.point.map(|p| p.0))
            .some(photo::lon_e7, picture.point.map(|p| p.1));
        Ok(vec![DraftChange::create(PHOTO, ctx.ids.mint(), patch.done()).into()])
    }
}
