//! What was typed and not yet saved: sealed, under the name of its screen, in any tab and in any version of the app.
use super::Host;
use crm_domain::ids::{Uuid, derived_id};
use crm_replica::ports::{Key, Store, Write};
use crm_replica::saved::Draft;
use wasm_bindgen_futures::spawn_local;

fn key(name: &str) -> Key {
    let hash: Uuid = derived_id(0, &[b"draft", name.as_bytes()]);
    (0, hash.as_u64_pair().1)
}

impl Host {
    pub(super) fn keep_draft(&self, name: &str, text: Option<String>) {
        let Some(desk) = self.desk() else { return };
        let value = text.map(|text| crm_protocol::encode(&Draft { name: name.into(), text }));
        let write = Write { store: Store::Draft, key: key(name), value };
        let (host, turn) = (self.clone(), desk.drafts.take());
        spawn_local(async move {
            turn.come().await;
            match desk.storage.keep(write).await {
                Ok(()) => host.storage_works(),
                Err(failure) => host.storage_failed(failure.into()),
            }
        });
    }

    pub(super) async fn read_draft(&self, name: &str) -> Option<String> {
        let desk = self.desk()?;
        let turn = desk.drafts.take();
        turn.come().await;
        let values = desk.storage.load(Store::Draft, &[key(name)]).await.ok()?;
        let draft: Draft = crm_protocol::decode(values.first()?.as_ref()?).ok()?;
        (draft.name == name).then_some(draft.text)
    }
}
