//! Principals that a template does not make.

use portolan_policy::Pattern;

/// Who a principal is, when the template does not make it: an object id says nothing about its directory.
pub(crate) fn outsider(principal: &Pattern) -> Option<String> {
    let text = principal.as_text()?;
    is_id(text).then(|| format!("the object {text}, which is made elsewhere; an id does not tell its tenant"))
}

/// Eight, four, four, four and twelve hexadecimal digits.
fn is_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let hexadecimal = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_ids_are_told() {
        assert!(outsider(&Pattern::literal("11111111-1111-4111-8111-111111111111")).is_some());
        assert!(outsider(&Pattern::literal("principal of x")).is_none());
        assert!(outsider(&Pattern::atom("reference(x).principalId")).is_none());
    }
}
