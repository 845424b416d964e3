//! The typed client, written from a registry.

pub mod representation;

pub use self::representation::Representation;
