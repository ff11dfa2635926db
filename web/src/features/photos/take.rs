//! From the camera's file to a photo of this app: read, made small, hashed.
use super::exif;
use super::small::{LISTED, WHOLE, bytes_of, decode};
use crm_domain::photos::{Picture, sha256};
use crm_replica::ports::Attached;
use web_sys::File;

/// A larger file is not opened: unpacked it would not fit a cheap phone's memory.
const MAX_FILE: f64 = 32.0 * 1024.0 * 1024.0;
/// Where cameras write what [`exif`] reads.
const HEAD: f64 = 256.0 * 1024.0;

/// Why a file became no photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    NoPicture,
    TooLarge,
}

pub async fn ready(file: &File, utc_offset_min: i32) -> Result<(Picture, Attached), Unfit> {
    if file.size() > MAX_FILE {
        return Err(Unfit::TooLarge);
    }
    let decoded = decode(file).await.map_err(|_| Unfit::NoPicture)?;
    let whole = decoded.jpeg(WHOLE).await.map_err(|_| Unfit::NoPicture)?;
    let small = decoded.jpeg(LISTED).await.map_err(|_| Unfit::NoPicture)?;
    drop(decoded);
    let told = match file.slice_with_f64_and_f64(0.0, HEAD) {
        Ok(head) => bytes_of(&head).await.map(|head| exif::read(&head, utc_offset_min)).unwrap_or_default(),
        Err(_) => exif::Told::default(),
    };
    let sha = sha256(&whole.bytes);
    let picture = Picture {
        sha,
        len: whole.bytes.len() as u32,
        width: whole.size.0,
        height: whole.size.1,
        taken_at: told.taken_at,
        point: told.point,
    };
    Ok((picture, Attached { sha, bytes: whole.bytes, small: small.bytes }))
}
