//! The command line: what is asked, checked before any file is opened.

mod home;
mod import;
mod manage;
mod parse;
mod root;

pub use home::HomeArguments;
pub use import::{EncodingArgument, ImportArguments};
pub use manage::{
    CheckArguments, ListArguments, RemoveArguments, RollbackArguments, ShowArguments,
};
pub use root::{Cli, Command};
