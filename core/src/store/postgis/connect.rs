//! A database URL, which may name several hosts, as the options of one connection a host.

use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::store::StoreError;

/// One host.
pub(super) struct Address {
    /// What it is called in messages: host, port and database, never a password.
    pub name: String,
    pub options: PgConnectOptions,
}

/// Parameters of libpq that are not the driver's; which host is the primary is found by asking.
const NOT_THE_DRIVERS: [&str; 5] = [
    "target_session_attrs",
    "load_balance_hosts",
    "connect_timeout",
    "keepalives",
    "pgbouncer",
];

/// The hosts `postgres://user@host1:port1,host2/name?…` names, in its order.
pub(super) fn addresses(url: &str) -> Result<Vec<Address>, StoreError> {
    let refuse = |reason: &str| {
        StoreError::Database(format!(
            "the database URL is none ({reason}); write postgres://user@host:5432/name"
        ))
    };
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| refuse("it has no scheme"))?;
    if !matches!(scheme, "postgres" | "postgresql") {
        return Err(refuse("its scheme is not postgres"));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    let tail = without_libpqs_own(tail);
    hosts
        .split(',')
        .map(|host| {
            let one = format!("{scheme}://{user}{host}{tail}");
            // What the parser says of a URL it cannot read may repeat parts of it.
            let options = PgConnectOptions::from_str(&one)
                .map_err(|_| refuse("a part of it cannot be read"))?
                // Behind PgBouncer in transaction mode the next statement may meet another server process.
                .statement_cache_capacity(0)
                .application_name("diaba")
                // A slow statement is no news in an import, and the text of one may hold what people wrote.
                .disable_statement_logging();
            let place = options.get_socket().map_or_else(
                || format!("{}:{}", options.get_host(), options.get_port()),
                |socket| socket.display().to_string(),
            );
            let database = options.get_database().unwrap_or(options.get_username());
            Ok(Address {
                name: format!("{place}/{database}"),
                options,
            })
        })
        .collect()
}

/// The path and parameters of a URL without those parameters.
fn without_libpqs_own(tail: &str) -> String {
    let Some((path, query)) = tail.split_once('?') else {
        return tail.to_owned();
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
            !NOT_THE_DRIVERS.contains(&key)
        })
        .collect();
    format!("{path}?{}", kept.join("&"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_host_becomes_an_address() {
        let found = addresses(
            "postgres://diaba:s3cret@one:5433,two,[::1]:6432/dat?target_session_attrs=read-write&sslmode=prefer",
        )
        .unwrap();
        let names: Vec<&str> = found.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["one:5433/dat", "two:5432/dat", "[::1]:6432/dat"]);
        assert_eq!(found[0].options.get_username(), "diaba");
        assert!(addresses("postgres:///dat?host=/var/run/postgresql").is_ok());
    }

    #[test]
    fn a_password_is_in_no_message() {
        for url in [
            "postgres://u:hunter2@h:port/db",
            "mysql://u:hunter2@h/db",
            "hunter2",
            "postgres://u:hunter2@h/db?sslmode=hunter2",
        ] {
            let said = addresses(url).err().map(|e| e.to_string());
            assert!(said.is_some_and(|s| !s.contains("hunter2")), "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(postgres://)?[a-z0-9:@/?,&=%\\[\\]#é ]{0,40}") {
            let _ = addresses(&text);
        }
    }
}
