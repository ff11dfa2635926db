//! Short messages at the foot of the screen: done (with Undo where there is one), or not done and why.
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, PartialEq)]
pub struct Toast {
    pub id: u32,
    pub text: AttrValue,
    /// Not done: stays until dismissed.
    pub failed: bool,
    /// What takes it back.
    pub undo: Option<Callback<()>>,
}

/// The one that is shown; a newer one replaces it.
#[derive(Clone, Default, PartialEq)]
pub struct Toasts {
    pub shown: Option<Toast>,
    last: u32,
}

pub enum ToastAct {
    Show {
        text: AttrValue,
        failed: bool,
        undo: Option<Callback<()>>,
    },
    /// Ends the toast of this id, if it is still the one shown.
    End(u32),
}

impl Reducible for Toasts {
    type Action = ToastAct;

    fn reduce(self: Rc<Self>, act: ToastAct) -> Rc<Self> {
        match act {
            ToastAct::Show { text, failed, undo } => {
                let id = self.last + 1;
                Rc::new(Toasts { shown: Some(Toast { id, text, failed, undo }), last: id })
            }
            ToastAct::End(id) if self.shown.as_ref().is_some_and(|t| t.id == id) => {
                Rc::new(Toasts { shown: None, last: self.last })
            }
            ToastAct::End(_) => self,
        }
    }
}

/// Shows toasts; equal for the life of the app, so holding one never redraws a screen.
#[derive(Clone, PartialEq)]
pub struct Teller(pub UseReducerDispatcher<Toasts>);

impl Teller {
    /// Done.
    pub fn say(&self, text: impl Into<AttrValue>) {
        self.0.dispatch(ToastAct::Show { text: text.into(), failed: false, undo: None });
    }

    /// Done, and can be taken back.
    pub fn undo(&self, text: impl Into<AttrValue>, undo: Callback<()>) {
        self.0.dispatch(ToastAct::Show { text: text.into(), failed: false, undo: Some(undo) });
    }

    /// Not done.
    pub fn fail(&self, text: impl Into<AttrValue>) {
        self.0.dispatch(ToastAct::Show { text: text.into(), failed: true, undo: None });
    }
}

#[hook]
pub fn use_toasts() -> Teller {
    use_context::<Teller>().expect("the app provides the toasts")
}
