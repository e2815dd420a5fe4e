//! The text of the Dockerfile and of the .dockerignore.

use std::fmt::Write as _;

use super::module::Module;

/// What the text is made of.
pub(super) struct Parts<'a> {
    /// `1.26.6`.
    pub(super) version: &'a str,
    /// The tag of the official image; `None` if gom brings Go.
    pub(super) image: Option<&'a str>,
    /// The Debian of the stages that are not from scratch.
    pub(super) suite: &'a str,
    /// The files by which `gom install --locked` installs; none if there is no gom.lock.
    pub(super) lock_files: &'a [&'static str],
    pub(super) is_cgo: bool,
    pub(super) module: &'a Module,
}

/// What no build of a Go program needs, or what must not get into an image.
pub(super) const DOCKERIGNORE: &str = "\
# Made by `gom docker`; yours to change. What is named here is not sent to the build.
.git
.github
.idea
.vscode
.env
.env.*
*.test
*.out
*.prof
Dockerfile
.dockerignore
";

pub(super) fn dockerfile(parts: &Parts<'_>) -> String {
    let mut text = "\
# syntax=docker/dockerfile:1
# Made by `gom docker`; yours to change. `gom sync` keeps the version of Go in step with this project.
"
    .to_owned();
    text.push('\n');
    text.push_str(&base(parts));
    text.push_str("WORKDIR /src\n");
    if parts.module.downloads_first {
        let sums = if parts.module.has_sums { " go.sum" } else { "" };
        let _ = writeln!(text, "COPY go.mod{sums} ./\nRUN {}go mod download", mount(MODULES));
    }
    text.push_str("COPY . .\n");
    text.push_str(&build(parts));
    text.push('\n');
    text.push_str(&last_stage(parts));
    text
}

const MODULES: &str = "/go/pkg/mod";
const BUILDS: &str = "/root/.cache/go-build";

fn mount(target: &str) -> String {
    format!("--mount=type=cache,target={target} \\\n    ")
}

/// The stage that has Go. Without cgo it runs on the machine that builds, and Go builds for the platform that is asked for.
fn base(parts: &Parts<'_>) -> String {
    let here = if parts.is_cgo { "" } else { "--platform=$BUILDPLATFORM " };
    let mut text = String::new();
    if parts.is_cgo {
        text.push_str(
            "# cgo compiles C for the platform of this stage, so the stage has the platform of the image.\n",
        );
    }
    if let Some(tag) = parts.image {
        let _ = writeln!(text, "FROM {here}golang:{tag} AS build");
        return text;
    }
    let compiler = if parts.is_cgo { " gcc libc6-dev" } else { "" };
    let (version, suite) = (parts.version, parts.suite);
    let _ = write!(
        text,
        "\
# The image of gom: docs/packages.md says how it is made. gom proves Go by the checksum database.
ARG GOM_IMAGE=localhost/gom
FROM {here}${{GOM_IMAGE}} AS gom

FROM {here}debian:{suite}-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates{compiler} \\
    && rm -rf /var/lib/apt/lists/*
COPY --from=gom /usr/local/bin/ /usr/local/bin/
ENV GOPATH=/go GOTOOLCHAIN=local GOM_TOOLCHAIN={version} GOM_HOME=/opt/gom PATH=/opt/gom/bin:$PATH
"
    );
    let _ = match parts.lock_files {
        [] => writeln!(text, "RUN gom install {version}"),
        // The lock is compared with what the project asks for.
        files => writeln!(text, "WORKDIR /src\nCOPY {} ./\nRUN gom install --locked", files.join(" ")),
    };
    text
}

fn build(parts: &Parts<'_>) -> String {
    let mut text = String::new();
    if !parts.is_cgo {
        text.push_str("ARG TARGETOS TARGETARCH\n");
    }
    text.push_str("RUN ");
    if !parts.module.is_vendored {
        text.push_str(&mount(MODULES));
    }
    text.push_str(&mount(BUILDS));
    let settings =
        if parts.is_cgo { "CGO_ENABLED=1" } else { "CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH" };
    let Module { package, program, .. } = parts.module;
    let _ = writeln!(text, "{settings} go build -trimpath -o /out/{program} {package}");
    text
}

fn last_stage(parts: &Parts<'_>) -> String {
    let program = &parts.module.program;
    let from = if parts.is_cgo { format!("debian:{}-slim", parts.suite) } else { "scratch".to_owned() };
    format!(
        "\
FROM {from}
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/{program} /usr/local/bin/{program}
# Not root. A number, because an image from scratch has no list of users.
USER 65532:65532
ENTRYPOINT [\"/usr/local/bin/{program}\"]
"
    )
}
