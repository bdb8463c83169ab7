//! The head of a `surveyed.fgb`: what QGIS and GDAL are told of it.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Column, ColumnArgs, ColumnType, Crs as FgbCrs, CrsArgs, Header, HeaderArgs};

use super::encode::file_type;
use super::packed_rtree::{Box2, FANOUT};
use super::surveyed::{EXTRA_COLUMN, ID_COLUMN, SINCE_COLUMN, UNTIL_COLUMN};
use crate::crs::Crs;
use crate::theme::{FieldType, Theme};

/// Magic and version of FlatGeobuf.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\0";

/// Magic and header of a file of `features` features of the dataset; `periods` says whether it tells since when each
/// stands.
pub(super) fn header(
    theme: &Theme,
    dataset: &str,
    working: Crs,
    periods: bool,
    (extent, features): (Box2, u64),
) -> Vec<u8> {
    let mut fbb = FlatBufferBuilder::new();
    let crs = CrsArgs {
        org: Some(fbb.create_string("EPSG")),
        code: working.epsg() as i32,
        name: Some(fbb.create_string(&working.name())),
        ..CrsArgs::default()
    };
    let name = fbb.create_string(&theme.id);
    let crs = FgbCrs::create(&mut fbb, &crs);
    let title = fbb.create_string(&format!("{} / {dataset}", theme.title.vi));
    let mut columns: Vec<WIPOffset<Column<'_>>> = Vec::new();
    let mut add = |fbb: &mut FlatBufferBuilder<'_>, name: &str, kind, title: Option<&str>| {
        let args = ColumnArgs {
            name: Some(fbb.create_string(name)),
            type_: kind,
            title: title.map(|title| fbb.create_string(title)),
            nullable: name != ID_COLUMN,
            ..ColumnArgs::default()
        };
        let column = Column::create(fbb, &args);
        columns.push(WIPOffset::new(column.value()));
    };
    add(&mut fbb, ID_COLUMN, ColumnType::ULong, None);
    for field in &theme.fields {
        let title = Some(field.title.vi.as_str());
        add(&mut fbb, &field.name, column_type(field.kind), title);
    }
    add(&mut fbb, EXTRA_COLUMN, ColumnType::Json, None);
    if periods {
        add(&mut fbb, SINCE_COLUMN, ColumnType::DateTime, None);
        add(&mut fbb, UNTIL_COLUMN, ColumnType::DateTime, None);
    }
    let columns = fbb.create_vector(&columns);
    let envelope = fbb.create_vector(&[extent.min_x, extent.min_y, extent.max_x, extent.max_y]);
    let header = Header::create(
        &mut fbb,
        &HeaderArgs {
            name: Some(name),
            envelope: Some(envelope),
            geometry_type: file_type(theme),
            columns: Some(columns),
            features_count: features,
            index_node_size: FANOUT as u16,
            crs: Some(crs),
            title: Some(title),
            ..HeaderArgs::default()
        },
    );
    fbb.finish_size_prefixed(header, None);
    [&MAGIC, fbb.finished_data()].concat()
}

const fn column_type(kind: FieldType) -> ColumnType {
    match kind {
        FieldType::Text => ColumnType::String,
        FieldType::Integer => ColumnType::Long,
        FieldType::Real => ColumnType::Double,
        FieldType::Boolean => ColumnType::Bool,
        FieldType::Date => ColumnType::DateTime,
        FieldType::Json => ColumnType::Json,
    }
}
