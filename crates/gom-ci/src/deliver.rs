//! The end of `gom ci setup`: passes the changes for later steps to the CI.

use std::path::Path;

use gom_core::context::Context;
use gom_core::files::replace_file;

use crate::changes::{Delivery, delivery, dotenv, shell_lines};
use crate::error::CiError;
use crate::job::{Job, Provider};
use crate::setup::Setup;
use crate::{matchers, summary};

/// Options of the delivery.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryOptions<'a> {
    /// A file to which variables and outputs are also written.
    pub dotenv: Option<&'a Path>,
    /// Only print shell lines, whatever the CI; don't write its files.
    pub only_lines: bool,
    /// Add annotations for the go command's errors, in a CI that supports them.
    pub with_matchers: bool,
}

/// Writes to the files, and returns the delivery with the lines to print.
pub fn deliver(
    ctx: &Context,
    job: &Job,
    done: &mut Setup,
    options: DeliveryOptions<'_>,
) -> Result<Delivery, CiError> {
    if let Some(file) = options.dotenv {
        replace_file(file, dotenv(&done.changes).as_bytes())?;
    }
    if options.only_lines {
        return Ok(Delivery { files: Vec::new(), lines: shell_lines(&done.changes) });
    }
    if job.provider == Provider::GitHub {
        done.changes.summary = summary::of_setup(done);
        if options.with_matchers {
            let file = matchers::write(&job.temp)?;
            done.changes.matchers.push(file.display().to_string());
        }
    }
    let delivery = delivery(job.provider, &done.changes, &|name| ctx.environment.var(name));
    delivery.append()?;
    Ok(delivery)
}
