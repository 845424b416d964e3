//! Names that generated code cannot give away.

/// Properties that React takes for itself, and what stands within a provider.
pub(super) const PROPS: [&str; 3] = ["key", "ref", "children"];

/// What the hooks of React and React DOM are called, those that are experimental too.
const REACT: &[&str] = &[
    "use",
    "useActionState",
    "useCallback",
    "useContext",
    "useDebugValue",
    "useDeferredValue",
    "useEffect",
    "useEffectEvent",
    "useFormState",
    "useFormStatus",
    "useId",
    "useImperativeHandle",
    "useInsertionEffect",
    "useLayoutEffect",
    "useMemo",
    "useMemoCache",
    "useOptimistic",
    "useReducer",
    "useRef",
    "useState",
    "useSyncExternalStore",
    "useTransition",
];

/// What generated code has of its own, beside what the registry names.
const OWN: &[&str] = &[
    "api",
    "createMizan",
    "testMizan",
    "MizanProvider",
    "Stubs",
    "useClient",
    "useMizan",
];

/// What generated code takes from the embedded kernel.
const KERNEL: &[&str] = &[
    "ContextProps",
    "FormHook",
    "FormsetHook",
    "UseFormOptions",
    "UseFormsetOptions",
    "createClient",
    "fetchContext",
    "patch",
    "prefetchContext",
    "provideContext",
    "run",
    "useCall",
    "useForm",
    "useFormset",
    "useSlot",
    "useSlotState",
];

/// What generated code has and takes from the kernel where the registry has channels.
const CHANNELS: &[&str] = &[
    "ChannelDescriptor",
    "ChannelHook",
    "ChannelHookOptions",
    "ChannelSnapshot",
    "ChannelStatus",
    "ChannelStub",
    "ChannelStubs",
    "JoinOptions",
    "Joined",
    "joinChannel",
    "useChannel",
];

/// What TypeScript takes for types, and words that it reads otherwise.
const TYPES: &[&str] = &[
    "any",
    "arguments",
    "as",
    "asserts",
    "async",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "infer",
    "instanceof",
    "interface",
    "is",
    "keyof",
    "let",
    "module",
    "namespace",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "package",
    "private",
    "protected",
    "public",
    "readonly",
    "return",
    "satisfies",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unique",
    "unknown",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Globals that generated types are written with.
const GLOBALS: &[&str] = &["Blob", "Record"];

/// Whose a name is in code that runs.
pub(super) fn in_code(name: &str, has_channels: bool) -> Option<&'static str> {
    let channels: &[&str] = if has_channels { CHANNELS } else { &[] };
    let owners = [
        (REACT, "a hook of React's"),
        (OWN, "generated code's own"),
        (KERNEL, "taken from the kernel"),
        (channels, "what channels need"),
    ];
    find(&owners, name)
}

/// Whose a name is among types.
pub(super) fn in_types(name: &str) -> Option<&'static str> {
    let owners = [
        (TYPES, "a word of TypeScript's"),
        (GLOBALS, "a global that generated types are written with"),
    ];
    find(&owners, name)
}

fn find(owners: &[(&[&str], &'static str)], name: &str) -> Option<&'static str> {
    let mut owners = owners.iter();
    let (_, owner) = owners.find(|(names, _)| names.contains(&name))?;
    Some(owner)
}
