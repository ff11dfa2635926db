//! Pictured steps, drawn here so that they need no network: a phone's outline and what to tap on it.
use yew::prelude::*;

/// What a step shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Safari's bar at the bottom with the share button.
    Share,
    /// The share sheet with the line that adds to the home screen.
    AddToHome,
    /// The home screen with our icon on it.
    HomeScreen,
    /// The three dots at the top right of another app.
    More,
    /// The menu's line that opens the browser.
    Browser,
}

#[derive(Properties, PartialEq)]
pub struct StepsProps {
    pub steps: Vec<(Drawing, AttrValue)>,
}

#[component]
pub fn Steps(props: &StepsProps) -> Html {
    let step = |(drawing, words): &(Drawing, AttrValue)| {
        html! { <li class="step">{ Html::from_html_unchecked(picture(*drawing).into()) }<span>{ words }</span></li> }
    };
    html! { <ol class="steps">{ for props.steps.iter().map(step) }</ol> }
}

/// The upper or lower half of a phone, 120 by 120; `hot` marks what to tap.
fn picture(drawing: Drawing) -> String {
    let (frame, inside) = match drawing {
        Drawing::Share => (
            BOTTOM,
            r#"<path class="line" d="M14 84h92"/><path class="faint" d="M24 96h10M44 96h10M88 96h10"/><circle class="hot" cx="70" cy="97" r="12"/><path class="sign" d="M66 95h-1v7h10v-7h-1M70 99V90m-3 3 3-3 3 3"/>"#,
        ),
        Drawing::AddToHome => (
            BOTTOM,
            r#"<rect class="sheet" x="14" y="34" width="92" height="80" rx="8"/><path class="faint" d="M26 48h44M26 96h38"/><rect class="hot" x="20" y="60" width="80" height="24" rx="6"/><path class="sign" d="M28 72h34M84 67v10m-5-5h10"/><rect class="sign" x="77" y="65" width="14" height="14" rx="3"/>"#,
        ),
        Drawing::HomeScreen => (
            BOTTOM,
            r#"<rect class="faint" x="24" y="22" width="20" height="20" rx="5"/><rect class="faint" x="76" y="22" width="20" height="20" rx="5"/><rect class="faint" x="24" y="56" width="20" height="20" rx="5"/><rect class="hot" x="48" y="54" width="24" height="24" rx="6"/><path class="sign" d="M60 72s-5-4.500-5-8a5 5 0 0 1 10 0c0 3.500-5 8-5 8z"/>"#,
        ),
        Drawing::More => (
            TOP,
            r#"<path class="line" d="M14 42h92"/><path class="faint" d="M24 30h30"/><circle class="hot" cx="90" cy="30" r="11"/><path class="sign dots" d="M85 30h.01M90 30h.01M95 30h.01"/>"#,
        ),
        Drawing::Browser => (
            TOP,
            r#"<rect class="sheet" x="14" y="36" width="92" height="72" rx="8"/><path class="faint" d="M26 50h40M26 96h30"/><rect class="hot" x="20" y="60" width="80" height="24" rx="6"/><circle class="sign" cx="32" cy="72" r="6"/><path class="sign" d="M26 72h12M48 72h40"/>"#,
        ),
    };
    format!(
        r#"<svg class="step-picture" viewBox="0 0 120 120" aria-hidden="true" focusable="false">{frame}{inside}</svg>"#
    )
}

const BOTTOM: &str = r#"<path class="line" d="M12 6v96a12 12 0 0 0 12 12h72a12 12 0 0 0 12-12V6"/>"#;
const TOP: &str = r#"<path class="line" d="M12 114V24a12 12 0 0 1 12-12h72a12 12 0 0 1 12 12v90"/>"#;
