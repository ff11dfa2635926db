//! Settings of this device: language, looks, large type; and the password of the person.
use super::password::Password;
use super::text::SettingWords;
use crate::components::{Card, Chip, Chips, Icon, Page, SectionTitle};
use crate::routes::Route;
use crate::state::{SessionAct, Theme, use_session};
use crate::words::{Locale, use_words};
use yew::prelude::*;

#[component]
pub fn Settings() -> Html {
    let w = use_words::<SettingWords>();
    let session = use_session();
    let changing = use_state_eq(|| false);
    let act = |act: fn() -> SessionAct| {
        let session = session.dispatcher();
        Callback::from(move |_: MouseEvent| session.dispatch(act()))
    };
    let language = |locale: Locale, words: &'static str, chosen: fn() -> SessionAct| {
        html! {
            <Chip on={session.locale == locale} onclick={act(chosen)}>
                <span lang={locale.tag()}>{ words }</span>
            </Chip>
        }
    };
    let theme = |theme: Theme, icon: Icon, words: &'static str, chosen: fn() -> SessionAct| {
        html! { <Chip {icon} on={session.theme == theme} onclick={act(chosen)}>{ words }</Chip> }
    };
    let large = {
        let (session, now) = (session.dispatcher(), session.large);
        Callback::from(move |_: Event| session.dispatch(SessionAct::Large(!now)))
    };
    let set = |value: bool| {
        let changing = changing.setter();
        move || changing.set(value)
    };
    let (open, close) = (set(true), set(false));
    html! {
        <Page title={w.settings()} back={Route::Me}>
            <SectionTitle>{ w.language() }</SectionTitle>
            <Card class="card-pad">
                <Chips label={w.language()}>
                    { language(Locale::Zh, w.chinese(), || SessionAct::Locale(Locale::Zh)) }
                    { language(Locale::En, w.english(), || SessionAct::Locale(Locale::En)) }
                </Chips>
            </Card>
            <SectionTitle>{ w.looks() }</SectionTitle>
            <Card class="card-pad">
                <Chips label={w.looks()}>
                    { theme(Theme::System, Icon::Smartphone, w.system(), || SessionAct::Theme(Theme::System)) }
                    { theme(Theme::Light, Icon::Sun, w.light(), || SessionAct::Theme(Theme::Light)) }
                    { theme(Theme::Dark, Icon::Moon, w.dark(), || SessionAct::Theme(Theme::Dark)) }
                    { theme(Theme::Sunlight, Icon::Eye, w.sunlight(), || SessionAct::Theme(Theme::Sunlight)) }
                </Chips>
                <label class="setting-large">
                    <span><b>{ w.large() }</b><span>{ w.large_why() }</span></span>
                    <input type="checkbox" role="switch" checked={session.large} onchange={large} />
                </label>
            </Card>
            <Card>
                <button type="button" class="row setting-row" onclick={Callback::from(move |_: MouseEvent| open())}>
                    <span class="row-icon">{ Icon::Lock }</span>
                    <span class="row-text">
                        <span class="row-title">{ w.password() }</span>
                        <span class="row-detail">{ w.password_why() }</span>
                    </span>
                    <span class="row-arrow">{ Icon::ChevronRight }</span>
                </button>
            </Card>
            if *changing { <Password onclose={Callback::from(move |()| close())} /> }
        </Page>
    }
}
