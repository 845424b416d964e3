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
    /// Where the picture is, of who has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
}

/// What everybody may know of somebody's orders.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Activity {
    pub(crate) orders: u32,
}

/// A picture as it was uploaded.
pub(crate) struct Picture {
    pub(crate) content_type: String,
    pub(crate) content: Vec<u8>,
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

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: Option<i64>,
    pub(crate) topic: String,
    pub(crate) message: String,
}
