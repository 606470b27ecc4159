//! What we compile for. The words are the spec's; what they mean is known in `providers/` alone.

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Google Cloud.
    Gcp,
    /// Microsoft Azure.
    Azure,
}

impl Provider {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Aws, Self::Gcp, Self::Azure];

    /// The word in a spec: `provider: aws`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Gcp => "gcp",
            Self::Azure => "azure",
        }
    }

    /// Reads the word of a spec.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.key() == key)
    }
}

/// A template format: each is a back end of its own and a column of the standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// CloudFormation.
    Aws,
    /// Terraform JSON for Infrastructure Manager.
    Gcp,
    /// Deployment Manager.
    GcpDm,
    /// Azure Resource Manager.
    Azure,
}

impl Format {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Aws, Self::Gcp, Self::GcpDm, Self::Azure];

    /// The short word: key of `native`, `overrides`, `keep`, `allow`, and name of a standard library column.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Gcp => "gcp",
            Self::GcpDm => "gcp-dm",
            Self::Azure => "azure",
        }
    }

    /// Reads the short word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }

    /// The cloud it is for.
    #[must_use]
    pub fn provider(self) -> Provider {
        match self {
            Self::Aws => Provider::Aws,
            Self::Gcp | Self::GcpDm => Provider::Gcp,
            Self::Azure => Provider::Azure,
        }
    }
}
