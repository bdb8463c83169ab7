//! Tells cargo when the embedded themes and code lists changed: `include_dir!` alone does not see new files.

fn main() {
    for folder in ["themes", "code_lists"] {
        println!("cargo::rerun-if-changed=../styles/{folder}");
    }
}
