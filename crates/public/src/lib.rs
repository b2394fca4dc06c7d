//! public.
