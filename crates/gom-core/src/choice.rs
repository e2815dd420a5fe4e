//! Makes the choice of `use`, `local` and `shell`: the toolchain that a query means for them, and the text to
//! write.
//!
//! Owns: that decision. Never: writes it ([`crate::pin`] does) or prints anything. Invariant: a chosen
//! toolchain runs on this machine.

use gom_select::explain::{ErrorKind, Explain};
use gom_select::linked::LinkedTree;
use gom_select::platform::Platform;
use gom_select::select;
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;

use crate::admission::{self, Asked};
use crate::context::Context;
use crate::error::Error;
use crate::install::{InstallOptions, InstallOutcome, finish};
use crate::obtain::obtain;
use crate::published::{InstallPlan, UncheckedTarget, plan};
use crate::query::error::QueryError;
use crate::resolve::{self, Query};

/// Options of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceOptions {
    /// Keep the line, so that the newest installed patch of it runs.
    pub keeps_line: bool,
    /// Install a toolchain if no installed one matches.
    pub installs: bool,
    /// The command that chooses, by its words after `gom`.
    pub verb: &'static str,
}

/// A choice of a toolchain to write into a file.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The text for the file: a version, a line, or `system`.
    pub text: String,
    /// The toolchain that it means now; `None` for `system`, for a linked one, and for a line without a known release.
    pub id: Option<ToolchainId>,
    /// Whether the toolchain is installed now.
    pub is_installed: bool,
    /// The result of installing it, if that was needed.
    pub outcome: Option<InstallOutcome>,
    /// The linked toolchain that it means.
    pub linked: Option<LinkedTree>,
    /// The reason if no list could be refreshed to find out whether it is published.
    pub unchecked: Option<String>,
}

/// Why a choice failed.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// The line should be kept, but the request is not a line.
    #[error("--line needs a line such as 1.22, not `{text}`")]
    NotALine {
        /// The request.
        text: String,
    },
    /// The toolchain is for another machine.
    #[error("a toolchain for {platform} does not run here ({here})")]
    OtherPlatform {
        /// The platform that the request names.
        platform: Platform,
        /// This machine's.
        here: Platform,
        /// The request as arguments of a command.
        arguments: String,
    },
    /// Finding or installing it failed.
    #[error(transparent)]
    Core(Box<Error>),
}

impl From<Error> for ChoiceError {
    fn from(error: Error) -> ChoiceError {
        ChoiceError::Core(Box::new(error))
    }
}

impl Explain for ChoiceError {
    fn kind(&self) -> ErrorKind {
        match self {
            ChoiceError::NotALine { .. } | ChoiceError::OtherPlatform { .. } => ErrorKind::Usage,
            ChoiceError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            ChoiceError::NotALine { text } => Some(text.clone()),
            ChoiceError::OtherPlatform { platform, .. } => Some(platform.to_string()),
            ChoiceError::Core(error) => error.value(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            ChoiceError::Core(error) => error.guess(),
            ChoiceError::NotALine { .. } | ChoiceError::OtherPlatform { .. } => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            ChoiceError::NotALine { .. } => "omit --line, or name a line such as 1.22".to_owned(),
            ChoiceError::OtherPlatform { arguments, .. } => {
                format!("run `gom install {arguments}` to have it in the store")
            }
            ChoiceError::Core(error) => error.hint(),
        }
    }
}

/// Chooses the newest installed toolchain that matches the query, else the newest published one.
pub async fn choose(ctx: &Context, query: &Query, options: ChoiceOptions) -> Result<Choice, ChoiceError> {
    let line = match query.as_line() {
        Some(line) if options.keeps_line => Some(line.to_string()),
        None if options.keeps_line => return Err(ChoiceError::NotALine { text: query.text.clone() }),
        _ => None,
    };
    let asked = Asked::Verb(options.verb);
    if query.is_system() {
        if let Some(go) = ctx.with_situation(select::system_go) {
            admission::check_system(ctx, &go, asked)?;
        }
        return Ok(Choice { is_installed: true, ..Choice::of_text(Spec::System.to_string()) });
    }
    if let Some(tree) = resolve::linked(ctx, query)? {
        admission::check_linked(ctx, &tree, asked)?;
        let text = tree.name.to_string();
        return Ok(Choice { is_installed: true, linked: Some(tree), ..Choice::of_text(text) });
    }
    check_platform(ctx, query)?;
    if let Some(id) = resolve::newest_installed(ctx, query)? {
        match admission::refusal(ctx, &id, asked)? {
            None => {
                admission::check_installed(ctx, &id, asked)?;
                ctx.fits(&id).map_err(Error::from)?;
                finish(ctx, &id).await?;
                return Ok(Choice { is_installed: true, ..Choice::of(id, line) });
            }
            // A newer release may do.
            Some(_) if options.installs => {}
            Some(refused) => return Err(Error::from(refused).into()),
        }
    }
    if !options.installs {
        return unseen(ctx, query, line, asked).await;
    }
    let how = InstallOptions { verb: options.verb, ..InstallOptions::default() };
    let (id, outcome) = obtain(ctx, query, how).await?;
    Ok(Choice { is_installed: true, outcome: Some(outcome), ..Choice::of(id, line) })
}

/// Chooses a published toolchain without installing it. A pin needs no network, so a toolchain is chosen even
/// if no list could be refreshed.
async fn unseen(
    ctx: &Context,
    query: &Query,
    line: Option<String>,
    asked: Asked<'_>,
) -> Result<Choice, ChoiceError> {
    match (plan(ctx, query, None).await, line) {
        (Ok(InstallPlan::Here(id)), line) => Ok(Choice { is_installed: true, ..Choice::of(id, line) }),
        (Ok(InstallPlan::Fetch(target)), line) => {
            admission::check_release(ctx, &target.id, asked)?;
            let unchecked = match &target.doubt {
                Some(UncheckedTarget::Unlisted(silence)) => Some(silence.to_string()),
                Some(UncheckedTarget::OrHere(..)) | None => None,
            };
            Ok(Choice { unchecked, ..Choice::of(target.id, line) })
        }
        // A line is written even if no toolchain of it is known.
        (Err(error @ Error::Query(QueryError::Unknown { .. })), Some(line)) => {
            Ok(Choice { unchecked: Some(error.to_string()), ..Choice::of_text(line) })
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// Fails for another platform, because a default or a pin is for this machine.
fn check_platform(ctx: &Context, query: &Query) -> Result<(), ChoiceError> {
    match &query.platform {
        Some(platform) if *platform != ctx.platform => Err(ChoiceError::OtherPlatform {
            platform: platform.clone(),
            here: ctx.platform.clone(),
            arguments: query.arguments(),
        }),
        _ => Ok(()),
    }
}

impl Choice {
    fn of_text(text: String) -> Choice {
        Choice { text, id: None, is_installed: false, outcome: None, linked: None, unchecked: None }
    }

    fn of(id: ToolchainId, line: Option<String>) -> Choice {
        let text = line.unwrap_or_else(|| Spec::Exact(id.version.clone()).to_string());
        Choice { id: Some(id), ..Choice::of_text(text) }
    }
}
