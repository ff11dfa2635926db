//! Who works here: people for every role, who has which grid, and the fixed sign-ins.
use crate::DemoSignIn;
use crate::city::Site;
use crate::draw::Draw;
use crate::persons::{mobile, person};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::people::Role;
use std::collections::HashSet;
use std::ops::Range;

/// The town where the demo people work.
const HOME_TOWN: &str = "南城街道";
/// Grids of the first demo manager, whose book is long, and of the second, side by side with hers.
const LONG_BOOK: usize = 6;
const USUAL_BOOK: usize = 4;
/// Grids of any other manager, and of a lead, at most.
const GRIDS_OF_MANAGER: usize = 3;
const GRIDS_OF_LEAD: usize = 12;

pub struct Member {
    pub id: Uuid,
    pub name: String,
    pub account: String,
    pub role: Role,
    pub phone: String,
}

/// Everybody, and for each grid (by number) whose it is.
pub struct Staff {
    pub members: Vec<Member>,
    /// Indices into `members`.
    pub manager_of: Vec<usize>,
    pub lead_of: Vec<usize>,
    /// Which of its manager's grids a grid is, and how many she has.
    pub turn_of: Vec<(usize, usize)>,
    pub sign_ins: Vec<DemoSignIn>,
    /// Grids of the first and of the second demo manager.
    pub long_book: Range<usize>,
    pub usual_book: Range<usize>,
}

pub const ADMINISTRATOR: usize = 0;

/// The demo sign-ins: role, account, password, name. Passwords are letters, then figures: one change of keyboard.
const SIGN_INS: [(Role, &str, &str, &str); 5] = [
    (Role::Manager, "lijing", "hehua5218", "李静"),
    (Role::Manager, "chenwei", "lizhi3726", "陈伟"),
    (Role::Lead, "shanmin", "wanjiang6482", "单敏"),
    (Role::Supervisor, "zhouping", "qifeng7359", "周萍"),
    (Role::Administrator, "helin", "songshan8164", "何琳"),
];
/// Besides the one that signs in. The support desk holds no grid; it has no role of its own yet.
const MORE_SUPERVISORS: usize = 1;
const SUPPORT: usize = 3;

struct Hiring<'a> {
    seed: u64,
    at: i64,
    draw: &'a mut Draw,
    taken: HashSet<String>,
    members: Vec<Member>,
}

impl Hiring<'_> {
    fn known(&mut self, role: Role, account: &str, name: String) -> usize {
        let id = derived_id(self.at as u64, &[b"demo person", &self.seed.to_be_bytes(), account.as_bytes()]);
        let phone = mobile(self.draw);
        self.members.push(Member { id, name, account: account.to_owned(), role, phone });
        self.members.len() - 1
    }

    fn anybody(&mut self, role: Role) -> usize {
        let (name, letters) = person(self.draw);
        let account = (1..)
            .map(|n| if n == 1 { letters.clone() } else { format!("{letters}{n}") })
            .find(|account| !self.taken.contains(account))
            .unwrap_or(letters);
        self.taken.insert(account.clone());
        self.known(role, &account, name)
    }
}

pub fn staff(seed: u64, at: i64, sites: &[Site], draw: &mut Draw) -> Staff {
    let taken = SIGN_INS.iter().map(|s| s.1.to_owned()).collect();
    let mut hiring = Hiring { seed, at, draw, taken, members: Vec::new() };
    let enter = |n: usize, hiring: &mut Hiring| {
        let (role, account, _, name) = SIGN_INS[n];
        hiring.known(role, account, name.to_owned())
    };
    let administrator = enter(4, &mut hiring);
    debug_assert_eq!(administrator, ADMINISTRATOR);
    let supervisor = enter(3, &mut hiring);
    let (first, second, lead) = (enter(0, &mut hiring), enter(1, &mut hiring), enter(2, &mut hiring));
    for _ in 0..MORE_SUPERVISORS {
        hiring.anybody(Role::Supervisor);
    }
    for _ in 0..SUPPORT {
        hiring.anybody(Role::Manager);
    }

    let home = sites.iter().position(|s| s.town == HOME_TOWN).expect("the home town is in the list");
    let long_book = home..home + LONG_BOOK;
    let usual_book = long_book.end..long_book.end + USUAL_BOOK;
    let mut staff = Staff {
        members: Vec::new(),
        manager_of: Vec::with_capacity(sites.len()),
        lead_of: Vec::with_capacity(sites.len()),
        turn_of: Vec::with_capacity(sites.len()),
        sign_ins: Vec::new(),
        long_book: long_book.clone(),
        usual_book: usual_book.clone(),
    };
    let mut start = 0;
    while start < sites.len() {
        let in_town = sites[start..].iter().take_while(|s| s.town == sites[start].town).count();
        let town = start..start + in_town;
        let grids = |most: usize, from: usize| from..town.end.min(from + most);
        while staff.manager_of.len() < town.end {
            let from = staff.manager_of.len();
            let (who, theirs) = match from {
                n if n == long_book.start => (first, long_book.clone()),
                n if n == usual_book.start => (second, usual_book.clone()),
                n => (hiring.anybody(Role::Manager), grids(GRIDS_OF_MANAGER, n)),
            };
            staff.turn_of.extend((0..theirs.len()).map(|turn| (turn, theirs.len())));
            staff.manager_of.extend(theirs.map(|_| who));
        }
        while staff.lead_of.len() < town.end {
            let from = staff.lead_of.len();
            let (who, theirs) = match from {
                n if n == long_book.start => (hiring.anybody(Role::Lead), long_book.clone()),
                n if n == usual_book.start => (lead, grids(GRIDS_OF_LEAD, n)),
                n => (hiring.anybody(Role::Lead), grids(GRIDS_OF_LEAD, n)),
            };
            staff.lead_of.extend(theirs.map(|_| who));
        }
        start = town.end;
    }
    staff.members = hiring.members;
    staff.sign_ins = [first, second, lead, supervisor, administrator]
        .into_iter()
        .zip(SIGN_INS)
        .map(|(member, (role, account, password, name))| DemoSignIn {
            role,
            account,
            password,
            name,
            user: staff.members[member].id,
        })
        .collect();
    staff
}
