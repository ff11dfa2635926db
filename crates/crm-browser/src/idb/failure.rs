//! How IndexedDB fails, reduced to what a caller does about it.
use crate::seal::SealError;
use crm_replica::ports;
use crm_replica::ports::CommitError;
use indexed_db_futures::error::{Error, OpenDbError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another tab took the fence.
    Fenced,
    /// The disk, or this origin's share of it, is full.
    Quota,
    /// The handle was closed under us, or the backing store stumbled (WebKit after a suspend): a new handle may do.
    Stumbled,
    /// There is no IndexedDB here.
    Absent,
    /// A value cannot be unsealed.
    Tampered,
    /// The database was deleted under us, by the browser or by hand: what would be written now could never be read again.
    Cleared,
}

/// The name of the exception that stands for a full disk, in all browsers.
const QUOTA: &str = "QuotaExceededError";
/// The database was made by a newer version of this app.
pub const NEWER: &str = "VersionError";

impl Failure {
    pub fn of_exception(exception: &web_sys::DomException) -> Self {
        if exception.name() == QUOTA { Failure::Quota } else { Failure::Stumbled }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(exception) => Failure::of_exception(&exception.into()),
            _ => Failure::Stumbled,
        }
    }
}

impl From<OpenDbError> for Failure {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::UnsupportedEnvironment | OpenDbError::NullFactory => Failure::Absent,
            OpenDbError::Base(error) => error.into(),
            OpenDbError::VersionZero => Failure::Stumbled,
        }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Tampered => Failure::Tampered,
            SealError::Absent | SealError::Failed => Failure::Stumbled,
        }
    }
}

impl From<Failure> for CommitError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fenced => CommitError::Fenced,
            Failure::Quota => CommitError::Quota,
            Failure::Stumbled | Failure::Absent | Failure::Tampered | Failure::Cleared => CommitError::Broken,
        }
    }
}

/// What the screens are told of it.
impl From<Failure> for ports::Storage {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fenced => ports::Storage::Fine,
            Failure::Quota => ports::Storage::Full,
            Failure::Stumbled | Failure::Absent | Failure::Tampered | Failure::Cleared => ports::Storage::Broken,
        }
    }
}
