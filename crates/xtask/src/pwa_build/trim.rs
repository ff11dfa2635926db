//! Leaves out of WeUI's styles the components that the app never names.
//! A rule stays when in doubt: whole components go, never single modifiers, since code may put class names together.

use std::collections::BTreeSet;

/// The rules of `css` (minified, as WeUI ships it) whose components `code` names.
pub fn to_components_named_in(css: &str, code: &str) -> String {
    let named = Named::in_code(code);
    let mut kept = String::with_capacity(css.len());
    keep_rules(css, &named, &mut kept);
    kept
}

fn keep_rules(css: &str, named: &Named, kept: &mut String) {
    let mut rest = css;
    while let Some(rule) = next_rule(rest) {
        rest = &rest[rule.length..];
        match rule.body {
            None => kept.push_str(rule.prelude),
            Some(body) if is_group(rule.prelude) => {
                let mut inner = String::new();
                keep_rules(body, named, &mut inner);
                if !inner.is_empty() {
                    push_rule(kept, rule.prelude, &inner);
                }
            }
            Some(body) if rule.prelude.trim_start().starts_with('@') => push_rule(kept, rule.prelude, body),
            Some(body) => {
                let selectors: Vec<&str> =
                    split_selectors(rule.prelude).into_iter().filter(|selector| named.holds_all_of(selector)).collect();
                if !selectors.is_empty() {
                    push_rule(kept, &selectors.join(","), body);
                }
            }
        }
    }
}

fn push_rule(kept: &mut String, prelude: &str, body: &str) {
    kept.push_str(prelude);
    kept.push('{');
    kept.push_str(body);
    kept.push('}');
}

/// Whether the at-rule holds further rules.
fn is_group(prelude: &str) -> bool {
    ["@media", "@supports"].iter().any(|word| prelude.trim_start().starts_with(word))
}

struct Rule<'a> {
    /// The selectors or the at-rule's head; the whole statement or comment where there is no body.
    prelude: &'a str,
    body: Option<&'a str>,
    length: usize,
}

fn next_rule(css: &str) -> Option<Rule<'_>> {
    if css.trim().is_empty() {
        return None;
    }
    let mut depth = 0usize;
    let mut opened = 0;
    let mut quote = None;
    let mut characters = css.char_indices();
    let length = loop {
        let Some((at, character)) = characters.next() else {
            break css.len();
        };
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), '\\') => {
                characters.next();
            }
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '/') if css[at..].starts_with("/*") => {
                let end = css[at..].find("*/").map_or(css.len(), |length| at + length + 2);
                if depth == 0 {
                    return Some(Rule { prelude: &css[..end], body: None, length: end });
                }
                while characters.clone().next().is_some_and(|(next, _)| next < end) {
                    characters.next();
                }
            }
            (None, '{') => {
                if depth == 0 {
                    opened = at;
                }
                depth += 1;
            }
            (None, '}') if depth == 1 => {
                return Some(Rule { prelude: &css[..opened], body: Some(&css[opened + 1..at]), length: at + 1 });
            }
            (None, '}') => depth = depth.saturating_sub(1),
            (None, ';') if depth == 0 => break at + 1,
            _ => {}
        }
    };
    Some(Rule { prelude: &css[..length], body: None, length })
}

/// Splits at commas outside of brackets.
fn split_selectors(prelude: &str) -> Vec<&str> {
    let mut depth = 0i32;
    prelude
        .split(|character| {
            match character {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                _ => {}
            }
            character == ',' && depth == 0
        })
        .collect()
}

/// Words of the code that can be class names.
struct Named<'a> {
    words: BTreeSet<&'a str>,
}

impl<'a> Named<'a> {
    fn in_code(code: &'a str) -> Self {
        Self { words: code.split(|character| !is_class_character(character)).filter(|word| !word.is_empty()).collect() }
    }

    fn holds_all_of(&self, selector: &str) -> bool {
        classes(&without_negations(selector)).all(|class| self.holds(component(class)))
    }

    /// `weui-btn` is held by `weui-btn_primary`, and `weui-icon-success` by the `weui-icon-` of a name put together.
    fn holds(&self, component: &str) -> bool {
        self.words.range(component..).next().is_some_and(|word| word.starts_with(component))
            || self
                .words
                .iter()
                .any(|word| word.starts_with("weui-") && word.ends_with(['-', '_']) && component.starts_with(word))
    }
}

fn is_class_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

/// `weui-cells__title` and `weui-cells_form` belong to `weui-cells`.
fn component(class: &str) -> &str {
    class.split('_').next().unwrap_or(class)
}

fn classes(selector: &str) -> impl Iterator<Item = &str> {
    selector.split('.').skip(1).map(|rest| {
        let end = rest.find(|character| !is_class_character(character)).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// What `:not(…)` names need not exist for the rule to hold.
fn without_negations(selector: &str) -> String {
    let mut kept = String::new();
    let mut rest = selector;
    while let Some((before, after)) = rest.split_once(":not(") {
        kept.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::to_components_named_in;

    #[test]
    fn rules_of_components_that_the_code_names_stay() {
        for (css, code, expected) in [
            ("a{b:c}.weui-btn{d:e}.weui-form{f:g}", "class=\"weui-btn_primary\"", "a{b:c}.weui-btn{d:e}"),
            (".weui-btn_mini,.weui-form__hd{a:b}", "weui-btn", ".weui-btn_mini{a:b}"),
            (".weui-icon-success{a:b}.weui-loading{c:d}", "format!(\"weui-icon-{kind}\")", ".weui-icon-success{a:b}"),
            ("@media (x){.weui-form{a:b}}@media (y){.weui-btn{c:d}}", "weui-btn", "@media (y){.weui-btn{c:d}}"),
            ("@keyframes spin{0%{a:b}to{c:d}}", "", "@keyframes spin{0%{a:b}to{c:d}}"),
            ("/*! licence */.weui-x{a:b}", "", "/*! licence */"),
            (".weui-cell:not(.weui-cell_none){a:b}", "weui-cell", ".weui-cell:not(.weui-cell_none){a:b}"),
            (".weui-a{b:url(\"data:}{\")}p{c:d}", "", "p{c:d}"),
            ("@charset \"utf-8\";p{a:b}", "", "@charset \"utf-8\";p{a:b}"),
            (".wx-root,body{--weui-A:1}", "", "body{--weui-A:1}"),
            ("p:is(.weui-a,.weui-b),i{a:b}", "weui-a", "i{a:b}"),
        ] {
            assert_eq!(to_components_named_in(css, code), expected, "{css}");
        }
    }
}
