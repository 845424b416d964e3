#![doc = include_str!("../../docs/typescript.md")]

mod banner;
mod error;
mod exported;
mod folder;
mod kernel;
mod names;
pub mod representation;
mod typescript;
pub mod zod;

pub use self::error::ExportError;
pub use self::exported::{Exported, Files};
pub use self::names::Clash;
pub use self::representation::Representation;
pub use self::typescript::Typescript;
