//! Paper: A4 pages that are written from the top to the foot, in points; each has the title at its head and its number
//! at its foot.

use diaba_core::theme::Bilingual;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

use super::fonts::{Fonts, Weight};
use crate::error::ApiError;
use crate::parcel_extract::numbers::day;

/// Width and height of a page.
pub const PAGE: [f32; 2] = [595.28, 841.89];
/// What is left free on each side.
pub const MARGIN: f32 = 48.0;
/// Breadth of what is written.
pub const BREADTH: f32 = PAGE[0] - 2.0 * MARGIN;
const FOOT: f32 = PAGE[1] - 56.0;
const HEAD: f32 = 52.0;

pub type Color = [u8; 3];
pub const INK: Color = [29, 42, 48];
pub const QUIET: Color = [86, 103, 112];
pub const LINE: Color = [200, 210, 214];

/// Something drawn at a place of a page.
pub enum Mark {
    /// A line of text from its baseline's left end.
    Text {
        x: f32,
        y: f32,
        size: f32,
        weight: Weight,
        color: Color,
        text: String,
    },
    /// A ring or a line.
    Path {
        rings: Vec<Vec<[f32; 2]>>,
        closed: bool,
        fill: Option<(Color, f32)>,
        stroke: Option<(Color, f32)>,
        /// What it is cut to: left, top, right, bottom.
        clip: Option<[f32; 4]>,
    },
}

/// The pages.
pub struct Sheet<'f> {
    pub fonts: &'f Fonts,
    title: Bilingual,
    made_at: String,
    pages: Vec<Vec<Mark>>,
    /// Where the next line goes.
    pub y: f32,
}

impl<'f> Sheet<'f> {
    pub fn new(fonts: &'f Fonts, title: &Bilingual, made_at: &str) -> Self {
        Self {
            fonts,
            title: title.clone(),
            made_at: made_at.to_owned(),
            pages: vec![Vec::new()],
            y: HEAD,
        }
    }

    pub fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Begins a new page unless there is so much room left on this one.
    pub fn need(&mut self, height: f32) -> bool {
        if self.y + height <= FOOT || self.y <= HEAD {
            return false;
        }
        self.pages.push(Vec::new());
        self.y = HEAD;
        true
    }

    /// Writes on one line, from `x`.
    pub fn write(&mut self, x: f32, size: f32, weight: Weight, color: Color, text: &str) {
        let y = self.y;
        self.mark(Mark::Text {
            x,
            y,
            size,
            weight,
            color,
            text: text.to_owned(),
        });
    }

    /// The lines a text takes in a breadth.
    pub fn wrapped(&self, text: &str, size: f32, weight: Weight, breadth: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if !line.is_empty() && self.fonts.length(weight, &longer) * size > breadth {
                lines.push(std::mem::take(&mut line));
                word.clone_into(&mut line);
            } else {
                line = longer;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str, size: f32, color: Color) {
        for line in self.wrapped(text, size, Weight::Regular, BREADTH) {
            self.need(size * 1.4);
            self.y += size * 1.4;
            self.write(MARGIN, size, Weight::Regular, color, &line);
        }
    }

    /// A heading with room for what follows it.
    pub fn heading(&mut self, vi: &str, en: &str) {
        self.need(64.0);
        self.y += 24.0;
        self.write(MARGIN, 11.0, Weight::SemiBold, INK, vi);
        let beside = MARGIN + self.fonts.length(Weight::SemiBold, vi) * 11.0 + 8.0;
        self.write(beside, 8.0, Weight::Regular, QUIET, en);
        self.rule(self.y + 5.0);
        self.y += 6.0;
    }

    /// A line across.
    pub fn rule(&mut self, y: f32) {
        self.mark(Mark::Path {
            rings: vec![vec![[MARGIN, y], [PAGE[0] - MARGIN, y]]],
            closed: false,
            fill: None,
            stroke: Some((LINE, 0.6)),
            clip: None,
        });
    }

    /// A row of cells, each wrapped in its column; columns are the left edges, from the margin. A cell whose column is
    /// negative ends there on the right.
    pub fn row(&mut self, columns: &[f32], cells: &[(String, Weight)], size: f32) {
        let left: Vec<f32> = columns.iter().map(|x| x.abs()).collect();
        let texts: Vec<Vec<String>> = cells
            .iter()
            .enumerate()
            .map(|(i, (text, weight))| {
                let from = left.get(i).copied().unwrap_or_default();
                let right = columns.get(i).is_some_and(|x| *x < 0.0);
                let to = match left.get(i + 1) {
                    Some(next) if columns.get(i + 1).is_some_and(|x| *x >= 0.0) => *next,
                    Some(next) => *next - 62.0,
                    None => BREADTH,
                };
                let breadth = if right {
                    90.0
                } else {
                    (to - from - 8.0).max(20.0)
                };
                self.wrapped(text, size, *weight, breadth)
            })
            .collect();
        let lines = texts.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let step = size * 1.35;
        self.need(lines as f32 * step + 4.0);
        let top = self.y;
        for (i, lines) in texts.iter().enumerate() {
            let (Some(x), Some((_, weight))) = (columns.get(i), cells.get(i)) else {
                continue;
            };
            for (n, line) in lines.iter().enumerate() {
                self.y = top + step * (n as f32 + 1.0);
                let x = if *x < 0.0 {
                    MARGIN - x - self.fonts.length(*weight, line) * size
                } else {
                    MARGIN + x
                };
                self.write(x, size, *weight, INK, line);
            }
        }
        self.y = top + step * lines as f32 + 4.0;
        self.rule(self.y);
    }

    /// A colour of the map at the head of the row that comes next.
    pub fn swatch(&mut self, color: Option<&str>) {
        self.need(28.0);
        let part = |at: usize| {
            let hex = color.and_then(|color| color.get(at..at + 2));
            hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())
        };
        if let (Some(r), Some(g), Some(b)) = (part(1), part(3), part(5)) {
            let (x, y) = (MARGIN, self.y + 4.0);
            self.mark(Mark::Path {
                rings: vec![vec![[x, y], [x + 7.0, y], [x + 7.0, y + 7.0], [x, y + 7.0]]],
                closed: true,
                fill: Some(([r, g, b], 0.6)),
                stroke: Some((QUIET, 0.4)),
                clip: None,
            });
        }
    }

    /// The document.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where it cannot be written.
    pub fn finish(self) -> Result<Vec<u8>, ApiError> {
        let mut document = Document::new();
        document.set_metadata(
            Metadata::new()
                .title(self.title.vi.clone())
                .language("vi".to_owned())
                .creator("Diaba".to_owned()),
        );
        let count = self.pages.len();
        for (i, marks) in self.pages.iter().enumerate() {
            let size = PageSettings::from_wh(PAGE[0], PAGE[1])
                .ok_or_else(|| ApiError::internal(anyhow::anyhow!("A4 is no size")))?;
            let mut page = document.start_page_with(size);
            let mut surface = page.surface();
            for mark in marks {
                draw(&mut surface, self.fonts, mark);
            }
            for mark in self.edges(i, count) {
                draw(&mut surface, self.fonts, &mark);
            }
            surface.finish();
            page.finish();
        }
        document
            .finish()
            .map_err(|error| ApiError::internal(anyhow::anyhow!("{error:?}")))
    }

    /// What each page has at its head and foot.
    fn edges(&self, page: usize, pages: usize) -> Vec<Mark> {
        let text = |x: f32, y: f32, text: String| Mark::Text {
            x,
            y,
            size: 7.5,
            weight: Weight::Regular,
            color: QUIET,
            text,
        };
        let number = format!("Trang {}/{pages}", page + 1);
        let right = PAGE[0] - MARGIN - self.fonts.length(Weight::Regular, &number) * 7.5;
        let made = format!("Lập ngày {} · Địa bạ (Diaba)", day(&self.made_at));
        let mut marks = vec![
            text(MARGIN, PAGE[1] - 32.0, made),
            text(right, PAGE[1] - 32.0, number),
        ];
        if page > 0 {
            marks.push(text(MARGIN, 36.0, self.title.vi.clone()));
        }
        marks
    }
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    match mark {
        Mark::Text {
            x,
            y,
            size,
            weight,
            color,
            text,
        } => {
            surface.set_stroke(None);
            surface.set_fill(Some(filled(*color, 1.0)));
            let mut x = *x;
            for run in fonts.runs(*weight, text) {
                let start = Point::from_xy(x, *y);
                surface.draw_glyphs(start, &run.glyphs, run.font, run.text, *size, false);
                x += run.length * size;
            }
        }
        Mark::Path {
            rings,
            closed,
            fill,
            stroke,
            clip,
        } => {
            let clipped = clip.and_then(|[left, top, right, bottom]| {
                let corners = vec![[left, top], [right, top], [right, bottom], [left, bottom]];
                path(&[corners], true)
            });
            if let Some(clip) = &clipped {
                surface.push_clip_path(clip, &krilla::paint::FillRule::NonZero);
            }
            surface.set_fill(fill.map(|(color, opacity)| filled(color, opacity)));
            surface.set_stroke(stroke.map(|(color, width)| Stroke {
                paint: rgb(color).into(),
                width,
                ..Stroke::default()
            }));
            if let Some(path) = path(rings, *closed) {
                surface.draw_path(&path);
            }
            if clipped.is_some() {
                surface.pop();
            }
        }
    }
}

fn path(rings: &[Vec<[f32; 2]>], closed: bool) -> Option<krilla::geom::Path> {
    let mut builder = PathBuilder::new();
    for ring in rings {
        for (i, [x, y]) in ring.iter().enumerate() {
            if i == 0 {
                builder.move_to(*x, *y);
            } else {
                builder.line_to(*x, *y);
            }
        }
        if closed {
            builder.close();
        }
    }
    builder.finish()
}

fn rgb([r, g, b]: Color) -> rgb::Color {
    rgb::Color::new(r, g, b)
}

fn filled(color: Color, opacity: f32) -> Fill {
    Fill {
        paint: rgb(color).into(),
        opacity: krilla::num::NormalizedF32::new(opacity)
            .unwrap_or(krilla::num::NormalizedF32::ONE),
        rule: krilla::paint::FillRule::EvenOdd,
    }
}
