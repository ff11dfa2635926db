//! What the camera wrote beside the picture: when, and where (EXIF 2.32).
use crm_domain::written::CivilDate;
use exif::{DateTime, Exif, In, Reader, Tag, Value};
use std::io::Cursor;

/// Digital cameras are no older.
const OLDEST: i32 = 1990;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Milliseconds since 1970 UTC.
    pub taken_at: Option<i64>,
    /// 1e-7 degrees, WGS-84: latitude, longitude.
    pub point: Option<(i64, i64)>,
}

/// Reads the head of a file; one that tells nothing, or nothing sensible, tells nothing. `utc_offset_min` counts where the
/// camera does not say its own.
pub fn read(head: &[u8], utc_offset_min: i32) -> Told {
    match Reader::new().read_from_container(&mut Cursor::new(head)) {
        Ok(exif) => Told { taken_at: taken_at(&exif, utc_offset_min), point: point(&exif) },
        Err(_) => Told::default(),
    }
}

fn taken_at(exif: &Exif, utc_offset_min: i32) -> Option<i64> {
    let ascii = |tag| match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => lines.first().cloned(),
        _ => None,
    };
    let mut at = DateTime::from_ascii(&ascii(Tag::DateTimeOriginal)?).ok()?;
    if let Some(offset) = ascii(Tag::OffsetTimeOriginal) {
        // A zone that cannot be read counts as none.
        let _read = at.parse_offset(&offset);
    }
    let day = CivilDate::new(i32::from(at.year), at.month, at.day).filter(|day| day.year >= OLDEST)?;
    let minutes = (i64::from(day.epoch_days()) * 24 + i64::from(at.hour)) * 60 + i64::from(at.minute);
    let zone = at.offset.map_or(i64::from(utc_offset_min), i64::from);
    Some(((minutes - zone) * 60 + i64::from(at.second)) * 1_000)
}

fn point(exif: &Exif) -> Option<(i64, i64)> {
    let degrees = |tag, turn, against: &[u8], most: f64| {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let [d, m, s, ..] = parts[..] else { return None };
        let size = d.to_f64() + m.to_f64() / 60.0 + s.to_f64() / 3600.0;
        let Value::Ascii(side) = &exif.get_field(turn, In::PRIMARY)?.value else { return None };
        let sign = if side.first()?.starts_with(against) { -1.0 } else { 1.0 };
        (size <= most).then_some((sign * size * 1e7).round() as i64)
    };
    let lat = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, b"S", 90.0)?;
    let lon = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, b"W", 180.0)?;
    // What a camera without a fix writes.
    ((lat, lon) != (0, 0)).then_some((lat, lon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use exif::experimental::Writer;
    use exif::{Field, Rational};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// A JPEG's head with these fields.
    fn head(fields: &[(Tag, Value)]) -> Vec<u8> {
        let fields: Vec<Field> =
            fields.iter().map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() }).collect();
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut tiff = Cursor::new(Vec::new());
        writer.write(&mut tiff, false).expect("written");
        let tiff = tiff.into_inner();
        let len = (tiff.len() as u16 + 8).to_be_bytes();
        [&[0xff, 0xd8, 0xff, 0xe1], &len[..], b"Exif\0\0", &tiff, &[0xff, 0xd9]].concat()
    }

    fn ascii(text: &str) -> Value {
        Value::Ascii(vec![text.into()])
    }

    fn degrees(d: u32, m: u32, s: u32) -> Value {
        Value::Rational([d, m, s].map(|num| Rational { num, denom: 1 }).to_vec())
    }

    #[wasm_bindgen_test]
    fn time_counts_in_the_cameras_zone_else_in_the_phones() {
        let taken = (Tag::DateTimeOriginal, ascii("2026:11:26 14:05:09"));
        // 2026-11-26 06:05:09 UTC.
        let expected = Some(1_795_673_109_000);
        assert_eq!(read(&head(std::slice::from_ref(&taken)), 480).taken_at, expected);
        assert_eq!(read(&head(&[taken, (Tag::OffsetTimeOriginal, ascii("+08:00"))]), 0).taken_at, expected);
    }

    #[wasm_bindgen_test]
    fn a_position_has_its_side() {
        let at = |ns: &str, ew: &str| {
            read(
                &head(&[
                    (Tag::GPSLatitudeRef, ascii(ns)),
                    (Tag::GPSLatitude, degrees(23, 3, 0)),
                    (Tag::GPSLongitudeRef, ascii(ew)),
                    (Tag::GPSLongitude, degrees(113, 45, 36)),
                ]),
                0,
            )
            .point
        };
        assert_eq!(at("N", "E"), Some((230_500_000, 1_137_600_000)));
        assert_eq!(at("S", "W"), Some((-230_500_000, -1_137_600_000)));
    }

    #[wasm_bindgen_test]
    fn what_makes_no_sense_tells_nothing() {
        let nothing = Told::default();
        let zero = [
            (Tag::GPSLatitudeRef, ascii("N")),
            (Tag::GPSLatitude, degrees(0, 0, 0)),
            (Tag::GPSLongitudeRef, ascii("E")),
            (Tag::GPSLongitude, degrees(0, 0, 0)),
        ];
        assert_eq!(read(&head(&zero), 0), nothing);
        assert_eq!(read(&head(&[(Tag::DateTimeOriginal, ascii("0000:00:00 00:00:00"))]), 0), nothing);
        assert_eq!(read(&head(&[(Tag::DateTimeOriginal, ascii("    :  :     :  :  "))]), 0), nothing);
        assert_eq!(read(b"no picture", 0), nothing);
        assert_eq!(read(&[0xff, 0xd8, 0xff, 0xe1, 0xff], 0), nothing);
    }
}
