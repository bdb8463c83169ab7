//! Which column of a file is which field of a theme.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::names::{Fit, Index};
use super::{Bilingual, Theme};
use crate::code_list::CodeError;

/// What becomes of a file's column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// It is the field at this position.
    Field(usize),
    /// No field takes it: it is kept beside the record.
    Extra,
    /// A GIS wrote it for itself (`OBJECTID`, `SHAPE_Area`): left out.
    Technical,
    /// It tells who a person is: never kept. The reason, for the report.
    Personal(Bilingual),
    /// It and other columns could all be the field at this position: somebody must say which.
    Conflict(usize),
}

/// A column of a file and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name in the file.
    pub name: String,
    /// What becomes of it.
    pub target: Target,
}

/// What becomes of each column of a file, in the file's order.
#[derive(Debug, Clone)]
pub struct FieldMap {
    pub(super) theme: Arc<Theme>,
    pub(super) columns: Vec<Column>,
    /// Version of each code list the file was written in, where it was said.
    pub(super) versions: BTreeMap<String, String>,
}

impl Theme {
    /// Finds for each of a file's columns the field it is.
    ///
    /// Names are compared without case, diacritics and separators; a name of ten bytes also by DBF's cut, and one
    /// that ends in `_1`, `_2` … as the next field with the same cut. A column with a field's own name wins over
    /// columns with its aliases; otherwise two columns for one field are a [`Target::Conflict`]. Names that tell a
    /// person are [`Target::Personal`] before anything else.
    pub fn match_fields<S: AsRef<str>>(self: &Arc<Self>, names: &[S]) -> FieldMap {
        let index = Index::new(&self.fields);
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let owner = names.iter().any(|n| self.personal.names_person(n));
        let mut fits: Vec<Option<(usize, Fit)>> = Vec::with_capacity(names.len());
        let mut columns: Vec<Column> = Vec::with_capacity(names.len());
        for name in names {
            let personal = self.personal_reason(name, owner);
            let fit = if personal.is_some() {
                None
            } else {
                index.find(name)
            };
            let target = match (personal, fit) {
                (Some(reason), _) => Target::Personal(reason),
                (None, Some((field, _)))
                    if self.fields[field].sensitivity == super::Sensitivity::Personal =>
                {
                    Target::Personal(reason_theme())
                }
                (None, Some((field, _))) => Target::Field(field),
                (None, None) if self.personal.is_technical(name) => Target::Technical,
                (None, None) => Target::Extra,
            };
            columns.push(Column {
                name: name.to_owned(),
                target,
            });
            fits.push(fit);
        }
        for field in 0..self.fields.len() {
            let takers: Vec<(usize, Fit)> = columns
                .iter()
                .zip(&fits)
                .enumerate()
                .filter(|(_, (column, _))| column.target == Target::Field(field))
                .filter_map(|(i, (_, fit))| fit.map(|(_, fit)| (i, fit)))
                .collect();
            if takers.len() < 2 {
                continue;
            }
            let own: Vec<usize> = takers
                .iter()
                .filter(|(_, f)| *f == Fit::Own)
                .map(|(i, _)| *i)
                .collect();
            for (i, _) in takers {
                columns[i].target = match own.as_slice() {
                    [one] if *one == i => Target::Field(field),
                    [_] => Target::Extra,
                    _ => Target::Conflict(field),
                };
            }
        }
        FieldMap {
            theme: Arc::clone(self),
            columns,
            versions: BTreeMap::new(),
        }
    }

    fn personal_reason(&self, name: &str, owner: bool) -> Option<Bilingual> {
        let reason = |vi: &str, en: &str| {
            Some(Bilingual {
                vi: vi.to_owned(),
                en: en.to_owned(),
            })
        };
        if self.personal.names_person(name) {
            return reason("cột dữ liệu cá nhân", "a column of personal data");
        }
        if owner && self.personal.names_person_beside_owner(name) {
            return reason("địa chỉ của chủ sử dụng đất", "the holder's address");
        }
        None
    }
}

fn reason_theme() -> Bilingual {
    Bilingual {
        vi: "trường dữ liệu cá nhân của chuyên đề".to_owned(),
        en: "a personal field of the theme".to_owned(),
    }
}

impl FieldMap {
    /// The theme the columns were matched to.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// The file's columns, in its order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Fields that several columns could be, each with those columns' names.
    pub fn conflicts(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for column in &self.columns {
            if let Target::Conflict(field) = column.target {
                all.entry(self.theme.fields[field].name.as_str())
                    .or_default()
                    .push(&column.name);
            }
        }
        all
    }

    /// Required fields that no column is, by name: an import would reject every record.
    pub fn missing(&self) -> Vec<&str> {
        let filled = |i: usize| self.columns.iter().any(|c| c.target == Target::Field(i));
        let fields = self.theme.fields.iter().enumerate();
        fields
            .filter(|(i, f)| f.required && !filled(*i))
            .map(|(_, f)| f.name.as_str())
            .collect()
    }

    /// Says that the column called `column` is the field called `field`, as the operator wants it; other columns
    /// for that field go beside the record. False where either does not exist or the column is personal.
    pub fn assign(&mut self, column: &str, field: &str) -> bool {
        let Some(field) = self.theme.field_index(field) else {
            return false;
        };
        let Some(chosen) = self.columns.iter().position(|c| c.name == column) else {
            return false;
        };
        if matches!(self.columns[chosen].target, Target::Personal(_)) {
            return false;
        }
        for column in &mut self.columns {
            if matches!(column.target, Target::Field(i) | Target::Conflict(i) if i == field) {
                column.target = Target::Extra;
            }
        }
        self.columns[chosen].target = Target::Field(field);
        true
    }

    /// Says in which version of the code list `list` the file was written (`admin_units`, `2023`).
    ///
    /// # Errors
    /// [`CodeError::NoVersion`] where no field of the theme uses a list with such a version.
    pub fn written_in(&mut self, list: &str, version: &str) -> Result<(), CodeError> {
        let missing = || CodeError::NoVersion {
            list: list.to_owned(),
            version: version.to_owned(),
        };
        let lists = self
            .theme
            .fields
            .iter()
            .flat_map(|f| f.code_list.iter().chain(f.item_code_lists.values()));
        let found = lists
            .into_iter()
            .find(|l| l.id == list)
            .ok_or_else(missing)?;
        found.version(version)?;
        self.versions.insert(list.to_owned(), version.to_owned());
        Ok(())
    }

    /// Drops the column at `position` where its `values` (the filled ones of the whole file or of a large sample)
    /// look like numbers of persons. Columns that are a field of the theme are left alone, except free text.
    pub fn screen<'a>(&mut self, position: usize, values: impl IntoIterator<Item = &'a str>) {
        let Some(column) = self.columns.get_mut(position) else {
            return;
        };
        let looked_at = match column.target {
            Target::Extra | Target::Conflict(_) => true,
            Target::Field(i) => self.theme.fields[i].free_text,
            Target::Technical | Target::Personal(_) => false,
        };
        if looked_at && let Some(what) = self.theme.personal.column_is(values) {
            column.target = Target::Personal(what.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::Value;
    use crate::theme::{Catalogue, NoteKind};

    fn parcels() -> Arc<Theme> {
        Arc::clone(
            Catalogue::load(None)
                .unwrap()
                .theme("land_parcels")
                .unwrap(),
        )
    }

    fn fields(map: &FieldMap) -> Vec<&str> {
        let name = |c: &Column| match c.target {
            Target::Field(i) => map.theme.fields[i].name.clone(),
            ref other => format!("{other:?}")
                .split('(')
                .next()
                .unwrap_or_default()
                .to_lowercase(),
        };
        map.columns.iter().map(name).map(|n| &*n.leak()).collect()
    }

    #[test]
    fn names_cut_by_dbf_are_told_apart_by_their_numbers() {
        let map = parcels().match_fields(&[
            "SoHieuToBa",
            "SoThuTuThu",
            "SoHieuTo_1",
            "SoThuTuT_1",
            "SoHieuTo_2",
        ]);
        assert_eq!(
            fields(&map),
            ["so_to", "so_thua", "so_to_cu", "so_thua_cu", "extra"]
        );
        // Nine letters are no cut: DBF would have kept the tenth.
        assert_eq!(fields(&parcels().match_fields(&["SoHieuToB"])), ["extra"]);
    }

    #[test]
    fn two_columns_for_one_field_are_a_conflict_unless_one_has_its_own_name() {
        let mut map =
            parcels().match_fields(&["xaid", "MaDVHC", "so_to", "shbando", "SoThua", "số thửa"]);
        let want = [
            "conflict", "conflict", "so_to", "extra", "conflict", "conflict",
        ];
        assert_eq!(fields(&map), want);
        assert_eq!(map.conflicts()["ma_xa"], ["xaid", "MaDVHC"]);
        assert_eq!(map.missing(), ["ma_xa"]);
        assert!(map.assign("xaid", "ma_xa") && map.assign("SoThua", "so_thua"));
        assert_eq!(
            fields(&map),
            ["ma_xa", "extra", "so_to", "extra", "so_thua", "extra"]
        );
        assert!(!map.assign("xaid", "none") && !map.assign("none", "ma_xa"));
        assert!(map.conflicts().is_empty() && map.missing().is_empty());
    }

    #[test]
    fn an_address_is_the_holders_only_beside_the_holder() {
        assert_eq!(
            fields(&parcels().match_fields(&["DiaChi"])),
            ["dia_chi_thua_dat"]
        );
        assert_eq!(
            fields(&parcels().match_fields(&["DiaChi", "TenChu"])),
            ["personal", "personal"]
        );
    }

    #[test]
    fn personal_columns_are_known_by_name_however_they_are_spelled() {
        let names = [
            "TenChu",
            "TÊN_CHỦ",
            "tenchusdd",
            "chu_su_dun",
            "CCCD",
            "So_CCCD_Chu",
            "SoDienThoa",
            "namsinh",
            "Họ và tên",
        ];
        let map = parcels().match_fields(&names);
        assert!(
            fields(&map).iter().all(|t| *t == "personal"),
            "{:?}",
            map.columns()
        );
        let mut map = map;
        assert!(
            !map.assign("TenChu", "ghi_chu"),
            "an operator cannot bring a personal column back"
        );
    }

    #[test]
    fn columns_of_persons_numbers_are_known_by_their_values() {
        let mut map = parcels().match_fields(&["ma_so", "dien_tich", "ma_khu"]);
        map.screen(0, ["121234567", "024190001234", "12123456"]);
        map.screen(1, ["121234567", "121234568"]);
        map.screen(2, ["A1", "A2", "121234567", "A3"]);
        assert_eq!(fields(&map), ["personal", "dien_tich", "extra"]);
    }

    #[test]
    fn a_persons_number_among_other_values_is_left_out() {
        let map = parcels().match_fields(&["ma_xa", "ma_khu", "so"]);
        let text = |t: &str| Some(Value::Text(t.to_owned()));
        let got = map
            .convert(&[text("07210"), text("121.234.567"), text("0912 345 678 (A)")])
            .unwrap();
        assert!(!got.extra.contains_key("ma_khu"));
        assert_eq!(got.extra["so"], "… (A)");
        let dropped = got
            .notes
            .iter()
            .filter(|n| n.kind == NoteKind::PersonalDropped);
        assert_eq!(dropped.count(), 2);
        assert!(!format!("{:?}", got.notes).contains("345"));
    }

    #[test]
    fn what_a_gis_wrote_for_itself_is_left_out() {
        let map = parcels().match_fields(&["OBJECTID", "SHAPE_Leng", "Shape_Area", "objectid_1"]);
        assert!(
            fields(&map).iter().all(|t| *t == "technical"),
            "{:?}",
            map.columns()
        );
    }
}
