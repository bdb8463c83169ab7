//! Query strings of resources whose parameters are only known at run time: a collection is filtered by its fields.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::error::ApiError;

/// The decoded name–value pairs of a query string, in order, each name at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads the query string of a request target.
    pub fn parse(query: &str) -> Result<Self, ApiError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(ApiError::bad(name, "is given twice"));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// Removes and returns the value of `name`.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// Removes the value of `name` and reads it; what cannot be read is a 400 that names the parameter.
    pub fn read<T>(&mut self, name: &str) -> Result<Option<T>, ApiError>
    where
        T: std::str::FromStr,
        T::Err: ToString,
    {
        self.take(name)
            .map(|text| {
                text.parse()
                    .map_err(|error: T::Err| ApiError::bad(name, error))
            })
            .transpose()
    }

    /// The pairs that nothing took.
    pub fn rest(self) -> Vec<(String, String)> {
        self.0
    }

    /// The query string with `set` in place of any value its names had; `None` only removes the name.
    pub fn with(&self, set: &[(&str, Option<&str>)]) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            if !set.iter().any(|(changed, _)| changed == name) {
                out.append_pair(name, value);
            }
        }
        for (name, value) in set {
            if let Some(value) = value {
                out.append_pair(name, value);
            }
        }
        out.finish()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert!(
            Pairs::parse("a=1&b=2&a=3")
                .unwrap_err()
                .to_string()
                .contains("'a'")
        );
    }

    #[test]
    fn a_link_keeps_the_filters_and_replaces_the_cursor() {
        let pairs = Pairs::parse("loai_dat=LUC&cursor=x&ten=%C4%90%E1%BA%A5t").unwrap();
        assert_eq!(
            pairs.with(&[("cursor", Some("y z"))]),
            "loai_dat=LUC&ten=%C4%90%E1%BA%A5t&cursor=y+z"
        );
        assert_eq!(
            pairs.with(&[("cursor", None), ("ten", None)]),
            "loai_dat=LUC"
        );
    }

    proptest! {
        #[test]
        fn parsing_undoes_printing(pairs in proptest::collection::btree_map(".*", ".*", 0..6)) {
            let pairs = Pairs(pairs.into_iter().collect());
            prop_assert_eq!(Pairs::parse(&pairs.with(&[])).unwrap(), pairs);
        }
    }
}
