//! The form model as PDF.
