//! Plans: which there are, and the record of one with its zones.

use axum::http::StatusCode;
use diaba_core::feature::Value;
use geo::{Geometry, LineString, Polygon};
use serde_json::json;

use crate::register::{ORIGIN, Register, pack, record};

const CODE: &str = "24QPK1000003";

fn square(x: f64, y: f64, width: f64, height: f64) -> Geometry<f64> {
    let [left, bottom] = [ORIGIN[0] + x, ORIGIN[1] + y];
    let ring = vec![
        (left, bottom),
        (left + width, bottom),
        (left + width, bottom + height),
        (left, bottom + height),
    ];
    Polygon::new(LineString::from(ring), Vec::new()).into()
}

/// A plan with a record and three zones, one with a record and none, and a land-use plan, whose areas are its record.
fn register() -> Register {
    Register::with(|store, catalogue| {
        let text = |text: &str| Value::Text(text.into());
        let zones = catalogue.theme("urban_plan_zones").unwrap();
        let zone = |mark: &str, function: &str, shape: Geometry<f64>| {
            let values = [
                ("ma_ho_so_qh", text(CODE)),
                ("ky_hieu", text(mark)),
                ("chuc_nang", text(function)),
                ("tang_cao_toi_da", Value::Real(5.0)),
                ("ghi_chu", text("nội bộ")),
            ];
            record(zones, shape, &values)
        };
        let all = [
            zone("A-10", "DAT_O_Nhomnhao", square(0.0, 0.0, 10.0, 10.0)),
            zone("A-2", "DAT_O_Nhomnhao", square(10.0, 0.0, 20.0, 10.0)),
            zone("C-1", "DAT_Coquan", square(0.0, 10.0, 10.0, 10.0)),
        ];
        pack(store, zones, "qpk", all);
        let plans = catalogue.theme("urban_plans").unwrap();
        let plan = |code: &str, name: &str, shape: Geometry<f64>| {
            let values = [
                ("ma_ho_so_qh", text(code)),
                ("ten", text(name)),
                ("cap_quy_hoach", text("QPK")),
                ("so_quyet_dinh", text("99/QĐ-UBND")),
                ("ghi_chu", text("nội bộ")),
            ];
            record(plans, shape, &values)
        };
        let records = [
            plan(CODE, "Phân khu số 3", square(-5.0, -5.0, 50.0, 40.0)),
            plan("25QCT1000001", "Chi tiết", square(500.0, 0.0, 10.0, 10.0)),
        ];
        pack(store, plans, "ho-so", records);
        let uses = catalogue.theme("land_use_plans").unwrap();
        let area = |number: &str, land: &str, shape: Geometry<f64>| {
            let values = [
                ("ma_quy_hoach", text("QHSDĐ 2021/2030")),
                ("so_hieu", text(number)),
                ("loai_dat_quy_hoach", text(land)),
                ("ten_quy_hoach", text("Quy hoạch sử dụng đất")),
                ("so_quyet_dinh", text("15/QĐ-TTg")),
                ("dien_tich", Value::Real(f64::from(number.len() as u32))),
            ];
            record(uses, shape, &values)
        };
        let areas = [
            area("1", "SKN", square(0.0, 0.0, 30.0, 30.0)),
            area("17", "ONT", square(30.0, 0.0, 10.0, 10.0)),
        ];
        pack(store, uses, "sdd", areas);
    })
}

#[tokio::test]
async fn every_plan_is_listed_with_its_zones_and_place() {
    let register = register();
    let plans = register.json("/plans").await;
    let said: Vec<_> = plans
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (&p["theme"], &p["code"], &p["name"], &p["zones"], &p["area"]))
        .collect();
    let expected = json!([
        [
            "land_use_plans",
            "QHSDĐ 2021/2030",
            "Quy hoạch sử dụng đất",
            2,
            1000.0
        ],
        ["urban_plan_zones", CODE, "Phân khu số 3", 3, 400.0],
        ["urban_plan_zones", "25QCT1000001", "Chi tiết", 0, 0.0],
    ]);
    assert_eq!(json!(said), expected);
    let bbox = plans[1]["bbox"].as_array().unwrap();
    assert!(bbox[0].as_f64() < bbox[2].as_f64() && bbox[1].as_f64() < bbox[3].as_f64());
    assert_eq!(plans[1]["level"]["code"], "QPK");
}

#[tokio::test]
async fn the_record_says_decision_boundary_and_zones_by_function() {
    let register = register();
    let plan = register
        .json(&format!("/plans/urban_plan_zones/{CODE}"))
        .await;
    assert_eq!((&plan["zones"], &plan["area"]), (&json!(3), &json!(400.0)));
    assert_eq!(plan["boundary"]["area"], 2000.0);
    let fields = plan["fields"].as_array().unwrap();
    let said = |name: &str| fields.iter().find(|f| f["name"] == name);
    assert_eq!(said("so_quyet_dinh").unwrap()["value"], "99/QĐ-UBND");
    assert!(said("ghi_chu").is_none(), "{plan}");
    let functions = plan["functions"].as_array().unwrap();
    let sums: Vec<_> = functions
        .iter()
        .map(|f| (&f["class"]["code"], &f["area"], &f["percent"], &f["count"]))
        .collect();
    let expected = json!([
        ["DAT_O_Nhomnhao", 300.0, 75.0, 2],
        ["DAT_Coquan", 100.0, 25.0, 1]
    ]);
    assert_eq!(json!(sums), expected);
    let zones = functions[0]["zones"].as_array().unwrap();
    let marks: Vec<_> = zones.iter().map(|z| (&z["label"], &z["area"])).collect();
    assert_eq!(json!(marks), json!([["A-2", 200.0], ["A-10", 100.0]]));
    assert_eq!(zones[0]["values"]["tang_cao_toi_da"], 5.0);
    assert!(!plan.to_string().contains("nội bộ"));
}

#[tokio::test]
async fn a_plan_without_a_record_is_told_by_what_its_zones_say_alike() {
    let register = register();
    let path = "/plans/land_use_plans/QHSD%C4%90%202021%2F2030";
    let plan = register.json(path).await;
    assert_eq!(
        (&plan["code"], &plan["boundary"]),
        (&json!("QHSDĐ 2021/2030"), &json!(null))
    );
    let names: Vec<_> = plan["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"so_quyet_dinh") && names.contains(&"ten_quy_hoach"));
    for differs in ["so_hieu", "loai_dat_quy_hoach", "dien_tich"] {
        assert!(!names.contains(&differs), "{names:?}");
    }
    assert_eq!(plan["functions"][0]["class"]["code"], "SKN");
    assert_eq!(plan["functions"][1]["zones"][0]["label"], "17");
}

#[tokio::test]
async fn what_is_no_plan_is_not_found() {
    let register = register();
    for path in [
        "/plans/urban_plan_zones/24QPK9999999",
        "/plans/urban_plans/24QPK1000003",
        "/plans/land_parcels/07210",
        "/plans/nothing/1",
    ] {
        let answer = register.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let none = Register::with(|_, _| {}).json("/plans").await;
    assert_eq!(none, json!([]));
}
