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

#[cfg(feature = "forms")]
mod as_is;
mod coerce;
mod explain;
mod fields;
mod findings;
mod input;
mod limits;
#[cfg(any(feature = "forms", test))]
mod once;
mod query;
mod query_de;
mod read;
mod report;
mod scan;
pub(crate) mod shape;
mod sorted;
mod strict;
#[cfg(test)]
mod tests;

pub use fields::Fields;
#[cfg(feature = "forms")]
pub(crate) use findings::{Findings, MORE, MOST_TOLD, Said, WHOLE, within};
pub(crate) use input::{InputSchema, output_schema};
pub(crate) use query::Query;
pub(crate) use query_de::from_query;
#[cfg(feature = "forms")]
pub(crate) use read::{Note, join, read};
#[cfg(feature = "forms")]
pub(crate) use report::{Refusal, read_value};
#[cfg(feature = "forms")]
pub(crate) use shape::expand;
pub(crate) use sorted::sort_members;
pub(crate) use strict::from_json;
