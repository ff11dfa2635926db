//! Which networks photos may use, where the browser knows one from another.
use super::text::SyncWords;
use crate::components::Card;
use crate::state::{use_door, use_surroundings};
use crate::words::use_words;
use yew::prelude::*;

/// As the browser's side reads it.
const SETTING: &str = "photos-wifi";

#[component]
pub fn PhotoRoad() -> Html {
    let w = use_words::<SyncWords>();
    let (door, surroundings) = (use_door(), use_surroundings());
    let wifi = use_state_eq(|| surroundings.setting(SETTING).is_some());
    if !surroundings.tells_roads() {
        return Html::default();
    }
    let onchange = {
        let (surroundings, wifi) = (surroundings.clone(), wifi.clone());
        Callback::from(move |_: Event| {
            surroundings.keep_setting(SETTING, (!*wifi).then_some("1"));
            wifi.set(!*wifi);
            // What waited may go now.
            door.sync_now();
        })
    };
    html! {
        <Card class="card-pad">
            <label class="setting-large setting-alone">
                <span><b>{ w.photos_wifi() }</b><span>{ w.photos_wifi_why() }</span></span>
                <input type="checkbox" role="switch" checked={*wifi} {onchange} />
            </label>
            if surroundings.saves_data() { <p class="me-note">{ w.photos_saving() }</p> }
        </Card>
    }
}
