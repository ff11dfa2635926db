//! The folder of the built app, to be embedded: `ZOUFANG_PWA_DIR`, or an empty one, so that the server builds without it.
fn main() {
    println!("cargo::rerun-if-env-changed=ZOUFANG_PWA_DIR");
    let folder = match std::env::var("ZOUFANG_PWA_DIR") {
        Ok(folder) if std::path::Path::new(&folder).is_dir() => {
            println!("cargo::rerun-if-changed={folder}");
            folder
        }
        _ => {
            let empty = format!("{}/no-app", std::env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
            std::fs::create_dir_all(&empty).expect("cargo's own folder can be written");
            empty
        }
    };
    println!("cargo::rustc-env=ZOUFANG_EMBED={folder}");
}
