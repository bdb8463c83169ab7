//! Asking for each path once, several at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use reqwest::blocking::Client;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

/// An answer as sent.
#[derive(Debug)]
pub struct Body {
    /// Whether it is compressed with gzip; what is asked for takes nothing else.
    pub gzip: bool,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One time round the paths.
#[derive(Debug)]
pub struct Pass {
    /// Seconds from the first question to the last answer.
    pub seconds: f64,
    /// Answers, in no order.
    pub bodies: Vec<Body>,
    times: Vec<Duration>,
}

impl Pass {
    /// The time that `share` (0 to 1) of the answers did not exceed, milliseconds.
    pub fn millis(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        self.times.get(at).map_or(f64::NAN, Duration::as_secs_f64) * 1000.0
    }
}

/// Asks `origin` for each of `paths` once, over `connections`; an answer that is no success is an error.
pub fn once(origin: &str, paths: &[String], connections: usize) -> Result<Pass> {
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let parts: Vec<Result<_>> = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..connections.max(1))
            .map(|_| scope.spawn(|| ask(origin, paths, &next)))
            .collect();
        askers
            .into_iter()
            .map(|asker| {
                asker
                    .join()
                    .unwrap_or_else(|_| Err(anyhow!("an asker ended early")))
            })
            .collect()
    });
    let seconds = started.elapsed().as_secs_f64();
    let (mut bodies, mut times) = (Vec::new(), Vec::new());
    for part in parts {
        for (body, time) in part? {
            bodies.push(body);
            times.push(time);
        }
    }
    times.sort_unstable();
    Ok(Pass {
        seconds,
        bodies,
        times,
    })
}

fn ask(origin: &str, paths: &[String], next: &AtomicUsize) -> Result<Vec<(Body, Duration)>> {
    let client = Client::builder().no_proxy().build()?;
    let mut answers = Vec::new();
    while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
        let asked = Instant::now();
        let answer = client
            .get(format!("{origin}{path}"))
            .header(ACCEPT_ENCODING, "gzip")
            .send()?
            .error_for_status()
            .with_context(|| format!("no tile at {path}"))?;
        let gzip = answer
            .headers()
            .get(CONTENT_ENCODING)
            .is_some_and(|coding| coding == "gzip");
        let bytes = answer.bytes()?.to_vec();
        answers.push((Body { gzip, bytes }, asked.elapsed()));
    }
    Ok(answers)
}
