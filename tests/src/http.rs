//! What the server answers.

use serde_json::Value;

/// One answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// What was asked.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// Header fields by lower-case name; of a repeated field the last.
    pub headers: std::collections::BTreeMap<String, String>,
    /// The body as sent.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads `response` to its end.
    pub(crate) fn read(url: &str, response: reqwest::blocking::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let body = response
            .bytes()
            .unwrap_or_else(|error| panic!("{url}: {error}"))
            .to_vec();
        Self {
            url: url.to_owned(),
            status,
            headers,
            body,
        }
    }

    /// This answer, where it has the status `status`; panics with its body otherwise.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.url, self.text());
        self
    }

    /// [`Answer::expect`] where either of several statuses will do.
    #[must_use]
    pub fn expect_either(self, statuses: &[u16]) -> Self {
        assert!(
            statuses.contains(&self.status),
            "{}: {}: {}",
            self.url,
            self.status,
            self.text()
        );
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.url, self.text()))
    }

    /// A header field's value, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Asserts that this is a refusal as the API promises them: that status, problem+json, a title and a detail.
    pub fn assert_problem(&self, status: u16) {
        assert_eq!(self.status, status, "{}: {}", self.url, self.text());
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.url
        );
        let problem = self.json();
        for member in ["type", "title", "detail"] {
            assert!(
                problem[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{}: {problem}",
                self.url
            );
        }
        assert_eq!(problem["status"], status, "{}", self.url);
    }
}
