//! The names of generated code, settled in one table before anything is written.

#[cfg(feature = "websocket")]
mod channel;
mod reserved;
mod table;
#[cfg(test)]
mod tests;
mod word;

#[cfg(feature = "websocket")]
pub(crate) use self::channel::ChannelNames;
use self::reserved::PROPS;
pub use self::table::Clash;
use self::table::{Scope, Table};
pub(crate) use self::word::is_identifier;
use self::word::{camel, pascal};
use super::representation::{ContextType, FunctionType, Representation, Type};
use super::typescript::Typescript;

/// What a function is called in generated code.
#[derive(Clone, Debug)]
pub(crate) struct FunctionNames {
    /// On the wire.
    pub(crate) wire: String,
    /// `UpdateAvatarInput`
    pub(crate) input: String,
    /// `UpdateAvatarOutput`
    pub(crate) output: String,
    /// `UpdateAvatarError`
    pub(crate) error: String,
    /// `callUpdateAvatar`
    pub(crate) call: String,
    /// `updateAvatarFunction`
    pub(crate) descriptor: String,
    /// `useUpdateAvatar`
    pub(crate) hook: String,
    /// `useUserProfileState`, of a reader.
    pub(crate) state_hook: String,
    /// `patchUserProfile`, of a reader.
    pub(crate) patch: String,
    /// `updateAvatarInputSchema`
    pub(crate) schema: String,
}

/// What a context is called in generated code.
#[derive(Clone, Debug)]
pub(crate) struct ContextNames {
    /// `UserContextParams`
    pub(crate) params: String,
    /// `UserContextValue`
    pub(crate) value: String,
    /// `userContext`
    pub(crate) descriptor: String,
    /// `fetchUserContext`
    pub(crate) fetch: String,
    /// `prefetchUserContext`
    pub(crate) prefetch: String,
    /// `UserContext`, or `GreetProvider` of a local one.
    pub(crate) provider: String,
    /// `UserContextProps`, `GreetProviderProps`
    pub(crate) props: String,
}

/// What a form is called in generated code.
#[cfg(feature = "forms")]
#[derive(Clone, Debug)]
pub(crate) struct FormNames {
    /// `ContactFormFields`
    pub(crate) fields: String,
    /// `ContactFormData`
    pub(crate) data: String,
    /// `contactForm`
    pub(crate) descriptor: String,
    /// `useContactForm`
    pub(crate) hook: String,
    /// `useContactFormset`
    pub(crate) formset_hook: String,
    /// `contactFormSchema`
    pub(crate) schema: String,
}

/// All names, in the order of the representation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) functions: Vec<FunctionNames>,
    pub(crate) contexts: Vec<ContextNames>,
    #[cfg(feature = "forms")]
    pub(crate) forms: Vec<FormNames>,
    #[cfg(feature = "websocket")]
    pub(crate) channels: Vec<ChannelNames>,
}

impl Names {
    /// Settles the names.
    ///
    /// # Errors
    /// Every clash.
    pub(crate) fn settle(
        representation: &Representation,
        settings: &Typescript,
    ) -> Result<Self, Vec<Clash>> {
        let mut names = Self::default();
        let mut table = Table::new(settings, representation.has_channels());
        for ty in &representation.types {
            table.named_type(&ty.name);
        }
        for function in &representation.functions {
            names.functions.push(of_function(function, &mut table));
        }
        for context in &representation.contexts {
            names.contexts.push(of_context(context, &mut table));
            if table.react() {
                check_props(context, &mut table);
            }
        }
        #[cfg(feature = "forms")]
        for form in &representation.forms {
            names.forms.push(of_form(form, &mut table));
        }
        #[cfg(feature = "websocket")]
        for channel in &representation.channels {
            names
                .channels
                .push(channel::of_channel(channel, &mut table));
        }
        table.finish().map(|()| names)
    }

    /// The names of the function of this name on the wire.
    pub(crate) fn function(&self, wire: &str) -> Option<&FunctionNames> {
        let at = self.functions.binary_search_by(|f| (*f.wire).cmp(wire));
        self.functions.get(at.ok()?)
    }
}

fn of_function(function: &FunctionType, table: &mut Table) -> FunctionNames {
    let said = function.ts_name.as_deref().unwrap_or(&function.name);
    let (word, small) = (pascal(said), camel(said));
    let reads = function.context.is_some();
    let names = FunctionNames {
        wire: function.name.clone(),
        input: format!("{word}Input"),
        output: format!("{word}Output"),
        error: format!("{word}Error"),
        call: format!("call{word}"),
        descriptor: format!("{small}Function"),
        hook: format!("use{word}"),
        state_hook: format!("use{word}State"),
        patch: format!("patch{word}"),
        schema: format!("{small}InputSchema"),
    };
    let mut owner = table.owner("function", &function.name, &word);
    owner.takes_stub(&function.name);
    if let Some(input) = &function.input {
        owner.takes(Scope::Type(Some(input)), &names.input);
        owner.takes(Scope::Zod, &names.schema);
    }
    owner.takes(Scope::Type(Some(&function.output)), &names.output);
    if let Some(error) = &function.error {
        owner.takes(Scope::Type(Some(error)), &names.error);
    }
    owner.takes(Scope::Calls, &names.call);
    owner.takes(Scope::Calls, &names.descriptor);
    owner.takes(Scope::React, &names.hook);
    if reads {
        owner.takes(Scope::React, &names.state_hook);
        owner.takes(Scope::Calls, &names.patch);
    }
    names
}

fn of_context(context: &ContextType, table: &mut Table) -> ContextNames {
    let said = context.ts_name.as_deref().unwrap_or(&context.name);
    let (word, small) = (pascal(said), camel(said));
    let provider = match context.local {
        true => format!("{word}Provider"),
        false => format!("{word}Context"),
    };
    let names = ContextNames {
        params: format!("{word}ContextParams"),
        value: format!("{word}ContextValue"),
        descriptor: format!("{small}Context"),
        fetch: format!("fetch{word}Context"),
        prefetch: format!("prefetch{word}Context"),
        props: format!("{provider}Props"),
        provider,
    };
    let mut owner = table.owner("context", &context.name, &word);
    if let Some(params) = &context.params {
        owner.takes(Scope::Type(Some(params)), &names.params);
    }
    owner.takes(Scope::Type(None), &names.value);
    owner.takes(Scope::Calls, &names.descriptor);
    owner.takes(Scope::Calls, &names.fetch);
    owner.takes(Scope::Calls, &names.prefetch);
    if !context.is_global() {
        owner.takes(Scope::React, &names.provider);
        owner.takes(Scope::React, &names.props);
    }
    names
}

#[cfg(feature = "forms")]
fn of_form(form: &super::representation::FormType, table: &mut Table) -> FormNames {
    let said = form.ts_name.as_deref().unwrap_or(&form.name);
    let (word, small) = (pascal(said), camel(said));
    let names = FormNames {
        fields: format!("{word}FormFields"),
        data: format!("{word}FormData"),
        descriptor: format!("{small}Form"),
        hook: format!("use{word}Form"),
        formset_hook: format!("use{word}Formset"),
        schema: format!("{small}FormSchema"),
    };
    let mut owner = table.owner("form", &form.name, &word);
    owner.takes_stub(&form.name);
    if form.formset.is_some() {
        owner.takes_stub(&format!("{}.formset", form.name));
    }
    owner.takes(Scope::Type(Some(&form.fields)), &names.fields);
    owner.takes(Scope::Type(Some(&form.data)), &names.data);
    owner.takes(Scope::Calls, &names.descriptor);
    owner.takes(Scope::React, &names.hook);
    if form.formset.is_some() {
        owner.takes(Scope::React, &names.formset_hook);
    }
    owner.takes(Scope::Zod, &names.schema);
    names
}

/// Parameters are properties of the provider, and React keeps some of these for itself.
fn check_props(context: &ContextType, table: &mut Table) {
    if context.is_global() {
        return;
    }
    for member in &context.members {
        for param in member
            .parameters
            .iter()
            .filter(|p| PROPS.contains(&p.as_str()))
        {
            table.reserved_prop(&context.name, &member.name, param);
        }
    }
}

impl ContextType {
    /// Whether it is the one that is fetched once per page load and needs no provider.
    pub(crate) fn is_global(&self) -> bool {
        self.name == "global"
    }
}

/// Whether a type is nothing but this named one.
fn is_named(ty: Option<&Type>, named: &str) -> bool {
    matches!(ty, Some(Type::Reference { name }) if name == named)
}
