//! Somebody in the field: a real replica on a model of a phone's storage, which does what people do at random, and its
//! line to the real server.
use super::home::{ORG, enrol, now};
use super::line::Line;
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::people::Role;
use crm_replica::ports::{Input, NetError, Status, SyncState};
use crm_server::ledger::Ledger;
use tests::sim::phone::Phone;
use tests::sim::{Dice, office, person};

pub struct Walker {
    pub phone: Phone,
    pub line: Line,
    pub dice: Dice,
    /// How the last failed request failed.
    pub failed: Option<NetError>,
}

impl Walker {
    pub fn new(ledger: &Ledger, name: &'static str, user: Uuid, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut phone = Phone::new(name, user, Role::Manager, &mut dice);
        enrol(ledger, user, phone.dev, &phone.key);
        phone.start(ORG, now(), &mut dice);
        let line = Line::new(phone.dev, phone.key.clone());
        Self { phone, line, dice, failed: None }
    }

    /// The two managers, and a second phone of one of them.
    pub fn all(ledger: &Ledger) -> Vec<Self> {
        let them = [("li", office::LI), ("chen", office::CHEN), ("li's tablet", office::LI)];
        them.into_iter().zip(1..).map(|((name, user), seed)| Self::new(ledger, name, user, seed)).collect()
    }

    /// Does something plausible, and has it saved on the phone.
    pub fn work(&mut self) {
        let at = now();
        let command = person::command(&self.phone, &office::GRIDS, &[office::LI, office::CHEN], at, &mut self.dice);
        let Some(command) = command else { return };
        let cause = derived_id(at, &[&self.dice.roll().to_be_bytes()]);
        let entropy = self.dice.bytes();
        self.phone.ask(at, cause, entropy, command);
        while self.phone.perform(now(), &mut self.dice) {}
    }

    /// Syncs until there is nothing more to say, or a request fails.
    pub fn exchange(&mut self) {
        self.failed = None;
        self.phone.feed(now(), Input::Wake);
        loop {
            while self.phone.perform(now(), &mut self.dice) {}
            let Some(app) = self.phone.app.as_mut().filter(|app| !app.sent.is_empty()) else { return };
            let sent = app.sent.remove(0);
            let answer = self.line.send(sent.to, &sent.body);
            if let Err(error) = answer {
                self.failed = Some(error);
            }
            self.phone.feed(now(), Input::Answered { request: sent.request, answer });
        }
    }

    pub fn status(&self) -> &Status {
        &self.phone.app.as_ref().expect("the app runs").status
    }

    pub fn is_settled(&self) -> bool {
        let status = self.status();
        status.unsent == 0 && status.buckets_coming == 0 && status.sync == SyncState::Settled
    }

    /// The app is killed and started again; its storage is as it was.
    pub fn restart(&mut self) {
        self.phone.start(ORG, now(), &mut self.dice);
    }

    /// Syncs until everything has gone up and come down, over a road that may fail so many times.
    pub fn settle(&mut self, tries: usize) {
        for _ in 0..tries {
            self.exchange();
            if self.is_settled() {
                return;
            }
        }
        panic!("{} is not settled after {tries} tries: {:?}, {:?}", self.phone.name, self.status(), self.failed);
    }
}
