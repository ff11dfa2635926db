//! Wires the screens to the browser. The only file of this crate that may name `crm-browser`.

use crm_browser::{Person, Phone, Porch, download, environment, settings};
use crm_replica::ports::{Door, Later, SignInError, Subscription};
use std::rc::Rc;
use web::ports::{Entered, Entrance, Gone, InstallHint, Ports, Resumed, Surroundings, Who};

/// Replica, storage and tabs: a wasm file of their own, which the porch sends for at once (`web/README.md`).
#[cfg_attr(feature = "split", allow(unsafe_code, reason = "calls into another wasm file, written by the macro"))]
mod house {
    use crm_browser::{Host, House, Missing};
    use std::rc::Rc;

    #[cfg(feature = "split")]
    #[wasm_split_helpers::wasm_split(house, fallible)]
    pub fn fetch() -> Result<Rc<dyn House>, Missing> {
        Ok(Rc::new(Host::new()))
    }

    #[cfg(not(feature = "split"))]
    pub async fn fetch() -> Result<Rc<dyn House>, Missing> {
        Ok(Rc::new(Host::new()))
    }
}

#[derive(Clone)]
struct Browser(Porch);

fn entered((person, door): (Person, Rc<dyn Door>)) -> Entered {
    let who = Who { user: person.user, account: person.account, name: person.name, role: person.role };
    Entered { who, door }
}

impl Entrance for Browser {
    fn resume(&self) -> Later<Resumed> {
        let porch = self.0.clone();
        Box::pin(async move {
            match porch.resume().await {
                crm_browser::Resumed::Open(person) => match porch.door() {
                    Some(door) => Resumed::Open(entered((person, door))),
                    None => Resumed::Unfetched,
                },
                crm_browser::Resumed::SignIn(known) => {
                    Resumed::Nobody { last_account: known.last().map(|known| known.account.clone()) }
                }
                crm_browser::Resumed::Cleared { mark, spared } => Resumed::Cleared {
                    unsent: mark.unsent,
                    last_contact_ms: Some(mark.last_contact_ms).filter(|ms| *ms > 0),
                    spared,
                },
                crm_browser::Resumed::NoStorage => Resumed::NoStorage,
                crm_browser::Resumed::Broken => Resumed::Broken,
                crm_browser::Resumed::Unfetched => Resumed::Unfetched,
            }
        })
    }

    fn sign_in(&self, account: String, password: String) -> Later<Result<Entered, SignInError>> {
        let porch = self.0.clone();
        Box::pin(async move { porch.sign_in(&account, &password).await.map(entered) })
    }

    fn cleared_since(&self) -> Later<Option<u64>> {
        let porch = self.0.clone();
        Box::pin(async move { porch.cleared_since().await })
    }

    fn clock_error_ms(&self) -> Option<i64> {
        self.0.clock_error_ms()
    }

    fn on_gone(&self, told: Box<dyn Fn(Gone)>) {
        self.0.on_gone(move |why| {
            told(match why {
                crm_browser::Gone::SignedOut => Gone::SignedOut,
                crm_browser::Gone::Wiped => Gone::Wiped,
                crm_browser::Gone::NoStorage => Gone::NoStorage,
            });
        });
    }
}

impl Surroundings for Browser {
    fn install_hint(&self) -> InstallHint {
        match environment::install_hint() {
            environment::InstallHint::Offered => InstallHint::AndroidPrompt,
            environment::InstallHint::IosShareSheet => InstallHint::IosSteps,
            environment::InstallHint::OpenInBrowser => InstallHint::InApp,
            environment::InstallHint::Installed | environment::InstallHint::Menu => InstallHint::None,
        }
    }

    fn install(&self) -> Later<bool> {
        Box::pin(async { environment::install().await == environment::Installed::Accepted })
    }

    fn online(&self) -> bool {
        environment::is_online()
    }

    fn tells_roads(&self) -> bool {
        environment::road() != environment::Road::Unknown
    }

    fn saves_data(&self) -> bool {
        environment::saves_data()
    }

    fn server(&self) -> String {
        environment::server()
    }

    fn update_ready(&self) -> bool {
        environment::update_ready()
    }

    fn accept_update(&self) {
        environment::accept_update();
    }

    fn changed(&self, told: Box<dyn Fn()>) -> Subscription {
        let told: Rc<dyn Fn()> = told.into();
        environment::on_announced(move |_| told())
    }

    fn setting(&self, name: &str) -> Option<String> {
        settings::read(name)
    }

    fn keep_setting(&self, name: &str, value: Option<&str>) {
        settings::keep(name, value);
    }

    fn give_file(&self, name: &str, mime: &str, bytes: Vec<u8>) -> bool {
        download::download(name, mime, &bytes).is_ok()
    }

    fn copy(&self, text: &str) -> Later<bool> {
        let text = text.to_owned();
        Box::pin(async move { environment::copy(&text).await })
    }

    fn storage(&self) -> Later<Option<(u64, u64)>> {
        Box::pin(environment::storage_estimate())
    }
}

fn main() {
    let browser = Rc::new(Browser(Porch::new(|| Box::pin(async { house::fetch().await.ok() }))));
    web::app::start(Ports { entrance: browser.clone(), device: Rc::new(Phone), surroundings: browser });
}
