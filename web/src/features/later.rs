//! Screens that open after the list. Their code is a file of its own (feature `split`), so that the first download is
//! small; it is fetched once the first screen stands, kept for offline with the rest, and compiled once.
use super::rest;
use crate::components::{Button, ButtonKind, Empty, Icon, Page, Skeleton};
use crate::routes::Route;
use crate::words;
use crate::words::use_words;
use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use yew::prelude::*;

words! {
    pub struct Words {
        opening => "正在打开", "Opening";
        not_here => "还没有下载", "Not here";
        missing => "这一页还没有下载到本机", "This page is not on this phone yet";
        missing_why => "有网络时打开一次，以后没有信号也能用。", "Open it once with a network; after that it works without a signal.";
        again => "再试一次", "Try again";
    }
}

thread_local! {
    static ARRIVED: Cell<bool> = const { Cell::new(false) };
}

#[derive(Properties, PartialEq)]
pub struct LaterProps {
    pub route: Route,
}

/// One of the screens of [`rest::screen`], once its code is there.
#[component]
pub fn Later(props: &LaterProps) -> Html {
    let w = use_words::<Words>();
    let arrived = use_arrived();
    let back = (!props.route.is_root()).then(|| props.route.up());
    match *arrived {
        Arrived::Yes => drawn(&props.route),
        Arrived::Waiting => html! { <Page title={w.opening()} {back}><Skeleton rows=3 /></Page> },
        Arrived::Failed => {
            let again = Callback::from(move |_: MouseEvent| arrived.set(Arrived::Waiting));
            html! {
                <Page title={w.not_here()} {back}>
                    <Empty icon={Icon::CloudOff} title={w.missing()} text={w.missing_why()}>
                        <Button kind={ButtonKind::Primary} onclick={again}>{ w.again() }</Button>
                    </Empty>
                </Page>
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Arrived {
    Waiting,
    Yes,
    Failed,
}

#[hook]
fn use_arrived() -> UseStateHandle<Arrived> {
    let state = use_state(|| if ARRIVED.get() { Arrived::Yes } else { Arrived::Waiting });
    let told = state.clone();
    use_effect_with(*state, move |now| {
        if *now == Arrived::Waiting {
            wasm_bindgen_futures::spawn_local(async move {
                told.set(if fetched().await { Arrived::Yes } else { Arrived::Failed });
            });
        }
    });
    state
}

/// Fetches the code, where that has not happened; false where it could not be had.
pub async fn fetched() -> bool {
    let here = rest::fetch().await.is_ok();
    ARRIVED.set(here);
    here
}

/// The code is there, so the call is done at its first poll.
fn drawn(route: &Route) -> Html {
    let screen = pin!(rest::screen(route.clone()));
    match screen.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(html)) => html,
        Poll::Ready(Err(_)) | Poll::Pending => Html::default(),
    }
}
