//! The text for each result of verifying a tree, and what to run next.

use gom_select::platform::Platform;

use super::outcome::VerifyOutcome;
use super::verified::Verified;
use crate::shell_quote::shell_quote;

impl Verified {
    /// Describes the result. The text follows the toolchain's name.
    pub fn summary(&self) -> String {
        let log = self.authority.as_ref().map_or("the checksum database", |authority| &authority.log);
        match &self.outcome {
            VerifyOutcome::Proven => format!("proven by {log}"),
            VerifyOutcome::Edited => "edited: go.env is not as published, every other file is".to_owned(),
            VerifyOutcome::Changed => match self.differences.len() {
                1 => "changed: 1 file is not as published".to_owned(),
                count => format!("changed: {count} files are not as published"),
            },
            VerifyOutcome::ChangedSomewhere => format!(
                "changed: the tree does not have the h1 that {log} records, and no proven list of files is at hand"
            ),
            VerifyOutcome::Pending(reason) => format!("pending: {reason}"),
            VerifyOutcome::LogOff(origin) => {
                format!("not proven: checksum database disabled by GOSUMDB=off ({origin})")
            }
            VerifyOutcome::Uninstalled => "uninstalled meanwhile by another gom".to_owned(),
            VerifyOutcome::NoReceipt => "unproven: it has no receipt".to_owned(),
            VerifyOutcome::UnreadableReceipt(reason) => {
                format!("unproven: its receipt can't be read: {reason}")
            }
            VerifyOutcome::ReceiptOfAnother(other) => format!("unproven: its receipt is about `{other}`"),
            VerifyOutcome::UnknownLog(log) => {
                format!(
                    "unproven: its receipt is by the checksum database `{log}`, whose key is not known here"
                )
            }
            VerifyOutcome::RecordOfAnother(reason) => {
                format!("unproven: the record in its receipt is about something else: {reason}")
            }
            VerifyOutcome::ForgedReceipt(reason) => {
                format!("unproven: its receipt is forged or damaged: {reason}")
            }
            VerifyOutcome::ForgedList => format!(
                "unproven: its list of files does not have the h1 that {log} records: it is forged or damaged"
            ),
            VerifyOutcome::OtherVersion(found) => format!("not it: the VERSION file says {found}"),
        }
    }

    /// Returns the command that fixes the problem, or the next step. `installed` means that the tree is in
    /// the store; `here` is the platform that need not be named.
    pub fn hint(&self, installed: bool, here: &Platform) -> String {
        let spec = self.id.as_argument(here);
        let (goroot, go_env) = (shell_quote(&self.goroot), shell_quote(self.goroot.join("go.env")));
        match &self.outcome {
            VerifyOutcome::Pending(_) => {
                format!("run `gom verify {spec}` again when the checksum database can be reached")
            }
            VerifyOutcome::LogOff(_) => format!(
                "run `go env -u GOSUMDB` or unset it where the message says it stands, then verify {spec} again"
            ),
            VerifyOutcome::UnknownLog(_) => format!(
                "set GOSUMDB to the key of that database and verify again, or run `gom install {spec} --force`"
            ),
            VerifyOutcome::NoReceipt => format!(
                "run `gom install {spec} --force`, or `gom verify --path {goroot}` to ask the checksum database"
            ),
            VerifyOutcome::OtherVersion(_) => {
                format!("run `gom verify --path {goroot}` to compare it with what it says")
            }
            VerifyOutcome::Edited if !installed => {
                format!("run `cat {go_env}` to see what it sets; `gom install {spec}` gets Go as published")
            }
            _ if installed => format!("run `gom install {spec} --force` to get what was published"),
            _ => format!("run `gom install {spec}` to get what was published"),
        }
    }
}
