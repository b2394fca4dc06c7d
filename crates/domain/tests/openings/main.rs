//! The two openings against tables written by hand from the guidelines' text, and the stories that they have to tell.

mod addresses;
mod chance;
mod complete;
mod deputies;
mod ending;
mod every;
mod last_day;
mod later;
mod munakata;
mod offers;
mod owners;
mod rights;
mod sharing;
mod table;
mod tottori;
mod town;
mod walks;
mod world;
