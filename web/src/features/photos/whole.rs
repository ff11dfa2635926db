//! One photo as large as the screen.
use super::text::Words;
use super::use_photo::{Look, use_photo};
use crate::components::{Button, Icon, StateMark, WholeScreen, dotted};
use crate::state::use_now;
use crate::words::{refusal, use_format, use_words};
use crm_domain::customers::PhotoLine;
use crm_domain::row::State;
use crm_replica::ports::LookError;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct WholeProps {
    pub name: AttrValue,
    pub photo: PhotoLine,
    pub state: State,
    pub onclose: Callback<()>,
}

#[component]
pub fn Whole(props: &WholeProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(60_000);
    let again = use_state_eq(|| 0);
    let photo = &props.photo;
    let look = use_photo(photo.sha, false, *again);
    let retry = Callback::from(move |_: MouseEvent| again.set(*again + 1));
    let when = f.when(photo.at, now);
    let said = match &look {
        Look::Missing(LookError::Unreachable) => Some(w.not_here().to_owned()),
        Look::Missing(LookError::NotThere) => Some(w.not_sent().to_owned()),
        Look::Missing(LookError::Malformed) => Some(w.damaged().to_owned()),
        Look::Missing(LookError::Refused(code)) => Some(refusal(*code, f.0).to_owned()),
        Look::Loading | Look::Here(_) => None,
    };
    // As high as it will be, so that nothing jumps when it comes.
    let (width, height) = photo.size;
    let ratio = (width > 0 && height > 0).then(|| format!("aspect-ratio: {width} / {height}"));
    html! {
        <WholeScreen title={w.photo_of(&props.name)} close={w.close()} onclose={props.onclose.clone()}>
            <figure class="photo-whole">
                { match look {
                    Look::Here(address) => {
                        let alt = w.alt(&props.name, &when, &photo.by);
                        html! { <img src={address.0.clone()} {alt} width={width.to_string()} height={height.to_string()} /> }
                    }
                    Look::Loading => html! { <i class="photo-bone photo-bone-whole" style={ratio} /> },
                    Look::Missing(_) => html! {
                        <div class="photo-missing" role="status">
                            { Icon::CloudOff }
                            <p>{ said.unwrap_or_default() }</p>
                            <Button onclick={retry}>{ w.again() }</Button>
                        </div>
                    },
                } }
                <figcaption>
                    { dotted([
                        html! { <time title={f.exact(photo.at)}>{ &when }</time> },
                        if photo.by.is_empty() { Html::default() } else { html! { { &photo.by } } },
                        html! { <StateMark state={props.state} /> },
                    ]) }
                </figcaption>
            </figure>
        </WholeScreen>
    }
}
