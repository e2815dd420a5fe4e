//! The keys of the caches: an exact key, and prefixes that match less and less exactly. If a CI has no cache with the
//! key, it restores the newest one that begins with a prefix.
//!
//! Pure except for [`BuildFacts::read`]. Invariant: a part of a key contains no `-`, so no prefix ends within a part.

use std::path::Path;

use gom_select::go_settings::GoEnvironment;
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;

use super::{build_id, image};
use crate::error::CiError;
use crate::job::Job;
use gom_core::context::Context;
use gom_core::digest::Sha256Digest;

/// The beginning of every key; the number increases when the meaning of a cache's content changes.
const FORM: &str = "gom1";

/// Settings that change what the go command builds, or whether it can reuse build results.
const SETTINGS: [&str; 9] =
    ["GOOS", "GOARCH", "CGO_ENABLED", "CC", "GOFLAGS", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GOARM"];

/// The length limit of a part; a longer one is cut and gets a hash.
const MAX_PART: usize = 60;

/// The keys of one cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheKey {
    /// The exact key.
    pub key: String,
    /// Prefixes, from exact to broad.
    pub restore: Vec<String>,
}

/// The cache of one toolchain: `proof` is the checksum database that has to prove it, or `any`. It has no prefix,
/// because another version or another proof is useless.
pub fn of_toolchain(id: &ToolchainId, proof: &str) -> CacheKey {
    CacheKey { key: joined(&["toolchain", &id.to_string().replace('-', "_"), proof]), restore: Vec::new() }
}

/// The cache of modules: `sum` is the hash of the files that name them. With other files most modules are the same.
pub fn of_modules(platform: &Platform, suffix: Option<&str>, sum: &Sha256Digest) -> CacheKey {
    let mut parts = vec!["modules", platform.os(), platform.arch()];
    parts.extend(suffix);
    let sum = short(sum);
    CacheKey { restore: vec![prefix(&parts)], key: joined(&[&parts[..], &[&sum]].concat()) }
}

/// Everything that the build cache of a job depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFacts {
    /// The machine's platform.
    pub platform: Platform,
    /// The system's release.
    pub image: String,
    /// The versions of the toolchains.
    pub versions: String,
    /// A hash of their build ids.
    pub build_ids: Sha256Digest,
    /// A hash of Go's settings.
    pub settings: Sha256Digest,
    /// The name of the job, and the user's suffix.
    pub job: String,
    /// Distinguishes the entries of a matrix, which have the same job name.
    pub leg: Option<Sha256Digest>,
    /// The hash of the files that name the modules.
    pub dependencies: Sha256Digest,
    /// The commit.
    pub commit: Option<String>,
}

/// The build cache. With a newer commit or other modules most of it can be reused; with another entry of the matrix or
/// another job of the same toolchain and settings, some of it; with another toolchain or setting, nothing.
pub fn of_build(facts: &BuildFacts) -> CacheKey {
    let (build_ids, settings) = (short(&facts.build_ids), short(&facts.settings));
    let dependencies = short(&facts.dependencies);
    let leg = facts.leg.as_ref().map(short);
    let mut all = vec![
        "build",
        facts.platform.os(),
        facts.platform.arch(),
        &facts.image,
        &facts.versions,
        &build_ids,
        &settings,
        &facts.job,
    ];
    let broadest = all.len() - 1;
    all.extend(leg.as_deref());
    all.push(&dependencies);
    let restore = (broadest..=all.len()).rev().map(|count| prefix(&all[..count])).collect();
    let key = match &facts.commit {
        Some(commit) => joined(&[&all[..], &[commit.as_str()]].concat()),
        None => joined(&all),
    };
    CacheKey { key, restore }
}

/// The parts that a workflow adds to the key of a build cache.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExtraKey<'a> {
    /// The user's own suffix.
    pub suffix: Option<&'a str>,
    /// The values of this entry of a matrix.
    pub leg: Option<&'a str>,
}

impl<'a> ExtraKey<'a> {
    /// Reads what a workflow passes. An empty text counts as none, and so does `null`, which GitHub passes for a job
    /// without a matrix.
    pub fn of(suffix: Option<&'a str>, leg: Option<&'a str>) -> ExtraKey<'a> {
        ExtraKey {
            suffix: suffix.filter(|suffix| !suffix.is_empty()),
            leg: leg.filter(|leg| !leg.is_empty() && *leg != "null"),
        }
    }
}

impl BuildFacts {
    /// Reads them from the toolchains and Go's settings. `toolchains` must not be empty.
    pub fn read(
        ctx: &Context,
        job: &Job,
        toolchains: &[(ToolchainId, &Path)],
        own: ExtraKey<'_>,
        dependencies: Sha256Digest,
    ) -> Result<BuildFacts, CiError> {
        let ids: Vec<String> =
            toolchains.iter().map(|(_, goroot)| build_id::read(goroot)).collect::<Result<_, _>>()?;
        let versions: Vec<String> = toolchains.iter().map(|(id, _)| id.version.toolchain_name()).collect();
        let env = |name: &str| ctx.environment.var(name);
        let goroot = toolchains.first().map_or(Path::new(""), |(_, goroot)| goroot);
        let go = GoEnvironment::new(&env, goroot);
        let settings: Vec<String> = SETTINGS
            .iter()
            .map(|name| format!("{name}={}\n", go.get(name).map(|set| set.value).unwrap_or_default()))
            .collect();
        let name = job.name.as_deref().unwrap_or("job");
        Ok(BuildFacts {
            platform: ctx.platform.clone(),
            image: image::name(ctx.platform.os()),
            versions: versions.join("_"),
            build_ids: Sha256Digest::of(ids.join("\n").as_bytes()),
            settings: Sha256Digest::of(settings.concat().as_bytes()),
            leg: own.leg.map(|leg| Sha256Digest::of(leg.as_bytes())),
            job: own.suffix.map_or_else(|| name.to_owned(), |suffix| format!("{name}.{suffix}")),
            dependencies,
            commit: job.commit.clone(),
        })
    }
}

fn joined(parts: &[&str]) -> String {
    let parts = std::iter::once(FORM.to_owned()).chain(parts.iter().map(|part| plain(part)));
    parts.collect::<Vec<_>>().join("-")
}

fn prefix(parts: &[&str]) -> String {
    joined(parts) + "-"
}

/// Replaces characters that CIs refuse in a key (`,`, spaces), and `-`, which ends a part.
fn plain(part: &str) -> String {
    let character = |c: char| if c.is_ascii_alphanumeric() || "._".contains(c) { c } else { '_' };
    let text: String = part.chars().map(character).collect();
    if text.len() <= MAX_PART {
        return text;
    }
    format!("{}_{}", &text[..MAX_PART], short(&Sha256Digest::of(part.as_bytes())))
}

/// Long enough to distinguish the caches of one repository.
fn short(sum: &Sha256Digest) -> String {
    sum.to_string()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> BuildFacts {
        BuildFacts {
            platform: Platform::parse("linux-amd64").unwrap(),
            image: "ubuntu24.04".to_owned(),
            versions: "go1.22.6".to_owned(),
            build_ids: Sha256Digest::of(b"a"),
            settings: Sha256Digest::of(b"b"),
            job: "unit-test, race".to_owned(),
            leg: None,
            dependencies: Sha256Digest::of(b"c"),
            commit: Some("0123abc".to_owned()),
        }
    }

    #[test]
    fn a_toolchain_is_named_by_version_platform_and_proof() {
        let id = ToolchainId::parse("go1.22.6.linux-amd64").unwrap();
        let key = of_toolchain(&id, "sum.golang.org");
        assert_eq!(key.key, "gom1-toolchain-go1.22.6.linux_amd64-sum.golang.org");
        assert!(key.restore.is_empty());
    }

    #[test]
    fn modules_are_named_by_the_sum_and_restored_without_it() {
        let platform = Platform::parse("darwin-arm64").unwrap();
        let key = of_modules(&platform, None, &Sha256Digest::of(b""));
        assert_eq!(key.key, "gom1-modules-darwin-arm64-e3b0c44298fc1c14");
        assert_eq!(key.restore, ["gom1-modules-darwin-arm64-"]);
        let key = of_modules(&platform, Some("a b"), &Sha256Digest::of(b""));
        assert_eq!(key.restore, ["gom1-modules-darwin-arm64-a_b-"]);
    }

    #[test]
    fn builds_are_restored_from_exact_to_broad() {
        let CacheKey { key, restore } = of_build(&facts());
        let start = "gom1-build-linux-amd64-ubuntu24.04-go1.22.6-ca978112ca1bbdca-3e23e8160039594a";
        let with_job = format!("{start}-unit_test__race");
        let with_modules = format!("{with_job}-2e7d2c03a9507ae2");
        assert_eq!(key, format!("{with_modules}-0123abc"));
        assert_eq!(restore, [format!("{with_modules}-"), format!("{with_job}-"), format!("{start}-")]);
        let without_commit = of_build(&BuildFacts { commit: None, ..facts() });
        assert_eq!((without_commit.key, without_commit.restore), (with_modules, restore));
    }

    /// K14.2: with a common key, only the first entry that ends could save its cache.
    #[test]
    fn each_entry_of_a_matrix_has_its_own_key_and_restores_its_own_cache_first() {
        let leg =
            |text: &str| of_build(&BuildFacts { leg: Some(Sha256Digest::of(text.as_bytes())), ..facts() });
        let (one, other) = (leg("{\"race\":true}"), leg("{\"race\":false}"));
        let job =
            "gom1-build-linux-amd64-ubuntu24.04-go1.22.6-ca978112ca1bbdca-3e23e8160039594a-unit_test__race";
        assert_ne!(one.key, other.key);
        assert!(one.key.starts_with(&one.restore[0]) && one.key.ends_with("-2e7d2c03a9507ae2-0123abc"));
        assert_eq!(one.restore.len(), 4);
        assert!(one.restore[1].starts_with(&format!("{job}-")) && !other.key.starts_with(&one.restore[1]));
        assert_eq!(one.restore[2], format!("{job}-"));
        assert_eq!(one.restore[2..], other.restore[2..]);
    }

    #[test]
    fn only_toolchain_platform_and_settings_change_every_prefix() {
        let broadest = |facts: BuildFacts| of_build(&facts).restore.pop().unwrap();
        let before = broadest(facts());
        let other = Sha256Digest::of(b"other");
        for changed in [
            BuildFacts { platform: Platform::parse("linux-arm64").unwrap(), ..facts() },
            BuildFacts { image: "alpine3.20".to_owned(), ..facts() },
            BuildFacts { versions: "go1.22.7".to_owned(), ..facts() },
            BuildFacts { build_ids: other, ..facts() },
            BuildFacts { settings: other, ..facts() },
        ] {
            assert_ne!(broadest(changed), before);
        }
        for same in [
            BuildFacts { job: "lint".to_owned(), ..facts() },
            BuildFacts { dependencies: other, ..facts() },
            BuildFacts { commit: None, ..facts() },
        ] {
            assert_eq!(broadest(same), before);
        }
    }

    #[test]
    fn a_long_name_is_cut_and_stays_unique() {
        let (one, other) = (plain(&"x".repeat(300)), plain(&"x".repeat(301)));
        assert!(one.len() < 80 && one != other, "{one}");
    }
}
