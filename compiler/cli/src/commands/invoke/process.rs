//! Programs that end with us, however we end.

use std::io;
use std::net::TcpListener;
use std::path::Path;
use tokio::process::Command;

/// Runs a program that ends with us: our end of its watcher's input is closed then, by the system if need be.
#[cfg(unix)]
const WATCHED: &str = "\
exec 3<&0
\"$@\" 3<&- </dev/null &
server=$!
{ cat <&3; kill \"$server\"; } >/dev/null 2>&1 &
exec 3<&-
wait \"$server\" 2>/dev/null
";

/// A shell's status for a program that it does not find (POSIX, "Exit Status for Commands").
pub(super) const NOT_FOUND: i32 = 127;

/// A program that ends when what it reads from is closed. It reads from us, so pipe that, and keep our end.
#[cfg(unix)]
pub(super) fn watched(program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", WATCHED, "sh"]).arg(program);
    command
}

/// A program that is ended when it is dropped.
#[cfg(not(unix))]
pub(super) fn watched(program: &Path) -> Command {
    Command::new(program)
}

/// A port of the loopback that nobody listens to.
pub(super) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
