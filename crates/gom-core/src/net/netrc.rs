//! Credentials from the user's `.netrc`, read as the go command reads it
//! (cmd/go/internal/auth/netrc.go): the first entry of a machine counts, `default` never does.

use std::collections::HashMap;
use std::path::Path;

use crate::files;

/// User and password by host, as `.netrc` spells the host.
#[derive(Clone, Default)]
pub struct Netrc {
    machines: HashMap<String, Login>,
}

/// A user name and its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// User name.
    pub user: String,
    /// Password; never shown.
    pub password: String,
}

// Hand-written so that no debug output can show a password.
impl std::fmt::Debug for Netrc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.machines.keys()).finish()
    }
}

impl Netrc {
    /// Reads a `.netrc`. One that is missing or can't be read has no logins, as for the go command.
    pub fn load(file: &Path) -> Netrc {
        files::read_text(file).map(|text| Netrc::parse(&text)).unwrap_or_default()
    }

    /// Reads the text of a `.netrc`. What it can't understand it skips, as the go command does.
    pub fn parse(text: &str) -> Netrc {
        let mut machines = HashMap::new();
        let (mut machine, mut user, mut password) = (None, None, None);
        let mut in_macro = false;
        for line in text.lines() {
            if in_macro {
                in_macro = !line.is_empty();
                continue;
            }
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            for pair in words.chunks(2) {
                match *pair {
                    // `default` must be the last entry, and an anonymous login is not a credential.
                    ["default", ..] => return Netrc { machines },
                    ["machine", name] => (machine, user, password) = (Some(name), None, None),
                    ["login", name] => user = Some(name),
                    ["password", secret] => password = Some(secret),
                    ["macdef", ..] => in_macro = true,
                    _ => {}
                }
                if let (Some(name), Some(user_name), Some(secret)) = (machine, user, password) {
                    let login = Login { user: user_name.to_owned(), password: secret.to_owned() };
                    machines.entry(name.to_owned()).or_insert(login);
                    (machine, user, password) = (None, None, None);
                }
            }
        }
        Netrc { machines }
    }

    /// Returns the login for a host. A URL with a port needs an entry with that port, so that a password
    /// never goes to another service of the same machine.
    pub fn login(&self, host: &str, port: Option<u16>) -> Option<&Login> {
        match port {
            Some(port) => self.machines.get(&format!("{host}:{port}")),
            None => self.machines.get(host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(text: &str, host: &str) -> Option<(String, String)> {
        Netrc::parse(text).login(host, None).map(|login| (login.user.clone(), login.password.clone()))
    }

    #[test]
    fn the_first_entry_of_a_machine_counts() {
        let text = "machine a.example login u password one\nmachine a.example login v password two\n";
        assert_eq!(login(text, "a.example"), Some(("u".to_owned(), "one".to_owned())));
    }

    #[test]
    fn entries_may_span_lines_and_macros_are_skipped() {
        let text =
            "macdef init\nmachine x.example login m password m\n\nmachine y.example\nlogin u\npassword p\n";
        assert_eq!(login(text, "x.example"), None);
        assert_eq!(login(text, "y.example"), Some(("u".to_owned(), "p".to_owned())));
    }

    #[test]
    fn default_gives_no_credentials() {
        assert_eq!(login("default login anonymous password me\nmachine z login u password p", "z"), None);
    }
}
