//! A layer as it stood at an instant, against a model of versions.

use std::sync::Arc;

use diaba_core::edits::{Row, Superseded};
use diaba_core::query::Query;
use diaba_core::render::{self, RenderError};
use diaba_core::shard::Shard;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::view::{LayerView, Part};
use jiff::{SignedDuration, Timestamp};

use super::Live;
use super::model::{Model, Random, middle};
use super::same::assert_same;

/// The rows that stood at `at`.
fn then(model: &Model, at: Timestamp) -> Model {
    let gone = model.history.iter();
    let gone = gone.filter(|gone| stood(&gone.row, Some(gone.until), at));
    let here = model.rows.values().filter(|row| stood(row, None, at));
    let rows = here.chain(gone.map(|gone| &gone.row));
    let mut then = Model::sheet("land_parcels", 0, 0, 0);
    then.rows = rows.map(|row| (row.id, row.clone())).collect();
    then
}

fn stood(row: &Row, until: Option<Timestamp>, at: Timestamp) -> bool {
    row.since.is_none_or(|since| since <= at) && until.is_none_or(|until| at < until)
}

fn assert_stood(live: &Live, model: &Model, at: Timestamp) {
    let view = live.view.as_of(at);
    let then = then(model, at);
    assert_eq!(view.len(), then.rows.len() as u64, "as of {at}");
    let page = view
        .query(&Query {
            limit: usize::MAX,
            ..Query::default()
        })
        .unwrap();
    let ids: Vec<_> = page
        .features
        .iter()
        .map(diaba_core::view::FeatureRef::id)
        .collect();
    assert!(ids.iter().eq(then.rows.keys()), "as of {at}");
    let (_, packed) = live.packed(&then);
    for (id, row) in &then.rows {
        let feature = view.get(*id).unwrap();
        assert_eq!(feature.stood().0, row.since);
        let packed = packed.get(*id).unwrap();
        assert_eq!(feature.content().unwrap(), packed.content().unwrap());
    }
    let [lon, lat] = view.to_lonlat().point([middle().x, middle().y]).unwrap();
    let place = World::from_lonlat(LonLat { lon, lat });
    let (view, packed) = (Arc::new(view), Arc::new(packed));
    for z in 14..=17 {
        let coord = TileCoord::holding(z, place).unwrap();
        let drawn = |view: &Arc<LayerView>| render::tile(&[Arc::clone(view)], coord).unwrap();
        assert_eq!(drawn(&view), drawn(&packed), "as of {at}");
    }
    let low = TileCoord::holding(10, place).unwrap();
    assert!(matches!(
        render::tile(&[view], low),
        Err(RenderError::Historic { detail: 14, .. })
    ));
}

#[test]
fn a_layer_stands_as_it_stood() {
    let mut random = Random::new(6);
    let mut model = Model::sheet("land_parcels", 12, 12, 0);
    let neighbour = Model::sheet("land_parcels", 0, 0, 0);
    let mut live = Live::new("land_parcels", &model, &neighbour);
    let mut instants = vec![model.now - SignedDuration::from_secs(1), model.now];
    let mut history: Vec<Superseded> = Vec::new();
    for round in 0..6 {
        for _ in 0..25 {
            model.change(&mut random);
            if random.below(4) == 0 {
                instants.push(model.now);
                instants.push(model.now - SignedDuration::from_nanos(1));
            }
        }
        live.apply(&model.batch(&mut random));
        if round % 3 == 2 {
            // A repack: all that is history lies in a shard, and some of it still among the edits.
            history.extend(model.history[history.len()..].iter().cloned());
            let rows = history.iter().map(|gone| (&gone.row, Some(gone.until)));
            let packed = vec![Arc::new(live.home.pack_rows("d", rows, &[]))];
            if round == 2 {
                // The shard itself stays, with what it was edited by.
                let shard = Shard::open(live.part.shard().folder(), &live.home.theme);
                let shard = Arc::new(shard.unwrap().with_history(packed));
                live.put(Part::new(shard, Arc::clone(live.part.edits())));
            } else {
                let shard = live.home.pack("d", &model).with_history(packed);
                live.put(Part::packed(Arc::new(shard)));
            }
        }
        for _ in 0..4 {
            let at = instants[random.below(instants.len() as u32) as usize];
            assert_stood(&live, &model, at);
        }
    }
    // The newest state, asked for by its time, is the newest state.
    let newest = live.view.as_of(model.now);
    let (_, packed) = live.packed(&model);
    assert_eq!(newest.len(), packed.len());
    let other = newest.as_of(instants[0]);
    assert_ne!(newest.version(), other.version());
    assert!(other.is_empty());
    assert_eq!(other.as_of(model.now).len(), packed.len());
    let current = live.view.next(live.view.parts().to_vec());
    assert_same(&current, &packed, &model, &mut random);
}
