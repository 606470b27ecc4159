//! What is known to call a cloud, and not how.

use crate::{Argument, Library, Object, Outcome};

/// Libraries that hide an SDK.
pub struct Strange;

/// Packages, and what they are.
const PACKAGES: &[(&str, &str)] = &[
    ("io.awspring.cloud", "Spring Cloud AWS"),
    ("org.springframework.cloud.aws", "Spring Cloud AWS"),
    ("com.microsoft.azure.storage", "Azure's SDK for Java"),
];

impl Library for Strange {
    fn call(&self, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
    }

    fn method(&self, _: &Object, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let known = PACKAGES.iter().find(|(package, _)| symbol.starts_with(package));
        if let Some((_, what)) = known {
            return Some(format!("{what} is not understood"));
        }
        let parts = || symbol.split('.');
        let google = symbol.starts_with("com.google.cloud.")
            && parts().any(|part| part.ends_with("Client") || part.ends_with("Options"))
            && parts().any(|part| matches!(part, "create" | "getDefaultInstance" | "newBuilder"));
        let azure = symbol.starts_with("com.azure.") && parts().any(|part| part.ends_with("ClientBuilder"));
        if google || azure {
            return Some(format!("what `{symbol}` does is not known here"));
        }
        let sdk =
            symbol.starts_with("software.amazon.awssdk.services.") || symbol.starts_with("com.amazonaws.services.");
        let client = symbol.rsplit('.').any(|part| part.ends_with("Client") || part.ends_with("ClientBuilder"));
        (sdk && client).then(|| format!("`{symbol}` is not a client that is known"))
    }
}
