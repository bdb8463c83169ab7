//! The exchange tree as XML, read element by element.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use super::dossier::{Dossier, is_origin, is_purpose};

/// Deepest nesting read.
const DEEPEST: usize = 200;
/// Longest text of one element kept.
const LONGEST: usize = 4_096;

/// Hands every parcel of `from` to `take`.
///
/// # Errors
/// Says what is wrong with the XML, and where.
pub fn read(from: impl BufRead, mut take: impl FnMut(Dossier)) -> Result<(), String> {
    let mut reader = Reader::from_reader(from);
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut parcel: Option<(usize, Dossier)> = None;
    let mut text = String::new();
    loop {
        buffer.clear();
        let at = reader.buffer_position();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| format!("byte {at}: {error}"))?;
        match event {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if open.len() >= DEEPEST {
                    return Err(format!("byte {at}: elements nested too deep"));
                }
                if is_parcel(&name) && parcel.is_none() {
                    parcel = Some((open.len(), Dossier::default()));
                } else if let Some((_, dossier)) = &mut parcel
                    && is_purpose(&name)
                {
                    dossier.purpose();
                }
                open.push(name);
                text.clear();
            }
            Event::Text(part) => push(&mut text, &part.xml10_content()),
            Event::CData(part) => push(&mut text, &part.xml10_content()),
            Event::GeneralRef(entity) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    push(&mut text, c.encode_utf8(&mut [0; 4]));
                } else if let Some(known) = resolve_predefined_entity(&entity.xml10_content()) {
                    push(&mut text, known);
                }
            }
            Event::End(_) => {
                let Some(name) = open.pop() else { continue };
                if let Some((depth, dossier)) = &mut parcel {
                    if open.len() == *depth {
                        let done = parcel.take().map(|(_, dossier)| dossier);
                        done.filter(Dossier::is_parcel)
                            .into_iter()
                            .for_each(&mut take);
                    } else {
                        leaf(dossier, open.last(), &name, &text);
                    }
                }
                text.clear();
            }
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => {
                return Err(format!(
                    "byte {at}: the file ends within <{}>",
                    open.join("><")
                ));
            }
            _ => {}
        }
    }
}

fn is_parcel(name: &str) -> bool {
    name.eq_ignore_ascii_case("DC_ThuaDat")
}

fn push(text: &mut String, more: &str) {
    if text.len() < LONGEST {
        text.push_str(more);
    }
}

/// Takes the text of the element `name` within `parent`: only of parents whose members say something of the ground.
fn leaf(dossier: &mut Dossier, parent: Option<&String>, name: &str, text: &str) {
    let Some(parent) = parent else { return };
    if is_parcel(parent) {
        dossier.take(name, text);
    } else if is_purpose(parent) {
        dossier.take_of_purpose(name, text);
    } else if is_origin(parent) {
        dossier.take_of_origin(name, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcels(xml: &str) -> Result<Vec<Dossier>, String> {
        let mut found = Vec::new();
        read(xml.as_bytes(), |dossier| found.push(dossier)).map(|()| found)
    }

    #[test]
    fn only_what_is_said_of_the_ground_is_taken() {
        let found = parcels(
            r#"<?xml version="1.0"?><vb:ThongTinTaiSan xmlns:vb="x"><ThongTinThuaDat><DC_ThuaDat>
            <maXa>07210</maXa><soHieuToBanDo>12</soHieuToBanDo><soThuTuThua> 5 </soThuTuThua><dienTich>350.5</dienTich>
            <diaChi>nhà bà X</diaChi><tenChu>Trần Thị B</tenChu><ghiChu>A &amp; B</ghiChu>
            <ThongTinMucDichSuDung><DC_MucDichSuDung><soThuTuMucDichSuDung>2</soThuTuMucDichSuDung><maMucDichSuDung>CLN</maMucDichSuDung>
            <dienTich>250.5</dienTich></DC_MucDichSuDung><DC_MucDichSuDung><soThuTuMucDichSuDung>1</soThuTuMucDichSuDung>
            <maMucDichSuDung>ONT</maMucDichSuDung><dienTich>100</dienTich><thoiHanSuDung>Lâu dài</thoiHanSuDung>
            <ThongTinNguonGocDat><DC_NguonGocDat><nguonGoc>CNQ-CTT</nguonGoc><dienTich>9</dienTich></DC_NguonGocDat></ThongTinNguonGocDat>
            </DC_MucDichSuDung></ThongTinMucDichSuDung></DC_ThuaDat>
            <DC_Chu><soThuTuThua>7</soThuTuThua><hoTen>Trần Thị B</hoTen></DC_Chu></ThongTinThuaDat></vb:ThongTinTaiSan>"#,
        )
        .expect("XML");
        assert_eq!(found.len(), 1);
        let shown = format!("{:?}", found[0].clone().into_values());
        assert!(
            !shown.contains("Trần") && !shown.contains("nhà bà"),
            "{shown}"
        );
        for part in [
            "07210",
            "\"12\"",
            "\"5\"",
            "350.5",
            "ONT",
            "CLN",
            "250.5",
            "Lâu dài",
            "CNQ-CTT",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(
            shown.find("ONT") < shown.find("CLN"),
            "the first purpose is the main one"
        );
    }

    #[test]
    fn broken_xml_is_said_to_be() {
        for xml in ["<a><DC_ThuaDat><maXa>1", "<a></b>", "<a", "not xml <"] {
            assert!(parcels(xml).is_err(), "{xml}");
        }
        assert!(parcels(&"<a>".repeat(1_000)).is_err());
        assert_eq!(parcels("<a/>"), Ok(Vec::new()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = read(bytes.as_slice(), |_| {});
            let led = [&b"<DC_ThuaDat><maXa>"[..], &bytes].concat();
            let _ = read(led.as_slice(), |_| {});
        }
    }
}
