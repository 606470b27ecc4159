//! In which order resources are made, changed and taken away: what stands on others comes after them.

use crate::change::Changing;
use std::collections::HashMap;

/// The wave of every resource: those that are made or changed by what they stand on, then those that go, what stands on
/// others first. Only resources that something happens to count.
pub(crate) fn waves(changes: &[Changing<'_>]) -> Vec<usize> {
    let places: HashMap<&str, usize> =
        changes.iter().zip(0..).map(|(change, at)| (change.holding().id.as_str(), at)).collect();
    let refers: Vec<Vec<usize>> = changes
        .iter()
        .map(|change| {
            let to = change.holding().refers_to();
            to.iter().filter_map(|id| places.get(id).copied()).collect()
        })
        .collect();
    let goes = |at: usize| changes[at].after.is_none();
    let mut depths = vec![None; changes.len()];
    for at in 0..changes.len() {
        depth(at, &refers, &mut depths);
    }
    let depths: Vec<usize> = depths.into_iter().map(Option::unwrap_or_default).collect();
    let last = (0..changes.len()).filter(|at| !goes(*at)).map(|at| depths[at]).max();
    let begin = last.map_or(0, |last| last + 1);
    let deepest = (0..changes.len()).filter(|at| goes(*at)).map(|at| depths[at]).max().unwrap_or_default();
    (0..changes.len()).map(|at| if goes(at) { begin + deepest - depths[at] } else { depths[at] }).collect()
}

/// How many stand below one, along the longest way; a way that leads back to itself ends there.
fn depth(from: usize, refers: &[Vec<usize>], depths: &mut [Option<usize>]) {
    let mut stack = vec![(from, 0)];
    let mut on_the_way = vec![false; refers.len()];
    while let Some((at, next)) = stack.pop() {
        if depths[at].is_some() {
            continue;
        }
        on_the_way[at] = true;
        match refers[at].get(next) {
            Some(below) => {
                stack.push((at, next + 1));
                if depths[*below].is_none() && !on_the_way[*below] {
                    stack.push((*below, 0));
                }
            }
            None => {
                let below = refers[at].iter().filter_map(|below| depths[*below]).max();
                depths[at] = Some(below.map_or(0, |below| below + 1));
                on_the_way[at] = false;
            }
        }
    }
}
