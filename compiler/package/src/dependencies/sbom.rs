//! The lists of packages that go beside an artifact: `package.lock.json`, and a CycloneDX document for scanners.

use serde::Serialize;

use super::package::Package;
use crate::Language;

/// `package.lock.json`: what is in an artifact.
#[derive(Serialize)]
struct Lock<'a> {
    version: u32,
    function: &'a str,
    artifact: &'a str,
    platform: &'a str,
    /// Bytes of the artifact.
    packed: u64,
    /// Bytes of its files.
    unpacked: u64,
    packages: &'a [Package],
}

/// An artifact, for its lists.
pub(super) struct Listed<'a> {
    pub(super) function: &'a str,
    pub(super) artifact: &'a str,
    pub(super) sha256: &'a str,
    pub(super) platform: &'a str,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    pub(super) language: Language,
    pub(super) packages: &'a [Package],
}

/// The lock of an artifact.
pub(super) fn lock(listed: &Listed<'_>) -> Vec<u8> {
    pretty(&Lock {
        version: 1,
        function: listed.function,
        artifact: listed.artifact,
        platform: listed.platform,
        packed: listed.packed,
        unpacked: listed.unpacked,
        packages: listed.packages,
    })
}

/// A CycloneDX document, as much of version 1.6 as is used.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom<'a> {
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Component<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    component: Component<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Component<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bom_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
}

#[derive(Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

/// The CycloneDX list of an artifact. It names no time: the same artifact has the same list.
pub(super) fn bom(listed: &Listed<'_>) -> Vec<u8> {
    let sha = listed.sha256;
    // A name-based UUID of the artifact's hash (RFC 9562, version 8).
    let serial = format!("urn:uuid:{}-{}-8{}-8{}-{}", &sha[..8], &sha[8..12], &sha[13..16], &sha[17..20], &sha[20..32]);
    let mut components: Vec<Component<'_>> = Vec::new();
    for package in listed.packages {
        let component = component(package, listed.language);
        // npm may install one version in several places.
        if !components.iter().any(|known| known.purl == component.purl) {
            components.push(component);
        }
    }
    let function = Component {
        kind: "application",
        bom_ref: Some(format!("function:{}", listed.function)),
        group: None,
        name: listed.function,
        version: sha,
        hashes: Vec::new(),
        purl: None,
    };
    pretty(&Bom {
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: serial,
        version: 1,
        metadata: Metadata { component: function },
        components,
    })
}

fn component(package: &Package, language: Language) -> Component<'_> {
    let (group, name) = match package.name.strip_prefix('@').and(package.name.split_once('/')) {
        Some((group, name)) => (Some(group), name),
        None => (None, package.name.as_str()),
    };
    let version = package.version.replace('+', "%2B");
    let purl = match (language, group) {
        (Language::Python, _) => format!("pkg:pypi/{name}@{version}"),
        (Language::Node, Some(group)) => format!("pkg:npm/{}/{name}@{version}", group.replace('@', "%40")),
        (Language::Node, None) => format!("pkg:npm/{name}@{version}"),
    };
    let hash = package.hash.as_ref().and_then(|hash| {
        let (kind, content) = hash.split_once(':')?;
        let alg = match kind {
            "sha256" => "SHA-256",
            "sha384" => "SHA-384",
            "sha512" => "SHA-512",
            "sha1" => "SHA-1",
            _ => return None,
        };
        Some(Hash { alg, content: content.to_owned() })
    });
    Component {
        kind: "library",
        bom_ref: Some(purl.clone()),
        group,
        name,
        version: &package.version,
        hashes: hash.into_iter().collect(),
        purl: Some(purl),
    }
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_each_package_once_with_its_address() {
        let package = |name: &str, hash: Option<&str>| Package {
            name: name.to_owned(),
            version: "1.0+a".to_owned(),
            file: None,
            hash: hash.map(str::to_owned),
            size: Some(1),
        };
        let packages = [package("@img/x", Some("sha512:00")), package("ms", None), package("ms", None)];
        let sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let listed = Listed {
            function: "tag",
            artifact: "tag.zip",
            sha256,
            platform: "nodejs22",
            packed: 1,
            unpacked: 2,
            language: Language::Node,
            packages: &packages,
        };
        let bom: serde_json::Value = serde_json::from_slice(&bom(&listed)).unwrap();
        assert_eq!(bom["serialNumber"], "urn:uuid:01234567-89ab-8def-8123-456789abcdef");
        assert_eq!(bom["components"].as_array().unwrap().len(), 2);
        assert_eq!(bom["components"][0]["purl"], "pkg:npm/%40img/x@1.0%2Ba");
        assert_eq!(bom["components"][0]["group"], "@img");
        assert_eq!(bom["components"][0]["hashes"][0]["alg"], "SHA-512");
        let lock: serde_json::Value = serde_json::from_slice(&lock(&listed)).unwrap();
        assert_eq!((lock["unpacked"].as_u64(), lock["packages"].as_array().unwrap().len()), (Some(2), 3));
    }
}
