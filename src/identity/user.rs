//! The caller of a function.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Claims;

/// The identity that a call is made with.
///
/// A `User` comes from a token, from the application's loader of such tokens, or from the host: a
/// session layer outside puts one into the request's extensions. It is cheap to clone.
///
/// ```
/// use mizan::User;
///
/// struct Account {
///     plan: &'static str,
/// }
///
/// let user = User::new("42")
///     .staff(true)
///     .permission("orders.view")
///     .with(Account { plan: "free" });
///
/// assert_eq!(user.id_as::<u64>(), Some(42));
/// assert!(user.has_permission("orders.view"));
/// assert_eq!(user.get::<Account>().map(|account| account.plan), Some("free"));
/// ```
#[derive(Clone)]
pub struct User {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    id: String,
    staff: bool,
    superuser: bool,
    permissions: BTreeSet<String>,
    own: Option<Arc<dyn Any + Send + Sync>>,
    claims: Option<Claims>,
}

impl User {
    /// A user with this id, who is neither staff nor superuser and has no permissions.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            inner: Arc::new(Inner {
                id: id.into(),
                staff: false,
                superuser: false,
                permissions: BTreeSet::new(),
                own: None,
                claims: None,
            }),
        }
    }

    /// Sets whether the user is staff.
    #[must_use]
    pub fn staff(mut self, staff: bool) -> Self {
        self.edit().staff = staff;
        self
    }

    /// Sets whether the user is a superuser, who has every permission.
    #[must_use]
    pub fn superuser(mut self, superuser: bool) -> Self {
        self.edit().superuser = superuser;
        self
    }

    /// Adds one permission.
    #[must_use]
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.edit().permissions.insert(permission.into());
        self
    }

    /// Adds several permissions.
    ///
    /// ```
    /// use mizan::User;
    ///
    /// let user = User::new("1").with_permissions(["b", "a", "b"]);
    /// assert!(user.permissions().eq(["a", "b"]));
    /// ```
    #[must_use]
    pub fn with_permissions<I>(mut self, permissions: I) -> Self
    where
        I: IntoIterator<Item: Into<String>>,
    {
        self.edit()
            .permissions
            .extend(permissions.into_iter().map(Into::into));
        self
    }

    /// Attaches the application's own user value, read back with [`get`](Self::get).
    ///
    /// There is one such value; a second call replaces the first, whatever its type.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, own: T) -> Self {
        self.edit().own = Some(Arc::new(own));
        self
    }

    /// Notes the token that a loader made this user from; the user's own id and rights stay.
    pub(crate) fn with_claims(mut self, claims: Claims) -> Self {
        self.edit().claims = Some(claims);
        self
    }

    /// The id: the subject of a token, or what the host application chose.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The id as a number, UUID or the like; `None` if it does not parse as one.
    #[must_use]
    pub fn id_as<T: FromStr>(&self) -> Option<T> {
        self.inner.id.parse().ok()
    }

    /// Whether the user is staff. A superuser need not be.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.inner.staff
    }

    /// Whether the user is a superuser.
    #[must_use]
    pub fn is_superuser(&self) -> bool {
        self.inner.superuser
    }

    /// Whether the user has a permission: it was given, or the user is a superuser.
    #[must_use]
    pub fn has_permission(&self, permission: &str) -> bool {
        self.inner.superuser || self.inner.permissions.contains(permission)
    }

    /// The permissions that were given, sorted, each once. Those that a superuser has without
    /// being given them are not among these.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.inner.permissions.iter().map(String::as_str)
    }

    /// The application's own user value, if one of this type was [attached](Self::with).
    #[must_use]
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.inner.own.as_deref()?.downcast_ref()
    }

    /// What the token said, if the user came from one.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        self.inner.claims.as_ref()
    }

    /// When this identity ends, in seconds of the Unix epoch: the `exp` of the token it came from.
    /// `None` for a user of the host's.
    #[must_use]
    pub fn expires_at(&self) -> Option<u64> {
        self.claims().map(Claims::expires_at)
    }

    // Copies only where a clone of the user is held elsewhere.
    fn edit(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.inner)
    }
}

/// The user as the token describes them: id and flags, no permissions.
///
/// A loader may start from it and add what the application knows.
impl From<Claims> for User {
    fn from(claims: Claims) -> Self {
        Self::new(claims.subject())
            .staff(claims.staff())
            .superuser(claims.superuser())
            .with_claims(claims)
    }
}

/// Shows the id and the flags; never the application's own value.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.inner.id)
            .field("staff", &self.inner.staff)
            .field("superuser", &self.inner.superuser)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_send_sync_and_static() {
        fn check<T: Clone + Send + Sync + 'static>() {}
        check::<User>();
    }

    #[test]
    fn starts_without_rights() {
        let user = User::new("a");
        assert!(!user.is_staff() && !user.is_superuser());
        assert!(!user.has_permission("p"));
        assert_eq!(user.permissions().count(), 0);
        assert!(user.claims().is_none());
        assert_eq!(user.expires_at(), None);
    }

    #[test]
    fn id_parses_or_not() {
        assert_eq!(User::new("7").id_as::<i64>(), Some(7));
        assert_eq!(User::new("seven").id_as::<i64>(), None);
        assert_eq!(User::new("-1").id_as::<u64>(), None);
    }

    #[test]
    fn superuser_has_permissions_that_are_not_listed() {
        let user = User::new("1").superuser(true).permission("a");
        assert!(user.has_permission("b"));
        assert!(user.permissions().eq(["a"]));
        assert!(!user.is_staff());
    }

    #[test]
    fn editing_a_clone_leaves_the_original() {
        let first = User::new("1").with(5_u8);
        let second = first.clone().staff(true).permission("p");
        assert!(!first.is_staff() && !first.has_permission("p"));
        assert_eq!(second.get::<u8>(), Some(&5));
    }

    #[test]
    fn own_value_is_found_by_its_type() {
        let user = User::new("1").with("first").with(String::from("second"));
        assert_eq!(user.get::<String>().map(String::as_str), Some("second"));
        assert_eq!(user.get::<&str>(), None);
    }

    #[test]
    fn debug_hides_the_own_value() {
        #[derive(Debug)]
        #[allow(dead_code)]
        struct Account(&'static str);
        let text = format!("{:?}", User::new("1").staff(true).with(Account("hunter2")));
        assert!(text.contains("\"1\"") && text.contains("staff: true"));
        assert!(!text.contains("hunter2"));
    }
}
