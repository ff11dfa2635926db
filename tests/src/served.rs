//! The real HTTP router on a free port, around a ledger and a clock of the test's own.
use crm_server::http::{self, App, Site};
use crm_server::ledger::Ledger;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stops when it is dropped.
pub struct Served {
    pub address: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    pub fn new(ledger: Arc<Ledger>, clock: Arc<AtomicU64>) -> Self {
        let app = App::new(ledger, Site::new(None), Arc::new(move || clock.load(Ordering::SeqCst)));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (said, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                said.send(format!("http://{}", listener.local_addr().expect("an address"))).expect("heard");
                let stop = async {
                    // An error means that the sender is gone, which is the same news.
                    let _ = stopped.await;
                };
                http::serve(app, listener, stop).await;
            });
        });
        Self { address: address.recv().expect("an address"), stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have stopped by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic in it has failed the test already.
            let _ = thread.join();
        }
    }
}
