//! What the server does by itself: transfers that are open, step by step; the log of receipts, and its root once a day;
//! exits that are older than anybody needs.
use super::App;
use crate::ledger::{DAY_MS, Ledger};
use crm_domain::bucket::Bucket;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// A transfer that was missed is found after so long.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Never ends.
pub async fn run(app: Arc<App>) {
    let mut changed = app.changed.subscribe();
    let mut compacted = 0;
    loop {
        let now = app.now();
        if now >= compacted + DAY_MS {
            compacted = now;
            // A database that fails has said so, here and below; tomorrow is another day.
            let _ = app.on_ledger(Ledger::compact).await;
        }
        // What came since the last look goes into the receipts' log.
        while let Ok(1..) = app.on_ledger(Ledger::log_events).await {}
        let _ = app.on_ledger(Ledger::publish_root).await;
        // Between two steps others get their turn.
        while let Ok(Some(1..)) = app.on_ledger(Ledger::transfer_step).await {}
        let asked = async {
            loop {
                match changed.recv().await {
                    Ok(buckets) if buckets.iter().any(|bucket| matches!(bucket, Bucket::GridLead(_))) => break,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        // Either way it is time to look.
        let _ = tokio::time::timeout(LOOK_AGAIN, asked).await;
    }
}
