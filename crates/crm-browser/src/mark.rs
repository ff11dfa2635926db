//! The cookie beside the database (SYNC 2.8): browsers evict a site's storage as a whole, cookies apart, so a mark without a
//! database says that this phone's storage was cleared, and what was still on it.
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    type Cookies;

    #[wasm_bindgen(method, getter)]
    fn cookie(this: &Cookies) -> String;

    #[wasm_bindgen(method, setter)]
    fn set_cookie(this: &Cookies, cookie: &str);
}

const NAME: &str = "zf_mark";
const KEPT_S: u32 = 400 * 24 * 3600;

/// What was known of this device when its database was last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub unsent: u32,
    /// Server time of the last answer, milliseconds; 0: there was none.
    pub last_contact_ms: u64,
}

fn cookies() -> Option<Cookies> {
    Some(web_sys::window()?.document()?.unchecked_into())
}

impl Mark {
    pub fn read() -> Option<Self> {
        Self::find(&cookies()?.cookie())
    }

    pub fn write(self) {
        self.set(KEPT_S);
    }

    /// The person's data were deleted on purpose.
    pub fn remove() {
        Self::default().set(0);
    }

    fn set(self, seconds: u32) {
        if let Some(cookies) = cookies() {
            let Mark { unsent, last_contact_ms } = self;
            cookies
                .set_cookie(&format!("{NAME}={unsent}.{last_contact_ms}; Max-Age={seconds}; Path=/; SameSite=Strict"));
        }
    }

    fn find(cookies: &str) -> Option<Self> {
        let value = cookies.split(';').find_map(|one| one.trim().strip_prefix(NAME)?.strip_prefix('='))?;
        let (unsent, contact) = value.split_once('.')?;
        Some(Self { unsent: unsent.parse().ok()?, last_contact_ms: contact.parse().ok()? })
    }
}
