//! The kinds of records and their fields, as the domain declares them, for whoever writes another client.
use crm_domain::kind::{Kind, Sensitivity};
use crm_domain::registry;
use std::fmt::Write;

pub fn kinds() -> String {
    let mut text = String::from(
        "Kinds: number, name, class (A mutable, B event, C the server's), the field that names its root.\n\
         Fields: number, name, type, merge policy, whether it is personal, whether events commit to it.\n",
    );
    for kind in registry::kinds() {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{}", of(kind));
    }
    text
}

fn of(kind: &Kind) -> String {
    let root = kind.root.map(|field| format!(", root in field {field}")).unwrap_or_default();
    let mut text = format!("{} {}: class {:?}{root}\n", kind.number, kind.name, kind.class);
    for field in kind.fields {
        let (ty, policy) = (format!("{:?}", field.ty).to_lowercase(), format!("{:?}", field.policy).to_lowercase());
        let personal = if field.sensitivity == Sensitivity::Personal { ", personal" } else { "" };
        let committed = if field.committed { ", committed" } else { "" };
        let since = if field.since > 1 { format!(", since {}", field.since) } else { String::new() };
        text += &format!("  {} {}: {ty}, {policy}{personal}{committed}{since}\n", field.number, field.name);
    }
    text
}
