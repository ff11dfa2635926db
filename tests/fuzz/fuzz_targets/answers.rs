//! A server, or somebody between, that answers a phone with anything: pulls, pages and pushes into a real replica.
#![no_main]
use crm_domain::customers;
use crm_domain::registry::Query;
use crm_protocol::{Pulled, decode, encode};
use crm_replica::ports::{Effect, Endpoint, Input, NetError, Opened};
use crm_replica::{Now, Replica};
use fuzz::{pieces, session};
use libfuzzer_sys::fuzz_target;
use std::collections::VecDeque;

/// Steps of one run.
const STEPS: usize = 200;

fuzz_target!(|bytes: &[u8]| {
    let mut answers: VecDeque<&[u8]> = pieces(bytes).into();
    let mut now = Now { device_ms: 1_760_000_000_000 };
    let mut replica = Replica::default();
    let list = Query::Customers(customers::Query::List(customers::List { limit: 50, ..Default::default() }));
    let mut inputs = VecDeque::from([
        Input::Open { session: session(), opened: Opened::default() },
        Input::Watch { watch: 1, query: list },
        Input::Wake,
    ]);
    for _ in 0..STEPS {
        let Some(input) = inputs.pop_front() else {
            if answers.is_empty() {
                return;
            }
            now.device_ms += 60_000;
            inputs.push_back(Input::Wake);
            continue;
        };
        for effect in replica.step(now, input) {
            match effect {
                Effect::Commit { txn, .. } => inputs.push_back(Input::Committed { txn }),
                Effect::Load { request, keys, .. } => {
                    inputs.push_back(Input::Loaded { request, values: vec![None; keys.len()] });
                }
                Effect::Sign { request, messages } => {
                    inputs.push_back(Input::Signed { request, signatures: vec![[0; 64]; messages.len()] });
                }
                Effect::Send { request, to, body } => {
                    let answer = answers.pop_front().map(|bytes| answered(to, &body, bytes));
                    inputs.push_back(Input::Answered { request, answer: answer.ok_or(NetError::Unreachable) });
                }
                _ => {}
            }
        }
    }
});

/// An answer to this very request where the bytes are one at all, so that the nonce does not keep everything out.
fn answered(to: Endpoint, request: &[u8], bytes: &[u8]) -> Vec<u8> {
    if to == Endpoint::Pull
        && let (Ok(pull), Ok(pulled)) = (decode::<crm_protocol::Pull>(request), decode::<Pulled>(bytes))
    {
        return encode(&Pulled { nonce: pull.nonce, ..pulled });
    }
    bytes.to_vec()
}
