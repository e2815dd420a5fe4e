//! An archive into a file: from the first place that answers, on from the last byte after a cut (from
//! another place with the same file too), hashed while it arrives. A part that a killed or cancelled gom
//! left is used again; whether the whole is right is for [`crate::proof`] to say.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::digest::{HashingWriter, Sha256Digest};
use crate::error::{Error, Result};
use crate::net::client::HEAD_LIMIT;
use crate::net::race::{Contender, Failure, Winner, first_answer};
use crate::net::{Answer, NetError};
use crate::report::Event;
use crate::source::{Format, Skipped, Source};

/// More than any archive of Go has (the go command's own limit for a module zip).
const LIMIT: u64 = 500 << 20;

/// How often a transfer may break without a byte of progress before gom gives up.
const TRIES: u32 = 4;

/// A whole archive in a file, not yet proven.
pub struct Downloaded {
    /// The file. It is removed with [`Downloaded::discard`], or kept for the next try if gom is killed.
    pub path: PathBuf,
    /// Which of the places it came from in the end.
    pub source: Source,
    /// Its URL there, without credentials.
    pub url: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its sum.
    pub sha256: Sha256Digest,
    /// Some of it came from an earlier try or another place.
    pub resumed: bool,
    /// Keeps other processes off the file.
    _lock: File,
}

impl Downloaded {
    /// Removes the file; it is of no more use.
    pub fn discard(self) {
        // A file that stays costs disk space only: it is hashed again before any use.
        let _ = fs_err::remove_file(&self.path);
    }
}

/// Fetches the archive of a toolchain.
pub async fn download(
    ctx: &Context,
    id: &ToolchainId,
    places: &[Source],
    skipped: Vec<Skipped>,
) -> Result<Downloaded> {
    let mut places = places.to_vec();
    let mut failures: Vec<Failure> = Vec::new();
    let mut tries = 0;
    loop {
        let (winner, mut lost) = match open_first(ctx, id, &places).await? {
            Ok(opened) => opened,
            Err(mut lost) => {
                let may_pass = lost.iter().any(|failure| failure.error.is_transient());
                failures.append(&mut lost);
                tries += 1;
                if !may_pass || tries >= TRIES || ctx.client.is_offline() {
                    return Err(Error::NoSource { id: id.clone(), failures: latest(failures), skipped });
                }
                pause(ctx, tries).await?;
                continue;
            }
        };
        failures.append(&mut lost);
        let source = places[winner.index].clone();
        match receive(ctx, id, &source, winner.answer).await {
            Ok(downloaded) => return Ok(downloaded),
            Err(Received::Fatal(error)) => return Err(*error),
            Err(Received::Broken { error, progress }) => {
                tries = if progress { 1 } else { tries + 1 };
                ctx.reporter.event(Event::Detail(format!("{error}; going on")));
                let may_pass = error.is_transient();
                failures.push(Failure { label: source.label, error });
                // The place that broke off is asked last next time, or not at all if it has something else.
                let broken = places.remove(winner.index);
                if may_pass {
                    places.push(broken);
                }
                if tries >= TRIES || places.is_empty() {
                    return Err(Error::NoSource { id: id.clone(), failures: latest(failures), skipped });
                }
                pause(ctx, tries).await?;
            }
        }
    }
}

/// Why a transfer ended early.
enum Received {
    /// Another try may go on where this one ended.
    Broken { error: NetError, progress: bool },
    /// Trying again is no use.
    Fatal(Box<Error>),
}

type Opened = std::result::Result<(Winner, Vec<Failure>), Vec<Failure>>;

/// Runs the race; each place is asked for what is missing of its own file.
async fn open_first(ctx: &Context, id: &ToolchainId, places: &[Source]) -> Result<Opened> {
    ctx.cancel.check()?;
    let contenders: Vec<Contender> = places
        .iter()
        .map(|place| Contender {
            label: place.label.clone(),
            addresses: place.addresses.clone(),
            from: part_size(&part_path(ctx, &place.filename)),
            expected: "an archive",
            if_none_match: None,
        })
        .collect();
    let opened = first_answer(&ctx.client, &contenders, HEAD_LIMIT).await;
    ctx.cancel.check()?;
    if let Err(failures) = &opened
        && let Some(at) = failures.iter().position(|failure| status_of(&failure.error) == Some(416))
    {
        // "Range not satisfiable": the part we have is longer than the file, so it is another file's.
        if let Some(place) = places.iter().find(|place| place.label == failures[at].label) {
            let _ = fs_err::remove_file(part_path(ctx, &place.filename));
        }
        let text = format!("the part of {id} that was there is of no use; starting again");
        ctx.reporter.event(Event::Detail(text));
        return Box::pin(open_first(ctx, id, places)).await;
    }
    Ok(opened)
}

fn status_of(error: &NetError) -> Option<u16> {
    match error {
        NetError::Status { status, .. } => Some(*status),
        _ => None,
    }
}

async fn receive(
    ctx: &Context,
    id: &ToolchainId,
    source: &Source,
    answer: Answer,
) -> std::result::Result<Downloaded, Received> {
    let fatal = |error: io::Error| Received::Fatal(Box::new(Error::Store(error.into())));
    let (file, path) = open_part(ctx, &source.filename).map_err(fatal)?;
    let lock = file.try_clone().map_err(fatal)?;
    let mut answer = answer;
    let mut writer = HashingWriter::new(file);
    let have = writer.take_in(answer.from).map_err(fatal)?;
    if have < answer.from {
        // Another process cut the part short meanwhile; ask again for what is missing now.
        let url = answer.url().to_owned();
        let error = NetError::CutOff { url, have, want: answer.from };
        return Err(Received::Broken { error, progress: false });
    }
    let (url, total) = (answer.url().to_owned(), answer.total);
    ctx.reporter.event(Event::Download { id, url: url.clone(), total, have });
    let mut size = have;
    loop {
        let piece = match answer.chunk().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(error @ NetError::Cancelled(_)) => return Err(Received::Fatal(Box::new(error.into()))),
            Err(error) => return Err(Received::Broken { error, progress: size > have }),
        };
        if size == 0 && !looks_right(source.format, &piece) {
            let _ = fs_err::remove_file(&path);
            let error = NetError::NoArchive { url };
            return Err(Received::Broken { error, progress: false });
        }
        size += piece.len() as u64;
        if size > LIMIT {
            let _ = fs_err::remove_file(&path);
            return Err(Received::Fatal(Box::new(NetError::TooLarge { url, limit: LIMIT }.into())));
        }
        writer.write_all(&piece).map_err(|error| fatal(named(&path, &error)))?;
        ctx.reporter.event(Event::Progress(id, size));
    }
    let (_, sha256) = writer.finish();
    let resumed = have > 0;
    Ok(Downloaded { path, source: source.clone(), url, size, sha256, resumed, _lock: lock })
}

/// Opens the part for one process alone. If another store's gom fetches the same file at this moment, we
/// use a file of our own.
fn open_part(ctx: &Context, filename: &str) -> io::Result<(File, PathBuf)> {
    let path = part_path(ctx, filename);
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    let open = |path: &Path| {
        fs_err::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
    };
    let file = open(&path)?.into_file();
    if file.try_lock().is_ok() {
        return Ok((file, path));
    }
    let path = path.with_extension(format!("{}.part", std::process::id()));
    let file = open(&path)?.into_file();
    file.set_len(0)?;
    Ok((file, path))
}

/// The first bytes of gzip and zip files. A web page that does not say it is one fails here.
fn looks_right(format: Format, start: &[u8]) -> bool {
    let magic: &[u8] = match format {
        Format::TarGz => &[0x1f, 0x8b],
        Format::Zip | Format::ModuleZip => b"PK",
    };
    start.iter().zip(magic).all(|(byte, expected)| byte == expected)
}

fn part_path(ctx: &Context, filename: &str) -> PathBuf {
    ctx.cache_path("downloads").join(format!("{filename}.part"))
}

fn part_size(path: &Path) -> u64 {
    fs_err::metadata(path).map_or(0, |metadata| metadata.len())
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("can't write `{}`: {error}", path.display()))
}

/// One failure per place: the last.
fn latest(failures: Vec<Failure>) -> Vec<Failure> {
    let mut latest: Vec<Failure> = Vec::new();
    for failure in failures {
        match latest.iter_mut().find(|known| known.label == failure.label) {
            Some(known) => *known = failure,
            None => latest.push(failure),
        }
    }
    latest
}

async fn pause(ctx: &Context, tries: u32) -> Result<()> {
    let pause = Duration::from_millis(250) * 2_u32.pow(tries.min(5) - 1);
    tokio::select! {
        () = tokio::time::sleep(pause) => Ok(()),
        () = ctx.cancel.cancelled() => Err(crate::cancel::Cancelled.into()),
    }
}
