//! A file is what FlatGeobuf's own writer makes of the same features, to the byte.

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo::{Geometry, polygon};
use geozero::{ColumnValue, PropertyProcessor};

use super::*;
use crate::feature::Value;
use crate::theme::Catalogue;

fn theme(id: &str) -> Arc<Theme> {
    let catalogue = Catalogue::load(None).unwrap();
    Arc::clone(catalogue.theme(id).unwrap())
}

/// Squares with a hole here and there, in no order.
fn parcel(n: u32) -> Geometry<f64> {
    let (column, row) = ((n * 37) % 61, (n * 53) % 47);
    let (e, n0) = (
        400_000.0 + f64::from(column) * 30.0,
        2_350_000.0 + f64::from(row) * 20.0,
    );
    let square = polygon!(
        exterior: [(x: e, y: n0), (x: e + 20.0, y: n0), (x: e + 20.0, y: n0 + 15.0), (x: e, y: n0 + 15.0)],
        interiors: [[(x: e + 5.0, y: n0 + 5.0), (x: e + 5.0, y: n0 + 6.0), (x: e + 6.0, y: n0 + 6.0)]],
    );
    match n % 3 {
        0 => square.into(),
        1 => geo::Polygon::new(square.exterior().clone(), vec![]).into(),
        _ => geo::MultiPolygon::new(vec![
            square.clone(),
            geo::Polygon::new(square.exterior().clone(), vec![]),
        ])
        .into(),
    }
}

fn feature(theme: &Theme, n: u32) -> NewFeature {
    let mut values = vec![None; theme.fields.len()];
    for (value, field) in values.iter_mut().zip(&theme.fields) {
        *value = match field.kind {
            crate::theme::FieldType::Text => Some(Value::Text(format!("thửa {n}"))),
            crate::theme::FieldType::Real => Some(Value::Real(f64::from(n) / 7.0)),
            crate::theme::FieldType::Integer => Some(Value::Integer(i64::from(n))),
            _ => None,
        };
    }
    let mut extra = serde_json::Map::new();
    if n.is_multiple_of(5) {
        extra.insert("ghi_chu".to_owned(), "cũ".into());
    }
    NewFeature {
        geometry: parcel(n),
        values,
        extra,
    }
}

/// The library's file of the same features under the same ids.
fn by_the_library(theme: &Theme, features: &[(FeatureId, NewFeature)]) -> Vec<u8> {
    let name = Crs::WORKING.name();
    let title = format!("{} / d", theme.title.vi);
    let options = FgbWriterOptions {
        crs: FgbCrs {
            org: Some("EPSG"),
            code: Crs::WORKING.epsg() as i32,
            name: Some(&name),
            ..FgbCrs::default()
        },
        title: Some(&title),
        ..FgbWriterOptions::default()
    };
    let mut fgb =
        FgbWriter::create_with_options(&theme.id, GeometryType::MultiPolygon, options).unwrap();
    fgb.add_column("id", ColumnType::ULong, |_, c| c.nullable = false);
    for field in &theme.fields {
        let kind = match field.kind {
            crate::theme::FieldType::Text => ColumnType::String,
            crate::theme::FieldType::Integer => ColumnType::Long,
            crate::theme::FieldType::Real => ColumnType::Double,
            crate::theme::FieldType::Boolean => ColumnType::Bool,
            crate::theme::FieldType::Date => ColumnType::DateTime,
            crate::theme::FieldType::Json => ColumnType::Json,
        };
        fgb.add_column(&field.name, kind, |fbb, c| {
            c.title = Some(fbb.create_string(&field.title.vi));
        });
    }
    fgb.add_column("extra", ColumnType::Json, |_, _| {});
    for (id, feature) in features {
        fgb.add_feature_geom(feature.geometry.clone(), |out| {
            out.property(0, "id", &ColumnValue::ULong(id.get()))
                .unwrap();
            for (i, value) in feature.values.iter().enumerate() {
                let value = match value {
                    Some(Value::Text(v)) => ColumnValue::String(v),
                    Some(Value::Real(v)) => ColumnValue::Double(*v),
                    Some(Value::Integer(v)) => ColumnValue::Long(*v),
                    _ => continue,
                };
                out.property(i + 1, "", &value).unwrap();
            }
            if !feature.extra.is_empty() {
                let extra = serde_json::to_string(&feature.extra).unwrap();
                let last = feature.values.len() + 1;
                out.property(last, "extra", &ColumnValue::Json(&extra))
                    .unwrap();
            }
        })
        .unwrap();
    }
    let mut bytes = Vec::new();
    fgb.write(&mut bytes).unwrap();
    bytes
}

fn compare(count: u32) {
    let theme = theme("land_parcels");
    let ids = IdAssigner::new(&theme.id, "d", &[], Box::new(|_| false));
    let mut writer = ShardWriter::new(Arc::clone(&theme), "d", Crs::WORKING, ids).unwrap();
    let mut features = Vec::new();
    for n in 0..count {
        let feature = feature(&theme, n);
        let id = writer.push(&feature).unwrap();
        features.push((id, feature));
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    writer.finish(file.path()).unwrap();
    let (ours, theirs) = (
        std::fs::read(file.path()).unwrap(),
        by_the_library(&theme, &features),
    );
    let first = ours.iter().zip(&theirs).position(|(a, b)| a != b);
    assert_eq!(
        (first, ours.len()),
        (None, theirs.len()),
        "{count} features"
    );
}

#[test]
fn the_file_is_the_librarys_to_the_byte() {
    for count in [0, 1, 2, 16, 17, 300, 5000] {
        compare(count);
    }
}

#[test]
fn every_kind_of_geometry_comes_back() {
    let theme = theme("irrigation_works");
    let point = geo::Point::new(400_000.0, 2_350_000.0);
    let line = geo::LineString::from(vec![(400_000.0, 2_350_000.0), (400_010.0, 2_350_020.0)]);
    let square: geo::Polygon<f64> =
        geo::Rect::new((400_000.0, 2_350_000.0), (400_010.0, 2_350_010.0)).to_polygon();
    let kinds: Vec<Geometry<f64>> = vec![
        point.into(),
        geo::MultiPoint::new(vec![point, point]).into(),
        line.clone().into(),
        geo::MultiLineString::new(vec![line.clone(), line.clone()]).into(),
        square.clone().into(),
        geo::MultiPolygon::new(vec![square.clone(), square.clone()]).into(),
        Geometry::GeometryCollection(geo::GeometryCollection::new_from(vec![
            point.into(),
            square.into(),
            line.into(),
        ])),
    ];
    let mut writer = RowWriter::new(Arc::clone(&theme), "d", Crs::WORKING).unwrap();
    for (n, geometry) in kinds.iter().enumerate() {
        let feature = NewFeature {
            geometry: geometry.clone(),
            values: vec![None; theme.fields.len()],
            extra: serde_json::Map::new(),
        };
        let row = Row {
            id: FeatureId::new(n as u64).unwrap(),
            feature,
            since: Timestamp::from_second(n as i64).ok(),
        };
        writer.push(&row, None).unwrap();
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    writer.finish(file.path()).unwrap();
    let open = crate::shard::Surveyed::open(file.path(), &theme).unwrap();
    let offsets = open.offsets(file.path()).unwrap();
    let mut seen = 0;
    for pair in offsets.windows(2) {
        let found = open.feature(pair[0] as usize..pair[1] as usize).unwrap();
        let n = found.id().unwrap() as usize;
        assert_eq!(found.geometry().unwrap(), kinds[n]);
        assert_eq!(found.stood(), (Timestamp::from_second(n as i64).ok(), None));
        seen += 1;
    }
    assert_eq!(seen, kinds.len());
}
