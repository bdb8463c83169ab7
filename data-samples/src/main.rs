//! The command line.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use diaba_samples::output::committed;
use diaba_samples::output::convert::{Format, convert};
use diaba_samples::output::fgb::Form;
use diaba_samples::province::Province;
use diaba_samples::register::defects::Jitter;
use diaba_samples::themes::write::{Options, THEMES, write_all};

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
    /// Định dạng, cách nhau bằng dấu phẩy; luôn có fgb. / Formats, comma-separated; fgb is always written.
    /// gpkg: EPSG:9209; geojson: WGS 84; shp: EPSG:9214, TCVN3.
    #[arg(long, value_delimiter = ',', default_value = "fgb")]
    formats: Vec<FormatName>,
    /// Thêm lỗi như tệp thật: vài thửa tự cắt, vài số thửa trùng. / Break a few parcels as real files are broken.
    #[arg(long)]
    with_defects: bool,
    /// Dời một phần số thửa đi chừng này mét, mỗi thửa một hướng. / Move a share of the parcels by so many metres, each
    /// its own way.
    #[arg(long, value_parser = within::<1000>)]
    jitter: Option<f64>,
    /// Phần số thửa bị dời, từ 0 đến 1. / Share of the parcels that are moved, 0 to 1.
    #[arg(long, default_value_t = 0.01, value_parser = within::<1>, requires = "jitter")]
    jitter_share: f64,
    /// Sinh lại các tệp mẫu nhỏ của kho mã. / Remake the repository's small sample files instead.
    #[arg(long, conflicts_with_all = ["parcels", "seed", "formats", "with_defects", "jitter", "jitter_share"])]
    committed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// FlatGeobuf
    Fgb,
    /// GeoPackage
    Gpkg,
    /// GeoJSON
    Geojson,
    /// Shapefile
    Shp,
}

impl FormatName {
    const fn format(self) -> Option<Format> {
        match self {
            Self::Fgb => None,
            Self::Gpkg => Some(Format::GeoPackage),
            Self::Geojson => Some(Format::GeoJson),
            Self::Shp => Some(Format::Shapefile),
        }
    }
}

/// Themes with several kinds of geometry, which a shapefile cannot hold together.
const MIXED: [&str; 2] = ["irrigation_works", "water"];
/// The kinds, with the OGR name of each.
const KINDS: [(&str, &str); 3] = [
    ("point", "POINT"),
    ("line", "LINESTRING"),
    ("polygon", "POLYGON"),
];

/// A number from 0 to `MOST`.
fn within<const MOST: u32>(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|e| format!("{e}"))?;
    if (0.0..=f64::from(MOST)).contains(&number) {
        Ok(number)
    } else {
        Err(format!("0 … {MOST}"))
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let out = &arguments.out;
    if arguments.committed {
        return Ok(committed::write(out)?);
    }
    let province = Province::new(arguments.parcels, arguments.seed)?;
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let with_defects = arguments.with_defects;
    let share = arguments.jitter_share;
    let jitter = arguments.jitter.map(|metres| Jitter { metres, share });
    let counts = write_all(
        &province,
        out,
        Options {
            with_defects,
            jitter,
            form: Form::Official,
        },
    )?;
    let formats: Vec<Format> = arguments
        .formats
        .iter()
        .filter_map(|f| f.format())
        .collect();
    for &format in &formats {
        if format == Format::Shapefile {
            let work = tempfile::tempdir_in(out)?;
            write_all(
                &province,
                work.path(),
                Options {
                    with_defects,
                    jitter,
                    form: Form::Local,
                },
            )?;
            convert_all(work.path(), out, format)?;
        } else {
            convert_all(out, out, format)?;
        }
    }
    let mut stdout = std::io::stdout();
    for (theme, count) in THEMES.iter().zip(counts) {
        writeln!(stdout, "{theme}\t{count}")?;
    }
    Ok(())
}

/// Converts every theme's file in `from` into `out`.
fn convert_all(from: &Path, out: &Path, format: Format) -> anyhow::Result<()> {
    for theme in THEMES {
        let source = from.join(format!("{theme}.fgb"));
        let target = |name: &str| out.join(format!("{name}.{}", format.extension()));
        if format == Format::Shapefile && MIXED.contains(&theme) {
            for (kind, ogr) in KINDS {
                let filter = format!("OGR_GEOMETRY = '{ogr}'");
                convert(
                    &source,
                    &target(&format!("{theme}_{kind}")),
                    format,
                    Some(&filter),
                )?;
            }
        } else {
            convert(&source, &target(theme), format, None)?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed standard error leaves nowhere to say it.
            let _ = writeln!(std::io::stderr(), "diaba-samples: {error:#}");
            ExitCode::from(2)
        }
    }
}
