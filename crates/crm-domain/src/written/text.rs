//! The clean-up that every kind of value starts with: widths, spaces, characters that nobody sees.

/// Characters that are not seen: zero-width, bidirectional marks, byte order marks, soft hyphens, controls other than spaces.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
        || (c.is_control() && !c.is_whitespace())
}

/// The half-width twin of a full-width character, the character itself otherwise.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{A0}' => ' ',
        '￥' => '¥',
        '－' | '–' | '—' | '‐' | '‑' | '−' => '-',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Text to show: invisible characters gone, runs of spaces and line breaks as one space, none at the ends.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Text to read values from: [`tidy`], and half-width throughout.
pub fn clean(text: &str) -> String {
    tidy(text).chars().map(half_width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_goes_and_widths_fold() {
        for (given, tidied, cleaned) in [
            ("", "", ""),
            ("\u{3000} ", "", ""),
            (" a \n\t b\u{3000}", "a b", "a b"),
            ("\u{FEFF}天荣\u{200B}", "天荣", "天荣"),
            ("\u{202D}15458645176\u{202C}", "15458645176", "15458645176"),
            ("１６－９．Ａ（", "１６－９．Ａ（", "16-9.A("),
            ("￥１", "￥１", "¥1"),
            ("a\u{0}b", "ab", "ab"),
        ] {
            assert_eq!(tidy(given), tidied, "{given:?}");
            assert_eq!(clean(given), cleaned, "{given:?}");
        }
    }
}
