//! `GET /code-lists` and `GET /code-lists/{id}`: official codes with their names and colours.

use axum::extract::State;
use diaba_core::code_list::{Code, CodeList};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery, Path};
use crate::features::link::{Link, rel};
use crate::response::Json;
use crate::response::json::JSON;
use crate::themes::Text;

/// A code list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeListEntry {
    /// Identifier.
    pub id: String,
    /// Name.
    pub title: Text,
    /// Version values are written in.
    pub version: String,
    /// Codes, in the list's order. A code that changed its meaning has an entry for each.
    pub codes: Vec<CodeEntry>,
    /// Classes that codes are drawn as at low zooms.
    pub classes: Vec<ClassEntry>,
}

/// A code.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeEntry {
    /// The code.
    #[schema(example = "LUC")]
    pub code: String,
    /// Its name.
    pub title: Text,
    /// `#RRGGBB`; null where it has no colour of its own.
    #[schema(example = "#FFFC8C")]
    pub color: Option<String>,
    /// Whether the colour was read in a source; otherwise it is a default.
    pub color_confirmed: bool,
    /// The code it is a part of.
    pub parent: Option<String>,
    /// The class it is drawn as.
    pub class: Option<String>,
    /// What sort of code it is, where a list mixes them.
    pub kind: Option<String>,
    /// Versions of the list it belongs to.
    pub versions: Vec<String>,
    /// What it became in the current version.
    pub becomes: Vec<String>,
    /// Whether it is a code of the current version.
    pub current: bool,
}

/// A class.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassEntry {
    /// Identifier, `lop` in tiles.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// `#RRGGBB`.
    pub color: String,
}

/// The code lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeLists {
    /// One entry a list.
    pub code_lists: Vec<CodeListLink>,
}

/// Where a code list is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeListLink {
    /// Identifier.
    pub id: String,
    /// Name.
    pub title: Text,
    /// The list itself.
    pub links: Vec<Link>,
}

/// Lists the code lists.
#[utoipa::path(get, path = "/code-lists", tag = "lookup", params(FormatQuery),
    responses((status = 200, description = "The code lists", body = CodeLists),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn code_lists(
    State(app): State<AppState>,
    base: BaseUrl,
    _: Format,
) -> Result<Json<CodeLists>, ApiError> {
    let lists = app.registry.catalogue().code_lists();
    let code_lists = lists
        .map(|list| CodeListLink {
            id: list.id.clone(),
            title: (&list.title).into(),
            links: vec![Link::new(
                base.link(&format!("/code-lists/{}", list.id)),
                rel::ITEMS,
                JSON,
                "The list",
            )],
        })
        .collect();
    Ok(Json::new(CodeLists { code_lists }))
}

/// A code list with its codes, their names and colours.
#[utoipa::path(get, path = "/code-lists/{id}", tag = "lookup",
    params(("id" = String, Path, description = "Identifier of the list"), FormatQuery),
    responses((status = 200, description = "The list", body = CodeListEntry),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such list")))]
pub async fn code_list(
    State(app): State<AppState>,
    Path(id): Path<String>,
    _: Format,
) -> Result<Json<CodeListEntry>, ApiError> {
    let catalogue = app.registry.catalogue();
    let list = catalogue
        .code_list(&id)
        .ok_or_else(|| ApiError::NotFound(format!("no code list is called '{id}'")))?;
    Ok(Json::new(CodeListEntry {
        id: list.id.clone(),
        title: (&list.title).into(),
        version: list.current().id.clone(),
        codes: list
            .codes()
            .iter()
            .map(|code| code_entry(list, code))
            .collect(),
        classes: list
            .classes()
            .iter()
            .map(|class| ClassEntry {
                id: class.id.clone(),
                title: (&class.title).into(),
                color: hex(class.color),
            })
            .collect(),
    }))
}

fn code_entry(list: &CodeList, code: &Code) -> CodeEntry {
    let versions: Vec<String> = code
        .versions
        .iter()
        .filter_map(|index| list.versions.get(*index))
        .map(|version| version.id.clone())
        .collect();
    CodeEntry {
        code: code.code.clone(),
        title: (&code.title).into(),
        color: code.color.map(hex),
        color_confirmed: code.color_confirmed,
        parent: code.parent.clone(),
        class: usize::from(code.class)
            .checked_sub(1)
            .and_then(|at| list.classes().get(at))
            .map(|class| class.id.clone()),
        kind: code.kind.clone(),
        current: versions.contains(&list.current().id),
        versions,
        becomes: code.becomes.clone(),
    }
}

/// `#RRGGBB`.
pub fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}
