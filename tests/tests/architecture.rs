//! The arrows between the crates, the one PROJ, and the licences of everything that is linked.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use diaba_tests::repository;

fn metadata() -> Metadata {
    MetadataCommand::new()
        .current_dir(repository::root())
        .other_options(
            ["--locked", "--filter-platform", "x86_64-unknown-linux-gnu"]
                .map(str::to_owned)
                .to_vec(),
        )
        .exec()
        .unwrap()
}

/// What each package of the graph needs to be built into a program: its normal and build dependencies.
fn needs(metadata: &Metadata) -> BTreeMap<PackageId, Vec<PackageId>> {
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    nodes
        .iter()
        .map(|node| {
            let linked = node.deps.iter().filter(|dependency| {
                dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind != DependencyKind::Development)
            });
            (
                node.id.clone(),
                linked.map(|dependency| dependency.pkg.clone()).collect(),
            )
        })
        .collect()
}

/// Names of everything the workspace member `name` needs, near and far.
fn reach(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let needs = needs(metadata);
    let start = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == name)
        .unwrap();
    let mut seen = BTreeSet::new();
    let mut open = vec![start.id.clone()];
    while let Some(id) = open.pop() {
        for next in &needs[&id] {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen.iter()
        .map(|id| metadata[id].name.to_string())
        .collect()
}

#[test]
fn importers_and_server_stand_on_core_and_never_on_each_other() {
    let metadata = metadata();
    let ours = |name: &str| -> Vec<String> {
        reach(&metadata, name)
            .into_iter()
            .filter(|other| other.starts_with("diaba-"))
            .collect()
    };
    assert_eq!(ours("diaba-core"), Vec::<String>::new());
    assert_eq!(ours("diaba-importers"), ["diaba-core"]);
    assert_eq!(ours("diaba-server"), ["diaba-core"]);
    let samples = ours("diaba-samples");
    assert!(
        samples.is_empty() || samples == ["diaba-core"],
        "{samples:?}"
    );
}

#[test]
fn only_the_importers_link_gdal() {
    let metadata = metadata();
    for name in ["diaba-core", "diaba-server", "diaba-samples"] {
        assert!(!reach(&metadata, name).contains("gdal-sys"), "{name}");
    }
    assert!(reach(&metadata, "diaba-importers").contains("gdal-sys"));
}

#[test]
fn core_knows_no_http() {
    let reach = reach(&metadata(), "diaba-core");
    for stranger in ["axum", "hyper", "http", "tower", "reqwest"] {
        assert!(!reach.contains(stranger), "diaba-core needs {stranger}");
    }
}

#[test]
fn there_is_one_proj_in_the_process_and_it_is_the_systems() {
    let metadata = metadata();
    let projs: Vec<_> = metadata
        .packages
        .iter()
        .filter(|package| package.name.as_str() == "proj-sys")
        .collect();
    assert_eq!(projs.len(), 1);
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    let node = nodes.iter().find(|node| node.id == projs[0].id).unwrap();
    let bundled = node
        .features
        .iter()
        .any(|feature| feature.as_str() == "bundled_proj");
    assert!(!bundled, "proj-sys builds a PROJ of its own");
}

/// Licences under which code may be linked into something given away as MIT OR Apache-2.0.
const PERMISSIVE: [&str; 10] = [
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "BSL-1.0",
    "Unicode-3.0",
    "Unlicense",
];

fn permits(licence: &str, allowed: &[&str]) -> bool {
    spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX)
        .unwrap_or_else(|error| panic!("{licence}: {error}"))
        .evaluate(|requirement| {
            requirement
                .license
                .id()
                .is_some_and(|id| allowed.contains(&id.name))
        })
}

#[test]
fn every_crate_has_a_permissive_licence() {
    for package in &metadata().packages {
        let licence = package.license.as_deref().unwrap_or("");
        assert!(
            permits(licence, &PERMISSIVE),
            "{} {}: {licence:?}",
            package.name,
            package.version
        );
    }
}

#[test]
fn every_npm_package_that_reaches_a_browser_has_a_permissive_licence() {
    // Fonts go to the browser under their own free licence.
    let allowed: Vec<&str> = PERMISSIVE
        .into_iter()
        .chain(["OFL-1.1", "CC0-1.0"])
        .collect();
    let lock = repository::root().join("server/portal/package-lock.json");
    let lock: serde_json::Value = serde_json::from_slice(&std::fs::read(lock).unwrap()).unwrap();
    for (path, package) in lock["packages"].as_object().unwrap() {
        if path.is_empty() || package["dev"] == true {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or("");
        assert!(permits(licence, &allowed), "{path}: {licence:?}");
    }
}

#[test]
fn no_lock_file_names_where_its_packages_were_fetched() {
    let root = repository::root();
    for folder in ["server/portal", "tests/browser", "tests/node"] {
        let lock = std::fs::read_to_string(root.join(folder).join("package-lock.json")).unwrap();
        let named = lock.lines().find(|line| line.contains("\"resolved\""));
        assert_eq!(
            named, None,
            "{folder}: install with omit-lockfile-registry-resolved"
        );
    }
}
