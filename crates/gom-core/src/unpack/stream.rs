//! Passes a compressed stream from the network to the tree through three threads: the caller's hashes what
//! arrives, one inflates it, and one reads the result. The buffers between the last two are reused, so that
//! no new memory is touched meanwhile.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use bytes::{Buf, Bytes};
use flate2::bufread::GzDecoder;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::digest::Sha256Digest;

/// The number of network pieces between the caller and the inflating thread: some hundred kilobytes.
const PIECES: usize = 16;

/// The number of buffers between the two threads, and their size in bytes. They are large enough that a file
/// that is slow to create does not stop the inflating, and small enough to stay in the cache.
const BUFFERS: usize = 8;
const BUFFER: usize = 128 << 10;

/// The threads stopped. One of them returns the reason.
pub(crate) struct Stopped;

/// Takes the bytes as they arrive. Dropping it marks the end.
pub(crate) struct Feed {
    pieces: mpsc::Sender<Bytes>,
    hasher: Sha256,
}

/// The bytes that arrive, as a reader.
pub(super) struct Incoming {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
}

/// Makes a pair: what is put into the feed can be read from the other.
pub(super) fn incoming() -> (Feed, Incoming) {
    let (sender, pieces) = mpsc::channel(PIECES);
    (Feed { pieces: sender, hasher: Sha256::new() }, Incoming { pieces, piece: Bytes::new() })
}

impl Feed {
    /// Sends a piece. Calls `when_full` before it has to wait, because then the network is faster than the
    /// unpacking.
    pub(crate) async fn send(&mut self, piece: Bytes, when_full: impl FnOnce()) -> Result<(), Stopped> {
        match self.pieces.try_send(piece.clone()) {
            Ok(()) => {}
            Err(TrySendError::Full(piece)) => {
                when_full();
                self.pieces.send(piece).await.map_err(|_| Stopped)?;
            }
            Err(TrySendError::Closed(_)) => return Err(Stopped),
        }
        // Hash while the piece is inflated: inflating takes a whole core, and the network does not.
        self.hasher.update(&piece);
        Ok(())
    }

    /// The sum of all bytes that were put in.
    pub(crate) fn finish(self) -> Sha256Digest {
        self.hasher.into()
    }
}

impl BufRead for Incoming {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() {
            let Some(piece) = self.pieces.blocking_recv() else { break };
            self.piece = piece;
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, count: usize) {
        self.piece.advance(count);
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

/// A buffer and the number of bytes in it, or the error that ends the stream.
type Filled = io::Result<(Vec<u8>, usize)>;

/// The inflating end.
pub(super) struct Inflater {
    filled: SyncSender<Filled>,
    empty: Receiver<Vec<u8>>,
}

/// The reading end.
pub(super) struct Inflated {
    filled: Receiver<Filled>,
    empty: SyncSender<Vec<u8>>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
}

/// Makes both ends and their buffers.
pub(super) fn ring() -> (Inflater, Inflated) {
    let (filled, reader) = sync_channel(BUFFERS);
    let (empty, writer) = sync_channel(BUFFERS);
    for _ in 0..BUFFERS {
        // There is room for every buffer, so this never fails or waits.
        let _ = empty.try_send(vec![0; BUFFER]);
    }
    let inflated = Inflated { filled: reader, empty, buffer: Vec::new(), at: 0, end: 0 };
    (Inflater { filled, empty: writer }, inflated)
}

impl Inflater {
    /// Inflates a gzip file to its end. Errors are sent to the reading end.
    pub(super) fn run(self, incoming: Incoming) {
        let mut decoder = GzDecoder::new(incoming);
        while let Ok(mut buffer) = self.empty.recv() {
            let read = fill(&mut decoder, &mut buffer);
            let is_last = !matches!(read, Ok(BUFFER));
            let filled = match read {
                Ok(count) if is_last => check_end(decoder.get_mut()).map(|()| (buffer, count)),
                read => read.map(|count| (buffer, count)),
            };
            // The reader is dropped when it fails.
            if self.filled.send(filled).is_err() || is_last {
                break;
            }
        }
    }
}

/// Reads until the buffer is full or the reader ends.
pub(super) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Checks that nothing follows the gzip member: a release's archive has exactly one.
fn check_end(incoming: &mut Incoming) -> io::Result<()> {
    if incoming.fill_buf()?.is_empty() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "data follows the end of the gzip stream"))
}

impl Read for Inflated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.end {
            let used = std::mem::take(&mut self.buffer);
            if !used.is_empty() {
                // The inflating end is dropped after its last buffer.
                let _ = self.empty.try_send(used);
            }
            (self.at, self.end) = (0, 0);
            match self.filled.recv() {
                Ok(filled) => (self.buffer, self.end) = filled?,
                Err(_) => return Ok(0),
            }
        }
        let count = (&self.buffer[self.at..self.end]).read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    /// Sends a file in pieces of this size through both threads.
    fn pass(file: &[u8], piece: usize) -> (io::Result<Vec<u8>>, Sha256Digest) {
        let (mut feed, incoming) = incoming();
        let (inflater, mut output) = ring();
        std::thread::scope(|scope| {
            let inflating = scope.spawn(|| inflater.run(incoming));
            let reading = scope.spawn(move || {
                let mut content = Vec::new();
                output.read_to_end(&mut content).map(|_| content)
            });
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                for piece in file.chunks(piece) {
                    if feed.send(Bytes::copy_from_slice(piece), || ()).await.is_err() {
                        break;
                    }
                }
            });
            let sum = feed.finish();
            inflating.join().unwrap();
            (reading.join().unwrap(), sum)
        })
    }

    #[test]
    fn what_goes_in_comes_out_with_the_sum_of_the_file() {
        let content: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
        let file = gzip(&content);
        for piece in [file.len(), 70_001, 4096] {
            let (read, sum) = pass(&file, piece);
            assert!(read.unwrap() == content);
            assert_eq!(sum, Sha256Digest::of(&file));
        }
        // The content ends at the end of a buffer.
        let content = vec![7; 2 * BUFFER];
        assert!(pass(&gzip(&content), 100).0.unwrap() == content);
    }

    #[test]
    fn a_cut_a_flipped_bit_and_a_tail_are_errors() {
        // Runs of equal bytes would hide some flipped bits.
        let content: Vec<u8> =
            (0..300_000_u32).flat_map(|number| number.wrapping_mul(number).to_le_bytes()).collect();
        let file = gzip(&content);
        assert!(pass(&file[..file.len() - 1], 100).0.is_err());
        let mut flipped = file.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        assert!(pass(&flipped, 100).0.is_err());
        let tail = [file.as_slice(), b"x"].concat();
        assert!(pass(&tail, 100).0.unwrap_err().to_string().contains("follows"));
        let two = [file.as_slice(), &file].concat();
        assert!(pass(&two, 100).0.is_err());
    }
}
