//! A disk that is full, for one process: no file of it may grow beyond a size.

use std::process::Command;

use crate::run;

/// Lets no file that process `pid` (and what it starts from now on) writes grow beyond `bytes`; `None` lifts it.
///
/// The process must ignore SIGXFSZ; a write then fails as on a full disk.
pub fn limit(pid: u32, bytes: Option<u64>) {
    set(Command::new("prlimit"), pid, bytes);
}

/// [`limit`] by `prlimit`, run as the process's own user.
pub(crate) fn set(mut prlimit: Command, pid: u32, bytes: Option<u64>) {
    let soft = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
    prlimit
        .args(["--pid", &pid.to_string()])
        .arg(format!("--fsize={soft}:unlimited"));
    let _ = run(&mut prlimit).ok();
}

/// `program` as a process that ignores SIGXFSZ.
pub fn limitable(program: &std::path::Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#])
        .arg(program);
    command
}
