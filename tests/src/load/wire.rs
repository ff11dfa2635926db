//! One connection of one device, kept from request to request as a browser keeps it.
use crm_protocol::{CBOR, decode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A request that brought no answer of its kind, in words.
pub type Broken = String;

pub struct Wire {
    host: String,
    sender: SendRequest<Full<Bytes>>,
}

impl Wire {
    /// `address`: `http://host:port`.
    pub async fn open(address: &str) -> Result<Self, Broken> {
        let host = address.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.map_err(|e| format!("connecting: {e}"))?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| e.to_string())?;
        // How it ends shows in the requests.
        tokio::spawn(connection);
        Ok(Self { host, sender })
    }

    pub async fn post<T: for<'b> minicbor::Decode<'b, ()>>(
        &mut self,
        path: &str,
        token: Option<&str>,
        body: Vec<u8>,
    ) -> Result<T, Broken> {
        let bytes = self.send("POST", path, token, body).await?;
        decode(&bytes).map_err(|e| format!("{path}: {e}"))
    }

    pub async fn get(&mut self, path: &str, token: Option<&str>) -> Result<Bytes, Broken> {
        self.send("GET", path, token, Vec::new()).await
    }

    async fn send(&mut self, method: &str, path: &str, token: Option<&str>, body: Vec<u8>) -> Result<Bytes, Broken> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        request = request.header(header::CONTENT_TYPE, CBOR);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Full::new(body.into())).map_err(|e| e.to_string())?;
        let failed = |e: hyper::Error| format!("{path}: {e}");
        self.sender.ready().await.map_err(failed)?;
        let answer = self.sender.send_request(request).await.map_err(failed)?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await.map_err(failed)?.to_bytes();
        if status.is_success() { Ok(bytes) } else { Err(format!("{path}: {status}")) }
    }
}
