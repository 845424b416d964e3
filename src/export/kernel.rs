//! The parts of the client that come with Mizan, embedded as they stand in `client/src`.

use super::banner;
use super::exported::Files;
use super::folder::EMBEDDED;

/// A source: its path in `client/src`, and its text.
type Source = (&'static str, &'static str);

macro_rules! sources {
    ($($path:literal,)*) => {
        &[$((
            $path,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/client/src/", $path)),
        ),)*]
    };
}

/// All sources, sorted.
#[rustfmt::skip]
const SOURCES: &[Source] = sources![
    // sources: begin
    "channels/connection.ts",
    "channels/descriptor.ts",
    "channels/index.ts",
    "channels/join.ts",
    "channels/pace.ts",
    "channels/proof.ts",
    "channels/pulse.ts",
    "channels/subscription.ts",
    "channels/token.ts",
    "channels/traffic.ts",
    "channels/verdict.ts",
    "channels/wire.ts",
    "core/attention.ts",
    "core/client.ts",
    "core/descriptor.ts",
    "core/effects.ts",
    "core/entry.ts",
    "core/environment.ts",
    "core/error.ts",
    "core/event.ts",
    "core/header.ts",
    "core/identity.ts",
    "core/index.ts",
    "core/inspect.ts",
    "core/instance.ts",
    "core/json.ts",
    "core/kernel.ts",
    "core/layers.ts",
    "core/merge.ts",
    "core/mizan.ts",
    "core/multipart.ts",
    "core/mutate.ts",
    "core/observe.ts",
    "core/options.ts",
    "core/page-data.ts",
    "core/page.ts",
    "core/params.ts",
    "core/patch.ts",
    "core/polls.ts",
    "core/priming.ts",
    "core/read.ts",
    "core/registry.ts",
    "core/retry.ts",
    "core/share.ts",
    "core/store.ts",
    "core/tabs.ts",
    "core/transport.ts",
    "core/upload.ts",
    "core/values.ts",
    "forms/controls.ts",
    "forms/engine.ts",
    "forms/fields.ts",
    "forms/index.ts",
    "forms/judge.ts",
    "forms/kind.ts",
    "forms/plain.ts",
    "forms/state.ts",
    "forms/types.ts",
    "forms/values.ts",
    "react-channels/index.ts",
    "react-channels/use-channel.ts",
    "react-forms/field.ts",
    "react-forms/index.ts",
    "react-forms/part.ts",
    "react-forms/shared.ts",
    "react-forms/use-form.ts",
    "react-forms/use-formset.ts",
    "react/call.ts",
    "react/calls.ts",
    "react/client.ts",
    "react/index.ts",
    "react/options.ts",
    "react/scope.ts",
    "react/slot-state.ts",
    "react/slot.ts",
    "testing/answer.ts",
    "testing/channels.ts",
    "testing/forms.ts",
    "testing/index.ts",
    "testing/registry.ts",
    "testing/stubs.ts",
    "testing/transport.ts",
    "zod/about.ts",
    "zod/alternatives.ts",
    "zod/coerce.ts",
    "zod/composite.ts",
    "zod/email.ts",
    "zod/fields.ts",
    "zod/form.ts",
    "zod/index.ts",
    "zod/number.ts",
    "zod/numeral.ts",
    "zod/scalar.ts",
    "zod/schema.ts",
    "zod/text.ts",
    "zod/union.ts",
    // sources: end
];

/// Adds the sources of these folders.
pub(super) fn embed(folders: &[&str], command: &str, files: &mut Files) {
    let banner = banner::of_embedded(command);
    for (path, text) in SOURCES {
        let folder = path.split('/').next().unwrap_or_default();
        if folders.contains(&folder) {
            files.insert(format!("{EMBEDDED}/{path}"), format!("{banner}{text}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::{env, fs};

    use super::*;

    fn find(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                find(&path, root, found);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            let test = [".test.ts", ".test.tsx", ".test-d.ts", ".test-d.tsx"];
            if (name.ends_with(".ts") || name.ends_with(".tsx"))
                && !test.iter().any(|end| name.ends_with(end))
            {
                found.push(name.replace('\\', "/"));
            }
        }
    }

    /// With `MIZAN_UPDATE` set it writes the table anew.
    #[test]
    fn every_source_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sources = root.join("client/src");
        let mut found = Vec::new();
        find(&sources, &sources, &mut found);
        found.sort();
        let embedded: Vec<&str> = SOURCES.iter().map(|(path, _)| *path).collect();
        if env::var_os("MIZAN_UPDATE").is_some() && embedded != found {
            let this = root.join(file!());
            let text = fs::read_to_string(&this).unwrap();
            let (head, rest) = text.split_once("    // sources: begin\n").unwrap();
            let (_, tail) = rest.split_once("    // sources: end\n").unwrap();
            let rows: String = found
                .iter()
                .map(|path| format!("    \"{path}\",\n"))
                .collect();
            let table = format!("    // sources: begin\n{rows}    // sources: end\n");
            fs::write(&this, format!("{head}{table}{tail}")).unwrap();
            panic!("the table was written anew; run the test again");
        }
        assert_eq!(embedded, found, "set MIZAN_UPDATE to write the table anew");
    }
}
