//! Which words can be a Vietnamese syllable: an onset, a rime and a tone that go together.
//!
//! A model, not a word list: it accepts syllables nobody uses, and that is enough, because text read in the wrong
//! encoding breaks the spelling rules in almost every word.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// Onsets before any vowel.
const ANY: &str = "b ch d đ h l m n nh ph r s t th tr v x kh gi";
/// Onsets written only before e, ê, i, y, and those written only before the others.
const FRONT: &str = "k gh ngh";
const BACK: &str = "c g ng";
/// Rimes after any onset (spelling of the onset permitting).
const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay \
    ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu \
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt \
    oc oe oen oeo oet oi om on ong oong ooc op ot ô ôc ôi ôm ôn ông ôp ôt \
    ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut \
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu \
    ư ưa ưc ưi ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y";
/// Rimes that stand without an onset only.
const BARE: &str = "yêm yên yêng yêt yêu";
/// Rimes after `qu`, whose u is the glide.
const AFTER_QU: &str = "a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât ây âu e en eo et \
    ê ên ênh êch êt i it ich ơ ơi y ych yên yêt ynh yt yp yn ôc ôn";
/// Rimes after `gi` that swallow its i.
const AFTER_G_I: &str = "i in iêc iêm iên iêng iêt iêu ia";

/// The spelling of a syllable without its tone.
struct Spelling {
    /// Bit n is set where the tone mark may sit on character n.
    tone_at: u16,
    /// Ends in c, ch, p or t: only sắc and nặng go with it.
    stopped: bool,
}

static SPELLINGS: LazyLock<FxHashMap<String, Spelling>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    let mut add = |onset: &str, rime: &str| {
        let spelling = Spelling {
            tone_at: tone_positions(rime) << onset.chars().count(),
            stopped: rime.ends_with(['c', 'p', 't']) || rime.ends_with("ch"),
        };
        // `gia` is both gi + a and g + ia: a tone may sit where either puts it.
        map.entry(format!("{onset}{rime}"))
            .and_modify(|known: &mut Spelling| known.tone_at |= spelling.tone_at)
            .or_insert(spelling);
    };
    for rime in RIMES.split_whitespace() {
        add("", rime);
        let front = rime.starts_with(['e', 'ê', 'i', 'y']);
        for onset in ANY.split_whitespace() {
            if !(onset == "gi" && rime.starts_with(['i', 'y'])) {
                add(onset, rime);
            }
        }
        for onset in if front { FRONT } else { BACK }.split_whitespace() {
            add(onset, rime);
        }
    }
    for rime in BARE.split_whitespace() {
        add("", rime);
    }
    for rime in AFTER_QU.split_whitespace() {
        add("qu", rime);
    }
    for rime in AFTER_G_I.split_whitespace() {
        add("g", rime);
    }
    add("p", "a");
    add("p", "in");
    map
});

/// Which characters of `rime` may carry the tone mark; both schools of oa, oe, uy are right (hòa, hoà).
fn tone_positions(rime: &str) -> u16 {
    let letters: Vec<char> = rime.chars().collect();
    let marked = letters.iter().rposition(|c| "ăâêôơư".contains(*c));
    if let Some(at) = marked {
        // ưa: the tone sits on the ư; ươ: on the ơ, which is the last marked one.
        return 1 << at;
    }
    let vowels = letters
        .iter()
        .take_while(|c| "aeiouy".contains(**c))
        .count();
    let has_coda = vowels < letters.len();
    match (vowels, has_coda) {
        (2, false) if matches!(rime, "oa" | "oe" | "uy") => 0b11,
        (0 | 1, _) | (2, false) => 1,
        _ => 1 << 1,
    }
}

const TONE_MARKS: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// Whether `word` is spelled as a Vietnamese syllable can be, in any case.
pub fn is_syllable(word: &str) -> bool {
    // The longest syllable, nghiêng, has seven letters.
    if word.is_empty() || word.chars().count() > 10 {
        return false;
    }
    let mut tone: Option<(usize, char)> = None;
    let mut toneless = String::with_capacity(word.len());
    let mut at = 0_usize;
    for c in word.chars().flat_map(char::to_lowercase).nfd() {
        if TONE_MARKS.contains(&c) {
            if tone.is_some() || at == 0 {
                return false;
            }
            tone = Some((at - 1, c));
            continue;
        }
        // The marks of ă, â, ê, ô, ơ, ư belong to the letter before them.
        if !"\u{302}\u{306}\u{31B}".contains(c) {
            at += 1;
        }
        toneless.push(c);
    }
    let toneless: String = toneless.nfc().collect();
    let Some(spelling) = SPELLINGS.get(&toneless) else {
        return false;
    };
    match tone {
        None => !spelling.stopped,
        Some((at, mark)) => {
            at < 16
                && spelling.tone_at & (1 << at) != 0
                && (!spelling.stopped || matches!(mark, '\u{301}' | '\u{323}'))
        }
    }
}
