//! Form fields: the label stands outside, the error is tied to its field, what was typed is never lost to an error.
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
struct FrameProps {
    id: AttrValue,
    label: AttrValue,
    hint: Option<AttrValue>,
    error: Option<AttrValue>,
    required: bool,
    children: Html,
}

/// The label above, the hint or error below.
#[component]
fn Frame(props: &FrameProps) -> Html {
    html! {
        <div class={classes!("field", props.error.is_some().then_some("field-wrong"))}>
            <label for={&props.id}>
                { &props.label }
                if props.required { <span class="field-star" aria-hidden="true">{ "*" }</span> }
            </label>
            { props.children.clone() }
            if let Some(error) = &props.error {
                <p class="field-error" id={format!("{}-error", props.id)}>{ error }</p>
            } else if let Some(hint) = &props.hint {
                <p class="field-hint" id={format!("{}-hint", props.id)}>{ hint }</p>
            }
        </div>
    }
}

fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    match (error, hint) {
        (true, _) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-hint")),
        _ => None,
    }
}

/// What was typed into the field that the event came from.
fn typed(event: &InputEvent) -> Option<String> {
    let target = event.target()?;
    match target.dyn_into::<HtmlInputElement>() {
        Ok(input) => Some(input.value()),
        Err(other) => other.dyn_into::<HtmlTextAreaElement>().ok().map(|area| area.value()),
    }
}

fn on_typed(oninput: Callback<String>) -> Callback<InputEvent> {
    Callback::from(move |event: InputEvent| {
        if let Some(text) = typed(&event) {
            oninput.emit(text);
        }
    })
}

#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    /// Unique on the screen.
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    /// `text`, `tel`, `password`, `date`.
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    #[prop_or_default]
    pub inputmode: Option<AttrValue>,
    #[prop_or(AttrValue::Static("off"))]
    pub autocomplete: AttrValue,
    /// What the phone's Enter key says: `next`, `done`, `search`.
    #[prop_or_default]
    pub enterkeyhint: Option<AttrValue>,
    #[prop_or_default]
    pub onblur: Callback<FocusEvent>,
    #[prop_or_default]
    pub node: NodeRef,
}

#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    html! {
        <Frame
            id={props.id.clone()}
            label={props.label.clone()}
            hint={props.hint.clone()}
            error={props.error.clone()}
            required={props.required}
        >
            <input
                ref={props.node.clone()}
                class="weui-input field-input"
                id={&props.id}
                type={&props.kind}
                inputmode={props.inputmode.clone()}
                autocomplete={&props.autocomplete}
                enterkeyhint={props.enterkeyhint.clone()}
                autocapitalize="off"
                spellcheck="false"
                value={&props.value}
                aria-required={props.required.then_some("true")}
                aria-invalid={props.error.is_some().then_some("true")}
                aria-describedby={described(&props.id, props.hint.is_some(), props.error.is_some())}
                oninput={on_typed(props.oninput.clone())}
                onblur={props.onblur.clone()}
            />
        </Frame>
    }
}

#[derive(Properties, PartialEq)]
pub struct TextAreaProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or(3)]
    pub rows: u32,
    #[prop_or_default]
    pub onblur: Callback<FocusEvent>,
}

#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    html! {
        <Frame
            id={props.id.clone()}
            label={props.label.clone()}
            hint={props.hint.clone()}
            error={props.error.clone()}
            required={props.required}
        >
            <textarea
                class="weui-textarea field-input"
                id={&props.id}
                rows={props.rows.to_string()}
                value={&props.value}
                aria-required={props.required.then_some("true")}
                aria-invalid={props.error.is_some().then_some("true")}
                aria-describedby={described(&props.id, props.hint.is_some(), props.error.is_some())}
                oninput={on_typed(props.oninput.clone())}
                onblur={props.onblur.clone()}
            />
        </Frame>
    }
}

#[derive(Properties, PartialEq)]
pub struct SelectFieldProps {
    pub id: AttrValue,
    pub label: AttrValue,
    /// The chosen value; empty shows `none`.
    pub value: AttrValue,
    /// Value and words.
    pub options: Vec<(AttrValue, AttrValue)>,
    /// What stands there while nothing is chosen.
    #[prop_or_default]
    pub none: Option<AttrValue>,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
}

#[component]
pub fn SelectField(props: &SelectFieldProps) -> Html {
    let onchange = {
        let chosen = props.onchange.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                chosen.emit(select.value());
            }
        })
    };
    html! {
        <Frame
            id={props.id.clone()}
            label={props.label.clone()}
            hint={None::<AttrValue>}
            error={props.error.clone()}
            required={props.required}
        >
            <select
                class="weui-select field-input"
                id={&props.id}
                aria-required={props.required.then_some("true")}
                aria-invalid={props.error.is_some().then_some("true")}
                aria-describedby={described(&props.id, false, props.error.is_some())}
                {onchange}
            >
                if let Some(none) = &props.none {
                    <option value="" selected={props.value.is_empty()}>{ none }</option>
                }
                { for props.options.iter().map(|(value, words)| html! {
                    <option {value} selected={*value == props.value}>{ words }</option>
                }) }
            </select>
        </Frame>
    }
}

#[derive(Properties, PartialEq)]
pub struct DateFieldProps {
    pub id: AttrValue,
    pub label: AttrValue,
    /// Start of a local day, milliseconds.
    pub value: Option<i64>,
    pub onchange: Callback<Option<i64>>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
}

/// The phone's own date picker.
#[component]
pub fn DateField(props: &DateFieldProps) -> Html {
    let changed = props.onchange.clone();
    html! {
        <TextField
            id={props.id.clone()}
            label={props.label.clone()}
            kind="date"
            value={props.value.map(crate::words::to_date_input).unwrap_or_default()}
            oninput={Callback::from(move |text: String| changed.emit(crate::words::from_date_input(&text)))}
            error={props.error.clone()}
            required={props.required}
        />
    }
}
