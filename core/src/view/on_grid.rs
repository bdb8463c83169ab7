//! A layer as tiles of a grid see it.

use std::sync::Arc;

use super::reach::along;
use super::{Body, LayerView};
use crate::crs::{Crs, CrsError, Transform, transform_geometry};
use crate::grid::{TileGrid, vn2000_place, vn2000_plane};
use crate::shard::ShardError;
use crate::shard::draw::{DrawnGeometry, draw_vn2000};
use crate::space::{LonLat, World, WorldBox};

/// What is needed to see a layer on a grid other than Web Mercator.
#[derive(Debug, Clone)]
pub(super) struct Vn2000 {
    from_working: Transform,
    to_working: Transform,
    to_lonlat: Transform,
    from_lonlat: Transform,
}

impl Vn2000 {
    fn of(working: Crs) -> Result<Self, CrsError> {
        let plane = Crs::WORKING;
        Ok(Self {
            from_working: Transform::new(working, plane)?,
            to_working: Transform::new(plane, working)?,
            to_lonlat: Transform::new(plane, Crs::LONLAT)?,
            from_lonlat: Transform::new(Crs::LONLAT, plane)?,
        })
    }

    /// The box of the plane around a box of degrees, a degree further on each side.
    fn extent(&self, reach: [f64; 4]) -> Result<[f64; 4], CrsError> {
        let [west, south, east, north] = widened(reach);
        let mut corners = [[west, south], [west, north], [east, south], [east, north]];
        self.from_lonlat.apply(&mut corners)?;
        let mut extent = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for [x, y] in corners {
            extent = [
                extent[0].min(x),
                extent[1].min(y),
                extent[2].max(x),
                extent[3].max(y),
            ];
        }
        Ok(extent)
    }

    /// From a place in the VN-2000 square to the Web Mercator square, not rounded.
    pub fn to_mercator(&self, place: World) -> Option<[f64; 2]> {
        let [lon, lat] = self.to_lonlat.point(vn2000_plane(place)).ok()?;
        Some(World::unrounded(LonLat { lon, lat }))
    }

    /// From a place in the Web Mercator square to the VN-2000 square.
    pub fn of_mercator(&self, place: World) -> Option<World> {
        let LonLat { lon, lat } = place.to_lonlat();
        self.from_lonlat.point([lon, lat]).ok().map(vn2000_place)
    }
}

impl LayerView {
    /// The same layer, its tiles cut on `grid`.
    ///
    /// # Errors
    /// [`CrsError`] where the grid's plane cannot be reached from the working plane.
    pub fn on(&self, grid: TileGrid) -> Result<Self, CrsError> {
        let vn2000 = match grid {
            TileGrid::WebMercatorQuad => None,
            TileGrid::Vn2000Quad => Some(Vn2000::of(self.working_crs())?),
        };
        Ok(Self {
            theme: Arc::clone(&self.theme),
            parts: self.parts.clone(),
            to_lonlat: self.to_lonlat.clone(),
            from_lonlat: self.from_lonlat.clone(),
            mosaic: Arc::clone(&self.mosaic),
            at: self.at,
            vn2000,
            figures: std::sync::OnceLock::new(),
        })
    }

    /// The grid its tiles are cut on.
    pub const fn grid(&self) -> TileGrid {
        match self.vn2000 {
            None => TileGrid::WebMercatorQuad,
            Some(_) => TileGrid::Vn2000Quad,
        }
    }

    /// The box of the layer on the square its tiles are cut from; `None` where there is nothing.
    pub fn world_extent(&self) -> Option<WorldBox> {
        let [west, south, east, north] = self.extent_lonlat()?;
        let corners = [(west, north), (east, south)]
            .map(|(lon, lat)| World::from_lonlat(LonLat { lon, lat }));
        let mut mercator = WorldBox::EMPTY;
        for corner in corners {
            mercator.extend(corner);
        }
        let Some(vn2000) = &self.vn2000 else {
            return Some(mercator);
        };
        let mut extent = WorldBox::EMPTY;
        for place in along(&mercator) {
            extent.extend(vn2000.of_mercator(place)?);
        }
        Some(extent)
    }

    /// The places of the square its tiles are cut from, in the working plane. Only what is near `reach`, degrees, is
    /// asked for: more may have no place there.
    pub(super) fn working_places(
        &self,
        places: impl Iterator<Item = World>,
        reach: [f64; 4],
    ) -> Result<Vec<[f64; 2]>, CrsError> {
        let Some(vn2000) = &self.vn2000 else {
            return self.mercator_places(places, reach);
        };
        let extent = vn2000.extent(reach)?;
        let mut coords: Vec<[f64; 2]> = places
            .map(|place| clamped(vn2000_plane(place), extent))
            .collect();
        vn2000.to_working.apply(&mut coords)?;
        Ok(coords)
    }

    /// As [`LayerView::working_places`], for places of the Web Mercator square.
    pub(super) fn mercator_places(
        &self,
        places: impl Iterator<Item = World>,
        reach: [f64; 4],
    ) -> Result<Vec<[f64; 2]>, CrsError> {
        let near = |place: World| {
            let LonLat { lon, lat } = place.to_lonlat();
            clamped([lon, lat], widened(reach))
        };
        let mut coords: Vec<[f64; 2]> = places.map(near).collect();
        self.from_lonlat.apply(&mut coords)?;
        Ok(coords)
    }

    /// A box of the square its tiles are cut from on the Web Mercator square, widened by what its sides bend; `None`
    /// where nothing of the layer can lie in it.
    pub(crate) fn mercator_box(&self, world: &WorldBox) -> Option<WorldBox> {
        let Some(vn2000) = &self.vn2000 else {
            return Some(*world);
        };
        let extent = vn2000.extent(self.extent_lonlat()?).ok()?;
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for place in along(world) {
            let near = vn2000_place(clamped(vn2000_plane(place), extent));
            let image = vn2000.to_mercator(near)?;
            for ((low, high), v) in low.iter_mut().zip(&mut high).zip(image) {
                *low = low.min(v);
                *high = high.max(v);
            }
        }
        // 16 units are 14 cm: places are rounded on the way.
        let bend = (high[0] - low[0]).max(high[1] - low[1]) / 1000.0 + 16.0;
        let (first, last) = (
            World::rounded(low[0] - bend, low[1] - bend),
            World::rounded(high[0] + bend, high[1] + bend),
        );
        Some(WorldBox {
            min_x: first.x,
            min_y: first.y,
            max_x: last.x,
            max_y: last.y,
        })
    }

    /// What the grid's tiles draw of a feature, where it is not what its shard holds drawn.
    pub(crate) fn redrawn(&self, body: Body<'_>) -> Option<Result<DrawnGeometry, ShardError>> {
        let vn2000 = self.vn2000.as_ref()?;
        let geometry = match body {
            Body::Packed(shard, ordinal) => shard.feature(ordinal).and_then(|f| f.geometry()),
            Body::Edited(row) => Ok(row.feature().geometry.clone()),
        };
        Some(geometry.and_then(|mut geometry| {
            transform_geometry(&vn2000.from_working, &mut geometry)?;
            Ok(draw_vn2000(&geometry)?)
        }))
    }
}

/// West, south, east, north in degrees, a degree further on each side.
fn widened([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    [west - 1.0, south - 1.0, east + 1.0, north + 1.0]
}

/// The place in the box nearest to `place`.
fn clamped([x, y]: [f64; 2], [west, south, east, north]: [f64; 4]) -> [f64; 2] {
    [x.clamp(west, east), y.clamp(south, north)]
}
