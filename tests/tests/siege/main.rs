//! The real server under siege (SYNC 3, 4.5, 4.7): it dies at every step and starts again, its disk fills up, the road to
//! it is bad, and PostgreSQL cuts it off. The same on SQLite and on PostgreSQL wherever both can have it.
#![cfg(unix)]
/// Makes a test on each store of functions that take a name and what makes a home of that name.
macro_rules! on_both_stores {
    ($($case:ident,)*) => {
        mod on_sqlite {
            $(#[test]
            fn $case() {
                super::$case(concat!("sqlite-", stringify!($case)), crate::home::Home::on_sqlite);
            })*
        }
        mod on_postgres {
            $(#[test]
            fn $case() {
                super::$case(concat!("postgres-", stringify!($case)), crate::home::Home::on_postgres);
            })*
        }
    };
}

mod audit;
mod bad_road;
mod clerk;
mod cut_off;
#[cfg(target_os = "linux")]
mod full_disk;
mod home;
mod killed;
mod line;
mod proxy;
mod siege;
mod walker;

/// A campaign's count: from `tests/campaigns.toml`, or by command from the environment, such as `SIEGE_DEATHS=200`.
fn rounds(name: &str) -> u64 {
    if let Ok(asked) = std::env::var(format!("SIEGE_{}", name.to_uppercase())) {
        return asked.parse().expect("a number");
    }
    let campaigns: toml::Table = include_str!("../../campaigns.toml").parse().expect("a table");
    campaigns["siege"][name].as_integer().expect("a number") as u64
}
