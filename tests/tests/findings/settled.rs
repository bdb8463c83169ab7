//! Findings go with the records they tell of: taken back, taken away, checked anew, filled by a neighbour.

use std::path::{Path, PathBuf};
use std::process::Command;

use diaba_tests::database::migrated;
use diaba_tests::live::serve;
use diaba_tests::{Database, Diaba, Outcome, binary, import, import_into_database, run};
use serde_json::Value;

use crate::ground::{Parcel, SPOILED, corrected, file, findings, in_metres};

/// Where the datasets are.
enum Home<'a> {
    Directory(PathBuf),
    Database(&'a Database),
}

impl Home<'_> {
    fn put(&self, folder: &Path, name: &str, parcels: &[Parcel]) {
        let file = file(folder, name, parcels);
        let import = match self {
            Self::Directory(data) => import(&file, "land_parcels", data),
            Self::Database(database) => {
                import_into_database(&file, "land_parcels", &database.url())
            }
        };
        let _report = in_metres(import).ok();
    }

    fn say(&self, words: &[&str]) -> Outcome {
        let mut command = Command::new(binary("diaba-import"));
        command.args(words);
        match self {
            Self::Directory(data) => command.arg("--data").arg(data),
            Self::Database(database) => command.arg("--database").arg(database.url()),
        };
        run(&mut command)
    }

    /// The kinds of what is found, each with the dataset it is kept with.
    fn found(&self) -> Vec<String> {
        let listed = |server: &Diaba| {
            let found = findings(server).into_iter();
            found
                .map(|(kind, _, of, _, _)| format!("{kind} {of}"))
                .collect()
        };
        match self {
            Self::Directory(data) => listed(&Diaba::serve(data)),
            Self::Database(database) => listed(&serve(database, &[]).server),
        }
    }
}

/// The parcels around the empty square, as they should be.
fn around() -> Vec<Parcel> {
    let mut parcels = corrected();
    parcels.retain(|(number, _)| *number != 5);
    parcels
}

const MIDDLE: [Parcel; 1] = [(5, [10.0, 10.0, 20.0, 20.0])];

fn contract(home: &Home<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, parcels: &[Parcel]| home.put(folder.path(), name, parcels);
    put("xa", &SPOILED);
    let wrong = home.found();
    assert_eq!(wrong, ["gap xa", "overlap xa"]);
    put("xa", &corrected());
    assert_eq!(home.found(), [""; 0]);
    let _ = home.say(&["rollback", "land_parcels/xa"]).ok();
    assert_eq!(home.found(), wrong, "with the records it tells of");
    let _ = home.say(&["rollback", "land_parcels/xa"]).ok();
    assert_eq!(home.found(), [""; 0]);

    // Found between two: gone with either.
    put("ben", &[(1, [29.0, 0.0, 40.0, 10.0])]);
    assert_eq!(home.found(), ["overlap ben"]);
    let _ = home.say(&["remove", "land_parcels/xa", "--yes"]).ok();
    assert_eq!(home.found(), [""; 0]);
    let _ = home.say(&["remove", "land_parcels/ben", "--yes"]).ok();

    // Open ground is no gap any more once another dataset has it, and is one again without it.
    put("quanh", &around());
    assert_eq!(home.found(), ["gap quanh"]);
    put("giua", &MIDDLE);
    assert_eq!(home.found(), [""; 0]);
    let _ = home.say(&["remove", "land_parcels/giua", "--yes"]).ok();
    let checked = home.say(&["check", "land_parcels", "--json"]).ok();
    let told: Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(told[0]["dataset"], "quanh");
    assert_eq!(told[0]["findings"]["counts"][0]["kind"], "gap");
    assert_eq!(home.found(), ["gap quanh"]);
    let strict = home.say(&["check", "land_parcels/quanh", "--strict"]);
    assert_eq!(strict.code, Some(2), "{}", strict.stdout);
    assert!(strict.stdout.contains("Khoảng hở"), "{}", strict.stdout);

    // So is one between two datasets.
    let (west, rest): (Vec<Parcel>, Vec<Parcel>) =
        around().into_iter().partition(|(number, _)| *number == 4);
    let _ = home.say(&["remove", "land_parcels/quanh", "--yes"]).ok();
    put("tay", &west);
    put("quanh", &rest);
    assert_eq!(home.found(), ["gap quanh"]);
    put("giua", &MIDDLE);
    assert_eq!(home.found(), [""; 0]);

    // A narrow overlap is no narrow gap: a third one upon it settles nothing.
    put(
        "hep",
        &[
            (1, [100.0, 0.0, 110.05, 10.0]),
            (2, [110.0, 0.0, 120.0, 10.0]),
        ],
    );
    assert_eq!(home.found(), ["sliver hep"]);
    put("tren", &[(3, [109.0, 0.0, 111.0, 10.0])]);
    assert_eq!(home.found(), ["overlap tren", "overlap tren", "sliver hep"]);
    let right = home.say(&["check", "land_parcels/giua", "--strict"]).ok();
    assert!(right.stdout.contains("không có lỗi"), "{}", right.stdout);
    for (words, code) in [
        (["check", "roads"], 1),
        (["check", "no_such_theme"], 2),
        (["check", "land_parcels/khac"], 2),
    ] {
        assert_eq!(home.say(&words).code, Some(code), "{words:?}");
    }
}

#[test]
fn in_a_directory() {
    let folder = tempfile::tempdir().unwrap();
    contract(&Home::Directory(folder.path().join("data")));
}

#[test]
fn in_a_database() {
    let Some(database) = migrated() else { return };
    let home = Home::Database(&database);
    contract(&home);
    // What people edit is checked as it stands.
    let moved =
        "UPDATE diaba.land_parcels SET geom = ST_Translate(geom, 2, 0) WHERE dataset = 'giua'";
    let _ = database.psql(&database.url(), moved).ok();
    let _ = home.say(&["check", "land_parcels/giua"]).ok();
    assert!(
        home.found().contains(&"overlap giua".to_owned()),
        "{:?}",
        home.found()
    );
}
