//! Nonces that devices sign to renew their token: each once, and only for a minute.
use crm_domain::ids::Uuid;
use std::collections::HashMap;

const LIFE_MS: u64 = 60_000;
const KEPT: usize = 50_000;

#[derive(Default)]
pub struct Nonces {
    open: HashMap<Uuid, ([u8; 32], u64)>,
}

impl Nonces {
    pub fn give(&mut self, dev: Uuid, nonce: [u8; 32], now: u64) {
        if self.open.len() >= KEPT {
            self.open.retain(|_, (_, until)| *until > now);
        }
        self.open.insert(dev, (nonce, now + LIFE_MS));
    }

    /// Takes it; a second time it is not there.
    pub fn take(&mut self, dev: Uuid, nonce: &[u8; 32], now: u64) -> bool {
        let given = self.open.get(&dev).is_some_and(|(n, until)| n == nonce && *until > now);
        if given {
            self.open.remove(&dev);
        }
        given
    }
}
