//! The app as a whole: who is here, then the way in or the frame with its screens.
use crate::components::ToastShelf;
use crate::features::sign_in;
use crate::frame::Frame;
use crate::ports::{Entered, Gone, Ports, Resumed};
use crate::state::{
    DeviceHandle, DoorHandle, Handles, KeptPlaces, Session, SessionAct, SessionHandle, SurroundingsHandle, Teller,
    Toasts,
};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, Clone)]
pub struct AppProps {
    pub ports: Ports,
}

impl PartialEq for AppProps {
    /// The machine under the app does not change.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What is known of the person at the device.
#[derive(Clone)]
enum Door {
    /// The copy is being looked for.
    Looking,
    Closed(sign_in::Before),
    Open(DoorHandle),
}

#[component]
pub fn App(props: &AppProps) -> Html {
    let ports = props.ports.clone();
    let surroundings = SurroundingsHandle(ports.surroundings.clone());
    let session = {
        let ports = ports.clone();
        use_reducer(move || Session::kept(&*ports.surroundings))
    };
    let toasts = use_reducer(Toasts::default);
    let teller = use_memo((), |()| Teller(toasts.dispatcher()));
    let places = use_memo((), |()| KeptPlaces::default());
    let door = use_state(|| Door::Looking);

    {
        let surroundings = surroundings.clone();
        use_effect_with((*session).clone(), move |session| session.show(&*surroundings));
    }
    let enter = {
        let (door, session) = (door.setter(), session.dispatcher());
        Callback::from(move |entered: Entered| {
            session.dispatch(SessionAct::SignedIn(entered.who));
            door.set(Door::Open(DoorHandle(entered.door)));
        })
    };
    {
        let (enter, door) = (enter.clone(), door.setter());
        let entrance = ports.entrance.clone();
        use_effect_with((), move |()| {
            wasm_bindgen_futures::spawn_local(async move {
                match entrance.resume().await {
                    Resumed::Open(entered) => enter.emit(entered),
                    other => door.set(Door::Closed(sign_in::Before::of(&other))),
                }
            });
        });
    }
    // Gone without asking: signed out in another tab, or the device was revoked.
    {
        let (door, session) = (door.setter(), session.dispatcher());
        let entrance = ports.entrance.clone();
        use_effect_with((), move |()| {
            entrance.on_gone(Box::new(move |why| {
                match why {
                    Gone::Wiped => door.set(Door::Closed(sign_in::Before::Wiped)),
                    Gone::NoStorage => door.set(Door::Closed(sign_in::Before::NoStorage)),
                    Gone::SignedOut => {}
                }
                session.dispatch(SessionAct::SignedOut);
            }));
        });
    }
    // Signed out: the door closes behind her.
    {
        let door = door.clone();
        let was = use_mut_ref(|| None);
        use_effect_with(session.who.clone().map(|who| who.account), move |account| {
            let before = was.replace(account.clone());
            if let (Some(account), None, Door::Open(_)) = (before, account, &*door) {
                door.set(Door::Closed(sign_in::Before::Known { account }));
            }
        });
    }

    let screens = match (&*door, session.who.is_some()) {
        (Door::Open(door), true) => {
            let handles = Handles { door: door.clone(), device: DeviceHandle(ports.device.clone()) };
            html! { <ContextProvider<Handles> context={handles}><Frame /></ContextProvider<Handles>> }
        }
        (Door::Closed(before), _) => {
            html! { <sign_in::SignIn before={before.clone()} entrance={sign_in::EntranceHandle(ports.entrance.clone())} {enter} /> }
        }
        _ => html! { <sign_in::Opening /> },
    };
    html! {
        <ContextProvider<SurroundingsHandle> context={surroundings}>
        <ContextProvider<SessionHandle> context={session}>
        <ContextProvider<Teller> context={(*teller).clone()}>
        <ContextProvider<KeptPlaces> context={(*places).clone()}>
            <BrowserRouter>{ screens }</BrowserRouter>
            <ToastShelf toasts={(*toasts).clone()} teller={(*teller).clone()} />
        </ContextProvider<KeptPlaces>>
        </ContextProvider<Teller>>
        </ContextProvider<SessionHandle>>
        </ContextProvider<SurroundingsHandle>>
    }
}

/// Draws the app into the element `app` of the page, in place of the shell that stood there while it loaded.
pub fn start(ports: Ports) {
    let Some(root) = gloo::utils::document().get_element_by_id("app") else { return };
    root.set_inner_html("");
    let props = AppProps { ports };
    yew::Renderer::<App>::with_root_and_props(root, props).render();
}
