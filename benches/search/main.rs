//! What the search box costs on a register of a million parcels: each sort of question, asked many times over.
//!
//! Runs on a data directory that `diaba-import` has filled, in process, without HTTP, on one thread.
//!
//! ```text
//! cargo run --release -p diaba-benches --bin diaba-bench-search -- --data DIR
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use diaba_benches::memory;
use diaba_core::registry::{Registry, Snapshot};
use diaba_core::search::{Question, Searcher, name_of};
use diaba_core::shard::files;
use diaba_core::store::DirectoryStore;
use diaba_core::theme::Catalogue;
use diaba_core::view::LayerView;

#[derive(Parser)]
struct Arguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Questions of each sort.
    #[arg(long, default_value_t = 2_000)]
    questions: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let catalogue = Arc::new(Catalogue::load(None)?);
    let started = Instant::now();
    let store = DirectoryStore::open(&arguments.data, Arc::clone(&catalogue))?;
    let registry = Registry::open(Box::new(store), Arc::clone(&catalogue))?;
    let searcher = Searcher::new(&catalogue);
    say("open", &format!("{:.1} ms", millis(started.elapsed())));
    let snapshot = registry.snapshot();
    for (theme, layer) in &snapshot.layers {
        let shards = layer.shards().flat_map(|shard| &shard.manifest().files);
        let words = shards.filter(|file| file.name == files::WORDS);
        let bytes: u64 = words.map(|file| file.bytes).sum();
        let text = format!("{} features, {:.2} MB", layer.len(), bytes as f64 / 1e6);
        say(&format!("words of {theme}"), &text);
    }
    let parcels = snapshot.layers.get("land_parcels");
    let parcels = parcels.context("the directory holds no parcels")?;
    let samples = samples(&snapshot, parcels, arguments.questions)?;
    let mut all = Vec::new();
    for (sort, questions) in samples {
        let taken = ask(&searcher, &snapshot, sort, &questions)?;
        all.extend(taken);
    }
    tell("all", all, 0.0);
    say("memory", &memory());
    Ok(())
}

/// Asks each question as it is typed: the text as a whole, and the same without its last letters.
fn ask(
    searcher: &Searcher,
    snapshot: &Snapshot,
    sort: &str,
    questions: &[String],
) -> anyhow::Result<Vec<Duration>> {
    ensure!(!questions.is_empty(), "nothing to ask of the sort '{sort}'");
    let (mut taken, mut found) = (Vec::with_capacity(questions.len()), 0);
    for text in questions {
        let question = Question {
            text,
            limit: 10,
            near: None,
        };
        let started = Instant::now();
        let reading = searcher.read(text);
        let hits = searcher.search(&snapshot.layers, question, &reading)?;
        taken.push(started.elapsed());
        found += usize::from(!hits.is_empty());
    }
    tell(sort, taken.clone(), found as f64 / questions.len() as f64);
    Ok(taken)
}

fn tell(sort: &str, mut taken: Vec<Duration>, found: f64) {
    taken.sort_unstable();
    let at = |share: f64| {
        let last = taken.len().saturating_sub(1) as f64;
        taken
            .get((last * share).round() as usize)
            .copied()
            .unwrap_or_default()
    };
    let text = format!(
        "p50 {:.3} ms, p99 {:.3} ms, most {:.3} ms, {} questions, {:.0} % with an answer",
        millis(at(0.5)),
        millis(at(0.99)),
        millis(at(1.0)),
        taken.len(),
        found * 100.0,
    );
    say(sort, &text);
}

/// Questions by their sort.
type Samples = BTreeMap<&'static str, Vec<String>>;

/// Questions of every sort, from what the register holds.
fn samples(snapshot: &Snapshot, parcels: &LayerView, count: usize) -> anyhow::Result<Samples> {
    let mut samples = Samples::new();
    let mut put = |sort, text: String| samples.entry(sort).or_default().push(text);
    let theme = parcels.theme();
    let field = |name: &str| {
        theme
            .field_index(name)
            .context("a field of parcels is missing")
    };
    let [commune, sheet, number, identifier] = [
        field("ma_xa")?,
        field("so_to")?,
        field("so_thua")?,
        field("ma_thua_dat")?,
    ];
    let list = theme
        .fields
        .get(commune)
        .and_then(|field| field.code_list.as_ref());
    let mut random = Random(1);
    let shards: Vec<_> = parcels.shards().collect();
    for _ in 0..count {
        let shard = shards.get(random.below(shards.len())).context("no shard")?;
        let record = shard.feature(random.below(shard.index().len()) as u32)?;
        let text = |index| {
            record
                .value(index)
                .map(|value| value.to_string())
                .unwrap_or_default()
        };
        let (code, to, thua) = (text(commune), text(sheet), text(number));
        put("parcel key", format!("{code}/{to}/{thua}"));
        put(
            "parcel key, being typed",
            format!("{code}/{to}/{}", thua.get(..1).unwrap_or_default()),
        );
        let named = list
            .and_then(|list| list.get(&code))
            .map(|code| code.title.vi.clone());
        put(
            "parcel by the commune's name",
            format!("thửa {thua} tờ {to} {}", named.unwrap_or(code)),
        );
        put("parcel without a commune", format!("tờ {to} thửa {thua}"));
        let id = text(identifier);
        if !id.is_empty() {
            put("parcel identifier", id.clone());
            put(
                "parcel identifier, being typed",
                id.get(..4).unwrap_or_default().to_owned(),
            );
        }
    }
    names(snapshot, parcels, count, &mut random, &mut samples)?;
    Ok(samples)
}

/// Questions by name, by code of no theme, and by coordinates.
fn names(
    snapshot: &Snapshot,
    parcels: &LayerView,
    count: usize,
    random: &mut Random,
    samples: &mut Samples,
) -> anyhow::Result<()> {
    let theme = parcels.theme();
    let list = theme
        .field_index("ma_xa")
        .and_then(|i| theme.fields.get(i)?.code_list.as_ref());
    let mut put = |sort, text: String| samples.entry(sort).or_default().push(text);
    let mut names = Vec::new();
    for layer in snapshot
        .layers
        .values()
        .filter(|layer| layer.theme().id != theme.id)
    {
        for shard in layer.shards() {
            for _ in 0..count / 4 {
                let id = shard.index().id(random.below(shard.index().len()) as u32);
                let feature = layer.get(id);
                let name = feature
                    .map(|feature| name_of(layer.theme(), &feature))
                    .transpose()?;
                names.extend(name.flatten());
            }
        }
    }
    names.extend(
        list.into_iter()
            .flat_map(|list| list.codes())
            .map(|code| code.title.vi.clone()),
    );
    ensure!(!names.is_empty(), "nothing has a name");
    for _ in 0..count {
        let name = names
            .get(random.below(names.len()))
            .cloned()
            .unwrap_or_default();
        let letters: Vec<char> = name.chars().collect();
        put("name", name.clone());
        put(
            "name, being typed",
            letters
                .iter()
                .take(1 + random.below(letters.len()))
                .collect(),
        );
        let mut wrong = letters.clone();
        let at = random.below(wrong.len().saturating_sub(1));
        let last = wrong.len().saturating_sub(1);
        wrong.swap(at, (at + 1).min(last));
        put("name with an error", wrong.into_iter().collect());
        let [x, y] = [
            2_330_000 + random.below(60_000),
            390_000 + random.below(60_000),
        ];
        put("coordinates", format!("{x}.45 {y}.77"));
    }
    for letter in 'a'..='z' {
        put("one letter", letter.to_string());
    }
    Ok(())
}

/// The same questions in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

fn millis(d: Duration) -> f64 {
    d.as_secs_f64() * 1e3
}

#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
fn say(what: &str, text: &str) {
    println!("{what:32} {text}");
}
