//! Two views of the same rows answer every question alike.

use std::sync::Arc;

use diaba_core::feature::{FeatureId, NewFeature};
use diaba_core::query::Query;
use diaba_core::shard::Box2;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::view::{FeatureRef, LayerView};
use diaba_core::{render, tile};
use geo::{Coord, Rect};

use super::model::{Model, Random, middle};

type Seen = (String, FeatureId);

fn seen(features: &[FeatureRef<'_>]) -> Vec<Seen> {
    features
        .iter()
        .map(|f| (f.dataset().to_owned(), f.id()))
        .collect()
}

fn content(feature: &FeatureRef<'_>) -> (Seen, NewFeature, String, Box2) {
    let content = feature.content().unwrap();
    assert_eq!(content.geometry, feature.geometry().unwrap());
    assert_eq!(content.values, feature.values().unwrap());
    assert_eq!(content.extra, feature.extra().unwrap());
    let seen = (feature.dataset().to_owned(), feature.id());
    (seen, content, feature.tag().unwrap(), feature.bbox())
}

pub fn assert_same(live: &LayerView, packed: &LayerView, model: &Model, random: &mut Random) {
    assert_eq!(live.len(), packed.len());
    assert_eq!(live.extent_lonlat(), packed.extent_lonlat());
    assert_eq!(live.version(), packed.version());
    for id in model.rows.keys() {
        let (a, b) = (live.get(*id).unwrap(), packed.get(*id).unwrap());
        assert_eq!(content(&a), content(&b));
    }
    for entry in &model.log {
        let (a, b) = (live.get(entry.id), packed.get(entry.id));
        assert_eq!(a.is_some(), b.is_some(), "{:?}", entry.id);
    }
    for _ in 0..40 {
        assert_finds_alike(live, packed, random);
    }
    for _ in 0..12 {
        assert_pages_alike(live, packed, random);
    }
    for z in live.theme().zooms.min..=18 {
        for _ in 0..if z < 14 { 1 } else { 3 } {
            assert_draws_alike(live, packed, z, place(random));
        }
    }
}

fn place(random: &mut Random) -> Coord<f64> {
    let middle = middle();
    Coord {
        x: middle.x + random.real(-280.0, 280.0),
        y: middle.y + random.real(-280.0, 280.0),
    }
}

fn assert_finds_alike(live: &LayerView, packed: &LayerView, random: &mut Random) {
    let at = place(random);
    let tolerance = random.real(0.0, 5.0);
    let found = |view: &LayerView| seen(&view.at_point(at, tolerance).unwrap());
    assert_eq!(found(live), found(packed), "at {at:?}");

    let area = Rect::new(at, place(random));
    let bbox = Box2 {
        min_x: area.min().x,
        min_y: area.min().y,
        max_x: area.max().x,
        max_y: area.max().y,
    };
    let found = |view: &LayerView| {
        let mut found = seen(&view.search(&bbox));
        found.sort();
        found
    };
    assert_eq!(found(live), found(packed), "in {bbox:?}");
    let area = area.to_polygon().into();
    let found = |view: &LayerView| seen(&view.intersecting(&area).unwrap());
    assert_eq!(found(live), found(packed), "in {area:?}");

    let (count, within) = (random.below(12) as usize, random.real(0.0, 400.0));
    let found = |view: &LayerView| {
        let found = view.nearest(at, count, within).unwrap();
        let (features, distances): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        (seen(&features), distances)
    };
    assert_eq!(found(live), found(packed), "near {at:?}");

    let (first, second, third) = if live.theme().id == "land_parcels" {
        let so_to = format!("0{}", random.below(4));
        ("7210".to_owned(), so_to, random.below(60).to_string())
    } else {
        (
            format!("ct-{}", random.below(60)),
            String::new(),
            String::new(),
        )
    };
    let parts = [first.as_str(), &second, &third];
    for parts in [&parts[..1], &parts[..2], &parts] {
        let found = |view: &LayerView| seen(&view.by_key(parts));
        assert_eq!(found(live), found(packed), "{parts:?}");
        for limit in [1, random.below(9) as usize, 10_000] {
            let found = |view: &LayerView| seen(&view.by_key_prefix(parts, limit));
            assert_eq!(found(live), found(packed), "{parts:?} at most {limit}");
        }
    }
}

fn assert_pages_alike(live: &LayerView, packed: &LayerView, random: &mut Random) {
    let theme = live.theme();
    let mut query = Query {
        limit: 1 + random.below(90) as usize,
        ..Query::default()
    };
    for (name, value) in [
        ("ma_xa", "07210".to_owned()),
        ("so_to", random.below(4).to_string()),
        ("loai_dat", "LUC".to_owned()),
        ("dien_tich", random.below(900).to_string()),
    ] {
        if let Some(field) = theme.field_index(name)
            && random.below(4) == 0
        {
            query.filters.push((field, value));
        }
    }
    if random.below(2) == 0 {
        let (a, b) = (place(random), place(random));
        let area = Rect::new(a, b);
        let corner = |c: Coord<f64>| live.to_lonlat().point([c.x, c.y]).unwrap();
        let ([west, south], [east, north]) = (corner(area.min()), corner(area.max()));
        query.bbox_lonlat = Some([
            west.min(east),
            south.min(north),
            east.max(west),
            north.max(south),
        ]);
    }
    loop {
        let (a, b) = (live.query(&query).unwrap(), packed.query(&query).unwrap());
        assert_eq!(seen(&a.features), seen(&b.features), "{query:?}");
        assert_eq!((&a.next, a.matched), (&b.next, b.matched), "{query:?}");
        match a.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
}

fn assert_draws_alike(live: &LayerView, packed: &LayerView, z: u8, at: Coord<f64>) {
    let [lon, lat] = live.to_lonlat().point([at.x, at.y]).unwrap();
    let coord = TileCoord::holding(z, World::from_lonlat(LonLat { lon, lat })).unwrap();
    let (a, b) = (drawn(live, coord), drawn(packed, coord));
    assert_eq!(a.summary, b.summary, "{coord:?}");
    assert!(a.mvt == b.mvt, "{coord:?} has other bytes");
    assert_eq!(tile::validate::validate(&a.mvt), [], "{coord:?}");
}

pub fn drawn(view: &LayerView, coord: TileCoord) -> render::RenderedTile {
    let layer = Arc::new(view.next(view.parts().to_vec()));
    render::tile(&[layer], coord).unwrap()
}
