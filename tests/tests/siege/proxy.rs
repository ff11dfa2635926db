//! A road to the server that can be bad: requests and answers are lost, cut in the middle, repeated, slow. One request a
//! connection; what becomes of each is said by the test.
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Through,
    /// The server never hears of it.
    Lost,
    /// So much of it, in hundredths, reaches the server.
    RequestCut(usize),
    /// The server has done it, and the phone gets so much of the answer, in hundredths.
    AnswerCut(usize),
    /// It reaches the server twice, and the second answer comes back.
    Twice,
    /// It comes back, and then reaches the server once more.
    AgainLater,
}

/// How fast everything goes.
#[derive(Clone, Copy, Default)]
pub struct Speed {
    pub latency: Duration,
    /// So many bytes at once, with a pause after each time; 0: all of them.
    pub at_once: usize,
    pub pause: Duration,
}

type Fates = dyn FnMut(&str) -> Fate + Send;

pub struct Proxy {
    pub address: String,
    shared: Arc<Shared>,
    door: Option<JoinHandle<()>>,
}

struct Shared {
    server: String,
    speed: Speed,
    fates: Mutex<Box<Fates>>,
    closed: AtomicBool,
}

impl Proxy {
    /// Before the server at `address`. `fates` is asked with each request's first line.
    pub fn before(address: &str, speed: Speed, fates: impl FnMut(&str) -> Fate + Send + 'static) -> Self {
        let server = address.strip_prefix("http://").expect("an address").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let shared =
            Arc::new(Shared { server, speed, fates: Mutex::new(Box::new(fates)), closed: AtomicBool::new(false) });
        let inside = shared.clone();
        let door = std::thread::spawn(move || {
            for phone in listener.incoming() {
                if inside.closed.load(Ordering::SeqCst) {
                    return;
                }
                let (phone, inside) = (phone.expect("a connection"), inside.clone());
                // How it ends is the phone's affair: it sees a connection that broke.
                std::thread::spawn(move || inside.carry(phone));
            }
        });
        Self { address, shared, door: Some(door) }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        let address = self.address.strip_prefix("http://").expect("an address");
        TcpStream::connect(address).expect("the door opens once more");
        self.door.take().expect("the door").join().expect("it closes");
    }
}

impl Shared {
    fn carry(&self, mut phone: TcpStream) -> io::Result<()> {
        let request = request(&mut phone)?;
        let end = request.windows(2).position(|two| two == b"\r\n").unwrap_or_default();
        let line = String::from_utf8_lossy(&request[..end]).into_owned();
        let fate = (self.fates.lock().unwrap_or_else(PoisonError::into_inner))(&line);
        std::thread::sleep(self.speed.latency);
        let mut answer = match fate {
            Fate::Lost => return Ok(()),
            Fate::RequestCut(hundredths) => {
                let mut server = TcpStream::connect(&self.server)?;
                self.say(&mut server, part(&request, hundredths))?;
                return server.shutdown(Shutdown::Both);
            }
            Fate::Twice => {
                self.ask(&request)?;
                self.ask(&request)?
            }
            Fate::Through | Fate::AnswerCut(_) | Fate::AgainLater => self.ask(&request)?,
        };
        std::thread::sleep(self.speed.latency);
        if let Fate::AnswerCut(hundredths) = fate {
            answer.truncate(part(&answer, hundredths).len());
        }
        self.say(&mut phone, &answer)?;
        phone.shutdown(Shutdown::Both)?;
        if fate == Fate::AgainLater {
            self.ask(&request)?;
        }
        Ok(())
    }

    /// Carries a request to the server and reads its whole answer.
    fn ask(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(&self.server)?;
        self.say(&mut server, request)?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        Ok(answer)
    }

    fn say(&self, to: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
        if self.speed.at_once == 0 {
            return to.write_all(bytes);
        }
        for some in bytes.chunks(self.speed.at_once) {
            to.write_all(some)?;
            std::thread::sleep(self.speed.pause);
        }
        Ok(())
    }
}

fn part(bytes: &[u8], hundredths: usize) -> &[u8] {
    &bytes[..bytes.len() * hundredths / 100]
}

/// One whole request; it is made to be the last of its connection, so that the end of the answer is the connection's.
fn request(phone: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut some = [0; 16 * 1024];
    loop {
        if let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
            && bytes.len() >= head + length(&bytes[..head])
        {
            let first = bytes.windows(2).position(|two| two == b"\r\n").unwrap_or_default();
            bytes.splice(first..first, b"\r\nconnection: close".iter().copied());
            return Ok(bytes);
        }
        match phone.read(&mut some)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend_from_slice(&some[..n]),
        }
    }
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let said = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    said.unwrap_or_default()
}
