//! The pages of the staff, as people in named positions see them.

mod access;
mod bounds;
mod case;
mod classes;
mod desk;
mod door;
mod forms;
mod guideline;
mod later;
mod library;
mod named;
mod office;
mod pages;
mod plain;
mod policy;
mod provider;
mod queries;
#[path = "../../../connectors/tests/real/mod.rs"]
mod real;
mod registers;
mod rights;
mod sign_in;
mod typed;
mod walk;
