use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

/// Place and land-use names as they are written, with their TCVN3 and VNI-Windows bytes (as Latin-1 characters).
const NAMES: [(&str, &str, &str); 24] = [
    ("Lục Ngạn", "Lôc Ng¹n", "Luïc Ngaïn"),
    ("Việt Yên", "ViÖt Yªn", "Vieät Yeân"),
    ("Hiệp Hòa", "HiÖp Hßa", "Hieäp Hoøa"),
    ("Sơn Động", "S¬n §éng", "Sôn Ñoäng"),
    ("Lạng Giang", "L¹ng Giang", "Laïng Giang"),
    ("Yên Dũng", "Yªn Dòng", "Yeân Duõng"),
    ("Tân Yên", "T©n Yªn", "Taân Yeân"),
    ("Yên Thế", "Yªn ThÕ", "Yeân Theá"),
    ("Lục Nam", "Lôc Nam", "Luïc Nam"),
    ("Bắc Giang", "B¾c Giang", "Baéc Giang"),
    ("Phường Chũ", "Ph\u{AD}êng Chò", "Phöôøng Chuõ"),
    (
        "Đất trồng lúa nước còn lại",
        "§Êt trång lóa n\u{AD}íc cßn l¹i",
        "Ñaát troàng luùa nöôùc coøn laïi",
    ),
    (
        "Đất ở tại nông thôn",
        "§Êt ë t¹i n«ng th«n",
        "Ñaát ôû taïi noâng thoân",
    ),
    (
        "thửa đất số 125, tờ bản đồ 37",
        "thöa ®Êt sè 125, tê b¶n ®å 37",
        "thöûa ñaát soá 125, tôø baûn ñoà 37",
    ),
    (
        "Đất chuyên trồng lúa nước",
        "§Êt chuyªn trång lóa n\u{AD}íc",
        "Ñaát chuyeân troàng luùa nöôùc",
    ),
    ("Nguyễn Văn Ất", "NguyÔn V¨n Êt", "Nguyeãn Vaên AÁt"),
    (
        "kênh mương, đê điều, công trình thủy lợi",
        "kªnh m\u{AD}¬ng, ®ª ®iÒu, c«ng tr×nh thñy lîi",
        "keânh möông, ñeâ ñieàu, coâng trình thuûy lôïi",
    ),
    (
        "Đất bằng trồng cây hàng năm khác",
        "§Êt b»ng trång c©y hµng n¨m kh¸c",
        "Ñaát baèng troàng caây haøng naêm khaùc",
    ),
    (
        "ắ ằ ẳ ẵ ặ ấ ầ ẩ ẫ ậ é è ẻ ẽ ẹ ế ề ể ễ ệ",
        "¾ » ¼ ½ Æ Ê Ç È É Ë Ð Ì Î Ï Ñ Õ Ò Ó Ô Ö",
        "aé aè aú aü aë aá aà aå aã aä eù eø eû eõ eï eá eà eå eã eä",
    ),
    (
        "í ì ỉ ĩ ị ó ò ỏ õ ọ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ",
        "Ý × Ø Ü Þ ã ß á â ä è å æ ç é í ê ë ì î",
        "í ì æ ó ò où oø oû oõ oï oá oà oå oã oä ôù ôø ôû ôõ ôï",
    ),
    (
        "ú ù ủ ũ ụ ứ ừ ử ữ ự ý ỳ ỷ ỹ ỵ đ",
        "ó ï ñ ò ô ø õ ö ÷ ù ý ú û ü þ ®",
        "uù uø uû uõ uï öù öø öû öõ öï yù yø yû yõ î ñ",
    ),
    ("TỈNH BẮC GIANG", "TØNH B¾C GIANG", "TÆNH BAÉC GIANG"),
    (
        "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG",
        "Së TµI NGUY£N Vµ M¤I TR¦êNG",
        "SÔÛ TAØI NGUYEÂN VAØ MOÂI TRÖÔØNG",
    ),
    ("XÃ HỒNG GIANG", "X· HåNG GIANG", "XAÕ HOÀNG GIANG"),
];

#[test]
fn every_name_decodes_from_every_encoding_but_the_one_tcvn3_cannot_carry() {
    let mut exact = 0;
    let mut lossy = Vec::new();
    for (unicode, as_tcvn3, as_vni) in NAMES {
        let from_tcvn3 = decode(as_tcvn3, Encoding::Tcvn3, true);
        assert_eq!(from_tcvn3.flags.unmapped, 0, "{unicode}");
        if from_tcvn3.flags.lossy {
            lossy.push((unicode, from_tcvn3.text.into_owned()));
        } else {
            assert_eq!(from_tcvn3.text, unicode);
            exact += 1;
        }
        let from_vni = decode(as_vni, Encoding::Vni, true);
        assert_eq!(from_vni.text, unicode);
        assert_eq!(from_vni.flags, Flags::default(), "{unicode}");
        let decomposed: String = unicode.nfd().collect();
        assert_eq!(decode(&decomposed, Encoding::Unicode, false).text, unicode);
        let as_1258 = encode(unicode, Encoding::Cp1258).expect("Windows-1258 has every letter");
        assert_eq!(decode(&as_1258, Encoding::Cp1258, true).text, unicode);
    }
    assert_eq!(exact, 23);
    assert_eq!(lossy, [("Nguyễn Văn Ất", "Nguyễn Văn ất".to_owned())]);
}

/// A file of the shared trial data beside the repository, or `None`, said plainly, where it is not there.
fn shared(name: &str) -> Option<String> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here
        .ancestors()
        .map(|folder| folder.join("shared/data").join(name))
        .find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: no shared/data/{name} beside this repository");
    }
    found.and_then(|path| std::fs::read_to_string(path).ok())
}

#[test]
fn the_shared_vectors_agree_where_they_are_present() {
    let Some(text) = shared("charsets/test_vectors.json") else {
        return;
    };
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let mut exact = 0;
    let mut lossy = 0;
    for vector in &vectors {
        let get = |name: &str| vector[name].as_str().expect("text").to_owned();
        let from_tcvn3 = decode(&get("tcvn3_as_latin1"), Encoding::Tcvn3, true)
            .text
            .into_owned();
        assert_eq!(
            decode(&get("vni_as_latin1"), Encoding::Vni, true).text,
            get("unicode")
        );
        assert_eq!(
            decode(&get("nfd"), Encoding::Unicode, false).text,
            get("unicode")
        );
        if from_tcvn3 == get("unicode") {
            exact += 1;
        } else {
            assert!(
                decode(&get("tcvn3_as_latin1"), Encoding::Tcvn3, true)
                    .flags
                    .lossy
            );
            lossy += 1;
        }
    }
    assert_eq!((vectors.len(), exact, lossy), (24, 23, 1));
}

#[test]
fn tcvn3_agrees_with_iconv() {
    let bytes: Vec<u8> = (0xA1..=0xFE)
        .filter(|&b: &u8| tcvn3::letter(char::from(b)).is_some_and(char::is_alphabetic))
        .collect();
    assert_eq!(bytes.len(), 74);
    let Ok(mut iconv) = Command::new("iconv")
        .args(["-f", "TCVN5712-1", "-t", "UTF-8"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
    else {
        eprintln!("skipped: iconv is not here");
        return;
    };
    iconv
        .stdin
        .take()
        .expect("piped")
        .write_all(&bytes)
        .expect("written");
    let output = iconv.wait_with_output().expect("iconv ends");
    if !output.status.success() {
        eprintln!("skipped: this iconv has no TCVN5712-1");
        return;
    }
    let theirs: String = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .nfc()
        .collect();
    let ours: String = bytes
        .iter()
        .filter_map(|&b| tcvn3::letter(char::from(b)))
        .collect();
    assert_eq!(ours, theirs);
}

fn column(values: &[&str]) -> ColumnSample {
    let mut sample = ColumnSample::default();
    for value in values {
        sample.push(value);
    }
    sample
}

#[test]
fn a_column_of_names_is_recognised_in_every_encoding() {
    for (encoding, pick) in [
        (
            Encoding::Tcvn3,
            (|n: &(&str, &str, &str)| n.1.to_owned()) as fn(&(&str, &str, &str)) -> String,
        ),
        (Encoding::Vni, |n| n.2.to_owned()),
        (Encoding::Cp1258, |n| {
            encode(n.0, Encoding::Cp1258).expect("code page")
        }),
        (Encoding::Unicode, |n| {
            encode(n.0, Encoding::Unicode).expect("bytes")
        }),
    ] {
        let values: Vec<String> = NAMES[..18].iter().map(pick).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let settled = settle(&[column(&values)], true, None, None);
        assert_eq!(
            (settled[0].encoding, settled[0].how),
            (encoding, How::Detected)
        );
        assert!(settled[0].confidence > 0.999, "{settled:?}");
        // Each name alone is recognised or said to be ambiguous, never taken for something else.
        for value in values {
            let alone = &settle(&[column(&[value])], true, None, None)[0];
            assert!(
                alone.encoding == encoding || alone.how == How::Ambiguous,
                "{value}: {alone:?}"
            );
        }
    }
}

#[test]
fn legacy_codes_inside_a_unicode_file_are_recognised() {
    let settled = settle(
        &[column(&["Lôc Ng¹n", "ViÖt Yªn", "S¬n §éng"])],
        false,
        None,
        None,
    );
    assert_eq!(settled[0].encoding, Encoding::Tcvn3);
    let settled = settle(
        &[column(&["Hà", "Lý Tính", "công an xã"])],
        false,
        None,
        None,
    );
    assert_eq!(
        (settled[0].encoding, settled[0].how),
        (Encoding::Unicode, How::Detected)
    );
}

#[test]
fn a_short_column_follows_the_file_and_alone_is_ambiguous() {
    let alone = settle(&[column(&["ó"])], true, None, None);
    assert_eq!(alone[0].how, How::Ambiguous);
    assert!(alone[0].confidence < 0.6);
    let beside = settle(
        &[
            column(&["ó"]),
            column(&["Lôc Ng¹n", "ViÖt Yªn", "S¬n §éng"]),
        ],
        true,
        None,
        None,
    );
    assert_eq!(
        (beside[0].encoding, beside[0].how),
        (Encoding::Tcvn3, How::OtherColumns)
    );
    let ascii = settle(&[column(&["LUC", "125"])], true, None, None);
    assert_eq!(
        (ascii[0].encoding, ascii[0].how),
        (Encoding::Ascii, How::Ascii)
    );
    let given = settle(&[column(&["ó"])], true, None, Some(Encoding::Vni));
    assert_eq!(
        (given[0].encoding, given[0].how),
        (Encoding::Vni, How::Given)
    );
}

#[test]
fn capitals_are_raised_only_where_the_cell_says_so() {
    let tcvn3 = |raw: &'static str| decode(raw, Encoding::Tcvn3, true);
    assert_eq!(tcvn3("X· T©n An").text, "Xã Tân An");
    assert_eq!(tcvn3("UBND X· §¤NG PHó").text, "UBND XÃ ĐÔNG PHÚ");
    assert!(tcvn3("B· H¹").flags.ambiguous_capitals);
    assert!(tcvn3("x· ý Yªn").flags == Flags::default());
    assert!(tcvn3("X· ý Yªn").flags.lossy);
}

#[test]
fn the_capitals_rule_holds_over_the_communes_names_where_they_are_present() {
    let Some(text) = shared("commune_mapping_pre_to_post_20250701.csv") else {
        return;
    };
    let (mut names, mut ambiguous) = (0, Vec::new());
    for line in text.lines().skip(1) {
        let name = line.split(',').nth(3).expect("old_commune");
        names += 1;
        // Title case comes back as it was; what TCVN3 cannot carry is flagged, never changed in silence.
        let small = tcvn3_as_typed(name);
        let decoded = decode(&small, Encoding::Tcvn3, true);
        assert!(
            decoded.text == *name || decoded.flags.lossy,
            "{name}: {}",
            decoded.text
        );
        // Typed in capitals, the name is raised or said to be doubtful.
        let bare = name
            .split_once(' ')
            .map_or(name, |(_, bare)| bare)
            .to_uppercase();
        let capitals = tcvn3_as_typed(&bare);
        let decoded = decode(&capitals, Encoding::Tcvn3, true);
        if decoded.flags.ambiguous_capitals {
            ambiguous.push(bare);
        } else {
            assert_eq!(decoded.text, bare);
        }
    }
    assert_eq!(names, 316);
    assert!(ambiguous.len() <= 5, "{ambiguous:?}");
}

/// `text` as an office types it in TCVN3: capitals with tone marks are small letters in a capitals font.
fn tcvn3_as_typed(text: &str) -> String {
    text.chars()
        .map(|c| {
            let small: String = c.to_lowercase().collect();
            encode(&c.to_string(), Encoding::Tcvn3)
                .or_else(|| encode(&small, Encoding::Tcvn3))
                .expect("TCVN3 has the small letter")
        })
        .collect()
}

#[test]
fn damage_is_counted() {
    for (text, lost) in [
        ("XÃ TÂN TH?NG", 1),
        ("?ất", 1),
        ("Phư\u{FFFD}\u{FFFD}ng", 2),
        ("Thật không?", 0),
        ("Th??ng", 2),
        ("", 0),
        ("125 ?", 0),
    ] {
        assert_eq!(damage::lost_characters(text), lost, "{text}");
    }
}

#[test]
fn syllables_are_told_from_noise() {
    for word in "nghiêng Hòa hoà thuý thủy quốc quý gì giếng giữa ý yên khuya người được ường oẳn Đất BẮC quyển xoong"
        .split(' ')
    {
        assert!(is_syllable(word), "{word}");
    }
    for word in "ngiêng kà cế hôà tấn̉ càt zô ViÖt Luïc q ăa bcd".split(' ') {
        assert!(!is_syllable(word), "{word}");
    }
    assert!(!is_syllable(""));
}

const VIETNAMESE: &str =
    "[a-zA-Z0-9 ,ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]{0,24}";

proptest! {
    #[test]
    fn decoding_undoes_encoding(text in VIETNAMESE) {
        for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Cp1258, Encoding::Unicode] {
            let raw = encode(&text, encoding).expect("every letter has a code");
            let decoded = decode(&raw, encoding, true);
            if encoding == Encoding::Tcvn3 {
                // Its capitals rule may raise the cell.
                prop_assert_eq!(decoded.text.to_lowercase(), text.to_lowercase());
            } else {
                prop_assert_eq!(&*decoded.text, text.as_str());
            }
            prop_assert_eq!(decoded.flags.unmapped, 0);
        }
        let upper = text.to_uppercase();
        let raw = encode(&upper, Encoding::Vni).expect("VNI has capitals");
        prop_assert_eq!(&*decode(&raw, Encoding::Vni, true).text, upper.as_str());
    }

    #[test]
    fn no_bytes_panic_and_what_comes_out_is_nfc(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let raw: String = bytes.iter().copied().map(char::from).collect();
        let mut sample = ColumnSample::default();
        sample.push(&raw);
        for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Cp1258, Encoding::Unicode, Encoding::Latin1] {
            let decoded = decode(&raw, encoding, true);
            prop_assert!(unicode_normalization::is_nfc(&decoded.text));
        }
        let settled = settle(&[sample], true, None, None);
        prop_assert!(settled[0].confidence > 0.0 && settled[0].confidence <= 1.0);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Cp1258, Encoding::Unicode] {
            decode(&text, encoding, false);
            encode(&text, encoding);
        }
        is_syllable(&text);
    }
}
