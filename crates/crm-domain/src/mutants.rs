//! Named bugs for the mutation gate (SYNC 4.3): `cargo xtask sim --mutants` switches one on and looks for a seed that fails.
//! Only the feature `mutants`, which the tests alone turn on, compiles them in; without it [`is`] is a constant `false`
//! and nothing of them is in the product.
#[cfg(feature = "mutants")]
use std::sync::atomic::{AtomicU8, Ordering};

macro_rules! mutants {
    ($($(#[doc = $what:literal])* $name:ident,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Mutant { None, $($(#[doc = $what])* $name,)* }

        impl Mutant {
            pub const ALL: &[Mutant] = &[$(Mutant::$name),*];
        }
    };
}

mutants! {
    /// Acknowledged ops are not kept for a server that may be restored.
    NoJournal,
    /// The journal goes as soon as an op is acknowledged, whatever backups hold.
    JournalGoesAtOnce,
    /// A push without an answer is taken for one that arrived.
    SentMeansTaken,
    /// The same command, asked again, runs again.
    CommandRunsTwice,
    /// A refusal throws the rest of the queue away.
    RefusalClearsQueue,
    /// Exits are not applied.
    ExitIgnored,
    /// An exit from one bucket takes the copy in another.
    ExitTakesOtherCopies,
    /// The cursor jumps to the bucket's newest row, though the answer stopped short of it.
    CursorAhead,
    /// A cursor is kept though its rows were not.
    CursorWithoutRows,
    /// Rows of a bucket that is no longer granted stay.
    LostBucketStays,
    /// My op covers the server's row for ever.
    OverlayNeverEnds,
    /// Another op at a taken number gets the result of the one that holds it, and the device does not see that the
    /// server's queue is another's.
    ForkUnnoticed,
    /// A clone's queue keeps the numbers of its twin.
    ForkKeepsNumbers,
    /// An answer of another epoch is taken like any other: nothing goes back to the outbox, no bucket comes again.
    EpochIgnored,
    /// An op that came before is applied again.
    AppliedTwice,
    /// Moved records leave no exit.
    NoExitWritten,
    /// The bucket's digest is not kept up.
    DigestStale,
    /// Of an op with several changes, the first alone is applied.
    HalfAnOp,
    /// What waits is not let through when what it waited for comes.
    WaitingForever,
    /// A restored server goes on under its old epoch.
    EpochStays,
    /// An answer to another pull is taken.
    NonceUnchecked,
    /// A tab that lost the fence goes on writing.
    FenceIgnored,
    /// A command says that it is saved before its transaction is complete.
    SavedTooSoon,
    /// What says that it is saved may still be lost when the power is cut.
    SavedNotDurable,
    /// A replacement is shown before its last page has come.
    ReplacementEarly,
    /// A part that stopped short ends the cover of my ops.
    OverlayEndsEarly,
    /// The cursor of a bucket that was lost outlives its rows.
    CursorOutlivesBucket,
    /// Putting new rows into their pages loses some.
    FoldLosesRows,
    /// Saved columns are used though whole buckets came or went since.
    ColumnsStale,
    /// Holes in the journal are not told to a server that was restored.
    HolesUntold,
    /// A device whose state cannot be read numbers its ops from 1 again.
    NumbersAnew,
    /// An unsent op that cannot be read is passed over.
    UnreadSkipped,
    /// After a fork the old numbers keep their ops too.
    ForkKeepsOld,
    /// An event does not build on the one before it.
    ChainStands,
    /// The time of an op for permissions is what its clock says, even before the device's last op.
    ClockRegainsGrant,
    /// Writing without the right is not noticed.
    RightsUnchecked,
    /// What builds on a refused create is taken.
    DependentTaken,
    /// The later clock wins, whatever an edit was based on.
    WallClockWins,
    /// An undo overwrites what was written since.
    UndoWins,
    /// An op that another one knew and this server did not may still win when it comes.
    UnseenNotDominated,
    /// Removing a tag removes it even where it was added again meanwhile.
    RemoveKillsReAdd,
    /// Fields of a newer version are dropped.
    UnknownFieldDropped,
    /// Some pushes are answered though nothing was written.
    AnswerBeforeCommit,
    /// A cursor from before the forgotten exits is still good.
    NoHorizon,
    /// A changed row keeps its old place in the bucket.
    SeqNotRaised,
    /// Whoever's value lost is not told.
    LossUntold,
    /// What belongs to a customer stays behind when it moves.
    ChildrenStay,
    /// What was merged into a record stays where it was when that one moves.
    MergedStay,
    /// A decision is written down, and what it is about goes on waiting.
    DecisionUnheard,
    /// A decision at any desk lets an op into any grid.
    AnyDeskWillDo,
    /// A copy is not compared with its bucket's digest.
    DigestNotCompared,
    /// A photo is shown as saved, and its bytes are not in its event's transaction.
    PhotoNotWithItsEvent,
    /// A photo is taken for arrived when the server has answered the offer.
    OfferedMeansThere,
    /// A full disk takes photos that the server does not have.
    OwedPhotosGo,
    /// A full disk takes photos that no backup has yet.
    UnstablePhotosGo,
    /// A restored server does not get the photos again.
    PhotosNotOwedAgain,
    /// What a server answered about a photo before it was restored counts after that.
    OldServersWordCounts,
    /// Chunks are taken at any offset, and what they make up is not verified.
    ChunksUnchecked,
    /// Whoever knows a photo's hash may read it.
    PhotoForEverybody,
}

#[cfg(feature = "mutants")]
static CURRENT: AtomicU8 = AtomicU8::new(0);

/// Switches one on for the whole process; [`Mutant::None`] switches all off.
#[cfg(feature = "mutants")]
pub fn choose(mutant: Mutant) {
    CURRENT.store(mutant as u8, Ordering::SeqCst);
}

/// Whether this bug is wanted now.
#[cfg(feature = "mutants")]
pub fn is(mutant: Mutant) -> bool {
    CURRENT.load(Ordering::Relaxed) == mutant as u8
}

#[cfg(not(feature = "mutants"))]
pub const fn is(_: Mutant) -> bool {
    false
}
