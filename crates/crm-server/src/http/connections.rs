//! Connections, from the first byte to the last: served as axum serves them, but a peer that never finishes the head of a
//! request is cut off. Otherwise a few hundred of them would hold all the connections that the server may have.
use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// From the connection, or its last answer, to the end of the next request's head. Browsers and proxies keep connections
/// for about so long.
const HEAD_WITHIN: Duration = Duration::from_secs(120);

/// Takes connections until `stop` is done, then serves those that are there to the end of their requests.
pub async fn serve(router: Router, mut listener: TcpListener, stop: impl Future<Output = ()>) {
    let (closing, told) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            taken = Listener::accept(&mut listener) => taken,
            () = &mut stop => break,
        };
        tokio::spawn(connection(router.clone(), stream, peer, told.clone()));
    }
    drop((listener, told));
    closing.send_replace(true);
    closing.closed().await;
}

async fn connection(
    router: Router,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    mut closing: watch::Receiver<bool>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        TowerToHyperService::new(router.clone()).call(request)
    });
    let mut served = http1::Builder::new();
    served.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let mut served = pin!(served.serve_connection(TokioIo::new(stream), service));
    // How a connection ends is its peer's affair.
    tokio::select! {
        _ = served.as_mut() => return,
        _ = closing.wait_for(|closing| *closing) => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = served.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn whoever_never_finishes_a_head_is_cut_off() {
        for begun in ["", "G", "GET / HTTP/1.1\r\nx-slow: "] {
            let (mut peer, stream) = tokio::io::duplex(1024);
            let (_closing, told) = watch::channel(false);
            peer.write_all(begun.as_bytes()).await.expect("written");
            let served = connection(Router::new(), stream, ([127, 0, 0, 1], 1).into(), told);
            tokio::time::timeout(2 * HEAD_WITHIN, served).await.expect("it ends by itself");
            let mut said = Vec::new();
            peer.read_to_end(&mut said).await.expect("closed");
        }
    }
}
