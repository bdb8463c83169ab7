//! Files that lie beside others: parts of them, drawings of how they look, and what programs leave behind.

use std::collections::BTreeSet;
use std::path::Path;

use diaba_core::theme::Bilingual;

/// Extensions of files that belong to another of the same name, and the extensions that other may have.
const PARTS: [(&[&str], &[&str]); 7] = [
    (
        &[
            "dbf", "shx", "prj", "qpj", "cpg", "cst", "sbn", "sbx", "qix", "fbn", "fbx", "ain",
            "aih", "ixs", "mxs", "atx",
        ],
        &["shp"],
    ),
    (&["dat", "map", "id", "ind", "dbf"], &["tab"]),
    (&["mid"], &["mif"]),
    (&["gfs", "xsd"], &["gml"]),
    (&["csvt", "prj"], &["csv"]),
    (&["gpkg-wal", "gpkg-shm", "gpkg-journal"], &["gpkg"]),
    (
        &["sqlite-wal", "sqlite-shm", "sqlite-journal"],
        &["sqlite", "db"],
    ),
];
/// Extensions of styles, metadata and locks, whatever they lie beside.
const ACCESSORIES: [&str; 10] = [
    "qml", "qmd", "sld", "lyr", "lyrx", "lock", "aux", "ovr", "wor", "qgz",
];
/// Names of what systems and programs leave in folders.
const LEFT_BEHIND: [&str; 4] = [".ds_store", "thumbs.db", "desktop.ini", "__macosx"];

/// The names in a folder, in lower case, to look for a file's main one.
pub type Names = BTreeSet<String>;

/// Why the file at `path`, with `names` around it, is no source of its own; `None` where it may be one.
pub fn why(path: &Path, names: &Names) -> Option<Bilingual> {
    let name = lower(path);
    if LEFT_BEHIND.contains(&name.as_str()) || name.starts_with("._") || name.starts_with("~$") {
        return Some(said("tệp của hệ thống", "left behind by a program"));
    }
    let (stem, extension) = name.rsplit_once('.')?;
    // `thua.shp.xml`, `thua.gpkg-wal` and the like carry the whole name of their file.
    if extension == "xml" && names.contains(stem) {
        return Some(part_of(stem));
    }
    if ACCESSORIES.contains(&extension) {
        return Some(said(
            "cách vẽ, mô tả hoặc khóa của tệp khác",
            "style, description or lock of another file",
        ));
    }
    let mut orphan = None;
    for (parts, mains) in PARTS {
        if !parts.contains(&extension) {
            continue;
        }
        for main in mains {
            let whole = format!("{stem}.{main}");
            if names.contains(&whole) {
                return Some(part_of(&whole));
            }
            orphan.get_or_insert(whole);
        }
    }
    orphan.map(|whole| {
        said(
            &format!("là một phần của {whole}, tệp này không có ở đây"),
            &format!("a part of {whole}, which is not here"),
        )
    })
}

fn part_of(whole: &str) -> Bilingual {
    said(
        &format!("là một phần của {whole}"),
        &format!("a part of {whole}"),
    )
}

fn said(vi: &str, en: &str) -> Bilingual {
    Bilingual {
        vi: vi.to_owned(),
        en: en.to_owned(),
    }
}

/// The name of `path` in lower case.
pub fn lower(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_their_main_file() {
        let names: Names = ["thua.shp", "thua.dbf", "thua.shp.xml", "ho.tab", "to.mif"]
            .map(str::to_owned)
            .into();
        for name in [
            "Thua.DBF",
            "thua.prj",
            "thua.shp.xml",
            "ho.DAT",
            "to.mid",
            "thua.qml",
            "Thumbs.db",
            "._thua.shp",
            "khac.dbf",
        ] {
            assert!(why(Path::new(name), &names).is_some(), "{name}");
        }
        for name in [
            "thua.shp",
            "thua.gpkg",
            "ghi chu.xml",
            "x.csv",
            "khong duoi",
        ] {
            assert!(why(Path::new(name), &names).is_none(), "{name}");
        }
        let orphan = why(Path::new("khac.dbf"), &names).expect("a part");
        assert!(orphan.en.contains("not here"), "{}", orphan.en);
    }
}
