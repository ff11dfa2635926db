//! A phone without screens: the real replica, storage, sealing and keys, driven as the app's host drives them, one effect
//! after another, with the time of each noted.
use crate::clock::{Spans, ms};
use crate::data::Snapshot;
use crate::server::Server;
use crm_browser::idb::{Device, Known, Storage};
use crm_browser::sign::Signer;
use crm_browser::{random, tabs};
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_domain::registry::{Query, View};
use crm_protocol::{decode, encode};
use crm_replica::ports::{Effect, Failure, Input, NetError, Opened, Session, Store, Write};
use crm_replica::{Now, Replica};
use js_sys::Uint8Array;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, VecDeque};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The browser's own gunzip, from the page: gives a `Uint8Array`.
    #[wasm_bindgen(catch, js_namespace = window)]
    async fn unpack(bytes: &[u8]) -> Result<JsValue, JsValue>;
}

/// What went wrong, for the log: a benchmark that meets it gives no figure.
pub type Broken = JsValue;

pub fn broken(what: impl std::fmt::Debug) -> Broken {
    JsValue::from_str(&format!("{what:?}"))
}

/// The session as it lies sealed in the database.
#[derive(Encode, Decode)]
struct Record {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    org: Uuid,
    #[cbor(n(1), with = "crm_domain::ids::cbor")]
    user: Uuid,
    #[cbor(n(2), with = "crm_domain::ids::cbor")]
    dev: Uuid,
}

impl Record {
    fn session(&self, signer: &Signer) -> Session {
        Session {
            org: self.org,
            user: self.user,
            dev: self.dev,
            role: Role::Manager,
            alg: signer.alg,
            key: signer.public.clone(),
            seed: 7,
            writer: true,
        }
    }
}

pub struct Phone {
    pub storage: Storage,
    pub replica: Replica,
    pub spans: Spans,
    /// The newest answer of each watch.
    pub answers: BTreeMap<u64, View>,
    /// How the last command ended, and when it was told.
    pub done: Option<(Result<(), Failure>, f64)>,
    /// What the last transaction wrote.
    pub last_commit: Vec<Write>,
    signer: Signer,
    session: Session,
    /// None: offline.
    server: Option<Server>,
    inputs: VecDeque<Input>,
    /// The writer's lock, as long as the page lives.
    _lock: Option<tabs::Held>,
}

impl Phone {
    /// A new person's empty phone with this server on its line.
    pub async fn new(snapshot: Snapshot) -> Result<Self, Broken> {
        let record = Record { org: snapshot.org, user: snapshot.owner, dev: random::id() };
        let signer = Signer::generate().await.map_err(broken)?;
        let storage = Storage::create(record.user, &signer, &encode(&record)).await.map_err(broken)?;
        let mut device = Device::read().await.map_err(broken)?;
        device.sign_in(Known { user: record.user, account: "bench".into(), name: "bench".into() });
        device.write().await.map_err(broken)?;
        storage.take_fence().await.map_err(broken)?;
        Ok(Self::with(record.session(&signer), storage, signer, Some(Server::new(snapshot)), None, Spans::default()))
    }

    /// The cold start of whoever was signed in last, offline: everything that the app does before the replica opens.
    pub async fn resume() -> Result<(Self, Opened), Broken> {
        let mut spans = Spans::default();
        let mut at = ms();
        let device = Device::read().await.map_err(broken)?;
        spans.add("1 who was here (device database)", at);
        at = ms();
        let user = device.signed_in.ok_or_else(|| broken("nobody is signed in"))?;
        let (storage, signer, record) =
            Storage::open(user).await.map_err(broken)?.ok_or_else(|| broken("no database"))?;
        let record: Record = decode(&record).map_err(broken)?;
        spans.add("2 open the database, unwrap the key", at);
        at = ms();
        let lock = tabs::Held::take(&format!("zoufang-writer-{user}"), tabs::How::IfFree, || {}).await;
        spans.add("3 the writer's lock", at);
        at = ms();
        storage.take_fence().await.map_err(broken)?;
        spans.add("4 take the fence (strict)", at);
        at = ms();
        let opened = storage.load_all().await.map_err(broken)?;
        spans.add("5 read and unseal the small stores", at);
        Ok((Self::with(record.session(&signer), storage, signer, None, lock, spans), opened))
    }

    fn with(
        session: Session,
        storage: Storage,
        signer: Signer,
        server: Option<Server>,
        lock: Option<tabs::Held>,
        spans: Spans,
    ) -> Self {
        Self {
            storage,
            replica: Replica::new(),
            spans,
            answers: BTreeMap::new(),
            done: None,
            last_commit: vec![],
            signer,
            session,
            server,
            inputs: VecDeque::new(),
            _lock: lock,
        }
    }

    /// The replica opens; what it wants done for that waits for [`Self::run`].
    pub fn open(&mut self, opened: Opened) -> Vec<Effect> {
        let session = self.session.clone();
        self.step(Input::Open { session, opened })
    }

    /// One step of the replica: takes answers and results, gives the effects that take time.
    pub fn step(&mut self, input: Input) -> Vec<Effect> {
        let name = step_name(&input);
        let at = ms();
        let mut effects = self.replica.step(Now { device_ms: js_sys::Date::now() as u64 }, input);
        self.spans.add(name, at);
        effects.retain_mut(|effect| match effect {
            Effect::Answer { watch, view } => {
                self.answers.insert(*watch, view.clone());
                false
            }
            Effect::Done { result, .. } => {
                self.done = Some((*result, ms()));
                false
            }
            Effect::Timer { .. } | Effect::Status(_) | Effect::Announce => false,
            _ => true,
        });
        effects
    }

    pub fn watch(&mut self, watch: u64, query: Query) -> Vec<Effect> {
        self.step(Input::Watch { watch, query })
    }

    /// Performs effects, and all that follow, until there is nothing left to do.
    pub async fn run(&mut self, effects: Vec<Effect>) -> Result<(), Broken> {
        self.perform(effects).await?;
        while let Some(input) = self.inputs.pop_front() {
            let effects = self.step(input);
            self.perform(effects).await?;
        }
        Ok(())
    }

    async fn perform(&mut self, effects: Vec<Effect>) -> Result<(), Broken> {
        for effect in effects {
            let at = ms();
            let input = match effect {
                Effect::Commit { txn, writes, strict } => {
                    self.storage.commit(&writes, strict).await.map_err(broken)?;
                    let columns = writes.iter().any(|write| write.store == Store::Column);
                    self.spans.add(if columns { "commit of columns" } else { "commit" }, at);
                    self.last_commit = writes;
                    Input::Committed { txn }
                }
                Effect::Load { request, store, keys } => {
                    let values = self.storage.load(store, &keys).await.map_err(broken)?;
                    self.spans.add("load of pages", at);
                    Input::Loaded { request, values }
                }
                Effect::Sign { request, messages } => {
                    let signatures = self.signer.sign(&messages).await.map_err(broken)?;
                    self.spans.add("sign", at);
                    Input::Signed { request, signatures }
                }
                Effect::Send { request, to, body } => {
                    let now = js_sys::Date::now() as u64;
                    let mut answer = match &mut self.server {
                        Some(server) => server.answer(to, &body, now),
                        None => Err(NetError::Unreachable),
                    };
                    if let Ok(bytes) = &mut answer
                        && self.server.as_ref().is_some_and(|server| server.packs(to))
                    {
                        *bytes = Uint8Array::new(&unpack(bytes).await?).to_vec();
                        self.spans.add("pages unpacked by the browser", at);
                    }
                    Input::Answered { request, answer }
                }
                other => return Err(broken(other)),
            };
            self.inputs.push_back(input);
        }
        Ok(())
    }
}

fn step_name(input: &Input) -> &'static str {
    match input {
        Input::Open { .. } => "6 replica opens and answers",
        Input::Answered { .. } => "step: an answer came",
        Input::Committed { .. } => "step: committed",
        Input::Command { .. } => "step: command",
        Input::Loaded { .. } => "step: loaded",
        _ => "step: other",
    }
}
