//! The load: `wrk` going round a list of paths.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Goes round the paths, each thread from a place of its own.
const SCRIPT: &str = r#"
local paths = {}
for line in io.lines(os.getenv("DIABA_PATHS")) do paths[#paths + 1] = line end
local thread = 0
function setup(t) t:set("start", thread * 97) thread = thread + 1 end
function init() at = start end
function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1], {["Accept-Encoding"] = "gzip"})
end
"#;

/// One measurement.
#[derive(Debug, Clone)]
pub struct Run {
    /// Answers a second.
    pub per_second: f64,
    /// What `wrk` printed.
    pub raw: String,
}

/// A list of paths ready to be asked for.
#[derive(Debug)]
pub struct Load {
    paths: PathBuf,
    script: PathBuf,
}

impl Load {
    /// Writes the list and the script into `folder`.
    pub fn new(folder: &Path, paths: &[String]) -> Result<Self> {
        let this = Self {
            paths: folder.join("paths"),
            script: folder.join("round.lua"),
        };
        std::fs::write(&this.paths, paths.join("\n"))?;
        std::fs::write(&this.script, SCRIPT)?;
        Ok(this)
    }

    /// Asks the server at `address` over `connections` for `seconds`; an answer that is no success is an error.
    pub fn run(&self, address: &str, connections: u16, seconds: u16) -> Result<Run> {
        let output = Command::new("wrk")
            .args(["--latency", "-t", if connections > 1 { "2" } else { "1" }])
            .args([
                "-c",
                &connections.to_string(),
                "-d",
                &format!("{seconds}s"),
                "-s",
            ])
            .arg(&self.script)
            .arg(address)
            .env("DIABA_PATHS", &self.paths)
            .output()
            .context("wrk does not start: is it installed?")?;
        let raw = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "wrk failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        ensure!(
            !raw.contains("Non-2xx") && !raw.contains("Socket errors"),
            "not every answer was a success: {raw}"
        );
        let per_second = raw
            .lines()
            .find_map(|line| line.strip_prefix("Requests/sec:")?.trim().parse().ok())
            .context("wrk printed no rate")?;
        Ok(Run { per_second, raw })
    }
}
