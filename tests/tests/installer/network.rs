//! A module proxy that has a made-up Go 1.22.6, with a checksum database of its own behind it.

use gom_tests::{FakeToolchain, Internet, ModProxy, TestLog};

/// See the module's words.
pub(crate) struct Network {
    internet: Internet,
    log: TestLog,
}

impl Network {
    pub(crate) fn new() -> Self {
        let (internet, proxy, log) = (Internet::new(), ModProxy::new(), TestLog::new("sum.example.test", 7));
        let toolchain = FakeToolchain::here("1.22.6");
        proxy.publish(&toolchain);
        log.publish(&toolchain);
        internet.at("/proxy", proxy.site());
        internet.at("/sumdb", &log.site());
        Self { internet, log }
    }

    /// The variables that lead a program into this network.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.internet.env();
        variables.push(("GOPROXY".to_owned(), self.internet.url("/proxy")));
        variables.push(("GOSUMDB".to_owned(), self.log.gosumdb(&self.internet.url("/sumdb"))));
        variables
    }
}
