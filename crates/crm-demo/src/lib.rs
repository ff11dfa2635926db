//! Demo data from a seed: one city of 575 grids, its people, customers, and a year of what happened with them.
//! Pure, and streamed grid by grid, so that a benchmark may ask for hundreds of thousands of customers.
mod batch;
mod calendar;
mod city;
mod clients;
mod draw;
mod firms;
mod near_duplicates;
mod office;
mod persons;
mod shares;
mod staff;
mod stories;
#[cfg(test)]
mod tests;
mod words;
mod year;

use crate::batch::{Batch, Pen};
use crate::calendar::{Diary, go_live};
use crate::city::Site;
use crate::clients::{Client, Ground, client, client_id};
use crate::draw::Draw;
use crate::staff::{ADMINISTRATOR, Staff};
use crate::stories::Cast;
pub use batch::DemoRow;
use crm_domain::bucket::Bucket;
use crm_domain::customers::CUSTOMER;
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::people::Role;
use std::ops::Range;

/// Somebody who can sign in; the same for a seed at each start. Everybody else has an account without a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoSignIn {
    pub role: Role,
    pub account: &'static str,
    pub password: &'static str,
    pub name: &'static str,
    pub user: Uuid,
}

/// A city that is decided upon; its rows are made as they are asked for.
pub struct Demo {
    pub org: Uuid,
    /// Two managers of neighbouring grids (the first with the long book), the second one's lead, a supervisor, an
    /// administrator.
    pub sign_ins: Vec<DemoSignIn>,
    seed: u64,
    /// Local midnight, milliseconds.
    today: i64,
    sites: Vec<Site>,
    staff: Staff,
    shares: Vec<usize>,
}

/// Customers that are made at a time.
const PORTION: usize = 2_000;
/// The first stream numbers are the grids' portions'; no grid has so many.
const PORTIONS_MOST: usize = 1 << 20;
const STAFF_STREAM: u64 = 1 << 48;
const SHARES_STREAM: u64 = STAFF_STREAM + 1;

/// `customers` in all; `today_ms` is the local midnight (Asia/Shanghai) of the day on which the demo begins.
pub fn generate(seed: u64, customers: usize, today_ms: i64) -> Demo {
    let at = go_live(today_ms);
    let sites = city::sites(seed, at);
    let staff = staff::staff(seed, at, &sites, &mut Draw::of(seed, STAFF_STREAM));
    let mut draw = Draw::of(seed, SHARES_STREAM);
    let shares = shares::shares(customers, sites.len(), &staff.long_book, &staff.usual_book, &mut draw);
    let org = derived_id(at as u64, &[b"demo organisation", &seed.to_be_bytes()]);
    Demo { org, sign_ins: staff.sign_ins.clone(), seed, today: today_ms, sites, staff, shares }
}

impl Demo {
    /// Every record: people, grids and grants; then grid by grid its customers, their children, and the traces that
    /// visits left in the managers' own buckets. A grid of more than 2,000 customers comes in portions of the same
    /// order, so that no more than one portion is ever held in memory.
    pub fn rows(&self) -> impl Iterator<Item = DemoRow> {
        let office = office::rows(&self.sites, &self.staff, go_live(self.today));
        let portions = (0..self.sites.len()).flat_map(move |grid| {
            (0..self.shares[grid]).step_by(PORTION).map(move |from| (grid, from..self.shares[grid].min(from + PORTION)))
        });
        office.chain(portions.flat_map(|(grid, numbers)| self.portion(grid, numbers).into_rows()))
    }

    /// The customers of these numbers in a grid, and all that belongs to them.
    fn portion(&self, grid: usize, numbers: Range<usize>) -> Batch {
        let stream = (grid * PORTIONS_MOST + numbers.start / PORTION) as u64;
        let (site, mut draw) = (&self.sites[grid], Draw::of(self.seed, stream));
        let owner = self.staff.members[self.staff.manager_of[grid]].id;
        let ground = Ground { seed: self.seed, today: self.today, site, owner };
        let (turn, turns) = self.staff.turn_of[grid];
        let mut diary = Diary::new(self.today, turn, turns);
        let cast = match grid {
            n if n == self.staff.long_book.start => Some(Cast::First),
            n if n == self.staff.usual_book.start => Some(Cast::Second),
            _ => None,
        };
        let mut batch = Batch::default();
        let mut clients: Vec<Client> = Vec::with_capacity(numbers.len());
        for number in numbers {
            let mut client = client(&ground, number, &mut draw);
            let part = cast.filter(|cast| number < cast.len());
            if let Some(cast) = part {
                // Known from the start, so that the past fits.
                client.is_new = false;
                client.created_at = go_live(self.today);
                client.row.created_at = Some(client.created_at);
                client.id = client_id(&ground, client.created_at, number);
                cast.dress(number, &mut client, site, persons::mobile(&mut draw));
            } else if !clients.is_empty() && draw.chance(near_duplicates::SHARE) {
                near_duplicates::repeat(&mut client, &clients[draw.below(clients.len())], &mut draw);
            }
            batch.customers.push(DemoRow {
                kind: CUSTOMER,
                id: client.id,
                root: client.id,
                bucket: Bucket::Grid(site.id),
                body: client.row.clone().into_body(),
                actor: if client.is_new { owner } else { self.staff.members[ADMINISTRATOR].id },
                at: client.created_at as u64,
            });
            let mut pen = Pen::new(&ground, &client, &mut batch);
            let told = part.is_some_and(|cast| cast.play(number, &mut pen, &mut diary, &mut draw));
            if !told {
                year::year(&mut pen, &mut diary, &mut draw);
            }
            // Whoever has a part today is not repeated, so that she is found by her name.
            if part.is_none() {
                clients.push(client);
            }
        }
        batch
    }
}
