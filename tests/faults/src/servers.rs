//! Hostile servers: an install from servers that cut, lie and fail, sometimes with a fault of the machine on top.

use crate::random::Random;
use crate::scenario::Scenario;
use crate::stage::Stage;
use gom_tests::Fault as ServerFault;

/// The scenarios that need a server.
pub(crate) const SCENARIOS: [&str; 6] =
    ["install-tar", "install-zip", "install-difference", "use-missing", "local-missing", "ci-setup-missing"];

/// Whether a scenario needs a server.
pub(crate) fn is_asked_by(scenario: &Scenario) -> bool {
    SCENARIOS.contains(&scenario.name)
}

/// Makes the servers hostile in one way. Returns a description.
pub(crate) fn spoil(stage: &Stage, random: &mut Random) -> String {
    let at = usize::try_from(random.below(4000)).unwrap_or(0);
    let faults = [
        ServerFault::CutAfter(1000 + at),
        ServerFault::CutAfter(400 + at % 600),
        ServerFault::Flip(at),
        ServerFault::Flip(at % 200),
        ServerFault::WrongLength(at),
        ServerFault::Html,
        ServerFault::NoRange,
        ServerFault::Status(404),
        ServerFault::Status(403),
        ServerFault::Throttle { bytes_per_chunk: 2000 + at, pause: std::time::Duration::from_millis(1) },
    ];
    let fault = random.one_of(&faults).clone();
    let lasts = random.below(2) == 0;
    for site in [stage.world.mirror.site(), stage.world.proxy.site()] {
        if lasts {
            site.fault("/*", fault.clone());
        } else {
            site.fault_first(1, "/*", fault.clone());
        }
    }
    format!("{fault:?}{}", if lasts { "" } else { ", once" })
}
