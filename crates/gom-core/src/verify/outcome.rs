//! What verifying a tree may come to: its name for programs and its exit code. Only [`VerifyOutcome::Proven`] is a success.

use gom_select::explain::ErrorKind;

/// Whether a tree is what was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyOutcome {
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

impl VerifyOutcome {
    /// Its name in `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            VerifyOutcome::Proven => "proven",
            VerifyOutcome::Edited => "edited",
            VerifyOutcome::Changed => "changed",
            VerifyOutcome::ChangedSomewhere => "changed-somewhere",
            VerifyOutcome::Pending(_) => "pending",
            VerifyOutcome::LogOff(_) => "log-off",
            VerifyOutcome::NoReceipt => "no-receipt",
            VerifyOutcome::UnreadableReceipt(_) => "unreadable-receipt",
            VerifyOutcome::ReceiptOfAnother(_) => "receipt-of-another",
            VerifyOutcome::UnknownLog(_) => "unknown-log",
            VerifyOutcome::RecordOfAnother(_) => "record-of-another",
            VerifyOutcome::ForgedReceipt(_) => "forged-receipt",
            VerifyOutcome::ForgedList => "forged-list",
            VerifyOutcome::OtherVersion(_) => "other-version",
        }
    }

    /// The kind of failure it is; `None` for the one success.
    pub fn failure(&self) -> Option<ErrorKind> {
        match self {
            VerifyOutcome::Proven => None,
            // Nothing is shown to be wrong.
            VerifyOutcome::Pending(_) => Some(ErrorKind::Network),
            VerifyOutcome::LogOff(_) => Some(ErrorKind::Failure),
            _ => Some(ErrorKind::Integrity),
        }
    }
}
