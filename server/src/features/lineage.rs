//! Where a feature came from, what became of it, and how it stood before: the foot of its page.

use diaba_core::feature::FeatureId;
use diaba_core::theme::Theme;
use diaba_core::view::{LayerView, State};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::error::ApiError;

/// Lineage and states of a feature.
pub struct Lineage {
    /// The features it was made of.
    pub parents: Vec<u64>,
    /// The features it was made into.
    pub children: Vec<u64>,
    /// Its states, newest first.
    pub states: Vec<State>,
}

impl Lineage {
    /// What `layer` knows of the feature with this id.
    pub fn read(layer: &LayerView, id: FeatureId) -> Result<Self, ApiError> {
        let states = layer.states(id).map_err(ApiError::internal)?;
        let said = |name: &str| {
            let lists = states
                .iter()
                .filter_map(|state| state.feature.extra.get(name))
                .filter_map(Json::as_array);
            let mut ids: Vec<u64> = lists.flatten().filter_map(Json::as_u64).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        Ok(Self {
            parents: said("parents"),
            children: said("children"),
            states,
        })
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.parents.is_empty() && self.children.is_empty() && self.states.len() < 2
    }

    /// The last instant of the last state of a feature that is gone.
    pub fn gone(&self) -> Option<Timestamp> {
        self.states.first().and_then(|state| state.until)
    }

    /// The foot of the feature's page.
    pub fn markup(&self, theme: &Theme, id: u64) -> Markup {
        let here = format!("/collections/{}/items", theme.id);
        html! {
            @if !self.is_empty() {
                section {
                    h2 { "Lịch sử" span.en lang="en" { "History" } }
                    (links(&here, "Tách, hợp từ", "Made of", &self.parents))
                    (links(&here, "Đã tách, hợp thành", "Made into", &self.children))
                    @if self.states.len() > 1 || self.gone().is_some() {
                        ol {
                            @for state in &self.states { li { (line(&here, id, state)) } }
                        }
                    }
                }
            }
        }
    }
}

fn links(here: &str, vi: &str, en: &str, ids: &[u64]) -> Markup {
    html! {
        @if !ids.is_empty() {
            p {
                (vi) " (" span lang="en" { (en) } "): "
                @for id in ids { a href={ (here) "/" (id) "?f=html" } { (id) } " " }
            }
        }
    }
}

/// A period, and a link to the feature as it stood in it.
fn line(here: &str, id: u64, state: &State) -> Markup {
    let since = state.since.map_or_else(|| "…".to_owned(), shown);
    html! {
        @match (state.since, state.until) {
            (_, None) => { "Từ " (since) ": hiện hành" }
            (Some(at), Some(until)) => {
                a href={ (here) "/" (id) "?f=html&datetime=" (at) } { "Từ " (since) " đến " (shown(until)) }
            }
            (None, Some(until)) => {
                a href={ (here) "/" (id) "?f=html&datetime=1970-01-01" } { "Đến " (shown(until)) }
            }
        }
    }
}

/// An instant as Vietnamese clocks show it.
fn shown(at: Timestamp) -> String {
    let hanoi = TimeZone::fixed(Offset::constant(7));
    at.to_zoned(hanoi).strftime("%d/%m/%Y %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_in_vietnamese_time() {
        let at: Timestamp = "2026-06-30T18:00:00Z".parse().unwrap();
        assert_eq!(shown(at), "01/07/2026 01:00:00");
    }
}
