//! Programs that refuse to run as root, run as the user Debian made for them.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getuid, kill_process};

/// Debian's user for PostgreSQL and what stands around it.
const USER: &str = "postgres";

/// A process that is ended with this.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
}

/// `program`, as a user that is not root.
pub fn unprivileged(program: &str) -> Command {
    if !getuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", USER, "--regid", USER, "--init-groups"])
        .arg(program);
    command
}

/// Gives a folder to the user [`unprivileged`] programs run as.
pub fn hand_over(folder: &Path) {
    if getuid().is_root() {
        let _ = crate::run(Command::new("chown").arg("-R").arg(USER).arg(folder)).ok();
    }
}

/// A port nobody listens at now.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Daemon {
    /// Starts it; returns once somebody listens at `port`.
    pub fn start(name: &str, command: &mut Command, port: u16) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut this = Self { child };
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = this.child.try_wait().unwrap();
            assert!(ended.is_none(), "{name} ended: {ended:?}");
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "{name} does not listen"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        this
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            // For PostgreSQL a fast shutdown, for PgBouncer one that waits for nobody.
            let _ = kill_process(pid, Signal::INT);
        }
        let started = Instant::now();
        while self.child.try_wait().ok().flatten().is_none() {
            if started.elapsed() > Duration::from_secs(20) {
                let _ = self.child.kill();
                let _ = self.child.wait();
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
