//! The real server on a free port.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{Answer, binary};

/// How long anything may take that should take a moment.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `diaba serve`. Dropping it ends it with SIGTERM and asserts that it ended well with a clean log.
#[derive(Debug)]
pub struct Diaba {
    child: Child,
    address: String,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    announced: Vec<String>,
    client: reqwest::blocking::Client,
}

impl Diaba {
    /// Serves the data directory `data`; returns once the server has said its address.
    pub fn serve(data: &Path) -> Self {
        Self::serve_with(data, &[])
    }

    /// [`Diaba::serve`] with further arguments.
    pub fn serve_with(data: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary("diaba"));
        command.args(["serve", "--data"]).arg(data).args(arguments);
        Self::start(command)
    }

    /// Serves the database at `url`, packing into `cache`.
    pub fn serve_database(url: &str, cache: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary("diaba"));
        command
            .args(["serve", "--database", url, "--cache"])
            .arg(cache)
            .args(arguments);
        Self::start(command)
    }

    /// As [`Diaba::serve_database`], as a process whose room for files [`crate::room::limit`] can take away.
    pub fn serve_database_in_little_room(url: &str, cache: &Path) -> Self {
        let mut command = crate::room::limitable(binary("diaba").as_ref());
        command
            .args(["serve", "--database", url, "--cache"])
            .arg(cache);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("diaba starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        let stderr = child.stderr.take().unwrap();
        let lines = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                lines.lock().unwrap().push(line);
            }
        });
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        // The pipe must go on being read, or a server that prints more would block.
        std::thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        let address = line.trim().trim_end_matches('/').to_owned();
        if !address.starts_with("http://") {
            let _ = child.kill();
            let _ = child.wait();
            let _ = reader.join();
            panic!(
                "diaba printed no address but {line:?}; its log: {}",
                log.lock().unwrap().join("\n")
            );
        }
        let client = reqwest::blocking::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            child,
            address,
            log,
            reader: Some(reader),
            announced: Vec::new(),
            client,
        }
    }

    /// The server's address, `http://127.0.0.1:…` without a slash at its end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Process number of the server.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks for `path` (with its query).
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    /// Listens to the events at `path` on a thread of its own; each line goes into the channel.
    pub fn events(&self, path: &str) -> std::sync::mpsc::Receiver<String> {
        let (sender, receiver) = std::sync::mpsc::channel();
        let request = self
            .client
            .get(format!("{}{path}", self.address))
            .timeout(Duration::from_mins(10))
            .header("accept", "text/event-stream");
        std::thread::spawn(move || {
            let Ok(answer) = request.send() else { return };
            for line in BufReader::new(answer).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        receiver
    }

    /// Asks for `path` with header fields.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.address);
        let mut request = self.client.get(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request
            .send()
            .unwrap_or_else(|error| panic!("{url}: {error:?}; log: {}", self.log_text()));
        Answer::read(&url, response)
    }

    /// The JSON at `path`, which must be there.
    pub fn json(&self, path: &str) -> Value {
        self.get_with(path, &[("accept", "application/json")])
            .expect(200)
            .json()
    }

    /// Every feature of a collection, page by page as the links lead; `query` starts with `?` or is empty.
    pub fn all_items(&self, theme: &str, query: &str) -> Vec<Value> {
        let mut features = Vec::new();
        let mut next = Some(format!("/collections/{theme}/items{query}"));
        while let Some(path) = next {
            let page = self.json(&path);
            features.extend(
                page["features"]
                    .as_array()
                    .unwrap_or_else(|| panic!("{page}"))
                    .iter()
                    .cloned(),
            );
            next = page["links"]
                .as_array()
                .and_then(|links| links.iter().find(|link| link["rel"] == "next"))
                .map(|link| {
                    link["href"]
                        .as_str()
                        .unwrap()
                        .strip_prefix(&self.address)
                        .unwrap()
                        .to_owned()
                });
        }
        features
    }

    /// The features at `lon`, `lat`, of the themes named (comma separated).
    pub fn identify(&self, lon: f64, lat: f64, themes: &str) -> Vec<Value> {
        let answer = self.json(&format!("/identify?lon={lon}&lat={lat}&themes={themes}"));
        answer["features"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"))
            .clone()
    }

    /// Announces that the log may hold warnings with `part` in them.
    pub fn may_warn(&mut self, part: &str) {
        self.announced.push(part.to_owned());
    }

    /// Waits until `ready` holds; panics saying `what` was awaited when it does not come.
    pub fn wait_until(&self, what: &str, mut ready: impl FnMut(&Self) -> bool) {
        let start = Instant::now();
        while !ready(self) {
            assert!(
                start.elapsed() < PATIENCE,
                "waited in vain for {what}; log: {}",
                self.log_text()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Everything logged until now.
    pub fn log_text(&self) -> String {
        self.log
            .lock()
            .map(|log| log.join("\n"))
            .unwrap_or_default()
    }

    fn warnings(&self) -> Vec<String> {
        let alarming = |line: &&String| {
            ["WARN", "ERROR", "panicked"]
                .iter()
                .any(|word| line.contains(word))
        };
        let log = self.log.lock().unwrap();
        log.iter()
            .filter(alarming)
            .filter(|line| !self.announced.iter().any(|part| line.contains(part)))
            .cloned()
            .collect()
    }

    fn terminate(&mut self) -> Option<ExitStatus> {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        None
    }
}

impl Drop for Diaba {
    fn drop(&mut self) {
        let status = self.terminate();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        if std::thread::panicking() {
            return;
        }
        assert!(
            status.is_some_and(|status| status.success()),
            "diaba did not end well ({status:?}); log: {}",
            self.log_text()
        );
        let warnings = self.warnings();
        assert!(
            warnings.is_empty(),
            "the log is not clean: {}",
            warnings.join("\n")
        );
    }
}
