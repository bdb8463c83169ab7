//! How far an export is: a bar where standard error is a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How far an export is.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    lines: Option<Mutex<Instant>>,
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// One for the process's standard error.
    pub fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal {
            ProgressDrawTarget::stderr_with_hz(8)
        } else {
            ProgressDrawTarget::hidden()
        };
        Self {
            bar: ProgressBar::with_draw_target(None, target),
            lines: (!terminal).then(|| Mutex::new(Instant::now())),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
        }
    }

    /// None at all.
    pub fn hidden() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            lines: None,
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
        }
    }

    /// Begins with `done` of `total` tiles.
    pub fn begin(&self, done: u64, total: u64) {
        let template = "Xuất ô · tiles {wide_bar} {human_pos}/{human_len} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        if done > 0 {
            self.say(&format!(
                "làm tiếp từ ô {done}/{total} · going on from tile {done} of {total}"
            ));
        }
    }

    /// One more tile is made.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(64) {
            self.bar.set_position(done);
            self.line(done);
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, done: u64) {
        let Some(Ok(mut last)) = self.lines.as_ref().map(Mutex::try_lock) else {
            return;
        };
        if last.elapsed() >= LINE_EVERY {
            *last = Instant::now();
            let total = self.total.load(Ordering::Relaxed);
            let percent = done * 100 / total.max(1);
            self.say(&format!("{percent} %: {done}/{total} ô · tiles"));
        }
    }

    fn say(&self, what: &str) {
        if self.lines.is_some() {
            // Nobody may be listening.
            let _ = writeln!(std::io::stderr(), "diaba export: {what}");
        } else {
            self.bar.println(what);
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
