//! Which tiles belong to the ground that was asked for.

use diaba_core::crs::transform_geometry;
use diaba_core::shard::ShardError;
use diaba_core::space::{LonLat, SIDE, TileCoord, World, WorldBox};
use diaba_core::view::{FeatureRef, LayerView};
use geo::{BoundingRect, Coord, Intersects, MapCoords, MultiPolygon, Rect};
use xxhash_rust::xxh3::xxh3_128;

use super::error::ExportError;
use super::request::Asked;

/// The theme communes are in.
pub const COMMUNES: &str = "admin_units";

/// The ground of an export.
#[derive(Debug)]
pub struct Area {
    /// Names it, as the command line does.
    pub name: String,
    /// Names its boundary where it has one of its own: equal only for the same ground.
    pub ground: String,
    /// West, south, east, north in degrees; none where it is everywhere.
    pub bounds: Option<[f64; 4]>,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Everywhere,
    Box(WorldBox),
    /// In units of [`World`].
    Ground(MultiPolygon<f64>),
}

/// An administrative unit as the register has it.
#[derive(Debug)]
pub struct Commune {
    /// Its code.
    pub code: String,
    /// Its full name.
    pub name: String,
    /// Its ground in the working CRS.
    pub ground: geo::Geometry<f64>,
    /// Its ground in degrees.
    lonlat: geo::Geometry<f64>,
}

impl Area {
    /// The ground asked for; `communes` is the layer communes are looked up in.
    ///
    /// # Errors
    /// [`ExportError`] where the register has no such commune.
    pub fn new(asked: &Asked, communes: Option<&LayerView>) -> Result<Self, ExportError> {
        match asked {
            Asked::Everything => Ok(Self {
                name: "all".to_owned(),
                ground: String::new(),
                bounds: None,
                shape: Shape::Everywhere,
            }),
            Asked::Box(bounds) => Ok(Self::of_box(*bounds)),
            Asked::Commune(code) => Self::of_commune(&Commune::find(code, communes)?),
        }
    }

    fn of_box(bounds: [f64; 4]) -> Self {
        let [west, south, east, north] = bounds;
        let mut world = WorldBox::EMPTY;
        for (lon, lat) in [(west, north), (east, south)] {
            world.extend(World::from_lonlat(LonLat { lon, lat }));
        }
        Self {
            name: format!("bbox {west},{south},{east},{north}"),
            ground: String::new(),
            bounds: Some(bounds),
            shape: Shape::Box(world),
        }
    }

    /// The ground of a commune.
    ///
    /// # Errors
    /// [`ExportError::Usage`] where it has none.
    pub fn of_commune(commune: &Commune) -> Result<Self, ExportError> {
        let ground = commune.lonlat.map_coords(|c| {
            let place = World::from_lonlat(LonLat { lon: c.x, lat: c.y });
            Coord {
                x: f64::from(place.x),
                y: f64::from(place.y),
            }
        });
        let ground = match ground {
            geo::Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            _ => MultiPolygon(Vec::new()),
        };
        let Some(rect) = commune
            .lonlat
            .bounding_rect()
            .filter(|_| !ground.0.is_empty())
        else {
            return Err(ExportError::usage(
                format!("Xã {} không có ranh giới.", commune.code),
                format!("Commune {} has no boundary.", commune.code),
            ));
        };
        let mut bytes = Vec::new();
        for c in geo::CoordsIter::coords_iter(&ground) {
            bytes.extend_from_slice(&c.x.to_le_bytes());
            bytes.extend_from_slice(&c.y.to_le_bytes());
        }
        Ok(Self {
            name: format!("commune {}", commune.code),
            ground: format!("{:032x}", xxh3_128(&bytes)),
            bounds: Some([rect.min().x, rect.min().y, rect.max().x, rect.max().y]),
            shape: Shape::Ground(ground),
        })
    }

    /// Whether the tile, without its buffer, shares a place with the ground. Where it does, so does its parent.
    pub fn holds(&self, coord: TileCoord) -> bool {
        match &self.shape {
            Shape::Everywhere => true,
            Shape::Box(bbox) => coord.world_box(0, 1).intersects(bbox),
            Shape::Ground(ground) => {
                let (x, y) = coord.origin();
                let side = SIDE / f64::from(1u32 << coord.z());
                let min = Coord {
                    x: x as f64,
                    y: y as f64,
                };
                let max = Coord {
                    x: min.x + side,
                    y: min.y + side,
                };
                ground.intersects(&Rect::new(min, max))
            }
        }
    }
}

impl Commune {
    /// The unit of this code. Codes were given again in July 2025, so of several units with one code the one in force is
    /// taken, and among those the commune.
    ///
    /// # Errors
    /// [`ExportError::Usage`] where there is none; [`ExportError::Record`] where it cannot be read.
    pub fn find(code: &str, communes: Option<&LayerView>) -> Result<Self, ExportError> {
        let Some(layer) = communes else {
            return Err(ExportError::usage(
                "Kho dữ liệu chưa có ranh giới xã (admin_units), nên không biết xã nằm ở đâu.",
                "The register holds no boundaries of communes (admin_units), so it is not known where the commune lies.",
            ));
        };
        let mut found: Vec<(Rank, FeatureRef<'_>)> = Vec::new();
        for unit in layer.by_key(&[code]) {
            found.push((Rank::of(layer, &unit)?, unit));
        }
        found.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.order().cmp(&y.order())));
        let Some((rank, unit)) = found.into_iter().next_back() else {
            return Err(ExportError::usage(
                format!("Không có đơn vị hành chính nào mang mã {code}."),
                format!("No administrative unit has the code {code}."),
            ));
        };
        let ground = unit.geometry()?;
        let mut lonlat = ground.clone();
        transform_geometry(layer.to_lonlat(), &mut lonlat)
            .map_err(|error| ExportError::Record(ShardError::from(error)))?;
        Ok(Self {
            code: code.to_owned(),
            name: rank.name,
            ground,
            lonlat,
        })
    }
}

/// Which of several units with one code is meant: the later stands.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    commune: bool,
    not_ended: bool,
    era: Era,
    name: String,
}

/// The state of the code list a unit is of, the older first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Era {
    Past(usize),
    Unsaid,
    Current,
}

impl Rank {
    fn of(layer: &LayerView, unit: &FeatureRef<'_>) -> Result<Self, ExportError> {
        let theme = layer.theme();
        let values = unit.values()?;
        let text = |name: &str| {
            let value = theme.field_index(name).and_then(|i| values.get(i));
            value.and_then(Option::as_ref).map(ToString::to_string)
        };
        let code = theme
            .field_index("ma_dvhc")
            .and_then(|i| theme.fields.get(i));
        let list = code.and_then(|field| field.code_list.as_ref());
        let era = text("danh_muc").and_then(|version| {
            let list = list?;
            if list.current().id == version {
                return Some(Era::Current);
            }
            list.version(&version).ok().map(Era::Past)
        });
        Ok(Self {
            commune: text("cap").is_none_or(|level| level == "xa"),
            not_ended: text("ngay_het_hieu_luc").is_none(),
            era: era.unwrap_or(Era::Unsaid),
            name: text("ten_day_du")
                .or_else(|| text("ten"))
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_holds_the_tiles_it_touches_and_their_parents() {
        let area = Area::new(&Asked::Box([106.19, 21.27, 106.20, 21.28]), None).unwrap();
        let place = World::from_lonlat(LonLat {
            lon: 106.195,
            lat: 21.275,
        });
        for z in 0..=18 {
            assert!(area.holds(TileCoord::holding(z, place).unwrap()));
        }
        let elsewhere = World::from_lonlat(LonLat {
            lon: 105.0,
            lat: 21.0,
        });
        assert!(!area.holds(TileCoord::holding(10, elsewhere).unwrap()));
    }

    #[test]
    fn a_commune_holds_the_tiles_its_ground_touches_and_not_all_of_its_box() {
        // An L: the north-eastern quarter of its box is not its own.
        let corners = [
            (106.0, 21.0),
            (106.4, 21.0),
            (106.4, 21.1),
            (106.1, 21.1),
            (106.1, 21.4),
            (106.0, 21.4),
        ];
        let outline = geo::LineString::from(corners.to_vec());
        let ground = geo::Geometry::Polygon(geo::Polygon::new(outline, Vec::new()));
        let area = Area::of_commune(&Commune {
            code: "07210".to_owned(),
            name: String::new(),
            ground: ground.clone(),
            lonlat: ground,
        })
        .unwrap();
        let tile = |lon, lat| TileCoord::holding(13, World::from_lonlat(LonLat { lon, lat }));
        assert!(area.holds(tile(106.05, 21.3).unwrap()));
        assert!(area.holds(tile(106.3, 21.05).unwrap()));
        assert!(!area.holds(tile(106.3, 21.3).unwrap()));
        assert_eq!(area.bounds, Some([106.0, 21.0, 106.4, 21.4]));
    }

    #[test]
    fn without_communes_it_is_said_what_is_missing() {
        let error = Area::new(&Asked::Commune("07210".to_owned()), None).unwrap_err();
        assert!(error.is_usage() && error.to_string().contains("admin_units"));
    }
}
