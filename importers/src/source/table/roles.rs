//! What the columns of a table are for.

use std::collections::HashMap;
use std::sync::OnceLock;

use diaba_core::text::fold;
use serde::Deserialize;

/// What a column says about where a thing lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The whole geometry.
    Geometry,
    /// The first coordinate as written.
    X,
    /// The second.
    Y,
    /// Easting or longitude.
    Easting,
    /// Northing or latitude.
    Northing,
    /// The number of a corner.
    Corner,
    /// The ring a corner belongs to.
    Ring,
    /// The length of a side.
    Side,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    geometry: Vec<String>,
    x: Vec<String>,
    y: Vec<String>,
    easting: Vec<String>,
    northing: Vec<String>,
    corner: Vec<String>,
    ring: Vec<String>,
    side: Vec<String>,
}

/// The role of a column named `name`, if it has one.
pub fn of(name: &str) -> Option<Role> {
    static ROLES: OnceLock<HashMap<String, Role>> = OnceLock::new();
    let roles = ROLES.get_or_init(|| {
        // The file is compiled in and a test reads it; without it no column has a role.
        let Ok(names) = toml::from_str::<Names>(include_str!("columns.toml")) else {
            return HashMap::new();
        };
        [
            (Role::Geometry, names.geometry),
            (Role::X, names.x),
            (Role::Y, names.y),
            (Role::Easting, names.easting),
            (Role::Northing, names.northing),
            (Role::Corner, names.corner),
            (Role::Ring, names.ring),
            (Role::Side, names.side),
        ]
        .into_iter()
        .flat_map(|(role, names)| names.into_iter().map(move |name| (fold(&name), role)))
        .collect()
    });
    let bare = without_brackets(name);
    roles.get(&fold(bare)).copied()
}

/// A heading without the unit or note in brackets behind it: `X (m)`, `Y [m]`.
pub fn without_brackets(name: &str) -> &str {
    match name.find(['(', '[']) {
        Some(at) if at > 0 => name.get(..at).unwrap_or(name),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_their_roles() {
        for (name, role) in [
            ("WKT", Some(Role::Geometry)),
            ("X (m)", Some(Role::X)),
            ("Tọa độ Y [m]", Some(Role::Y)),
            ("Kinh độ", Some(Role::Easting)),
            ("Số hiệu đỉnh thửa", Some(Role::Corner)),
            ("SO_HIEU_DIEM", Some(Role::Corner)),
            ("Chiều dài cạnh (m)", Some(Role::Side)),
            ("Số thửa", None),
            ("(1)", None),
            ("", None),
        ] {
            assert_eq!(of(name), role, "{name}");
        }
    }

    #[test]
    fn no_name_has_two_roles() {
        let names: toml::Table = toml::from_str(include_str!("columns.toml")).expect("TOML");
        let mut seen = HashMap::new();
        for (role, list) in &names {
            for name in list.as_array().expect("a list") {
                let folded = fold(name.as_str().expect("text"));
                let before = seen.insert(folded, role);
                assert!(before.is_none_or(|b| b == role), "{name}");
            }
        }
    }
}
