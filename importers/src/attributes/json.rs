//! The exchange tree as JSON: objects with the same names, in a list or anywhere below the top.

use std::fmt;
use std::io::BufRead;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::dossier::{Dossier, is_origin, is_purpose, parcel_column};

/// Deepest nesting searched for parcels.
const DEEPEST: usize = 12;

/// Hands every parcel of `from` to `take`; a list at the top is read item by item.
///
/// # Errors
/// Says what is wrong with the JSON, and where.
pub fn read(from: impl BufRead, mut take: impl FnMut(Dossier)) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_reader(from);
    json.deserialize_any(Top(&mut take))
        .and_then(|()| json.end())
        .map_err(|error| error.to_string())
}

struct Top<'t, F>(&'t mut F);

impl<'de, F: FnMut(Dossier)> Visitor<'de> for Top<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of parcels, or an object that holds one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Value>()? {
            search(&item, 0, self.0);
        }
        Ok(())
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut whole = serde_json::Map::new();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            whole.insert(name, value);
        }
        search(&Value::Object(whole), 0, self.0);
        Ok(())
    }
}

/// Finds the parcels in `value`: objects with a sheet and a number.
fn search(value: &Value, depth: usize, take: &mut impl FnMut(Dossier)) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| search(item, depth + 1, take)),
        Value::Object(members) => {
            let dossier = parcel(members);
            if dossier.is_parcel() {
                take(dossier);
            } else {
                members
                    .values()
                    .for_each(|member| search(member, depth + 1, take));
            }
        }
        _ => {}
    }
}

fn parcel(members: &serde_json::Map<String, Value>) -> Dossier {
    let mut dossier = Dossier::default();
    for (name, value) in members {
        if is_purpose(name) {
            for purpose in objects(value) {
                dossier.purpose();
                for (name, value) in purpose {
                    if is_origin(name) {
                        for (name, value) in objects(value).flatten() {
                            scalar(value, |text| dossier.take_of_origin(name, text));
                        }
                    } else {
                        scalar(value, |text| dossier.take_of_purpose(name, text));
                    }
                }
            }
        } else if parcel_column(name).is_some() {
            scalar(value, |text| dossier.take(name, text));
        }
    }
    // The commune stands in the parcel's address there; nothing else of the address is looked at.
    for (name, value) in members {
        if name.eq_ignore_ascii_case("ListDiaChi") {
            for (name, value) in objects(value).flatten() {
                if name.eq_ignore_ascii_case("xaId") {
                    scalar(value, |text| dossier.take("maXa", text));
                }
            }
        }
    }
    dossier
}

/// The object `value` is, or those in the list it is.
fn objects(value: &Value) -> impl Iterator<Item = &serde_json::Map<String, Value>> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(Value::as_object)
}

fn scalar(value: &Value, take: impl FnOnce(&str)) {
    match value {
        Value::String(text) => take(text),
        Value::Number(number) => take(&number.to_string()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcels(json: &str) -> Result<Vec<Dossier>, String> {
        let mut found = Vec::new();
        read(json.as_bytes(), |dossier| found.push(dossier)).map(|()| found)
    }

    const PARCEL: &str = r#"{"soThuTuThua": 5, "soHieuToBanDo": "12", "dienTich": 350.5, "hoTen": "Trần Thị B",
        "ListChu": [{"soThuTuThua": 1, "soHieuToBanDo": 2, "hoTen": "Trần Thị B"}],
        "ListMucDichSuDung": [{"loaiMucDichSuDungId": "ONT", "dienTich": 100, "thoiHanSuDung": "Lâu dài",
        "ListNguonGocSuDungDat": [{"loaiNguonGocSuDungDatId": 3, "dienTich": 100}]},
        {"loaiMucDichSuDungId": "CLN", "dienTich": 250.5}],
        "ListDiaChi": [{"tinhId": 24, "huyenId": "0", "xaId": "07210", "diaChiChiTiet": "nhà bà X"}]}"#;

    #[test]
    fn parcels_are_found_in_a_list_and_below_the_top() {
        for json in [
            format!("[{PARCEL}]"),
            PARCEL.to_owned(),
            format!(r#"{{"data": {{"items": [{PARCEL}]}}}}"#),
        ] {
            let found = parcels(&json).expect("JSON");
            assert_eq!(found.len(), 1, "{json}");
            let shown = format!("{:?}", found[0].clone().into_values());
            assert!(
                !shown.contains("Trần") && !shown.contains("nhà bà"),
                "{shown}"
            );
            for part in ["07210", "\"12\"", "\"5\"", "350.5", "ONT", "CLN", "250.5"] {
                assert!(shown.contains(part), "{part}: {shown}");
            }
        }
    }

    #[test]
    fn broken_json_is_said_to_be() {
        for json in ["", "[", "[1,", "{\"a\":", "[] []"] {
            assert!(parcels(json).is_err(), "{json}");
        }
        assert_eq!(parcels("[1, null, {}]"), Ok(Vec::new()));
    }
}
