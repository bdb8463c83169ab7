//! Small things every statement needs: names, literals, errors.

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Postgres, RawSql};

use crate::store::StoreError;

/// A statement with parameters that leaves no prepared statement behind. Behind PgBouncer it must run within a
/// transaction: it is parsed in one message and run in another.
pub(super) fn query(text: &str) -> Query<'_, Postgres, PgArguments> {
    sqlx::query(text).persistent(false)
}

/// A statement without parameters, sent as it is.
pub(super) fn raw(text: &str) -> RawSql<'_> {
    sqlx::raw_sql(text)
}

/// An identifier as SQL writes it.
pub(super) fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A text as SQL writes it.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        // Whatever standard_conforming_strings says.
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// What the driver or the database says, without the URL.
pub(super) fn reason(e: &sqlx::Error) -> String {
    match e {
        sqlx::Error::Configuration(_) => "the connection's options cannot be used".to_owned(),
        sqlx::Error::PoolTimedOut => "no connection in time".to_owned(),
        sqlx::Error::Database(e) => match e.code() {
            Some(code) => format!("{} (SQLSTATE {code})", e.message()),
            None => e.message().to_owned(),
        },
        other => other.to_string(),
    }
}

/// The error of a statement.
#[expect(clippy::needless_pass_by_value, reason = "the argument of map_err")]
pub(super) fn failed(e: sqlx::Error) -> StoreError {
    StoreError::Database(reason(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(name("so\"to"), "\"so\"\"to\"");
        assert_eq!(literal("Ngô's"), "'Ngô''s'");
        assert_eq!(literal("a\\'"), " E'a\\\\'''");
    }
}
