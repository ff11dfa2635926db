//! The spare copy of what was not sent (SYNC 2.8): sealed entries in a cache of the person's own, one per op and photo.
//! Browsers keep caches apart from IndexedDB, so what loses the one leaves the other. The key comes from the server at each
//! sign-in; without one nobody can read them.
use crate::seal::{SealError, Sealer};
use crate::webcrypto::buffer;
use crm_domain::ids::Uuid;
use crm_replica::ports::Sha;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, Request, Response};

/// Not the service worker's `zoufang-`: it tidies away all but its newest of that name.
const PREFIX: &str = "spare-";

/// The cache, or WebCrypto, does not work here now.
#[derive(Debug)]
pub struct Failed;

impl From<JsValue> for Failed {
    fn from(_: JsValue) -> Self {
        Failed
    }
}

impl From<SealError> for Failed {
    fn from(_: SealError) -> Self {
        Failed
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// By its place in the device's queue.
    Op(u64),
    Photo(Sha),
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub dev: Uuid,
    pub item: Item,
}

impl Place {
    /// No such path is ever asked of the server.
    fn path(self) -> String {
        let dev = self.dev.simple();
        match self.item {
            Item::Op(n) => format!("/spare/{dev}/op/{n}"),
            Item::Photo(sha) => format!("/spare/{dev}/photo/{}", hex::encode(sha)),
        }
    }

    fn of(url: &str) -> Option<Self> {
        let mut parts = url.rsplit('/');
        let (name, kind, dev) = (parts.next()?, parts.next()?, parts.next()?);
        let item = match kind {
            "op" => Item::Op(name.parse().ok()?),
            "photo" => Item::Photo(hex::decode(name).ok()?.try_into().ok()?),
            _ => return None,
        };
        Some(Self { dev: Uuid::parse_str(dev).ok()?, item })
    }
}

/// One person's spare copy in this browser.
pub struct Spare {
    cache: Cache,
    sealer: Sealer,
}

impl Spare {
    pub async fn open(user: Uuid, key: &[u8]) -> Result<Self, Failed> {
        let sealer = Sealer::with_key(key).await?;
        let cache = JsFuture::from(caches()?.open(&name_of(user))).await?.unchecked_into();
        Ok(Self { cache, sealer })
    }

    /// What is there, of every device that this browser was.
    pub async fn places(&self) -> Result<Vec<Place>, Failed> {
        Ok(urls(&self.cache).await?.iter().filter_map(|url| Place::of(url)).collect())
    }

    pub async fn put(&self, place: Place, plain: &[u8]) -> Result<(), Failed> {
        let path = place.path();
        let sealed = self.sealer.seal(&[(path.clone().into_bytes(), plain)]).await?;
        let response = Response::new_with_opt_js_u8_array(sealed.first())?;
        JsFuture::from(self.cache.put_with_str(&path, &response)).await?;
        Ok(())
    }

    /// None: it is not there, or another key sealed it.
    pub async fn read(&self, place: Place) -> Result<Option<Vec<u8>>, Failed> {
        let path = place.path();
        let found = JsFuture::from(self.cache.match_with_str(&path)).await?;
        let Ok(response) = found.dyn_into::<Response>() else { return Ok(None) };
        let sealed = buffer(response.array_buffer()).await?;
        match self.sealer.unseal(&[(path.into_bytes(), Uint8Array::from(sealed.as_slice()))]).await {
            Ok(mut plain) => Ok(plain.pop()),
            Err(SealError::Tampered) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    pub async fn remove(&self, place: Place) -> Result<(), Failed> {
        JsFuture::from(self.cache.delete_with_str(&place.path())).await?;
        Ok(())
    }

    /// This person's data here are deleted on purpose.
    pub async fn forget(user: Uuid) -> Result<(), Failed> {
        JsFuture::from(caches()?.delete(&name_of(user))).await?;
        Ok(())
    }

    /// How many entries lie in this browser, whoever's they are; where there is no such cache, none.
    pub async fn count() -> u32 {
        Self::counted().await.unwrap_or(0)
    }

    async fn counted() -> Result<u32, Failed> {
        let caches = caches()?;
        let names: Array = JsFuture::from(caches.keys()).await?.unchecked_into();
        let mut count = 0;
        for name in names.iter().filter_map(|name| name.as_string()).filter(|name| name.starts_with(PREFIX)) {
            let cache: Cache = JsFuture::from(caches.open(&name)).await?.unchecked_into();
            count += urls(&cache).await?.len() as u32;
        }
        Ok(count)
    }
}

fn caches() -> Result<CacheStorage, Failed> {
    Ok(web_sys::window().ok_or(Failed)?.caches()?)
}

fn name_of(user: Uuid) -> String {
    format!("{PREFIX}{user}")
}

async fn urls(cache: &Cache) -> Result<Vec<String>, Failed> {
    let requests: Array = JsFuture::from(cache.keys()).await?.unchecked_into();
    Ok(requests.iter().map(|request| request.unchecked_into::<Request>().url()).collect())
}
