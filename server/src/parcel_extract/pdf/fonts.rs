//! Be Vietnam Pro as the portal's build left it: each weight in three files (latin, latin-ext, vietnamese), as its npm
//! package has them. A letter is taken from the first that has it.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;

use crate::error::ApiError;
use crate::portal::Portal;

const SUBSETS: [&str; 3] = ["latin", "latin-ext", "vietnamese"];

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    SemiBold,
}

/// Both weights.
pub struct Fonts {
    regular: Vec<File>,
    semi_bold: Vec<File>,
}

struct File {
    font: Font,
    bytes: Vec<u8>,
}

/// A piece of a line in one file of the font, and its length in ems.
pub struct Run<'t> {
    /// The file.
    pub font: Font,
    /// Where it begins in the text.
    start: usize,
    /// What it writes.
    pub text: &'t str,
    /// Its letters, each as long as it was measured: without kerning, so that runs meet where they should.
    pub glyphs: Vec<KrillaGlyph>,
    /// Its length, ems.
    pub length: f32,
}

impl Fonts {
    /// The font of this portal.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] where it has none.
    pub fn of(portal: &Portal) -> Result<Self, ApiError> {
        Ok(Self {
            regular: load(portal, 400)?,
            semi_bold: load(portal, 600)?,
        })
    }

    fn files(&self, weight: Weight) -> &[File] {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    /// The pieces of a text, each in the file that has its letters; a letter none has is left out.
    pub fn runs<'t>(&self, weight: Weight, text: &'t str) -> Vec<Run<'t>> {
        let faces: Vec<(&File, Face<'_>)> = self
            .files(weight)
            .iter()
            .filter_map(|file| Some((file, Face::parse(&file.bytes, 0).ok()?)))
            .collect();
        let mut runs: Vec<Run<'t>> = Vec::new();
        let mut current = (usize::MAX, 0);
        for (at, letter) in text.char_indices() {
            let found = faces.iter().enumerate().find_map(|(i, (file, face))| {
                let glyph = face.glyph_index(letter)?;
                let advance = f32::from(face.glyph_hor_advance(glyph)?);
                Some((i, *file, glyph, advance / f32::from(face.units_per_em())))
            });
            let Some((file, from, glyph, advance)) = found else {
                continue;
            };
            let end = at + letter.len_utf8();
            if current != (file, at) {
                runs.push(Run {
                    font: from.font.clone(),
                    start: at,
                    text: "",
                    glyphs: Vec::new(),
                    length: 0.0,
                });
            }
            current = (file, end);
            if let Some(run) = runs.last_mut() {
                let range = at - run.start..end - run.start;
                let id = GlyphId::new(glyph.0.into());
                run.text = text.get(run.start..end).unwrap_or_default();
                run.glyphs
                    .push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, range, None));
                run.length += advance;
            }
        }
        runs
    }

    /// Length of a text, ems.
    pub fn length(&self, weight: Weight, text: &str) -> f32 {
        self.runs(weight, text).iter().map(|run| run.length).sum()
    }
}

fn load(portal: &Portal, weight: u32) -> Result<Vec<File>, ApiError> {
    SUBSETS
        .iter()
        .map(|subset| {
            let name = format!("fonts/print/be-vietnam-pro-{subset}-{weight}.ttf");
            let bytes = portal.file(&name).map(|file| file.body().to_vec());
            let font = bytes.and_then(|bytes| {
                let font = Font::new(bytes.clone().into(), 0)?;
                Some(File { font, bytes })
            });
            font.ok_or_else(|| {
                ApiError::NotFound(
                    "this program was built without the portal, whose font an extract is set in"
                        .to_owned(),
                )
            })
        })
        .collect()
}
