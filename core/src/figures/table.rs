//! Figures added up.

use std::io::{self, Read, Write};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Share;

/// How many features, and their area and length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Features.
    #[serde(rename = "n")]
    pub count: i64,
    /// Area in the working plane, mm²; 0 of what is no polygon.
    #[serde(rename = "a", default, skip_serializing_if = "is_zero")]
    pub square_millimetres: i64,
    /// Length in the working plane, mm; 0 of what is no line.
    #[serde(rename = "l", default, skip_serializing_if = "is_zero")]
    pub millimetres: i64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Sum {
    /// Area, m².
    pub fn area(&self) -> f64 {
        self.square_millimetres as f64 / 1e6
    }

    /// Length, m.
    pub fn length(&self) -> f64 {
        self.millimetres as f64 / 1e3
    }

    /// Adds another, so many times; taken away where that is negative.
    pub fn add(&mut self, other: Self, times: i64) {
        self.count += other.count * times;
        self.square_millimetres += other.square_millimetres * times;
        self.millimetres += other.millimetres * times;
    }

    fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// The figures of one commune and class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The field whose classes these are, as its place in the theme's [`crate::theme::Statistics::by`] plus one; 0 of
    /// all features whatever their class.
    pub by: usize,
    /// Code of the commune; empty of features that say none.
    pub commune: Box<str>,
    /// The class; empty of features that have none.
    pub class: Box<str>,
    /// Their figures.
    pub sum: Sum,
}

type Classes = FxHashMap<Box<str>, Sum>;

/// Figures by commune and class, for each field a theme is counted by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// By the place of the field plus one; 0 is all features whatever their class.
    tables: Vec<FxHashMap<Box<str>, Classes>>,
}

impl Figures {
    /// Adds what a feature adds.
    pub fn put_in(&mut self, share: &Share) {
        self.count(share, 1);
    }

    /// Takes away what a feature added.
    pub fn take_out(&mut self, share: &Share) {
        self.count(share, -1);
    }

    fn count(&mut self, share: &Share, times: i64) {
        self.add(0, &share.commune, "", share.sum, times);
        for (i, classes) in share.classes.iter().enumerate() {
            if classes.is_empty() {
                self.add(i + 1, &share.commune, "", share.sum, times);
            }
            for class in classes {
                self.add(i + 1, &share.commune, class, share.sum, times);
            }
        }
    }

    /// Adds all of other figures.
    pub fn add_all(&mut self, other: &Self) {
        for (by, table) in other.tables.iter().enumerate() {
            for (commune, classes) in table {
                for (class, sum) in classes {
                    self.add(by, commune, class, *sum, 1);
                }
            }
        }
    }

    fn add(&mut self, by: usize, commune: &str, class: &str, sum: Sum, times: i64) {
        if self.tables.len() <= by {
            self.tables.resize_with(by + 1, FxHashMap::default);
        }
        let Some(table) = self.tables.get_mut(by) else {
            return;
        };
        // Nearly always there already: nothing is copied then.
        if !table.contains_key(commune) {
            table.insert(commune.into(), Classes::default());
        }
        let Some(classes) = table.get_mut(commune) else {
            return;
        };
        if let Some(before) = classes.get_mut(class) {
            before.add(sum, times);
        } else {
            let mut first = Sum::default();
            first.add(sum, times);
            classes.insert(class.into(), first);
        }
    }

    /// The figures that are any, in the order of fields, communes and classes.
    pub fn rows(&self) -> Vec<Row> {
        let tables = self.tables.iter().enumerate();
        let mut rows: Vec<Row> = tables
            .flat_map(|(by, table)| {
                table.iter().flat_map(move |(commune, classes)| {
                    let some = classes.iter().filter(|(_, sum)| !sum.is_nothing());
                    some.map(move |(class, sum)| Row {
                        by,
                        commune: commune.clone(),
                        class: class.clone(),
                        sum: *sum,
                    })
                })
            })
            .collect();
        rows.sort_unstable_by(|a, b| {
            (a.by, &a.commune, &a.class).cmp(&(b.by, &b.commune, &b.class))
        });
        rows
    }

    /// Writes them as JSON, the same bytes for the same figures.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        serde_json::to_writer(out, &self.rows()).map_err(io::Error::from)
    }

    /// Reads what [`Figures::write`] wrote.
    ///
    /// # Errors
    /// Those of `from`; what is no such document.
    pub fn read(from: impl Read) -> io::Result<Self> {
        let rows: Vec<Row> = serde_json::from_reader(from)?;
        let mut figures = Self::default();
        for row in &rows {
            // A field's place is small; a damaged file must not ask for memory.
            if row.by > u8::MAX as usize {
                return Err(io::Error::other("a field that cannot be"));
            }
            figures.add(row.by, &row.commune, &row.class, row.sum, 1);
        }
        Ok(figures)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share() -> impl Strategy<Value = Share> {
        let class = || prop_oneof![Just("LUC"), Just("ONT"), Just("CLN")];
        let classes = proptest::collection::btree_set(class(), 0..3);
        let commune = prop_oneof![Just(""), Just("07210"), Just("07228")];
        (commune, classes, 0..10_000_000_000i64).prop_map(|(commune, classes, area)| Share {
            commune: commune.into(),
            classes: vec![classes.into_iter().map(Into::into).collect()],
            sum: Sum {
                count: 1,
                square_millimetres: area,
                millimetres: 0,
            },
        })
    }

    fn all(shares: &[Share]) -> Figures {
        let mut figures = Figures::default();
        for share in shares {
            figures.put_in(share);
        }
        figures
    }

    proptest! {
        #[test]
        fn what_is_taken_out_again_leaves_nothing_behind(
            stay in proptest::collection::vec(share(), 0..20),
            go in proptest::collection::vec(share(), 0..20),
        ) {
            let mut figures = all(&go);
            for share in &stay {
                figures.put_in(share);
            }
            for share in go.iter().rev() {
                figures.take_out(share);
            }
            prop_assert_eq!(figures.rows(), all(&stay).rows());
        }

        #[test]
        fn written_and_added_up_they_are_the_same(a in proptest::collection::vec(share(), 0..20), b in proptest::collection::vec(share(), 0..20)) {
            let mut written = Vec::new();
            all(&a).write(&mut written).unwrap();
            let mut sum = Figures::read(&written[..]).unwrap();
            sum.add_all(&all(&b));
            let together: Vec<Share> = a.into_iter().chain(b).collect();
            prop_assert_eq!(sum.rows(), all(&together).rows());
        }
    }

    #[test]
    fn what_has_no_class_is_counted_too_and_a_list_under_each_of_its_own() {
        let share = |classes: &[&str]| Share {
            commune: "07210".into(),
            classes: vec![classes.iter().map(|c| (*c).into()).collect()],
            sum: Sum {
                count: 1,
                square_millimetres: 5,
                millimetres: 0,
            },
        };
        let rows = all(&[share(&[]), share(&["CN", "JP"])]).rows();
        let told: Vec<(usize, &str, i64)> = rows
            .iter()
            .map(|row| (row.by, &*row.class, row.sum.count))
            .collect();
        assert_eq!(told, [(0, "", 2), (1, "", 1), (1, "CN", 1), (1, "JP", 1)]);
    }
}
