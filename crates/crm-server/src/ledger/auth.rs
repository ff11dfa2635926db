//! Passwords, devices, tokens. Hashing is slow on purpose and never runs inside a transaction (SYNC 2.13).
use super::chain::signed;
use super::news;
use super::store::{Device, DeviceStatus, OpRec, Person, StoreError, Token};
use super::waiting::{self, Need};
use super::work::Work;
use super::{Caller, DAY_MS, GRACE_MS, Ledger, LedgerError, administration, epoch};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::ids::{Uuid, derived_id, op_id};
use crm_domain::merge::Stamp;
use crm_domain::people::{DEVICE, PERSON, Role, account_name, device, person};
use crm_domain::rules::Code;
use crm_protocol::{FirstAdministrator, Outcome, SetPassword, renewal_bytes};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// A token's life.
pub const TOKEN_MS: u64 = 15 * 60_000;
/// So long without contact, and a device must sign in again.
const CONTACT_MS: u64 = 90 * DAY_MS;
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=200;

/// A device that signs in.
#[derive(Clone, Debug)]
pub struct NewDevice {
    pub id: Uuid,
    /// 0 = Ed25519, 1 = ECDSA P-256.
    pub alg: u8,
    pub key: Vec<u8>,
    pub label: String,
}

/// What a signed-in device gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub caller: Caller,
    pub until_ms: u64,
    pub name: String,
    pub role: String,
    pub epoch: u64,
}

/// Argon2id, 19 MiB, 2 passes, as a PHC string.
pub fn hash_password(password: &str) -> String {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.expect("the default parameters and a fresh salt are valid").to_string()
}

/// For accounts that are not there: the same work, so that nothing is learnt from the time.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password("nobody's password"));

/// Draws what the first failed sign-in would otherwise have to draw, and show by its time.
pub fn ready_for_sign_in() {
    LazyLock::force(&NOBODY);
}

fn verify(password: &str, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn token_hash(token: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Ledger {
    /// Checks the password, enrols the device, and issues `token` (random, from the caller).
    ///
    /// Errors: `WrongPassword` (or no such account), `Inactive`, `DeviceRevoked`, `NotAllowed` (another person's device),
    /// `Malformed` (a key of the wrong length).
    pub fn sign_in(
        &self,
        account: &str,
        password: &str,
        new: &NewDevice,
        token: &[u8; 32],
        now_ms: u64,
    ) -> Result<Lease, LedgerError> {
        let account = account.trim().to_ascii_lowercase();
        let (person, phc) = self.read(|tx| {
            let person = tx.person_of(&account)?;
            let phc = match &person {
                Some(p) => tx.secret("password", p.user.as_bytes())?,
                None => None,
            };
            Ok((person, phc.and_then(|bytes| String::from_utf8(bytes).ok())))
        })?;
        let known = phc.is_some();
        let right = verify(password, phc.as_ref().unwrap_or(&NOBODY));
        let person = person.filter(|_| known && right).ok_or(LedgerError::WrongPassword)?;
        if !person.active {
            return Err(LedgerError::Inactive);
        }
        self.enrol(person.user, new, now_ms)?;
        self.issue(Caller { user: person.user, dev: new.id }, token, now_ms)
    }

    /// Makes a device known, or gives a known one its new key.
    pub fn enrol(&self, user: Uuid, new: &NewDevice, now_ms: u64) -> Result<(), LedgerError> {
        let length = match new.alg {
            0 => 32,
            1 => 65,
            _ => return Err(LedgerError::Malformed),
        };
        if new.key.len() != length {
            return Err(LedgerError::Malformed);
        }
        let news = self.write(|tx| {
            let mut work = self.work(tx, now_ms);
            enrol(&mut work, user, new)?;
            waiting::release(&mut work)?;
            Ok(work.finish()?)
        })?;
        self.publish(&news)
    }

    fn issue(&self, caller: Caller, token: &[u8; 32], now_ms: u64) -> Result<Lease, LedgerError> {
        let until_ms = now_ms + TOKEN_MS;
        self.write(|tx| {
            let kept = Token { dev: caller.dev, user: caller.user, until: until_ms };
            tx.put_token(&token_hash(token), &kept, now_ms)?;
            let person = tx.person(caller.user)?.ok_or(LedgerError::SignInAgain)?;
            let rec = tx.recs(&[caller.user])?.pop();
            let name = rec.as_ref().map(news::label).transpose()?.unwrap_or_default();
            Ok(Lease { caller, until_ms, name, role: person.role, epoch: epoch(tx)? })
        })
    }

    /// What seals the copy of unsent work that this person's apps keep outside their database. It hangs on nothing that a
    /// restore or a new password changes.
    pub fn spare_key(&self, user: Uuid) -> [u8; 32] {
        *blake3::keyed_hash(&self.mac_key, &[b"spare".as_slice(), user.as_bytes()].concat()).as_bytes()
    }

    /// A new token for a device that signs the nonce. Revoked devices get one too, for their grace.
    ///
    /// Errors: `SignInAgain`.
    pub fn renew(
        &self,
        dev: Uuid,
        nonce: &[u8; 32],
        sig: &[u8; 64],
        token: &[u8; 32],
        now_ms: u64,
    ) -> Result<Lease, LedgerError> {
        let device = self.read(|tx| Ok(tx.device(dev)?))?.ok_or(LedgerError::SignInAgain)?;
        let late = match device.status {
            DeviceStatus::Active => now_ms > device.seen_at + CONTACT_MS,
            DeviceStatus::Unknown => true,
            _ => now_ms > device.status_at + GRACE_MS,
        };
        if late || !signed(device.alg, &device.key, &renewal_bytes(dev, nonce), sig) {
            return Err(LedgerError::SignInAgain);
        }
        self.write(|tx| {
            if let Some(device) = tx.device(dev)? {
                tx.put_device(&Device { seen_at: now_ms, ..device })?;
            }
            Ok(())
        })?;
        self.issue(Caller { user: device.user, dev }, token, now_ms)
    }

    /// When a device that is in use was last heard from. Tokens are renewed all the time, so it is true to [`TOKEN_MS`].
    pub fn heard_at(&self, dev: Uuid) -> Result<Option<u64>, LedgerError> {
        let device = self.read(|tx| Ok(tx.device(dev)?))?;
        Ok(device.filter(|d| d.status == DeviceStatus::Active).map(|d| d.seen_at))
    }

    /// Whose token this is. Errors: `SignInAgain`.
    pub fn caller_of(&self, token: &[u8; 32], now_ms: u64) -> Result<Caller, LedgerError> {
        let token = self.read(|tx| Ok(tx.token(&token_hash(token))?))?;
        let token = token.filter(|t| t.until > now_ms).ok_or(LedgerError::SignInAgain)?;
        Ok(Caller { user: token.user, dev: token.dev })
    }

    /// Errors: `WeakPassword`.
    pub fn set_password(&self, user: Uuid, password: &str) -> Result<(), LedgerError> {
        if !PASSWORD.contains(&password.len()) {
            return Err(LedgerError::WeakPassword);
        }
        let phc = hash_password(password);
        self.write(|tx| Ok(tx.put_secret("password", user.as_bytes(), Some(phc.as_bytes()))?))
    }

    /// An administrator sets anybody's password; others their own, with the old one.
    ///
    /// Errors: `NotAllowed`, `NotFound`, `WrongPassword`, `WeakPassword`.
    pub fn change_password(&self, caller: &Caller, asked: &SetPassword, now_ms: u64) -> Result<(), LedgerError> {
        let (administers, person, phc) = self.read(|tx| {
            super::pull::may_read(tx, caller)?;
            let administers = self.administers(tx, caller, now_ms).is_ok();
            let person: Option<Person> = tx.person(asked.user)?;
            Ok((administers, person, tx.secret("password", asked.user.as_bytes())?))
        })?;
        if asked.user != caller.user && !administers {
            return Err(LedgerError::NotAllowed);
        }
        if person.is_none() {
            return Err(LedgerError::NotFound);
        }
        if asked.user == caller.user {
            let phc = phc.and_then(|bytes| String::from_utf8(bytes).ok());
            let old = asked.old.as_deref().unwrap_or_default();
            if !verify(old, phc.as_ref().unwrap_or(&NOBODY)) {
                return Err(LedgerError::WrongPassword);
            }
        }
        self.set_password(asked.user, &asked.password)
    }

    /// While nobody is there: whoever brings this token becomes the first administrator. False: somebody is there.
    pub fn offer_first(&self, token: &str) -> Result<bool, LedgerError> {
        let hash = Sha256::digest(token.as_bytes());
        self.write(|tx| {
            let offered = tx.administrators()?.is_empty();
            if offered {
                tx.put_secret("first", b"", Some(&hash))?;
            }
            Ok(offered)
        })
    }

    /// Errors: `NotAllowed` (the token is none, or was used), `Malformed` (account or name), `WeakPassword`.
    pub fn first_administrator(&self, asked: &FirstAdministrator, now_ms: u64) -> Result<Uuid, LedgerError> {
        let account = asked.account.trim().to_ascii_lowercase();
        if !account_name(&account) || asked.name.trim().is_empty() {
            return Err(LedgerError::Malformed);
        }
        if !PASSWORD.contains(&asked.password.len()) {
            return Err(LedgerError::WeakPassword);
        }
        let (hash, phc) = (Sha256::digest(asked.token.as_bytes()), hash_password(&asked.password));
        let user = derived_id(now_ms, &[b"first administrator", self.org.as_bytes(), &hash]);
        let news = self.write(|tx| {
            let offered = tx.secret("first", b"")?.is_some_and(|kept| kept == hash.as_slice());
            if !offered || !tx.administrators()?.is_empty() {
                return Err(LedgerError::NotAllowed);
            }
            tx.put_secret("first", b"", None)?;
            tx.put_secret("password", user.as_bytes(), Some(phc.as_bytes()))?;
            let body = Patch::new()
                .set(person::name, asked.name.trim())
                .set(person::account, account.as_str())
                .set(person::role, Role::Administrator.word())
                .set(person::active, true)
                .done();
            let mut work = self.work(tx, now_ms);
            let stamp = server_op(&work, user, user, now_ms)?;
            let known = crm_domain::registry::kind(PERSON).ok_or(LedgerError::NotFound)?;
            if administration::admit(tx, known, user, None, &body)? == Some(Code::AccountInvalid) {
                return Err(LedgerError::Malformed);
            }
            administration::set_person(&mut work, user, &body, now_ms)?;
            work.put(news::row(user, PERSON, user, Bucket::Org, body, stamp))?;
            Ok(work.finish()?)
        })?;
        self.publish(&news)?;
        Ok(user)
    }
}

/// An op that the server itself does, known like any other, so that edits can be based on it.
pub fn server_op(work: &Work, cause: Uuid, actor: Uuid, at: u64) -> Result<Stamp, StoreError> {
    let id = op_id(cause, 0);
    let op = OpRec { cause, part: 0, id, actor, dev: Uuid::nil(), n: 0, outcome: Outcome::Applied, at };
    work.tx.put_op(&op, None)?;
    Ok(Stamp { at, op: id })
}

fn enrol(work: &mut Work, user: Uuid, new: &NewDevice) -> Result<(), LedgerError> {
    let now = work.now;
    let known = work.device(new.id)?.cloned();
    if let Some(known) = &known {
        if known.user != user {
            return Err(LedgerError::NotAllowed);
        }
        if matches!(known.status, DeviceStatus::Revoked | DeviceStatus::Lost) {
            return Err(LedgerError::DeviceRevoked);
        }
    }
    let first = known.as_ref().is_none_or(|d| d.status == DeviceStatus::Unknown);
    let device = known.unwrap_or_else(|| Device::new(new.id, user, now));
    work.put_device(Device {
        alg: new.alg,
        key: new.key.clone(),
        status: DeviceStatus::Active,
        seen_at: now,
        last_op_at: if first { device.last_op_at.max(now) } else { device.last_op_at },
        ..device
    });
    if !first {
        return Ok(());
    }
    let label: String = new.label.chars().take(100).collect();
    let body = Patch::new()
        .set(device::user, user)
        .set(device::label, label)
        .set(device::state, DeviceStatus::Active.word())
        .set(device::enrolled_at, now as i64)
        .done();
    // Another than that of the device's own first op, which may be of the same millisecond.
    let cause = derived_id(now, &[b"device", new.id.as_bytes()]);
    let stamp = server_op(work, cause, user, now)?;
    work.put(news::row(new.id, DEVICE, new.id, Bucket::OrgAdmin, body, stamp))?;
    work.arrived.push(Need::Device(new.id));
    Ok(())
}
