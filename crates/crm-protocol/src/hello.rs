//! What each side tells of itself with every pull (SYNC 2.6, 2.15): none of it is needed between equals.
use minicbor::{Decode, Decoder, Encode};

/// A server gives data to apps of so many releases back, its own not counted; what older ones push it takes for ever.
pub const RELEASES_BACK: u16 = 3;

/// The first number of what is no kind of record (see [`Hello::knows`]): new forms of patches, outcomes and the like.
pub const FORMS: u16 = 50_000;

#[derive(Clone, Debug, PartialEq, Eq, Encode, serde::Serialize, serde::Deserialize)]
#[serde(default = "Hello::silent")]
#[cbor(map)]
pub struct Hello {
    #[n(0)]
    pub proto: u16,
    /// The release of the app, or the one that the server was built with.
    #[n(1)]
    pub app: u16,
    /// What it takes: kinds of records by their numbers, and from [`FORMS`] on whatever else is not in version 1.
    #[n(2)]
    pub caps: Vec<u16>,
    /// The server's: apps of an earlier release get no data until they are updated.
    #[n(3)]
    pub oldest: Option<u16>,
}

impl Hello {
    /// Of whoever says nothing.
    pub fn silent() -> Self {
        Self { proto: 1, app: 1, caps: vec![], oldest: None }
    }

    /// Whether it takes records of this kind, as far as it said.
    pub fn knows(&self, kind: u16) -> bool {
        self.caps.is_empty() || self.caps.contains(&kind)
    }
}

/// What it leaves out is as whoever is silent has it.
impl<'b, C> Decode<'b, C> for Hello {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let mut hello = Self::silent();
        for _ in 0..d.map()?.ok_or_else(|| minicbor::decode::Error::message("a map says its length"))? {
            match d.u32()? {
                0 => hello.proto = d.u16()?,
                1 => hello.app = d.u16()?,
                2 => hello.caps = Decode::decode(d, ctx)?,
                3 => hello.oldest = Decode::decode(d, ctx)?,
                _ => d.skip()?,
            }
        }
        Ok(hello)
    }
}
