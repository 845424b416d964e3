//! What the application registers: five contexts, the mutations and forms that change them, and a
//! chat.

use mizan::{
    Auth, Call, Context, Error, Fields, Function, Registry, RegistryError, Result, params,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chat::{CHAT, Chat};
use super::model::{Account, Activity, Message, Notification, Order, Orders, Profile};
use super::store::Store;
use super::{forms, page};

pub(crate) const USER: Context = Context::new("user").key("user_id");
pub(crate) const ORDERS: Context = Context::new("orders").key("user_id");
pub(crate) const NOTIFICATIONS: Context = Context::new("notifications");
pub(crate) const MESSAGES: Context = Context::new("messages");

pub(crate) fn registry(store: Store) -> Result<Registry, RegistryError> {
    Registry::builder()
        .state(store)
        .function(
            Function::new("current_user", current_user)
                .description("Who is logged in, if anybody is.")
                .context(Context::GLOBAL),
        )
        .function(
            Function::new("user_profile", user_profile)
                .description("Somebody's name and avatar. Everybody may see them.")
                .context(USER),
        )
        .function(
            Function::new("user_activity", user_activity)
                .description("How much somebody has ordered. Everybody may see that too.")
                .context(USER),
        )
        .function(
            Function::new("user_orders", user_orders)
                .description("A page of somebody's orders, for themselves and for staff.")
                .auth(Auth::Required)
                .context(ORDERS),
        )
        .function(
            Function::new("unread", unread)
                .description("What the caller has not read yet.")
                .auth(Auth::Required)
                .context(NOTIFICATIONS),
        )
        .function(
            Function::new("rename_user", rename_user)
                .description("Gives a user another name; staff may rename everybody.")
                .auth(Auth::Required)
                .merge(USER)
                .affects(Context::GLOBAL),
        )
        .function(
            Function::new("update_avatar", update_avatar)
                .description("Gives the caller another avatar.")
                .auth(Auth::Required)
                .affects(USER)
                .affects_params(|call, _input, _output| {
                    Ok(params! { "user_id": caller(call)?.id })
                }),
        )
        .function(
            Function::new("place_order", place_order)
                .description("Orders something for the caller.")
                .auth(Auth::Required)
                .affects(USER)
                .affects(ORDERS)
                .affects_params(|call, _input, _output| {
                    Ok(params! { "user_id": caller(call)?.id })
                }),
        )
        .function(
            Function::new("mark_read", mark_read)
                .description("Marks one of the caller's notifications as read.")
                .auth(Auth::Required)
                .affects(NOTIFICATIONS),
        )
        .function(
            Function::new("messages", messages)
                .description("What was sent by the contact form, for staff.")
                .auth(Auth::Staff)
                .context(MESSAGES),
        )
        .form(forms::contact())
        .form(forms::avatar())
        .channel(CHAT, Chat::default())
        .form_renderer(page::form_page)
        .build()
}

pub(super) fn caller(call: &Call) -> Result<&Account> {
    call.user_as::<Account>()
}

fn only_own(call: &Call, user_id: i64) -> Result<()> {
    let caller = caller(call)?;
    if caller.id == user_id || caller.staff {
        Ok(())
    } else {
        Err(Error::forbidden("That is somebody else's"))
    }
}

/// The text without the space around it, if it has between one and `most` characters.
pub(super) fn bounded(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    let mut fields = Fields::new();
    fields.insert(field, format!("Must have 1 to {most} characters"));
    Err(Error::validation(fields))
}

fn current_user(call: Call) -> Result<Option<Account>> {
    match call.identity() {
        Some(_) => caller(&call).cloned().map(Some),
        None => Ok(None),
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct UserKey {
    user_id: i64,
}

async fn user_profile(call: Call, input: UserKey) -> Result<Profile> {
    let profile = call.state::<Store>()?.profile(input.user_id).await?;
    profile.ok_or_else(no_such_user)
}

pub(super) fn no_such_user() -> Error {
    Error::not_found("No such user")
}

async fn user_activity(call: Call, input: UserKey) -> Result<Activity> {
    call.state::<Store>()?.activity(input.user_id).await
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct OrdersOf {
    user_id: i64,
    /// Counted from 1.
    #[serde(default = "first_page")]
    #[schemars(range(min = 1))]
    page: u32,
}

fn first_page() -> u32 {
    1
}

async fn user_orders(call: Call, input: OrdersOf) -> Result<Orders> {
    only_own(&call, input.user_id)?;
    let store = call.state::<Store>()?;
    store.orders(input.user_id, input.page.max(1)).await
}

async fn unread(call: Call) -> Result<Vec<Notification>> {
    call.state::<Store>()?.unread(caller(&call)?.id).await
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Rename {
    user_id: i64,
    name: String,
}

async fn rename_user(call: Call, input: Rename) -> Result<Profile> {
    only_own(&call, input.user_id)?;
    let name = bounded("name", &input.name, 60)?;
    let profile = call.state::<Store>()?.rename(input.user_id, name).await?;
    profile.ok_or_else(no_such_user)
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Avatar {
    /// An emoji will do.
    avatar: String,
}

async fn update_avatar(call: Call, input: Avatar) -> Result<()> {
    let avatar = bounded("avatar", &input.avatar, 8)?;
    let store = call.state::<Store>()?;
    store.set_avatar(caller(&call)?.id, avatar).await
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct NewOrder {
    item: String,
    quantity: u32,
}

async fn place_order(call: Call, input: NewOrder) -> Result<Order> {
    let item = bounded("item", &input.item, 60)?;
    let store = call.state::<Store>()?;
    let order = store.place_order(caller(&call)?.id, item, input.quantity);
    let order = order.await?;
    // An order notifies whoever placed it.
    call.invalidate(NOTIFICATIONS.everywhere());
    Ok(order)
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Read {
    notification_id: i64,
}

async fn mark_read(call: Call, input: Read) -> Result<()> {
    let store = call.state::<Store>()?;
    let found = store.mark_read(caller(&call)?.id, input.notification_id);
    if found.await? {
        Ok(())
    } else {
        Err(Error::not_found("No such notification"))
    }
}

async fn messages(call: Call) -> Result<Vec<Message>> {
    call.state::<Store>()?.messages().await
}
