//! The demo's data, in SQLite.

use std::ffi::OsString;
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::forms::{Contact, Topic};
use super::model::{Account, Activity, Message, Notification, Order, Orders, Picture, Profile};

const ORDERS_A_PAGE: u32 = 5;
const MESSAGES: u32 = 50;

/// One connection, which is plenty for SQLite. Who waits for it waits without holding a thread,
/// and a query runs where it may block.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens a database file. Without one, SQLite makes a temporary one and deletes it at the end.
    pub(crate) async fn open(path: Option<OsString>) -> mizan::Result<Self> {
        let connection = spawn_blocking(move || -> rusqlite::Result<_> {
            let connection = Connection::open(path.unwrap_or_default())?;
            connection.execute_batch(include_str!("schema.sql"))?;
            Ok(connection)
        });
        Ok(Self {
            connection: Arc::new(Mutex::new(connection.await??)),
        })
    }

    async fn run<T, Q>(&self, query: Q) -> mizan::Result<T>
    where
        T: Send + 'static,
        Q: FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let mut connection = Arc::clone(&self.connection).lock_owned().await;
        Ok(spawn_blocking(move || query(&mut connection)).await??)
    }

    pub(crate) async fn account(&self, id: i64) -> mizan::Result<Option<Account>> {
        self.run(move |connection| {
            connection
                .prepare_cached("SELECT id, name, staff FROM users WHERE id = ?1")?
                .query_row([id], account)
                .optional()
        })
        .await
    }

    pub(crate) async fn account_of(&self, login: String) -> mizan::Result<Option<Account>> {
        self.run(move |connection| {
            connection
                .prepare_cached("SELECT id, name, staff FROM users WHERE login = ?1")?
                .query_row([login], account)
                .optional()
        })
        .await
    }

    pub(crate) async fn profile(&self, user_id: i64) -> mizan::Result<Option<Profile>> {
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id, name, avatar, (SELECT version FROM pictures WHERE user_id = id) \
                     FROM users WHERE id = ?1",
                )?
                .query_row([user_id], profile)
                .optional()
        })
        .await
    }

    pub(crate) async fn activity(&self, user_id: i64) -> mizan::Result<Activity> {
        self.run(move |connection| {
            connection
                .prepare_cached("SELECT count(*) FROM orders WHERE user_id = ?1")?
                .query_row([user_id], |row| {
                    Ok(Activity {
                        orders: row.get(0)?,
                    })
                })
        })
        .await
    }

    pub(crate) async fn orders(&self, user_id: i64, page: u32) -> mizan::Result<Orders> {
        self.run(move |connection| {
            let count: u32 = connection
                .prepare_cached("SELECT count(*) FROM orders WHERE user_id = ?1")?
                .query_row([user_id], |row| row.get(0))?;
            let skip = i64::from(page.saturating_sub(1)) * i64::from(ORDERS_A_PAGE);
            let orders = connection
                .prepare_cached(
                    "SELECT id, item, quantity FROM orders WHERE user_id = ?1 \
                     ORDER BY id DESC LIMIT ?2 OFFSET ?3",
                )?
                .query_map(params![user_id, ORDERS_A_PAGE, skip], |row| {
                    Ok(Order {
                        id: row.get(0)?,
                        item: row.get(1)?,
                        quantity: row.get(2)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let pages = count.div_ceil(ORDERS_A_PAGE).max(1);
            Ok(Orders {
                orders,
                page,
                pages,
            })
        })
        .await
    }

    pub(crate) async fn unread(&self, user_id: i64) -> mizan::Result<Vec<Notification>> {
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id, text FROM notifications WHERE user_id = ?1 AND NOT read \
                     ORDER BY id DESC",
                )?
                .query_map([user_id], |row| {
                    Ok(Notification {
                        id: row.get(0)?,
                        text: row.get(1)?,
                    })
                })?
                .collect()
        })
        .await
    }

    pub(crate) async fn rename(
        &self,
        user_id: i64,
        name: String,
    ) -> mizan::Result<Option<Profile>> {
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "UPDATE users SET name = ?2 WHERE id = ?1 RETURNING id, name, avatar, \
                     (SELECT version FROM pictures WHERE user_id = id)",
                )?
                .query_row(params![user_id, name], profile)
                .optional()
        })
        .await
    }

    pub(crate) async fn set_avatar(&self, user_id: i64, avatar: String) -> mizan::Result<()> {
        self.run(move |connection| {
            connection
                .prepare_cached("UPDATE users SET avatar = ?2 WHERE id = ?1")?
                .execute(params![user_id, avatar])
                .map(drop)
        })
        .await
    }

    /// Takes an order, and notifies the one who placed it.
    pub(crate) async fn place_order(
        &self,
        user_id: i64,
        item: String,
        quantity: u32,
    ) -> mizan::Result<Order> {
        self.run(move |connection| {
            let both = connection.transaction()?;
            both.prepare_cached(
                "INSERT INTO orders (user_id, item, quantity) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![user_id, item, quantity])?;
            let id = both.last_insert_rowid();
            both.prepare_cached("INSERT INTO notifications (user_id, text) VALUES (?1, ?2)")?
                .execute(params![user_id, format!("Ordered: {quantity} × {item}")])?;
            both.commit()?;
            Ok(Order { id, item, quantity })
        })
        .await
    }

    /// Says whether the user has such a notification.
    pub(crate) async fn mark_read(&self, user_id: i64, id: i64) -> mizan::Result<bool> {
        self.run(move |connection| {
            connection
                .prepare_cached("UPDATE notifications SET read = 1 WHERE user_id = ?1 AND id = ?2")?
                .execute([user_id, id])
                .map(|changed| changed > 0)
        })
        .await
    }

    /// Replaces a user's picture.
    pub(crate) async fn set_picture(
        &self,
        user_id: i64,
        content_type: String,
        content: Bytes,
    ) -> mizan::Result<()> {
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO pictures (user_id, content_type, content) VALUES (?1, ?2, ?3) \
                     ON CONFLICT (user_id) DO UPDATE SET content_type = excluded.content_type, \
                     content = excluded.content, version = version + 1",
                )?
                .execute(params![user_id, content_type, &content[..]])
                .map(drop)
        })
        .await
    }

    pub(crate) async fn picture(&self, user_id: i64) -> mizan::Result<Option<Picture>> {
        self.run(move |connection| {
            connection
                .prepare_cached("SELECT content_type, content FROM pictures WHERE user_id = ?1")?
                .query_row([user_id], |row| {
                    Ok(Picture {
                        content_type: row.get(0)?,
                        content: row.get(1)?,
                    })
                })
                .optional()
        })
        .await
    }

    /// Keeps what was sent by the contact form, and gives its id.
    pub(crate) async fn add_message(&self, contact: Contact) -> mizan::Result<i64> {
        self.run(move |connection| {
            let topic = match contact.topic {
                Topic::Sales => "sales",
                Topic::Help => "help",
            };
            connection
                .prepare_cached(
                    "INSERT INTO messages (name, email, age, topic, message) \
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .insert(params![
                    contact.name,
                    contact.email,
                    contact.age,
                    topic,
                    contact.message
                ])
        })
        .await
    }

    /// The latest messages, the last one first.
    pub(crate) async fn messages(&self) -> mizan::Result<Vec<Message>> {
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id, name, email, age, topic, message FROM messages \
                     ORDER BY id DESC LIMIT ?1",
                )?
                .query_map([MESSAGES], |row| {
                    Ok(Message {
                        id: row.get(0)?,
                        name: row.get(1)?,
                        email: row.get(2)?,
                        age: row.get(3)?,
                        topic: row.get(4)?,
                        message: row.get(5)?,
                    })
                })?
                .collect()
        })
        .await
    }
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get(0)?,
        name: row.get(1)?,
        staff: row.get(2)?,
    })
}

fn profile(row: &Row<'_>) -> rusqlite::Result<Profile> {
    let user_id = row.get(0)?;
    let version: Option<u32> = row.get(3)?;
    Ok(Profile {
        user_id,
        name: row.get(1)?,
        avatar: row.get(2)?,
        picture: version.map(|version| format!("/avatars/{user_id}?v={version}")),
    })
}
