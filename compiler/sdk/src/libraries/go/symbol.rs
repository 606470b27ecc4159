//! Symbols of Go: a package's path and a name in it.

/// A symbol, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol<'s> {
    /// The package's path, without a version at its end: `github.com/guregu/dynamo`.
    pub package: &'s str,
    /// What of the package, with points.
    pub name: &'s str,
}

impl<'s> Symbol<'s> {
    /// Takes a symbol apart; none where it names a package only.
    pub fn read(symbol: &'s str) -> Option<Self> {
        let last = symbol.rfind('/').map_or(0, |slash| slash + 1);
        let point = last + symbol[last..].find('.')?;
        let (package, name) = (&symbol[..point], &symbol[point + 1..]);
        Some(Self { package: without_version(package), name })
    }

    /// What follows in the package's path; none where it does not begin so.
    pub fn behind(self, prefix: &str) -> Option<&'s str> {
        self.package.strip_prefix(prefix)
    }
}

fn without_version(package: &str) -> &str {
    match package.rsplit_once("/v") {
        Some((path, version)) if !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) => path,
        _ => package,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_a_package_and_a_name() {
        for (symbol, package, name) in [
            ("os.Getenv", "os", "Getenv"),
            ("github.com/guregu/dynamo/v2.New", "github.com/guregu/dynamo", "New"),
            ("github.com/aws/aws-sdk-go/aws/signer/v4.NewSigner", "github.com/aws/aws-sdk-go/aws/signer", "NewSigner"),
            ("a.b/c.D.E", "a.b/c", "D.E"),
        ] {
            assert_eq!(Symbol::read(symbol), Some(Symbol { package, name }));
        }
        assert_eq!(Symbol::read("append"), None);
    }
}
