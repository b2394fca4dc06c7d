//! Everything that opens an outbound connection: mail, webhook, the sign-in of the city.

pub mod oidc;
