//! Coming in: the cold start without a network, and the sign-in.
use super::Host;
use super::desk::{Desk, Person, Record};
use crate::environment::is_secure;
use crate::idb::{Device, Failure, Known, Storage};
use crate::mark::Mark;
use crate::net::{self, Enrolment, Server};
use crate::porch::Newcomer;
use crate::random;
use crate::sign::Signer;
use crate::spare::Spare;
use crm_domain::ids::Uuid;
use crm_protocol::SignedIn;
use crm_replica::ports::{SignInError, SyncState};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// What a cold start finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// Her copy is open, network or not.
    Open(Person),
    /// Nobody is signed in; these people's data lie here, the last one last.
    SignIn(Vec<Known>),
    /// This phone's storage was cleared since it was last used; so many entries of the spare copy are there.
    Cleared { mark: Mark, spared: u32 },
    /// No IndexedDB, or no WebCrypto: nothing could be kept here.
    NoStorage,
    /// The database is there and does not open.
    Broken,
    /// Her copy is here, and the code that opens it is not yet.
    Unfetched,
}

/// A person's database with the keys in it.
struct Kept {
    storage: Storage,
    signer: Signer,
    record: Record,
}

impl Kept {
    async fn open(user: Uuid) -> Result<Option<Self>, Failure> {
        let Some((storage, signer, record)) = Storage::open(user).await? else { return Ok(None) };
        let record = crm_protocol::decode(&record).map_err(|_| Failure::Tampered)?;
        Ok(Some(Self { storage, signer, record }))
    }
}

impl Host {
    /// Opens the copy of this person, who was signed in last. Needs no network.
    pub async fn resume(&self, user: Uuid) -> Resumed {
        match Kept::open(user).await {
            Ok(Some(kept)) => Resumed::Open(self.sit_down(kept, None).await),
            Ok(None) => Resumed::Cleared { mark: Mark::read().unwrap_or_default(), spared: Spare::count().await },
            Err(_) => Resumed::Broken,
        }
    }

    /// Signs in at the server; opens this person's own database, or makes it. Another person's data stay where they are,
    /// and until it has succeeded so does whoever is signed in now: an ended session stops the network, not the work.
    pub async fn sign_in(&self, account: &str, password: &str) -> Result<Person, SignInError> {
        if !is_secure() {
            return Err(SignInError::NoStorage);
        }
        let device = Device::read().await.map_err(|_| SignInError::NoStorage)?;
        // A cloned profile needs a new identity, beside the data that it has.
        let forked = self.present_status().sync == SyncState::Forked;
        let mut guess = device.by_account(account).map(|known| known.user);
        let (kept, token) = loop {
            let known = match guess {
                Some(user) => Kept::open(user).await.map_err(|_| SignInError::NoStorage)?,
                None => None,
            };
            let enrolment = match &known {
                Some(kept) if !forked => Enrolment { dev: kept.record.dev, signer: kept.signer.clone() },
                _ => Enrolment {
                    dev: random::id(),
                    signer: Signer::generate().await.map_err(|_| SignInError::NoStorage)?,
                },
            };
            let answer = self.ask_sign_in(account, password, &enrolment).await?;
            match known {
                Some(kept) if kept.record.user == answer.user => {
                    break (renewed(kept, account, enrolment, &answer).await?, answer.token);
                }
                // The account is another person's than we thought, or she goes by another account now: her device is
                // the one in her own database, if there is one.
                _ if guess != Some(answer.user) && device.people.iter().any(|known| known.user == answer.user) => {
                    guess = Some(answer.user);
                }
                Some(_) => guess = None,
                None => break (created(account, enrolment, &answer).await?, answer.token),
            }
        };
        self.settle(kept, Some(&token), device).await
    }

    /// Makes the database of somebody who is signed in at the server and was not in this browser before. Should another
    /// tab have made it meanwhile, that one holds, with its device; the newcomer's stays unused.
    pub async fn move_in(&self, newcomer: Newcomer) -> Result<Person, SignInError> {
        let Newcomer { account, enrolment, answer } = newcomer;
        let device = Device::read().await.map_err(|_| SignInError::NoStorage)?;
        match Kept::open(answer.user).await.map_err(|_| SignInError::NoStorage)? {
            Some(kept) => self.settle(kept, None, device).await,
            None => self.settle(created(&account, enrolment, &answer).await?, Some(&answer.token), device).await,
        }
    }

    async fn settle(&self, kept: Kept, token: Option<&[u8]>, mut device: Device) -> Result<Person, SignInError> {
        let Record { user, account, name, .. } = &kept.record;
        device.sign_in(Known { user: *user, account: account.clone(), name: name.clone() });
        device.write().await.map_err(|_| SignInError::NoStorage)?;
        Ok(self.sit_down(kept, token).await)
    }

    /// Device clock less server clock, milliseconds, as the last sign-in saw them; whether it succeeded or not.
    pub fn clock_error_ms(&self) -> Option<i64> {
        self.0.clock_error_ms.get()
    }

    async fn ask_sign_in(&self, account: &str, password: &str, with: &Enrolment) -> Result<SignedIn, SignInError> {
        let (error_ms, answer) = net::ask_sign_in(account, password, with).await;
        self.0.clock_error_ms.set(error_ms);
        answer
    }

    async fn sit_down(&self, kept: Kept, token: Option<&[u8]>) -> Person {
        let Kept { storage, signer, record } = kept;
        let person = record.person();
        let enrolment = Enrolment { dev: record.dev, signer };
        let server = Rc::new(Server::new(enrolment, {
            let host = self.clone();
            Box::new(move |answer| host.told_at_renewal(answer))
        }));
        server.set_token(token);
        self.close_desk();
        let desk = Rc::new(Desk::new(record, storage, server));
        self.0.desk.replace(Some(desk.clone()));
        self.start_afresh();
        self.join_tabs(&desk).await;
        person
    }

    /// Name and role, as an administrator has changed them, and the spare copy's key from a server that has learnt it.
    fn told_at_renewal(&self, answer: &SignedIn) {
        let Some(desk) = self.desk() else { return };
        let mut record = desk.record.borrow().clone();
        let before = record.clone();
        record.told(answer);
        if record.user != answer.user || record == before {
            return;
        }
        desk.record.replace(record.clone());
        let host = self.clone();
        spawn_local(async move {
            let signer = desk.server.enrolment().signer.clone();
            if let Err(failure) = desk.storage.keep_identity(&signer, &crm_protocol::encode(&record)).await {
                host.storage_failed(failure.into());
            }
            host.read_store(&desk, desk.is_writer()).await;
        });
    }
}

/// The same person at her own database again.
async fn renewed(kept: Kept, account: &str, with: Enrolment, answer: &SignedIn) -> Result<Kept, SignInError> {
    let Kept { storage, mut record, .. } = kept;
    if record.dev != with.dev {
        // What it had not sent lies in the outbox still, and goes under the new name from there.
        let _no_cache = Spare::forget(answer.user).await;
    }
    record.dev = with.dev;
    record.account = account.into();
    record.told(answer);
    let kept = storage.keep_identity(&with.signer, &crm_protocol::encode(&record)).await;
    kept.map_err(|_| SignInError::NoStorage)?;
    Ok(Kept { storage, signer: with.signer, record })
}

/// A person who was never here.
async fn created(account: &str, with: Enrolment, answer: &SignedIn) -> Result<Kept, SignInError> {
    let record = Record {
        org: answer.org,
        user: answer.user,
        dev: with.dev,
        account: account.into(),
        name: answer.name.clone(),
        role: answer.role.clone(),
        seed: u64::from_le_bytes(random::bytes()),
        spare_key: answer.spare_key.clone(),
    };
    let made = Storage::create(answer.user, &with.signer, &crm_protocol::encode(&record)).await;
    let storage = made.map_err(|_| SignInError::NoStorage)?;
    Ok(Kept { storage, signer: with.signer, record })
}
