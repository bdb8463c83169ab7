//! A small province in a database of its own, migrated, filled, served and edited.

use std::fmt::Display;

use serde_json::Value;

use crate::{Database, Diaba, binary, database, import_into_database, province, run};

/// The themes of the province.
pub const THEMES: [&str; 12] = [
    "admin_units",
    "crop_zones",
    "dikes",
    "hydrological_stations",
    "irrigation_works",
    "land_parcels",
    "land_use_plans",
    "pest_observations",
    "roads",
    "urban_plan_zones",
    "urban_plans",
    "water",
];

/// Makes the schema, as an operator does, and imports these themes of the province as into the province's own store.
pub fn fill(database: &Database, themes: &[&str]) {
    let mut command = std::process::Command::new(binary("diaba"));
    let _ = run(command.args(["migrate", "--database", &database.url()])).ok();
    for theme in themes {
        let _ = import_into_database(&province().file(theme), theme, &database.url())
            .option("--dataset", "tong-hop")
            .ok();
    }
}

/// A database of the shared cluster with these themes.
pub fn filled(themes: &[&str]) -> Option<Database> {
    let database = database::database()?;
    fill(&database, themes);
    Some(database)
}

/// A server on a database, with the cache it packs into.
#[derive(Debug)]
pub struct Live {
    /// The server; before the cache, which it must not outlive.
    pub server: Diaba,
    /// Its cache.
    pub cache: tempfile::TempDir,
}

/// Where a parcel is answered.
pub fn parcel(id: impl Display) -> String {
    format!("/collections/land_parcels/items/{id}")
}

/// The statement that writes a parcel's sheet, by which tests tell edits from each other.
pub fn set_sheet(id: impl Display, sheet: &str) -> String {
    format!("UPDATE diaba.land_parcels SET so_to = '{sheet}' WHERE id = {id};")
}

impl Diaba {
    /// The sheet a parcel is on.
    pub fn sheet(&self, id: impl Display) -> Value {
        self.json(&parcel(id))["properties"]["so_to"].clone()
    }

    /// Announces what it may say of a database that goes away.
    pub fn may_lose_its_database(&mut self) {
        for part in [
            "notices",
            "cannot be",
            "database",
            "serving what was",
            "sqlx::",
        ] {
            self.may_warn(part);
        }
    }
}

/// Serves a database with an empty cache.
pub fn serve(database: &Database, arguments: &[&str]) -> Live {
    let cache = tempfile::tempdir().unwrap();
    Live {
        server: Diaba::serve_database(&database.url(), cache.path(), arguments),
        cache,
    }
}
