//! This app and a server of another release (SYNC 2.6): what each tells of itself, and what follows from it.
use crate::Replica;
use crate::mine::Mine;
use crm_domain::rules::Why;
use crm_protocol::{Hello, Outcome, PROTO};

impl Replica {
    pub(crate) fn hello(&self) -> Hello {
        Hello { proto: PROTO, app: self.app, caps: vec![], oldest: None }
    }

    /// The server gives no data to so old an app: what is here can be read, what is unsent still goes up.
    pub(crate) fn outdated(&self) -> bool {
        self.device.server.as_ref().and_then(|server| server.oldest).is_some_and(|oldest| self.app < oldest)
    }

    /// My ops that an older server keeps, or will keep, until it is updated.
    pub(crate) fn left_to_newer(&self) -> u32 {
        self.mine.ops.values().filter(|mine| self.is_left_to_newer(mine)).count() as u32
    }

    fn is_left_to_newer(&self, mine: &Mine) -> bool {
        let Some(server) = self.device.server.as_ref().filter(|server| server.app < self.app) else { return false };
        match mine.outcome() {
            Some(Outcome::Waiting(why)) => why == Why::UnknownKind as u16 || why == Why::Undecodable as u16,
            Some(_) => false,
            None => mine.op.changes.iter().any(|change| !server.knows(change.kind)),
        }
    }
}
