//! The contexts and their readers.

use mizan::{Auth, Call, Context, Function, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::functions::Message;
use crate::identity;
use crate::names::Names;

pub(crate) const USER: Context = Context::new("user").key("user_id");
pub(crate) const NOTIFICATIONS: Context = Context::new("notifications");
pub(crate) const SEARCH: Context = Context::new("search").key("q");
const ADMIN: Context = Context::new("admin");

pub(crate) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(Function::new("current_user", current_user).context(Context::GLOBAL))
        .function(Function::new("user_profile", user_profile).context(USER))
        .function(Function::new("user_orders", user_orders).context(USER))
        .function(Function::new("unread", unread).context(NOTIFICATIONS))
        .function(
            Function::new("admin_stats", admin_stats)
                .auth(Auth::Staff)
                .context(ADMIN),
        )
        .function(Function::new("search_results", search_results).context(SEARCH))
}

#[derive(Serialize, JsonSchema)]
struct CurrentUser {
    authenticated: bool,
    id: Option<i64>,
}

fn current_user(call: Call) -> Result<CurrentUser> {
    let id = call.identity().map(|_| identity::id(&call)).transpose()?;
    Ok(CurrentUser {
        authenticated: id.is_some(),
        id,
    })
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct UserKey {
    user_id: i64,
}

/// The slot that `rename` merges into is found by this type.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Profile {
    pub(crate) user_id: i64,
    pub(crate) name: String,
}

fn user_profile(call: Call, input: UserKey) -> Result<Profile> {
    let user_id = input.user_id;
    let name = call.state::<Names>()?.get(user_id);
    Ok(Profile { user_id, name })
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Orders {
    user_id: i64,
    #[serde(default = "first_page")]
    page: i64,
}

fn first_page() -> i64 {
    1
}

/// Any id and any page have a count, so it takes more than their 64 bits.
#[derive(Serialize, JsonSchema)]
struct Count {
    count: i128,
}

fn user_orders(_: Call, input: Orders) -> Result<Count> {
    Ok(Count {
        count: i128::from(input.user_id) * 10 + i128::from(input.page),
    })
}

#[derive(Serialize, JsonSchema)]
struct Value {
    value: i64,
}

fn unread(_: Call) -> Result<Value> {
    Ok(Value { value: 3 })
}

fn admin_stats(_: Call) -> Result<Value> {
    Ok(Value { value: 99 })
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Search {
    q: String,
    #[serde(default)]
    exact: bool,
    #[serde(default = "usual_limit")]
    limit: i64,
}

fn usual_limit() -> i64 {
    10
}

fn search_results(_: Call, input: Search) -> Result<Message> {
    let Search { q, exact, limit } = input;
    Ok(Message::new(format!("{q}|{exact}|{limit}")))
}
