//! Grey lines where rows will be; CSS shows them only after 150 ms, so quick answers do not blink.
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SkeletonProps {
    #[prop_or(4)]
    pub rows: usize,
}

#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    html! { <div class="card skeleton" aria-hidden="true">{ for (0..props.rows).map(|_| html! { <i /> }) }</div> }
}
