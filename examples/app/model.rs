//! What the application is about, as the store keeps it and as clients see it.

use schemars::JsonSchema;
use serde::Serialize;

/// A user of the demo, as handlers know the caller.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) staff: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Profile {
    pub(crate) user_id: i64,
    pub(crate) name: String,
    pub(crate) avatar: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) item: String,
    pub(crate) quantity: u32,
}

/// One page of somebody's orders, the latest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Orders {
    pub(crate) orders: Vec<Order>,
    pub(crate) page: u32,
    pub(crate) pages: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Notification {
    pub(crate) id: i64,
    pub(crate) text: String,
}
