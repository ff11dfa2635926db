//! What had better be done before sign-in: install, or open in a real browser. And the one thing that stops it.
use super::steps::{Drawing, Steps};
use super::text::Words;
use crate::components::{Button, ButtonKind, Icon, Page};
use crate::ports::InstallHint;
use crate::routes::Route;
use crate::state::use_surroundings;
use crate::words::use_words;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StopProps {
    pub title: AttrValue,
    pub why: AttrValue,
    /// What helps, if anything does from here.
    #[prop_or_default]
    pub children: Html,
}

/// Nothing can be kept or opened here: said before anything is typed.
#[component]
pub fn Stop(props: &StopProps) -> Html {
    html! {
        <main class="sign-in">
            <div class="sign-in-brand">
                <span class="sign-in-stop">{ Icon::HardDrive }</span>
                <h1>{ &props.title }</h1>
            </div>
            <p class="sign-in-text">{ &props.why }</p>
            { props.children.clone() }
        </main>
    }
}

#[derive(Properties, PartialEq)]
pub struct InstallFirstProps {
    /// The person signs in here nevertheless.
    pub go_on: Callback<()>,
}

/// The whole screen before sign-in on iOS in a tab and inside other apps.
#[component]
pub fn InstallFirst(props: &InstallFirstProps) -> Html {
    let w = use_words::<Words>();
    html! {
        <main class="sign-in">
            <Guide />
            <div class="sign-in-foot">
                <Button kind={ButtonKind::Quiet} onclick={props.go_on.reform(|_| ())}>{ w.go_on() }</Button>
            </div>
        </main>
    }
}

/// The steps for this browser, with the reason why.
#[component]
fn Guide() -> Html {
    let w = use_words::<Words>();
    let surroundings = use_surroundings();
    let (title, why, steps) = match surroundings.install_hint() {
        InstallHint::InApp => (
            w.in_app(),
            w.in_app_why(),
            vec![(Drawing::More, w.step_more().into()), (Drawing::Browser, w.step_browser().into())],
        ),
        InstallHint::IosSteps => (
            w.install_first(),
            w.install_ios_why(),
            vec![
                (Drawing::Share, w.step_share().into()),
                (Drawing::AddToHome, w.step_add().into()),
                (Drawing::HomeScreen, w.step_open().into()),
            ],
        ),
        InstallHint::AndroidPrompt => (w.install(), w.install_why(), vec![]),
        InstallHint::None => (w.install(), w.installed(), vec![]),
    };
    html! {
        <>
            <div class="sign-in-brand"><h1>{ title }</h1><p>{ why }</p></div>
            if !steps.is_empty() { <Steps {steps} /> }
        </>
    }
}

/// The button that Android's browsers allow; appears when the browser offers it.
#[component]
pub fn InstallOffer() -> Html {
    let w = use_words::<Words>();
    let surroundings = use_surroundings();
    let hint = use_state_eq(|| surroundings.install_hint());
    {
        let (surroundings, hint) = (surroundings.clone(), hint.setter());
        use_effect_with((), move |()| {
            let told = surroundings.clone();
            let listening = surroundings.changed(Box::new(move || hint.set(told.install_hint())));
            move || drop(listening)
        });
    }
    if *hint != InstallHint::AndroidPrompt {
        return Html::default();
    }
    let onclick = {
        let (surroundings, hint) = (surroundings.clone(), hint.setter());
        Callback::from(move |_: MouseEvent| {
            let (answer, hint, surroundings) = (surroundings.install(), hint.clone(), surroundings.clone());
            spawn_local(async move {
                answer.await;
                hint.set(surroundings.install_hint());
            });
        })
    };
    html! {
        <div class="card install-offer">
            <p>{ w.install_why() }</p>
            <Button icon={Icon::Download} {onclick}>{ w.install() }</Button>
        </div>
    }
}

/// `/install`: the same at any time.
#[component]
pub fn Install() -> Html {
    let w = use_words::<Words>();
    html! {
        <Page title={w.install()} back={Route::Me}>
            <div class="sign-in"><Guide /><InstallOffer /></div>
        </Page>
    }
}
