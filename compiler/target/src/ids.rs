//! What resources are called in a file.

use crate::edges::number;

/// Most names are no longer.
const USUAL: usize = 48;

/// What the resources of a stack are called in its file, in their order: one text for all, since there are as many as
/// resources, and few are ever asked for.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Ids {
    /// Room for so many.
    #[must_use]
    pub fn with_capacity(resources: usize) -> Self {
        Self { text: String::with_capacity(resources * USUAL), ends: Vec::with_capacity(resources) }
    }

    /// Adds what the next resource is called, which `write` appends: nothing where the file does not name it.
    pub fn push(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
        self.ends.push(number(self.text.len()));
    }

    /// The place of each resource that has a name, and this name.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut begins = 0;
        let id = move |ends: &u32| {
            let id = &self.text[begins..*ends as usize];
            begins = *ends as usize;
            id
        };
        self.ends.iter().map(id).enumerate().filter(|(_, id)| !id.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn who_has_no_name_is_left_out() {
        let mut ids = Ids::default();
        for id in ["a", "", "bc", ""] {
            ids.push(|text| text.push_str(id));
        }
        assert_eq!(ids.iter().collect::<Vec<_>>(), [(0, "a"), (2, "bc")]);
    }
}
