//! Addresses of lowered resources, and the logical ids that are made of them and read back.
//!
//! An address is `owner.part` or `owner.via.part` (`tag.function`, `tag.uploads.grant`). Its logical id has each word
//! capitalised; a word that begins with a digit or `z` gets a `Z` in front, and the dot after an owner with a `via` is a
//! `Z` of its own. The part comes from a closed list in which no word ends in another, so an id can be read back.

use crate::Text;
use smallvec::SmallVec;
use std::fmt;

/// The name of a lowered resource.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Text);

/// A few addresses: most resources wait for one, which lies in place.
pub type Addresses = SmallVec<[Address; 1]>;

impl Address {
    /// `owner.part`.
    #[must_use]
    pub fn new(owner: &str, part: &str) -> Self {
        Self(Text::concat(&[owner, ".", part]))
    }

    /// `owner.via.part`: a resource that ties two names together.
    #[must_use]
    pub fn via(owner: &str, via: &str, part: &str) -> Self {
        Self(Text::concat(&[owner, ".", via, ".", part]))
    }

    /// An address as it was written; checked by whoever looks it up.
    #[must_use]
    pub fn written(text: &str) -> Self {
        Self(Text::new(text))
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name it belongs to.
    #[must_use]
    pub fn owner(&self) -> &str {
        let end = self.0.bytes().position(|byte| byte == b'.');
        &self.0[..end.unwrap_or(self.0.len())]
    }

    /// What it is to its owner.
    #[must_use]
    pub fn part(&self) -> &str {
        let before = self.0.bytes().rposition(|byte| byte == b'.');
        &self.0[before.map_or(0, |before| before + 1)..]
    }

    /// The address that it was under the names before, of which the newer ones are the second; none where none of its names
    /// was another one.
    #[must_use]
    pub fn formerly(&self, names: &[(String, String)]) -> Option<Self> {
        let before = |step: &str| names.iter().find(|(_, new)| new == step).map(|(old, _)| old.as_str());
        let (ties, part) = self.0.rsplit_once('.')?;
        if !ties.split('.').any(|name| before(name).is_some()) {
            return None;
        }
        let ties: Vec<&str> = ties.split('.').map(|name| before(name).unwrap_or(name)).collect();
        Some(Self::written(&format!("{}.{part}", ties.join("."))))
    }

    /// Alphanumeric, unique and readable back: `tag.function` is `TagFunction`.
    #[must_use]
    pub fn logical_id(&self) -> String {
        let address = self.0.as_bytes();
        let before_part = address.iter().rposition(|byte| *byte == b'.');
        let mut id = Vec::with_capacity(address.len() + 4);
        let mut begins = true;
        for (at, byte) in address.iter().copied().enumerate() {
            match byte {
                b'-' => begins = true,
                b'.' => {
                    begins = true;
                    if Some(at) != before_part {
                        id.push(b'Z');
                    }
                }
                byte if begins => {
                    begins = false;
                    if byte.is_ascii_digit() || byte == b'z' {
                        id.push(b'Z');
                    }
                    id.push(if byte == b'z' { byte } else { byte.to_ascii_uppercase() });
                }
                byte => id.push(byte),
            }
        }
        // Whole characters were copied, so this is text.
        String::from_utf8(id).unwrap_or_default()
    }

    /// Reads a logical id back; none when no address has it.
    #[must_use]
    pub fn from_logical_id(id: &str, parts: &Parts) -> Option<Self> {
        let (part, rest) = parts.part_of(id)?;
        let name = name_of(rest)?;
        let address = Self(format!("{name}.{part}").into());
        (address.logical_id() == id).then_some(address)
    }
}

impl From<Text> for Address {
    /// An address that stands written somewhere.
    fn from(text: Text) -> Self {
        Self(text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Appends a hyphenated name as capitalised words: `by-3d` is `ByZ3d`.
pub fn words(name: &str, id: &mut String) {
    let mut begins = true;
    for letter in name.chars() {
        match letter {
            '-' => begins = true,
            letter if begins => {
                begins = false;
                if letter.is_ascii_digit() || letter == 'z' {
                    id.push('Z');
                }
                id.push(if letter == 'z' { 'z' } else { letter.to_ascii_uppercase() });
            }
            letter => id.push(letter),
        }
    }
}

/// Undoes [`words`], with a lone `Z` read as the dot between an owner and its via.
fn name_of(id: &str) -> Option<String> {
    let mut name = String::with_capacity(id.len() + 4);
    let mut letters = id.chars().peekable();
    let mut begins = true;
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('Z', Some(next)) if next.is_ascii_uppercase() => {
                name.push('.');
                begins = true;
                continue;
            }
            ('Z', Some(next)) if *next == 'z' || next.is_ascii_digit() => {
                push_break(&mut name, begins);
                name.extend(letters.next());
            }
            (letter, _) if letter.is_ascii_uppercase() => {
                push_break(&mut name, begins);
                name.push(letter.to_ascii_lowercase());
            }
            (letter, _) => name.push(letter),
        }
        begins = false;
    }
    (!name.is_empty()).then_some(name)
}

fn push_break(name: &mut String, begins: bool) {
    if !begins {
        name.push('-');
    }
}

/// The closed list of parts, suffix-free by construction.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The capitalised form and the part.
    known: Vec<(String, String)>,
}

impl Parts {
    /// Adds a part; gives back the part it clashes with when one would end in the other.
    pub fn add(&mut self, part: &str) -> Result<(), String> {
        let mut id = String::new();
        words(part, &mut id);
        if self.known.iter().any(|(_, known)| known == part) {
            return Ok(());
        }
        if let Some((_, clash)) = self.known.iter().find(|(known, _)| known.ends_with(&id) || id.ends_with(known)) {
            return Err(clash.clone());
        }
        self.known.push((id, part.to_owned()));
        Ok(())
    }

    /// Whether the list has this part.
    #[must_use]
    pub fn contains(&self, part: &str) -> bool {
        self.known.iter().any(|(_, known)| known == part)
    }

    /// The parts, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|(_, part)| part.as_str())
    }

    fn part_of<'a, 'b>(&'a self, id: &'b str) -> Option<(&'a str, &'b str)> {
        self.known.iter().find_map(|(known, part)| Some((part.as_str(), id.strip_suffix(known.as_str())?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, id: &str) {
        let mut parts = Parts::default();
        ["function", "queue", "grant", "zone"].iter().for_each(|part| assert_eq!(parts.add(part), Ok(())));
        let address = Address::written(address);
        assert_eq!(address.logical_id(), id);
        assert_eq!(Address::from_logical_id(id, &parts), Some(address));
    }

    #[test]
    fn ids_read_back() {
        check("tag.function", "TagFunction");
        check("by-3d.queue", "ByZ3dQueue");
        check("zoo.queue", "ZzooQueue");
        check("a-z.uploads.grant", "AZzZUploadsGrant");
        check("z.z.grant", "ZzZZzGrant");
        check("a.3-z.grant", "AZZ3ZzGrant");
        check("a1-b.zone", "A1BZzone");
    }

    #[test]
    fn no_part_ends_in_another() {
        let mut parts = Parts::default();
        assert_eq!(parts.add("group"), Ok(()));
        assert_eq!(parts.add("log-group"), Err("group".to_owned()));
        assert_eq!(parts.add("group"), Ok(()));
    }
}
