//! Makes sure the portal's folder exists, so that the server builds without Node; the portal's own build fills it.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("portal/dist");
    std::fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed=portal/dist");
    println!("cargo::rerun-if-changed=../styles");
    Ok(())
}
