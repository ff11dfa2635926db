//! Cards of rows: a title line, two lines of text, something to do at the end.
use super::Icon;
use crate::routes::Route;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SectionTitleProps {
    pub children: Html,
    /// At the end of the line: a link, a number.
    #[prop_or_default]
    pub aside: Html,
}

/// The line above a card.
#[component]
pub fn SectionTitle(props: &SectionTitleProps) -> Html {
    html! { <div class="section-title"><h2>{ props.children.clone() }</h2>{ props.aside.clone() }</div> }
}

#[derive(Properties, PartialEq)]
pub struct CardProps {
    pub children: Html,
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn Card(props: &CardProps) -> Html {
    html! { <div class={classes!("card", props.class.clone())}>{ props.children.clone() }</div> }
}

#[derive(Properties, PartialEq)]
pub struct RowProps {
    /// Before the text: a number in a ring, an icon, a letter.
    #[prop_or_default]
    pub lead: Html,
    pub title: Html,
    /// The second line.
    #[prop_or_default]
    pub detail: Html,
    /// At the end: a button, a figure.
    #[prop_or_default]
    pub end: Html,
    /// Makes the text open a screen; what stands at the end stays its own.
    #[prop_or_default]
    pub to: Option<Route>,
}

/// A row with two lines of text.
#[component]
pub fn Row(props: &RowProps) -> Html {
    let text = html! {
        <>
            <span class="row-title">{ props.title.clone() }</span>
            if props.detail != Html::default() { <span class="row-detail">{ props.detail.clone() }</span> }
        </>
    };
    html! {
        <div class="row">
            { props.lead.clone() }
            if let Some(to) = props.to.clone() {
                <Link<Route> {to} classes="row-text row-link">{ text }</Link<Route>>
            } else {
                <div class="row-text">{ text }</div>
            }
            { props.end.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct LinkRowProps {
    pub to: Route,
    #[prop_or_default]
    pub icon: Option<Icon>,
    pub title: Html,
    #[prop_or_default]
    pub detail: Html,
    /// Before the arrow: a count, a state.
    #[prop_or_default]
    pub value: Html,
    /// After `?` in the address.
    #[prop_or_default]
    pub query: Option<(AttrValue, AttrValue)>,
}

/// A row that as a whole opens a screen.
#[component]
pub fn LinkRow(props: &LinkRowProps) -> Html {
    let navigator = use_navigator().expect("rows stand inside the router");
    let mut href = props.to.to_path();
    if let Some((name, value)) = &props.query {
        href = format!("{href}?{name}={value}");
    }
    let onclick = {
        let (to, query) = (props.to.clone(), props.query.clone());
        Callback::from(move |event: MouseEvent| {
            if event.meta_key() || event.ctrl_key() || event.shift_key() {
                return;
            }
            event.prevent_default();
            match &query {
                // A map of two short words is always a query string.
                Some((name, value)) => {
                    let pair = std::collections::HashMap::from([(name.to_string(), value.to_string())]);
                    if navigator.push_with_query(&to, &pair).is_err() {
                        navigator.push(&to);
                    }
                }
                None => navigator.push(&to),
            }
        })
    };
    html! {
        <a class="row row-link" {href} {onclick}>
            if let Some(icon) = props.icon { <span class="row-icon">{ icon }</span> }
            <span class="row-text">
                <span class="row-title">{ props.title.clone() }</span>
                if props.detail != Html::default() { <span class="row-detail">{ props.detail.clone() }</span> }
            </span>
            <span class="row-value">{ props.value.clone() }</span>
            <span class="row-arrow">{ Icon::ChevronRight }</span>
        </a>
    }
}

#[derive(Properties, PartialEq)]
pub struct FigureProps {
    pub value: Html,
    pub label: AttrValue,
}

/// A number with its name below, several in a line: `<Card class="figures">`.
#[component]
pub fn Figure(props: &FigureProps) -> Html {
    html! { <div class="figure"><b>{ props.value.clone() }</b><span>{ &props.label }</span></div> }
}
