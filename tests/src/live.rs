//! A small province in a database of its own, migrated, filled and served.

use crate::{Diaba, PostGis, binary, import_into_database, province, run};

/// The themes of the province.
pub const THEMES: [&str; 10] = [
    "admin_units",
    "crop_zones",
    "dikes",
    "irrigation_works",
    "land_parcels",
    "land_use_plans",
    "roads",
    "urban_plan_zones",
    "urban_plans",
    "water",
];

/// A database with the schema and no rows; its URL.
pub fn migrated(cluster: &PostGis, name: &str) -> String {
    let url = cluster.database(name);
    let mut command = std::process::Command::new(binary("diaba"));
    let _ = run(command.args(["migrate", "--database", &url])).ok();
    url
}

/// A database with these themes of the province, imported as into the province's own store; its URL.
pub fn filled(cluster: &PostGis, name: &str, themes: &[&str]) -> String {
    let url = migrated(cluster, name);
    for theme in themes {
        let _ = import_into_database(&province().file(theme), theme, &url)
            .option("--dataset", "tong-hop")
            .ok();
    }
    url
}

/// A server on a database, with the cache it packs into.
#[derive(Debug)]
pub struct Live {
    /// The server; before the cache, which it must not outlive.
    pub server: Diaba,
    /// Its cache.
    pub cache: tempfile::TempDir,
}

/// Serves a database with an empty cache.
pub fn serve(url: &str, arguments: &[&str]) -> Live {
    let cache = tempfile::tempdir().unwrap();
    Live {
        server: Diaba::serve_database(url, cache.path(), arguments),
        cache,
    }
}
