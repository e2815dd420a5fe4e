//! The tree of a document, and why there is none.

use std::fmt;
use std::ops::Range;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A text, a number or a word.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order of the file.
    Map(Vec<(Scalar, Node)>),
}

/// A text, a number or a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The value, as text.
    pub text: String,
    /// Its bytes, without quotes.
    pub range: Range<usize>,
    /// Whether the bytes are the text: it has no escapes, and is not folded.
    pub is_verbatim: bool,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes, so that it may be a number.
    Plain,
    /// In quotes.
    Quoted,
    /// As lines, such as after YAML's `|`.
    Block,
}

/// Why a file can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFault {
    /// The line, from 1; `None` if it is the whole file.
    pub line: Option<usize>,
    /// What is wrong, as a clause.
    pub reason: String,
}

impl ParseFault {
    /// A fault of the whole file.
    pub fn whole_file(reason: impl Into<String>) -> Self {
        Self { line: None, reason: reason.into() }
    }

    /// A fault at a line.
    pub fn at(line: usize, reason: impl Into<String>) -> Self {
        Self { line: Some(line), reason: reason.into() }
    }
}

impl fmt::Display for ParseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// How deep values may be nested: more than in any real file, and not enough to exhaust the stack.
pub(super) const DEPTH: usize = 128;

impl Node {
    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match self {
            Node::Scalar(scalar) => Some(scalar),
            Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The value of a key, if it is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Node::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| name.text == key).map(|(_, value)| value)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        Some(self.get(key)?.as_scalar()?.text.as_str())
    }

    /// The scalars of a list, or the scalar itself.
    pub fn scalars(&self) -> impl Iterator<Item = &Scalar> {
        let nodes = match self {
            Node::List(nodes) => nodes.as_slice(),
            node => std::slice::from_ref(node),
        };
        nodes.iter().filter_map(Node::as_scalar)
    }

    /// Calls `visit` for this value and all below it, each with its path: the keys, and `[]` for the elements of a list.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&[&'a str], &'a Node)) {
        self.visit_below(&mut Vec::new(), visit);
    }

    fn visit_below<'a>(&'a self, path: &mut Vec<&'a str>, visit: &mut dyn FnMut(&[&'a str], &'a Node)) {
        visit(path, self);
        let children: Vec<(&str, &Node)> = match self {
            Node::Scalar(_) => return,
            Node::List(nodes) => nodes.iter().map(|node| ("[]", node)).collect(),
            Node::Map(pairs) => pairs.iter().map(|(key, node)| (key.text.as_str(), node)).collect(),
        };
        for (key, node) in children {
            path.push(key);
            node.visit_below(path, visit);
            path.pop();
        }
    }
}
