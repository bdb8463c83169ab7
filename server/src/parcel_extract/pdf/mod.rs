//! The extract as an A4 document: header, facts, map with scale bar and north, corner table, what touches the parcel,
//! sources and date. Set in the portal's font, laid out from the top of a page to its foot.

mod content;
mod fonts;
mod map;
mod sheet;

use diaba_core::theme::Bilingual;

use super::document::Extract;
use crate::error::ApiError;
use crate::portal::Portal;

pub use map::Picture;

/// The document as PDF.
///
/// # Errors
/// [`ApiError::NotFound`] where the program was built without the portal, whose font it is set in.
pub fn write(extract: &Extract, picture: &Picture, portal: &Portal) -> Result<Vec<u8>, ApiError> {
    let fonts = fonts::Fonts::of(portal)?;
    let title = Bilingual {
        vi: format!("Trích lục thông tin {}", extract.title.vi),
        en: format!("Extract of {}", extract.title.en),
    };
    let mut sheet = sheet::Sheet::new(&fonts, &title, &extract.made_at);
    content::lay(&mut sheet, extract, picture);
    sheet.finish()
}
