//! Open files: as many as the system lets us have, and a share of them kept for what no connection may take away.

use rustix::process::{Resource, getrlimit, setrlimit};
use web::Limits;

/// No installation needs more.
const WANTED: u64 = 4096;
/// Kept for publications, archives that are being made, mail, the press and the program itself.
const KEPT: usize = 256;
/// Kept for the database of each municipality: its connections, each with the files beside it.
const KEPT_FOR_TOWN: usize = 16;

/// How many files this program may open, after asking for as many as it needs.
pub fn raised() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let allowed = limit.maximum.unwrap_or(WANTED).min(WANTED);
    let mut have = limit.current.unwrap_or(WANTED);
    if have < allowed {
        match setrlimit(Resource::Nofile, rustix::process::Rlimit { current: Some(allowed), ..limit }) {
            Ok(()) => have = allowed,
            Err(fault) => tracing::warn!(%fault, "開けるファイルの数を増やせませんでした。"),
        }
    }
    usize::try_from(have).unwrap_or(usize::MAX)
}

/// The limits of each of so many servers that share so many files with the databases of so many municipalities.
pub fn limits(files: usize, servers: usize, towns: usize) -> Limits {
    let kept = towns.saturating_mul(KEPT_FOR_TOWN).saturating_add(KEPT);
    let share = files.saturating_sub(kept) / servers.max(1);
    let limits = Limits::within(share);
    if share < limits.connections {
        tracing::warn!(
            files,
            "開けるファイルの数が少なすぎます。次にすること：ulimit -n（systemd では LimitNOFILE）を4096以上にしてください。"
        );
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_connections_may_take_leaves_the_rest_its_files() {
        for (files, towns) in [(1024, 1), (4096, 1), (4096, 40), (1_048_576, 3)] {
            let limits = limits(files, 2, towns);
            assert!(2 * limits.connections + KEPT + towns * KEPT_FOR_TOWN <= files, "{files} files: {limits:?}");
            assert!(limits.of_one * 4 <= limits.connections, "nobody alone takes more than a quarter: {limits:?}");
        }
        assert_eq!(limits(4096, 2, 1).connections, 1024);
        assert!(limits(64, 2, 1).connections > 0, "too few are told, and somebody is served all the same");
    }
}
