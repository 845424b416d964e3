//! Named scalars: what a scope says, and what a held instance was asked for.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use super::few::Few;
use super::scalar::{IntoScalar, Scalar};

/// Parameters by name, sorted by the bytes of their names, one value each.
///
/// Allocates nothing of its own for a single one. The [`params!`](crate::params) macro writes one out.
///
/// ```
/// use mizan::Params;
///
/// let params = Params::new().with("user_id", 42).with("tab", None::<&str>);
/// assert_eq!(params.len(), 1);
/// assert_eq!(params.get("user_id").unwrap().canonical(), "42");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Params {
    sorted: Few<(Cow<'static, str>, Scalar)>,
}

impl Params {
    /// No parameters.
    pub const fn new() -> Self {
        Self { sorted: Few::None }
    }

    /// Sets a parameter; the last value given for a name counts.
    ///
    /// A value that is no scalar (`None`, a float that is not finite) takes away what the name
    /// had: less said is a wider scope. An empty name is left out, for the header cannot carry it.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: impl IntoScalar) {
        self.set(name.into(), value.into_scalar());
    }

    /// [`insert`](Self::insert) of a scalar that [`IntoScalar`] let through.
    pub(super) fn set(&mut self, name: Cow<'static, str>, scalar: Option<Scalar>) {
        if name.is_empty() {
            return;
        }
        match (self.position(&name), scalar) {
            (Ok(index), Some(scalar)) => {
                if let Some((_, known)) = self.sorted.as_mut_slice().get_mut(index) {
                    *known = scalar;
                }
            }
            (Ok(_), None) => self.sorted.retain(|(known, _)| *known != name),
            (Err(index), Some(scalar)) => self.sorted.insert(index, (name, scalar)),
            (Err(_), None) => {}
        }
    }

    /// [`insert`](Self::insert), to write several in a row.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl IntoScalar) -> Self {
        self.insert(name, value);
        self
    }

    /// Takes over the parameters of another; what both have is the other's.
    pub(crate) fn absorb(&mut self, other: Params) {
        if self.is_empty() {
            *self = other;
            return;
        }
        for (name, scalar) in other.sorted.into_items() {
            self.insert(name, scalar);
        }
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&Scalar> {
        let index = self.position(name).ok()?;
        self.sorted.as_slice().get(index).map(|(_, scalar)| scalar)
    }

    /// What [`iter`](Self::iter) goes through.
    pub(super) fn as_slice(&self) -> &[(Cow<'static, str>, Scalar)] {
        self.sorted.as_slice()
    }

    /// The parameters in the order of their names' bytes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Scalar)> + Clone {
        let sorted = self.sorted.as_slice();
        sorted.iter().map(|(name, scalar)| (&**name, scalar))
    }

    /// Keeps only the parameters that `keep` says yes to.
    ///
    /// ```
    /// use mizan::params;
    ///
    /// let mut params = params! { "user_id": 42, "q": "rust" };
    /// params.retain(|name, _| name == "user_id");
    /// assert_eq!(params, params! { "user_id": 42 });
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Scalar) -> bool) {
        self.sorted.retain(|(name, scalar)| keep(name, scalar));
    }

    /// How many parameters there are.
    pub fn len(&self) -> usize {
        self.sorted.as_slice().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.as_slice().is_empty()
    }

    #[inline]
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.sorted
            .as_slice()
            .binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<Cow<'static, str>>, V: IntoScalar> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        pairs
            .into_iter()
            .fold(Self::new(), |params, (name, value)| {
                params.with(name, value)
            })
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Writes out [`Params`](crate::Params): names with values that are
/// [`IntoScalar`](crate::IntoScalar).
///
/// A name is a literal, a constant, or an expression in parentheses.
///
/// ```
/// use mizan::{Params, params};
///
/// const TAB: &str = "tab";
/// let search = String::from("rust");
/// let params = params! { "user_id": 42, "q": &search, TAB: Some("all") };
/// assert_eq!(params.len(), 3);
/// assert_eq!(params! {}, Params::new());
/// ```
#[macro_export]
macro_rules! params {
    ($($name:tt : $value:expr),* $(,)?) => {
        $crate::Params::new()$(.with($name, $value))*
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_by_bytes_and_the_last_value_counts() {
        let params = params! { "b": 1, "a": true, "Z": "z", "é": 2.5, "b": 3, };
        let names: Vec<_> = params.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Z", "a", "b", "é"]);
        assert_eq!(params.get("b"), Some(&Scalar::Int(3)));
        assert_eq!(params.get("c"), None);
    }

    #[test]
    fn what_is_no_scalar_leaves_no_trace() {
        let params = params! { "a": 1, "b": f64::NAN, "": 5, "a": None::<u8> };
        assert!(params.is_empty());
    }

    #[test]
    fn json() {
        let params: Params = [("b", Some(u64::MAX)), ("a", Some(1)), ("c", None)]
            .into_iter()
            .collect();
        assert_eq!(
            serde_json::to_string(&params).unwrap(),
            r#"{"a":1,"b":"18446744073709551615"}"#
        );
        assert_eq!(serde_json::to_string(&Params::new()).unwrap(), "{}");
    }

    #[test]
    fn equal_by_canonical_text() {
        assert_eq!(params! { "a": 1, "b": "x" }, params! { "b": 'x', "a": "1" });
        assert_ne!(params! { "a": 1 }, params! { "a": 1, "b": 1 });
    }
}
