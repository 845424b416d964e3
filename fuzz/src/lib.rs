//! What the fuzz targets share: a registry whose inputs have every shape, a way to send it a
//! request, and the judge of the answers.

pub mod forms;
pub mod page;
pub mod registry;
pub mod service;
