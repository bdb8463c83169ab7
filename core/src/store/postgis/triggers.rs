//! What happens when a row of a theme's table is written, by whomever: log, history, notice.

use sqlx::{Executor, PgConnection};

use super::sql::{failed, literal, name, raw};
use super::tables::{SCHEMA, table_name};
use crate::store::StoreError;
use crate::theme::Theme;

/// Installs, or makes anew, the triggers of a theme's table.
///
/// What writes log and history runs with the rights of whoever migrated, so that nobody else needs any on them.
pub(super) async fn install(
    connection: &mut PgConnection,
    theme: &Theme,
    postgis: &str,
) -> Result<(), StoreError> {
    let table = table_name(&theme.id);
    let function = format!("{SCHEMA}.{}", name(&format!("log_{}", theme.id)));
    let statement = format!(
        "{}
         CREATE OR REPLACE TRIGGER diaba_enter BEFORE INSERT OR UPDATE OR DELETE ON {table}
           FOR EACH STATEMENT EXECUTE FUNCTION diaba.enter_theme();
         CREATE OR REPLACE TRIGGER diaba_refuse_truncate BEFORE TRUNCATE ON {table}
           FOR EACH STATEMENT EXECUTE FUNCTION diaba.refuse_truncate();
         CREATE OR REPLACE TRIGGER diaba_stamp BEFORE INSERT OR UPDATE ON {table}
           FOR EACH ROW WHEN (NOT {IMPORTING}) EXECUTE FUNCTION diaba.stamp_row();
         CREATE OR REPLACE TRIGGER diaba_log AFTER INSERT OR UPDATE OR DELETE ON {table}
           FOR EACH ROW WHEN (NOT {IMPORTING}) EXECUTE FUNCTION {function}();",
        log(theme, &function, postgis)
    );
    connection.execute(raw(&statement)).await.map_err(failed)?;
    Ok(())
}

/// `diaba.importing()`, asked in full only where the setting is there: it is asked for every row.
const IMPORTING: &str =
    "(coalesce(current_setting('diaba.import', true), '') = 'on' AND diaba.importing())";

/// The row a variable holds, as the history keeps it: the theme's fields and `extra`.
pub(super) fn row_json(theme: &Theme, of: &str, extra: &str) -> String {
    let mut list: Vec<String> = theme
        .fields
        .iter()
        .map(|f| format!("{of}.{}", name(&f.name)))
        .collect();
    list.push(format!("{extra} AS extra"));
    format!(
        "(SELECT row_to_json(x) FROM (SELECT {}) x)",
        list.join(", ")
    )
}

fn log(theme: &Theme, function: &str, postgis: &str) -> String {
    let id = literal(&theme.id);
    let row = row_json(theme, "OLD", "kept");
    format!(
        "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {postgis}, pg_temp AS $log$
DECLARE
  author text := coalesce(nullif(current_setting('diaba.who', true), ''), session_user::text);
  place text := coalesce(nullif(current_setting('diaba.origin', true), ''), host(inet_client_addr()), 'local');
  -- What a split or merge made of the row: the ids of its children, as a JSON list.
  children text := nullif(current_setting('diaba.children', true), '');
  kept json;
  was bigint;
  is_now bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW *= OLD THEN RETURN NULL; END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    was := diaba.revision_of({id}, OLD.dataset);
    kept := OLD.extra;
    IF TG_OP = 'DELETE' AND children IS NOT NULL THEN
      -- As text: the order of keys and the way numbers are written stay.
      kept := CASE WHEN kept IS NULL OR kept::text ~ '^\\s*\\{{\\s*\\}}\\s*$' THEN '{{\"children\":' || children || '}}'
                   ELSE regexp_replace(kept::text, '\\}}\\s*$', '') || ',\"children\":' || children || '}}' END;
    END IF;
    INSERT INTO diaba.history (theme, dataset, revision, feature, valid_from, valid_to, \"row\", geom, who, operation)
    VALUES ({id}, OLD.dataset, was, OLD.id, OLD.valid_from,
            CASE WHEN TG_OP = 'UPDATE' THEN NEW.valid_from ELSE greatest(now(), OLD.valid_from) END,
            {row}, OLD.geom, author, lower(TG_OP));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    is_now := diaba.revision_of({id}, NEW.dataset);
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.dataset = OLD.dataset THEN
    INSERT INTO diaba.change (theme, dataset, revision, feature, operation, old_box, new_box, who, origin)
    VALUES ({id}, NEW.dataset, is_now, NEW.id, 'update', diaba.box(OLD.geom), diaba.box(NEW.geom), author, place);
  ELSE
    IF TG_OP <> 'INSERT' THEN
      INSERT INTO diaba.change (theme, dataset, revision, feature, operation, old_box, who, origin)
      VALUES ({id}, OLD.dataset, was, OLD.id, 'delete', diaba.box(OLD.geom), author, place);
    END IF;
    IF TG_OP <> 'DELETE' THEN
      INSERT INTO diaba.change (theme, dataset, revision, feature, operation, new_box, who, origin)
      VALUES ({id}, NEW.dataset, is_now, NEW.id, 'insert', diaba.box(NEW.geom), author, place);
    END IF;
  END IF;
  PERFORM pg_notify('diaba', {id});
  RETURN NULL;
END
$log$;"
    )
}
