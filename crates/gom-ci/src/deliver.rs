//! The end of `gom ci setup`: hands what later steps are to find to the CI.

use std::path::Path;

use gom_core::context::Context;
use gom_core::files::replace_file;

use crate::changes::{Delivery, delivery, dotenv, shell_lines};
use crate::error::CiError;
use crate::job::{Job, Provider};
use crate::setup::Setup;
use crate::{matchers, summary};

/// What of it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryOptions<'a> {
    /// A file of variables and outputs to write as well.
    pub dotenv: Option<&'a Path>,
    /// Shell lines alone, whatever the CI; none of its files is written.
    pub only_lines: bool,
    /// Annotations of the go command's errors, in a CI that makes them.
    pub with_matchers: bool,
}

/// Writes what goes into files, and returns that with the lines to print.
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
