//! Wires the screens to the browser. The only file of this crate that may name `crm-browser`.

use crm_browser::{Host, Person, Phone, download, environment, settings};
use crm_replica::ports::{Later, SignInError, Subscription};
use std::rc::Rc;
use web::ports::{Entered, Entrance, Gone, InstallHint, Ports, Resumed, Surroundings, Who};

#[derive(Clone)]
struct Browser(Host);

impl Browser {
    fn entered(&self, person: Person) -> Entered {
        let who = Who { user: person.user, account: person.account, name: person.name, role: person.role };
        Entered { who, door: Rc::new(self.0.clone()) }
    }
}

impl Entrance for Browser {
    fn resume(&self) -> Later<Resumed> {
        let this = self.clone();
        Box::pin(async move {
            match this.0.resume().await {
                crm_browser::Resumed::Open(person) => Resumed::Open(this.entered(person)),
                crm_browser::Resumed::SignIn(known) => {
                    Resumed::Nobody { last_account: known.last().map(|known| known.account.clone()) }
                }
                crm_browser::Resumed::Cleared(mark) => Resumed::Cleared {
                    unsent: mark.unsent,
                    last_contact_ms: Some(mark.last_contact_ms).filter(|ms| *ms > 0),
                },
                crm_browser::Resumed::NoStorage => Resumed::NoStorage,
                crm_browser::Resumed::Broken => Resumed::Broken,
            }
        })
    }

    fn sign_in(&self, account: String, password: String) -> Later<Result<Entered, SignInError>> {
        let this = self.clone();
        Box::pin(async move { this.0.sign_in(&account, &password).await.map(|person| this.entered(person)) })
    }

    fn cleared_since(&self) -> Later<Option<u64>> {
        let host = self.0.clone();
        Box::pin(async move { host.cleared_since().await })
    }

    fn clock_error_ms(&self) -> Option<i64> {
        self.0.clock_error_ms()
    }

    fn on_gone(&self, told: Box<dyn Fn(Gone)>) {
        self.0.on_gone(move |why| {
            told(match why {
                crm_browser::Gone::SignedOut => Gone::SignedOut,
                crm_browser::Gone::Wiped => Gone::Wiped,
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
    let browser = Rc::new(Browser(Host::new()));
    web::app::start(Ports { entrance: browser.clone(), device: Rc::new(Phone), surroundings: browser });
}
