//! Which encoding a text file is in: UTF-8, UTF-16 by its mark, else GB18030 (GBK and GB2312 are parts of it).
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

#[derive(Clone, Copy)]
pub struct TextEncoding {
    encoding: &'static Encoding,
    pub mark_len: usize,
}

impl TextEncoding {
    /// The standard's name: "UTF-8", "gb18030", "UTF-16LE".
    pub fn name(self) -> &'static str {
        self.encoding.name()
    }

    pub fn is_utf16(self) -> bool {
        self.encoding == UTF_16LE || self.encoding == UTF_16BE
    }

    /// The text, or `None` where the bytes are not in this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        self.encoding.decode_without_bom_handling_and_without_replacement(bytes)
    }

    /// The text with a replacement character for what cannot be read: to show, never to import.
    pub fn decode_lossy(self, bytes: &[u8]) -> Cow<'_, str> {
        self.encoding.decode(bytes).0
    }
}

/// `None` for bytes that are no text at all.
pub fn detect(bytes: &[u8]) -> Option<TextEncoding> {
    if let Some((encoding, mark_len)) = Encoding::for_bom(bytes) {
        return Some(TextEncoding { encoding, mark_len });
    }
    if bytes.iter().take(8192).any(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)) {
        return None;
    }
    // In a file of two encodings the header decides; its other rows are refused one by one.
    let is_utf8 = std::str::from_utf8(bytes).is_ok() || bytes.split(|b| *b == b'\n').find_map(tells).unwrap_or(false);
    Some(TextEncoding { encoding: if is_utf8 { UTF_8 } else { GB18030 }, mark_len: 0 })
}

/// Whether a line is UTF-8 (`true`) or is not (`false`); `None` where it does not tell.
/// Two GB18030 characters can happen to be valid UTF-8 (the famous 联通), six bytes of Chinese in a row hardly.
fn tells(line: &[u8]) -> Option<bool> {
    match std::str::from_utf8(line) {
        Err(_) => Some(false),
        Ok(text) => (text.chars().filter(|c| c.len_utf8() >= 3).count() >= 2).then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn encodings_are_told_apart() {
        let utf8 = "客户名称,电话\n东莞,1\n".as_bytes().to_vec();
        let mixed = [utf8.clone(), gb("鸿福茶餐厅,2\n")].concat();
        let mixed_back = [gb("客户名称,电话\n"), utf8.clone()].concat();
        let table: [(&str, Vec<u8>, Option<&str>); 9] = [
            ("plain", b"name,phone\n".to_vec(), Some("UTF-8")),
            ("UTF-8", utf8.clone(), Some("UTF-8")),
            ("UTF-8 with mark", [b"\xEF\xBB\xBF".to_vec(), utf8].concat(), Some("UTF-8")),
            ("GB18030", gb("客户名称,电话\n东莞㛃,1\n"), Some("gb18030")),
            ("famous pair", gb("联通\n"), Some("gb18030")),
            ("UTF-8 header, then GB18030", mixed, Some("UTF-8")),
            ("GB18030 header, then UTF-8", mixed_back, Some("gb18030")),
            ("UTF-16", b"\xFF\xFEa\0".to_vec(), Some("UTF-16LE")),
            ("picture", b"\x89PNG\r\n\x1a\n\0\0\0".to_vec(), None),
        ];
        for (what, bytes, expected) in table {
            assert_eq!(detect(&bytes).map(TextEncoding::name), expected, "{what}");
        }
    }
}
