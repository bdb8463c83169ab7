//! Interrupted imports and damaged data directories: what was good stays served, what is bad is said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use diaba_tests::{Diaba, import, province};

/// The folders of a theme's shards: `<theme>/<dataset>/<revision>/`.
fn shards(data: &Path, theme: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for dataset in fs::read_dir(data.join(theme))
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if dataset.is_dir() {
            let revisions = fs::read_dir(dataset)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            found.extend(revisions.filter(|path| path.join("manifest.json").exists()));
        }
    }
    found
}

/// Puts other bytes in the place of a file that shards keep read-only, as an operator's careless hand would.
fn overwrite(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

/// [`overwrite`], with the time of the file as it was: what a failing disk does.
fn rot(path: &Path, bytes: &[u8]) {
    let time = fs::metadata(path).unwrap().modified().unwrap();
    overwrite(path, bytes);
    fs::File::options()
        .append(true)
        .open(path)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

fn count(diaba: &Diaba, theme: &str) -> u64 {
    let themes = diaba.json("/themes");
    let theme = themes
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["id"] == theme)
        .unwrap_or_else(|| panic!("{themes}"));
    theme["count"].as_u64().unwrap()
}

#[test]
fn an_import_killed_at_any_moment_leaves_the_old_shard_served() {
    let data = province().copy();
    let before = count(&Diaba::serve(data.path()), "land_parcels");
    let file = province().file("land_parcels");
    for milliseconds in [5, 20, 60, 120, 200, 300, 450, 700] {
        let mut importer = import(&file, "land_parcels", data.path())
            .option("--dataset", "tong-hop")
            .into_command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        importer.kill().unwrap();
        importer.wait().unwrap();
        let diaba = Diaba::serve(data.path());
        assert_eq!(
            count(&diaba, "land_parcels"),
            before,
            "killed after {milliseconds} ms"
        );
        let health = diaba.json("/health");
        assert_eq!(
            health["problems"].as_array().map(Vec::len),
            Some(0),
            "{health}"
        );
    }
    // What the killed ones left behind is in nobody's way.
    import(&file, "land_parcels", data.path())
        .option("--dataset", "tong-hop")
        .ok();
    assert_eq!(count(&Diaba::serve(data.path()), "land_parcels"), before);
}

#[test]
fn a_new_shard_appears_and_a_new_revision_replaces_the_old_without_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let empty = Diaba::serve(data.path());
    assert_eq!(empty.get("/health").status, 200);
    import(&province().file("roads"), "roads", data.path())
        .option("--dataset", "a")
        .ok();
    empty.wait_until("the roads", |diaba| count(diaba, "roads") > 0);
    let roads = count(&empty, "roads");
    import(&province().file("roads"), "roads", data.path())
        .option("--dataset", "b")
        .ok();
    empty.wait_until("the second dataset", |diaba| {
        count(diaba, "roads") == 2 * roads
    });
    let ids = |diaba: &Diaba| -> Vec<u64> {
        diaba
            .all_items("roads", "?limit=1000")
            .iter()
            .map(|feature| feature["id"].as_u64().unwrap())
            .collect()
    };
    let before = ids(&empty);
    import(&province().file("roads"), "roads", data.path())
        .option("--dataset", "b")
        .ok();
    // The same file again: another revision, the same ids.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(ids(&empty), before);
}

#[test]
fn a_truncated_file_of_a_shard_is_reported_and_the_rest_is_served() {
    for name in shard_files() {
        for keep in [0, 1, 2] {
            let data = province().copy();
            let victim = shards(data.path(), "land_parcels")[0].join(&name);
            let bytes = fs::read(&victim).unwrap();
            overwrite(&victim, &bytes[..bytes.len() * keep / 3]);
            let mut diaba = Diaba::serve(data.path());
            diaba.may_warn("land_parcels");
            let health = diaba.get("/health").json();
            let problems = health["problems"].to_string();
            assert!(
                problems.contains("land_parcels"),
                "{name} cut to {keep}/3: {health}"
            );
            assert!(count(&diaba, "roads") > 0);
            assert_eq!(
                diaba.get("/tiles/land_parcels/12/3256/1796.mvt").status / 100,
                2
            );
            let _ = diaba.get("/collections/roads/items").expect(200);
        }
    }
}

/// Names of the files of the province's only shard of parcels.
fn shard_files() -> Vec<String> {
    let shard = shards(&province().store(), "land_parcels")[0].clone();
    fs::read_dir(&shard)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Flips bytes all over a file, its head included, where sizes and offsets are.
fn flip(bytes: &mut [u8], step: usize) {
    for (index, byte) in bytes.iter_mut().enumerate() {
        if index % step == 11 || (8..40).contains(&index) {
            *byte = byte.wrapping_add(0x55);
        }
    }
}

#[test]
fn a_file_with_other_bytes_in_it_is_reported() {
    // The manifest holds the checksums of the others and none of its own.
    for name in shard_files()
        .into_iter()
        .filter(|name| name != "manifest.json")
    {
        let data = province().copy();
        let victim = shards(data.path(), "land_parcels")[0].join(&name);
        let mut bytes = fs::read(&victim).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        overwrite(&victim, &bytes);
        let mut diaba = Diaba::serve(data.path());
        diaba.may_warn("land_parcels");
        let health = diaba.json("/health");
        assert!(
            health["problems"].to_string().contains("land_parcels"),
            "{name}: {health}"
        );
        assert!(count(&diaba, "roads") > 0);
    }
}

#[test]
fn bytes_that_rotted_unseen_never_bring_the_server_down() {
    for name in shard_files() {
        for step in [97, 1009] {
            let data = province().copy();
            let victim = shards(data.path(), "land_parcels")[0].join(&name);
            let mut bytes = fs::read(&victim).unwrap();
            flip(&mut bytes, step);
            rot(&victim, &bytes);
            let mut diaba = Diaba::serve(data.path());
            diaba.may_warn("");
            for path in [
                "/themes",
                "/collections/land_parcels/items?limit=1000",
                "/collections/land_parcels/items?bbox=106,21,107,22&limit=1000",
                "/identify?lon=106.1946&lat=21.2731",
                "/parcels/07210/1/1",
                "/tiles/land_parcels/10/814/449.mvt",
                "/tiles/land_parcels/15/26050/14370.mvt",
            ] {
                let _ = diaba.get(path);
            }
            assert_eq!(diaba.get("/collections/roads/items").status, 200, "{name}");
            assert!(
                !diaba.log_text().contains("panicked"),
                "{name}: {}",
                diaba.log_text()
            );
        }
    }
}

#[test]
fn foreign_files_are_left_alone() {
    let data = province().copy();
    let root = data.path();
    fs::write(root.join("ghi chú.txt"), "không phải dữ liệu").unwrap();
    fs::create_dir_all(root.join("không có chủ đề này/bộ/1")).unwrap();
    fs::write(root.join("land_parcels/thumbs.db"), [0u8; 64]).unwrap();
    fs::create_dir_all(root.join("land_parcels/rỗng")).unwrap();
    fs::create_dir_all(root.join("land_parcels/hỏng")).unwrap();
    fs::write(root.join("land_parcels/hỏng/current.json"), "{ not json").unwrap();
    fs::create_dir_all(root.join("land_parcels/lạc")).unwrap();
    fs::write(
        root.join("land_parcels/lạc/current.json"),
        r#"{"revision":"../../../../etc"}"#,
    )
    .unwrap();
    std::os::unix::fs::symlink(root, root.join("land_parcels/vòng")).unwrap();
    fs::write(shards(root, "roads")[0].join("extra.bin"), [1u8; 9]).unwrap();

    let mut diaba = Diaba::serve(root);
    diaba.may_warn("");
    let health = diaba.get("/health").json();
    let problems = health["problems"].to_string();
    assert!(
        problems.contains("hỏng") && problems.contains("lạc"),
        "{health}"
    );
    assert_eq!(
        count(&diaba, "land_parcels"),
        province().reports()["land_parcels"]["counts"]["imported"]
    );
    assert!(count(&diaba, "roads") > 0);
}
