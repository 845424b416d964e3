//! Files that a call brings along.
//!
//! An input takes a file by a field of the type [`Upload`], several by a `Vec<Upload>`, and one
//! that need not be there by an `Option<Upload>`. The call is then sent as `multipart/form-data`
//! (protocol section 1); JSON cannot carry a file.
//!
//! ```
//! use mizan::{Call, Function, Registry, Result, upload::Upload};
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! struct Avatar { user_id: i64, picture: Upload }
//!
//! async fn set_avatar(_: Call, input: Avatar) -> Result<u64> {
//!     let path = std::env::temp_dir().join(format!("mizan-avatar-{}", input.user_id));
//!     Ok(input.picture.save(path).await?)
//! }
//!
//! let registry = Registry::builder()
//!     .function(Function::new("set_avatar", set_avatar))
//!     .build()?;
//! # Ok::<(), mizan::RegistryError>(())
//! ```
//!
//! What may be sent is said by [`Uploads`]: sizes, counts, content types, and for a single field
//! [`FileRules`], which may also lead its files straight to where they belong, past the disk of
//! this machine.
//!
//! A file lies in a temporary file without a name until the last handle of it is dropped. It takes
//! nothing but a file descriptor with it, and so nothing is left behind when a call fails, when its
//! client goes away, or when the process is killed.

mod bounds;
mod file;
mod reader;
mod refusal;
mod rules;
mod sink;
mod slot;
mod sniff;
mod types;

pub use self::bounds::Uploads;
pub use self::file::Upload;
pub use self::reader::UploadReader;
pub use self::rules::FileRules;
pub use self::sink::FileHead;

pub(crate) use self::reader::blocking;
pub(crate) use self::refusal::Refusal;
pub(crate) use self::rules::Rule;
pub(crate) use self::sink::Sink;
pub(crate) use self::slot::Files;
pub(crate) use self::sniff::SNIFFED;
