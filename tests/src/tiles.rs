//! Tile addresses of a piece of ground.

/// One address: zoom, column, row.
pub type Address = (u8, u32, u32);

/// Every tile of zoom `z` that touches `bounds` (west, south, east, north in degrees).
pub fn covering(bounds: [f64; 4], z: u8) -> Vec<Address> {
    let [west, south, east, north] = bounds;
    let side = f64::from(1u32 << z);
    let last = (1u32 << z) - 1;
    let column = |lon: f64| (((lon + 180.0) / 360.0 * side).floor() as u32).min(last);
    let row = |lat: f64| {
        let lat = lat.to_radians();
        let y = 0.5 - (lat.tan() + 1.0 / lat.cos()).ln() / (2.0 * std::f64::consts::PI);
        ((y * side).floor() as u32).min(last)
    };
    let columns = column(west)..=column(east);
    columns
        .flat_map(|x| (row(north)..=row(south)).map(move |y| (z, x, y)))
        .collect()
}

/// At most `count` of `addresses`, evenly spread over them.
pub fn some_of(addresses: Vec<Address>, count: usize) -> Vec<Address> {
    let step = addresses.len().div_ceil(count.max(1)).max(1);
    addresses.into_iter().step_by(step).collect()
}
