//! What one framework needs and no other.

pub(crate) mod poem;
