//! Unpacking, entry by entry, counting what really comes out.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::Limits;
use super::names;
use crate::error::ImportError;

/// What a ZIP file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An Excel workbook.
    Workbook,
    /// Another document of an office suite.
    Document,
    /// Keyhole Markup Language, packed.
    Kmz,
    /// Files packed for the journey.
    Bundle,
}

/// What is left of [`Limits`].
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    limits: Limits,
    entries: usize,
    bytes: u64,
}

impl Budget {
    /// All of `limits`.
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            entries: limits.entries,
            bytes: limits.bytes,
        }
    }

    /// Archives within archives that are opened.
    pub const fn nesting(&self) -> usize {
        self.limits.nesting
    }
}

type Archive = ZipArchive<BufReader<File>>;

fn open(path: &Path) -> Result<Archive, ImportError> {
    let file = File::open(path).map_err(|e| ImportError::Read {
        path: path.to_owned(),
        reason: e.to_string(),
    })?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| broken(path, &error))
}

fn broken(path: &Path, error: &ZipError) -> ImportError {
    let (vi, en) = match error {
        ZipError::Io(e) => (
            format!("tệp nén hỏng: {e}."),
            format!("the archive is damaged: {e}."),
        ),
        ZipError::UnsupportedArchive(reason) if *reason == ZipError::PASSWORD_REQUIRED => (
            "tệp nén có mật khẩu; hãy giải nén rồi nhập thư mục.".to_owned(),
            "the archive has a password; unpack it and import the folder.".to_owned(),
        ),
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => (
            format!("kiểu nén không đọc được ({error}); hãy nén lại dạng ZIP thường."),
            format!("the compression is not read ({error}); pack it again as plain ZIP."),
        ),
        other => (
            format!("tệp nén hỏng: {other}."),
            format!("the archive is damaged: {other}."),
        ),
    };
    ImportError::Archive {
        path: path.to_owned(),
        vi,
        en,
    }
}

fn refused(path: &Path, vi: impl Into<String>, en: impl Into<String>) -> ImportError {
    ImportError::Archive {
        path: path.to_owned(),
        vi: vi.into(),
        en: en.into(),
    }
}

/// What the ZIP file at `path` is, by the names in it.
///
/// # Errors
/// [`ImportError::Archive`] where it is damaged.
pub fn kind(path: &Path) -> Result<Kind, ImportError> {
    let archive = open(path)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    Ok(if has("xl/workbook.xml") {
        Kind::Workbook
    } else if has("[Content_Types].xml") || has("mimetype") {
        Kind::Document
    } else if has("doc.kml")
        || (super::super::format::extension(path) == "kmz"
            && archive
                .file_names_raw()
                .any(|name| !name.contains(&b'/') && is_kml(name)))
    {
        Kind::Kmz
    } else {
        Kind::Bundle
    })
}

/// The name of the only KML document in the archive at `path`; `None` where there are several, linked by the first.
///
/// # Errors
/// [`ImportError::Archive`] where it is damaged.
pub fn only_kml(path: &Path) -> Result<Option<String>, ImportError> {
    let archive = open(path)?;
    let mut documents = archive.file_names_raw().filter(|name| is_kml(name));
    let first = documents
        .next()
        .and_then(|name| std::str::from_utf8(name).ok());
    Ok(first
        .filter(|_| documents.next().is_none())
        .map(str::to_owned))
}

fn is_kml(name: &[u8]) -> bool {
    let extension = name.len().checked_sub(4).and_then(|at| name.get(at..));
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case(b".kml"))
}

/// Refuses a workbook or KMZ that says it is larger than `limits`; GDAL, which unpacks it in memory, stops at the sizes
/// it says.
///
/// # Errors
/// [`ImportError::Archive`] where it is damaged or too large.
pub fn check(path: &Path, limits: Limits) -> Result<(), ImportError> {
    let mut archive = open(path)?;
    survey(path, &mut archive, &mut Budget::new(limits)).map(drop)
}

struct Entry {
    index: usize,
    path: PathBuf,
    packed: u64,
}

/// The files of `archive` and where they go, within the limits by what they say.
fn survey(
    path: &Path,
    archive: &mut Archive,
    budget: &mut Budget,
) -> Result<Vec<Entry>, ImportError> {
    if archive.len() > budget.entries {
        let most = budget.limits.entries;
        return Err(refused(
            path,
            format!("tệp nén có quá nhiều tệp bên trong (hơn {most})."),
            format!("the archive has too many entries (more than {most})."),
        ));
    }
    budget.entries -= archive.len();
    let overlaps = archive
        .has_overlapping_files()
        .map_err(|e| broken(path, &e))?;
    if overlaps || archive.has_duplicate_names() {
        return Err(refused(
            path,
            "tệp nén có các tệp chồng lên nhau; không giải nén.",
            "entries of the archive overlap or share a name; it is not unpacked.",
        ));
    }
    let raw: Vec<Vec<u8>> = archive.file_names_raw().map(<[u8]>::to_vec).collect();
    let readable = names::readable(&raw, |index| {
        let standard = archive.name_for_index(index).and_then(Result::ok);
        standard.map_or_else(|| format!("{index}"), std::borrow::Cow::into_owned)
    });
    let mut entries = Vec::new();
    let mut taken = BTreeSet::new();
    let mut said = 0_u64;
    for (index, name) in readable.iter().enumerate() {
        let entry = archive.by_index_data(index).map_err(|e| broken(path, &e))?;
        let Some(inside) = names::inside(name) else {
            return Err(refused(
                path,
                format!("tên tệp bên trong dẫn ra ngoài thư mục: “{}”.", shown(name)),
                format!(
                    "the name of an entry leads out of its folder: “{}”.",
                    shown(name)
                ),
            ));
        };
        if entry.is_symlink() {
            return Err(refused(
                path,
                format!("bên trong có liên kết (symlink): “{}”.", shown(name)),
                format!("an entry is a symbolic link: “{}”.", shown(name)),
            ));
        }
        if entry.encrypted() {
            return Err(broken(
                path,
                &ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED),
            ));
        }
        if entry.is_dir() || name.ends_with(['/', '\\']) {
            continue;
        }
        let (packed, size) = (entry.compressed_size(), entry.size());
        said = said.saturating_add(size);
        within(path, budget, packed, size, said)?;
        if !taken.insert(inside.clone()) {
            return Err(refused(
                path,
                format!("hai tệp bên trong cùng tên: “{}”.", shown(name)),
                format!("two entries have one name: “{}”.", shown(name)),
            ));
        }
        entries.push(Entry {
            index,
            path: inside,
            packed,
        });
    }
    Ok(entries)
}

/// Refuses an entry of `size` bytes, `packed` in the archive, or all so far, where they pass the limits.
fn within(
    path: &Path,
    budget: &Budget,
    packed: u64,
    size: u64,
    so_far: u64,
) -> Result<(), ImportError> {
    let Limits { ratio, small, .. } = budget.limits;
    if size > small && size / packed.max(1) > ratio {
        return Err(refused(
            path,
            format!("một tệp bên trong nở ra hơn {ratio} lần; có thể là bom nén."),
            format!("an entry grows more than {ratio}-fold when unpacked; it may be a bomb."),
        ));
    }
    if so_far > budget.bytes {
        let most = budget.limits.bytes >> 20;
        return Err(refused(
            path,
            format!("giải nén ra quá lớn (hơn {most} MiB)."),
            format!("it is too large unpacked (more than {most} MiB)."),
        ));
    }
    Ok(())
}

fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Unpacks the archive at `path` into the folder `into`; what comes out is counted against `budget` as it comes,
/// whatever the archive says of itself.
///
/// # Errors
/// [`ImportError::Archive`] where it is damaged, hostile or too large; what was unpacked by then stays in `into`, which
/// is the caller's to remove.
pub fn unpack(path: &Path, into: &Path, budget: &mut Budget) -> Result<(), ImportError> {
    let mut archive = open(path)?;
    let entries = survey(path, &mut archive, budget)?;
    let unwritable = |e: &std::io::Error| {
        refused(
            path,
            format!("không giải nén được vào thư mục tạm: {e}."),
            format!("it cannot be unpacked into the temporary folder: {e}."),
        )
    };
    let mut out = 0_u64;
    let mut buffer = vec![0_u8; 1 << 16];
    for entry in entries {
        let target = into.join(&entry.path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|e| unwritable(&e))?;
        }
        let mut file = File::create(&target).map_err(|e| unwritable(&e))?;
        let mut from = archive
            .by_index(entry.index)
            .map_err(|e| broken(path, &e))?;
        let mut size = 0_u64;
        loop {
            let read = from
                .read(&mut buffer)
                .map_err(|e| broken(path, &ZipError::Io(e)))?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
                break;
            };
            size += read as u64;
            out += read as u64;
            within(path, budget, entry.packed, size, out)?;
            file.write_all(chunk).map_err(|e| unwritable(&e))?;
        }
    }
    budget.bytes -= out.min(budget.bytes);
    Ok(())
}
