use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::export::{ExportError, Typescript};
use crate::{Call, Context, Function, Registry, RegistryBuilder, Result};

type Given<I> = Function<I, i64>;

fn plain(name: &'static str) -> Function<(), i64> {
    Function::new(name, |_: Call| -> Result<i64> { Ok(1) })
}

fn taking<I>(name: &'static str) -> Given<I>
where
    I: for<'de> Deserialize<'de> + JsonSchema + Send + 'static,
{
    Function::new(name, |_: Call, _: I| -> Result<i64> { Ok(1) })
}

fn reader(name: &'static str, context: Context) -> Function<(), i64> {
    plain(name).context(context)
}

/// What clashes, one line each.
fn clashes(registry: RegistryBuilder, client: Typescript) -> Vec<String> {
    match registry.build().unwrap().render(client) {
        Ok(_) => Vec::new(),
        Err(ExportError::Names(clashes)) => clashes.iter().map(ToString::to_string).collect(),
        Err(error) => panic!("{error}"),
    }
}

fn all(registry: RegistryBuilder) -> Vec<String> {
    clashes(registry, Typescript::react())
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct EchoInput {
    text: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "string")]
struct Lower {
    text: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Blob {
    size: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Keyed {
    key: String,
    children: Vec<String>,
}

#[test]
fn each_clash_names_both_sides_and_the_cure() {
    const NAMED: Context = Context::new("greet");
    let table: [(RegistryBuilder, &[&str]); 11] = [
        (
            Registry::builder()
                .function(plain("a.b"))
                .function(plain("a_b")),
            &[
                "`ABOutput` is wanted by the function \"a_b\" and is the function \"a.b\"",
                "`callAB` is wanted by the function \"a_b\" and is the function \"a.b\"; give one \
                 of them another word with `.ts_name(\"…\")`",
            ],
        ),
        (
            Registry::builder().function(plain("state")),
            &["`useState` is wanted by the function \"state\" and is a hook of React's; give"],
        ),
        (
            Registry::builder().function(plain("id")),
            &["`useId` is wanted by"],
        ),
        (
            Registry::builder().function(plain("optimistic")),
            &["`useOptimistic` is wanted by"],
        ),
        (
            Registry::builder().function(plain("call")),
            &["`useCall` is wanted by the function \"call\" and is taken from the kernel"],
        ),
        (
            Registry::builder()
                .function(reader("mizan", Context::new("mizan")))
                .function(plain("user")),
            &["`MizanProvider` is wanted by the context \"mizan\" and is generated code's own"],
        ),
        (
            Registry::builder()
                .function(reader("profile", Context::new("user")))
                .function(plain("profile_state")),
            &[
                "`useProfileState` is wanted by the function \"profile_state\" and is the \
               function \"profile\"",
            ],
        ),
        (
            // The type of another function's input has the name of this one's.
            Registry::builder()
                .function(taking::<Blob>("echo"))
                .function(taking::<EchoInput>("other")),
            &[
                "`Blob` is wanted by the type `Blob` and is a global",
                "`EchoInput` is wanted by the function \"echo\" and is the type `EchoInput`; give \
                 the type another name with `#[schemars(rename = \"…\")]`",
            ],
        ),
        (
            Registry::builder().function(taking::<Lower>("lower")),
            &["`string` is wanted by the type `string` and is a word of TypeScript's"],
        ),
        (
            Registry::builder().function(taking::<Keyed>("shelf").context(NAMED)),
            &[
                "`children` is wanted by a parameter of \"shelf\" in the context \"greet\" and is a \
                 property that React takes for itself",
                "`key` is wanted by",
            ],
        ),
        (
            Registry::builder().function(plain("_")),
            &["`` is wanted by the function \"_\" and is no name in TypeScript"],
        ),
    ];
    for (registry, expected) in table {
        let found = all(registry);
        for expected in expected {
            assert!(
                found.iter().any(|clash| clash.starts_with(expected)),
                "{expected}\nis not in {found:#?}"
            );
        }
    }
}

#[test]
fn what_does_not_clash() {
    let same = || {
        Registry::builder()
            .function(taking::<EchoInput>("echo"))
            .function(plain("user"))
            .function(reader("profile", Context::new("user")))
            .function(plain("class"))
            .function(plain("new"))
    };
    assert_eq!(all(same()), [""; 0]);
    // Another word cures both sides.
    let cured = Registry::builder()
        .function(plain("state").ts_name("app_state"))
        .function(plain("a.b").ts_name("first"))
        .function(plain("a_b"))
        .function(reader("id", Context::new("id").ts_name("badge")).ts_name("number"))
        .function(plain("badge"));
    assert_eq!(all(cured), [""; 0]);
}

#[test]
fn without_react_its_names_are_free() {
    let registry = || {
        Registry::builder()
            .function(plain("state"))
            .function(taking::<Keyed>("shelf").context(Context::new("shelf")))
    };
    assert_eq!(all(registry()).len(), 3);
    assert_eq!(clashes(registry(), Typescript::plain()), [""; 0]);
}

#[cfg(feature = "forms")]
#[test]
fn forms_have_names_too() {
    use crate::form::Form;

    #[derive(Deserialize, JsonSchema, garde::Validate)]
    struct Contact {
        #[garde(skip)]
        #[expect(dead_code, reason = "only its schema counts")]
        name: String,
    }
    let form = || Form::new("contact", |_: Call, _: Contact| -> Result<()> { Ok(()) });
    let registry = || Registry::builder().function(plain("contact_form"));
    let found = all(registry().form(form()));
    let expected = "`useContactForm` is wanted by the form \"contact\" and is the function \
                    \"contact_form\"";
    assert!(
        found.iter().any(|clash| clash.starts_with(expected)),
        "{found:#?}"
    );
    assert_eq!(all(registry().form(form().ts_name("mail"))), [""; 0]);

    // Of the wire they are different names, and in tests the same.
    let twice = || Registry::builder().function(plain("contact")).form(form());
    assert_eq!(
        all(twice()),
        [
            "`contact` is wanted by the form \"contact\" and is the function \"contact\" in tests; \
             register one of them under another name"
        ]
    );
    let untested = Typescript::react().testing(false);
    assert_eq!(clashes(twice(), untested), [""; 0]);
}
