//! Bytes on their way: each that comes or goes is noted at the place, and a body that comes too slowly is not waited for.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use super::Guest;
use super::limits::Limits;
use super::tally::Why;

/// A stream whose place is told of every byte.
pub(super) struct Watched {
    pub stream: TcpStream,
    pub guest: Arc<Guest>,
}

impl Watched {
    fn moved<T>(&self, done: Poll<T>) -> Poll<T> {
        if done.is_ready() {
            self.guest.seat.moved(Instant::now());
        }
        done
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_read(cx, into);
        self.moved(done)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, from);
        self.moved(done)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, from);
        self.moved(done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A request's body, which is waited for as long as it comes.
pub(super) struct TakenIn {
    body: Incoming,
    guest: Arc<Guest>,
    bytes: u64,
    /// For how long the client was waited for; what the server needs itself does not count.
    waited: Duration,
    wait: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl TakenIn {
    pub fn new(body: Incoming, guest: Arc<Guest>) -> Self {
        Self { body, guest, bytes: 0, waited: Duration::ZERO, wait: None }
    }

    /// What is left of the time that so many bytes may need.
    fn patience(&self) -> Duration {
        let needed = Duration::from_millis(self.bytes.saturating_mul(1000) / Limits::SLOWEST);
        (self.guest.limits().body + needed).saturating_sub(self.waited)
    }
}

impl HttpBody for TakenIn {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                if let Some((since, _)) = this.wait.take() {
                    this.waited += since.elapsed();
                }
                let length = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len));
                this.bytes = this.bytes.saturating_add(length.unwrap_or_default() as u64);
                this.guest.seat.takes_in(length.unwrap_or_default(), Instant::now());
                Poll::Ready(frame.map(|frame| frame.map_err(Error::new)))
            }
            Poll::Pending => {
                if this.wait.is_none() {
                    this.guest.seat.takes_in(0, Instant::now());
                    this.wait = Some((Instant::now(), Box::pin(sleep(this.patience()))));
                }
                let Some((_, patience)) = &mut this.wait else { return Poll::Pending };
                ready!(patience.as_mut().poll(cx));
                this.guest.counts(Why::SlowBody);
                Poll::Ready(Some(Err(Error::new(io::Error::from(io::ErrorKind::TimedOut)))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for TakenIn {
    fn drop(&mut self) {
        self.guest.seat.has_taken_in();
    }
}

/// An answer's body: once it has gone, the place listens for the next request.
pub(super) struct Given {
    pub body: Body,
    pub guest: Arc<Guest>,
}

impl HttpBody for Given {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        self.guest.has_answered();
    }
}
