//! The built-in code lists: what they hold, and how values of files are read by them.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Carried, CodeError, CodeList};
use crate::theme::Catalogue;

/// Read once: the tests only look at it.
static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(None).unwrap());

fn list(id: &str) -> &'static CodeList {
    BUILT_IN.code_list(id).unwrap()
}

#[test]
fn land_use_has_names_colours_and_classes() {
    let list = list("land_use");
    let luc = list.get("LUC").unwrap();
    assert_eq!(
        (luc.color, luc.color_confirmed),
        (Some([0xFF, 0xFC, 0x8C]), true)
    );
    assert_eq!(luc.title.vi, "Đất chuyên trồng lúa");
    assert!(!list.get("DDD").unwrap().color_confirmed);
    let class = |code| {
        list.classes()[usize::from(list.class_of(code)) - 1]
            .id
            .as_str()
    };
    assert_eq!(
        (class(Some("LUC")), class(Some("BHK")), class(Some("DGT"))),
        ("lua", "hang_nam", "giao_thong")
    );
    assert_eq!((class(None), class(Some("???"))), ("chua_ro", "chua_ro"));
    assert!(
        list.codes()
            .iter()
            .all(|c| c.class > 0 && c.color.is_some())
    );
}

#[test]
fn old_land_use_codes_become_new_ones() {
    let list = list("land_use");
    for (old, new) in [
        ("BHK", "HNK"),
        ("NHK", "HNK"),
        ("DDT", "DDD"),
        ("DDL", "DDD"),
        ("DSH", "DKV"),
        ("SKT", "SKK"),
        ("LNC", "CLN"),
    ] {
        let mapped = list.map(old, None, None).unwrap();
        assert_eq!(
            (mapped.code, mapped.carried),
            (new, Carried::Replaced),
            "{old}"
        );
    }
    let by_hand = list.map("DTS", None, None).unwrap();
    assert_eq!(by_hand.code, "DTS");
    assert_eq!(
        by_hand.carried,
        Carried::Choose(vec!["DSK".into(), "TSC".into()])
    );
    assert_eq!(
        list.map("DCK", None, None).unwrap().carried,
        Carried::Unknown
    );
}

#[test]
fn combined_values_have_a_main_code() {
    let list = list("land_use");
    let codes = |raw: &str| -> Vec<String> {
        list.map_all(raw, None, None)
            .unwrap()
            .iter()
            .map(|m| m.code.to_owned())
            .collect()
    };
    assert_eq!(codes("ONT+LNK"), ["ONT", "CLN"]);
    assert_eq!(codes("odt* + cln"), ["ODT", "CLN"]);
    assert_eq!(codes("BHK+NHK"), ["HNK"]);
    assert_eq!(codes("Đất chuyên trồng lúa nước"), ["LUC"]);
    let said = list.map_all("ONT+XYZ", None, None).unwrap_err().to_string();
    assert!(
        said.contains("`XYZ` is not a code of the list land_use"),
        "{said}"
    );
}

#[test]
fn administrative_codes_know_their_eras() {
    let list = list("admin_units");
    let count = |version: &str| {
        let version = list.version(version).unwrap();
        list.codes()
            .iter()
            .filter(|c| c.kind.as_deref() == Some("xa") && c.versions.contains(&version))
            .count()
    };
    assert_eq!(
        (count("2023"), count("2025-01"), count("2025")),
        (209, 316, 99)
    );
    let unknown = list
        .codes()
        .iter()
        .filter(|c| c.kind.as_deref() == Some("xa") && !list.is_current(c) && c.becomes.is_empty());
    assert_eq!(unknown.count(), 17);
    let former = list.codes().iter().filter(|c| {
        list.is_current(c)
            && c.attributes
                .get("tinh_cu")
                .is_some_and(|v| v == "Bắc Giang")
    });
    assert_eq!(former.count(), 58);
    assert_eq!(list.get("07210").unwrap().title.vi, "Phường Bắc Giang");
    assert_eq!(
        list.get_in("07210", "2023").unwrap().title.vi,
        "Phường Hoàng Văn Thụ"
    );
    assert_eq!(
        list.entries("24")
            .map(|c| c.title.vi.as_str())
            .collect::<Vec<_>>(),
        ["Tỉnh Bắc Ninh", "Tỉnh Bắc Giang"]
    );
}

#[test]
fn a_bare_code_is_carried_where_every_era_agrees() {
    let list = list("admin_units");
    let bare = list.map("07210", None, Some("xa")).unwrap();
    assert_eq!(
        (bare.code, bare.from_version, bare.carried),
        ("07210", None, Carried::Same)
    );
    let old = list.map("7201", Some("2023"), Some("xa")).unwrap();
    assert_eq!(
        (old.code, old.source_code, old.from_version),
        ("07210", "07201", Some("2023"))
    );
    let gap = list.map("07204", None, Some("xa")).unwrap();
    assert_eq!((gap.code, gap.carried), ("07204", Carried::Unknown));
    assert!(matches!(
        list.map("213", None, Some("xa")),
        Err(CodeError::WrongKind { .. })
    ));
    assert!(matches!(
        list.map("07210", Some("1945"), None),
        Err(CodeError::NoVersion { .. })
    ));
}

#[test]
fn every_code_of_today_was_a_code_before_and_stands_for_the_same_ground() {
    let list = list("admin_units");
    for code in list.codes().iter().filter(|c| list.is_current(c)) {
        let mapped = list.map(&code.code, None, code.kind.as_deref()).unwrap();
        assert_eq!(
            (mapped.code, mapped.carried),
            (code.code.as_str(), Carried::Same)
        );
    }
}

#[test]
fn diacritics_decide_where_two_names_differ_only_by_them() {
    let list = list("markets");
    let read = |raw: &str| list.recognise(raw).map(str::to_owned);
    assert_eq!(
        (read("Mỹ"), read("MY")),
        (Some("US".into()), Some("MY".into()))
    );
    assert_eq!(read("nhat ban"), Some("JP".into()));
}

#[test]
fn a_plan_layer_is_known_without_its_stage() {
    let list = list("planning_functions");
    for raw in [
        "QHDH_DAT_O_Nhomnhao",
        "HT_DAT_O_NHOMNHAO",
        "DAT_O_Nhomnhao",
        "Nhóm nhà ở",
        "đất nhóm nhà ở",
    ] {
        assert_eq!(list.recognise(raw), Some("DAT_O_Nhomnhao"), "{raw}");
    }
    assert_eq!(list.recognise("QHDH_"), None);
}

proptest! {
    #[test]
    fn no_text_makes_lookup_panic(raw in any::<String>(), near in "[A-Z+;*0-9 ]{0,14}") {
                for list in BUILT_IN.code_lists() {
            for text in [&raw, &near] {
                let _ = list.map_all(text, None, None);
                let _ = list.class_of(Some(text));
            }
        }
    }

    #[test]
    fn what_is_mapped_stays_mapped(i in any::<prop::sample::Index>()) {
        let list = list("land_use");
        let code = &i.get(list.codes()).code;
        let once = list.map(code, None, None).unwrap().code.to_owned();
        prop_assert_eq!(list.map(&once, None, None).unwrap().code, once.as_str());
    }
}
