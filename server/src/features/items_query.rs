//! The parameters of a collection's items: the ones OGC API Features names, and the fields of the theme.

use axum::http::HeaderMap;
use diaba_core::query::{Cursor, Query};
use diaba_core::theme::{FieldType, Theme};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use super::geojson::public_fields;
use crate::error::ApiError;
use crate::extract::{Bbox, BboxCrs, Datetime, Format, FormatParam, Pairs};

/// Features a page has unless asked otherwise.
const DEFAULT_LIMIT: usize = 10;
/// Most features a page has.
pub const MAX_LIMIT: usize = 10_000;

/// What the query string may hold; only its documentation is used, [`ItemsQuery::read`] reads it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "documents the parameters; which fields a theme has is only known at run time"
)]
pub struct ItemsParams {
    /// Most features on the page. Above 10000 the page has 10000.
    #[param(minimum = 1, default = 10)]
    limit: Option<u32>,
    /// Only features that meet this box: west, south, east, north in degrees on WGS 84 (longitude first), or six
    /// numbers with heights, which are put aside.
    #[param(style = Form, explode = false, min_items = 4, max_items = 6)]
    bbox: Option<Vec<f64>>,
    /// Reference system of `bbox`.
    #[serde(rename = "bbox-crs")]
    #[param(pattern = r"^http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84$")]
    bbox_crs: Option<String>,
    /// The layer as it stood at an instant (RFC 3339, transaction time). Of an interval the last state in it is meant:
    /// that at its end, or the newest one where it reaches the present.
    datetime: Option<String>,
    /// Where the page begins, from the `next` link of the page before.
    cursor: Option<String>,
    /// Format of the answer; without it the `Accept` header decides.
    #[param(inline)]
    f: Option<FormatParam>,
    /// Filters: `field=value` keeps the features whose field has exactly that value, or a list that has it. The
    /// collection's fields are listed by `/themes`.
    #[param(style = Form, explode = true, value_type = Option<std::collections::HashMap<String, String>>)]
    fields: Option<std::collections::HashMap<String, String>>,
}

/// A checked query.
#[derive(Debug)]
pub struct ItemsQuery {
    /// Format of the answer.
    pub format: Format,
    /// What is asked of the layer.
    pub query: Query,
}

/// The instant whose state is asked for.
pub fn at(pairs: &Pairs) -> Result<Option<Timestamp>, ApiError> {
    let datetime = pairs.clone().read::<Datetime>("datetime")?;
    Ok(datetime.and_then(|datetime| datetime.as_of(Timestamp::now())))
}

impl ItemsQuery {
    /// Reads `pairs` for a layer of `theme` that lies in `extent`.
    pub fn read(
        mut pairs: Pairs,
        theme: &Theme,
        extent: Option<[f64; 4]>,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let format = Format::choose(pairs.read::<FormatParam>("f")?, headers);
        let limit = pairs
            .read::<Limit>("limit")?
            .map_or(DEFAULT_LIMIT, |limit| limit.0);
        pairs.read::<BboxCrs>("bbox-crs")?;
        pairs.read::<Datetime>("datetime")?;
        let bbox_lonlat = pairs
            .read::<Bbox>("bbox")?
            .map(|bbox| bbox.span(extent))
            .transpose()
            .map_err(|reason| ApiError::bad("bbox", reason))?;
        let after = pairs.read::<Cursor>("cursor")?;
        let filters = pairs
            .rest()
            .into_iter()
            .map(|(name, value)| filter(theme, name, value))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            format,
            query: Query {
                bbox_lonlat,
                filters,
                limit,
                after,
            },
        })
    }
}

struct Limit(usize);

impl std::str::FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than fit is more than the most there is.
        let limit = if digits {
            text.parse().unwrap_or(usize::MAX)
        } else {
            0
        };
        if limit == 0 {
            return Err(format!("expected a whole number from 1 to {MAX_LIMIT}"));
        }
        Ok(Self(limit.min(MAX_LIMIT)))
    }
}

/// The position of the field called `name`, and the value in the form the layer compares.
fn filter(theme: &Theme, name: String, value: String) -> Result<(usize, String), ApiError> {
    let field = public_fields(theme).find(|index| {
        theme
            .fields
            .get(*index)
            .is_some_and(|field| field.name == name)
    });
    let Some((index, field)) =
        field.and_then(|index| theme.fields.get(index).map(|field| (index, field)))
    else {
        let fields = public_fields(theme).filter_map(|index| theme.fields.get(index));
        let known = ["limit", "bbox", "bbox-crs", "datetime", "cursor", "f"]
            .into_iter()
            .chain(fields.map(|field| field.name.as_str()))
            .collect::<Vec<_>>()
            .join(", ");
        return Err(ApiError::UnknownParameter { name, known });
    };
    let wrong = |expected: &str| ApiError::bad(&name, format!("expected {expected}"));
    let readable = match field.kind {
        FieldType::Text | FieldType::Json => Ok(()),
        FieldType::Integer => value
            .parse::<i64>()
            .map(drop)
            .map_err(|_| wrong("a whole number")),
        FieldType::Real => match value.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(()),
            Ok(_) | Err(_) => Err(wrong("a number")),
        },
        FieldType::Boolean => value
            .parse::<bool>()
            .map(drop)
            .map_err(|_| wrong("true or false")),
        FieldType::Date => value
            .parse::<Date>()
            .map(drop)
            .map_err(|_| wrong("a date such as 2025-07-01")),
    };
    readable?;
    Ok((index, value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn limits_are_whole_numbers_from_one() {
        let limit = |text: &str| text.parse::<Limit>().map(|limit| limit.0);
        assert_eq!(limit("1"), Ok(1));
        assert_eq!(limit("10001"), Ok(MAX_LIMIT));
        assert_eq!(limit("99999999999999999999999"), Ok(MAX_LIMIT));
        for text in ["0", "-1", "1.5", "ten", "", "+1", "000"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_limit_or_a_reason(text in ".*") {
            if let Ok(Limit(limit)) = text.parse::<Limit>() {
                prop_assert!((1..=MAX_LIMIT).contains(&limit));
            }
        }
    }
}
