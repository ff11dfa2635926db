//! Fields of customers and contacts, where they live, and what must hold.
use crate::bucket::Bucket;
use crate::ids::Uuid;
use crate::kind::{Class, HomeView, Kind, with_parent};
use crate::record;
use crate::rules::{Admission, Code, needs_text};
use crate::val::{Body, Val};

pub const CUSTOMER: u16 = 1;
pub const CONTACT: u16 = 2;

record! {
    /// A customer: name and grid are all that it cannot be without.
    pub struct Customer in customer {
        name: String = 1 lww personal;
        contact: String = 2 lww personal;
        phone: String = 3 lww personal;
        /// Decides the home: changing it moves the record and all that belongs to it.
        grid: Uuid = 4 lww public;
        /// `A` (most valuable) to `D`.
        tier: String = 5 lww public;
        address: String = 6 lww personal;
        /// WGS-84, 1e-7 degrees.
        lat_e7: i64 = 7 lww personal;
        lon_e7: i64 = 8 lww personal;
        /// Where the point came from: `check-in`, `import`, and the datum it came in (`import:GCJ02`).
        point_from: String = 9 lww public;
        trade: String = 10 lww public;
        sector: String = 11 lww public;
        town: String = 12 lww public;
        unit: String = 13 lww public;
        /// Minor units of money a month.
        monthly_revenue: i64 = 14 lww personal;
        households: i64 = 15 lww public;
        note: String = 16 lww personal;
        tags: set = 17 set public;
        /// The accountable person (8.6).
        owner: Uuid = 18 first public;
        /// Where the record came from: `field`, `import`, `demo`.
        source: String = 19 fixed public;
        /// Last visit before this system, milliseconds.
        earlier_visit: i64 = 21 lww public;
        /// The import batch that made it.
        import: Uuid = 22 fixed public;
        created_at: i64 = 23 fixed public;
        products: set = 24 set public;
    }
}

record! {
    /// A person at a customer.
    pub struct Contact in contact {
        customer: Uuid = 1 fixed public;
        name: String = 2 lww personal;
        phone: String = 3 lww personal;
        role: String = 4 lww personal;
        note: String = 5 lww personal;
    }
}

/// `grid:<grid>`.
pub fn home_of(body: &Body) -> Option<Bucket> {
    body.get(&customer::grid).and_then(Val::id).map(Bucket::Grid)
}

pub fn customer_kind() -> Kind {
    Kind {
        number: CUSTOMER,
        name: "customer",
        class: Class::A,
        fields: Customer::FIELDS,
        root: None,
        home: |view: &HomeView| home_of(view.body),
        admit: admit_customer,
    }
}

pub fn contact_kind() -> Kind {
    Kind {
        number: CONTACT,
        name: "contact",
        class: Class::A,
        fields: Contact::FIELDS,
        root: Some(contact::customer),
        home: with_parent,
        admit: |view| {
            needs_text(view, contact::name, Code::NameMissing)?;
            phone(view, contact::phone)
        },
    }
}

fn admit_customer(view: &Admission) -> Result<(), Code> {
    needs_text(view, customer::name, Code::NameMissing)?;
    phone(view, customer::phone)?;
    let tier = view.after.get(&customer::tier).and_then(Val::text);
    if tier.is_some_and(|t| !matches!(t, "A" | "B" | "C" | "D")) {
        return Err(Code::OutOfRange);
    }
    let within = |field, limit: i64| match view.after.get(&field).and_then(Val::int) {
        Some(n) => (-limit..=limit).contains(&n),
        None => true,
    };
    if !within(customer::lat_e7, 900_000_000) || !within(customer::lon_e7, 1_800_000_000) {
        return Err(Code::OutOfRange);
    }
    Ok(())
}

/// Only a number that this change writes is judged, so that an old wrong one does not block other edits.
fn phone(view: &Admission, field: u16) -> Result<(), Code> {
    match view.change.patch.get(&field).and_then(Val::text) {
        Some(written) if !written.is_empty() && !dialable(written) => Err(Code::PhoneInvalid),
        _ => Ok(()),
    }
}

/// Digits enough to dial, and nothing that no phone takes. Strict national forms are the importer's matter:
/// a manager in the street may note an extension or a foreign number.
fn dialable(written: &str) -> bool {
    let digits = written.chars().filter(char::is_ascii_digit).count();
    (5..=20).contains(&digits) && written.chars().all(|c| c.is_ascii_digit() || " +-()#*,".contains(c))
}
