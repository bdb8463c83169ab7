//! A theme nobody compiled: a TOML file and a data file, and it is imported, found, drawn and described.

use std::fs;

use diaba_tests::{Diaba, import, tiles};

const THEME: &str = r#"
title = { vi = "Trạm đo mưa", en = "Rain gauges" }
description = { vi = "Trạm đo mưa tự động.", en = "Automatic rain gauges." }
group = "water"
order = 900
geometry = "point"
key = ["ma_tram"]
label = "ten"
zooms = { min = 7, detail = 7, max = 14 }

[[fields]]
name = "ma_tram"
type = "text"
title = { vi = "Mã trạm", en = "Station code" }
aliases = ["station"]
tile = true
required = true

[[fields]]
name = "ten"
type = "text"
title = { vi = "Tên trạm", en = "Name" }
tile = true

[[fields]]
name = "luong_mua"
type = "real"
unit = "mm"
title = { vi = "Lượng mưa", en = "Rainfall" }
aliases = ["rain_mm"]

[[examples]]
name = "a gauge as loggers export it"
input = { Station = "T1", ten = "Cấm Sơn", rain_mm = "12,5" }
expect = { ma_tram = "T1", ten = "Cấm Sơn", luong_mua = 12.5 }
"#;

const GAUGES: &str = r#"{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"STATION":"T1","ten":"Cấm Sơn","rain_mm":12.5,"pin":3},
  "geometry":{"type":"Point","coordinates":[106.55,21.51]}},
 {"type":"Feature","properties":{"STATION":"T2","ten":"Cầu Sơn","rain_mm":7.25,"pin":4},
  "geometry":{"type":"Point","coordinates":[106.32,21.43]}}]}"#;

#[test]
fn a_theme_is_a_file_and_needs_no_rust() {
    let folder = tempfile::tempdir().unwrap();
    let styles = folder.path().join("styles");
    fs::create_dir_all(styles.join("themes")).unwrap();
    fs::write(styles.join("themes/rain_gauges.toml"), THEME).unwrap();
    let file = folder.path().join("gauges.geojson");
    fs::write(&file, GAUGES).unwrap();
    let data = folder.path().join("data");
    let styles = styles.to_str().unwrap();

    let report = import(&file, "rain_gauges", &data)
        .option("--styles", styles)
        .ok();
    assert_eq!(report["counts"]["imported"], 2, "{report}");

    let diaba = Diaba::serve_with(&data, &["--styles", styles]);
    let themes = diaba.json("/themes");
    let theme = themes
        .as_array()
        .unwrap()
        .iter()
        .find(|theme| theme["id"] == "rain_gauges")
        .unwrap();
    assert_eq!(theme["title"]["vi"], "Trạm đo mưa");
    assert_eq!(theme["count"], 2);
    let there = diaba.json("/identify?lon=106.55&lat=21.51&themes=rain_gauges&tolerance=5");
    let properties = &there["features"][0]["properties"];
    assert_eq!(properties["ma_tram"], "T1");
    assert_eq!(properties["luong_mua"], 12.5);
    let (z, x, y) = tiles::covering([106.32, 21.43, 106.32, 21.43], 12)[0];
    let tile = diaba
        .get(&format!("/tiles/rain_gauges/{z}/{x}/{y}.mvt"))
        .expect(200);
    let (layers, violations) = diaba_core::tile::validate::read(&tile.body);
    assert!(violations.is_empty(), "{violations:?}");
    assert_eq!(layers[0].name, "rain_gauges");
    assert_eq!(diaba.all_items("rain_gauges", "?ma_tram=T2").len(), 1);
}
