//! What this device knows before anybody has signed in: who was here last, and whose data lie in this browser.
use super::connection::Connection;
use super::failure::Failure;
use super::transaction::{Change, get, put};
use crm_domain::ids::Uuid;
use serde::{Deserialize, Serialize};

const DATABASE: &str = "zoufang";
const STORE: &str = "device";
const KEY: &str = "people";

/// Somebody whose data lie in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub user: Uuid,
    pub account: String,
    pub name: String,
}

/// The device's record, plain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Who is signed in. Signing out clears it, and the data stay.
    pub signed_in: Option<Uuid>,
    pub people: Vec<Known>,
}

impl Device {
    pub async fn read() -> Result<Self, Failure> {
        let connection = Connection::open(DATABASE, &[STORE]).await?;
        let found = get(&connection.database, STORE, &[KEY.into()]).await?;
        match found.into_iter().flatten().next().and_then(|value| value.as_string()) {
            Some(text) => serde_json::from_str(&text).map_err(|_| Failure::Tampered),
            None => Ok(Self::default()),
        }
    }

    /// Replaced as a whole, durably.
    pub async fn write(&self) -> Result<(), Failure> {
        let connection = Connection::open(DATABASE, &[STORE]).await?;
        let text = serde_json::to_string(self).map_err(|_| Failure::Stumbled)?;
        put(&connection.database, None, &[Change { store: STORE, key: KEY.into(), value: Some(text.into()) }], true)
            .await
    }

    /// This person is signed in from now on.
    pub fn sign_in(&mut self, known: Known) {
        self.signed_in = Some(known.user);
        self.people.retain(|other| other.user != known.user);
        self.people.push(known);
    }

    /// This person's data are gone.
    pub fn forget(&mut self, user: Uuid) {
        self.people.retain(|known| known.user != user);
        if self.signed_in == Some(user) {
            self.signed_in = None;
        }
    }

    pub fn by_account(&self, account: &str) -> Option<&Known> {
        self.people.iter().find(|known| known.account == account)
    }
}
