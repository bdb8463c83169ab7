//! Planning drawings and packages: zones of layers, the plan's boundary and papers.

use geo::{Area, BooleanOps, MultiPolygon};

use crate::common::Bench;
use crate::stored::{Rows, rows, samples, stored};

/// The sample plan's zones as the other samples have them, in the grid of those.
fn zones_of(plan: &str) -> Rows {
    rows(
        &samples().join("urban_plan_zones.gpkg"),
        Some(&format!("ma_ho_so_qh = '{plan}'")),
    )
}

#[test]
fn the_sample_drawing_gives_the_plans_zones_once_each() {
    let bench = Bench::new();
    let file = samples().join("quy_hoach_chi_tiet.dxf");
    let outcome = bench.import(&file, "urban_plan_zones", &["--source-crs", "9214"]);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let report = &outcome.report;
    let source = zones_of("24QCT0000001");
    let got = stored(&bench, "urban_plan_zones", "quy_hoach_chi_tiet");
    assert!(source.len() > 20);
    assert_eq!(got.len(), source.len(), "{:#}", report["drawing"]);
    assert_eq!(report["counts"]["rejected"], 0);
    for field in [
        "chuc_nang",
        "giai_doan",
        "ky_hieu",
        "cap_quy_hoach",
        "ma_ho_so_qh",
        "ma_thong_tin_qh",
    ] {
        let of = |rows: &Rows| {
            let mut values: Vec<_> = rows.iter().map(|r| r.1.get(field).cloned()).collect();
            values.sort();
            values
        };
        assert_eq!(of(&got), of(&source), "{field}");
    }
    // The package is in another grid, 0.03 % larger; the sum tells of zones lost or counted twice.
    let sum = |rows: &Rows| rows.iter().map(|r| r.0.unsigned_area()).sum::<f64>();
    assert!((sum(&got) / sum(&source) - 1.0).abs() < 0.001);
    assert!(got.iter().any(|r| r.1.contains_key("tang_cao_toi_da")));
    assert!(got.iter().all(|r| r.1["extra"].contains("691/QĐ-UBND")));
    let warnings = report["warnings"].to_string();
    assert!(
        warnings.contains("QH_TIMDUONG (1)") && warnings.contains("KHUNG_TEN (1)"),
        "{warnings}"
    );
    assert!(warnings.contains("drawn twice"), "{warnings}");
    let sources: Vec<_> = report["sources"].as_array().into_iter().flatten().collect();
    assert_eq!(
        sources.len(),
        2,
        "the plan's papers are among what was read"
    );
}

#[test]
fn the_sample_drawing_gives_the_plan_itself() {
    let bench = Bench::new();
    let file = samples().join("quy_hoach_chi_tiet.dxf");
    let outcome = bench.import(
        &file,
        "urban_plans",
        &[
            "--source-crs",
            "9214",
            "--plan",
            "TrangThai=Đang điều chỉnh",
            "--plan",
            "MauSac=đỏ",
        ],
    );
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let got = stored(&bench, "urban_plans", "quy_hoach_chi_tiet");
    assert_eq!(got.len(), 1);
    let values = &got[0].1;
    assert_eq!(values["ma_ho_so_qh"], "24QCT0000001");
    assert!(
        values["ngay_phe_duyet"].starts_with("2024/08/15"),
        "{values:?}"
    );
    assert_eq!(values["ty_le"], "1:500");
    // The operator's word stands before the file's.
    assert_eq!(values["trang_thai"], "dang_dieu_chinh");
    assert!(outcome.report["warnings"].to_string().contains("MauSac"));
    // The zones fill the boundary.
    let zones: f64 = zones_of("24QCT0000001")
        .iter()
        .map(|z| z.0.unsigned_area())
        .sum();
    assert!((got[0].0.unsigned_area() / zones - 1.0).abs() < 0.002);
}

const DRAWING: &str = "0\nSECTION\n2\nENTITIES\n\
0\nLWPOLYLINE\n8\nLO DAT O\n90\n4\n70\n1\n10\n416200\n20\n2353400\n10\n416300\n20\n2353400\n10\n416300\n20\n2353500\n10\n416200\n20\n2353500\n\
0\nLWPOLYLINE\n8\nLO DAT O\n90\n4\n70\n0\n10\n416400\n20\n2353400\n10\n416500\n20\n2353400\n10\n416500\n20\n2353500\n10\n416400\n20\n2353400.4\n\
0\nTEXT\n8\nLO DAT O\n10\n416250\n20\n2353450\n40\n3\n1\nO-12\n\
0\nENDSEC\n0\nEOF\n";

#[test]
fn an_older_plan_needs_to_be_told_its_layers() {
    let bench = Bench::new();
    let file = bench.write("cu.dxf", DRAWING.as_bytes());
    let outcome = bench.import(&file, "urban_plan_zones", &["--source-crs", "9214"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stdout);
    assert!(
        outcome.stderr.contains("LO DAT O (3)") && outcome.stderr.contains("--layers"),
        "{}",
        outcome.stderr
    );
    let layers = bench.write(
        "lop.toml",
        b"layers = [{ name = \"Lo dat o\", function = \"DAT_O_Nhomnhao\", stage = \"QHDH\" }]\n",
    );
    let layers = layers.to_string_lossy().into_owned();
    let outcome = bench.import(
        &file,
        "urban_plan_zones",
        &[
            "--source-crs",
            "9214",
            "--layers",
            &layers,
            "--plan",
            "ma_ho_so_qh=24QCT0000009",
        ],
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let got = stored(&bench, "urban_plan_zones", "cu");
    assert_eq!(got.len(), 1);
    assert_eq!(
        (
            got[0].1["chuc_nang"].as_str(),
            got[0].1["giai_doan"].as_str()
        ),
        ("DAT_O_Nhomnhao", "QHDH")
    );
    assert_eq!(got[0].1["ky_hieu"], "O-12");
    // The outline that stops 0.4 m short is no zone, and is said where it is.
    let findings = &outcome.report["findings"];
    assert_eq!(findings["counts"][0]["kind"], "unclosed");
    assert_eq!(findings["counts"][0]["count"], 1);
    assert_eq!(findings["records"][0]["at"][0], 416_400.0);
    assert_eq!(findings["records"][0]["at"][1], 2_353_400.2);
    // A drawing cut short is refused.
    let cut = bench.write("cut.dxf", &DRAWING.as_bytes()[..DRAWING.len() - 20]);
    let outcome = bench.import(
        &cut,
        "urban_plan_zones",
        &["--source-crs", "9214", "--layers", &layers],
    );
    assert_eq!(outcome.code, Some(2), "{}", outcome.stdout);
}

#[test]
fn a_package_is_imported_by_its_folder() {
    let bench = Bench::new();
    let folder = samples().join("CSDL_QuyHoachPhanKhu1");
    let outcome = bench.import(&folder, "urban_plan_zones", &[]);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let reports: Vec<_> = outcome.report.as_array().into_iter().flatten().collect();
    assert_eq!(reports[0]["layer"], "ChucNangSuDungDat_A");
    assert_eq!(reports[1]["outcome"], "passed_over");
    assert_eq!(reports.len(), 2);
    let got = stored(&bench, "urban_plan_zones", "quyhoachphankhu1");
    let source = zones_of("24QPK0000001");
    assert_eq!(got.len(), source.len());
    let worst = got
        .iter()
        .filter_map(|g| {
            let twin = source
                .iter()
                .find(|s| s.1.get("ma_doi_tuong") == g.1.get("ma_doi_tuong"))?;
            Some((g.0.unsigned_area() / twin.0.unsigned_area() - 1.0).abs())
        })
        .fold(0.0, f64::max);
    assert!(worst < 0.001, "{worst}");
    let warnings = reports[0]["warnings"].to_string();
    assert!(
        warnings.contains("MocGioiQuyHoach_A") && warnings.contains("ghiChu"),
        "{warnings}"
    );

    let outcome = bench.import(&folder, "urban_plans", &[]);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let plans = stored(&bench, "urban_plans", "quyhoachphankhu1");
    assert_eq!(plans.len(), 1);
    let zones = got
        .iter()
        .fold(MultiPolygon(vec![]), |all, z| all.union(&z.0));
    assert!(plans[0].0.xor(&zones).unsigned_area() < 0.01 * zones.unsigned_area());

    let outcome = bench.import(&folder, "urban_plans", &["--dataset", "khu-1"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(stored(&bench, "urban_plans", "khu-1").len(), 1);

    let outcome = bench.import(&folder, "dikes", &[]);
    assert!(matches!(outcome.code, Some(1 | 2)), "{}", outcome.stdout);
    assert!(
        outcome.stderr.contains("ChucNangSuDungDat_A"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_six_fields_of_a_package_are_held_against_their_lengths_and_types() {
    let bench = Bench::new();
    let folder = bench.path("CSDL_Thu");
    std::fs::create_dir_all(folder.join("HoSoGIS")).expect("made");
    let to = folder.join("HoSoGIS/QuyHoach.gpkg");
    let from = samples().join("CSDL_QuyHoachPhanKhu1/HoSoGIS/QuyHoach.gpkg");
    // Two names of 300 letters, a file code declared too wide, the information code as a number, no remarks.
    let long = "SELECT geom, CAST(maThongTinQH AS BIGINT) AS maThongTinQH, maHoSoQH, maDoiTuong, phanLoai, ChucNang, \
         CASE WHEN rowid <= 2 THEN replace(hex(zeroblob(150)), '0', 'đ') ELSE tenDoiTuong END AS tenDoiTuong \
         FROM ChucNangSuDungDat_A";
    let wide = "SELECT maThongTinQH, CAST(maHoSoQH AS character(20)) AS maHoSoQH, maDoiTuong, phanLoai, ChucNang, tenDoiTuong \
         FROM ChucNangSuDungDat_A";
    let between = bench.path("dai.gpkg");
    for (dialect, sql, to, from) in [
        ("sqlite", long, &between, &from),
        ("ogrsql", wide, &to, &between),
    ] {
        let made = std::process::Command::new("ogr2ogr")
            .args(["-f", "GPKG", "-nln", "ChucNangSuDungDat_A"])
            .args(["-dialect", dialect, "-sql", sql])
            .args([to, from])
            .output()
            .expect("ogr2ogr runs");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{said}");
    }
    let outcome = bench.import(&folder, "urban_plan_zones", &["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let warnings = outcome.report[0]["warnings"].to_string();
    for said in [
        "thiếu trường bắt buộc ghiChu\"",
        "2 giá trị của tenDoiTuong dài hơn 100 ký tự, dài nhất 300",
        "trường maThongTinQH phải là chữ (TEXT 15), trong tệp là Integer64",
        "the field maHoSoQH is declared with 20 characters, the circular says 15",
    ] {
        assert!(warnings.contains(said), "{said}: {warnings}");
    }
    for right in ["maDoiTuong", "phanLoai"] {
        assert!(!warnings.contains(right), "{right}: {warnings}");
    }
}
