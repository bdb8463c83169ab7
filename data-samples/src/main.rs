//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use diaba_samples::province::Province;
use diaba_samples::themes::write::{THEMES, write_all};

/// Sinh một tỉnh tổng hợp để thử nghiệm, không phải dữ liệu thật.
/// Makes a synthetic province for trials; nothing in it is real.
#[derive(Debug, Parser)]
#[command(name = "diaba-samples", version)]
struct Arguments {
    /// Số thửa đất cần sinh, gần đúng. / About how many parcels to make.
    #[arg(long, default_value_t = 10_000)]
    parcels: usize,
    /// Thư mục kết quả. / Directory to write to.
    #[arg(long)]
    out: PathBuf,
    /// Hạt giống: cùng hạt giống, cùng kết quả. / Same seed, same bytes.
    #[arg(long, default_value_t = 24)]
    seed: u64,
    /// Thêm lỗi như tệp thật: vài thửa tự cắt, vài số thửa trùng. / Break a few parcels as real files are broken.
    #[arg(long)]
    with_defects: bool,
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let province = Province::new(arguments.parcels, arguments.seed)?;
    std::fs::create_dir_all(&arguments.out).with_context(|| arguments.out.display().to_string())?;
    let counts = write_all(&province, &arguments.out, arguments.with_defects)?;
    let mut report = String::new();
    for (theme, count) in THEMES.iter().zip(counts) {
        report.push_str(&format!("{theme}\t{count}\n"));
    }
    std::io::Write::write_all(&mut std::io::stdout(), report.as_bytes())?;
    Ok(())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed standard error leaves nowhere to say it.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("diaba-samples: {error:#}\n").as_bytes(),
            );
            ExitCode::from(2)
        }
    }
}
