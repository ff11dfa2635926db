//! Photos in a row, each with its state; a tap opens it. [`Take`] adds to them.
use super::take::{Unfit, ready};
use super::text::Words;
use super::use_photo::{Look, use_photo};
use super::whole::Whole;
use crate::components::{Icon, StateMark};
use crate::state::{use_command, use_device, use_now, use_session, use_status};
use crate::words::{failure, use_format, use_words};
use crm_domain::customers::PhotoLine;
use crm_domain::ids::Uuid;
use crm_domain::photos::Command;
use crm_domain::row::State;
use crm_replica::ports::{Failure, Status};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

/// How far a photo has come: the picture follows its event.
fn state(photo: &PhotoLine, status: &Status) -> State {
    let owed = status.unsent_blobs.iter().any(|it| it.sha == photo.sha);
    if owed { State::OnPhone } else { photo.state }
}

#[derive(Properties, PartialEq)]
pub struct PhotosProps {
    /// Whose they are, for those who cannot see them.
    pub name: AttrValue,
    pub photos: Vec<PhotoLine>,
    /// What stands behind the last one.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Photos(props: &PhotosProps) -> Html {
    let w = use_words::<Words>();
    let status = use_status();
    let open = use_state_eq(|| None::<Uuid>);
    // Counts what was looked at whole: its small picture may be here since.
    let looked = use_state_eq(|| 0);
    let show = |photo: &PhotoLine| {
        let (open, id) = (open.setter(), photo.id);
        Callback::from(move |_: MouseEvent| open.set(Some(id)))
    };
    let close = {
        let (open, looked) = (open.setter(), looked.clone());
        Callback::from(move |()| {
            open.set(None);
            looked.set(*looked + 1);
        })
    };
    let whole = props.photos.iter().find(|photo| Some(photo.id) == *open);
    html! {
        <>
            <ul class="photos" aria-label={w.photos()}>
                { for props.photos.iter().map(|photo| html! {
                    <li key={photo.id.to_string()}>
                        <Tile photo={photo.clone()} again={*looked} onclick={show(photo)} />
                        <StateMark state={state(photo, &status)} />
                    </li>
                }) }
                if props.children != Html::default() { <li>{ props.children.clone() }</li> }
            </ul>
            if let Some(photo) = whole {
                <Whole name={props.name.clone()} photo={photo.clone()} state={state(photo, &status)} onclose={close} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct TileProps {
    photo: PhotoLine,
    again: u32,
    onclick: Callback<MouseEvent>,
}

#[component]
fn Tile(props: &TileProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(60_000);
    let look = use_photo(props.photo.sha, true, props.again);
    let label = w.open(&f.when(props.photo.at, now), &props.photo.by);
    html! {
        <button type="button" class="photo" aria-label={label} onclick={props.onclick.clone()}>
            { match look {
                Look::Here(address) => html! { <img src={address.0.clone()} alt="" /> },
                Look::Loading => html! { <i class="photo-bone" /> },
                Look::Missing(_) => html! { { Icon::Image } },
            } }
        </button>
    }
}

#[derive(Properties, PartialEq)]
pub struct TakeProps {
    pub customer: Uuid,
    /// None: before the check-in.
    #[prop_or_default]
    pub visit: Option<Uuid>,
    pub name: AttrValue,
    pub photos: Vec<PhotoLine>,
}

/// The photos, and the button that takes another.
#[component]
pub fn Take(props: &TakeProps) -> Html {
    let w = use_words::<Words>();
    let locale = use_session().locale;
    let (commands, device) = (use_command(), use_device());
    let left = use_state_eq(|| 0_usize);
    let problems = use_state_eq(Vec::<String>::new);
    let onchange = {
        let (customer, visit) = (props.customer, props.visit);
        let (left, problems) = (left.setter(), problems.setter());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let files = files(&input);
            // So that the same file can be chosen again.
            input.set_value("");
            let (commands, left, problems) = (commands.clone(), left.clone(), problems.clone());
            let offset = device.utc_offset_min();
            spawn_local(async move {
                let mut told = Vec::new();
                problems.set(vec![]);
                for (i, file) in files.iter().enumerate() {
                    left.set(files.len() - i);
                    let kept = match ready(file, offset).await {
                        Err(Unfit::NoPicture) => Err(w.no_picture(&file.name())),
                        Err(Unfit::TooLarge) => Err(w.too_large(&file.name())),
                        Ok((picture, attached)) => {
                            let command = Command::Keep { customer, visit, picture };
                            commands.run_with(command, Rc::new(attached)).await.map_err(|why| match why {
                                Failure::Quota => w.full().into(),
                                why => failure(why, locale).into(),
                            })
                        }
                    };
                    told.extend(kept.err());
                }
                left.set(0);
                problems.set(told);
            });
        })
    };
    let busy = *left > 0;
    html! {
        <div class="photo-take">
            <Photos name={props.name.clone()} photos={props.photos.clone()}>
                <label class={classes!("photo", "photo-add", busy.then_some("photo-busy"))}>
                    { Icon::Camera }
                    <span>{ if busy { w.keeping() } else { w.take() } }</span>
                    <input
                        type="file"
                        class="unseen"
                        accept="image/*"
                        capture="environment"
                        multiple=true
                        disabled={busy}
                        aria-label={w.take()}
                        {onchange}
                    />
                </label>
            </Photos>
            <div role="alert">
                { for problems.iter().map(|problem| html! {
                    <p class="notice">{ Icon::TriangleAlert }<span>{ problem }</span></p>
                }) }
            </div>
        </div>
    }
}

fn files(input: &HtmlInputElement) -> Vec<File> {
    let list = input.files();
    list.iter().flat_map(|list| (0..list.length()).filter_map(|i| list.get(i))).collect()
}
