//! What a pack says of itself, for people and for programs.

use std::fmt::Write;

use serde::Serialize;

/// What a pack says of itself.
#[derive(Debug, Serialize)]
pub struct Sheet {
    /// Code of the commune.
    pub commune: String,
    /// Its name.
    pub name: String,
    /// The day it was packed, in Vietnam.
    pub date: String,
    /// The version of the tiles.
    pub version: String,
    /// Reference system of the records.
    pub crs: &'static str,
    /// Name of the archive.
    pub map: String,
    /// Tiles in it.
    pub tiles: u64,
    /// First and last zoom.
    pub zooms: [u8; 2],
    /// Name of the GeoPackage.
    pub records: String,
    /// What is in it, by theme.
    pub themes: Vec<ThemeLine>,
}

/// What a pack holds of a theme.
#[derive(Debug, Serialize)]
pub struct ThemeLine {
    /// Identifier, also the layer's name.
    pub theme: String,
    /// Title, Vietnamese.
    pub title: String,
    /// Title, English.
    pub title_en: String,
    /// Records within the commune or touching it.
    pub records: u64,
    /// What they come from.
    pub datasets: Vec<DatasetLine>,
}

/// A dataset that records of a pack come from.
#[derive(Debug, Serialize)]
pub struct DatasetLine {
    /// Its name.
    pub dataset: String,
    /// Its revision.
    pub revision: String,
    /// When that was imported.
    pub imported_at: String,
    /// Records of it.
    pub records: u64,
}

impl Sheet {
    /// For people, Vietnamese first.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let [first, last] = self.zooms;
        writeln!(out, "ĐỊA BẠ · GÓI DỮ LIỆU XÃ · COMMUNE PACK")?;
        writeln!(out, "{} ({})", self.name, self.commune)?;
        writeln!(out, "Ngày · date: {}", self.date)?;
        writeln!(out, "Phiên bản · version: {}", self.version)?;
        writeln!(
            out,
            "\nBản đồ · map: {} ({} ô · tiles, z{first}–z{last})",
            self.map, self.tiles
        )?;
        writeln!(out, "Hồ sơ · records: {} ({})\n", self.records, self.crs)?;
        for theme in &self.themes {
            writeln!(
                out,
                "{:>8}  {} · {} ({})",
                theme.records, theme.title, theme.title_en, theme.theme
            )?;
            for set in &theme.datasets {
                writeln!(
                    out,
                    "          {:>6}  {} {}, nhập · imported {}",
                    set.records, set.dataset, set.revision, set.imported_at
                )?;
            }
        }
        writeln!(
            out,
            "\nMở bằng QGIS hoặc QField. Số liệu là của ngày ghi trên; thửa sửa sau ngày ấy không có ở đây.\n\
             Open it in QGIS or QField. It is of the day given above; what was edited later is not in it."
        )
    }
}
