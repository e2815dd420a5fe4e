//! What the user asks `gom bump` for.

use crate::policy::MinAge;

/// How far the project moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BumpLevel {
    /// To the newest patch of its line.
    Patch,
    /// To the newest patch of the newest line.
    Minor,
    /// To what a SPEC means, which may be older.
    Spec(String),
}

/// What the user asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BumpRequest {
    /// How far.
    pub level: BumpLevel,
    /// How old a release must be; `None` if the project decides.
    pub min_age: Option<MinAge>,
}

impl BumpLevel {
    /// Reads the argument of `gom bump`.
    pub fn parse(text: &str) -> BumpLevel {
        match text {
            "patch" => BumpLevel::Patch,
            "minor" => BumpLevel::Minor,
            spec => BumpLevel::Spec(spec.to_owned()),
        }
    }

    /// The argument.
    pub fn text(&self) -> &str {
        match self {
            BumpLevel::Patch => "patch",
            BumpLevel::Minor => "minor",
            BumpLevel::Spec(spec) => spec,
        }
    }
}
