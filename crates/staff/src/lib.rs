//! The pages of the staff: routes, templates, assets.
