//! From an address to connections: what it says, how it is encrypted, and what is told where nobody answers.
use crate::ledger::store::StoreError;
use postgres::config::{Host, SslMode};
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, Config, Error, NoTls, Row, Statement};
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Unless the address says otherwise.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What every new session is told: a server that died must not keep its locks, and a commit that was answered is on disk.
const SESSION: &str = "SET idle_in_transaction_session_timeout = '60s'; \
    SELECT set_config('synchronous_commit', 'on', FALSE) WHERE current_setting('synchronous_commit') = 'off'";

/// Makes connections; the pool asks it.
pub struct Connector {
    config: Config,
    tls: MakeRustlsConnect,
}

/// A connection with its prepared statements.
pub struct Conn {
    client: Client,
    statements: HashMap<String, Statement>,
    /// A transaction is open. One that comes back to the pool like this was left by a panic.
    open: bool,
}

impl Connector {
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let mut config: Config = url.parse().map_err(|e: Error| {
            StoreError(format!("the database's address is not understood ({}); write {EXAMPLE}", said(&e)))
        })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(ANSWER_WITHIN);
        }
        if config.get_application_name().is_none() {
            config.application_name("zoufang");
        }
        // `prefer`, the default, would fall back to plain text before a stranger.
        if config.get_ssl_mode() == SslMode::Prefer {
            config.ssl_mode(if is_here(&config) { SslMode::Disable } else { SslMode::Require });
        }
        Ok(Self { tls: tls()?, config })
    }

    /// The first connection, with an error for whoever starts the server.
    pub fn first(&self) -> Result<Conn, StoreError> {
        self.connect().map_err(|error| StoreError(self.explained(&error)))
    }

    fn connect(&self) -> Result<Conn, Error> {
        let mut client = match self.config.get_ssl_mode() {
            SslMode::Disable => self.config.connect(NoTls)?,
            _ => self.config.connect(self.tls.clone())?,
        };
        client.batch_execute(SESSION)?;
        Ok(Conn { client, statements: HashMap::new(), open: false })
    }

    /// Never with the password.
    fn explained(&self, error: &Error) -> String {
        let place = place(&self.config);
        let user = self.config.get_user().unwrap_or("nobody");
        let database = self.config.get_dbname().unwrap_or(user);
        let said = said(error);
        match error.code() {
            Some(code) if *code == SqlState::INVALID_PASSWORD => {
                format!("PostgreSQL at {place} refuses the password of {user}: {said}")
            }
            Some(code) if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                format!("PostgreSQL at {place} does not let {user} in: {said}")
            }
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
                format!(
                    "PostgreSQL at {place} has no database {database}; this makes one: createdb -O {user} {database}"
                )
            }
            Some(_) => format!("PostgreSQL at {place}: {said}"),
            None if self.config.get_password().is_none() && said.contains("password") => {
                format!("PostgreSQL at {place} wants a password of {user}; write {EXAMPLE}")
            }
            None if self.config.get_ssl_mode() != SslMode::Disable && said.to_lowercase().contains("tls") => format!(
                "no encrypted connection to PostgreSQL at {place}: {said}; where the network is trusted, add sslmode=disable to the address"
            ),
            None => format!("no PostgreSQL answers at {place}: {said}; is it running, and is the address right?"),
        }
    }
}

const EXAMPLE: &str = "postgres://user:password@host:5432/database";

impl r2d2::ManageConnection for Connector {
    type Connection = Conn;
    type Error = Error;

    fn connect(&self) -> Result<Conn, Error> {
        Connector::connect(self)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Error> {
        conn.client.is_valid(ANSWER_WITHIN)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.open || conn.is_closed()
    }
}

impl Conn {
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub fn begin(&mut self, sql: &str) -> Result<(), Error> {
        self.open = true;
        self.client.batch_execute(sql)
    }

    /// COMMIT or ROLLBACK.
    pub fn end(&mut self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql)?;
        self.open = false;
        Ok(())
    }

    pub fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql)
    }

    pub fn query(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let statement = self.prepared(sql)?;
        self.client.query(&statement, params)
    }

    pub fn execute(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<u64, Error> {
        let statement = self.prepared(sql)?;
        self.client.execute(&statement, params)
    }

    /// One row after the other, for what is too much to hold.
    pub fn stream(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<postgres::RowIter<'_>, Error> {
        let statement = self.prepared(sql)?;
        self.client.query_raw(&statement, params.iter().copied())
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// What PostgreSQL said, with its code; else what the connection met, down to its cause.
pub fn said(error: &Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text
}

fn place(config: &Config) -> String {
    let ports = config.get_ports();
    let port = |i: usize| ports.get(i).or(ports.first()).copied().unwrap_or(5432);
    let hosts = config.get_hosts().iter().enumerate().map(|(i, host)| match host {
        Host::Tcp(name) => format!("{name}:{}", port(i)),
        #[cfg(unix)]
        Host::Unix(folder) => format!("{} (port {})", folder.display(), port(i)),
    });
    hosts.collect::<Vec<_>>().join(", ")
}

/// Every host is this machine.
fn is_here(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// Certificates are checked against those that the system trusts (`SSL_CERT_FILE` names others).
fn tls() -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| StoreError(format!("TLS: {e}")))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}
