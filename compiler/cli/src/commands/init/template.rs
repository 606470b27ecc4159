//! The examples, built into the program, and how one becomes a new app.

/// An example that an app can start from.
#[derive(Clone, Debug)]
pub(super) struct Template {
    /// The example's name.
    pub name: &'static str,
    /// Its files: path inside the example, and bytes.
    files: Vec<(&'static str, &'static [u8])>,
}

static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

const SPEC: &str = "portolan.yaml";

/// What is said about the example; a new app has its own.
const PAGE: &str = "README.md";

/// All templates, sorted by name: examples with a spec.
pub(super) fn all() -> Vec<Template> {
    let mut templates: Vec<Template> = Vec::new();
    for (path, bytes) in FILES {
        let Some((name, inside)) = path.split_once('/') else { continue };
        match templates.last_mut().filter(|template| template.name == name) {
            Some(template) => template.files.push((inside, bytes)),
            None => templates.push(Template { name, files: vec![(inside, bytes)] }),
        }
    }
    templates.retain(|template| template.spec().is_some());
    templates
}

/// The template of this name.
pub(super) fn find(name: &str) -> Option<Template> {
    all().into_iter().find(|template| template.name == name)
}

impl Template {
    fn spec(&self) -> Option<&'static str> {
        let (_, bytes) = self.files.iter().find(|(path, _)| *path == SPEC)?;
        std::str::from_utf8(bytes).ok()
    }

    /// What it shows: the first sentence of its page.
    pub fn about(&self) -> String {
        let page = self.files.iter().find(|(path, _)| *path == PAGE);
        let page = page.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let lines = page.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
        let paragraph: Vec<&str> = lines.take_while(|line| !line.trim().is_empty()).collect();
        let paragraph = paragraph.join(" ");
        paragraph.split_once(". ").map_or(paragraph.as_str(), |(first, _)| first).trim_end_matches('.').to_owned()
    }

    /// The files of a new app of this name.
    pub fn files(&self, app: &str) -> Vec<(String, Vec<u8>)> {
        let file = |(path, bytes): &(&'static str, &'static [u8])| {
            let bytes = match (*path, std::str::from_utf8(bytes)) {
                (SPEC, Ok(spec)) => renamed(spec, app).into_bytes(),
                _ => bytes.to_vec(),
            };
            ((*path).to_owned(), bytes)
        };
        self.files.iter().filter(|(path, _)| *path != PAGE).map(file).collect()
    }
}

/// A spec with another app's name.
fn renamed(spec: &str, app: &str) -> String {
    let line = |line: &str| if line.starts_with("app:") { format!("app: {app}\n") } else { line.to_owned() };
    spec.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_changes() {
        assert_eq!(renamed("portolan: 1\napp: podcast # x\nb: app:\n", "mine"), "portolan: 1\napp: mine\nb: app:\n");
    }

    #[test]
    fn every_template_has_a_name_to_change() {
        for template in all() {
            let spec = template.spec().unwrap_or_default();
            assert!(spec.lines().any(|line| line == format!("app: {}", template.name)), "{}", template.name);
            assert!(!template.about().is_empty(), "{} has a page that says what it shows", template.name);
        }
    }
}
