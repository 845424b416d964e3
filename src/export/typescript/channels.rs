//! What calls.ts, react.ts and testing.ts have of channels.

use super::layout::{Module, constant, doc, function};
use super::spell::{key, member, quote, texts, value};
use crate::export::names::{ChannelNames, Names};
use crate::export::representation::{ChannelType, Representation};

const RUNTIME: &str = "./mizan/channels/index.js";
const HOOKS: &str = "./mizan/react-channels/index.js";
const TESTING: &str = "./mizan/testing/index.js";
const CALLS: &str = "./calls.js";
const TYPES: &str = "./types.js";

/// What applications name of joining, so that they import from one place.
pub(super) const CALLS_REEXPORTS: &str = "\
export type { ChannelSnapshot, ChannelStatus, Joined, JoinOptions } \
from './mizan/channels/index.js';";

/// What components name of channels.
pub(super) const REACT_REEXPORTS: &str = "\
export type { ChannelHook, ChannelHookOptions } from './mizan/react-channels/index.js';";

/// What stands for the types of a channel: where it has none, what fits nothing.
struct Spelled<'n> {
    params: &'n str,
    client: &'n str,
    server: &'n str,
}

impl<'n> Spelled<'n> {
    /// Imports those that there are.
    fn of(channel: &ChannelType, names: &'n ChannelNames, module: &mut Module) -> Self {
        let mut spell = |ty: bool, name: &'n str, absent: &'static str| match ty {
            true => {
                module.ty(TYPES, name);
                name
            }
            false => absent,
        };
        Self {
            params: spell(
                channel.params.is_some(),
                &names.params,
                "Record<never, never>",
            ),
            client: spell(channel.client_message.is_some(), &names.client, "never"),
            server: spell(channel.server_message.is_some(), &names.server, "never"),
        }
    }

    fn all(&self) -> [&'n str; 3] {
        [self.params, self.client, self.server]
    }
}

/// What a channel is joined with: the parameter, where it takes one, and what is handed on.
fn given(
    channel: &ChannelType,
    representation: &Representation,
    spelled: &str,
) -> (Option<String>, &'static str) {
    let default = match channel.is_optional(representation) {
        true => " = {}",
        false => "",
    };
    match &channel.params {
        Some(_) => (Some(format!("params: {spelled}{default}")), "params"),
        None => (None, "{}"),
    }
}

/// The descriptors, and the functions that join.
pub(super) fn descriptors(representation: &Representation, names: &Names, module: &mut Module) {
    if representation.has_channels() {
        module.heading("Channels.");
    }
    for (channel, names) in representation.channels.iter().zip(&names.channels) {
        descriptor(channel, names, module);
        join(channel, names, representation, module);
    }
}

fn descriptor(channel: &ChannelType, names: &ChannelNames, module: &mut Module) {
    module.ty(RUNTIME, "ChannelDescriptor");
    let mut members = vec![format!("name: {}", quote(&channel.name))];
    let params = channel.parameters.as_ref();
    let params = params.map_or_else(|| "null".to_owned(), |names| texts(names));
    members.push(format!("params: {params}"));
    let defaults = channel.defaults.iter();
    let defaults: Vec<String> = defaults
        .map(|(name, default)| format!("{}: {}", key(name), value(default, 2)))
        .collect();
    if !defaults.is_empty() {
        members.push(format!("defaults: {{ {} }}", defaults.join(", ")));
    }
    let spelled = Spelled::of(channel, names, module);
    module.add(&constant(
        &names.descriptor,
        "ChannelDescriptor",
        &spelled.all(),
        &members,
    ));
}

fn join(
    channel: &ChannelType,
    names: &ChannelNames,
    representation: &Representation,
    module: &mut Module,
) {
    for name in ["Joined", "JoinOptions"] {
        module.ty(RUNTIME, name);
    }
    module.value(RUNTIME, "joinChannel");
    let Spelled {
        params,
        client,
        server,
    } = Spelled::of(channel, names, module);
    let (param, given) = given(channel, representation, params);
    let params: Vec<String> = param
        .into_iter()
        .chain([format!("options?: JoinOptions<{server}>")])
        .collect();
    module.add(&format!(
        "{}{}",
        doc(channel.doc.as_deref(), 0),
        function(
            &format!("export function {}", names.join),
            &params,
            &format!("Joined<{client}, {server}>"),
            &format!(
                "return joinChannel(api, {}, {given}, options);",
                names.descriptor
            ),
        )
    ));
}

/// The hooks.
pub(super) fn hooks(representation: &Representation, names: &Names, module: &mut Module) {
    if representation.has_channels() {
        module.heading("Channels.");
    }
    for (channel, names) in representation.channels.iter().zip(&names.channels) {
        for name in ["ChannelHook", "ChannelHookOptions"] {
            module.ty(HOOKS, name);
        }
        module.value(HOOKS, "useChannel");
        module.value(CALLS, &names.descriptor);
        let Spelled {
            params,
            client,
            server,
        } = Spelled::of(channel, names, module);
        // Without params there is nothing to wait for.
        let (param, given) = given(channel, representation, &format!("{params} | null"));
        let params: Vec<String> = param
            .into_iter()
            .chain([format!("options?: ChannelHookOptions<{server}>")])
            .collect();
        module.add(&format!(
            "{}{}",
            doc(channel.doc.as_deref(), 0),
            function(
                &format!("export function {}", names.hook),
                &params,
                &format!("ChannelHook<{client}, {server}>"),
                &format!(
                    "return useChannel(api, {}, {given}, options);",
                    names.descriptor
                ),
            )
        ));
    }
}

/// What stands for the channels in tests.
pub(super) fn stubs(representation: &Representation, names: &Names, module: &mut Module) {
    module.ty(TESTING, "ChannelStub");
    let mut stubs = String::new();
    for (channel, names) in representation.channels.iter().zip(&names.channels) {
        let spelled = Spelled::of(channel, names, module);
        stubs.push_str(&format!(
            "{}  {}?: ChannelStub<{}>;\n",
            doc(channel.doc.as_deref(), 2),
            member(&channel.name),
            spelled.all().join(", ")
        ));
    }
    module.add(&format!(
        "/** What stands for each channel in a test. */\nexport interface ChannelStubs {{\n{stubs}}}"
    ));
}
