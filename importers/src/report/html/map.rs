//! The map of a report, as SVG: north up, a frame with coordinates, a scale bar, what is drawn and what is marked.

use std::fmt::Write;

use geo::{BoundingRect, Coord, LineString, Rect};
use maud::{Markup, PreEscaped, html};

use super::parts::{decimal, number};
use crate::report::picture::{Mark, MarkKind, Picture};

/// Width of the drawing, and its least and greatest height, in its own units.
const WIDTH: f64 = 1_000.0;
const HEIGHT: [f64; 2] = [420.0, 760.0];
/// Side from which on marked ground needs no dot to be seen.
const LARGE: f64 = 14.0;
/// Room around the ground for the frame's numbers.
const FRAME: f64 = 26.0;

/// The map with its legend; nothing where there is nothing to draw.
pub(super) fn map(picture: &Picture) -> Markup {
    let Some(view) = View::of(picture) else {
        return html! {};
    };
    html! {
        figure {
            (PreEscaped(svg(picture, &view)))
            figcaption {
                @for (kind, count) in picture.marked.iter().filter(|(_, count)| **count > 0) {
                    @let (color, vi, en) = look(*kind);
                    span { i.dot style=(format!("background:{color}")) {} (vi) " (" (number(*count)) ") · " (en) }
                }
                @for (code, (title, color)) in &picture.legend {
                    span title=(title.en) { i style=(format!("background:{}", css(*color))) {} (code) " – " (title.vi) }
                }
                @if picture.is_sampled() {
                    span { "Vẽ " (number(picture.outlines.len() as u64)) " đối tượng chọn đều, ô vuông " (decimal(picture.cells.side, 0)) " m là nơi có dữ liệu · a sample is drawn, squares are where there are data" }
                }
                span { "Lưới VN-2000 / TM-3 107°00′ (EPSG:9214), X hướng Bắc, Y hướng Đông" }
            }
        }
    }
}

/// Colour and names of a sort of mark.
fn look(kind: MarkKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        MarkKind::Rejected => ("#c62828", "Bản ghi bị loại", "rejected"),
        MarkKind::Area => ("#e08a00", "Diện tích lệch hơn 1 %", "area contradicts"),
        MarkKind::Error => (
            "#7b1fa2",
            "Lỗi hình học phải sửa",
            "findings to be corrected",
        ),
        MarkKind::Warning => (
            "#00838f",
            "Hình học cần xem lại",
            "findings to be looked at",
        ),
        MarkKind::Repaired => ("#1565c0", "Hình đã sửa", "repaired"),
    }
}

fn css([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// From the ground to the drawing.
struct View {
    west: f64,
    north: f64,
    /// Units of the drawing a metre.
    scale: f64,
    height: f64,
}

impl View {
    fn of(picture: &Picture) -> Option<Self> {
        let marks = picture.marks.iter().map(|m| m.place);
        let mut places = picture
            .extent
            .iter()
            .flat_map(|r| [r.min(), r.max()])
            .chain(marks);
        let first = places.next()?;
        let (mut low, mut high) = (first, first);
        for c in places {
            low = Coord {
                x: low.x.min(c.x),
                y: low.y.min(c.y),
            };
            high = Coord {
                x: high.x.max(c.x),
                y: high.y.max(c.y),
            };
        }
        // A single point is shown with fifty metres around it.
        let wide = ((high.x - low.x) * 1.08).max(100.0);
        let tall = ((high.y - low.y) * 1.08).max(60.0);
        let inner = WIDTH - 2.0 * FRAME;
        let scale = (inner / wide).min((HEIGHT[1] - 2.0 * FRAME) / tall);
        let height = (tall * scale + 2.0 * FRAME).clamp(HEIGHT[0], HEIGHT[1]);
        let (middle_x, middle_y) = (f64::midpoint(low.x, high.x), f64::midpoint(low.y, high.y));
        Some(Self {
            west: middle_x - WIDTH / 2.0 / scale,
            north: middle_y + height / 2.0 / scale,
            scale,
            height,
        })
    }

    fn at(&self, c: Coord<f64>) -> (f64, f64) {
        (
            (c.x - self.west) * self.scale,
            (self.north - c.y) * self.scale,
        )
    }

    /// The ground within the frame.
    fn ground(&self) -> Rect<f64> {
        let margin = FRAME / self.scale;
        let (wide, tall) = (WIDTH / self.scale, self.height / self.scale);
        Rect::new(
            (self.west + margin, self.north - tall + margin),
            (self.west + wide - margin, self.north - margin),
        )
    }

    /// Whether the ground of a mark can be seen without a dot on it.
    fn is_large(&self, mark: &Mark) -> bool {
        let boxes = mark.lines.iter().filter_map(BoundingRect::bounding_rect);
        mark.closed
            && boxes
                .map(|b| b.width().min(b.height()) * self.scale)
                .any(|size| size > LARGE)
    }

    /// Adds a line to a path; vertices that fall together are left out.
    fn path(&self, line: &LineString<f64>, closed: bool, out: &mut String) {
        let mut last = None;
        for c in &line.0 {
            let (x, y) = self.at(*c);
            let here = ((x * 10.0).round() as i64, (y * 10.0).round() as i64);
            if last != Some(here) {
                let letter = if last.is_none() { 'M' } else { 'L' };
                // Writing to a String cannot fail.
                let _ = write!(
                    out,
                    "{letter}{} {}",
                    here.0 as f64 / 10.0,
                    here.1 as f64 / 10.0
                );
                last = Some(here);
            }
        }
        if closed && last.is_some() {
            out.push('Z');
        }
    }
}

fn svg(picture: &Picture, view: &View) -> String {
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {:.0}" role="img" aria-label="Bản đồ dữ liệu"><defs><clipPath id="khung"><rect x="{FRAME}" y="{FRAME}" width="{}" height="{:.1}"/></clipPath></defs><g clip-path="url(#khung)">"#,
        view.height,
        WIDTH - 2.0 * FRAME,
        view.height - 2.0 * FRAME
    );
    communes(picture, view, &mut out);
    cells(picture, view, &mut out);
    outlines(picture, view, &mut out);
    commune_names(picture, view, &mut out);
    marks(picture, view, &mut out);
    out.push_str("</g>");
    frame(view, &mut out);
    furniture(view, &mut out);
    out.push_str("</svg>");
    out
}

fn communes(picture: &Picture, view: &View, out: &mut String) {
    for (_, rings) in &picture.communes {
        let mut path = String::new();
        for ring in rings {
            view.path(ring, true, &mut path);
        }
        let _ = write!(
            out,
            r##"<path d="{path}" fill="#f1f3ec" fill-rule="evenodd" stroke="#8f9d8a" stroke-width="1.1" stroke-dasharray="7 3 1.5 3"/>"##
        );
    }
}

fn commune_names(picture: &Picture, view: &View, out: &mut String) {
    let ground = view.ground();
    for (name, rings) in &picture.communes {
        let seen: Vec<Coord<f64>> = rings
            .iter()
            .flat_map(|r| &r.0)
            .filter(|c| geo::Intersects::intersects(&ground, *c))
            .copied()
            .collect();
        let all = rings.iter().flat_map(|r| &r.0);
        let (n, sum) = all.fold((0.0, Coord { x: 0.0, y: 0.0 }), |(n, s), c| {
            (n + 1.0, s + *c)
        });
        let middle = sum / f64::max(n, 1.0);
        if seen.is_empty() && !geo::Intersects::intersects(&ground, &middle) {
            continue;
        }
        let (x, y) = view.at(middle);
        let (x, y) = (
            x.clamp(FRAME + 70.0, WIDTH - FRAME - 70.0),
            y.clamp(FRAME + 18.0, view.height - FRAME - 40.0),
        );
        let _ = write!(
            out,
            r##"<text x="{x:.0}" y="{y:.0}" text-anchor="middle" font-size="14" font-weight="600" fill="#4a5a48" stroke="#fbfcfa" stroke-width="3.5" paint-order="stroke" font-family="Be Vietnam Pro, Noto Sans, DejaVu Sans, sans-serif">{}</text>"##,
            escaped(name)
        );
    }
}

fn cells(picture: &Picture, view: &View, out: &mut String) {
    if !picture.is_sampled() {
        return;
    }
    let side = picture.cells.side;
    let mut taken: Vec<_> = picture.cells.taken.iter().collect();
    taken.sort_unstable();
    let mut path = String::new();
    for (x, y) in taken {
        let (left, top) = view.at(Coord {
            x: f64::from(*x) * side,
            y: f64::from(*y + 1) * side,
        });
        let size = side * view.scale;
        let _ = write!(path, "M{left:.1} {top:.1}h{size:.2}v{size:.2}h-{size:.2}Z");
    }
    let _ = write!(out, r##"<path d="{path}" fill="#cfdcc7"/>"##);
}

fn outlines(picture: &Picture, view: &View, out: &mut String) {
    let mut by_look: std::collections::BTreeMap<(bool, Option<[u8; 3]>), String> =
        std::collections::BTreeMap::new();
    for outline in &picture.outlines {
        let path = by_look.entry((outline.closed, outline.color)).or_default();
        for line in &outline.lines {
            if let [one] = line.0.as_slice() {
                let (x, y) = view.at(*one);
                let _ = write!(
                    path,
                    "M{:.1} {y:.1}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0Z",
                    x - 2.5
                );
            } else {
                view.path(line, outline.closed, path);
            }
        }
    }
    // Lines grow finer where there are more of them.
    let width = match picture.outlines.len() {
        0..=400 => 0.9,
        401..=1500 => 0.6,
        _ => 0.4,
    };
    for ((closed, color), path) in by_look {
        let _ = if closed {
            let fill = color.map_or_else(|| "#dbe6d2".to_owned(), css);
            write!(
                out,
                r##"<path d="{path}" fill="{fill}" fill-opacity=".72" fill-rule="evenodd" stroke="#46544c" stroke-width="{width}"/>"##
            )
        } else {
            let stroke = color.map_or_else(|| "#2f6f8f".to_owned(), css);
            write!(
                out,
                r#"<path d="{path}" fill="{stroke}" fill-opacity="0" stroke="{stroke}" stroke-width="{}" stroke-linejoin="round"/>"#,
                width + 0.9
            )
        };
    }
}

fn marks(picture: &Picture, view: &View, out: &mut String) {
    // Ground below, dots above: a dot is not to be hidden by somebody else's ground.
    let shown = |mark: &&Mark| !mark.lines.is_empty();
    for mark in picture.marks.iter().rev().filter(shown) {
        let (color, _, _) = look(mark.kind);
        let mut path = String::new();
        for line in mark.lines.iter().filter(|line| line.0.len() > 1) {
            view.path(line, mark.closed, &mut path);
        }
        let fill = if mark.closed { ".45" } else { "0" };
        let _ = write!(
            out,
            r#"<path d="{path}" fill="{color}" fill-opacity="{fill}" fill-rule="evenodd" stroke="{color}" stroke-width="1.6" stroke-linejoin="round"><title>{}</title></path>"#,
            escaped(&mark.text)
        );
    }
    for mark in picture.marks.iter().rev() {
        if view.is_large(mark) {
            continue;
        }
        let (x, y) = view.at(mark.place);
        let (color, _, _) = look(mark.kind);
        let _ = write!(
            out,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="5" fill="{color}" fill-opacity=".85" stroke="#fff" stroke-width="1.4"><title>{}</title></circle>"##,
            escaped(&mark.text)
        );
    }
}

/// The frame, with coordinates where the grid meets it.
fn frame(view: &View, out: &mut String) {
    let ground = view.ground();
    let (right, bottom) = (WIDTH - FRAME, view.height - FRAME);
    let _ = write!(
        out,
        r##"<rect x="{FRAME}" y="{FRAME}" width="{:.1}" height="{:.1}" fill="none" stroke="#46544c" stroke-width="1.2"/><g font-size="11" fill="#5d6d74" font-family="DejaVu Sans, Arial, sans-serif">"##,
        right - FRAME,
        bottom - FRAME
    );
    let step = round_length(ground.width() / 5.0);
    let ticks = |from: f64, to: f64| {
        let first = (from / step).ceil() as i64;
        let last = (to / step).floor() as i64;
        (first..=last).map(move |i| i as f64 * step)
    };
    for easting in ticks(ground.min().x, ground.max().x) {
        let (x, _) = view.at(Coord {
            x: easting,
            y: view.north,
        });
        let _ = write!(
            out,
            r##"<path d="M{x:.1} {FRAME}v-5M{x:.1} {bottom:.1}v5" stroke="#46544c"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>"##,
            FRAME - 9.0,
            decimal(easting, 0)
        );
    }
    for northing in ticks(ground.min().y, ground.max().y) {
        let (_, y) = view.at(Coord {
            x: view.west,
            y: northing,
        });
        let _ = write!(
            out,
            r##"<path d="M{FRAME} {y:.1}h-5M{right} {y:.1}h5" stroke="#46544c"/><text transform="translate({:.1} {y:.1}) rotate(-90)" text-anchor="middle">{}</text>"##,
            FRAME - 9.0,
            decimal(northing, 0)
        );
        for easting in ticks(ground.min().x, ground.max().x) {
            let (x, _) = view.at(Coord {
                x: easting,
                y: northing,
            });
            let _ = write!(
                out,
                r##"<path d="M{:.1} {y:.1}h8m-4 -4v8" stroke="#46544c" stroke-opacity=".45" stroke-width=".8"/>"##,
                x - 4.0
            );
        }
    }
    out.push_str("</g>");
}

/// Scale bar and north.
fn furniture(view: &View, out: &mut String) {
    let metres = round_length(170.0 / view.scale);
    let length = metres * view.scale;
    let (x, y) = (FRAME + 18.0, view.height - FRAME - 20.0);
    let label = if metres >= 1_000.0 {
        format!("{} km", decimal(metres / 1_000.0, 0))
    } else {
        format!("{} m", decimal(metres, 0))
    };
    let half = length / 2.0;
    let _ = write!(
        out,
        r##"<g font-size="12" fill="#1d2a30" font-family="DejaVu Sans, Arial, sans-serif"><rect x="{:.1}" y="{:.1}" width="{:.1}" height="34" rx="3" fill="#fff" fill-opacity=".88"/><path d="M{x} {y:.1}h{half:.1}v5h-{half:.1}Z" fill="#1d2a30"/><path d="M{:.1} {y:.1}h{half:.1}v5h-{half:.1}Z" fill="#fff" stroke="#1d2a30"/><text x="{x}" y="{:.1}">0</text><text x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"##,
        x - 9.0,
        y - 20.0,
        length + 18.0,
        x + half,
        y - 5.0,
        x + length,
        y - 5.0,
    );
    let (x, y) = (WIDTH - FRAME - 28.0, FRAME + 18.0);
    let _ = write!(
        out,
        r##"<circle cx="{x}" cy="{:.1}" r="23" fill="#fff" fill-opacity=".88"/><path d="M{x} {y}l7 28l-7 -6l-7 6Z" fill="#1d2a30"/><text x="{x}" y="{:.1}" text-anchor="middle" font-weight="700">B</text></g>"##,
        y + 15.0,
        y - 2.0,
    );
}

/// The round length next below: 1, 2 or 5 times a power of ten.
fn round_length(metres: f64) -> f64 {
    let power = 10f64.powf(metres.max(1.0).log10().floor());
    let rest = metres / power;
    let round = if rest >= 5.0 {
        5.0
    } else if rest >= 2.0 {
        2.0
    } else {
        1.0
    };
    round * power
}

fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_round() {
        assert_eq!(
            [3.0, 170.0, 999.0, 0.0].map(round_length),
            [2.0, 100.0, 500.0, 1.0]
        );
    }

    #[test]
    fn nothing_gives_no_map_and_a_point_a_small_one() {
        assert!(map(&Picture::default()).into_string().is_empty());
        let mut picture = Picture::default();
        let place = Coord {
            x: 416_000.0,
            y: 2_353_000.0,
        };
        picture.mark(MarkKind::Rejected, place, || "<thửa>".to_owned());
        let drawn = map(&picture).into_string();
        assert!(
            drawn.contains("&lt;thửa&gt;") && drawn.contains("10 m"),
            "{drawn}"
        );
    }
}
