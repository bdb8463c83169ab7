//! The command line.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use diaba_samples::province::Province;
use diaba_samples::themes;

/// Sinh một tỉnh tổng hợp để thử nghiệm. / Makes a synthetic province for trials.
#[derive(Debug, Parser)]
#[command(name = "diaba-samples", version)]
struct Arguments {
    /// Số thửa đất cần sinh (gần đúng). / About how many parcels to make.
    #[arg(long, default_value_t = 10_000)]
    parcels: usize,
    /// Thư mục kết quả. / Directory to write to.
    #[arg(long)]
    out: PathBuf,
    /// Hạt giống: cùng hạt giống cho cùng kết quả. / Same seed, same bytes.
    #[arg(long, default_value_t = 24)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let province = Province::new(arguments.parcels, arguments.seed)?;
    std::fs::create_dir_all(&arguments.out).with_context(|| arguments.out.display().to_string())?;
    let path = |theme: &str| arguments.out.join(format!("{theme}.fgb"));
    themes::admin_units::write(&province, &path("admin_units"))?;
    themes::land_parcels::write(&province, &path("land_parcels"))?;
    Ok(())
}
