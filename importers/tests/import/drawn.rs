//! Small drawings, made on the spot.

use std::path::Path;

use gdal::DriverManager;
use gdal::vector::{Feature, FieldValue, Geometry, LayerAccess, LayerOptions, OGRwkbGeometryType};

/// An element to draw: its level, its text, its shape as WKT from a corner of the field on.
pub type Drawn<'a> = (i32, Option<&'a str>, &'a [(f64, f64)]);

pub const CORNER: (f64, f64) = (416_200.0, 2_353_400.0);

/// Writes a drawing with GDAL.
pub fn draw(path: &Path, elements: &[Drawn<'_>]) {
    let driver = DriverManager::get_driver_by_name("DGN").expect("GDAL writes DGN");
    let options: gdal::cpl::CslStringList = [
        "MASTER_UNIT_NAME=m",
        "SUB_UNIT_NAME=mm",
        "SUB_UNITS_PER_MASTER_UNIT=1000",
        "UOR_PER_SUB_UNIT=1",
        "ORIGIN=-416000,-2353000,0",
    ]
    .into_iter()
    .collect();
    let mut dataset = driver
        .create_with_band_type_with_options::<u8, _>(path, 0, 0, 0, &options)
        .expect("created");
    let layer = dataset
        .create_layer(LayerOptions {
            name: "elements",
            srs: None,
            ty: OGRwkbGeometryType::wkbUnknown,
            options: None,
        })
        .expect("a layer");
    let (level, text) = (
        layer.defn().field_index("Level").expect("a field"),
        layer.defn().field_index("Text").expect("a field"),
    );
    for (on, said, places) in elements {
        let mut feature = Feature::new(layer.defn()).expect("a feature");
        feature
            .set_field(level, &FieldValue::IntegerValue(*on))
            .expect("set");
        if let Some(said) = said {
            feature
                .set_field(text, &FieldValue::StringValue((*said).to_owned()))
                .expect("set");
        }
        // GDAL cuts to whole units: half a millimetre more brings each place to its own.
        let at = |(x, y): &(f64, f64)| {
            format!("{:.4} {:.4}", CORNER.0 + x + 0.0005, CORNER.1 + y + 0.0005)
        };
        let list = places.iter().map(at).collect::<Vec<_>>().join(", ");
        let wkt = match places.len() {
            1 => format!("POINT ({list})"),
            _ => format!("LINESTRING ({list})"),
        };
        feature
            .set_geometry(Geometry::from_wkt(&wkt).expect("WKT"))
            .expect("set");
        feature.create(&layer).expect("written");
    }
    dataset.close().expect("closed");
}
