//! The work that all scenarios do, and the texts of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Greet {
    pub(super) user_id: i64,
    name: String,
    title: Title,
    excited: bool,
    times: u8,
    language: Language,
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
enum Title {
    Countess,
    Baroness,
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Language {
    En,
    De,
}

#[derive(Clone, Serialize, JsonSchema)]
pub(super) struct Greeting {
    user_id: i64,
    name: String,
    title: Title,
    mark: char,
    times: u8,
    language: Language,
}

/// What every handler does.
pub(super) fn greet(input: Greet) -> Greeting {
    Greeting {
        user_id: input.user_id,
        name: input.name,
        title: input.title,
        mark: if input.excited { '!' } else { '.' },
        times: input.times,
        language: input.language,
    }
}

/// How long the name is, which is what payloads differ in.
#[derive(Clone, Copy)]
pub(super) struct Payload(usize);

/// A body of 118 bytes.
pub(super) const SMALL: Payload = Payload(12);
/// A body of 1 KiB.
pub(super) const LARGE: Payload = Payload(918);

impl Payload {
    fn name(self) -> String {
        "Ada Lovelace".chars().cycle().take(self.0).collect()
    }

    /// The input as JSON.
    pub(super) fn input(self) -> String {
        format!(
            r#"{{"user_id":42,"name":"{}","title":"Countess","excited":true,"times":3,"language":"en"}}"#,
            self.name(),
        )
    }

    /// The body of a call.
    pub(super) fn call(self, function: &str) -> String {
        format!(r#"{{"fn":"{function}","args":{}}}"#, self.input())
    }

    /// The output as JSON.
    pub(super) fn output(self) -> String {
        format!(
            r#"{{"user_id":42,"name":"{}","title":"Countess","mark":"!","times":3,"language":"en"}}"#,
            self.name(),
        )
    }

    /// The body of a call's answer.
    pub(super) fn result(self) -> String {
        format!(r#"{{"result":{}}}"#, self.output())
    }
}
