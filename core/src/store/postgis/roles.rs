//! Who may do what: three group roles, given to logins by `GRANT diaba_… TO login`.

use sqlx::{Executor, PgConnection};

use super::migrate::Migrated;
use super::sql::{self, failed, raw};
use super::tables::table_name;
use crate::store::StoreError;
use crate::theme::Catalogue;

const ROLES: [(&str, &str); 3] = [
    ("diaba_server", "Diaba: đọc mọi bảng · reads every table"),
    (
        "diaba_importer",
        "Diaba: nhập bộ dữ liệu · imports datasets",
    ),
    ("diaba_editor", "Diaba: sửa đối tượng · edits features"),
];

/// Makes the roles that are not there. They belong to the whole cluster: another database may have made them, or be
/// making them.
pub(super) async fn create(
    connection: &mut PgConnection,
    report: &mut Migrated,
) -> Result<(), StoreError> {
    for (role, comment) in ROLES {
        let statement = format!(
            "DO $$ BEGIN
               CREATE ROLE {role} NOLOGIN;
               COMMENT ON ROLE {role} IS {};
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
             END $$",
            sql::literal(comment)
        );
        let there = format!("SELECT FROM pg_roles WHERE rolname = '{role}'");
        let found = connection
            .fetch_optional(raw(&there))
            .await
            .map_err(failed)?;
        if found.is_none() {
            connection.execute(raw(&statement)).await.map_err(|e| {
                StoreError::Database(format!(
                    "the role {role} cannot be made ({}); have a superuser run CREATE ROLE {role} NOLOGIN",
                    sql::reason(&e)
                ))
            })?;
            report.done.push(format!("the role {role} was made"));
        }
    }
    Ok(())
}

/// Gives the roles what they need, no more.
pub(super) async fn grant(
    connection: &mut PgConnection,
    catalogue: &Catalogue,
) -> Result<(), StoreError> {
    let everyone = "diaba_server, diaba_importer, diaba_editor";
    let themes: Vec<String> = catalogue.themes().map(|t| table_name(&t.id)).collect();
    let themes = themes.join(", ");
    let text = format!(
        "REVOKE ALL ON ALL TABLES IN SCHEMA diaba FROM PUBLIC, {everyone};
         REVOKE ALL ON ALL SEQUENCES IN SCHEMA diaba FROM PUBLIC, {everyone};
         GRANT USAGE ON SCHEMA diaba TO {everyone};
         GRANT SELECT ON ALL TABLES IN SCHEMA diaba TO diaba_server;
         GRANT SELECT ON diaba.instance, diaba.dataset, diaba.dataset_revision, diaba.change, diaba.history, diaba.code,
                         diaba.code_warnings, {themes} TO diaba_importer, diaba_editor;
         GRANT INSERT, UPDATE, DELETE ON {themes} TO diaba_editor, diaba_importer;
         GRANT USAGE ON SEQUENCE diaba.manual_id TO diaba_editor, diaba_importer;
         GRANT INSERT, UPDATE, DELETE ON diaba.dataset TO diaba_importer;
         GRANT INSERT ON diaba.dataset_revision TO diaba_importer;
         GRANT INSERT ON diaba.change, diaba.history TO diaba_importer;
         GRANT EXECUTE ON FUNCTION diaba.set_indexes_aside(text), diaba.bring_indexes_back(text) TO diaba_importer;
         GRANT USAGE ON SEQUENCE diaba.revision, diaba.change_serial_seq, diaba.history_serial_seq
                 TO diaba_importer;"
    );
    connection.execute(raw(&text)).await.map_err(failed)?;
    Ok(())
}
