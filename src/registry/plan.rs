//! How the scope of a mutation's entries is found (protocol section 3), worked out at registration.

use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderValue;

use super::entry::ContextId;
use super::graph::Registry;
use crate::call::{Declared, Progress};
use crate::invalidate::{Entries, Entry, MAX_SCOPES, Params, Template};

/// What one function declares to change.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    effects: Vec<Effect>,
    /// `affects_params` decides.
    custom: bool,
    /// The arguments that some effect is scoped by.
    wanted: Vec<Box<str>>,
    /// What the calls of this function change, where their arguments alone decide.
    template: Option<Arc<Template>>,
}

/// One `affects` or `merge`.
#[derive(Debug)]
pub(crate) struct Effect {
    pub(crate) context: ContextId,
    pub(crate) name: Cow<'static, str>,
    pub(crate) merge: Option<Slot>,
    /// The arguments that scope it by themselves.
    pub(crate) keys: Vec<Box<str>>,
    /// The parameters that it can be scoped by.
    pub(crate) params: Vec<Box<str>>,
    /// It was declared to be always as a whole.
    pub(crate) broad: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) function: Arc<str>,
    pub(crate) key: Option<&'static str>,
}

/// What a call changed, or may have.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) invalidate: Entries,
    pub(crate) merge: Vec<(Entry, Slot)>,
    /// The entries, those of merges too; kept where there may be merges, and else `invalidate`.
    all: Option<Entries>,
    pub(crate) header: Option<HeaderValue>,
}

impl Found {
    pub(crate) fn all(&self) -> &Entries {
        self.all.as_ref().unwrap_or(&self.invalidate)
    }

    pub(crate) fn into_all(self) -> Entries {
        self.all.unwrap_or(self.invalidate)
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Well,
    /// In a 5xx or not at all: what it changed is not known.
    Unknown,
}

impl Plan {
    pub(crate) fn new(effects: Vec<Effect>, custom: bool) -> Self {
        let mut wanted: Vec<Box<str>> = Vec::new();
        if !custom {
            for key in effects.iter().flat_map(|effect| &effect.keys) {
                if !wanted.contains(key) {
                    wanted.push(key.clone());
                }
            }
        }
        let plain = !custom && effects.iter().all(|effect| effect.merge.is_none());
        let contexts = effects.iter().map(|effect| (&effect.name, &*effect.keys));
        let template = plain.then(|| Template::new(contexts)).flatten();
        Self {
            template: template.map(Arc::new),
            effects,
            custom,
            wanted,
        }
    }

    pub(crate) fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The arguments whose values have to be kept from the input.
    pub(crate) fn wanted(&self) -> &[Box<str>] {
        &self.wanted
    }

    /// What a call changed, but for the values in its scope; none where more than these decides.
    pub(crate) fn template(&self, progress: &Progress) -> Option<&Arc<Template>> {
        let decides = |template: &&Arc<Template>| {
            progress.added.is_empty() && template.takes(&progress.scope)
        };
        self.template.as_ref().filter(decides)
    }

    /// What a call that ended this way changed.
    pub(crate) fn find(&self, progress: &mut Progress, ended: Ended, registry: &Registry) -> Found {
        // What was added stays for another attempt, which may be the one whose answer leaves.
        let added = &progress.added;
        if self.effects.is_empty() && added.is_empty() {
            return Found::default();
        }
        if let Some(template) = self.template(progress) {
            let scope = std::mem::take(&mut progress.scope);
            return Found {
                invalidate: template.entries(&scope),
                header: Some(template.header_value(&scope)),
                ..Found::default()
            };
        }
        let merges = self.effects.iter().any(|effect| effect.merge.is_some());
        let mut found = Found {
            all: merges.then(Entries::new),
            ..Found::default()
        };
        if self.custom {
            let said = match &progress.declared {
                // What one attempt said says nothing of the attempts before it.
                Declared::Scopes(scopes) if ended == Ended::Well && !progress.again => scopes,
                _ => &Vec::new(),
            };
            self.add_declared(bounded(said), ended, &mut found);
        } else {
            self.add_scoped(std::mem::take(&mut progress.scope), ended, &mut found);
        }
        for entry in added.iter().filter_map(|e| registry.checked(e.clone())) {
            if let Some(all) = &mut found.all {
                all.push(entry.clone());
            }
            found.invalidate.push(entry);
        }
        found.header = found.all().header_value();
        found
    }

    fn add_declared(&self, scopes: &[Params], ended: Ended, found: &mut Found) {
        for effect in &self.effects {
            for scope in scopes {
                self.add(effect, scope.clone(), ended, found);
            }
        }
    }

    /// By the scope that the arguments gave; the last effect takes it as it is.
    fn add_scoped(&self, scope: Params, ended: Ended, found: &mut Found) {
        if let Some((last, others)) = self.effects.split_last() {
            for effect in others {
                self.add(effect, scope.clone(), ended, found);
            }
            self.add(last, scope, ended, found);
        }
    }

    fn add(&self, effect: &Effect, scope: Params, ended: Ended, found: &mut Found) {
        let entry = Entry::scoped(effect.name.clone(), self.narrowed(effect, scope));
        if let Some(all) = &mut found.all {
            all.push(entry.clone());
        }
        match &effect.merge {
            Some(slot) if ended == Ended::Well => {
                let merge = (entry, slot.clone());
                if !found.merge.contains(&merge) {
                    found.merge.push(merge);
                }
            }
            Some(_) => {}
            None => found.invalidate.push(entry),
        }
    }

    /// What of a scope this effect can take.
    fn narrowed(&self, effect: &Effect, mut params: Params) -> Params {
        let known = if self.custom {
            &effect.params
        } else {
            &effect.keys
        };
        params.retain(|name, _| {
            let keep = known.iter().any(|known| **known == *name);
            if !keep && self.custom && !effect.broad {
                self.log_dropped(effect, name);
            }
            keep
        });
        params
    }

    /// One scope serves several contexts, and a parameter of one is none of another's: that is
    /// usual. A parameter of none of them is a mistake.
    #[cold]
    fn log_dropped(&self, effect: &Effect, param: &str) {
        let taken = |other: &Effect| other.params.iter().any(|known| **known == *param);
        if self.effects.iter().any(taken) {
            tracing::debug!(
                context = &*effect.name,
                param,
                "not a parameter of this context"
            );
        } else {
            warn_dropped(&effect.name, param);
        }
    }
}

/// Scopes that are none or too many say as much as a single one without parameters.
fn bounded(scopes: &[Params]) -> &[Params] {
    const BROAD: &[Params] = &[Params::new()];
    if scopes.len() > MAX_SCOPES {
        tracing::warn!(
            scopes = scopes.len(),
            "too many scopes; the entries are broad"
        );
    }
    match scopes.len() {
        1..=MAX_SCOPES => scopes,
        _ => BROAD,
    }
}

#[cold]
pub(crate) fn warn_dropped(context: &str, param: &str) {
    tracing::warn!(
        context,
        param,
        "not every member of the context declares this parameter; it is left out of the scope",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    fn effect(name: &'static str, keys: &[&str]) -> Effect {
        Effect {
            context: ContextId::NONE,
            name: name.into(),
            merge: None,
            keys: keys.iter().map(|key| (*key).into()).collect(),
            params: Vec::new(),
            broad: false,
        }
    }

    fn progress(scope: Params) -> Progress {
        let mut progress = Progress::default();
        progress.scope = scope;
        progress
    }

    #[test]
    fn a_template_where_the_arguments_alone_decide() {
        let plain = || vec![effect("user", &["user_id"]), effect("team", &[])];
        let complete = || progress(params! { "user_id": 1 });
        let plan = Plan::new(plain(), false);
        assert!(plan.template(&complete()).is_some());
        assert!(plan.template(&progress(Params::new())).is_none());

        let mut added = complete();
        added.added.push(Entry::broad("user"));
        assert!(plan.template(&added).is_none());

        let mut merging = plain();
        merging[1].merge = Some(Slot {
            function: "team_of".into(),
            key: None,
        });
        let twice = [plain(), vec![effect("user", &[])]].into_iter().flatten();
        for (effects, custom) in [(merging, false), (twice.collect(), false), (plain(), true)] {
            let plan = Plan::new(effects, custom);
            assert!(plan.template(&complete()).is_none());
        }
    }

    #[test]
    fn found_with_a_template_and_without() {
        let registry = Registry::builder().build().unwrap();
        let plan = Plan::new(
            vec![effect("user", &["a", "b"]), effect("team", &["b"])],
            false,
        );
        for (scope, header) in [
            (
                params! { "a": 1, "b": "x y" },
                "user;a=1;b=x%20y, team;b=x%20y",
            ),
            (params! { "a": 1 }, "user;a=1, team"),
            (params! { "b": true }, "user;b=true, team;b=true"),
            (params! {}, "user, team"),
        ] {
            for ended in [Ended::Well, Ended::Unknown] {
                let found = plan.find(&mut progress(scope.clone()), ended, &registry);
                assert_eq!(found.header.as_ref().unwrap(), header);
                assert_eq!(found.all().to_string(), header);
            }
        }
    }
}
