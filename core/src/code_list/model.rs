//! What a code list holds, as types. Read and checked by [`super::load`].

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::theme::Bilingual;

/// Most classes a list may have: a class number and "nothing" share one byte of a grid cell.
pub const MAX_CLASSES: usize = 250;

/// A code list, checked.
#[derive(Debug, Clone)]
pub struct CodeList {
    /// Its identifier, the file's name without `.toml`.
    pub id: String,
    /// Its name for people.
    pub title: Bilingual,
    /// Its versions, oldest first; the last whose codes new values are written in is [`CodeList::current`].
    pub versions: Vec<Version>,
    pub(super) current: usize,
    pub(super) codes: Vec<Code>,
    pub(super) classes: Vec<Class>,
    pub(super) fallback_class: u8,
    pub(super) spelling: Spelling,
    /// Positions of the entries of each code: the one of the current version first, then newest first.
    pub(super) by_code: HashMap<String, Vec<usize>>,
    /// Code by title or alias, as written and folded, where only one code has it.
    pub(super) by_name: HashMap<String, Option<String>>,
}

/// A version of a code list: the codes of one regulation or one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its identifier within the list (`tt08_2024`, `2023`).
    pub id: String,
    /// Its name for people.
    pub title: Bilingual,
    /// First day it was in force, ISO 8601.
    #[serde(default)]
    pub valid_from: Option<jiff::civil::Date>,
    /// Last day it was in force, ISO 8601; none while it still is.
    #[serde(default)]
    pub valid_to: Option<jiff::civil::Date>,
    /// The regulation or document the codes are taken from.
    #[serde(default)]
    pub source: Option<String>,
}

/// One code of one or more versions. A code that changed its meaning has an entry for each.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// The code itself, as it is stored (`LUC`, `07210`).
    pub code: String,
    /// Its name for people.
    pub title: Bilingual,
    /// Red, green, blue; none where it has no colour of its own.
    pub color: Option<[u8; 3]>,
    /// Whether the colour was read in a source; otherwise it is a default that may be corrected.
    pub color_confirmed: bool,
    /// The code it is a part of.
    pub parent: Option<String>,
    /// Position of its class in [`CodeList::classes`] plus one: a grid cell's value. 0 where it has none.
    pub class: u8,
    /// What sort of code it is, where a list mixes them (`tinh`, `huyen`, `xa`).
    pub kind: Option<String>,
    /// Positions in [`CodeList::versions`] it belongs to, ascending.
    pub versions: Vec<usize>,
    /// What it became in the current version: one code where that is certain, several where a person must choose,
    /// none where it is not known. Empty for codes of the current version.
    pub becomes: Vec<String>,
    /// Facts of this list only (a layer's AutoCAD colour number, a commune's district).
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// Names it is met under in files.
    pub aliases: Vec<String>,
}

/// A class of codes: what land is dissolved into when it is drawn small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Class {
    /// Its identifier (`lua`).
    pub id: String,
    /// Its name for people.
    pub title: Bilingual,
    /// Red, green, blue.
    pub color: [u8; 3],
}

/// How codes of a list are spelled in files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spelling {
    /// Whether codes are written in capitals only, so that case does not matter.
    #[serde(default)]
    pub upper: bool,
    /// Digits a numeric code has: shorter numbers lost leading zeros in a spreadsheet. 0 means never padded.
    #[serde(default)]
    pub digits: usize,
    /// Characters to leave out.
    #[serde(default)]
    pub ignore: String,
    /// Characters that part several codes in one value (`ONT+LNK`).
    #[serde(default)]
    pub separators: String,
    /// Prefixes that say nothing about the code.
    #[serde(default)]
    pub strip_prefixes: Vec<String>,
    /// Whether a code's title, written instead of it, is understood.
    #[serde(default)]
    pub titles: bool,
}

/// How sure the way from the code read to the code stored is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// The code is one of the current version.
    Same,
    /// It was replaced by exactly one code.
    Replaced,
    /// It may have become any of these: the code read is kept.
    Choose(Vec<String>),
    /// What became of it is not known: the code read is kept.
    Unknown,
}

/// A code as read from a file, carried to the current version.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<'a> {
    /// The code to store.
    pub code: &'a str,
    /// The code that was read, in the list's spelling.
    pub source_code: &'a str,
    /// The version the file was said to be written in, else the newest that has the code; none where nothing was said
    /// and the code changed its meaning between versions.
    pub from_version: Option<&'a str>,
    /// How sure `code` is.
    pub carried: Carried,
}

impl CodeList {
    /// The version new values are written in.
    pub fn current(&self) -> &Version {
        &self.versions[self.current]
    }

    /// All entries in the file's order; a code may have several, see [`Code`].
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The classes codes are generalised to, in the order grid cells number them (from 1).
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// Rules for reading values that are not spelled as the list spells them.
    pub fn spelling(&self) -> &Spelling {
        &self.spelling
    }
}
