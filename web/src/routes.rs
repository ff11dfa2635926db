//! Every screen's address, and which tab it belongs to.
use crm_domain::ids::Uuid;
use yew_router::prelude::*;

/// `/` is the day for managers; supervisors and administrators get the board there on wide screens.
#[derive(Clone, Debug, PartialEq, Routable)]
pub enum Route {
    #[at("/")]
    Today,
    #[at("/customers")]
    Customers,
    #[at("/customers/new")]
    NewCustomer,
    #[at("/customers/:id")]
    Customer { id: Uuid },
    #[at("/customers/:id/edit")]
    EditCustomer { id: Uuid },
    #[at("/check-in")]
    CheckIn,
    #[at("/check-in/:customer")]
    CheckInAt { customer: Uuid },
    #[at("/visit/:customer/:visit")]
    Visit { customer: Uuid, visit: Uuid },
    #[at("/attention")]
    Attention,
    #[at("/me")]
    Me,
    #[at("/me/sync")]
    Sync,
    #[at("/me/attendance")]
    Attendance,
    #[at("/me/privacy")]
    Privacy,
    #[at("/me/imports")]
    Imports,
    #[at("/me/settings")]
    Settings,
    #[at("/import")]
    Import,
    #[at("/board")]
    Board,
    #[at("/grids/:id")]
    Grid { id: Uuid },
    #[at("/admin/people")]
    People,
    #[at("/admin/grids")]
    Grids,
    #[at("/admin/devices")]
    Devices,
    #[at("/locked")]
    Locked,
    #[at("/waiting")]
    Waiting,
    #[at("/sign-in")]
    SignIn,
    #[at("/install")]
    Install,
    #[not_found]
    #[at("/404")]
    NotFound,
}

/// The five places of the tab bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Today,
    Customers,
    CheckIn,
    Attention,
    Me,
}

impl Tab {
    pub const ALL: [Tab; 5] = [Tab::Today, Tab::Customers, Tab::CheckIn, Tab::Attention, Tab::Me];

    pub fn route(self) -> Route {
        match self {
            Tab::Today => Route::Today,
            Tab::Customers => Route::Customers,
            Tab::CheckIn => Route::CheckIn,
            Tab::Attention => Route::Attention,
            Tab::Me => Route::Me,
        }
    }
}

impl Route {
    /// What stays open on a device whose lease is over: checking in, what is one's own, and the way to the server.
    pub fn stays_open(&self) -> bool {
        use Route::*;
        matches!(self, CheckIn | CheckInAt { .. } | Visit { .. } | Me | Sync | Settings | SignIn | Install)
    }

    /// The tab that a screen lies under.
    pub fn tab(&self) -> Tab {
        match self {
            Route::Today | Route::Board | Route::Grid { .. } | Route::SignIn | Route::Install | Route::NotFound => {
                Tab::Today
            }
            Route::Customers
            | Route::NewCustomer
            | Route::Customer { .. }
            | Route::EditCustomer { .. }
            | Route::Import => Tab::Customers,
            Route::CheckIn | Route::CheckInAt { .. } | Route::Visit { .. } => Tab::CheckIn,
            Route::Attention => Tab::Attention,
            Route::Me
            | Route::Sync
            | Route::Attendance
            | Route::Privacy
            | Route::Imports
            | Route::Settings
            | Route::People
            | Route::Grids
            | Route::Devices
            | Route::Waiting
            | Route::Locked => Tab::Me,
        }
    }

    /// Whether a phone shows the tab bar: on the five places themselves, not on what is opened from them.
    pub fn is_root(&self) -> bool {
        matches!(self, Route::Today | Route::Customers | Route::Attention | Route::Me | Route::Board)
    }

    /// Where Back leads when this screen was opened by its address.
    pub fn up(&self) -> Route {
        match self {
            Route::EditCustomer { id } => Route::Customer { id: *id },
            Route::Visit { customer, .. } => Route::Customer { id: *customer },
            Route::Grid { .. } => Route::Board,
            other if other.is_root() => Route::Today,
            other => other.tab().route(),
        }
    }
}
