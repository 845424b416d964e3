use std::borrow::Cow;
use std::time::Duration;

const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);

/// How a channel is served.
///
/// ```
/// use std::time::Duration;
/// use mizan::channel::Settings;
///
/// let settings = Settings::new().presence(true).deadline(Some(Duration::from_secs(2)));
/// ```
#[derive(Clone, Debug)]
#[must_use = "settings do nothing until `Channel::settings` returns them"]
pub struct Settings {
    pub(crate) presence: bool,
    pub(crate) tell_missed: bool,
    pub(crate) deadline: Option<Duration>,
    pub(crate) ts_name: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
}

impl Settings {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            presence: false,
            tell_missed: false,
            deadline: Some(DEFAULT_DEADLINE),
            ts_name: None,
            description: None,
        }
    }

    /// Whether [`Channels::presence`](super::Channels::presence) tells who is there, which the
    /// nodes then tell each other; off unless set.
    pub fn presence(mut self, on: bool) -> Self {
        self.presence = on;
        self
    }

    /// Whether clients are told when messages from other nodes may have been lost, by a frame of
    /// type `Missed`, so that they can fetch anew what they show; off unless set. The moment that a
    /// backplane takes to learn of a group's first member is not told of.
    pub fn tell_missed(mut self, on: bool) -> Self {
        self.tell_missed = on;
        self
    }

    /// How long each hook may take; 10 seconds unless set, `None` for ever. `on_disconnect` has 30
    /// seconds then.
    pub fn deadline(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// The word that the channel has in generated code, in place of its name: `room` makes
    /// `useRoomChannel`. For names that would clash there.
    pub fn ts_name(mut self, word: impl Into<Cow<'static, str>>) -> Self {
        self.ts_name = Some(word.into());
        self
    }

    /// What the channel is for, for tools and for the generated client.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(text.into());
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}
