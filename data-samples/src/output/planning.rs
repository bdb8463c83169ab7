//! The samples of planning: a drawing with its plan's papers, and the package the circular asks for.

use std::path::Path;
use std::process::Command;

use super::committed::CommittedError;
use super::convert::ConvertError;
use crate::themes::plan_drawing::{drawing, papers, rows};

/// The plan that is drawn, and the one that is packed.
const DRAWN: &str = "24QCT0000001";
const PACKED: &str = "24QPK0000001";
/// Name of the drawing, without its extension.
const NAME: &str = "quy_hoach_chi_tiet";
/// The package's folders.
const FOLDER: &str = "CSDL_QuyHoachPhanKhu1/HoSoGIS";

/// The six fields every class has, then what a zone has besides.
const ZONES: &str = "SELECT ma_thong_tin_qh AS maThongTinQH, ma_ho_so_qh AS maHoSoQH, ma_doi_tuong AS maDoiTuong, \
    ten_doi_tuong AS tenDoiTuong, chuc_nang AS phanLoai, CAST(NULL AS character(250)) AS ghiChu, ky_hieu AS KyHieu, \
    chuc_nang AS ChucNang, giai_doan AS GiaiDoan, dien_tich AS DienTich, mat_do_xay_dung AS MatDoXayDung, \
    tang_cao_toi_da AS TangCao, he_so_su_dung_dat AS HeSoSuDungDat, cap_quy_hoach AS CapQuyHoach";
const PLANS: &str = "SELECT ma_thong_tin_qh AS maThongTinQH, ma_ho_so_qh AS maHoSoQH, ma_ho_so_qh AS maDoiTuong, \
    ten AS tenDoiTuong, cap_quy_hoach AS phanLoai, CAST(NULL AS character(250)) AS ghiChu, ty_le AS TyLe, \
    so_quyet_dinh AS SoQuyetDinh, trang_thai AS TrangThai, cap_quy_hoach AS CapQuyHoach";
/// Boundary posts; without the field `ghiChu`, as packages often come.
const POSTS: &str = "SELECT ma_thong_tin_qh AS maThongTinQH, ma_ho_so_qh AS maHoSoQH, ma_ho_so_qh AS maDoiTuong, \
    ten AS tenDoiTuong, cap_quy_hoach AS phanLoai";

/// Writes the drawing and the package into `out`, from the FlatGeobuf files in `official`.
pub fn write(official: &Path, out: &Path) -> Result<(), CommittedError> {
    let work = tempfile::tempdir()?;
    let read = |theme: &str| -> Result<String, CommittedError> {
        let to = work.path().join(format!("{theme}.geojson"));
        run(
            &[
                &[
                    "-f",
                    "GeoJSON",
                    "-lco",
                    "COORDINATE_PRECISION=4",
                    "-lco",
                    "RFC7946=NO",
                ],
                &["-where", &format!("ma_ho_so_qh = '{DRAWN}'")],
                &[&path(&to), &path(&official.join(format!("{theme}.fgb")))],
            ],
            &to,
        )?;
        Ok(std::fs::read_to_string(&to)?)
    };
    let (plans, zones) = (
        rows(&read("urban_plans")?),
        rows(&read("urban_plan_zones")?),
    );
    if let Some(plan) = plans.first() {
        let bytes = drawing(plan, &zones, aci);
        std::fs::write(out.join(format!("{NAME}.dxf")), bytes)?;
        std::fs::write(out.join(format!("{NAME}.plan.toml")), papers(plan))?;
    }
    package(official, &out.join(FOLDER))
}

fn package(official: &Path, folder: &Path) -> Result<(), CommittedError> {
    std::fs::create_dir_all(folder)?;
    let (planned, posts) = (folder.join("QuyHoach.gpkg"), folder.join("MocGioi.gpkg"));
    for file in [&planned, &posts] {
        if file.exists() {
            std::fs::remove_file(file)?;
        }
    }
    for (file, class, select, theme) in [
        (&planned, "ChucNangSuDungDat_A", ZONES, "urban_plan_zones"),
        (&planned, "RanhGioiQuyHoach_A", PLANS, "urban_plans"),
        (&posts, "MocGioiQuyHoach_A", POSTS, "urban_plans"),
    ] {
        let sql = format!("{select} FROM {theme} WHERE ma_ho_so_qh = '{PACKED}'");
        let update: &[&str] = if file.exists() { &["-update"] } else { &[] };
        run(
            &[
                &[
                    "-f",
                    "GPKG",
                    "-a_srs",
                    "EPSG:9214",
                    "-nln",
                    class,
                    "-sql",
                    &sql,
                ],
                &[
                    "-lco",
                    "GEOMETRY_NAME=geom",
                    "-lco",
                    "FID=id",
                    "-lco",
                    "SPATIAL_INDEX=NO",
                ],
                update,
                &[&path(file), &path(&official.join(format!("{theme}.fgb")))],
            ],
            file,
        )?;
    }
    Ok(())
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

fn run(arguments: &[&[&str]], to: &Path) -> Result<(), CommittedError> {
    let output = Command::new("ogr2ogr")
        .env("OGR_CURRENT_DATE", "2025-07-01T00:00:00.000Z")
        .env("GDAL_NUM_THREADS", "1")
        .args(["--config", "OGR_SQLITE_PRAGMA", "page_size=4096"])
        .args(arguments.iter().copied().flatten())
        .output()
        .map_err(ConvertError::Missing)?;
    if output.status.success() {
        return Ok(());
    }
    Err(CommittedError::Convert(ConvertError::Failed {
        path: to.to_owned(),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    }))
}

/// The colour of a function's layer, as the circular's annex has it, for those the sample's plans use.
fn aci(function: &str) -> Option<u16> {
    Some(match function {
        "DAT_O_Nhomnhao" => 42,
        "DAT_O_Honhop_Nhomo" => 22,
        "DAT_O_Langxom" => 57,
        "DAT_HTXH_Yte" => 220,
        "DAT_HTXH_Vanhoa" => 243,
        "DAT_HTXH_Truonghoc" => 15,
        "DAT_HTXH_CayxanhCC" => 72,
        "DAT_SX_Congnghiep" => 192,
        "DAT_Coquan" => 34,
        "DAT_Dichvu" => 12,
        "DAT_HTKT_DuongGT" => 251,
        "DAT_HTKT_Baidoxe" => 252,
        "DAT_KHAC_Honuoc" => 154,
        _ => return None,
    })
}
