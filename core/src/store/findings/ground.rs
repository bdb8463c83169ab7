//! Datasets of a theme as ground for the checks, read in place.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::feature::Value;
use crate::quality::{Ground, Named, RingTaker};
use crate::shard::{Box2, Index, ShardError, Surveyed, files};
use crate::theme::Theme;

/// A dataset's features.
#[derive(Debug)]
pub(in crate::store) struct Part {
    dataset: String,
    index: Index,
    surveyed: Surveyed,
    extent: Box2,
}

impl Part {
    /// The dataset whose surveyed file and index lie in `folder`.
    ///
    /// # Errors
    /// [`ShardError`] where one cannot be read.
    pub fn open(folder: &Path, dataset: &str, theme: &Theme) -> Result<Self, ShardError> {
        let index = Index::open(&folder.join(files::INDEX))?;
        let extent = index.tree().extent().unwrap_or(Box2::EMPTY);
        Ok(Self {
            dataset: dataset.to_owned(),
            surveyed: Surveyed::open(&folder.join(files::SURVEYED), theme)?,
            index,
            extent,
        })
    }

    /// Box of all of it.
    pub fn extent(&self) -> &Box2 {
        &self.extent
    }

    /// Whether any feature's box shares a place with `reach`.
    pub fn any_near(&self, reach: &Box2) -> bool {
        let mut any = false;
        self.index.tree().search(reach, |_| {
            any = true;
            ControlFlow::Break(())
        });
        any
    }
}

/// The dataset that is checked, and those beside it.
#[derive(Debug)]
pub(in crate::store) struct Shards {
    theme: Arc<Theme>,
    /// The first one is checked.
    parts: Vec<Part>,
    /// Number of the first feature of each part.
    starts: Vec<u32>,
}

impl Shards {
    /// `own` is checked against itself and `beside`.
    pub fn new(theme: Arc<Theme>, own: Part, beside: Vec<Part>) -> Self {
        let mut parts = vec![own];
        parts.extend(beside);
        let mut starts = Vec::with_capacity(parts.len());
        let mut next = 0u32;
        for part in &parts {
            starts.push(next);
            next = next.saturating_add(part.index.len() as u32);
        }
        Self {
            theme,
            parts,
            starts,
        }
    }

    /// The dataset that is checked.
    pub fn own(&self) -> Option<&Part> {
        self.parts.first()
    }

    fn part(&self, feature: u32) -> Option<(&Part, u32)> {
        let at = self.starts.partition_point(|start| *start <= feature);
        let at = at.checked_sub(1)?;
        let start = self.starts.get(at)?;
        self.parts.get(at).map(|part| (part, feature - start))
    }

    fn value(&self, feature: u32, field: usize) -> Option<Value> {
        let (part, ordinal) = self.part(feature)?;
        let feature = part.surveyed.feature(part.index.range(ordinal)).ok()?;
        feature.value(field)
    }
}

impl Ground for Shards {
    fn checked(&self) -> u32 {
        self.parts.first().map_or(0, |own| own.index.len() as u32)
    }

    fn bbox(&self, feature: u32) -> Box2 {
        self.part(feature)
            .map_or(Box2::EMPTY, |(part, ordinal)| part.index.bbox(ordinal))
    }

    fn near(&self, reach: &Box2, found: &mut Vec<u32>) {
        for (part, start) in self.parts.iter().zip(&self.starts) {
            if part.extent.intersects(reach) {
                part.index.tree().search(reach, |ordinal| {
                    found.push(start.saturating_add(ordinal));
                    ControlFlow::Continue(())
                });
            }
        }
    }

    fn rings(&self, feature: u32, take: &mut RingTaker<'_>) {
        if let Some((part, ordinal)) = self.part(feature) {
            let rings = part.index.rings(ordinal);
            for (hole, run) in part.surveyed.runs(&rings) {
                take(hole, &mut run.coords());
            }
        }
    }

    fn name(&self, feature: u32) -> Named {
        let dataset = self
            .part(feature)
            .map(|(part, _)| part.dataset.clone())
            .unwrap_or_default();
        let key: Vec<String> = self
            .theme
            .key
            .iter()
            .map(|field| {
                self.value(feature, *field)
                    .map(|v| v.to_string())
                    .unwrap_or_default()
            })
            .collect();
        Named {
            dataset,
            key: key.join("/"),
        }
    }

    fn let_go(&self) {
        for part in &self.parts {
            part.index.let_go();
            part.surveyed.let_go();
        }
    }

    fn commune(&self, feature: u32) -> Option<String> {
        let rule = self.theme.topology.as_ref()?.commune.as_ref()?;
        let value = self.value(feature, rule.field)?;
        value.as_text().map(str::to_owned)
    }
}
