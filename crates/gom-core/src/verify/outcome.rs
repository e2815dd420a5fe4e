//! The possible results of verifying a tree, with their names for programs and their exit codes. Only
//! [`VerifyOutcome::Proven`] is a success, and no failure is [`VerifyOutcome::Uninstalled`].

use gom_select::explain::ErrorKind;

/// Whether a tree is what was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyOutcome {
    /// Every file is as published.
    Proven,
    /// Every file except `go.env` is as published.
    Edited,
    /// Files differ.
    Changed,
    /// The tree's hash differs, and there is no proven list to tell which files do.
    ChangedSomewhere,
    /// No file differs from the list of the install, but the checksum database, which would prove that list,
    /// can't be asked; the text says why.
    Pending(String),
    /// No file differs from the list of the install, but the checksum database is off; the text says where
    /// that is set.
    LogOff(String),
    /// Another gom uninstalled it meanwhile, so there is nothing to verify.
    Uninstalled,
    /// There is no receipt.
    NoReceipt,
    /// The receipt can't be read; the text says why.
    UnreadableReceipt(String),
    /// The receipt is for another toolchain, which this is the name of.
    ReceiptOfAnother(String),
    /// The record in the receipt is from the checksum database of this name, whose key is not known.
    UnknownLog(String),
    /// The record in the receipt is genuine, but for something else.
    RecordOfAnother(String),
    /// The receipt's record of the checksum database is false.
    ForgedReceipt(String),
    /// The list of files is not the proven one.
    ForgedList,
    /// The VERSION of the tree names this other version.
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
            VerifyOutcome::Uninstalled => "uninstalled",
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

    /// The kind of failure; `None` for success.
    pub fn failure(&self) -> Option<ErrorKind> {
        match self {
            VerifyOutcome::Proven | VerifyOutcome::Uninstalled => None,
            // Not proven, but nothing is wrong.
            VerifyOutcome::Pending(_) => Some(ErrorKind::Network),
            VerifyOutcome::LogOff(_) => Some(ErrorKind::Failure),
            _ => Some(ErrorKind::Integrity),
        }
    }
}
