//! Customers (客户): the whole book as a list, one customer whole, new and changed ones.
use crate::components::Page;
use crate::routes::Route;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct CustomersProps {
    pub route: Route,
}

#[component]
pub fn Customers(_: &CustomersProps) -> Html {
    html! { <Page title="客户">{ "" }</Page> }
}
