//! Edits laid over a shard, against a model: whatever is changed, and however often, the layer answers as one that was
//! packed anew.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod model;
mod same;
mod time;
mod versions;

use std::sync::Arc;

use diaba_core::crs::Crs;
use diaba_core::edits::{EditBatch, Edits};
use diaba_core::shard::RowWriter;
use diaba_core::theme::Catalogue;
use diaba_core::view::{LayerView, Part};

use model::{Home, Model, Random};
use versions::Versions;

/// A layer that follows a model.
struct Live {
    home: Home,
    part: Part,
    neighbour: Part,
    view: LayerView,
}

impl Live {
    fn new(theme: &str, model: &Model, neighbour: &Model) -> Self {
        let catalogue = Arc::new(Catalogue::load(None).unwrap());
        let theme = catalogue.theme(theme).unwrap();
        let home = Home::new(&catalogue, theme);
        let part = Part::packed(Arc::new(home.pack("d", model)));
        let neighbour = Part::packed(Arc::new(home.pack("b", neighbour)));
        let parts = vec![part.clone(), neighbour.clone()];
        let view = LayerView::of(Arc::clone(theme), parts, Crs::WORKING).unwrap();
        Self {
            home,
            part,
            neighbour,
            view,
        }
    }

    fn apply(&mut self, batch: &EditBatch) {
        let shard = self.part.shard();
        let edits = self.part.edits();
        let next = edits.apply(shard, &self.home.theme, batch).unwrap();
        assert_eq!(next.moment(), batch.moment);
        self.put(Part::new(Arc::clone(shard), Arc::new(next)));
    }

    fn put(&mut self, part: Part) {
        self.part = part;
        self.view = self
            .view
            .next(vec![self.part.clone(), self.neighbour.clone()]);
    }

    /// The same layer, packed anew from the model.
    fn packed(&self, model: &Model) -> (Part, LayerView) {
        let part = Part::packed(Arc::new(self.home.pack("d", model)));
        let parts = vec![part.clone(), self.neighbour.clone()];
        let theme = Arc::clone(&self.home.theme);
        (part, LayerView::of(theme, parts, Crs::WORKING).unwrap())
    }
}

fn follow(theme: &str, seed: u64, batches: u32, most: u32) {
    let mut random = Random::new(seed);
    let mut model = Model::sheet(theme, 24, 24, 0);
    let neighbour = Model::sheet(theme, 6, 24, 1 << 40);
    let mut live = Live::new(theme, &model, &neighbour);
    let mut versions = Versions::new(&live.view, &model);
    for number in 0..batches {
        for _ in 0..=random.below(most) {
            model.change(&mut random);
        }
        let batch = model.batch(&mut random);
        live.apply(&batch);
        versions.moved(&live.view, &batch);
        if number % 7 == 3 {
            // What comes twice changes nothing.
            live.apply(&batch);
        }
        if number % 8 == 5 || number + 1 == batches {
            let (part, packed) = live.packed(&model);
            same::assert_same(&live.view, &packed, &model, &mut random);
            versions.assert_kept(&packed);
            if number % 16 == 13 {
                live.put(part);
            }
        }
    }
}

#[test]
fn parcels_edited_answer_as_if_packed_anew() {
    follow("land_parcels", 1, 48, 40);
}

#[test]
fn single_edits_move_no_more_than_their_tiles() {
    follow("land_parcels", 2, 40, 1);
}

#[test]
fn works_of_any_geometry_edited_answer_as_if_packed_anew() {
    follow("irrigation_works", 3, 24, 40);
}

#[test]
fn ten_thousand_changes_in_one_batch() {
    let mut random = Random::new(4);
    let mut model = Model::sheet("land_parcels", 20, 20, 0);
    let neighbour = Model::sheet("land_parcels", 6, 24, 1 << 40);
    let mut live = Live::new("land_parcels", &model, &neighbour);
    for _ in 0..10_000 {
        model.change(&mut random);
    }
    let batch = model.batch(&mut random);
    live.apply(&batch);
    assert_eq!(live.part.edits().len(), batch.entries.len());
    let (_, packed) = live.packed(&model);
    same::assert_same(&live.view, &packed, &model, &mut random);
}

#[test]
fn an_empty_dataset_takes_its_first_rows() {
    let mut random = Random::new(5);
    let mut model = Model::sheet("land_parcels", 0, 0, 0);
    let neighbour = Model::sheet("land_parcels", 0, 0, 0);
    let mut live = Live::new("land_parcels", &model, &neighbour);
    assert!(live.view.is_empty() && live.view.extent_lonlat().is_none());
    for _ in 0..30 {
        model.change(&mut random);
    }
    live.apply(&model.batch(&mut random));
    let (_, packed) = live.packed(&model);
    same::assert_same(&live.view, &packed, &model, &mut random);
}

#[test]
fn a_row_without_a_place_is_named_and_left_out() {
    let mut model = Model::sheet("land_parcels", 3, 3, 0);
    let neighbour = Model::sheet("land_parcels", 0, 0, 0);
    let mut live = Live::new("land_parcels", &model, &neighbour);
    let mut row = model.rows.values().next().unwrap().clone();
    row.feature.geometry = geo::Rect::new((1e300, 0.0), (2e300, 1.0))
        .to_polygon()
        .into();
    let batch = EditBatch {
        rows: vec![row.clone()],
        ..EditBatch::default()
    };
    live.apply(&batch);
    assert_eq!(live.view.len(), 8);
    assert!(live.view.get(row.id).is_none());
    assert!(live.part.edits().refused().contains_key(&row.id));
    let other = model.rows.values().next_back().unwrap();
    let mut writer = RowWriter::new(Arc::clone(&live.home.theme), "d", Crs::WORKING).unwrap();
    assert!(writer.push(&row, None).is_err() && writer.is_empty());
    writer.push(other, None).unwrap();
    assert_eq!(writer.len(), 1);
    let mended = model.rows.remove(&row.id).unwrap();
    live.apply(&EditBatch {
        rows: vec![mended],
        ..EditBatch::default()
    });
    assert_eq!(live.view.len(), 9);
    assert!(live.part.edits().refused().is_empty());
    assert_eq!(Edits::empty(live.part.shard()).len(), 0);
}
