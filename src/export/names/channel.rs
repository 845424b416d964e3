//! What a channel is called in generated code.

use super::table::{Scope, Table};
use super::word::{camel, pascal};
use crate::export::representation::ChannelType;

/// What a channel is called in generated code.
#[derive(Clone, Debug)]
pub(crate) struct ChannelNames {
    /// `ChatChannelParams`
    pub(crate) params: String,
    /// `ChatClientMessage`
    pub(crate) client: String,
    /// `ChatServerMessage`
    pub(crate) server: String,
    /// `chatChannel`
    pub(crate) descriptor: String,
    /// `joinChatChannel`
    pub(crate) join: String,
    /// `useChatChannel`
    pub(crate) hook: String,
    /// `chatClientMessageSchema`
    pub(crate) schema: String,
}

pub(super) fn of_channel(channel: &ChannelType, table: &mut Table) -> ChannelNames {
    let said = channel.ts_name.as_deref().unwrap_or(&channel.name);
    let (word, small) = (pascal(said), camel(said));
    let names = ChannelNames {
        params: format!("{word}ChannelParams"),
        client: format!("{word}ClientMessage"),
        server: format!("{word}ServerMessage"),
        descriptor: format!("{small}Channel"),
        join: format!("join{word}Channel"),
        hook: format!("use{word}Channel"),
        schema: format!("{small}ClientMessageSchema"),
    };
    let mut owner = table.owner("channel", &channel.name, &word);
    if let Some(params) = &channel.params {
        owner.takes(Scope::Type(Some(params)), &names.params);
    }
    if let Some(message) = &channel.client_message {
        owner.takes(Scope::Type(Some(message)), &names.client);
        owner.takes(Scope::Zod, &names.schema);
    }
    if let Some(message) = &channel.server_message {
        owner.takes(Scope::Type(Some(message)), &names.server);
    }
    owner.takes(Scope::Calls, &names.descriptor);
    owner.takes(Scope::Calls, &names.join);
    owner.takes(Scope::React, &names.hook);
    names
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use crate::channel::{Channel, Never, Settings, Subscriber};
    use crate::export::{ExportError, Typescript};
    use crate::{Call, Function, Registry, RegistryBuilder, Result};

    /// A channel of these types.
    struct Open<P, C, S>(PhantomData<Types<P, C, S>>);

    type Types<P, C, S> = fn() -> (P, C, S);

    impl<P, C, S> Channel for Open<P, C, S>
    where
        P: Serialize + for<'de> Deserialize<'de> + JsonSchema + Send + Sync + 'static,
        C: for<'de> Deserialize<'de> + JsonSchema + Send + 'static,
        S: Serialize + JsonSchema + Send + Sync + 'static,
    {
        type Params = P;
        type ClientMessage = C;
        type ServerMessage = S;

        async fn authorize(&self, _: &Subscriber, _: &P) -> Result<bool> {
            Ok(true)
        }
    }

    fn open<P, C, S>() -> Open<P, C, S> {
        Open(PhantomData)
    }

    /// What clashes, one line each.
    fn clashes(registry: RegistryBuilder, client: Typescript) -> Vec<String> {
        match registry.build().unwrap().render(client) {
            Ok(_) => Vec::new(),
            Err(ExportError::Names(clashes)) => clashes.iter().map(ToString::to_string).collect(),
            Err(error) => panic!("{error}"),
        }
    }

    fn plain(name: &'static str) -> Function<(), i64> {
        Function::new(name, |_: Call| -> Result<i64> { Ok(1) })
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct ChatClientMessage {
        text: String,
    }

    #[test]
    fn clashes_name_both_sides() {
        let registry = || Registry::builder().function(plain("chat_channel"));
        let found = clashes(
            registry().channel("chat", open::<(), Never, String>()),
            Typescript::react(),
        );
        assert_eq!(
            found,
            [
                "`useChatChannel` is wanted by the channel \"chat\" and is the function \
                 \"chat_channel\"; give one of them another word with `.ts_name(\"…\")`"
            ]
        );

        // The type of another one's messages has the name of this one's.
        let found = clashes(
            Registry::builder()
                .channel("chat", open::<(), u8, Never>())
                .channel("feed", open::<(), Never, ChatClientMessage>()),
            Typescript::plain(),
        );
        assert_eq!(
            found,
            [
                "`ChatClientMessage` is wanted by the channel \"chat\" and is the type \
                 `ChatClientMessage`; give the type another name with \
                 `#[schemars(rename = \"…\")]`"
            ]
        );
    }

    #[test]
    fn a_message_may_have_the_name_that_it_gets() {
        let registry = Registry::builder()
            .channel("chat", open::<(), ChatClientMessage, Never>())
            .function(plain("join_chat"));
        assert_eq!(clashes(registry, Typescript::react()), [""; 0]);
    }

    #[test]
    fn what_channels_need_is_free_without_them() {
        let registry = || Registry::builder().function(plain("channel"));
        assert_eq!(clashes(registry(), Typescript::react()), [""; 0]);
        let found = clashes(
            registry().channel("chat", open::<(), Never, String>()),
            Typescript::react(),
        );
        let [found] = &*found else {
            panic!("{found:?}");
        };
        assert!(found.starts_with(
            "`useChannel` is wanted by the function \"channel\" and is what channels need; give"
        ));
    }

    #[test]
    fn in_tests_channels_have_a_place_of_their_own() {
        let registry = Registry::builder()
            .function(plain("chat"))
            .channel("chat", open::<(), Never, String>());
        assert_eq!(clashes(registry, Typescript::react()), [""; 0]);
    }

    #[test]
    fn another_word_cures() {
        struct Named;

        impl Channel for Named {
            type Params = ();
            type ClientMessage = Never;
            type ServerMessage = Never;

            async fn authorize(&self, _: &Subscriber, (): &()) -> Result<bool> {
                Ok(true)
            }

            fn settings(&self) -> Settings {
                Settings::new().ts_name("room")
            }
        }

        let registry = Registry::builder()
            .function(plain("chat_channel"))
            .channel("chat", Named)
            .build()
            .unwrap();
        let files = registry.render(Typescript::react()).unwrap();
        assert!(files["react.ts"].contains("function useRoomChannel("));
        assert!(files["calls.ts"].contains("const roomChannel: "));
        assert!(files["calls.ts"].contains("name: 'chat'"));
    }
}
