//! Spellings: `put_item`, `putItem`, `PutItem` and `put-item` are one name.

use std::cmp::Ordering;

/// Compares two names by their letters and digits, whatever their case.
pub fn compare(left: &str, right: &str) -> Ordering {
    letters(left).cmp(letters(right))
}

/// Whether two names are one.
pub fn same(left: &str, right: &str) -> bool {
    compare(left, right).is_eq()
}

fn letters(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_separators_do_not_matter() {
        assert!(same("describe_db_instances", "DescribeDBInstances"));
        assert!(same("get-queue-url", "GetQueueUrl"));
        assert!(!same("get_queue", "GetQueueUrl"));
        assert!(!same("", "a"));
    }
}
