//! `datetime` of OGC API Features: an instant, or an interval that may be open at either end.
//!
//! It is transaction time: what the register held, not what was true on the ground. An instant means the state at that
//! instant. Of an interval the last state in it is meant: that at its end, or the newest one where it reaches the
//! present. An instant to come is the present.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::ApiError;

/// A checked `datetime` parameter. Either end of an interval may be open (`..` or nothing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datetime {
    /// First instant, or open.
    pub start: Option<Timestamp>,
    /// Last instant, or open.
    pub end: Option<Timestamp>,
}

impl Datetime {
    /// The instant whose state is meant; none where that is the newest state.
    pub fn as_of(self, now: Timestamp) -> Option<Timestamp> {
        self.end.filter(|end| *end < now)
    }
}

/// The query parameter of resources that answer as of an instant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DatetimeQuery {
    /// The register as it stood at an instant (RFC 3339, transaction time), or at the end of an interval.
    pub datetime: Option<String>,
}

/// The instant the text of a parameter means; none where that is the newest state.
pub fn as_of(text: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    let datetime: Datetime = text.parse().map_err(|e| ApiError::bad("datetime", e))?;
    Ok(datetime.as_of(Timestamp::now()))
}

impl FromStr for Datetime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((start, end)) = text.split_once('/') else {
            let at = instant(text)?;
            return Ok(Self {
                start: Some(at),
                end: Some(at),
            });
        };
        let bound = |text: &str| {
            if matches!(text, "" | "..") {
                Ok(None)
            } else {
                instant(text).map(Some)
            }
        };
        let (start, end) = (bound(start)?, bound(end)?);
        match (start, end) {
            (Some(start), Some(end)) if start > end => {
                Err("the interval ends before it begins".into())
            }
            _ => Ok(Self { start, end }),
        }
    }
}

/// An RFC 3339 date-time, or a date, which stands for its beginning in UTC.
fn instant(text: &str) -> Result<Timestamp, String> {
    let refused = || format!("'{text}' is not an RFC 3339 date-time such as 2025-07-01T00:00:00Z");
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return date
            .to_zoned(TimeZone::UTC)
            .map(|zoned| zoned.timestamp())
            .map_err(|_| refused());
    }
    text.parse().map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instants_and_intervals_are_read() {
        for text in [
            "2025-07-01T00:00:00Z",
            "2025-07-01T07:00:00+07:00",
            "2025-07-01",
            "2025-01-01T00:00:00Z/2025-07-01T00:00:00Z",
            "../2025-07-01T00:00:00Z",
            "2025-07-01T00:00:00Z/..",
            "2025-07-01T00:00:00Z/",
            "../..",
        ] {
            assert!(text.parse::<Datetime>().is_ok(), "{text}");
        }
    }

    #[test]
    fn the_last_state_of_an_interval_is_meant() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let meant = |text: &str| {
            let at = text.parse::<Datetime>().unwrap().as_of(now);
            at.map(|at| at.to_string())
        };
        let july = Some("2025-07-01T00:00:00Z".to_owned());
        assert_eq!(meant("2025-07-01"), july);
        assert_eq!(meant("2025-01-01/2025-07-01"), july);
        assert_eq!(meant("../2025-07-01"), july);
        for newest in [
            "2025-07-01/..",
            "../..",
            "2030-01-01",
            "2025-01-01/2030-01-01",
        ] {
            assert_eq!(meant(newest), None, "{newest}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "now",
            "2025",
            "2025-13-01",
            "2025-07-01T00:00:00Z/2025-01-01T00:00:00Z",
            "a/b",
            "1/2/3",
        ] {
            assert!(text.parse::<Datetime>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_a_reason(text in ".*") {
            let _ = text.parse::<Datetime>();
        }
    }
}
