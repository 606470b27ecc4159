//! Whether a value may be a secret: by its name, by its looks, by where it stands.

/// Words in the names of secrets, in lower case and without what stands between words.
const WORDS: [&str; 30] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "masterkey",
    "sharedkey",
    "accountkey",
    "clientkey",
    "licensekey",
    "credential",
    "connectionstring",
    "connstr",
    "dsn",
    "bearer",
    "cookie",
    "salt",
    "webhook",
    "sas",
    "pin",
    "otp",
    "signature",
    "auth",
    "cert",
];

/// Words that end a name which only says where a secret is, or how long.
const ABOUT: [&str; 26] = [
    "arn",
    "id",
    "ids",
    "name",
    "names",
    "url",
    "uri",
    "ttl",
    "type",
    "version",
    "path",
    "ref",
    "region",
    "policy",
    "rotation",
    "length",
    "enabled",
    "endpoint",
    "audience",
    "issuer",
    "count",
    "days",
    "seconds",
    "authorization",
    "authorizer",
    "key",
];

/// Whether a name is that of a secret: `DB_PASSWORD`, `masterUserPassword`, `api-key`.
#[must_use]
pub fn sounds_secret(name: &str) -> bool {
    let words = words(name);
    let whole: String = words.concat();
    let is_about = words.last().is_some_and(|last| ABOUT.contains(&last.as_str())) && !whole.ends_with("apikey");
    let short = |word: &str| word.len() <= 4;
    let named = WORDS.iter().any(|word| match short(word) {
        true => words.iter().any(|own| own == word),
        false => whole.contains(word),
    });
    let key = words.len() > 1
        && words.last().is_some_and(|last| last == "key")
        && KEYS.iter().any(|kind| words.iter().any(|own| own == kind));
    (named && !is_about) || key
}

/// What stands before `key` in the name of a key that opens something.
const KEYS: [&str; 16] = [
    "api",
    "access",
    "private",
    "secret",
    "signing",
    "encryption",
    "master",
    "shared",
    "account",
    "client",
    "license",
    "mail",
    "app",
    "auth",
    "service",
    "stripe",
];

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Values that a variable of the environment may have without being hidden: switches, small numbers, levels, stages.
const PLAIN: [&str; 40] = [
    "",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "none",
    "null",
    "enabled",
    "disabled",
    "trace",
    "debug",
    "info",
    "notice",
    "warn",
    "warning",
    "error",
    "critical",
    "fatal",
    "dev",
    "development",
    "test",
    "testing",
    "stage",
    "staging",
    "prod",
    "production",
    "local",
    "utc",
    "json",
    "text",
    "utf-8",
    "default",
    "auto",
    "aws",
    "gcp",
    "azure",
    "public",
    "private",
];

/// Whether a value says nothing that anybody would hide.
#[must_use]
pub fn is_plain(value: &str) -> bool {
    let is_number = value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_number || PLAIN.contains(&value.to_ascii_lowercase().as_str())
}

/// How secrets of well-known makers begin.
const BEGINNINGS: [&str; 26] = [
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xapp-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "pk_live_",
    "whsec_",
    "SG.",
    "AIza",
    "ya29.",
    "eyJ",
    "npm_",
    "pypi-",
    "sk-",
    "-----BEGIN",
];

/// Whether a text looks like a secret wherever it stands: as well-known ones begin, with a password in a URL, or so mixed
/// that nobody would have chosen it as a name.
#[must_use]
pub fn looks_secret(text: &str) -> bool {
    let begins = |word: &str| BEGINNINGS.iter().any(|begin| word.starts_with(begin) && word.len() >= begin.len() + 8);
    let in_words = text.split(|letter: char| letter.is_whitespace() || "\"'`,;()<>[]{}".contains(letter));
    in_words.into_iter().any(|word| begins(word) || has_userinfo(word) || is_jumble(word))
        || text.contains("-----BEGIN")
}

/// `scheme://user:password@host`, and `Password=…;` of connection strings.
fn has_userinfo(word: &str) -> bool {
    let userinfo = word.split_once("://").and_then(|(_, rest)| rest.split('/').next()?.split_once('@'));
    let pairs = word.to_ascii_lowercase();
    let paired = ["password=", "pwd=", "accountkey=", "sharedaccesskey=", "sig=", "token=", "secret="];
    userinfo.is_some_and(|(user, _)| user.contains(':')) || paired.iter().any(|pair| pairs.contains(pair))
}

/// The least length of a jumble: shorter ones are too often names.
const JUMBLE: usize = 10;

/// Whether the letters of a part of a word follow each other as they do in no name: many kinds of them, often changing.
/// Digests and ids in hexadecimal digits, and the random ends of names, are none: there only digits and small letters mix.
fn is_jumble(word: &str) -> bool {
    let parts = word.split(|letter: char| !letter.is_ascii_alphanumeric() && !"+/=_-!@#$%^&*~?".contains(letter));
    parts.into_iter().any(|part| {
        let kinds: [usize; 4] = part.bytes().fold([0; 4], |mut kinds, byte| {
            kinds[kind(byte)] += 1;
            kinds
        });
        let [lower, upper, digit, _] = kinds;
        let changes = part.as_bytes().windows(2).filter(|two| kind(two[0]) != kind(two[1])).count();
        let mixed = lower > 0 && upper > 1 && digit > 0;
        part.len() >= JUMBLE && mixed && changes * 4 >= part.len() && !is_camel(part)
    })
}

fn kind(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// `HelloZ3World`: most of it are words of a capital and small letters.
fn is_camel(part: &str) -> bool {
    let runs = part.split(|letter: char| !letter.is_ascii_lowercase()).map(str::len);
    let in_words: usize = runs.filter(|length| *length > 1).map(|length| length + 1).sum();
    in_words * 10 >= part.len() * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "DB_PASSWORD",
            "masterUserPassword",
            "api-key",
            "STRIPE_KEY",
            "ClientSecret",
            "authToken",
            "MAIL_KEY",
            "PIN",
        ] {
            assert!(sounds_secret(name), "{name}");
        }
        for name in [
            "TOPIC",
            "KmsKeyId",
            "SecretArn",
            "LOG_LEVEL",
            "TokenTtl",
            "KeySchema",
            "partition_key",
            "SHOWS_TABLE",
            "Key",
            "monkey",
            "spinner",
        ] {
            assert!(!sounds_secret(name), "{name}");
        }
    }

    #[test]
    fn looks() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_0123456789abcdefghijklmnop",
            "postgres://app:hunter2@db/x",
            "Server=x;Password=y;",
            "see Xk9Q2mZp7Lw4Rt8V for it",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ] {
            assert!(looks_secret(text), "{text}");
        }
        for text in [
            "podcast-gcp-uploads-vlbf2s",
            "arn:aws:sqs:eu-west-1:123456789012:jobs",
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            "3f9c2a81d0b14e6f9c2a81d0b14e6f00",
            "GetObjectLegalHoldV2",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
            "https://example.com/a?b=c",
            "b24988ac-6180-42a0-ab88-20f7382dd24c",
            "ShowsZ2DynamoDbTable",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
        assert!(is_plain("WARN") && is_plain("30") && !is_plain("hunter2"));
    }
}
