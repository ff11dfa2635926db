//! Chinese phone numbers as written, and as shown to people who need not know all of them.
use super::decimal::Decimal;
use super::text::clean;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    /// Not a mobile number, nor area code and 7 or 8 digits.
    Invalid,
    /// Scientific notation with fewer digits than the number had: the rest is gone for good.
    PrecisionLost,
}

/// The first number in the text: a mobile as eleven digits, a landline as `area-number`; `None` when nothing is written.
pub fn phone(text: &str) -> Result<Option<String>, PhoneError> {
    let text = clean(text);
    if text.is_empty() {
        return Ok(None);
    }
    let separators = ['/', ';', ',', '、', '，', '；', '|', '或', '\\'];
    let first = text.split(separators).map(str::trim).find(|p| !p.is_empty()).ok_or(PhoneError::Invalid)?;
    let number = match Decimal::read(first) {
        Some(number) if number.scientific => from_scientific(number)?,
        // A phone that went through a number: "16963703730.0".
        _ => first.strip_suffix(".0").unwrap_or(first).to_owned(),
    };
    // "0769-45006514转801": the extension is left out.
    let number = number.split(['转', 'x', '#']).next().unwrap_or_default().to_owned();
    let number = ["+86", "0086", "(86)", "86-", "86 "].iter().find_map(|p| number.strip_prefix(p)).unwrap_or(&number);
    let parts: Vec<&str> = number.split(['-', ' ', '(', ')', '.']).filter(|p| !p.is_empty()).collect();
    let digits = parts.concat();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PhoneError::Invalid);
    }
    let digits = if digits.len() == 13 { digits.strip_prefix("86").unwrap_or(&digits) } else { &digits };
    mobile(digits)
        .or_else(|| landline(digits))
        // "0769-45006514-801": three parts, the last one an extension.
        .or_else(|| (parts.len() == 3 && parts[0].starts_with('0')).then(|| landline(&parts[..2].concat())).flatten())
        .map(Some)
        .ok_or(PhoneError::Invalid)
}

/// A number as lists show it: 138****6025, 0769-****6514.
pub fn mask_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    let shown = match phone.split_once('-') {
        Some((area, _)) => area.chars().count() + 1,
        None => 3,
    };
    if chars.len() < shown + 5 {
        return "*".repeat(chars.len());
    }
    let head: String = chars[..shown].iter().collect();
    let tail: String = chars[chars.len() - 4..].iter().collect();
    format!("{head}****{tail}")
}

fn from_scientific(number: Decimal) -> Result<String, PhoneError> {
    let whole = number.scaled(0).filter(|n| *n > 0 && number.is_whole()).ok_or(PhoneError::Invalid)?;
    let digits = whole.to_string();
    // Excel drops trailing zeros, so a number that truly ends in 0 is refused with the others: better asked than wrong.
    if digits.len() as u32 > number.significant { Err(PhoneError::PrecisionLost) } else { Ok(digits) }
}

fn mobile(digits: &str) -> Option<String> {
    let bytes = digits.as_bytes();
    (bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])).then(|| digits.to_owned())
}

/// Area codes have three digits where they begin with 01 or 02, four otherwise.
fn landline(digits: &str) -> Option<String> {
    let bytes = digits.as_bytes();
    if bytes.len() < 10 || bytes[0] != b'0' || bytes[1] == b'0' {
        return None;
    }
    let (area, number) = digits.split_at(if matches!(bytes[1], b'1' | b'2') { 3 } else { 4 });
    matches!(number.len(), 7 | 8).then(|| format!("{area}-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use PhoneError::*;

    #[test]
    fn phones_are_read_however_written() {
        let mobile = Ok(Some("16166155758"));
        let table = [
            ("16166155758", mobile),
            ("16166155758.0", mobile),
            ("1.6166155758E+10", mobile),
            ("1.6166155758e10", mobile),
            ("１６１６６１５５７５８", mobile),
            ("161 6615 5758", mobile),
            ("161-6615-5758", mobile),
            ("+86 16166155758", mobile),
            ("+86-161-6615-5758", mobile),
            ("008616166155758", mobile),
            ("8616166155758", mobile),
            ("\u{3000}16166155758 ", mobile),
            ("\u{202D}16166155758\u{202C}", mobile),
            ("16166155758/16841087421", mobile),
            ("16166155758、16841087421", mobile),
            ("16166155758，16841087421", mobile),
            ("/16166155758", mobile),
            ("（0769）45006514", Ok(Some("0769-45006514"))),
            ("0769-45006514", Ok(Some("0769-45006514"))),
            ("076945006514", Ok(Some("0769-45006514"))),
            ("0769-4500651", Ok(Some("0769-4500651"))),
            ("0769-45006514-801", Ok(Some("0769-45006514"))),
            ("0769-45006514转801", Ok(Some("0769-45006514"))),
            ("010-12345678", Ok(Some("010-12345678"))),
            ("020 1234 5678", Ok(Some("020-12345678"))),
            ("", Ok(None)),
            (" \u{3000}", Ok(None)),
            ("164123456789", Err(Invalid)),
            ("1641234567", Err(Invalid)),
            ("12345678901", Err(Invalid)),
            ("O6412345678", Err(Invalid)),
            ("12345", Err(Invalid)),
            ("45006514", Err(Invalid)),
            ("无", Err(Invalid)),
            ("见备注", Err(Invalid)),
            ("-", Err(Invalid)),
            ("1e308", Err(Invalid)),
            ("1.64123E+10", Err(PrecisionLost)),
        ];
        for (given, expected) in table {
            assert_eq!(phone(given).as_ref().map(|p| p.as_deref()).map_err(|e| *e), expected, "{given:?}");
        }
    }

    #[test]
    fn masking_leaves_the_ends() {
        for (given, expected) in [
            ("13812346025", "138****6025"),
            ("0769-45006514", "0769-****6514"),
            ("010-12345678", "010-****5678"),
            ("12345", "*****"),
            ("", ""),
        ] {
            assert_eq!(mask_phone(given), expected, "{given:?}");
        }
    }
}
