//! Keeping a tile within its bytes: what matters least goes first, and is counted.

use super::draft::Draft;
use super::rank::Weight;
use crate::tile::Shed;

/// A tile's bytes before compression, where nobody says otherwise.
pub const BUDGET: usize = 500_000;
/// What saying it takes, for each layer of which something is left out.
const SAYING: usize = 160;

/// A layer of a tile.
pub(super) enum Piece {
    /// Written, and not parted.
    Whole(Vec<u8>),
    /// Of which the least may be left out.
    Draft(Box<Draft>),
}

/// What was left out of a layer for want of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shortage {
    /// The layer's name.
    pub layer: String,
    /// Whether it holds places for labels.
    pub labels: bool,
    /// Features it had.
    pub had: u64,
    /// Features that are left out, each counted as often as features it stands for.
    pub left_out: u64,
}

/// Writes the layers in their order, in at most `budget` bytes but for those that cannot be parted.
pub(super) fn write(pieces: Vec<Piece>, budget: usize) -> (Vec<u8>, Vec<Shortage>) {
    let bytes = |piece: &Piece| match piece {
        Piece::Whole(bytes) => bytes.len(),
        Piece::Draft(draft) => draft.bytes(),
    };
    let all: usize = pieces.iter().map(bytes).sum();
    if all <= budget {
        let mut written = Vec::with_capacity(all);
        for piece in pieces {
            match piece {
                Piece::Whole(bytes) => written.extend_from_slice(&bytes),
                Piece::Draft(draft) => draft.write(&mut written),
            }
        }
        return (written, Vec::new());
    }
    let order = order(&pieces);
    let saying = SAYING * pieces.len();
    let excess = all.saturating_add(saying).saturating_sub(budget);
    drop_first(pieces, &order, excess)
}

/// A feature: what it matters, for how many it stands, and where it is.
type Place = (Weight, u64, usize, usize);

/// The features of all layers, those that matter least first.
fn order(pieces: &[Piece]) -> Vec<Place> {
    let mut order = Vec::new();
    for (piece, draft) in pieces.iter().enumerate() {
        if let Piece::Draft(draft) = draft {
            let weights = draft.weights().iter().enumerate();
            order.extend(weights.map(|(at, (weight, count))| (*weight, *count, piece, at)));
        }
    }
    // Of what matters the same the last goes first.
    let key = |(weight, _, piece, at): &Place| (*weight, std::cmp::Reverse((*piece, *at)));
    order.sort_unstable_by_key(key);
    order
}

/// Takes features out in this order until `excess` bytes are saved.
fn drop_first(pieces: Vec<Piece>, order: &[Place], excess: usize) -> (Vec<u8>, Vec<Shortage>) {
    enum Open {
        Whole(Vec<u8>),
        Shed(Box<Shed>, Shortage),
    }
    let open = pieces.into_iter().map(|piece| match piece {
        Piece::Whole(bytes) => Open::Whole(bytes),
        Piece::Draft(draft) => {
            let shortage = Shortage {
                layer: draft.name.clone(),
                labels: draft.labels,
                had: draft.len(),
                left_out: 0,
            };
            Open::Shed(Box::new(draft.shed()), shortage)
        }
    });
    let mut open: Vec<Open> = open.collect();
    let mut saved = 0;
    for (_, count, piece, at) in order {
        if saved >= excess {
            break;
        }
        if let Some(Open::Shed(shed, shortage)) = open.get_mut(*piece) {
            saved += shed.take_out(*at);
            shortage.left_out += count;
        }
    }
    let (mut out, mut shortages) = (Vec::new(), Vec::new());
    for piece in open {
        match piece {
            Open::Whole(bytes) => out.extend_from_slice(&bytes),
            Open::Shed(shed, shortage) => {
                out.extend_from_slice(&shed.finish().unwrap_or_default());
                shortages.extend((shortage.left_out > 0).then_some(shortage));
            }
        }
    }
    (out, shortages)
}
