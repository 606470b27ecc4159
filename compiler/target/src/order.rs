//! Circles in a graph.

/// A circle, if there is one, without recursion: graphs come from users.
pub(crate) fn cycle(edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut state = vec![State::New; edges.len()];
    for start in 0..edges.len() {
        if state[start] != State::New {
            continue;
        }
        let mut path = vec![(start, 0)];
        state[start] = State::Open;
        while let Some((at, next)) = path.last_mut() {
            let (at, step) = (*at, *next);
            *next += 1;
            match edges[at].get(step).map(|to| (*to, state[*to])) {
                None => {
                    state[at] = State::Done;
                    path.pop();
                }
                Some((to, State::Open)) => {
                    let from = path.iter().position(|(on_path, _)| *on_path == to)?;
                    return Some(path[from..].iter().map(|(on_path, _)| *on_path).chain([to]).collect());
                }
                Some((to, State::New)) => {
                    state[to] = State::Open;
                    path.push((to, 0));
                }
                Some((_, State::Done)) => {}
            }
        }
    }
    None
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

#[cfg(test)]
mod tests {
    use super::cycle;

    #[test]
    fn circles_are_found() {
        assert_eq!(cycle(&[vec![1, 2], vec![2], vec![]]), None);
        assert_eq!(cycle(&[vec![1], vec![2], vec![1]]), Some(vec![1, 2, 1]));
        assert_eq!(cycle(&[vec![0]]), Some(vec![0, 0]));
    }
}
