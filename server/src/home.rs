//! The options that say where the data are.

use std::path::PathBuf;

use clap::Args;
use diaba_server::config::{Config, RawConfig};

/// Where the data are, for every command that reads them.
#[derive(Args)]
pub struct HomeOptions {
    /// Thư mục dữ liệu · data directory, written by diaba-import.
    #[arg(long, env = "DIABA_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Cơ sở dữ liệu PostGIS, thay cho thư mục · database with PostGIS, in place of a directory; several hosts may be named.
    #[arg(
        long,
        env = "DIABA_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    database: Option<String>,
    /// Thư mục cho những gì đóng gói từ cơ sở dữ liệu · folder for what is packed from the database.
    #[arg(long, env = "DIABA_CACHE", value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Chuyên đề, danh mục, kiểu bản đồ riêng · further themes, code lists, map styles, fonts and sprites.
    #[arg(long, env = "DIABA_STYLES", value_name = "DIR")]
    styles: Option<PathBuf>,
}

impl HomeOptions {
    /// What these options say of a server's configuration.
    pub fn raw(self) -> RawConfig {
        RawConfig {
            data: self.data,
            database: self.database.map(Into::into),
            cache: self.cache,
            styles: self.styles,
            ..RawConfig::default()
        }
    }

    /// The configuration of a server over this home, otherwise as it is by default.
    pub fn config(self) -> anyhow::Result<Config> {
        Ok(self.raw().resolve()?)
    }
}
