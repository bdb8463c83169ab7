//! Requests that are wrong get a clear refusal.

use diaba_tests::{Diaba, province};

#[test]
fn a_wrong_parameter_is_refused_with_a_problem() {
    let diaba = Diaba::serve(&province().store());
    for path in [
        "/identify?lon=abc&lat=21.3",
        "/identify?lon=106.2",
        "/identify?lon=NaN&lat=21.3",
        "/identify?lon=inf&lat=21.3",
        "/identify?lon=1062&lat=21.3",
        "/identify?lon=106.2&lat=21.3&tolerance=-1",
        "/identify?lon=106.2&lat=21.3&tolerance=1e300",
        "/collections/land_parcels/items?limit=0",
        "/collections/land_parcels/items?limit=-3",
        "/collections/land_parcels/items?limit=many",
        "/collections/land_parcels/items?bbox=1,2,3",
        "/collections/land_parcels/items?bbox=a,b,c,d",
        "/collections/land_parcels/items?bbox=106,22,107,21",
        "/collections/land_parcels/items?bbox=NaN,21,107,22",
        "/collections/land_parcels/items?cursor=nothing",
        "/collections/land_parcels/items?no_such_field=1",
        "/parcels/07210/1/2?era=1999",
        "/tiles/land_parcels/23/0/0.mvt",
        "/tiles/land_parcels/3/8/0.mvt",
        "/tiles/land_parcels/3/0/8.mvt",
        "/tiles/land_parcels/x/0/0.mvt",
        "/tiles/land_parcels/3/-1/0.mvt",
        "/tiles/land_parcels/3/0/99999999999999999999.mvt",
        "/collections/land_parcels/items?f=pdf",
    ] {
        let answer = diaba.get(path);
        assert!(
            answer.status == 400 || answer.status == 404 || answer.status == 406,
            "{path}: {}",
            answer.status
        );
        answer.assert_problem(answer.status);
    }
}

#[test]
fn what_does_not_exist_is_not_found() {
    let diaba = Diaba::serve(&province().store());
    for path in [
        "/no/such/page",
        "/collections/nothing",
        "/collections/nothing/items",
        "/collections/land_parcels/items/9007199254740991",
        "/collections/land_parcels/items/abc",
        "/collections/land_parcels/items/-1",
        "/tiles/nothing/10/1/1.mvt",
        "/tiles/land_parcels,nothing/10/1/1.mvt",
        "/tileMatrixSets/Nothing",
        "/collections/land_parcels/tiles/Nothing/0/0/0",
        "/styles/nothing",
        "/code-lists/nothing",
        "/fonts/Nothing/0-255.pbf",
        "/sprites/nothing.json",
    ] {
        let answer = diaba.get(path);
        assert!(
            answer.status == 404 || answer.status == 400,
            "{path}: {}",
            answer.status
        );
        answer.assert_problem(answer.status);
    }
}

#[test]
fn paths_that_try_to_leave_their_folder_get_nowhere() {
    let diaba = Diaba::serve(&province().store());
    for path in [
        "/styles/..%2f..%2f..%2fetc%2fpasswd",
        "/fonts/..%2f..%2fetc/passwd",
        "/sprites/%2e%2e%2f%2e%2e%2fCargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/%00",
        "/collections/%ff%fe/items",
        "/parcels/%00/1/1",
    ] {
        let answer = diaba.get(path);
        assert!(
            (400..500).contains(&answer.status) || answer.json()["parcels"].is_array(),
            "{path}: {}",
            answer.status
        );
    }
}

#[test]
fn a_parcel_nobody_has_is_an_empty_list() {
    let diaba = Diaba::serve(&province().store());
    let none = diaba.json("/parcels/99999/1/1");
    assert_eq!(none["parcels"].as_array().map(Vec::len), Some(0), "{none}");
}
