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
    /// Seconds of the cores this program took for it.
    pub own: f64,
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
    let next = &AtomicUsize::new(0);
    let client = || Client::builder().no_proxy().build();
    let clients: Vec<Client> = (0..connections.max(1))
        .map(|_| client())
        .collect::<Result<_, _>>()?;
    let (started, taken) = (Instant::now(), cores()?);
    let parts: Vec<Result<_>> = std::thread::scope(|scope| {
        let askers: Vec<_> = clients
            .iter()
            .map(|client| scope.spawn(move || ask(client, origin, paths, next)))
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
    let (seconds, own) = (started.elapsed().as_secs_f64(), cores()? - taken);
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
        own,
        bodies,
        times,
    })
}

/// Seconds of the cores this process has taken so far, to a hundredth.
fn cores() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // Behind the name, which may hold anything: user and system time are the twelfth and thirteenth.
    let (_, behind) = stat.rsplit_once(')').context("/proc/self/stat")?;
    let ticks = behind.split_whitespace().skip(11).take(2);
    let ticks = ticks.map(|field| field.parse::<f64>().context("/proc/self/stat"));
    Ok(ticks.sum::<Result<f64>>()? / 100.0)
}

fn ask(
    client: &Client,
    origin: &str,
    paths: &[String],
    next: &AtomicUsize,
) -> Result<Vec<(Body, Duration)>> {
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
