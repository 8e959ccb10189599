//! What "may be written out" means, and in which class.

use crate::policy::DisclosurePolicy;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Content that went through the disclosure policy, read-only.
///
/// Guarantees: every number inside that counts people stands on at least k distinct subscribers of the policy it was
/// released under, every other is withheld with a reason, and the class says who may see it. Only the `release_…`
/// functions of this crate can make one:
///
/// ```compile_fail,E0451
/// use hexodus_release::{DisseminationClass, Released};
/// let smuggled = Released { content: vec![1, 2, 3], class: DisseminationClass::Internal };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released<T> {
    content: T,
    class: DisseminationClass,
}

impl<T> Released<T> {
    /// Tested number by number only: what is withheld could be computed from other rows and tables, so it never leaves.
    pub(crate) const fn internal(content: T) -> Self {
        Self { content, class: DisseminationClass::Internal }
    }

    /// Protected together with everything else that leaves of the same days.
    pub(crate) fn outgoing(content: T, policy: &DisclosurePolicy) -> Self {
        Self { content, class: policy.class() }
    }

    /// Who may see it.
    pub const fn class(&self) -> DisseminationClass {
        self.class
    }
}

impl<T> Deref for Released<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.content
    }
}

/// Who may see a file (formats §4.1). `public` is set by a person, never here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DisseminationClass {
    /// Never leaves: below-k numbers are withheld, but could be recovered from other rows and tables.
    Internal,
    /// Under an agreement, to a named receiver.
    Restricted,
    /// For the public, once a person says so.
    PublicCandidate,
}

impl DisseminationClass {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Restricted => "restricted",
            Self::PublicCandidate => "public-candidate",
        }
    }
}
