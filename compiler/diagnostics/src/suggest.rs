//! "Did you mean …?"

/// The candidate a writer most probably meant: equal but for case, else at an edit distance (swaps count one) of at
/// most a third of the longer name. The first of equals wins, so the order of candidates is part of the answer.
pub fn suggest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate.eq_ignore_ascii_case(written) {
            return Some(candidate);
        }
        let allowed = written.chars().count().max(candidate.chars().count()) / 3;
        let distance = distance(written, candidate);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edits between two short names: insertions, deletions, substitutions and swaps of neighbours. Names longer than 64
/// characters are not compared; nobody mistypes those into each other.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    if left.len().max(right.len()) > 64 {
        return usize::MAX;
    }
    let width = right.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (row, a) in left.iter().enumerate() {
        let mut next = vec![row + 1; width];
        for (column, b) in right.iter().enumerate() {
            let substituted = rows[row][column] + usize::from(a != b);
            next[column + 1] = substituted.min(rows[row][column + 1] + 1).min(next[column] + 1);
            let swapped = row > 0 && column > 0 && *a == right[column - 1] && left[row - 1] == *b;
            if swapped {
                next[column + 1] = next[column + 1].min(rows[row - 1][column - 1] + 1);
            }
        }
        rows.push(next);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn close_names_only() {
        let names = ["uploads", "episodes", "shows"];
        assert_eq!(suggest("upload", names), Some("uploads"));
        assert_eq!(suggest("SHOWS", names), Some("shows"));
        assert_eq!(suggest("shwos", names), Some("shows"));
        assert_eq!(suggest("users", names), None);
        assert_eq!(suggest("", names), None);
    }
}
