//! Paths that came from outside and lead back into the pages: only those that are routes of the same municipality.

use domain::access::Action;

use crate::routes::{ROUTES, Verb};
use crate::visit::Visit;

const LONGEST: usize = 4_000;

impl Visit {
    /// The path, if it is a route of this municipality behind the door; nothing else is ever led to.
    pub(crate) fn own_path(&self, verb: Verb, typed: &str) -> Option<String> {
        let plain = typed.len() <= LONGEST && typed.bytes().all(|b| (0x21..=0x7e).contains(&b));
        if !plain || typed.contains(['\\', '#']) {
            return None;
        }
        let path = typed.split('?').next().unwrap_or_default();
        // What a browser would read otherwise than it is written is no path of ours.
        let read = self.house().origin().join(typed).ok()?;
        if read.origin() != self.house().origin().origin() || read.path() != path || encodes_a_path(path) {
            return None;
        }
        let town = path.strip_prefix('/')?.split('/').next()?;
        let known = ROUTES.iter().any(|route| {
            route.verb == verb && route.action != Action::Enter && fits(route.path, path) && town == self.code()
        });
        known.then(|| typed.to_owned())
    }
}

/// Slashes, dots and nulls that are written as percent codes.
fn encodes_a_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["%2f", "%5c", "%2e", "%00", "%25"].iter().any(|code| lower.contains(code))
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(place), Some(part)) if place.starts_with('{') && !part.is_empty() => {}
            (Some(place), Some(part)) if place == part => {}
            _ => return false,
        }
    }
}
