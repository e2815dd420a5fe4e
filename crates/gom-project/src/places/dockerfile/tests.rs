use super::*;

/// What is found, as `bytes of the version: what`, with the line.
fn found(text: &str) -> Vec<(usize, String)> {
    let file = ProjectFile { path: "Dockerfile", bytes: text.as_bytes() };
    let mentions = read(&file).unwrap();
    mentions
        .into_iter()
        .map(|mention| {
            assert_eq!(line_of(text.as_bytes(), mention.range.start), mention.line);
            if mention.spelling == Spelling::Plain {
                assert_eq!(&text[mention.range.clone()], mention.written);
            }
            (mention.line, format!("{} {}", mention.written, mention.what))
        })
        .collect()
}

fn one(line: usize, text: &str) -> (usize, String) {
    (line, text.to_owned())
}

#[test]
fn images_of_stages_are_found() {
    let text = "# syntax=docker/dockerfile:1\n\
        FROM --platform=$BUILDPLATFORM golang:1.22.6-alpine3.20@sha256:00ff AS Build\n\
        FROM build AS test\n\
        from \"docker.io/library/golang:1.21\"\n\
        FROM scratch\n\
        FROM golang\n\
        FROM golang:alpine\n\
        COPY --from=build /x /x\n\
        COPY --link --from=golang:1.20 /usr/local/go /go\n\
        RUN --mount=type=bind,from=golang:1.19,target=/x true\n";
    assert_eq!(
        found(text),
        [
            one(2, "1.22.6 image golang"),
            one(4, "1.21 image golang"),
            one(6, "latest image golang"),
            one(7, "alpine image golang"),
            one(9, "1.20 image golang"),
            one(10, "1.19 image golang"),
        ]
    );
}

#[test]
fn arguments_before_the_first_stage_count_in_a_from() {
    for (text, expected) in [
        ("ARG V=1.22\nFROM golang:${V}-alpine\n", Some("1.22 image golang")),
        ("ARG V='1.22'\nFROM golang:$V\n", Some("1.22 image golang")),
        ("ARG A=x V=1.22.6\nARG T=$V-alpine\nFROM golang:$T\n", Some("1.22.6 image golang")),
        ("ARG IMAGE=golang:1.22\nFROM $IMAGE\n", Some("1.22 image golang")),
        ("FROM golang:${V:-1.22}\n", Some("1.22 image golang")),
        ("ARG V\nFROM golang:${V}\n", None),
        ("ARG GO_VERSION=latest\nFROM golang:$GO_VERSION\n", Some("latest image golang")),
        ("ARG GOVERSION=1\nFROM golang:${GOVERSION}\n", Some("1 image golang")),
        ("ARG VARIANT=1-trixie\nFROM golang:${VARIANT}\n", Some("1 image golang")),
        ("FROM x\nARG V=1.22\nFROM golang:${V}\n", None),
        ("ARG V=1.22-x\nFROM golang:${V%-x}\n", None),
        ("ARG GO_VERSION=1.22\nFROM golang:${GO_VERSION}\nARG GO_VERSION\n", Some("1.22 image golang")),
        ("ARG GO_VERSION=1.22\nFROM debian\nARG GO_VERSION\n", Some("1.22 GO_VERSION")),
    ] {
        let found: Vec<String> = found(text).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_version_in_several_pieces_is_seen_and_not_edited() {
    let text = "ARG MAJOR=1.22\nARG PATCH=6\nFROM golang:${MAJOR}.${PATCH}\n";
    let file = ProjectFile { path: "Dockerfile", bytes: text.as_bytes() };
    let mentions = read(&file).unwrap();
    assert_eq!((mentions[0].written.as_str(), mentions[0].spelling), ("1.22.6", Spelling::Fixed));
}

#[test]
fn an_image_without_a_go_mod_builds_no_module() {
    for (rest, expected) in [
        ("COPY . .", true),
        ("COPY go.mod go.sum ./", true),
        ("COPY go.* /src/", true),
        ("COPY [\"./\", \"/src\"]", true),
        ("ADD api/go.mod api/", true),
        ("COPY $SOURCE /src", true),
        ("COPY main.go .", false),
        ("COPY src/ /src", false),
        ("COPY --from=build /x .", false),
        ("RUN go install example.test/x@v1.2.3", false),
        ("RUN --mount=target=. go build ./...", true),
        ("RUN --mount=type=bind,target=. go build ./...", true),
        ("RUN --mount=type=cache,target=/root/.cache go version", false),
    ] {
        let text = format!("FROM golang:1.22\n{rest}\n");
        let mentions = read(&ProjectFile { path: "Dockerfile", bytes: text.as_bytes() }).unwrap();
        assert_eq!(mentions[0].image.as_ref().unwrap().builds_modules, expected, "{rest}");
    }
}

#[test]
fn lines_are_joined_as_buildkit_does() {
    for (text, expected) in [
        ("FROM \\\n  # a comment\n\n  golang:1.22 \\ \n  AS x\n", Some((4, "1.22 image golang"))),
        ("# escape=`\nFROM `\n golang:1.22\n", Some((3, "1.22 image golang"))),
        ("# hello\n# escape=`\nFROM golang:1.22\n", Some((3, "1.22 image golang"))),
        ("FROM golang:1.22\r\nRUN x\r\n", Some((1, "1.22 image golang"))),
        ("\u{feff}FROM golang:1.22\n", Some((1, "1.22 image golang"))),
        ("#FROM golang:1.22\n", None),
        ("RUN echo \\\nFROM golang:1.22\n", None),
        ("RUN <<EOF\nFROM golang:1.22\nEOF\n", None),
        ("COPY <<-\"EOF\" /x\nFROM golang:1.22\n\tEOF\nFROM golang:1.21\n", Some((4, "1.21 image golang"))),
        ("RUN cat <<EOF > x\nFROM golang:1.22\nEOF\nFROM golang:1.21\n", Some((4, "1.21 image golang"))),
        ("ONBUILD COPY --from=golang:1.22 /a /b\n", Some((1, "1.22 image golang"))),
        ("FROM golang:1.2\\\n2\n", Some((1, "1.22 image golang"))),
    ] {
        let found = found(text);
        let expected: Vec<_> = expected.into_iter().map(|(line, text)| one(line, text)).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn a_heredoc_without_an_end_is_an_error() {
    let file = ProjectFile { path: "Dockerfile", bytes: b"FROM x\nRUN <<EOF\necho\n" };
    assert_eq!(read(&file).unwrap_err().line, Some(2));
}

#[test]
fn variables_and_archives_are_found() {
    let text = "FROM debian\nENV GO_VERSION 1.22.6\nENV A=b GOTOOLCHAIN=go1.22.5+auto\n\
        RUN curl -L https://go.dev/dl/go1.22.4.linux-amd64.tar.gz | tar xz\n\
        RUN curl -L https://go.dev/dl/go1.3.src.tar.gz\n\
        RUN curl -L https://go.dev/dl/go${GO_VERSION}.linux-amd64.tar.gz\n";
    assert_eq!(
        found(text),
        [
            one(2, "1.22.6 GO_VERSION"),
            one(3, "1.22.5 GOTOOLCHAIN"),
            one(4, "1.22.4 archive of Go"),
            one(5, "1.3 archive of Go"),
        ]
    );
}
