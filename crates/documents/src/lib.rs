//! Documents and tables: forms as one model with its renderings, and the tables that towns bring and take away.

pub mod archive;
pub mod docx;
pub mod form;
pub mod html;
#[cfg(test)]
mod samples;
pub mod table;
pub mod text;
