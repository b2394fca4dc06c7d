//! Being asked to end: heard once for the whole program, from its first moment on.

use tokio::sync::watch;

/// Whether the person or the system has asked this program to end; every copy hears it, however late it asks.
#[derive(Debug, Clone)]
pub struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Begins to listen. From here on no signal is missed: one that came while nobody waited would have been lost.
    pub fn listens() -> Self {
        let (tell, told) = watch::channel(false);
        #[cfg(unix)]
        let terminated = {
            use tokio::signal::unix::{SignalKind, signal};
            let heard = signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
            async move {
                let Ok((mut term, mut interrupt)) = heard else { return std::future::pending().await };
                tokio::select! {
                    _ = term.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
        };
        #[cfg(not(unix))]
        let terminated = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        tokio::spawn(async move {
            terminated.await;
            // Nobody may be left to hear it.
            let _ = tell.send(true);
        });
        Self(told)
    }

    /// Ready when this program was asked to end, also before this was called.
    pub async fn asked(mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            // Whoever listens has gone without having heard anything.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn whoever_asks_after_the_signal_hears_it_too() {
        let ending = Ending::listens();
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM).expect("sent");
        for copy in [ending.clone(), ending.clone(), ending] {
            tokio::time::timeout(Duration::from_secs(10), copy.asked()).await.expect("a copy missed the signal");
        }
    }
}
