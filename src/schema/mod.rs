//! Inputs and outputs as JSON Schema, and inputs read as strictly as their schemas say.
//!
//! An input is read by plain serde, which is quick and stops at the first thing that is wrong:
//! [`from_json`] for arguments, [`from_query`] for parameters. Only when that fails is it judged
//! by its schema, which finds everything that is wrong with it: [`InputSchema::explain_json`],
//! [`InputSchema::coerce_query`]. Both say [`Fields`], messages by path, the `details.fields` of a
//! `VALIDATION_ERROR` (protocol, section 1).
//!
//! The two ways agree on what is right:
//!
//! - JSON is typed strictly: no number from text, no integer from `5.0`, no struct from a list.
//! - A scalar in a query has one spelling (protocol, section 2).
//! - A member that the type declares is given once; others are ignored, unless the type denies
//!   them.
//!
//! [`sort_members`] gives answers their canonical order.

mod coerce;
mod explain;
mod fields;
mod input;
mod limits;
mod query;
mod query_de;
mod read;
mod report;
mod scan;
mod shape;
mod sorted;
mod strict;
#[cfg(test)]
mod tests;

pub use fields::Fields;
pub(crate) use input::{InputSchema, output_schema};
pub(crate) use query::Query;
pub(crate) use query_de::from_query;
pub(crate) use sorted::sort_members;
pub(crate) use strict::from_json;
