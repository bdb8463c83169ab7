//! What the document says, in its order.

use super::fonts::Weight;
use super::map::Picture;
use super::sheet::{BREADTH, INK, MARGIN, PAGE, QUIET, Sheet};
use crate::parcel_extract::UNMEASURED;
use crate::parcel_extract::document::{Extract, Group, Part, Shown, Source, ThemeName, ThemeTouch};
use crate::parcel_extract::numbers::{area, code, day, number, off, percent, text};

/// Height of the map.
const MAP: f32 = 300.0;

/// Lays the extract on the sheet.
pub fn lay(sheet: &mut Sheet<'_>, extract: &Extract, picture: &Picture) {
    sheet.y += 4.0;
    sheet.write(
        MARGIN,
        8.0,
        Weight::Regular,
        QUIET,
        "TRÍCH LỤC THÔNG TIN THỬA ĐẤT · EXTRACT OF A PARCEL",
    );
    sheet.y += 22.0;
    sheet.write(MARGIN, 17.0, Weight::SemiBold, INK, &extract.title.vi);
    sheet.y += 8.0;
    facts(sheet, extract);
    sheet.y += 10.0;
    sheet.need(MAP + 20.0);
    let frame = [MARGIN, sheet.y, PAGE[0] - MARGIN, sheet.y + MAP];
    picture.draw(sheet, frame);
    sheet.y += MAP + 2.0;
    touching(sheet, extract);
    unmeasured(sheet, extract);
    themes(
        sheet,
        "Đã xem, không chạm thửa đất",
        "Looked at, not touching",
        &names(&extract.not_touching),
    );
    themes(
        sheet,
        "Chưa có dữ liệu",
        "No data",
        &names(&extract.no_data),
    );
    corners(sheet, extract);
    neighbours(sheet, extract);
    sheet.heading("Nguồn và giá trị của bản trích", "Sources and standing");
    sheet.y += 2.0;
    sheet.paragraph(&from(&extract.source), 8.0, INK);
    sheet.y += 4.0;
    sheet.paragraph(&extract.notice.vi, 8.0, INK);
    sheet.paragraph(&extract.notice.en, 7.0, QUIET);
}

fn cell(text: impl Into<String>) -> (String, Weight) {
    (text.into(), Weight::Regular)
}

fn strong(text: impl Into<String>) -> (String, Weight) {
    (text.into(), Weight::SemiBold)
}

fn facts(sheet: &mut Sheet<'_>, extract: &Extract) {
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
    for shown in &extract.key {
        row(&shown.title.vi, text(shown));
    }
    if let Some(land_use) = &extract.land_use {
        row("Loại đất", code(land_use));
    }
    if let Some(before) = &extract.land_use_before {
        row("Loại đất ghi trong tệp nguồn", before.clone());
    }
    if let Some(declared) = extract.area.declared {
        row(
            "Diện tích ghi trong hồ sơ",
            format!("{} m²", number(declared, 1)),
        );
    }
    let computed = format!(
        "{} m² ({})",
        number(extract.area.computed, 2),
        extract.survey.grid.vi
    );
    row("Diện tích tính theo tọa độ", computed);
    for shown in extract
        .fields
        .iter()
        .filter(|shown| shown.name != "dien_tich")
    {
        row(&shown.title.vi, text(shown));
    }
    for (name, value) in rows {
        sheet.row(&[0.0, 170.0], &[cell(name), strong(value)], 8.5);
    }
}

fn touching(sheet: &mut Sheet<'_>, extract: &Extract) {
    sheet.heading("Những gì chạm thửa đất", "What touches the parcel");
    if extract.touching.is_empty() {
        sheet.paragraph("Không có đối tượng nào trong các lớp đã xem.", 8.5, INK);
    }
    for theme in &extract.touching {
        self::theme(sheet, theme);
    }
}

fn unmeasured(sheet: &mut Sheet<'_>, extract: &Extract) {
    if extract.unmeasured.is_empty() {
        return;
    }
    sheet.heading(
        "Đã xem, không tính hành lang",
        "Looked at, no corridor computed",
    );
    sheet.y += 2.0;
    sheet.paragraph(UNMEASURED.0, 7.5, QUIET);
    for feature in &extract.unmeasured {
        let class = feature.class.as_ref().map(code).unwrap_or_default();
        let cells = [
            cell(format!("{}: {}", feature.theme_title.vi, feature.label)),
            cell(class),
            cell(off(feature.distance)),
        ];
        sheet.row(&[0.0, 210.0, -BREADTH], &cells, 8.0);
    }
}

fn theme(sheet: &mut Sheet<'_>, theme: &ThemeTouch) {
    sheet.need(60.0);
    sheet.y += 6.0;
    let share = format!("{} · {}", area(theme.area), percent(theme.percent));
    sheet.row(
        &[0.0, -BREADTH],
        &[strong(theme.title.vi.clone()), strong(share)],
        9.0,
    );
    for group in &theme.groups {
        plan(sheet, group);
    }
    for legal in &theme.legal {
        sheet.paragraph(&format!("Căn cứ: {}", legal.vi), 7.0, QUIET);
    }
    let sources = theme
        .groups
        .iter()
        .flat_map(|group| &group.parts)
        .map(|part| from(&part.source));
    let mut sources: Vec<String> = sources.collect();
    sources.sort();
    sources.dedup();
    sheet.paragraph(&sources.join(". "), 7.0, QUIET);
}

fn plan(sheet: &mut Sheet<'_>, group: &Group) {
    let record: Vec<String> = group.record.iter().map(said).collect();
    let name: Vec<String> = group.key.iter().cloned().chain(record).collect();
    if !name.is_empty() {
        sheet.y += 1.0;
        sheet.paragraph(&name.join(" · "), 7.5, QUIET);
        sheet.y += 2.0;
    }
    let columns = [12.0, 100.0, -(BREADTH - 70.0), -BREADTH];
    for part in &group.parts {
        sheet.swatch(part.class.as_ref().and_then(|class| class.color.as_deref()));
        let cells = [
            cell(part.label.clone()),
            cell(content(part)),
            cell(area(part.area)),
            cell(percent(part.percent)),
        ];
        sheet.row(&columns, &cells, 8.0);
    }
    if group.key.is_some() && group.outside > 0.0 {
        let cells = [
            cell("Ngoài quy hoạch"),
            cell(""),
            cell(area(group.outside)),
            cell(""),
        ];
        sheet.row(&columns, &cells, 8.0);
    }
}

fn said(shown: &Shown) -> String {
    format!("{}: {}", shown.title.vi, text(shown))
}

fn content(part: &Part) -> String {
    let mut said_: Vec<String> = part.class.iter().map(code).collect();
    if let Some(corridor) = &part.corridor {
        let mark = if corridor.reference {
            "Hành lang bảo vệ (tham khảo)"
        } else {
            "Hành lang bảo vệ"
        };
        said_.push(format!(
            "{mark}: phía sông {} m, phía đồng {} m",
            number(corridor.river, 1),
            number(corridor.land, 1)
        ));
        said_.extend(corridor.legal.iter().map(|legal| legal.vi.clone()));
    }
    let label = part.label.as_str();
    let shown = part.fields.iter().filter(|field| {
        let is_class = field.codes.first().map(|c| &c.code) == part.class.as_ref().map(|c| &c.code);
        text(field) != label && !(is_class && part.class.is_some())
    });
    said_.extend(shown.map(said));
    said_.join("; ")
}

fn names(themes: &[ThemeName]) -> Vec<&str> {
    themes.iter().map(|theme| theme.title.vi.as_str()).collect()
}

fn themes(sheet: &mut Sheet<'_>, vi: &str, en: &str, names: &[&str]) {
    if names.is_empty() {
        return;
    }
    sheet.heading(vi, en);
    sheet.y += 2.0;
    sheet.paragraph(&names.join(" · "), 8.5, INK);
}

fn corners(sheet: &mut Sheet<'_>, extract: &Extract) {
    sheet.heading("Bảng tọa độ các đỉnh thửa đất", "Corner table");
    let grid = format!(
        "Lưới {} (EPSG:{}); X hướng bắc, Y hướng đông; mét",
        extract.survey.grid.vi, extract.survey.epsg
    );
    sheet.paragraph(&grid, 7.5, QUIET);
    sheet.y += 4.0;
    let columns = [0.0, -170.0, -290.0, -390.0];
    let head = ["Đỉnh", "X (m)", "Y (m)", "Cạnh đến đỉnh sau (m)"];
    let head: Vec<_> = head.iter().map(|text| strong(*text)).collect();
    for ring in &extract.survey.rings {
        if ring.hole {
            sheet.paragraph("Khoảng trống bên trong", 8.0, INK);
        }
        sheet.row(&columns, &head, 8.0);
        for corner in &ring.corners {
            if sheet.need(16.0) {
                sheet.row(&columns, &head, 8.0);
            }
            let cells = [
                cell(corner.number.to_string()),
                cell(number(corner.x, 3)),
                cell(number(corner.y, 3)),
                cell(number(corner.length, 2)),
            ];
            sheet.row(&columns, &cells, 8.0);
        }
    }
}

fn neighbours(sheet: &mut Sheet<'_>, extract: &Extract) {
    if extract.neighbours.is_empty() {
        return;
    }
    sheet.heading("Thửa đất giáp ranh", "Neighbours");
    for beside in &extract.neighbours {
        let land_use = beside.land_use.as_ref().map(code).unwrap_or_default();
        let length = format!("{} m", number(beside.length, 2));
        sheet.row(
            &[0.0, 210.0, -BREADTH],
            &[cell(beside.title.vi.clone()), cell(land_use), cell(length)],
            8.0,
        );
    }
}

fn from(source: &Source) -> String {
    let edited = if source.edited {
        ", đã sửa sau khi nhập"
    } else {
        ""
    };
    format!(
        "Bộ dữ liệu {} ({}), nhập ngày {}{edited}",
        source.dataset,
        source.revision,
        day(&source.imported_at)
    )
}
