//! What leaves the house: to a real mail server, and to chats that behave badly.

mod authority;
mod smtp;
mod webhook;
