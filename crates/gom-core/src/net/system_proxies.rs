//! The proxies in macOS's network settings, as `scutil --proxy` prints them. The parser is a function of the
//! text alone, so that it is tested on every system; only macOS is asked.

use std::collections::HashMap;

/// The proxies in macOS's network settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemProxies {
    /// `HOST:PORT` of the proxy for http.
    pub http: Option<String>,
    /// `HOST:PORT` of the proxy for https.
    pub https: Option<String>,
    /// `HOST:PORT` of the SOCKS proxy.
    pub socks: Option<String>,
    /// Hosts that are reached without a proxy.
    pub exceptions: Vec<String>,
    /// Whether names without a dot are reached without a proxy.
    pub excludes_simple_names: bool,
    /// Set if the settings leave the choice to a script (PAC), which gom can't run: its address, or how it is
    /// found.
    pub script: Option<String>,
}

impl SystemProxies {
    /// Parses the output of `scutil --proxy`. Unknown lines are skipped.
    pub fn parse(text: &str) -> SystemProxies {
        let (values, exceptions) = read(text);
        let is_on = |name: &str| values.get(name).is_some_and(|value| *value == "1");
        let address = |kind: &str| {
            let host = values.get(format!("{kind}Proxy").as_str()).filter(|host| !host.is_empty())?;
            let host = if host.contains(':') && !host.starts_with('[') {
                format!("[{host}]")
            } else {
                (*host).to_owned()
            };
            let port = values.get(format!("{kind}Port").as_str());
            let address = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
            is_on(&format!("{kind}Enable")).then_some(address)
        };
        let script = if is_on("ProxyAutoConfigEnable") {
            values.get("ProxyAutoConfigURLString").map(|url| (*url).to_owned())
        } else {
            is_on("ProxyAutoDiscoveryEnable").then(|| "found by the network itself (WPAD)".to_owned())
        };
        SystemProxies {
            http: address("HTTP"),
            https: address("HTTPS"),
            socks: address("SOCKS"),
            exceptions,
            excludes_simple_names: is_on("ExcludeSimpleHostnames"),
            script,
        }
    }

    /// Reads the settings of this machine; empty on systems other than macOS.
    pub(super) fn here() -> SystemProxies {
        printed().map(|text| SystemProxies::parse(&text)).unwrap_or_default()
    }
}

/// Reads the plain values of the outermost dictionary, and its list of exceptions.
fn read(text: &str) -> (HashMap<&str, &str>, Vec<String>) {
    let (mut values, mut exceptions) = (HashMap::new(), Vec::new());
    // The names of the dictionaries and arrays that enclose the line.
    let mut around: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line == "}" {
            around.pop();
            continue;
        }
        let (name, value) = line.split_once(" : ").unwrap_or((line, ""));
        if line.ends_with('{') {
            around.push(name);
        } else if around.len() == 1 && !value.is_empty() {
            values.insert(name, value.trim());
        } else if let [_, "ExceptionsList"] = around[..] {
            exceptions.push(value.trim().to_owned());
        }
    }
    (values, exceptions)
}

/// The output of scutil; `None` if it does not run or takes more than two seconds.
#[cfg(target_os = "macos")]
fn printed() -> Option<String> {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let mut command = Command::new("/usr/sbin/scutil");
    command.arg("--proxy").env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command.spawn().ok()?;
    let (sender, ended) = std::sync::mpsc::channel();
    let reading = std::thread::Builder::new().spawn(move || {
        let output = child.wait_with_output().map(|output| output.stdout).unwrap_or_default();
        let _ = sender.send(String::from_utf8_lossy(&output).into_owned());
    });
    reading.ok()?;
    ended.recv_timeout(Duration::from_secs(2)).ok()
}

#[cfg(not(target_os = "macos"))]
fn printed() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    // K13.5
    const MANUAL: &str = "<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 3128
  HTTPProxy : proxy.corp.example
  HTTPSEnable : 1
  HTTPSPort : 3129
  HTTPSProxy : fd00::1
  SOCKSEnable : 0
  SOCKSPort : 1080
  SOCKSProxy : old.corp.example
  __SCOPED__ : <dictionary> {
    en0 : <dictionary> {
      ExceptionsList : <array> {
        0 : *.other
      }
      HTTPSProxy : other.example
      SOCKSEnable : 1
    }
  }
}
";

    #[test]
    fn proxies_and_exceptions_of_the_settings_themselves() {
        let settings = SystemProxies::parse(MANUAL);
        assert_eq!(
            settings,
            SystemProxies {
                http: Some("proxy.corp.example:3128".to_owned()),
                https: Some("[fd00::1]:3129".to_owned()),
                socks: None,
                exceptions: vec!["*.local".to_owned(), "169.254/16".to_owned()],
                excludes_simple_names: true,
                script: None,
            }
        );
    }

    #[test]
    fn a_script_is_reported() {
        let text = "<dictionary> {\n  HTTPEnable : 0\n  HTTPProxy : x\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://wpad.corp.example/proxy.pac\n}\n";
        let settings = SystemProxies::parse(text);
        assert_eq!(settings.script.as_deref(), Some("http://wpad.corp.example/proxy.pac"));
        assert_eq!((settings.http, settings.https), (None, None));
        let found = SystemProxies::parse("<dictionary> {\n  ProxyAutoDiscoveryEnable : 1\n}\n");
        assert!(found.script.is_some_and(|script| script.contains("WPAD")));
    }

    #[test]
    fn nothing_set_and_nonsense_are_no_proxies() {
        for text in ["", "<dictionary> {\n}\n", "}\n}\n", "No such key", "HTTPEnable : 1\nHTTPProxy : x"] {
            assert_eq!(SystemProxies::parse(text), SystemProxies::default(), "{text}");
        }
    }
}
