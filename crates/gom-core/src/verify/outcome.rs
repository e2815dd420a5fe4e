//! What verifying a tree may come to: its name for programs, its words for people, its exit code, and the
//! command that mends it. Only [`Outcome::Proven`] is a success.

use gom_select::explain::ErrorKind;
use gom_select::hardware;

use super::Verified;

/// Whether a tree is what was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every file is.
    Proven,
    /// Every file but `go.env` is.
    Edited,
    /// Files differ.
    Changed,
    /// The tree's hash differs, and there is no proven list to name the files by.
    ChangedSomewhere,
    /// No file differs from the list that was kept at the install, and the checksum database, which would prove
    /// that list, can't be asked; why.
    Pending(String),
    /// The same, and the checksum database is switched off; where.
    LogOff(String),
    /// There is no receipt.
    NoReceipt,
    /// There is a file that can't be read as one; why.
    UnreadableReceipt(String),
    /// The receipt is that of the toolchain of this name.
    ReceiptOfAnother(String),
    /// The record in the receipt is of a checksum database of this name, whose key is not known.
    UnknownLog(String),
    /// The record in the receipt is a true one, about something else.
    RecordOfAnother(String),
    /// What the receipt says of the checksum database is not true.
    ForgedReceipt(String),
    /// The list of files beside the receipt is not the one that was proven.
    ForgedList,
    /// The tree says that it is another version; which.
    OtherVersion(String),
}

impl Outcome {
    /// Its name in `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Proven => "proven",
            Outcome::Edited => "edited",
            Outcome::Changed => "changed",
            Outcome::ChangedSomewhere => "changed-somewhere",
            Outcome::Pending(_) => "pending",
            Outcome::LogOff(_) => "log-off",
            Outcome::NoReceipt => "no-receipt",
            Outcome::UnreadableReceipt(_) => "unreadable-receipt",
            Outcome::ReceiptOfAnother(_) => "receipt-of-another",
            Outcome::UnknownLog(_) => "unknown-log",
            Outcome::RecordOfAnother(_) => "record-of-another",
            Outcome::ForgedReceipt(_) => "forged-receipt",
            Outcome::ForgedList => "forged-list",
            Outcome::OtherVersion(_) => "other-version",
        }
    }

    /// The kind of failure it is; `None` for the one success.
    pub fn failure(&self) -> Option<ErrorKind> {
        match self {
            Outcome::Proven => None,
            // Nothing is shown to be wrong.
            Outcome::Pending(_) => Some(ErrorKind::Network),
            Outcome::LogOff(_) => Some(ErrorKind::Failure),
            _ => Some(ErrorKind::Integrity),
        }
    }
}

impl Verified {
    /// What was found, to be read after the toolchain's name.
    pub fn summary(&self) -> String {
        let log = self.authority.as_ref().map_or("the checksum database", |authority| &authority.log);
        match &self.outcome {
            Outcome::Proven => format!("proven by {log}"),
            Outcome::Edited => "edited: go.env is not as published, every other file is".to_owned(),
            Outcome::Changed => match self.differences.len() {
                1 => "changed: 1 file is not as published".to_owned(),
                count => format!("changed: {count} files are not as published"),
            },
            Outcome::ChangedSomewhere => format!(
                "changed: the tree does not have the h1 that {log} records, and no proven list of files is at hand"
            ),
            Outcome::Pending(reason) => format!("pending: {reason}"),
            Outcome::LogOff(origin) => {
                format!("not proven: checksum database disabled by GOSUMDB=off ({origin})")
            }
            Outcome::NoReceipt => "unproven: it has no receipt".to_owned(),
            Outcome::UnreadableReceipt(reason) => format!("unproven: its receipt can't be read: {reason}"),
            Outcome::ReceiptOfAnother(other) => format!("unproven: its receipt is about `{other}`"),
            Outcome::UnknownLog(log) => {
                format!(
                    "unproven: its receipt is by the checksum database `{log}`, whose key is not known here"
                )
            }
            Outcome::RecordOfAnother(reason) => {
                format!("unproven: the record in its receipt is about something else: {reason}")
            }
            Outcome::ForgedReceipt(reason) => format!("unproven: its receipt is forged or damaged: {reason}"),
            Outcome::ForgedList => format!(
                "unproven: its list of files does not have the h1 that {log} records: it is forged or damaged"
            ),
            Outcome::OtherVersion(found) => format!("not it: the VERSION file says {found}"),
        }
    }

    /// The command that mends it, or gets on from there. `installed` says that it is a tree of the store.
    pub fn hint(&self, installed: bool) -> String {
        let spec = self.id.as_argument(&hardware::platform());
        let goroot = self.goroot.display();
        match &self.outcome {
            Outcome::Pending(_) => {
                format!("run `gom verify {spec}` again when the checksum database can be reached")
            }
            Outcome::LogOff(_) => format!(
                "run `go env -u GOSUMDB` or unset it where the message says it stands, then verify {spec} again"
            ),
            Outcome::UnknownLog(_) => format!(
                "set GOSUMDB to the key of that database and verify again, or run `gom install {spec} --force`"
            ),
            Outcome::NoReceipt => format!(
                "run `gom install {spec} --force`, or `gom verify --path {goroot}` to ask the checksum database"
            ),
            Outcome::OtherVersion(_) => {
                format!("run `gom verify --path {goroot}` to compare it with what it says")
            }
            Outcome::Edited if !installed => {
                format!(
                    "run `cat {goroot}/go.env` to see what it sets; `gom install {spec}` gets Go as published"
                )
            }
            _ if installed => format!("run `gom install {spec} --force` to get what was published"),
            _ => format!("run `gom install {spec}` to get what was published"),
        }
    }
}
