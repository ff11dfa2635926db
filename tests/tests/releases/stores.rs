//! What an earlier release left in a phone's stores is read by this one (SYNC 4.9): the golden stored forms, release by
//! release, as the disk of a phone that is then started.
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_protocol::APP;
use crm_replica::ports::{Effect, Input, Key, Opened, Session, Status, Storage};
use crm_replica::saved::DeviceState;
use crm_replica::{Now, Replica};
use tests::golden::{folder, parse};

fn golden(release: u16, name: &str) -> Vec<u8> {
    let path = folder(release).join(format!("{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    parse(&text).expect("hex")
}

#[test]
fn a_phone_of_every_release_opens() {
    for release in 1..=APP {
        let value = |key: Key, name: &str| (key, golden(release, name));
        let device: DeviceState = crm_protocol::decode(&golden(release, "stored-device")).expect("a state");
        let n = device.next_n - 1;
        let opened = Opened {
            state: vec![value((0, 0), "stored-device"), value((1, 1), "stored-bucket")],
            delta: vec![value((1, 1), "stored-delta"), value((1, 2), "stored-exit")],
            outbox: vec![value((0, n), "stored-op"), value((1, n), "stored-sending")],
            journal: vec![value((0, n - 1), "stored-op"), value((1, n - 1), "stored-sending-new")],
            column: vec![],
        };
        let dev = device.dev.expect("it has a name").0;
        let session = Session {
            org: Uuid::from_u128(1),
            user: Uuid::from_u128(2),
            dev,
            role: Role::Manager,
            alg: 0,
            key: vec![1; 32],
            seed: 7,
            writer: true,
        };
        let mut replica = Replica::new();
        let effects = replica.step(Now { device_ms: device.server_ms + 1_000 }, Input::Open { session, opened });
        let told = effects.iter().find_map(|effect| match effect {
            Effect::Status(status) => Some(status.clone()),
            _ => None,
        });
        let Status { unreadable, storage, unsent, .. } = told.expect("it says how it is");
        assert_eq!((unreadable, storage, unsent), (0, Storage::Fine, 1), "release {release}");
        assert_eq!(replica.next_n(), device.next_n, "release {release}: the queue goes on where it was");
        assert_eq!(replica.queue().len(), 2, "release {release}: outbox and journal");
    }
}
