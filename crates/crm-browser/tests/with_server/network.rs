//! Requests as the server sees them: token, renewal, compression, and what its answers become.
use crate::fake_server::{Answer, FakeServer, Request, refusal};
use crm_browser::net::{Enrolment, Listening, Server};
use crm_browser::random;
use crm_browser::sign::{self, Signer};
use crm_domain::bucket::Bucket;
use crm_domain::privacy;
use crm_domain::registry::{Query, View};
use crm_protocol::{Nonce, NonceFor, RefusalCode, Renew, SetPassword, SignIn, SignedIn, decode, encode};
use crm_replica::ports::{AskError, Endpoint, NetError};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const OLD: &str = "0b";
const NEW: &str = "07";

fn signed_in(token: u8) -> SignedIn {
    SignedIn {
        token: vec![token],
        until_ms: 9,
        org: random::id(),
        user: random::id(),
        name: "周敏".into(),
        role: "lead".into(),
        epoch: 1,
        now_ms: 2,
        spare_key: None,
    }
}

async fn device() -> Enrolment {
    Enrolment { dev: random::id(), signer: Signer::generate().await.expect("a key") }
}

/// Answers renewals with the token `NEW` and gives the rest to `then`.
fn renewing(then: impl Fn(&Request) -> Answer + 'static) -> FakeServer {
    FakeServer::start(move |request| match request.path.as_str() {
        "/auth/nonce" => Answer::Body(encode(&Nonce { nonce: [3; 32], now_ms: 1 })),
        "/auth/renew" => Answer::Body(encode(&signed_in(7))),
        _ if request.token.as_deref() == Some(OLD) => refusal(RefusalCode::SignInAgain),
        _ => then(request),
    })
}

fn server(enrolment: Enrolment) -> Server {
    Server::new(enrolment, Box::new(|_| {}))
}

#[wasm_bindgen_test]
async fn each_endpoint_has_its_address_and_its_token() {
    let fake = FakeServer::start(|request| Answer::Body(request.path.clone().into_bytes()));
    let server = server(device().await);
    server.set_token(Some(&[0xab, 0x01]));
    let id = uuid::Uuid::from_u128(0x0102);
    let bucket = Bucket::Grid(id);
    let table = [
        (Endpoint::Push, "POST", "/sync/push".to_owned()),
        (Endpoint::Pull, "POST", "/sync/pull".to_owned()),
        (Endpoint::Page { bucket, generation: 4, no: 12 }, "GET", format!("/page/02{}/4/12", id.simple())),
    ];
    for (endpoint, method, path) in table {
        let answer = server.send(endpoint, b"body".to_vec()).await;
        assert_eq!(answer, Ok(path.clone().into_bytes()));
        let request = fake.seen.borrow().last().cloned().expect("seen");
        assert_eq!((request.path, request.method.as_str()), (path, method));
        assert_eq!(request.token.as_deref(), Some("ab01"));
        let expected =
            if method == "POST" { (Some("application/cbor"), b"body".as_slice()) } else { (None, b"".as_slice()) };
        assert_eq!((request.content_type.as_deref(), request.body.as_slice()), expected);
    }
}

#[wasm_bindgen_test]
async fn only_bodies_worth_it_are_zipped_and_all_arrive_whole() {
    let fake = FakeServer::start(|_| Answer::Body(Vec::new()));
    let server = server(device().await);
    server.set_token(Some(&[1]));
    // Sixteen letters at random: gzip halves it.
    let text = |size: u32| {
        let mut state = 1_u32;
        let mut letter = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b'a' + (state >> 28) as u8
        };
        (0..size).map(|_| letter()).collect::<Vec<u8>>()
    };
    let bomb = |size: u32| vec![0; size as usize];
    for (body, zipped) in [
        (text(0), false),
        (text(1024), false),
        (text(1025), true),
        (text(256 * 1024), true),
        // Grows a thousandfold: the server would not unpack it.
        (bomb(256 * 1024), false),
    ] {
        let size = body.len();
        server.send(Endpoint::Push, body.clone()).await.expect("answered");
        let request = fake.seen.borrow().last().cloned().expect("seen");
        assert_eq!(request.zipped, zipped, "{size} bytes");
        assert!(request.body == body, "{size} bytes arrive whole");
    }
}

#[wasm_bindgen_test]
async fn a_token_that_has_ended_is_renewed_once_by_the_devices_signature() {
    let fake = renewing(|_| Answer::Body(b"answer".to_vec()));
    let enrolment = device().await;
    let told = Rc::new(Cell::new(0));
    let server = Server::new(enrolment.clone(), {
        let told = told.clone();
        Box::new(move |answer| {
            assert_eq!(answer.role, "lead");
            told.set(told.get() + 1);
        })
    });
    server.set_token(Some(&[0x0b]));
    assert_eq!(server.send(Endpoint::Pull, vec![1]).await, Ok(b"answer".to_vec()));
    assert_eq!(fake.paths(), ["/sync/pull", "/auth/nonce", "/auth/renew", "/sync/pull"]);
    let seen = fake.seen.borrow().clone();
    assert_eq!(decode::<NonceFor>(&seen[1].body).expect("CBOR").dev, enrolment.dev);
    let renew: Renew = decode(&seen[2].body).expect("CBOR");
    let signed = crm_protocol::renewal_bytes(enrolment.dev, &[3; 32]);
    let Signer { alg, public, .. } = &enrolment.signer;
    assert_eq!(sign::verify(*alg, public, &signed, &renew.sig).await, Ok(true));
    assert_eq!((renew.dev, renew.nonce), (enrolment.dev, [3; 32]));
    assert_eq!(seen[3].token.as_deref(), Some(NEW));
    assert_eq!(seen[3].body, [1]);
    assert_eq!(told.get(), 1);
}

#[wasm_bindgen_test]
async fn a_cold_start_has_no_token_and_asks_for_one_first() {
    let fake = renewing(|_| Answer::Body(Vec::new()));
    let server = server(device().await);
    server.send(Endpoint::Push, vec![1]).await.expect("answered");
    server.send(Endpoint::Push, vec![2]).await.expect("answered");
    assert_eq!(fake.paths(), ["/auth/nonce", "/auth/renew", "/sync/push", "/sync/push"]);
}

#[wasm_bindgen_test]
async fn requests_side_by_side_share_one_renewal() {
    let fake = renewing(|_| Answer::Body(Vec::new()));
    let server = server(device().await);
    server.set_token(Some(&[0x0b]));
    let asked = Rc::new(Cell::new(0));
    let server = Rc::new(server);
    let (told, over) = promise();
    for _ in 0..3 {
        let (server, asked, told) = (server.clone(), asked.clone(), told.clone());
        wasm_bindgen_futures::spawn_local(async move {
            server.send(Endpoint::Pull, Vec::new()).await.expect("answered");
            asked.set(asked.get() + 1);
            if asked.get() == 3 {
                told.call0(&wasm_bindgen::JsValue::NULL).expect("told");
            }
        });
    }
    wasm_bindgen_futures::JsFuture::from(over).await.expect("all answered");
    assert_eq!(fake.paths().iter().filter(|path| *path == "/auth/renew").count(), 1);
}

/// A promise and how to resolve it.
fn promise() -> (js_sys::Function, js_sys::Promise) {
    let mut resolve = None;
    let promise = js_sys::Promise::new(&mut |done, _| resolve = Some(done));
    (resolve.expect("a promise's executor runs at once"), promise)
}

#[wasm_bindgen_test]
async fn what_the_server_will_not_renew_asks_for_a_sign_in() {
    for (code, expected) in [
        (RefusalCode::SignInAgain, NetError::Refused { code: RefusalCode::SignInAgain, retry_ms: Some(7) }),
        (RefusalCode::Inactive, NetError::Refused { code: RefusalCode::Inactive, retry_ms: Some(7) }),
    ] {
        let fake = FakeServer::start(move |request| match request.path.as_str() {
            "/auth/nonce" => Answer::Body(encode(&Nonce { nonce: [3; 32], now_ms: 1 })),
            _ => refusal(code),
        });
        let server = server(device().await);
        assert_eq!(server.send(Endpoint::Pull, Vec::new()).await, Err(expected));
        assert_eq!(fake.paths(), ["/auth/nonce", "/auth/renew"], "no second try");
    }
}

#[wasm_bindgen_test]
async fn answers_that_are_none_are_told_apart() {
    let refused = encode(&crm_protocol::Refusal { code: RefusalCode::Gone, now_ms: 0, retry_ms: None });
    let table = [
        (Some((404, refused)), NetError::Refused { code: RefusalCode::Gone, retry_ms: None }),
        (Some((502, b"<html>".to_vec())), NetError::Unreachable),
        (Some((404, b"<html>".to_vec())), NetError::Malformed),
        (None, NetError::Unreachable),
    ];
    for (answer, expected) in table {
        let _fake = FakeServer::start(move |_| match &answer {
            Some((status, body)) => Answer::Failed(*status, body.clone()),
            None => Answer::Lost,
        });
        let server = server(device().await);
        server.set_token(Some(&[1]));
        assert_eq!(server.send(Endpoint::Pull, Vec::new()).await, Err(expected));
    }
}

#[wasm_bindgen_test]
async fn a_question_to_the_server_goes_and_comes_as_json() {
    let view = View::Privacy(privacy::View { consent: Some((1, true, 2)), places: Vec::new() });
    let fake = FakeServer::start({
        let view = view.clone();
        move |_| Answer::Body(serde_json::to_vec(&view).expect("JSON"))
    });
    let server = server(device().await);
    server.set_token(Some(&[1]));
    let query: Query = privacy::Query::Ledger.into();
    assert_eq!(server.ask(query.clone()).await, Ok(view));
    let request = fake.seen.borrow()[0].clone();
    assert_eq!((request.path.as_str(), request.content_type.as_deref()), ("/ask", Some("application/json")));
    assert_eq!(serde_json::from_slice::<Query>(&request.body).expect("JSON"), query);
    drop(fake);
    let _fake = FakeServer::start(|_| Answer::Body(b"{}".to_vec()));
    assert_eq!(server.ask(query).await, Err(AskError::Malformed));
}

#[wasm_bindgen_test]
async fn passwords_are_set_and_sign_ins_made_as_the_protocol_says() {
    let fake = FakeServer::start(|request| match request.path.as_str() {
        "/admin/password" => refusal(RefusalCode::WeakPassword),
        _ => Answer::Body(encode(&signed_in(1))),
    });
    let enrolment = device().await;
    let server = server(enrolment.clone());
    server.set_token(Some(&[1]));
    let message = SetPassword { user: random::id(), password: "1".into(), old: None };
    assert_eq!(server.set_password(&message).await, Err(AskError::Refused(RefusalCode::WeakPassword)));
    assert_eq!(decode::<SetPassword>(&fake.seen.borrow()[0].body).expect("CBOR"), message);
    let message = SignIn {
        proto: crm_protocol::PROTO,
        app: crm_protocol::APP,
        account: "zhoumin".into(),
        password: "secret".into(),
        dev: enrolment.dev,
        alg: enrolment.signer.alg,
        key: enrolment.signer.public.clone(),
        label: "a test".into(),
    };
    let answer = crm_browser::net::sign_in(&message).await;
    assert_eq!(answer.answer.expect("signed in").token, [1]);
    let request = fake.seen.borrow()[1].clone();
    assert_eq!((request.path.as_str(), request.token), ("/auth/sign-in", None));
    assert_eq!(decode::<SignIn>(&request.body).expect("CBOR"), message);
}

#[wasm_bindgen_test]
async fn a_poke_is_heard_and_a_comment_is_not() {
    for (stream, expected) in
        [(": alive\n\n", 0), ("data: x\n\n", 1), (": alive\n\nevent: poke\ndata: 1\n\n", 1), ("\n\n: data: x\n", 0)]
    {
        let asked = Rc::new(Cell::new(0));
        let (again, over) = promise();
        let _fake = FakeServer::start({
            let asked = asked.clone();
            move |request| {
                if request.path != "/poke" {
                    return Answer::Lost;
                }
                asked.set(asked.get() + 1);
                if asked.get() == 1 {
                    return Answer::Body(stream.as_bytes().to_vec());
                }
                // It connects again after the line has broken.
                again.call0(&wasm_bindgen::JsValue::NULL).expect("told");
                Answer::Silence
            }
        });
        let server = Rc::new(server(device().await));
        server.set_token(Some(&[1]));
        let poked = Rc::new(Cell::new(0));
        let listening = Listening::start(server, {
            let poked = poked.clone();
            move || poked.set(poked.get() + 1)
        });
        wasm_bindgen_futures::JsFuture::from(over).await.expect("asked again");
        assert_eq!(poked.get(), expected, "{stream:?}");
        drop(listening);
    }
}
