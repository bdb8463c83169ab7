//! `diaba pack`: a commune to take into the field.

use std::io::Write;
use std::num::NonZero;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use diaba_server::export::{ExportError, Progress};
use diaba_server::pack::pack;
use diaba_server::serve;
use jiff::civil::Date;
use jiff::{Timestamp, tz};

use crate::exporting::threads;
use crate::home::HomeOptions;

/// Vietnam is seven hours ahead, all year.
const HOURS_AHEAD: i8 = 7;

/// What `diaba pack` is told.
#[derive(Args)]
pub struct Pack {
    #[command(flatten)]
    home: HomeOptions,
    /// Mã xã · code of the commune.
    #[arg(long, value_name = "CODE")]
    commune: String,
    /// Thư mục chứa gói; gói là một thư mục tên MÃ-NGÀY trong đó · where the pack goes, as a folder named CODE-DATE.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Ngày ghi trên gói, mặc định hôm nay · date of the pack, by default today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Số luồng; mặc định mọi lõi · threads; by default every core.
    #[arg(long, value_name = "COUNT")]
    threads: Option<NonZero<usize>>,
}

impl Pack {
    /// Does it, and says on standard output what came of it.
    pub fn run(self) -> anyhow::Result<()> {
        let date = self.date.unwrap_or_else(|| {
            let zone = tz::Offset::constant(HOURS_AHEAD).to_time_zone();
            Timestamp::now().to_zoned(zone).date()
        });
        let config = self.home.config()?;
        let registry = serve::registry(&config).map_err(ExportError::from)?;
        let (threads, progress) = (threads(self.threads), Progress::new());
        let packed = pack(
            &registry,
            &self.commune,
            &self.out,
            date,
            threads,
            &progress,
        )?;
        let said = format!("{}\n{}", packed.folder.display(), packed.text);
        write!(std::io::stdout(), "{said}").context("stdout")
    }
}
