//! Dockerfiles and Containerfiles: the images that stages begin with or copy from, arguments and variables that name a Go,
//! and archives of Go that a `RUN` or `ADD` downloads.
//!
//! The rules are those of `BuildKit` (frontend/dockerfile/parser and shell): [`lines`] joins lines, [`words`] expands variables.

mod lines;
mod words;

use std::collections::HashMap;

use super::file::ProjectFile;
use super::{env_entry, scalar};
use crate::document::{ParseFault, utf8};
use crate::image;
use crate::mention::{Mention, Role, Spelling, line_of};
use crate::written::Written;

use lines::Instruction;
use words::{Placed, expand};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let text = utf8(file.bytes)?;
    let parsed = lines::parse(text)?;
    let mut reader = Reader {
        bytes: file.bytes,
        escape: parsed.escape,
        arguments: HashMap::new(),
        stages: Vec::new(),
        has_stage: false,
        copies_modules: false,
        found: Vec::new(),
    };
    for instruction in &parsed.instructions {
        reader.read(instruction);
    }
    let mut found = reader.found;
    for image in found.iter_mut().filter_map(|mention| mention.image.as_mut()) {
        image.builds_modules = reader.copies_modules;
    }
    // An argument may be a part of several images; what it is for there says more than its name.
    found.sort_by_key(|mention| (mention.range.start, mention.role != Role::Image));
    found.dedup_by(|later, first| later.range == first.range);
    Ok(found)
}

struct Reader<'a> {
    bytes: &'a [u8],
    escape: u8,
    /// The arguments before the first stage, which alone count in a FROM.
    arguments: HashMap<String, Placed>,
    /// The names of the stages so far, in lower case.
    stages: Vec<String>,
    has_stage: bool,
    /// Whether a stage gets a go.mod of the project.
    copies_modules: bool,
    found: Vec<Mention>,
}

impl Reader<'_> {
    fn read(&mut self, instruction: &Instruction) {
        match instruction.name.as_str() {
            "FROM" => self.from(instruction),
            "ARG" => self.arg(instruction),
            "ENV" => self.env(instruction),
            "COPY" | "ADD" | "RUN" => {
                self.copies_modules |= may_bring_modules(instruction, self.escape);
                self.flags_and_archives(instruction);
            }
            _ => {}
        }
    }

    fn from(&mut self, instruction: &Instruction) {
        self.has_stage = true;
        let mut words = instruction.words(self.escape).into_iter().filter(|word| !word.starts_with(b"--"));
        let (Some(image), then, name) = (words.next(), words.next(), words.next()) else { return };
        if let Some(image) = expand(&image, self.escape, &|name| self.arguments.get(name).cloned()) {
            let is_stage = self.stages.contains(&image.text().to_ascii_lowercase());
            if !is_stage {
                self.image(&image);
            }
        }
        if then.is_some_and(|word| word.text().eq_ignore_ascii_case("as")) {
            self.stages.extend(name.map(|name| name.text().to_ascii_lowercase()));
        }
    }

    fn image(&mut self, reference: &Placed) {
        let text = reference.text();
        let Some(image) = image::parse(&text) else { return };
        let version = image.version.clone().and_then(|range| reference.bytes_of(range));
        // A version of several pieces can't be replaced as one. A tag that is a variable stands where its value does.
        let tag = || Some(image.tag_range.clone()).filter(|range| !range.is_empty());
        let tag = || tag().and_then(|range| reference.bytes_of(range)).filter(|_| image.version.is_none());
        let whole = || reference.first()..reference.last().max(reference.first()) + 1;
        let range = version.clone().or_else(tag).unwrap_or_else(whole);
        let written = match &image.version {
            Some(range) => text[range.clone()].to_owned(),
            None if image.tag.is_empty() => "latest".to_owned(),
            None => image.tag.clone(),
        };
        self.found.push(Mention {
            line: line_of(self.bytes, range.start),
            range,
            written,
            role: Role::Image,
            what: scalar::what_of(&image),
            spelling: if version.is_some() { Spelling::Plain } else { Spelling::Fixed },
            image: image.around(&text),
        });
    }

    /// `ARG A=1 B=2`; a later default replaces an earlier one only after the first stage.
    fn arg(&mut self, instruction: &Instruction) {
        for word in instruction.words(self.escape) {
            let Some((key, value)) = word.split_at_equals() else { continue };
            let Some(value) = expand(&value, self.escape, &|name| self.arguments.get(name).cloned()) else {
                continue;
            };
            self.variable(&key, &value);
            if !self.has_stage {
                self.arguments.insert(key, value);
            }
        }
    }

    /// `ENV A=1 B=2`, and the old form `ENV A 1`.
    fn env(&mut self, instruction: &Instruction) {
        let words = instruction.words(self.escape);
        let escape = self.escape;
        let plain = |word: &Placed| expand(word, escape, &|_| None);
        if let [key, value] = words.as_slice()
            && key.split_at_equals().is_none()
        {
            if let Some(value) = plain(value) {
                self.variable(&key.text(), &value);
            }
            return;
        }
        for (key, value) in words.iter().filter_map(Placed::split_at_equals) {
            if let Some(value) = plain(&value) {
                self.variable(&key, &value);
            }
        }
    }

    fn variable(&mut self, key: &str, value: &Placed) {
        let text = value.text();
        let Some(range) = value.bytes_of(0..text.len()) else { return };
        let scalar = crate::document::Scalar {
            is_verbatim: self.bytes.get(range.clone()) == Some(text.as_bytes()),
            text,
            range,
            style: crate::document::Style::Quoted,
        };
        self.found.extend(env_entry::of_value(self.bytes, key, &scalar, Role::Tool));
    }

    /// `COPY --from=golang:1.22`, `RUN --mount=from=golang:1.22`, and archives of Go.
    fn flags_and_archives(&mut self, instruction: &Instruction) {
        for word in instruction.words(self.escape) {
            if !word.starts_with(b"--") {
                break;
            }
            let Some((flag, value)) = word.split_at_equals() else { continue };
            let from = match flag.as_str() {
                "--from" => Some(value),
                "--mount" => value.after_in_list("from="),
                _ => None,
            };
            if let Some(reference) = from
                && !self.stages.contains(&reference.text().to_ascii_lowercase())
            {
                self.image(&reference);
            }
        }
        self.archives(&instruction.rest);
    }

    /// `go1.22.6.linux-amd64.tar.gz`, `go1.22.6.src.tar.gz`. A sum of the archive often stands beside it, so gom does not replace the version.
    fn archives(&mut self, rest: &Placed) {
        let text = rest.text();
        for system in [".linux-", ".darwin-", ".windows-", ".src.tar"] {
            for (end, _) in text.match_indices(system) {
                let begin = text[..end].rfind(['/', ' ', '"', '\'', '=']).map_or(0, |at| at + 1);
                let Some(version) = text[begin..end].strip_prefix("go") else { continue };
                let Some(Written::Release(_) | Written::Line(_)) = Written::parse(version) else { continue };
                let Some(range) = rest.bytes_of(begin + 2..end) else { continue };
                self.found.push(Mention {
                    line: line_of(self.bytes, range.start),
                    range,
                    written: version.to_owned(),
                    role: Role::Tool,
                    what: "archive of Go".to_owned(),
                    spelling: Spelling::Fixed,
                    image: None,
                });
            }
        }
    }
}

/// Whether an instruction may bring a go.mod of the project into the image. A folder whose name is not `.` may have one, but
/// a program of one file or folder is often built without.
fn may_bring_modules(instruction: &Instruction, escape: u8) -> bool {
    let words = instruction.words(escape);
    let (flags, rest): (Vec<&Placed>, Vec<&Placed>) = words.iter().partition(|word| word.starts_with(b"--"));
    if instruction.name == "RUN" {
        // The default type of a mount is bind, of the project's folder.
        return flags.iter().map(|flag| flag.text()).any(|flag| {
            let is_bind = !flag.contains("type=") || flag.contains("type=bind");
            flag.starts_with("--mount") && is_bind && !flag.contains("from=")
        });
    }
    let is_from_elsewhere = flags.iter().any(|flag| flag.starts_with(b"--from"));
    let sources = rest.iter().rev().skip(1).map(|word| word.text());
    let has_module = |source: String| {
        let source = source.trim_matches(['[', ']', '"', ',', '\'']);
        let path = source.trim_start_matches("./").trim_end_matches('/');
        let name = path.rsplit('/').next().unwrap_or(path);
        path.is_empty() || path.starts_with(['.', '$']) || name.contains('*') || name == "go.mod"
    };
    !is_from_elsewhere && sources.into_iter().any(has_module)
}

#[cfg(test)]
mod tests;
