//! AutoCAD drawing exchange (DXF, text, AC1015), as planning offices write it.

use std::collections::BTreeMap;
use std::fmt::Write;

use geo_types::{Coord, LineString, Polygon};

use super::tcvn3;

/// A drawing being written.
#[derive(Debug, Default)]
pub struct Dxf {
    entities: String,
    layers: BTreeMap<String, u16>,
    handle: u32,
}

/// The block whose attribute carries a zone's mark.
const BLOCK: &str = "KYHIEU_O";

fn pair(out: &mut String, code: u16, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{code}\n{value}");
}

impl Dxf {
    /// Names a layer and its colour (ACI).
    pub fn layer(&mut self, name: &str, color: u16) {
        self.layers.insert(name.to_owned(), color);
    }

    fn begin(&mut self, kind: &str, layer: &str) {
        if !self.layers.contains_key(layer) {
            self.layer(layer, 7);
        }
        self.handle += 1;
        pair(&mut self.entities, 0, kind);
        pair(
            &mut self.entities,
            5,
            format_args!("{:X}", self.handle + 0x100),
        );
        pair(&mut self.entities, 8, layer);
    }

    fn place(&mut self, c: Coord<f64>) {
        pair(&mut self.entities, 10, format_args!("{:.4}", c.x));
        pair(&mut self.entities, 20, format_args!("{:.4}", c.y));
    }

    /// The vertices of `line`; of a ring without the last one, which is the first.
    fn vertices(&mut self, line: &LineString<f64>) {
        let skip = usize::from(line.is_closed());
        for c in line.0.iter().take(line.0.len() - skip.min(line.0.len())) {
            self.place(*c);
        }
    }

    /// A line, closed where its ends are one.
    pub fn polyline(&mut self, layer: &str, line: &LineString<f64>) {
        self.begin("LWPOLYLINE", layer);
        let closed = usize::from(line.is_closed());
        pair(&mut self.entities, 90, line.0.len() - closed);
        pair(&mut self.entities, 70, closed);
        self.vertices(line);
    }

    /// A filled area.
    pub fn hatch(&mut self, layer: &str, area: &Polygon<f64>) {
        self.begin("HATCH", layer);
        self.place(Coord { x: 0.0, y: 0.0 });
        pair(&mut self.entities, 30, "0.0");
        pair(&mut self.entities, 2, "SOLID");
        pair(&mut self.entities, 70, 1);
        pair(&mut self.entities, 71, 0);
        pair(&mut self.entities, 91, 1 + area.interiors().len());
        let rings = std::iter::once((3, area.exterior()))
            .chain(area.interiors().iter().map(|ring| (2, ring)));
        for (kind, ring) in rings {
            pair(&mut self.entities, 92, kind);
            pair(&mut self.entities, 72, 0);
            pair(&mut self.entities, 73, 1);
            pair(&mut self.entities, 93, ring.0.len().saturating_sub(1));
            self.vertices(ring);
            pair(&mut self.entities, 97, 0);
        }
        pair(&mut self.entities, 75, 0);
        pair(&mut self.entities, 76, 1);
        pair(&mut self.entities, 98, 0);
    }

    /// A text, in TCVN3.
    pub fn text(&mut self, layer: &str, at: Coord<f64>, text: &str) {
        self.begin("TEXT", layer);
        self.place(at);
        pair(&mut self.entities, 40, "3.0");
        pair(&mut self.entities, 1, tcvn3::encode(text));
    }

    /// A block with the mark of a zone as its attribute.
    pub fn mark(&mut self, layer: &str, at: Coord<f64>, mark: &str) {
        self.begin("INSERT", layer);
        pair(&mut self.entities, 66, 1);
        pair(&mut self.entities, 2, BLOCK);
        self.place(at);
        self.begin("ATTRIB", layer);
        self.place(at);
        pair(&mut self.entities, 40, "3.0");
        pair(&mut self.entities, 1, tcvn3::encode(mark));
        pair(&mut self.entities, 2, "KYHIEU");
        pair(&mut self.entities, 70, 0);
        self.begin("SEQEND", layer);
    }

    /// The file, one byte a character.
    pub fn finish(self) -> Vec<u8> {
        let mut out = String::new();
        for (code, value) in [
            (999, "Synthetic / tổng hợp: diaba-samples"),
            (0, "SECTION"),
            (2, "HEADER"),
            (9, "$ACADVER"),
            (1, "AC1015"),
            (9, "$DWGCODEPAGE"),
            (3, "ANSI_1252"),
            (9, "$INSUNITS"),
            (70, "6"),
            (0, "ENDSEC"),
            (0, "SECTION"),
            (2, "TABLES"),
            (0, "TABLE"),
            (2, "LAYER"),
        ] {
            let plain: String = value.chars().filter(char::is_ascii).collect();
            pair(&mut out, code, plain);
        }
        pair(&mut out, 70, self.layers.len());
        for (name, color) in &self.layers {
            pair(&mut out, 0, "LAYER");
            pair(&mut out, 2, name);
            pair(&mut out, 70, 0);
            pair(&mut out, 62, color);
            pair(&mut out, 6, "CONTINUOUS");
        }
        for (code, value) in [
            (0, "ENDTAB"),
            (0, "ENDSEC"),
            (0, "SECTION"),
            (2, "BLOCKS"),
            (0, "BLOCK"),
            (8, "0"),
            (2, BLOCK),
            (70, "2"),
            (10, "0.0"),
            (20, "0.0"),
            (3, BLOCK),
            (0, "LINE"),
            (8, "0"),
            (10, "-3.0"),
            (20, "-1.0"),
            (11, "3.0"),
            (21, "-1.0"),
            (0, "ENDBLK"),
            (8, "0"),
            (0, "ENDSEC"),
            (0, "SECTION"),
            (2, "ENTITIES"),
        ] {
            pair(&mut out, code, value);
        }
        out.push_str(&self.entities);
        pair(&mut out, 0, "ENDSEC");
        pair(&mut out, 0, "EOF");
        out.chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
            .collect()
    }
}
