//! A server that comes back after a week: edits, a new survey, and a log that has been tidied up meanwhile.

use diaba_tests::live::{self, Live};
use diaba_tests::{Diaba, import_into_database, province};

/// What OPERATIONS.md tells the owner to tidy the log with, for a week instead of a year.
const TIDY: &str = "DELETE FROM diaba.change c USING diaba.dataset d WHERE c.theme = d.theme AND c.dataset = d.dataset \
                    AND c.revision < d.revision AND c.at < now() - interval '1 week'";

#[test]
fn a_server_back_after_a_week_shows_what_one_without_a_past_shows() {
    let Some(database) = live::filled(&["land_parcels", "roads"]) else {
        return;
    };
    let Live { server, cache } = live::serve(&database, &[]);
    let all = server.all_items("land_parcels", "?limit=5000");
    let id = |n: usize| all[n]["id"].as_u64().unwrap();
    let edit = |n: usize, sheet: &str| {
        database.rows(&live::set_sheet(id(n), sheet));
    };
    edit(1, "truoc");
    server.wait_until("the edit", |s| s.sheet(id(1)) == "truoc");
    drop(server);

    edit(2, "khi-vang");
    database.rows(&format!(
        "DELETE FROM diaba.land_parcels WHERE id = {}",
        id(3)
    ));
    let _ = import_into_database(
        &province().file("land_parcels"),
        "land_parcels",
        &database.url(),
    )
    .option("--dataset", "tong-hop")
    .flag("--over-edits")
    .ok();
    edit(4, "ban-moi");
    database.rows("UPDATE diaba.change SET at = at - interval '8 days'");
    let entries = |d: &diaba_tests::Database| d.value("SELECT count(*) FROM diaba.change");
    let before = entries(&database);
    database.rows(TIDY);
    assert_ne!(entries(&database), before, "the log was tidied up");
    edit(5, "hom-nay");

    let back = Diaba::serve_database(&database.url(), cache.path(), &[]);
    let Live {
        server: fresh,
        cache: _cache,
    } = live::serve(&database, &[]);
    for theme in ["land_parcels", "roads"] {
        back.wait_until("what stands now", |s| {
            s.all_items(theme, "?limit=5000") == fresh.all_items(theme, "?limit=5000")
        });
    }
    assert_eq!(back.sheet(id(4)), "ban-moi");
    assert_eq!(back.sheet(id(5)), "hom-nay");
    assert_eq!(
        back.sheet(id(2)),
        all[2]["properties"]["so_to"],
        "the new survey went over it"
    );
}
