/// What a hook has to say: to the one who asked, to the whole group, to the others in it, or
/// nothing.
///
/// ```
/// use mizan::channel::Reaction;
///
/// let reaction = Reaction::answer("welcome").and(Reaction::others("somebody came"));
/// # let nothing: Reaction<&str> = Reaction::none();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a reaction is sent when a hook returns it"]
pub struct Reaction<M> {
    messages: Vec<(To, M)>,
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Sender,
    Group,
    Others,
}

impl<M> Reaction<M> {
    /// Nothing.
    pub const fn none() -> Self {
        Self {
            messages: Vec::new(),
        }
    }

    /// A message to the connection whose frame is being served, and to no other.
    pub fn answer(message: M) -> Self {
        Self::one(To::Sender, message)
    }

    /// A message to everybody in the group, on every node: the sender too.
    pub fn broadcast(message: M) -> Self {
        Self::one(To::Group, message)
    }

    /// A message to everybody in the group but the sender's connection.
    pub fn others(message: M) -> Self {
        Self::one(To::Others, message)
    }

    /// This, and then that.
    pub fn and(mut self, then: Self) -> Self {
        self.messages.extend(then.messages);
        self
    }

    fn one(to: To, message: M) -> Self {
        Self {
            messages: vec![(to, message)],
        }
    }

    pub(crate) fn into_messages(self) -> Vec<(To, M)> {
        self.messages
    }
}

impl<M> Default for Reaction<M> {
    fn default() -> Self {
        Self::none()
    }
}
