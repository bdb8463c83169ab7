//! Tiles on the grid of the land register's own plane, and tiles as MapLibre Tiles.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use diaba_core::grid::TileGrid;
use diaba_core::space::TilePx;
use diaba_core::tile::validate::{Feature, Geometry, Layer, Scalar, read};
use serde_json::json;

use crate::register::{ORIGIN, Register, SIDE};

/// Column and row of the VN-2000 tile of a zoom that holds a place, and the place of its north-west corner, metres.
fn holding([east, north]: [f64; 2], z: u8) -> ([u32; 2], [f64; 2]) {
    let ([west, top], side) = (
        TileGrid::Vn2000Quad.corner(),
        TileGrid::Vn2000Quad.side() / f64::from(1 << z),
    );
    let tile = [
        ((east - west) / side).floor(),
        ((top - north) / side).floor(),
    ];
    let corner = [west + tile[0] * side, top - tile[1] * side];
    (tile.map(|v| v as u32), corner)
}

fn layers(tile: &[u8]) -> Vec<Layer> {
    let (layers, violations) = read(tile);
    assert!(violations.is_empty(), "{violations:?}");
    layers
}

/// The vertices of a polygon; of anything else, none.
fn points(feature: &Feature) -> Vec<TilePx> {
    match &feature.geometry {
        Geometry::Polygons(polygons) => polygons.iter().flatten().flatten().copied().collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn a_tile_of_vn_2000_has_the_parcels_where_they_were_surveyed() {
    let register = Register::province();
    let z = 17;
    let ([x, y], corner) = holding(ORIGIN, z);
    let plain = register
        .get(&format!("/tiles/land_parcels/VN2000Quad/{z}/{x}/{y}.mvt"))
        .await
        .expect(StatusCode::OK);
    let ogc = register
        .get(&format!(
            "/collections/land_parcels/tiles/VN2000Quad/{z}/{y}/{x}"
        ))
        .await;
    assert_eq!(plain.body, ogc.body);
    assert_ne!(plain.header("vary"), ogc.header("vary"));
    // Parcels lie across the tile's edge, so their corners are looked for in the tiles around it as well.
    let unit = TileGrid::Vn2000Quad.side() / f64::from(1 << z) / 4096.0;
    let mut corners: BTreeMap<Option<u64>, BTreeSet<[i64; 2]>> = BTreeMap::new();
    for (dx, dy) in (0..9).map(|i| (i % 3 - 1, i / 3 - 1)) {
        let (column, row) = (x.saturating_add_signed(dx), y.saturating_add_signed(dy));
        let tile = register
            .get(&format!(
                "/tiles/land_parcels/VN2000Quad/{z}/{column}/{row}.mvt"
            ))
            .await;
        let layers = layers(&tile.body);
        let parcels = layers.iter().filter(|layer| layer.name == "land_parcels");
        for feature in parcels.flat_map(|layer| &layer.features) {
            for point in points(feature) {
                if !(0..=4096).contains(&point.x) || !(0..=4096).contains(&point.y) {
                    continue;
                }
                let at = [
                    corner[0] + (f64::from(point.x) + f64::from(dx) * 4096.0) * unit,
                    corner[1] - (f64::from(point.y) + f64::from(dy) * 4096.0) * unit,
                ];
                // Parcels are squares side by side: every corner is a whole number of sides from the first.
                let from_first = [0, 1].map(|axis| (at[axis] - ORIGIN[axis]) / SIDE);
                let off = from_first.map(|sides| (sides - sides.round()).abs() * SIDE);
                assert!(
                    off.into_iter().all(|off| off <= unit),
                    "{at:?} is off by {off:?} m"
                );
                let place = from_first.map(|sides| sides.round() as i64);
                corners.entry(feature.id).or_default().insert(place);
            }
        }
    }
    assert!(corners.len() >= 4, "{corners:?}");
    for (parcel, corners) in &corners {
        assert_eq!(corners.len(), 4, "{parcel:?}: {corners:?}");
    }
}

#[tokio::test]
async fn classes_are_drawn_on_vn_2000_too_and_counted_once() {
    let register = Register::province();
    for z in [8, 11, 13] {
        let ([x, y], _) = holding(ORIGIN, z);
        let (mut count, mut drawn) = (0, 0);
        for (dx, dy) in (0..9).map(|i| (i % 3, i / 3)) {
            let (x, y) = (x + dx - 1, y + dy - 1);
            let tile = register
                .get(&format!("/tiles/land_parcels/VN2000Quad/{z}/{x}/{y}.mvt"))
                .await;
            assert!(tile.status.is_success(), "{tile:?}");
            for layer in layers(&tile.body) {
                let key = layer.keys.iter().position(|key| key == "so_luong");
                for feature in &layer.features {
                    if layer.name == "land_parcels" {
                        drawn += points(feature).len();
                    }
                    let tag = feature.tags.iter().find(|(k, _)| Some(*k) == key);
                    let Some(Scalar::Integer(of_class)) = tag.map(|tag| &layer.values[tag.1])
                    else {
                        continue;
                    };
                    count += of_class;
                }
            }
        }
        assert_eq!(count, 12, "zoom {z}");
        assert_eq!(
            drawn > 0,
            z == 13,
            "zoom {z}: a hectare has a few cells at 13, and is a speck below"
        );
    }
}

#[tokio::test]
async fn the_grid_is_described_and_linked() {
    let register = Register::province();
    let set = register.json("/tileMatrixSets/VN2000Quad").await;
    assert_eq!(set["crs"], "http://www.opengis.net/def/crs/EPSG/0/9214");
    assert_eq!(set["orderedAxes"], json!(["E", "N"]));
    assert_eq!(set["tileMatrices"][17]["cellSize"], 1.0);
    let sets = register.json("/tileMatrixSets").await;
    assert_eq!(sets["tileMatrixSets"].as_array().unwrap().len(), 2);
    let tile_set = register
        .json("/collections/land_parcels/tiles/VN2000Quad")
        .await;
    let ([x, y], _) = holding(ORIGIN, 16);
    let limits = tile_set["tileMatrixSetLimits"].as_array().unwrap();
    let limit = limits.iter().find(|l| l["tileMatrix"] == "16").unwrap();
    assert!(limit["minTileCol"].as_u64().unwrap() <= u64::from(x));
    assert!(limit["maxTileCol"].as_u64().unwrap() >= u64::from(x));
    assert!(limit["minTileRow"].as_u64().unwrap() <= u64::from(y));
    assert!(limit["maxTileRow"].as_u64().unwrap() >= u64::from(y));
    let tile_json = register.json("/tiles/land_parcels/VN2000Quad.json").await;
    assert_eq!(tile_json["tile_matrix_set"], "VN2000Quad");
    let template = tile_json["tiles"][0].as_str().unwrap();
    assert!(
        template.ends_with("/tiles/land_parcels/VN2000Quad/{z}/{x}/{y}.mvt"),
        "{template}"
    );
    let other = register.get("/tiles/land_parcels/Nowhere/5/1/1.mvt").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert!(other.text().contains("VN2000Quad"), "{}", other.text());
}

#[tokio::test]
async fn a_maplibre_tile_is_sent_by_its_ending_and_by_accept() {
    let register = Register::province();
    let ([x, y], _) = holding(ORIGIN, 17);
    let here = format!("/tiles/land_parcels/VN2000Quad/17/{x}/{y}");
    let mvt = register
        .get(&format!("{here}.mvt"))
        .await
        .expect(StatusCode::OK);
    let mlt = register
        .get(&format!("{here}.mlt"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(mlt.header("content-type"), "application/vnd.maplibre-tile");
    assert_ne!(mlt.body, mvt.body);
    assert_ne!(mlt.header("etag"), mvt.header("etag"));
    for (accept, same) in [
        ("application/vnd.maplibre-tile", &mlt),
        (
            "application/vnd.maplibre-tile, application/vnd.mapbox-vector-tile",
            &mlt,
        ),
        (
            "application/vnd.maplibre-tile;q=0.5, application/vnd.mapbox-vector-tile",
            &mvt,
        ),
        ("*/*", &mvt),
    ] {
        let liked = register.get_with(&here, &[("accept", accept)]).await;
        assert_eq!(liked.body, same.body, "{accept}");
        assert!(
            liked.header("vary").contains("accept,"),
            "{:?}",
            liked.headers
        );
        let named = register
            .get_with(&format!("{here}.mvt"), &[("accept", accept)])
            .await;
        assert_eq!(named.body, mvt.body, "the ending decides");
    }
    let tile_json = register.json("/tiles/land_parcels.json?encoding=mlt").await;
    assert_eq!(tile_json["encoding"], "mlt");
    assert!(tile_json["tiles"][0].as_str().unwrap().ends_with("{y}.mlt"));
}

#[tokio::test]
async fn a_tile_is_coded_as_the_client_likes_best() {
    let register = Register::province();
    let ([x, y], _) = holding(ORIGIN, 17);
    let here = format!("/tiles/land_parcels/VN2000Quad/17/{x}/{y}.mvt");
    let plain = register.get(&here).await.expect(StatusCode::OK);
    let mut etags = vec![plain.header("etag").to_owned()];
    for (accepted, coding) in [("gzip", "gzip"), ("gzip, br, zstd", "zstd"), ("br", "br")] {
        let coded = register
            .get_with(&here, &[("accept-encoding", accepted)])
            .await;
        assert_eq!(coded.header("content-encoding"), coding);
        assert!(coded.body.len() < plain.body.len());
        etags.push(coded.header("etag").to_owned());
        let etag = [
            ("accept-encoding", accepted),
            ("if-none-match", coded.header("etag")),
        ];
        let again = register.get_with(&here, &etag).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 4, "every representation has a tag of its own");
}
