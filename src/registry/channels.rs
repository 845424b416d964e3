//! What a registry knows of channels.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::builder::RegistryBuilder;
use super::defect::Defect;
use super::graph::{Names, Registry};
use super::listing::canonical;
use crate::channel::{Backplane, Channel, ChannelEntry, Channels, Hub};

/// A registered channel, for tools.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ChannelInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<&'a str>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// The JSON schema of its parameters; `None` where it takes none.
    pub params: Option<&'a Value>,
    /// The name of its parameters' type, where schemas call it by a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params_name: Option<&'a str>,
    /// The JSON schema of what clients say; `None` where they say nothing.
    pub client: Option<&'a Value>,
    /// The name of that type, where schemas call it by a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<&'a str>,
    /// The JSON schema of what clients are told; `None` where they are told nothing.
    pub server: Option<&'a Value>,
    /// The name of that type, where schemas call it by a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<&'a str>,
    /// Whether it is known who is there.
    pub presence: bool,
    /// Whether clients are told when they may have missed something.
    pub tells_missed: bool,
}

pub(super) struct ChannelSet {
    all: Vec<Arc<ChannelEntry>>,
    names: Names<usize>,
    hub: Arc<Hub>,
}

impl ChannelSet {
    pub(super) fn check(
        all: Vec<ChannelEntry>,
        backplane: Option<Box<dyn Backplane>>,
        defects: &mut Vec<Defect>,
    ) -> Self {
        let mut names: Names<usize> = HashMap::default();
        for (index, entry) in all.iter().enumerate() {
            let channel = || entry.name().to_owned();
            if !entry.is_named() {
                defects.push(Defect::InvalidName {
                    what: "channel",
                    name: channel(),
                });
            }
            if names.insert(entry.name().into(), index).is_some() {
                defects.push(Defect::DuplicateChannel { channel: channel() });
            }
            let params = entry.params.as_deref();
            if params.is_some_and(|params| !params.is_object()) {
                defects.push(Defect::ChannelParams { channel: channel() });
            }
            let params = params.filter(|params| params.is_constrained());
            let schemas = [
                ("parameters", params.and_then(|params| params.defect())),
                ("messages", entry.client_defect.as_deref()),
            ];
            defects.extend(schemas.into_iter().filter_map(|(of, problem)| {
                Some(Defect::ChannelSchema {
                    channel: channel(),
                    of,
                    problem: problem?.to_owned(),
                })
            }));
        }
        Self {
            all: all.into_iter().map(Arc::new).collect(),
            names,
            hub: Hub::new(backplane),
        }
    }

    /// What of them is part of the contract. Names in code, presence and what is said of lost
    /// messages are no part of what clients were generated from.
    pub(super) fn shapes(&self) -> impl Iterator<Item = String> {
        self.all.iter().map(|entry| {
            let mut public = info(entry);
            public.ts_name = None;
            public.description = None;
            public.params_name = None;
            public.client_name = None;
            public.server_name = None;
            public.presence = false;
            public.tells_missed = false;
            canonical(&public)
        })
    }
}

impl RegistryBuilder {
    /// Registers a channel under a name: one that matches `[A-Za-z_][A-Za-z0-9_.-]*`, at most 64
    /// characters; [`build`](Self::build) refuses others.
    ///
    /// ```
    /// # use mizan::channel::{Channel, Never, Subscriber};
    /// # use mizan::{Registry, Result};
    /// struct News;
    ///
    /// impl Channel for News {
    ///     type Params = ();
    ///     type ClientMessage = Never;
    ///     type ServerMessage = String;
    ///
    ///     async fn authorize(&self, _: &Subscriber, _: &()) -> Result<bool> {
    ///         Ok(true)
    ///     }
    /// }
    ///
    /// let registry = Registry::builder().channel("news", News).build()?;
    /// # Ok::<(), mizan::RegistryError>(())
    /// ```
    pub fn channel<C: Channel>(mut self, name: impl Into<Cow<'static, str>>, channel: C) -> Self {
        self.channels.push(ChannelEntry::new(&name.into(), channel));
        self
    }

    /// Joins this node's channels with those of the application's other nodes. Without it the
    /// application is one node. The last one that is given counts.
    ///
    /// ```
    /// # use mizan::{Registry, channel::MemoryNodes};
    /// let nodes = MemoryNodes::new();
    /// let registry = Registry::builder().backplane(nodes.node()).build()?;
    /// # Ok::<(), mizan::RegistryError>(())
    /// ```
    pub fn backplane(mut self, backplane: impl Backplane) -> Self {
        self.backplane = Some(Box::new(backplane));
        self
    }
}

impl Registry {
    /// The channels, to say something on.
    pub fn channels(&self) -> Channels {
        Channels::new(self.clone())
    }

    /// The channels in the order of registration.
    ///
    /// ```
    /// # use mizan::channel::{Channel, Never, Subscriber};
    /// # use mizan::{Registry, Result};
    /// # struct News;
    /// # impl Channel for News {
    /// #     type Params = (); type ClientMessage = Never; type ServerMessage = String;
    /// #     async fn authorize(&self, _: &Subscriber, _: &()) -> Result<bool> { Ok(true) }
    /// # }
    /// let registry = Registry::builder().channel("news", News).build()?;
    /// let news = registry.channel_infos().next().unwrap();
    /// assert_eq!((news.name, news.params, news.client), ("news", None, None));
    /// # Ok::<(), mizan::RegistryError>(())
    /// ```
    pub fn channel_infos(&self) -> impl Iterator<Item = ChannelInfo<'_>> {
        let all = self.graph().channels.all.iter();
        all.map(|entry| info(entry))
    }

    pub(crate) fn channel(&self, name: &str) -> Option<&Arc<ChannelEntry>> {
        let set = &self.graph().channels;
        set.all.get(*set.names.get(name)?)
    }

    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.graph().channels.hub
    }
}

fn info(entry: &ChannelEntry) -> ChannelInfo<'_> {
    let [params_name, client_name, server_name] = &entry.type_names;
    ChannelInfo {
        name: entry.name(),
        ts_name: entry.settings.ts_name.as_deref(),
        description: entry.settings.description.as_deref(),
        params: entry.params.as_deref().map(|params| params.schema()),
        params_name: params_name.as_deref(),
        client: entry.client.as_ref(),
        client_name: client_name.as_deref(),
        server: entry.server.as_ref(),
        server_name: server_name.as_deref(),
        presence: entry.settings.presence,
        tells_missed: entry.settings.tell_missed,
    }
}
