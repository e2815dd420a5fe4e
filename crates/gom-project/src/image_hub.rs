//! Asks Docker Hub which tags of the official `golang` image exist.
//!
//! By the Hub's own interface (docs.docker.com/reference/api/hub), which needs no account for a public image: 200 for a tag
//! that exists, 404 for one that does not. A mirror of it may be named by the user; a file of a project names none.

use std::collections::{BTreeMap, BTreeSet};

use gom_core::Context;
use gom_core::net::Get;
use gom_core::redact::redacted_text;
use url::Url;

use crate::error::SyncError;
use crate::image_tags::{self, Tags};

/// The Hub itself.
pub const DEFAULT: &str = "https://hub.docker.com";

/// The size limit of an answer. In 2026 they have some kilobytes.
const LIMIT: u64 = 1 << 20;

/// Asks about tags, each a version and a variant. `hub` is the address without a path of the interface.
pub(crate) async fn ask(
    ctx: &Context,
    hub: &str,
    tags: &BTreeSet<(String, String)>,
) -> Result<Tags, SyncError> {
    let mut answers = BTreeMap::new();
    for (version, variant) in tags {
        ctx.cancel.check().map_err(gom_core::Error::from)?;
        let tag = image_tags::tag(version, variant);
        let url = url_of(hub, &tag)?;
        let answer = ctx.client.get_small(&Get::new(url), LIMIT).await;
        let answer = answer.map_err(|error| SyncError::NoAnswer { tag, reason: error.to_string() })?;
        answers.insert((version.clone(), variant.clone()), answer.is_some());
    }
    Ok(Tags::with(answers))
}

fn url_of(hub: &str, tag: &str) -> Result<Url, SyncError> {
    let bad = |reason: String| SyncError::BadHub { hub: redacted_text(hub), reason };
    let mut url = Url::parse(hub).map_err(|error| bad(error.to_string()))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(bad(format!("`{}` is not one of https and http", url.scheme().escape_debug())));
    }
    // The tag comes from a file of the project: it is one part of the path, whatever is in it.
    url.path_segments_mut()
        .map_err(|()| bad("it has no host".to_owned()))?
        .pop_if_empty()
        .extend(["v2", "namespaces", "library", "repositories", "golang", "tags"])
        .push(tag);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_part_of_the_path() {
        let base = "https://hub.docker.com/v2/namespaces/library/repositories/golang/tags";
        let url = |hub: &str, tag: &str| url_of(hub, tag).unwrap().to_string();
        assert_eq!(url(DEFAULT, "1.22.6-alpine3.20"), format!("{base}/1.22.6-alpine3.20"));
        assert_eq!(url(DEFAULT, "1/../../x?y#z"), format!("{base}/1%2F..%2F..%2Fx%3Fy%23z"));
        let mirror = url("http://127.0.0.1:8080/hub/", "1.22");
        assert_eq!(mirror, "http://127.0.0.1:8080/hub/v2/namespaces/library/repositories/golang/tags/1.22");
        for hub in ["file:///x", "hub", "mailto:x@example.test"] {
            url_of(hub, "1.22").unwrap_err();
        }
    }
}
