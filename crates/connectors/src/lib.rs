//! Everything that opens an outbound connection: mail, webhook, the sign-in of the city.

mod cause;
pub mod fault;
pub mod oidc;
pub mod smtp;
mod tls;
pub mod webhook;

pub use tls::BadCertificate;
