//! Edges between numbered nodes, and circles of them.

/// What each node leads to, put in node by node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edges {
    targets: Vec<u32>,
    /// Where the edges of each node end.
    ends: Vec<u32>,
}

impl Edges {
    /// No edges yet, with room for so many nodes.
    pub fn with_capacity(nodes: usize) -> Self {
        Self { targets: Vec::with_capacity(3 * nodes), ends: Vec::with_capacity(nodes) }
    }

    /// An edge from the node under way.
    pub fn edge(&mut self, to: usize) {
        self.targets.push(number(to));
    }

    /// The node under way has all its edges; the next one begins.
    pub fn end_node(&mut self) {
        self.ends.push(number(self.targets.len()));
    }

    /// Where the edges of a node lead.
    pub fn of(&self, node: usize) -> &[u32] {
        let begins = if node == 0 { 0 } else { self.ends[node - 1] };
        &self.targets[begins as usize..self.ends[node] as usize]
    }

    /// A circle, if there is one, without recursion: graphs come from users.
    pub fn cycle(&self) -> Option<Vec<usize>> {
        let mut state = vec![State::New; self.ends.len()];
        let mut path = Vec::new();
        for start in 0..self.ends.len() {
            if state[start] != State::New {
                continue;
            }
            path.push((start, 0));
            state[start] = State::Open;
            while let Some((at, next)) = path.last_mut() {
                let (at, step) = (*at, *next);
                *next += 1;
                match self.of(at).get(step).map(|to| (*to as usize, state[*to as usize])) {
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
}

/// A place as it is kept: a template of four billion references is beyond the memory that its resources take.
pub(crate) fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

#[cfg(test)]
mod tests {
    use super::Edges;

    fn check(nodes: &[&[usize]], expected: Option<&[usize]>) {
        let mut graph = Edges::with_capacity(nodes.len());
        for edges in nodes {
            edges.iter().for_each(|to| graph.edge(*to));
            graph.end_node();
        }
        assert_eq!(graph.cycle().as_deref(), expected);
    }

    #[test]
    fn circles_are_found() {
        check(&[&[1, 2], &[2], &[]], None);
        check(&[&[1], &[2], &[1]], Some(&[1, 2, 1]));
        check(&[&[0]], Some(&[0, 0]));
    }
}
