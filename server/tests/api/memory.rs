//! A home whose rows can be changed: a data directory, and what was edited since, in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diaba_core::edits::{EditBatch, Entry, Operation, Row, Since, Superseded};
use diaba_core::feature::{FeatureId, NewFeature, content_tag};
use diaba_core::registry::Registry;
use diaba_core::shard::{Box2, Shard};
use diaba_core::store::{
    ApiKey, Author, DirectoryStore, Edit, EditError, Editor, KeyHash, Listing, Outcome, ShardRef,
    Store, StoreError,
};
use diaba_core::theme::{Catalogue, Theme};
use geo::{CoordsIter, Geometry, MultiLineString, MultiPolygon};
use jiff::Timestamp;

/// Where rows made by hand go.
const MANUAL: &str = "manual";

/// The home; clones share what they hold.
#[derive(Clone)]
pub struct MemoryStore {
    directory: Arc<DirectoryStore>,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    rows: BTreeMap<(String, FeatureId), (String, Row)>,
    log: Vec<(String, String, Entry)>,
    superseded: Vec<(String, String, Superseded)>,
    authors: Vec<Author>,
    keys: Vec<(KeyHash, String)>,
    out_of_reach: bool,
    next: u64,
}

impl MemoryStore {
    /// A home over the register that lies in `root`.
    pub fn over(root: &Path, catalogue: &Arc<Catalogue>) -> Self {
        let open = || DirectoryStore::open(root, Arc::clone(catalogue)).unwrap();
        let (directory, read) = (open(), open());
        for shard in directory.layers().unwrap().shards {
            as_if_from_a_database(&shard.folder.join("manifest.json"));
        }
        let registry = Registry::open(Box::new(read), Arc::clone(catalogue)).unwrap();
        let world = Box2 {
            min_x: f64::MIN,
            min_y: f64::MIN,
            max_x: f64::MAX,
            max_y: f64::MAX,
        };
        let mut rows = BTreeMap::new();
        for (theme, layer) in &registry.snapshot().layers {
            for feature in layer.search(&world) {
                let row = Row {
                    id: feature.id(),
                    feature: NewFeature {
                        geometry: feature.geometry().unwrap(),
                        values: feature.values().unwrap(),
                        extra: feature.extra().unwrap(),
                    },
                    since: None,
                };
                rows.insert(
                    (theme.clone(), feature.id()),
                    (feature.dataset().to_owned(), row),
                );
            }
        }
        Self {
            directory: Arc::new(directory),
            held: Arc::new(Mutex::new(Held {
                rows,
                next: FeatureId::RESERVED,
                ..Held::default()
            })),
        }
    }

    /// A key for `name`.
    pub fn key(&self, name: &str) -> String {
        let key = ApiKey::generate().unwrap();
        self.held
            .lock()
            .unwrap()
            .keys
            .push((key.hash(), name.to_owned()));
        key.reveal().to_owned()
    }

    /// Takes the home away, or brings it back.
    pub fn out_of_reach(&self, gone: bool) {
        self.held.lock().unwrap().out_of_reach = gone;
    }

    /// Who edited, in order.
    pub fn authors(&self) -> Vec<Author> {
        self.held.lock().unwrap().authors.clone()
    }

    /// The row as the home has it.
    pub fn row(&self, theme: &str, id: u64) -> Option<NewFeature> {
        let key = (theme.to_owned(), FeatureId::new(id).unwrap());
        let held = self.held.lock().unwrap();
        held.rows.get(&key).map(|(_, row)| row.feature.clone())
    }
}

impl Store for MemoryStore {
    fn layers(&self) -> Result<Listing, StoreError> {
        self.directory.layers()
    }

    fn open(&self, shard: &ShardRef, theme: &Arc<Theme>) -> Result<Arc<Shard>, StoreError> {
        self.directory.open(shard, theme)
    }

    fn stamp(&self) -> Result<u64, StoreError> {
        self.held.lock().unwrap().reachable()?;
        Ok(self.directory.stamp()? ^ self.held.lock().unwrap().log.len() as u64)
    }

    fn edits(&self, since: &[Since]) -> Result<Vec<EditBatch>, StoreError> {
        let held = self.held.lock().unwrap();
        let moment = held.log.len().to_string();
        let batch = |asked: &Since| {
            let from: usize = asked.moment.parse().unwrap_or(0);
            let own = |theme: &str, dataset: &str| theme == asked.theme && dataset == asked.dataset;
            let entries: Vec<Entry> = held.log[from..]
                .iter()
                .filter(|(theme, dataset, _)| own(theme, dataset))
                .map(|(.., entry)| entry.clone())
                .collect();
            let rows = entries
                .iter()
                .filter_map(|entry| held.rows.get(&(asked.theme.clone(), entry.id)))
                .map(|(_, row)| row.clone())
                .collect();
            let superseded = held
                .superseded
                .iter()
                .filter(|(theme, dataset, old)| own(theme, dataset) && old.serial > from as u64)
                .map(|(.., old)| old.clone())
                .collect();
            EditBatch {
                theme: asked.theme.clone(),
                dataset: asked.dataset.clone(),
                moment: moment.clone(),
                entries,
                rows,
                superseded,
            }
        };
        Ok(since.iter().map(batch).collect())
    }

    fn wait(&self, at_most: Duration) {
        std::thread::sleep(at_most.min(Duration::from_millis(10)));
    }

    fn editor(&self) -> Option<&dyn Editor> {
        Some(self)
    }
}

impl Editor for MemoryStore {
    fn read(&self, theme: &Arc<Theme>, id: FeatureId) -> Result<(String, Row), EditError> {
        let held = self.held.lock().unwrap();
        held.reachable()?;
        let row = held.rows.get(&(theme.id.clone(), id));
        row.cloned().ok_or(EditError::NotFound(id))
    }

    fn edit(&self, theme: &Arc<Theme>, edit: Edit, author: &Author) -> Result<Outcome, EditError> {
        let mut held = self.held.lock().unwrap();
        held.reachable()?;
        let mut change = Change {
            held: &mut held,
            theme: &theme.id,
            outcome: Outcome {
                rows: Vec::new(),
                gone: Vec::new(),
            },
        };
        match edit {
            Edit::Create(feature) => change.add(feature),
            Edit::Replace { id, tag, feature } => {
                let (dataset, old) = change.take(id, tag.as_deref(), &[])?;
                change.put(id, &dataset, Some(&old), feature);
            }
            Edit::Delete { id, tag } => {
                change.remove(id, tag.as_deref(), &[])?;
            }
            Edit::Split { id, tag, into } => {
                let first = change.held.next;
                let children: Vec<u64> = (first..first + into.len() as u64).collect();
                change.remove(id, tag.as_deref(), &children)?;
                for mut part in into {
                    part.extra.insert("parents".into(), vec![id.get()].into());
                    change.add(part);
                }
            }
            Edit::Merge { ids, mut into } => {
                let children = [change.held.next];
                let parents: Vec<u64> = ids.iter().map(|(id, _)| id.get()).collect();
                for (id, tag) in ids {
                    change.remove(id, tag.as_deref(), &children)?;
                }
                into.extra.insert("parents".into(), parents.into());
                change.add(into);
            }
        }
        let outcome = change.outcome;
        held.authors.push(author.clone());
        Ok(outcome)
    }

    fn key_holder(&self, key: &KeyHash) -> Result<Option<String>, StoreError> {
        let held = self.held.lock().unwrap();
        held.reachable()?;
        let holder = held.keys.iter().find(|(hash, _)| hash == key);
        Ok(holder.map(|(_, name)| name.clone()))
    }
}

impl Held {
    fn reachable(&self) -> Result<(), StoreError> {
        if self.out_of_reach {
            Err(StoreError::Database("connection refused".into()))
        } else {
            Ok(())
        }
    }
}

struct Change<'a> {
    held: &'a mut Held,
    theme: &'a str,
    outcome: Outcome,
}

impl Change<'_> {
    /// The row, which leaves its place for the history.
    fn take(
        &mut self,
        id: FeatureId,
        tag: Option<&str>,
        children: &[u64],
    ) -> Result<(String, Row), EditError> {
        let key = (self.theme.to_owned(), id);
        let (dataset, row) = self
            .held
            .rows
            .get(&key)
            .cloned()
            .ok_or(EditError::NotFound(id))?;
        let now = content_tag(id, &row.feature);
        if tag.is_some_and(|tag| tag != now) {
            return Err(EditError::Changed { id, tag: now });
        }
        let mut old = row.clone();
        if !children.is_empty() {
            old.feature
                .extra
                .insert("children".into(), children.to_vec().into());
        }
        let serial = self.held.log.len() as u64 + 1;
        self.held.superseded.push((
            self.theme.to_owned(),
            dataset.clone(),
            Superseded {
                serial,
                row: old,
                until: Timestamp::now(),
            },
        ));
        Ok((dataset, row))
    }

    fn remove(
        &mut self,
        id: FeatureId,
        tag: Option<&str>,
        children: &[u64],
    ) -> Result<(), EditError> {
        let (dataset, old) = self.take(id, tag, children)?;
        self.held.rows.remove(&(self.theme.to_owned(), id));
        self.log(&dataset, id, Operation::Delete, Some(&old.feature), None);
        self.outcome.gone.push(id);
        Ok(())
    }

    fn add(&mut self, feature: NewFeature) {
        let id = FeatureId::new(self.held.next).unwrap();
        self.held.next += 1;
        self.put(id, MANUAL, None, feature);
    }

    fn put(&mut self, id: FeatureId, dataset: &str, old: Option<&Row>, feature: NewFeature) {
        let feature = NewFeature {
            geometry: many(feature.geometry),
            ..feature
        };
        let row = Row {
            id,
            feature: feature.clone(),
            since: Some(Timestamp::now()),
        };
        let operation = if old.is_some() {
            Operation::Update
        } else {
            Operation::Insert
        };
        self.log(
            dataset,
            id,
            operation,
            old.map(|row| &row.feature),
            Some(&feature),
        );
        self.held.rows.insert(
            (self.theme.to_owned(), id),
            (dataset.to_owned(), row.clone()),
        );
        self.outcome.rows.push((dataset.to_owned(), row));
    }

    fn log(
        &mut self,
        dataset: &str,
        id: FeatureId,
        operation: Operation,
        old: Option<&NewFeature>,
        new: Option<&NewFeature>,
    ) {
        let entry = Entry {
            serial: self.held.log.len() as u64 + 1,
            id,
            operation,
            old: old.map(bounds),
            new: new.map(bounds),
        };
        self.held
            .log
            .push((self.theme.to_owned(), dataset.to_owned(), entry));
    }
}

/// Writes into a manifest that the shard was packed from the first moment of a database.
fn as_if_from_a_database(path: &Path) {
    let text = std::fs::read(path).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_slice(&text).unwrap();
    manifest["origin"] = serde_json::json!({ "epoch": "test", "moment": "0" });
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, manifest.to_string()).unwrap();
}

fn bounds(feature: &NewFeature) -> Box2 {
    let mut bounds = Box2::EMPTY;
    for c in feature.geometry.coords_iter() {
        bounds.extend(c.x, c.y);
    }
    bounds
}

/// The form rows are kept in.
fn many(geometry: Geometry<f64>) -> Geometry<f64> {
    match geometry {
        Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]).into(),
        Geometry::LineString(line) => MultiLineString(vec![line]).into(),
        other => other,
    }
}
