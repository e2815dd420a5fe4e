//! Where gom differs from the go command on purpose, each with the reason.

use crate::case::{Case, FAILS, START};

/// A row in which gom runs something else than Go.
pub(crate) struct Difference {
    /// The row, with what Go runs.
    pub(crate) case: Case,
    /// What gom runs.
    pub(crate) gom: &'static str,
    /// Why.
    pub(crate) why: &'static str,
}

const NEWEST_PATCH: &str = "a go line without a patch runs the newest installed patch, which has the fixes; Go \
                            takes the first release, whose name it can make up";
const ENOUGH: &str = "a go line and a toolchain line are minimums: where the exact release is not installed, the \
                      newest installed patch of its line is enough and has the fixes; Go would download the exact \
                      one, and fails without a network (K2.2)";
const GO_FINDS_IT: &str = "a toolchain of somebody else's is not in the store: the starting toolchain runs and \
                           finds it on PATH itself";
const SENT_BY_GO: &str = "the variable is set by a go command that looks for exactly this toolchain: gom gives it, \
                          where a toolchain can only say that it is another one";

/// All of them.
pub(crate) const ALL: &[Difference] = &[
    Difference {
        case: Case::new("auto", &[("go.mod", "module m\n\ngo 1.98\n")], "1.98.0"),
        gom: "1.98.4",
        why: NEWEST_PATCH,
    },
    Difference {
        case: Case::new("path", &[("go.work", "go 1.98\n\nuse ./m\n")], "1.98.0"),
        gom: "1.98.4",
        why: NEWEST_PATCH,
    },
    Difference {
        case: Case::new("auto", &[("go.mod", "module m\n\ngo 1.98\n\ntoolchain go1.20\n")], "1.98.0"),
        gom: "1.98.4",
        why: NEWEST_PATCH,
    },
    Difference {
        case: Case::new("go1.20+auto", &[("go.mod", "module m\n\ngo 1.98\n")], "1.98.0"),
        gom: "1.98.4",
        why: NEWEST_PATCH,
    },
    Difference {
        case: Case::new("auto", &[("go.mod", "module m\n\ngo 1.98\n")], FAILS).installed(&["1.98.4"]),
        gom: "1.98.4",
        why: NEWEST_PATCH,
    },
    Difference {
        case: Case::new("auto", &[("go.mod", "module m\n\ngo 1.98.1\n")], FAILS)
            .installed(&["1.98.0", "1.98.2", "1.98.4", "1.99.2"]),
        gom: "1.98.4",
        why: ENOUGH,
    },
    Difference {
        case: Case::new("path", &[("go.mod", "module m\n\ngo 1.98.1\n")], FAILS).installed(&["1.98.4"]),
        gom: "1.98.4",
        why: ENOUGH,
    },
    Difference {
        case: Case::new("auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go1.98.1\n")], FAILS)
            .installed(&["1.98.4"]),
        gom: "1.98.4",
        why: ENOUGH,
    },
    Difference {
        case: Case::new("auto", &[("go.work", "go 1.98.1\n")], FAILS).installed(&["1.98.4"]),
        gom: "1.98.4",
        why: ENOUGH,
    },
    Difference {
        case: Case::new("go1.98.0+auto", &[("go.mod", "module m\n\ngo 1.98.1\n")], FAILS)
            .installed(&["1.98.0", "1.98.4"]),
        gom: "1.98.4",
        why: ENOUGH,
    },
    Difference {
        case: Case::new("auto", &[("go.mod", "module m\n\ngo 1.99rc1\n")], FAILS).installed(&["1.99.2"]),
        gom: "1.99.2",
        why: ENOUGH,
    },
    Difference {
        case: Case::new(
            "auto",
            &[("go.mod", "module m\n\ngo 1.98\n\ntoolchain go1.99.2-corp\n")],
            "1.99.2-corp",
        )
        .on_path(&["1.99.2-corp"]),
        gom: START,
        why: GO_FINDS_IT,
    },
    Difference {
        case: Case::new("go1.98.1-corp", &[], "1.98.1-corp").on_path(&["1.98.1-corp"]),
        gom: START,
        why: GO_FINDS_IT,
    },
    Difference {
        case: Case::new("go1.98.0-corp+auto", &[("go.mod", "module m\n\ngo 1.98.1\n")], "1.98.1"),
        gom: START,
        why: GO_FINDS_IT,
    },
    Difference {
        case: Case::new("go1.98.3", &[], "1.98.3").on_path(&["1.98.3"]),
        gom: START,
        why: GO_FINDS_IT,
    },
    Difference {
        case: Case::new("auto", &[("go.mod", "module m\n\ngo 1.99.2\n")], FAILS)
            .env(&[("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.98.1")]),
        gom: "1.98.1",
        why: SENT_BY_GO,
    },
];
