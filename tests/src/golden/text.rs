//! A golden message as a file that people read: what it is, its bytes in hex, the same in CBOR's diagnostic notation.
use super::Golden;

pub fn render(golden: &Golden) -> String {
    let hex: Vec<String> = golden.bytes.chunks(32).map(hex).collect();
    let notation = minicbor::display(&golden.bytes);
    format!("{}\n\n{}\n\n{notation}\n", golden.what, hex.join("\n"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes in such a file.
pub fn parse(file: &str) -> Result<Vec<u8>, String> {
    let hex = file.split("\n\n").nth(1).ok_or("no hex")?;
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).map_err(|e| e.to_string())?;
        u8::from_str_radix(text, 16).map_err(|e| e.to_string())
    };
    digits.chunks(2).map(pair).collect()
}
