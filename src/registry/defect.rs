use std::fmt;

/// Everything that is wrong with a registry.
///
/// ```
/// # use mizan::{Call, Context, Function, Registry, Result};
/// fn save(_: Call) -> Result<()> { Ok(()) }
/// const USRE: Context = Context::new("usre");
///
/// let error = Registry::builder()
///     .function(Function::new("save", save).affects(USRE))
///     .function(Function::new("not a name", save))
///     .build()
///     .unwrap_err();
/// assert_eq!(error.defects().len(), 2);
/// assert!(error.to_string().contains("`save` affects the context `usre`, which has no members"));
/// ```
#[derive(Debug)]
pub struct RegistryError {
    defects: Vec<Defect>,
}

impl RegistryError {
    pub(super) fn new(defects: Vec<Defect>) -> Self {
        Self { defects }
    }

    /// Every defect, in the order of registration.
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.defects.len();
        let noun = if count == 1 { "defect" } else { "defects" };
        write!(f, "the registry has {count} {noun}:")?;
        for defect in &self.defects {
            write!(f, "\n  - {defect}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RegistryError {}

/// One thing that is wrong with a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Defect {
    /// A name that the protocol does not allow.
    InvalidName {
        /// `function`, `context` or `channel`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Two functions of one name.
    DuplicateFunction {
        /// The name.
        function: String,
    },
    /// Two states of one type.
    DuplicateState {
        /// The type.
        state: String,
    },
    /// The input is neither an object nor absent.
    InputIsNoObject {
        /// The function.
        function: String,
    },
    /// The input's schema asks for something that nothing can be held to, such as a pattern that is
    /// no regular expression.
    InputSchema {
        /// The function.
        function: String,
        /// What is wrong.
        problem: String,
    },
    /// A function that joins several contexts.
    SeveralContexts {
        /// The function.
        function: String,
    },
    /// A private function that is a member of a context, which would be nobody's to read.
    PrivateReader {
        /// The function.
        function: String,
    },
    /// A function that reads for a context and changes one too.
    ReaderAffects {
        /// The function.
        function: String,
    },
    /// `affects` or `merge` of a context without members.
    UnknownContext {
        /// The function.
        function: String,
        /// What it declares: `affects` or `merges into`.
        effect: &'static str,
        /// The context.
        context: String,
    },
    /// `affects_params` of a function that affects nothing.
    NothingToScope {
        /// The function.
        function: String,
    },
    /// More keys than a context can have.
    TooManyKeys {
        /// The context.
        context: String,
    },
    /// One context that is declared with different keys in different places.
    DivergingKeys {
        /// The context.
        context: String,
        /// The function whose declaration differs from the first.
        function: String,
    },
    /// A key that some member does not take as a scalar parameter.
    MissingKey {
        /// The context.
        context: String,
        /// The key.
        key: String,
        /// The member.
        function: String,
    },
    /// A parameter that two members declare with different types or defaults.
    DivergingParameter {
        /// The context.
        context: String,
        /// The parameter.
        parameter: String,
        /// The member that declares it first.
        first: String,
        /// The member that declares it otherwise.
        other: String,
    },
    /// A local context whose name others use too.
    SharedLocal {
        /// The context.
        context: String,
    },
    /// A merge into a context of which no member has the output's type.
    NoSlot {
        /// The function.
        function: String,
        /// The context.
        context: String,
        /// Whether a list of the output was looked for.
        list: bool,
    },
    /// A merge into a context of which several members have the output's type.
    AmbiguousSlot {
        /// The function.
        function: String,
        /// The context.
        context: String,
        /// The members.
        slots: Vec<String>,
    },
    /// A merge into a slot whose function takes no parameters, so that every instance would get
    /// the value, and that was not allowed by name.
    UnscopedSlot {
        /// The function.
        function: String,
        /// The slot.
        slot: String,
    },
    /// An upsert by a key that is no member of the output.
    NoMergeKey {
        /// The function.
        function: String,
        /// The key.
        key: String,
    },
    /// Two channels of one name.
    DuplicateChannel {
        /// The name.
        channel: String,
    },
    /// The parameters of a channel are neither an object nor absent.
    ChannelParams {
        /// The channel.
        channel: String,
    },
    /// A schema of a channel asks for something that nothing can be held to.
    ChannelSchema {
        /// The channel.
        channel: String,
        /// `parameters` or `messages`.
        of: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// A form whose declaration does not fit its type.
    Form {
        /// The form.
        form: String,
        /// What is wrong, as it follows the form's name.
        problem: String,
    },
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Defect::InvalidName { what, name } => write!(
                f,
                "the {what} name `{name}` is not of the form [A-Za-z_][A-Za-z0-9_.-]* with at \
                 most 64 characters",
            ),
            Defect::DuplicateFunction { function } => {
                write!(f, "the function `{function}` is registered more than once")
            }
            Defect::DuplicateState { state } => {
                write!(f, "the state `{state}` is given more than once")
            }
            Defect::InputIsNoObject { function } => write!(
                f,
                "the input of `{function}` is no object; make it a struct with named fields",
            ),
            Defect::InputSchema { function, problem } => write!(
                f,
                "the schema of the input of `{function}` cannot be held to: {problem}",
            ),
            Defect::SeveralContexts { function } => write!(
                f,
                "`{function}` joins more than one context; register it under two names instead",
            ),
            Defect::PrivateReader { function } => write!(
                f,
                "`{function}` is private and a member of a context, which nobody could read then",
            ),
            Defect::ReaderAffects { function } => write!(
                f,
                "`{function}` reads for a context and changes one too; make it two functions",
            ),
            Defect::UnknownContext {
                function,
                effect,
                context,
            } => write!(
                f,
                "`{function}` {effect} the context `{context}`, which has no members",
            ),
            Defect::NothingToScope { function } => {
                write!(f, "`{function}` has `affects_params` and affects nothing",)
            }
            Defect::TooManyKeys { context } => {
                write!(f, "the context `{context}` has more than 8 keys")
            }
            Defect::DivergingKeys { context, function } => write!(
                f,
                "`{function}` declares the context `{context}` with other keys than its first \
                 member does; declare it once, as a constant",
            ),
            Defect::MissingKey {
                context,
                key,
                function,
            } => write!(
                f,
                "the key `{key}` of the context `{context}` is no scalar parameter of its member \
                 `{function}`",
            ),
            Defect::DivergingParameter {
                context,
                parameter,
                first,
                other,
            } => write!(
                f,
                "the members `{first}` and `{other}` of the context `{context}` declare the \
                 parameter `{parameter}` with different types or defaults",
            ),
            Defect::SharedLocal { context } => write!(
                f,
                "the context `{context}` is local to the function of this name and has other \
                 members",
            ),
            Defect::NoSlot {
                function,
                context,
                list,
            } => write!(
                f,
                "`{function}` merges into the context `{context}`, where no member's output is {} \
                 `{function}`'s",
                if *list {
                    "a `Vec` of"
                } else {
                    "of the same type as"
                },
            ),
            Defect::AmbiguousSlot {
                function,
                context,
                slots,
            } => write!(
                f,
                "`{function}` merges into the context `{context}`, where several members have its \
                 output type: {}",
                slots.join(", "),
            ),
            Defect::UnscopedSlot { function, slot } => write!(
                f,
                "`{function}` merges into `{slot}`, which takes no parameters, so that everybody's \
                 value would be replaced; if that is meant, add `.allow_unscoped_slot(\"{slot}\")`",
            ),
            Defect::DuplicateChannel { channel } => {
                write!(f, "the channel `{channel}` is registered more than once")
            }
            Defect::ChannelParams { channel } => write!(
                f,
                "the parameters of the channel `{channel}` are no object; make them a struct with \
                 named fields, or `()` where there are none",
            ),
            Defect::ChannelSchema {
                channel,
                of,
                problem,
            } => write!(
                f,
                "the schema of the {of} of the channel `{channel}` cannot be held to: {problem}",
            ),
            Defect::Form { form, problem } => write!(f, "the form `{form}` {problem}"),
            Defect::NoMergeKey { function, key } => write!(
                f,
                "`{function}` merges by `{key}`, which is no member of its output",
            ),
        }
    }
}
