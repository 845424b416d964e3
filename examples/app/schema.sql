PRAGMA foreign_keys = ON;

CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    avatar TEXT NOT NULL,
    staff INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users,
    item TEXT NOT NULL,
    quantity INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_of_user ON orders (user_id, id);

CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users,
    text TEXT NOT NULL,
    read INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS unread_of_user ON notifications (user_id) WHERE NOT read;

CREATE TABLE IF NOT EXISTS pictures (
    user_id INTEGER PRIMARY KEY REFERENCES users,
    content_type TEXT NOT NULL,
    content BLOB NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    age INTEGER,
    topic TEXT NOT NULL,
    message TEXT NOT NULL
);

INSERT OR IGNORE INTO users (id, login, name, avatar, staff) VALUES
    (1, 'ada', 'Ada', '🦉', 0),
    (2, 'grace', 'Grace', '🐛', 1),
    (3, 'linus', 'Linus', '🐧', 0);

INSERT OR IGNORE INTO orders (id, user_id, item, quantity) VALUES
    (1, 1, 'Punched cards', 200),
    (2, 1, 'Tea', 2),
    (3, 1, 'Notebook', 1),
    (4, 1, 'Ink', 3),
    (5, 1, 'Lamp oil', 1),
    (6, 1, 'Brass gears', 48),
    (7, 2, 'Tweezers', 1),
    (8, 2, 'Coffee', 4),
    (9, 3, 'Fish', 12);

INSERT OR IGNORE INTO notifications (id, user_id, text) VALUES
    (1, 1, 'Welcome, Ada'),
    (2, 1, 'Your brass gears are on their way'),
    (3, 2, 'Welcome, Grace'),
    (4, 3, 'Welcome, Linus');
