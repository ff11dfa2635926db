//! The field at the top of a sheet that narrows down what it lists.
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SheetSearchProps {
    pub label: AttrValue,
    pub hint: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
}

#[component]
pub fn SheetSearch(props: &SheetSearchProps) -> Html {
    let oninput = props.oninput.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            oninput.emit(input.value());
        }
    });
    html! {
        <div class="sheet-search">
            <input
                class="weui-input field-input"
                type="search"
                aria-label={props.label.clone()}
                placeholder={props.hint.clone()}
                autocomplete="off"
                enterkeyhint="search"
                value={props.value.clone()}
                {oninput}
            />
        </div>
    }
}
