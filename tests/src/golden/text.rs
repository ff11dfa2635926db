//! A golden message as a file that people read: what it is, its bytes in hex, the same in CBOR's diagnostic notation.
use super::Golden;

pub fn render(golden: &Golden) -> String {
    let hex: Vec<String> = golden.bytes.chunks(32).map(hex::encode).collect();
    let notation = minicbor::display(&golden.bytes);
    format!("{}\n\n{}\n\n{notation}\n", golden.what, hex.join("\n"))
}

/// The bytes in such a file.
pub fn parse(file: &str) -> Result<Vec<u8>, String> {
    let lines = file.split("\n\n").nth(1).ok_or("no hex")?;
    hex::decode(lines.replace('\n', "")).map_err(|e| e.to_string())
}
