//! The places of a server: who holds one, what is being done at it, and who gives way when there is none left.
//!
//! A connection at which nothing happens costs a place and nothing else, so it is never a reason to refuse somebody: the
//! one that has been silent longest makes room. A request in work is never cut off for a newcomer.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::limits::Limits;
use super::tally::{Tally, Why};

/// A body is given so long to show how fast it comes before it may have to give way.
const SHOWING: Duration = Duration::from_secs(1);
/// Bytes a second: a body that comes more slowly gives way when places are short.
const UNHURRIED: u128 = 16 * 1024;
/// An answer of which nobody took a byte for so long may have to give way.
const UNTAKEN: Duration = Duration::from_secs(5);

/// The places of one server.
#[derive(Debug)]
pub(super) struct Room {
    limits: Limits,
    guests: Mutex<Guests>,
    pub tally: Tally,
}

#[derive(Debug, Default)]
struct Guests {
    seats: BTreeMap<u64, Arc<Seat>>,
    of: HashMap<String, usize>,
    next: u64,
}

/// One place, as long as somebody holds it.
#[derive(Debug)]
pub(super) struct Seat {
    number: u64,
    state: Mutex<State>,
    gives_way: Notify,
}

#[derive(Debug)]
struct State {
    /// By whom it is counted: an address; nobody's while a proxy of our own says nothing.
    whose: Option<String>,
    doing: Doing,
    /// When a byte came or went last.
    moved: Instant,
}

/// What is being done at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// Not a byte has come yet.
    Nothing,
    /// A head is waited for.
    Listening,
    /// A body is taken in, since an instant; so many bytes came.
    TakingIn(Instant, u64),
    /// The answer is being made.
    Working,
    /// The answer is on its way.
    Answering,
}

/// Nobody gives way, and there is no place left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

impl Room {
    pub fn new(limits: Limits) -> Self {
        Self { limits, guests: Mutex::default(), tally: Tally::default() }
    }

    /// A place for a new connection; `None` counts it by the addresses that a proxy will tell.
    pub fn admit(&self, whose: Option<String>, now: Instant) -> Result<Arc<Seat>, Full> {
        let mut guests = held(&self.guests);
        if let Some(whose) = &whose {
            self.make_room_for(&mut guests, whose, now)?;
        }
        if guests.seats.len() >= self.limits.connections.max(1) && !self.sends_one_away(&mut guests, None, now) {
            self.tally.count(Why::Full, whose.as_deref().unwrap_or_default());
            return Err(Full);
        }
        guests.next = guests.next.wrapping_add(1);
        let state = State { whose: whose.clone(), doing: Doing::Nothing, moved: now };
        let seat = Arc::new(Seat { number: guests.next, state: Mutex::new(state), gives_way: Notify::new() });
        guests.seats.insert(seat.number, Arc::clone(&seat));
        guests.counts(whose);
        Ok(seat)
    }

    /// Counts the request that a proxy of our own has brought by whoever sent it.
    pub fn carries(&self, seat: &Seat, whose: String, now: Instant) -> Result<(), Full> {
        let mut guests = held(&self.guests);
        let before = held(&seat.state).whose.take();
        guests.forgets(before);
        self.make_room_for(&mut guests, &whose, now)?;
        if guests.seats.contains_key(&seat.number) {
            held(&seat.state).whose = Some(whose.clone());
            guests.counts(Some(whose));
        }
        Ok(())
    }

    /// The request that a proxy has brought is answered: the connection is nobody's again.
    pub fn carries_nobody(&self, seat: &Seat) {
        let mut guests = held(&self.guests);
        let before = held(&seat.state).whose.take();
        guests.forgets(before);
    }

    /// The place is free again.
    pub fn leave(&self, seat: &Seat) {
        held(&self.guests).loses(seat);
    }

    /// Lets whoever has been silent longest go, for a need of the whole program.
    pub fn lets_one_go(&self, now: Instant) {
        self.sends_one_away(&mut held(&self.guests), None, now);
    }

    fn make_room_for(&self, guests: &mut Guests, whose: &str, now: Instant) -> Result<(), Full> {
        let here = guests.of.get(whose).copied().unwrap_or_default();
        if here < self.limits.of_one.max(1) || self.sends_one_away(guests, Some(whose), now) {
            return Ok(());
        }
        self.tally.count(Why::FullForOne, whose);
        Err(Full)
    }

    /// Asks one to give way, of an address or of all; whether there was one.
    fn sends_one_away(&self, guests: &mut Guests, whose: Option<&str>, now: Instant) -> bool {
        let ranked = guests.seats.values().filter_map(|seat| Some((seat.rank(whose, now)?, seat)));
        let Some((_, first)) = ranked.max_by_key(|(rank, _)| *rank) else { return false };
        let first = Arc::clone(first);
        self.tally.count(Why::GaveWay, held(&first.state).whose.as_deref().unwrap_or_default());
        guests.loses(&first);
        first.gives_way.notify_one();
        true
    }
}

impl Guests {
    fn counts(&mut self, whose: Option<String>) {
        if let Some(whose) = whose {
            *self.of.entry(whose).or_default() += 1;
        }
    }

    fn forgets(&mut self, whose: Option<String>) {
        let Some(whose) = whose else { return };
        if let Some(count) = self.of.get_mut(&whose) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.of.remove(&whose);
            }
        }
    }

    fn loses(&mut self, seat: &Seat) {
        if self.seats.remove(&seat.number).is_some() {
            let whose = held(&seat.state).whose.take();
            self.forgets(whose);
        }
    }
}

/// Who gives way first: the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Untaken(Duration),
    SlowBody(Duration),
    Silent(Duration),
}

impl Seat {
    /// Ready when somebody else needs the place.
    pub async fn gives_way(&self) {
        self.gives_way.notified().await;
    }

    /// Whether a byte has come.
    pub fn has_spoken(&self) -> bool {
        held(&self.state).doing != Doing::Nothing
    }

    /// Whether an answer is on its way.
    pub fn is_answering(&self) -> bool {
        held(&self.state).doing == Doing::Answering
    }

    /// By whom it is counted.
    pub fn whose(&self) -> String {
        held(&self.state).whose.clone().unwrap_or_default()
    }

    /// Bytes came or went.
    pub fn moved(&self, now: Instant) {
        let mut state = held(&self.state);
        state.moved = now;
        if state.doing == Doing::Nothing {
            state.doing = Doing::Listening;
        }
    }

    /// A request is in work.
    pub fn works(&self) {
        held(&self.state).doing = Doing::Working;
    }

    /// Bytes of a body are waited for, or came.
    pub fn takes_in(&self, bytes: usize, now: Instant) {
        let mut state = held(&self.state);
        let (since, before) = match state.doing {
            Doing::TakingIn(since, before) => (since, before),
            _ => (now, 0),
        };
        state.doing = Doing::TakingIn(since, before.saturating_add(bytes as u64));
    }

    /// Nothing more of a body is waited for.
    pub fn has_taken_in(&self) {
        let mut state = held(&self.state);
        if matches!(state.doing, Doing::TakingIn(..)) {
            state.doing = Doing::Working;
        }
    }

    /// The answer is on its way.
    pub fn answers(&self) {
        held(&self.state).doing = Doing::Answering;
    }

    /// The next head is waited for.
    pub fn listens(&self) {
        held(&self.state).doing = Doing::Listening;
    }

    fn rank(&self, whose: Option<&str>, now: Instant) -> Option<Rank> {
        let state = held(&self.state);
        if whose.is_some() && state.whose.as_deref() != whose {
            return None;
        }
        let still = now.saturating_duration_since(state.moved);
        match state.doing {
            Doing::Nothing | Doing::Listening => Some(Rank::Silent(still)),
            Doing::TakingIn(since, bytes) => {
                let lasts = now.saturating_duration_since(since);
                let is_slow = u128::from(bytes) * 1000 < UNHURRIED * lasts.as_millis();
                (lasts >= SHOWING && is_slow).then_some(Rank::SlowBody(lasts))
            }
            Doing::Answering => (still >= UNTAKEN).then_some(Rank::Untaken(still)),
            Doing::Working => None,
        }
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(connections: usize, of_one: usize) -> Room {
        Room::new(Limits { connections, of_one, ..Limits::default() })
    }

    fn is_in(room: &Room, seat: &Seat) -> bool {
        held(&room.guests).seats.contains_key(&seat.number)
    }

    #[test]
    fn whoever_has_been_silent_longest_gives_way_and_nobody_whose_request_is_in_work() {
        let room = room(3, 3);
        let (mut seats, began) = (Vec::new(), Instant::now());
        for after in 0..3 {
            seats.push(room.admit(Some("a".to_owned()), began + Duration::from_secs(after)).expect("a place"));
        }
        let [first, second, third] = seats.as_slice() else { panic!("three") };
        first.moved(began);
        first.works();
        let now = began + Duration::from_secs(9);
        let fourth = room.admit(Some("b".to_owned()), now).expect("the second makes room");
        assert!(is_in(&room, first) && !is_in(&room, second) && is_in(&room, third));
        for seat in [third, &fourth] {
            seat.works();
        }
        assert_eq!(room.admit(Some("c".to_owned()), now).err(), Some(Full));
        assert_eq!((room.tally.counts().full, room.tally.counts().gave_way), (1, 1));
        room.leave(first);
        assert!(room.admit(Some("c".to_owned()), now).is_ok());
    }

    #[test]
    fn one_address_takes_only_its_own_places() {
        let room = room(8, 2);
        let now = Instant::now();
        let other = room.admit(Some("b".to_owned()), now).expect("a place");
        let mut hers: Vec<_> =
            (0..100).map(|_| room.admit(Some("a".to_owned()), now).expect("her own oldest makes room")).collect();
        assert!(is_in(&room, &other));
        assert_eq!(held(&room.guests).of.get("a"), Some(&2));
        hers.retain(|seat| is_in(&room, seat));
        for seat in &hers {
            seat.works();
        }
        assert_eq!(room.admit(Some("a".to_owned()), now).err(), Some(Full));
        assert_eq!(room.tally.counts().full_for_one, 1);
        assert!(room.admit(Some("b".to_owned()), now).is_ok());
    }

    #[test]
    fn a_slow_body_gives_way_and_one_that_comes_does_not() {
        let room = room(2, 2);
        let began = Instant::now();
        let [slow, quick] = [(); 2].map(|()| room.admit(Some("a".to_owned()), began).expect("a place"));
        slow.takes_in(1, began);
        quick.takes_in(0, began);
        quick.takes_in(200_000, began + Duration::from_secs(1));
        let now = began + Duration::from_secs(2);
        assert!(room.admit(Some("a".to_owned()), now).is_ok());
        assert!(!is_in(&room, &slow) && is_in(&room, &quick));
    }

    #[test]
    fn what_a_proxy_brings_is_counted_by_whoever_sent_it() {
        let room = room(8, 1);
        let now = Instant::now();
        let [one, two, three] = [(); 3].map(|()| room.admit(None, now).expect("a proxy has no limit of its own"));
        one.works();
        assert_eq!(room.carries(&one, "a".into(), now), Ok(()));
        assert_eq!(room.carries(&two, "a".into(), now), Err(Full));
        assert_eq!(room.carries(&three, "b".into(), now), Ok(()));
        room.carries_nobody(&one);
        assert_eq!(room.carries(&two, "a".into(), now), Ok(()));
        room.leave(&two);
        room.leave(&three);
        assert!(held(&room.guests).of.is_empty());
    }
}
