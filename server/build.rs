//! Makes sure the portal's folder exists, so that the server builds without Node; the portal's own build fills it.

fn main() -> std::io::Result<()> {
    // A build script runs in its package's folder.
    std::fs::create_dir_all("portal/dist")?;
    println!("cargo::rerun-if-changed=portal/dist");
    println!("cargo::rerun-if-changed=../styles");
    Ok(())
}
