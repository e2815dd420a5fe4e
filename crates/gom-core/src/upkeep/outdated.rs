//! Finds what of the Go in use is outdated: a newer release is published that the same request, or the line of the
//! same version, would mean.
//!
//! A line that gets no fixes any more is named, but is not outdated by itself: no patch of it is missing.

use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::error::Result;
use crate::index::dates::{ReleaseDate, ReleaseDates, days_between};
use crate::index::{
    self, Freshness, Index, LineSupport, SecurityFixes, fixes_between, support_of, supported_lines,
};
use crate::upkeep::uses::{self, GoInUse, UseKind};

/// What is in use, and what of it is outdated.
#[derive(Clone, Debug)]
pub struct OutdatedReport {
    /// Everything in use.
    pub rows: Vec<GoState>,
    /// The date of the newest list of releases.
    pub as_of: String,
    /// Why no list could be refreshed, if none could.
    pub silence: Option<String>,
}

/// One Go in use, and how current it is.
#[derive(Clone, Debug)]
pub struct GoState {
    /// The Go.
    pub used: GoInUse,
    /// The newest published toolchain that it should mean; `None` if no list has one.
    pub newest: Option<ToolchainId>,
    /// Whether that is newer than what it means now.
    pub is_outdated: bool,
    /// When its version was released.
    pub released: Option<ReleaseDate>,
    /// When the newest one was released.
    pub newest_released: Option<ReleaseDate>,
    /// The days between these two releases; `None` if it is not outdated, or if they are not known.
    pub days_behind: Option<u64>,
    /// The fixes that it lacks; `None` if it is not outdated, or if there are no data.
    pub fixes: Option<SecurityFixes>,
    /// The support of its line; `None` if nothing it could mean is known.
    pub support: Option<SupportState>,
}

/// The support of a line, with the date of its end.
#[derive(Clone, Debug)]
pub struct SupportState {
    /// The support.
    pub line: LineSupport,
    /// When it ended; `None` if it has not, or if the date is not known.
    pub ended: Option<ReleaseDate>,
}

impl OutdatedReport {
    /// Whether anything is outdated.
    pub fn has_outdated(&self) -> bool {
        self.rows.iter().any(|row| row.is_outdated)
    }

    /// What to run to have the newest patches; `None` if nothing is outdated.
    pub fn hint(&self) -> Option<String> {
        let outdated = self.rows.iter().filter(|row| row.is_outdated);
        let (pins, others): (Vec<&GoState>, Vec<&GoState>) =
            outdated.partition(|row| row.used.kind == UseKind::Pin && row.used.is_exact());
        let pin = pins.iter().any(|row| row.used.is_alone);
        match (others.is_empty(), pin) {
            (false, true) => {
                Some("run `gom upgrade`, or `gom upgrade --pins` to replace the pin too".to_owned())
            }
            (false, false) => Some("run `gom upgrade`".to_owned()),
            (true, true) => Some("run `gom upgrade --pins` to replace the pin".to_owned()),
            (true, false) => {
                let place = pins.first()?.used.place.as_ref();
                place.map(|(file, line)| {
                    format!("edit {}:{line}, which names several versions", file.display())
                })
            }
        }
    }
}

impl GoState {
    /// Whether the newest release has security fixes that it lacks.
    pub fn lacks_fixes(&self) -> bool {
        self.fixes.as_ref().is_some_and(|fixes| !fixes.releases.is_empty())
    }
}

/// Finds what is outdated. Asks for new releases and for dates, unless gom is offline.
pub async fn outdated(ctx: &Context) -> Result<OutdatedReport> {
    let used = uses::in_use(ctx)?;
    let index = load(ctx, &used).await?;
    let pairs: Vec<(GoInUse, Option<ToolchainId>)> = used
        .into_iter()
        .map(|used| {
            let newest = used.newest(&index, &ctx.platform);
            (used, newest)
        })
        .collect();
    let supported = supported_lines(&index, &ctx.platform);
    let state = |(used, newest): (GoInUse, Option<ToolchainId>)| State::of(used, newest, &supported);
    let states: Vec<State> = pairs.into_iter().map(state).collect();
    let shown = states.iter().flat_map(|state| state.dated(ctx, &index));
    let dates = ReleaseDates::find(ctx, shown).await;
    let rows = states.into_iter().map(|state| state.dated_by(&dates)).collect();
    Ok(OutdatedReport { rows, as_of: index.as_of, silence: index.silence })
}

/// Loads the list of releases for the platforms of these.
pub(super) async fn load(ctx: &Context, used: &[GoInUse]) -> Result<Index> {
    let is_mixed = used.iter().any(|used| used.request.platform.is_some());
    Ok(if is_mixed {
        index::load_all(ctx, Freshness::Current).await?
    } else {
        index::load(ctx, Freshness::Current, &ctx.platform).await?
    })
}

/// One Go in use without its dates.
struct State {
    used: GoInUse,
    newest: Option<ToolchainId>,
    is_outdated: bool,
    support: Option<LineSupport>,
}

impl State {
    fn of(
        used: GoInUse,
        newest: Option<ToolchainId>,
        supported: &[gom_select::version::ReleaseLine],
    ) -> State {
        let is_outdated = is_outdated(&used, newest.as_ref());
        let version = used.version().or_else(|| newest.as_ref().map(|id| &id.version));
        let support = version.map(|version| support_of(supported, version));
        State { used, newest, is_outdated, support }
    }

    /// The toolchains whose dates are shown.
    fn dated<'a>(&'a self, ctx: &'a Context, index: &'a Index) -> impl Iterator<Item = ToolchainId> + 'a {
        let of = |version: &GoVersion| ToolchainId {
            version: version.canonical(),
            platform: self
                .used
                .request
                .platform
                .clone()
                .unwrap_or_else(|| ctx.platform.for_release(version).into_owned()),
        };
        let own = self.used.id.clone().or_else(|| self.used.version().map(of));
        let end = self.end_of_support().map(of);
        let is_published = |id: &ToolchainId| self.used.id.as_ref() == Some(id) || index.get(id).is_some();
        own.into_iter().chain(self.newest.clone()).chain(end).filter(is_published)
    }

    /// The release that ended the support.
    fn end_of_support(&self) -> Option<&GoVersion> {
        self.support.as_ref().filter(|support| !support.is_supported)?.ends_with.as_ref()
    }

    fn dated_by(self, dates: &ReleaseDates) -> GoState {
        let ended = self.end_of_support().and_then(|version| dates.of(version));
        let State { used, newest, is_outdated, support } = self;
        let pair = used.version().zip(newest.as_ref().map(|id| &id.version)).filter(|_| is_outdated);
        let [released, newest_released] = match pair {
            Some((older, newer)) => dates.of_both(older, newer),
            None => [used.version(), newest.as_ref().map(|id| &id.version)].map(|one| dates.of(one?)),
        };
        let both = released.as_ref().zip(newest_released.as_ref()).filter(|_| pair.is_some());
        GoState {
            days_behind: both.and_then(|(older, newer)| days_between(older, newer)),
            released,
            newest_released,
            fixes: pair.and_then(|(older, newer)| fixes_between(older, newer)),
            support: support.map(|line| SupportState { line, ended }),
            used,
            newest,
            is_outdated,
        }
    }
}

/// Whether a newer release should be in use. A request without any installed toolchain is not outdated but missing,
/// unless it names an older version.
pub(super) fn is_outdated(used: &GoInUse, newest: Option<&ToolchainId>) -> bool {
    used.version().zip(newest).is_some_and(|(version, newest)| newest.version > *version)
}
