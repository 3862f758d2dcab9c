//! What tells a program to end.

use std::io;

/// From now on ctrl-c and SIGTERM no longer kill the program, but end the future that this returns.
#[cfg(unix)]
pub(crate) fn ending() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// From now on ctrl-c no longer kills the program, but ends the future that this returns.
#[cfg(not(unix))]
pub(crate) fn ending() -> io::Result<impl Future<Output = io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}
