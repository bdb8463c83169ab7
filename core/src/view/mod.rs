//! A layer at one moment: its shards and what changed since they were packed, read as one. The only way in to features.

mod feature;
mod find;
mod on_grid;
mod part;
mod reach;
mod states;

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use memmap2::Mmap;

pub(crate) use feature::Body;
pub use feature::FeatureRef;
pub(crate) use part::Lens;
pub use part::Part;
pub use states::State;

use self::on_grid::Vn2000;
use crate::crs::{Crs, CrsError, Transform};
use crate::edits::Edits;
use crate::figures::{Figures, Row};
use crate::levels::{BASE_ZOOM, BaseTile, ClassShape, LOWEST_ZOOM, LevelsError, Mosaic};
use crate::shard::Shard;
use crate::space::TileCoord;
use crate::theme::Theme;

/// A layer at one version; immutable, swapped whole.
#[derive(Debug)]
pub struct LayerView {
    theme: Arc<Theme>,
    /// By dataset.
    parts: Vec<Part>,
    to_lonlat: Transform,
    from_lonlat: Transform,
    mosaic: Arc<Mosaic<Mmap>>,
    at: Option<Timestamp>,
    /// Where its tiles are not cut on Web Mercator.
    vn2000: Option<Vn2000>,
    /// Added up when they are first asked for.
    figures: OnceLock<Arc<[Row]>>,
}

impl LayerView {
    /// The view of `shards` as they were packed, all of `theme` and in `working`.
    ///
    /// # Errors
    /// [`CrsError`] where the transformations to and from WGS 84 cannot be made.
    pub fn new(theme: Arc<Theme>, shards: Vec<Arc<Shard>>, working: Crs) -> Result<Self, CrsError> {
        Self::of(
            theme,
            shards.into_iter().map(Part::packed).collect(),
            working,
        )
    }

    /// The view of shards with their edits.
    ///
    /// # Errors
    /// As [`LayerView::new`].
    pub fn with_edits(
        theme: Arc<Theme>,
        parts: Vec<(Arc<Shard>, Arc<Edits>)>,
        working: Crs,
    ) -> Result<Self, CrsError> {
        let parts = parts
            .into_iter()
            .map(|(shard, edits)| Part::new(shard, edits));
        Self::of(theme, parts.collect(), working)
    }

    /// The view of these parts, one a dataset.
    ///
    /// # Errors
    /// As [`LayerView::new`].
    pub fn of(theme: Arc<Theme>, parts: Vec<Part>, working: Crs) -> Result<Self, CrsError> {
        Ok(Self::assemble(
            theme,
            parts,
            Transform::new(working, Crs::LONLAT)?,
            Transform::new(Crs::LONLAT, working)?,
            None,
        ))
    }

    /// The next view of the same layer, of these parts; keeps what is not changed of what was made of this one.
    #[must_use]
    pub fn next(&self, parts: Vec<Part>) -> Self {
        Self::assemble(
            Arc::clone(&self.theme),
            parts,
            self.to_lonlat.clone(),
            self.from_lonlat.clone(),
            Some(&self.mosaic),
        )
    }

    fn assemble(
        theme: Arc<Theme>,
        mut parts: Vec<Part>,
        to_lonlat: Transform,
        from_lonlat: Transform,
        before: Option<&Mosaic<Mmap>>,
    ) -> Self {
        parts.sort_by(|a, b| a.dataset().cmp(b.dataset()));
        let cells = parts
            .iter()
            .map(|part| (part.shard().cells().cloned(), part.edits().renewals()));
        let mosaic = Arc::new(Mosaic::renewed(cells, before));
        Self {
            theme,
            parts,
            to_lonlat,
            from_lonlat,
            mosaic,
            at: None,
            vn2000: None,
            figures: OnceLock::new(),
        }
    }

    /// The layer as it stood at an instant: every row whose period holds it, from [its first instant, to its last).
    /// Rows of a home without history stand since they were imported.
    #[must_use]
    pub fn as_of(&self, at: Timestamp) -> Self {
        Self {
            theme: Arc::clone(&self.theme),
            parts: self.parts.iter().map(|part| part.as_of(at)).collect(),
            to_lonlat: self.to_lonlat.clone(),
            from_lonlat: self.from_lonlat.clone(),
            mosaic: Arc::new(Mosaic::new(Vec::new())),
            at: Some(at),
            vn2000: self.vn2000.clone(),
            figures: OnceLock::new(),
        }
    }

    /// The instant it shows, where it is not the newest state.
    pub const fn at(&self) -> Option<Timestamp> {
        self.at
    }

    /// Its theme.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// Its parts, by dataset.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Its shards, by dataset.
    pub fn shards(&self) -> impl ExactSizeIterator<Item = &Arc<Shard>> {
        self.parts.iter().map(Part::shard)
    }

    /// The plane its legal geometry is in.
    pub fn working_crs(&self) -> Crs {
        self.to_lonlat.from()
    }

    /// From longitude and latitude to the working CRS.
    pub fn from_lonlat(&self) -> &Transform {
        &self.from_lonlat
    }

    /// From the working CRS to longitude and latitude.
    pub fn to_lonlat(&self) -> &Transform {
        &self.to_lonlat
    }

    /// The classes of a coverage theme in a tile of a low zoom, see [`Mosaic::tile`]. They are traced when they are first
    /// asked for, and kept until an edit reaches them.
    ///
    /// # Errors
    /// As [`Mosaic::tile`].
    pub fn classes(&self, coord: TileCoord) -> Result<Arc<[ClassShape]>, LevelsError> {
        let burn = |part: usize, tile: BaseTile| {
            let part = self.parts.get(part);
            let part = part.ok_or(LevelsError::Corrupt("a base tile has no shard"))?;
            let reach = self
                .working_box_of_mercator(&tile.world_box())
                .map_err(|_| LevelsError::Corrupt("a base tile has no place in the plane"))?;
            part.edits().burn(part.shard(), &self.theme, tile, &reach)
        };
        match &self.vn2000 {
            None => self.mosaic.tile_with(coord, &burn),
            Some(vn2000) => self.mosaic.tile_of(
                coord,
                &|place| vn2000.to_mercator(place),
                &|place| vn2000.of_mercator(place),
                &burn,
            ),
        }
    }

    /// The tiles of low zooms that nobody has asked for yet and that classes are drawn in, coarsest first; none where
    /// the theme is no coverage.
    pub fn levels_missing(&self) -> Vec<TileCoord> {
        let zooms = self.theme.zooms;
        if !self.theme.generalise.coverage || self.at.is_some() {
            return Vec::new();
        }
        let last = BASE_ZOOM.min(zooms.detail.saturating_sub(1));
        self.mosaic.missing(zooms.min.max(LOWEST_ZOOM)..=last)
    }

    /// Counts and areas by commune and class: those packed with each shard and what edits added and took away. None where
    /// the theme is not counted, or the view is of the past.
    pub fn figures(&self) -> Option<&Arc<[Row]>> {
        if self.theme.statistics.is_none() || self.at.is_some() {
            return None;
        }
        Some(self.figures.get_or_init(|| {
            let mut all = Figures::default();
            for part in &self.parts {
                for figures in part
                    .shard()
                    .figures()
                    .into_iter()
                    .chain([part.edits().figures()])
                {
                    all.add_all(figures);
                }
            }
            all.rows().into()
        }))
    }

    /// Number of features.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(Part::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// West, south, east, north in degrees; `None` where there is nothing.
    pub fn extent_lonlat(&self) -> Option<[f64; 4]> {
        self.parts
            .iter()
            .filter_map(Part::extent_lonlat)
            .reduce(part::union)
    }

    /// Names the content: equal wherever the same records are published under the same theme.
    pub fn version(&self) -> String {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        hash.update(self.theme.hash.as_bytes());
        hash.update(&self.at.map_or(0, Timestamp::as_nanosecond).to_le_bytes());
        for part in &self.parts {
            hash.update(part.dataset().as_bytes());
            let (base, mark) = part.version();
            hash.update(base.as_bytes());
            hash.update(&mark.to_le_bytes());
            for shard in part.history().iter().filter(|_| self.at.is_some()) {
                hash.update(shard.manifest().content.as_bytes());
            }
        }
        format!("{:032x}", hash.digest128())
    }
}
