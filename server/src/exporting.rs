//! `diaba export`: a pyramid of tiles as one file.

use std::fmt::Write as _;
use std::io::Write;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread::available_parallelism;

use anyhow::Context;
use clap::Args;
use diaba_server::export::{
    Asked, ExportError, Exported, Format, Plan, Progress, Request, export, request,
};
use diaba_server::serve;

use crate::home::HomeOptions;

/// What `diaba export` is told.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    home: HomeOptions,
    /// Chuyên đề, cách nhau bằng dấu phẩy; mặc định mọi chuyên đề có dữ liệu · themes, separated by commas; by default
    /// every one with data.
    #[arg(long, value_name = "THEMES", value_delimiter = ',')]
    themes: Vec<String>,
    /// Mức thu phóng, như 5-16; mặc định theo chuyên đề · zooms, such as 5-16; by default those of the themes.
    #[arg(long, value_name = "ZOOMS")]
    zooms: Option<String>,
    /// Tệp xuất, .pmtiles hoặc .mbtiles · the archive, .pmtiles or .mbtiles.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Chỉ các ô chạm khung này, theo độ · only tiles that touch this box, degrees.
    #[arg(long, value_name = "W,S,E,N", conflicts_with = "commune")]
    bbox: Option<String>,
    /// Chỉ các ô chạm xã mang mã này · only tiles that touch the commune of this code.
    #[arg(long, value_name = "CODE")]
    commune: Option<String>,
    /// Chỉ những ô đã đổi so với một bản xuất trước: tên tệp ấy, hoặc phiên bản của nó · only tiles that have changed
    /// since an earlier archive: its file, or the version it was exported at.
    #[arg(long, value_name = "VERSION")]
    since: Option<String>,
    /// Số luồng; mặc định mọi lõi · threads; by default every core.
    #[arg(long, value_name = "COUNT")]
    threads: Option<NonZero<usize>>,
}

impl Export {
    /// Does it, and says on standard output what came of it.
    pub fn run(self) -> anyhow::Result<()> {
        let area = match (&self.bbox, &self.commune) {
            (Some(bbox), _) => Asked::Box(request::bbox(bbox)?),
            (None, Some(code)) => Asked::Commune(code.clone()),
            (None, None) => Asked::Everything,
        };
        let request = Request {
            themes: self.themes,
            zooms: self.zooms.as_deref().map(request::zooms).transpose()?,
            area,
            out: self.out,
            since: self.since,
            threads: threads(self.threads),
        };
        // Told before the data are opened, which may take a while.
        Format::of(&request.out)?;
        let config = self.home.config()?;
        let registry = serve::registry(&config).map_err(ExportError::from)?;
        let plan = Plan::new(&registry, &request)?;
        let zooms = plan.zooms.clone();
        let since = request.since.as_deref();
        let progress = Progress::new();
        let done = export(plan, &request.out, since, request.threads, &progress)?;
        let text = said(&done, &zooms);
        write!(std::io::stdout(), "{}\n{text}", request.out.display()).context("stdout")
    }
}

/// The threads asked for, otherwise one a core.
pub fn threads(asked: Option<NonZero<usize>>) -> usize {
    let cores = || available_parallelism().map_or(1, NonZero::get);
    asked.map_or_else(cores, NonZero::get)
}

/// What came of an export.
fn said(done: &Exported, zooms: &std::ops::RangeInclusive<u8>) -> String {
    let counts = &done.counts;
    let (first, last) = (zooms.start(), zooms.end());
    let mut text = format!(
        "  phiên bản · version  {}\n  ô · tiles  {}, khác nhau · distinct {}, z{first}–z{last}\n  dung lượng · size  {} byte\n",
        done.version, counts.tiles, counts.distinct, done.bytes
    );
    if let Some(since) = &done.since {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  kể từ · since  {since}: không đổi · unchanged {}, không còn · removed {}",
            counts.same, counts.removed
        );
    }
    text
}
