//! Answers that changes have in common, for the description of the API.

use std::collections::BTreeMap;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::error::Problem;

/// What any change can meet.
pub struct Shut;

/// What a document that was sent can meet.
pub struct Unfit;

/// What a change of a feature that is there can meet.
pub struct Moved;

impl IntoResponses for Shut {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("401", "No key"),
            ("405", "Editing is off"),
            ("503", "The database is out of reach"),
        ])
    }
}

impl IntoResponses for Unfit {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "No such document"),
            (
                "422",
                "The content cannot be kept; `errors` says why, by field",
            ),
        ])
    }
}

impl IntoResponses for Moved {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("404", "No such feature"),
            ("412", "It was changed meanwhile; `ETag` is what it is now"),
            ("428", "No If-Match"),
        ])
    }
}

fn problems(list: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let content = || {
        let schema = Ref::from_schema_name(Problem::name());
        ContentBuilder::new().schema(Some(schema)).build()
    };
    list.iter()
        .map(|(status, description)| {
            let response = ResponseBuilder::new()
                .description(*description)
                .content("application/problem+json", content())
                .build();
            ((*status).to_owned(), response.into())
        })
        .collect()
}
