//! The two openings against tables written by hand from the guidelines' text, and the stories that they have to tell.

mod addresses;
mod chance;
mod every;
mod munakata;
mod table;
mod tottori;
mod town;
mod walks;
mod world;
