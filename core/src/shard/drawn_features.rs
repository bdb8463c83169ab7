//! Features of a drawn file, its sections at hand.

use super::drawn::{LONG, NO_VALUE};
use super::map::prefetch;
use super::ready::NOWHERE;
use crate::space::{World, WorldBox};
use crate::tile::{Dictionary, Drawn, DrawnKind, Part, Ready, Stencil, Tag};

/// The features of a drawn file.
#[derive(Debug, Clone, Copy)]
pub struct DrawnFeatures<'f> {
    pub(super) fields: usize,
    pub(super) first_stencil: u8,
    /// Below the first where there are none.
    pub(super) last_stencil: u8,
    pub(super) boxes: &'f [WorldBox],
    pub(super) kinds: &'f [u8],
    pub(super) coord_starts: &'f [u64],
    pub(super) part_starts: &'f [u64],
    pub(super) parts: &'f [Part],
    pub(super) coords: &'f [World],
    pub(super) tags: &'f [u32],
    pub(super) value_starts: &'f [u64],
    pub(super) values: &'f [u8],
    pub(super) stencil_starts: &'f [u64],
    pub(super) stencils: &'f [u8],
    pub(super) labels: &'f [World],
}

/// What a tile asks of features beside their drawing.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    /// The zoom their stencils are for.
    pub zoom: u8,
    /// Whether it names them.
    pub labels: bool,
    /// The fields it carries, as positions among those of tiles.
    pub fields: &'w [u32],
}

/// What a tile needs of most features, gathered out of the sections: it is looked at in the order of ids, in which
/// features lie all over those.
#[derive(Debug, Clone, Copy)]
pub struct Near<'f> {
    /// Its id.
    pub id: u64,
    /// Its position.
    pub ordinal: u32,
    /// The box it is drawn in.
    pub bbox: WorldBox,
    /// For the zoom it was gathered for; empty where it has none.
    pub stencil: &'f [u8],
    /// Where its label stands, if the tile names features and it can be named.
    pub label: Option<World>,
}

impl Near<'_> {
    /// Has it fetched, to be looked at soon: a tile of thousands is larger than what the processor keeps near it.
    pub fn prefetch(&self) {
        prefetch(self);
    }
}

impl<'f> DrawnFeatures<'f> {
    /// The features at these positions, with the ids the index gives them; what else is wanted of them is on its way from
    /// memory. `within` is the box of the tile: of what does not lie in it, more is needed.
    pub fn near(
        &self,
        ordinals: &[u32],
        ids: &[u64],
        within: &WorldBox,
        wanted: Wanted<'_>,
    ) -> Vec<Near<'f>> {
        let stencilled = self.has_stencils(wanted.zoom);
        let mut others = Vec::new();
        let one = |&ordinal: &u32| {
            let i = ordinal as usize;
            let bbox = *self.boxes.get(i)?;
            let stencil = self.stencil(i, wanted.zoom).unwrap_or_default();
            if stencilled && (stencil.is_empty() || !bbox.is_in(within)) {
                others.push(ordinal);
            }
            prefetch_at(self.tags, i * self.fields);
            Some(Near {
                id: *ids.get(i)?,
                ordinal,
                bbox,
                stencil,
                label: wanted.labels.then(|| self.label(i)).flatten(),
            })
        };
        let near = ordinals.iter().filter_map(one).collect();
        self.fetch(if stencilled { &others } else { ordinals });
        self.fetch_values(ordinals, wanted.fields);
        near
    }

    /// The feature's tags of these fields: position of the field, and the value by its number in `dictionary`, which is
    /// [`DrawnFeatures::dictionary`].
    pub fn coded<'t>(
        &self,
        ordinal: u32,
        dictionary: &'f Dictionary<'f>,
        fields: &'t [u32],
    ) -> impl Iterator<Item = (u32, Tag<'f>)> + use<'f, 't> {
        let own = self.row(ordinal);
        fields.iter().filter_map(move |&field| {
            let code = *own.get(field as usize)?;
            (code != NO_VALUE).then_some((field, Tag::Coded(dictionary, code)))
        })
    }

    /// The values of the features, under a number that tells them from those of other files.
    pub const fn dictionary(&self, number: u32) -> Dictionary<'f> {
        Dictionary {
            number,
            starts: self.value_starts,
            bytes: self.values,
        }
    }

    /// The feature at a position, under the id the index gives it, with nothing ready.
    pub fn feature(&self, ordinal: u32, id: u64) -> Option<Drawn<'f>> {
        let i = ordinal as usize;
        let kind = match self.kinds.get(i)? {
            0 => DrawnKind::Point,
            1 => DrawnKind::Line,
            2 => DrawnKind::Polygon,
            _ => return None,
        };
        Some(Drawn {
            id,
            kind,
            bbox: *self.boxes.get(i)?,
            parts: nth(self.parts, self.part_starts, i)?,
            coords: nth(self.coords, self.coord_starts, i)?,
            ready: Ready::default(),
        })
    }

    /// As [`DrawnFeatures::feature`], with what is ready of it.
    pub fn ready(&self, ordinal: u32, id: u64, wanted: Wanted<'_>) -> Option<Drawn<'f>> {
        let i = ordinal as usize;
        let ready = Ready {
            stencil: Stencil {
                zoom: wanted.zoom,
                bytes: self.stencil(i, wanted.zoom).unwrap_or_default(),
            },
            label: wanted.labels.then(|| self.label(i)).flatten(),
        };
        Some(Drawn {
            ready,
            ..self.feature(ordinal, id)?
        })
    }

    /// The feature's tags of these fields: position of the field, and the value as MVT encodes it. What is not asked for
    /// is not looked at: values lie far apart.
    pub fn tags(
        self,
        ordinal: u32,
        fields: impl IntoIterator<Item = u32>,
    ) -> impl Iterator<Item = (u32, &'f [u8])> {
        let own = self.row(ordinal);
        fields.into_iter().filter_map(move |field| {
            let value = *own.get(field as usize)?;
            Some((field, nth(self.values, self.value_starts, value as usize)?))
        })
    }

    /// Positions of the fields tiles carry.
    pub fn fields(&self) -> std::ops::Range<u32> {
        0..self.fields as u32
    }

    /// Brings the features at these positions near the processor, to be drawn from their vertices. A feature lies in many
    /// sections; whoever reads one after the other waits for the memory each time, while reads that do not wait for one
    /// another go on at once.
    fn fetch(&self, ordinals: &[u32]) {
        let mut seen = 0;
        for &ordinal in ordinals {
            let i = ordinal as usize;
            seen ^= u64::from(self.kinds.get(i).copied().unwrap_or_default());
            seen ^= self.part_starts.get(i).copied().unwrap_or_default();
            seen ^= self.coord_starts.get(i).copied().unwrap_or_default();
        }
        for &ordinal in ordinals {
            let i = ordinal as usize;
            let first = |starts: &[u64]| starts.get(i).map_or(0, |start| *start as usize);
            let coord = self.coords.get(first(self.coord_starts));
            seen ^= u64::from(coord.map_or(0, |at| at.x));
            let part = self.parts.get(first(self.part_starts));
            seen ^= u64::from(part.is_some_and(|part| part.is_hole()));
        }
        std::hint::black_box(seen);
    }

    /// Brings the values of these fields of the features near.
    fn fetch_values(&self, ordinals: &[u32], fields: &[u32]) {
        for &ordinal in ordinals {
            let own = self.row(ordinal);
            for code in fields.iter().filter_map(|field| own.get(*field as usize)) {
                if let Some(start) = self.value_starts.get(*code as usize) {
                    prefetch_at(self.values, *start as usize);
                }
            }
        }
    }

    /// Has what is laid of a feature fetched, as [`Near::prefetch`] does of what was gathered of it.
    pub fn prefetch(&self, near: &Near<'_>) {
        prefetch_at(self.tags, near.ordinal as usize * self.fields);
        prefetch_at(near.stencil, 0);
    }

    /// Where the label of the `i`-th feature stands.
    fn label(&self, i: usize) -> Option<World> {
        self.labels.get(i).copied().filter(|at| *at != NOWHERE)
    }

    /// The numbers of a feature's values, one a field.
    fn row(&self, ordinal: u32) -> &'f [u32] {
        let start = ordinal as usize * self.fields;
        self.tags
            .get(start..start + self.fields)
            .unwrap_or_default()
    }

    fn has_stencils(&self, zoom: u8) -> bool {
        (self.first_stencil..=self.last_stencil).contains(&zoom)
    }

    /// The stencil of the `i`-th feature at a zoom.
    fn stencil(&self, i: usize, zoom: u8) -> Option<&'f [u8]> {
        if !self.has_stencils(zoom) {
            return None;
        }
        let mut rest = nth(self.stencils, self.stencil_starts, i)?;
        for _ in self.first_stencil..zoom {
            take_stencil(&mut rest)?;
        }
        take_stencil(&mut rest)
    }
}

fn prefetch_at<T>(values: &[T], at: usize) {
    if let Some(value) = values.get(at) {
        prefetch(value);
    }
}

/// Takes a stencil from the front of those of a feature.
fn take_stencil<'s>(rest: &mut &'s [u8]) -> Option<&'s [u8]> {
    let mut length = u32::from(*rest.split_off_first()?);
    if length == u32::from(LONG) {
        length = u32::from_le_bytes(rest.split_off(..4)?.try_into().ok()?);
    }
    rest.split_off(..length as usize)
}

/// The values of the `i`-th of those that begin at `starts`.
fn nth<'v, T>(values: &'v [T], starts: &[u64], i: usize) -> Option<&'v [T]> {
    let start = usize::try_from(*starts.get(i)?).ok()?;
    let end = usize::try_from(*starts.get(i + 1)?).ok()?;
    values.get(start..end)
}
