//! Where everything stands: columns from left to right, no box or label on another.
//!
//! In come boxes with their sizes and arrows with the sizes of their labels; out go places. Boxes stand in every second
//! column and an arrow's label in the column after its start; where an arrow passes a column it has a lane of its own.
//! Arrows against the flow are laid out backwards.

use std::collections::VecDeque;

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    /// To the right.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// The left side of the column.
    pub column: f64,
    /// The width of the column.
    pub column_width: f64,
    /// The middle, from above.
    pub middle: f64,
    /// Its own size.
    pub size: Size,
}

/// An arrow's way.
#[derive(Debug)]
pub(super) struct Way {
    /// The columns it passes, from the left to the right; the first and the last are its boxes.
    pub steps: Vec<Place>,
    /// Whether its head is at the left.
    pub backwards: bool,
}

/// All places.
#[derive(Debug)]
pub(super) struct Layout {
    /// Of the boxes.
    pub boxes: Vec<Place>,
    /// Of the arrows; the label stands at the second step.
    pub ways: Vec<Way>,
    /// Of the whole.
    pub size: Size,
}

/// Between two columns.
const GAP: f64 = 36.0;
/// Between two things in a column.
const SPACE: f64 = 14.0;
/// How often the columns are put in order.
const SWEEPS: usize = 12;

/// Lays out boxes and arrows `(from, to, label)`; no arrow leads to where it comes from.
pub(super) fn layout(boxes: &[Size], arrows: &[(usize, usize, Size)]) -> Layout {
    let ranks = ranks(boxes.len(), arrows);
    let mut grid = Grid::new(boxes, &ranks);
    let ways: Vec<(Vec<usize>, bool)> = arrows.iter().map(|arrow| grid.thread(arrow, &ranks)).collect();
    grid.order();
    let places = grid.place();
    let size = grid.size(&places);
    let steps = |items: &[usize]| items.iter().map(|item| places[*item]).collect();
    let ways = ways.iter().map(|(items, backwards)| Way { steps: steps(items), backwards: *backwards });
    Layout { boxes: places[..boxes.len()].to_vec(), ways: ways.collect(), size }
}

/// The longest way to each box from the left, without the arrows that close a circle.
fn ranks(count: usize, arrows: &[(usize, usize, Size)]) -> Vec<usize> {
    let mut next = vec![Vec::new(); count];
    for (index, (from, to, _)) in arrows.iter().enumerate() {
        next[*from].push((*to, index));
    }
    let closing = closing(&next, arrows.len());
    let mut open = vec![0; count];
    for ((_, to, _), _) in arrows.iter().zip(&closing).filter(|(_, closing)| !**closing) {
        open[*to] += 1;
    }
    let mut ready: VecDeque<usize> = (0..count).filter(|node| open[*node] == 0).collect();
    let mut ranks = vec![0; count];
    while let Some(node) = ready.pop_front() {
        for (to, _) in next[node].iter().filter(|(_, index)| !closing[*index]) {
            ranks[*to] = ranks[*to].max(ranks[node] + 1);
            open[*to] -= 1;
            if open[*to] == 0 {
                ready.push_back(*to);
            }
        }
    }
    ranks
}

/// Which arrows lead back to a box that the walk has not left yet.
fn closing(next: &[Vec<(usize, usize)>], arrows: usize) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Never,
        Inside,
        Left,
    }
    let mut closing = vec![false; arrows];
    let mut seen = vec![Seen::Never; next.len()];
    let mut walk: Vec<(usize, usize)> = Vec::new();
    for start in 0..next.len() {
        if seen[start] == Seen::Never {
            seen[start] = Seen::Inside;
            walk.push((start, 0));
        }
        while let Some((node, done)) = walk.last_mut() {
            match next[*node].get(*done) {
                None => {
                    seen[*node] = Seen::Left;
                    walk.pop();
                }
                Some((to, index)) => {
                    *done += 1;
                    match seen[*to] {
                        Seen::Inside => closing[*index] = true,
                        Seen::Left => {}
                        Seen::Never => {
                            seen[*to] = Seen::Inside;
                            walk.push((*to, 0));
                        }
                    }
                }
            }
        }
    }
    closing
}

/// Boxes, labels and lanes in their columns.
struct Grid {
    sizes: Vec<Size>,
    columns: Vec<Vec<usize>>,
    /// What each item is tied to in the columns beside it: left, right.
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
}

impl Grid {
    fn new(boxes: &[Size], ranks: &[usize]) -> Self {
        let last = ranks.iter().max().map_or(0, |rank| rank * 2 + 1);
        let mut columns = vec![Vec::new(); last];
        ranks.iter().enumerate().for_each(|(item, rank)| columns[rank * 2].push(item));
        Self {
            sizes: boxes.to_vec(),
            columns,
            left: vec![Vec::new(); boxes.len()],
            right: vec![Vec::new(); boxes.len()],
        }
    }

    /// Leads an arrow through the columns between its boxes.
    fn thread(&mut self, (from, to, label): &(usize, usize, Size), ranks: &[usize]) -> (Vec<usize>, bool) {
        let backwards = ranks[*from] > ranks[*to];
        let (first, last) = if backwards { (*to, *from) } else { (*from, *to) };
        let mut steps = vec![first];
        for column in ranks[first] * 2 + 1..ranks[last] * 2 {
            let item = self.sizes.len();
            self.sizes.push(if steps.len() == 1 { *label } else { Size::default() });
            self.left.push(Vec::new());
            self.right.push(Vec::new());
            self.columns[column].push(item);
            steps.push(item);
        }
        steps.push(last);
        for pair in steps.windows(2) {
            self.right[pair[0]].push(pair[1]);
            self.left[pair[1]].push(pair[0]);
        }
        (steps, backwards)
    }

    /// Puts every column into the order of the means of what its items are tied to.
    fn order(&mut self) {
        let mut position = vec![0.0; self.sizes.len()];
        for column in &self.columns {
            number(column, &mut position);
        }
        for sweep in 0..SWEEPS {
            let ties = if sweep % 2 == 0 { &self.left } else { &self.right };
            let count = self.columns.len();
            for step in 0..count {
                let index = if sweep % 2 == 0 { step } else { count - 1 - step };
                let column = &mut self.columns[index];
                let mean = |item: &usize| mean(&ties[*item], &position).unwrap_or(position[*item]);
                column.sort_by(|one, other| mean(one).total_cmp(&mean(other)));
                number(column, &mut position);
            }
        }
    }

    fn place(&self) -> Vec<Place> {
        let middles = self.middles();
        let nowhere = Place { column: 0.0, column_width: 0.0, middle: 0.0, size: Size::default() };
        let mut places = vec![nowhere; self.sizes.len()];
        let mut left = 0.0;
        for column in &self.columns {
            let width = column.iter().map(|item| self.sizes[*item].width).fold(0.0, f64::max);
            for item in column {
                let (middle, size) = (middles[*item], self.sizes[*item]);
                places[*item] = Place { column: left, column_width: width, middle, size };
            }
            left += width + GAP;
        }
        places
    }

    /// How far down everything stands: near what it is tied to, in order, without touching.
    fn middles(&self) -> Vec<f64> {
        let mut middles = vec![0.0; self.sizes.len()];
        for column in &self.columns {
            self.spread(column, &vec![0.0; column.len()], &mut middles);
        }
        for sweep in 0..SWEEPS {
            let ties = if sweep % 2 == 0 { &self.left } else { &self.right };
            for step in 0..self.columns.len() {
                let index = if sweep % 2 == 0 { step } else { self.columns.len() - 1 - step };
                let column = &self.columns[index];
                let wish = |item: &usize| mean(&ties[*item], &middles).unwrap_or(middles[*item]);
                let wishes: Vec<f64> = column.iter().map(wish).collect();
                self.spread(column, &wishes, &mut middles);
            }
        }
        let tops = middles.iter().zip(&self.sizes).map(|(middle, size)| middle - size.height / 2.0);
        let top = tops.fold(f64::MAX, f64::min);
        middles.iter().map(|middle| middle - top).collect()
    }

    /// Places a column's items as near as possible to where they want to be: neighbours that would touch become one
    /// block, which stands at the mean of its items' wishes.
    fn spread(&self, column: &[usize], wishes: &[f64], middles: &mut [f64]) {
        struct Block {
            first: usize,
            items: f64,
            wish: f64,
            height: f64,
        }
        let mut blocks: Vec<Block> = Vec::new();
        for (index, item) in column.iter().enumerate() {
            let height = self.sizes[*item].height + SPACE;
            let mut block = Block { first: index, items: 1.0, wish: wishes[index] - height / 2.0, height };
            // A wish is where the block's top would be best; it moves with the heights before it.
            while let Some(before) =
                blocks.pop_if(|before| before.wish / before.items + before.height > block.wish / block.items)
            {
                block = Block {
                    first: before.first,
                    items: before.items + block.items,
                    wish: before.wish + block.wish - before.height * block.items,
                    height: before.height + block.height,
                };
            }
            blocks.push(block);
        }
        let ends: Vec<usize> = blocks.iter().skip(1).map(|block| block.first).chain([column.len()]).collect();
        for (block, end) in blocks.iter().zip(ends) {
            let mut top = block.wish / block.items;
            for item in &column[block.first..end] {
                let height = self.sizes[*item].height + SPACE;
                middles[*item] = top + height / 2.0;
                top += height;
            }
        }
    }

    fn size(&self, places: &[Place]) -> Size {
        let width = places.iter().map(|place| place.column + place.column_width).fold(0.0, f64::max);
        let height = places.iter().map(|place| place.middle + place.size.height / 2.0).fold(0.0, f64::max);
        Size { width, height }
    }
}

fn number(column: &[usize], position: &mut [f64]) {
    let mut next = 0.0;
    for item in column {
        position[*item] = next;
        next += 1.0;
    }
}

fn mean(of: &[usize], values: &[f64]) -> Option<f64> {
    let mut count = 0.0;
    let sum: f64 = of.iter().inspect(|_| count += 1.0).map(|item| values[*item]).sum();
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Size = Size { width: 100.0, height: 40.0 };
    const LABEL: Size = Size { width: 60.0, height: 15.0 };

    /// Everything that stands in the same column stands apart.
    fn apart(layout: &Layout) {
        let lanes = layout.ways.iter().flat_map(|way| &way.steps[1..way.steps.len() - 1]);
        let mut all: Vec<Place> = layout.boxes.iter().chain(lanes).copied().collect();
        all.sort_by(|one, other| one.column.total_cmp(&other.column).then(one.middle.total_cmp(&other.middle)));
        for pair in all.windows(2).filter(|pair| pair[0].column == pair[1].column) {
            let between = pair[1].middle - pair[0].middle - (pair[0].size.height + pair[1].size.height) / 2.0;
            assert!(between > SPACE - 0.01, "{pair:?}");
        }
    }

    fn check(count: usize, arrows: &[(usize, usize)], columns: &[f64]) {
        let arrows: Vec<_> = arrows.iter().map(|(from, to)| (*from, *to, LABEL)).collect();
        let layout = layout(&vec![BOX; count], &arrows);
        apart(&layout);
        let step = BOX.width + LABEL.width + 2.0 * GAP;
        assert_eq!(layout.boxes.iter().map(|place| place.column / step).collect::<Vec<_>>(), columns);
        for way in &layout.ways {
            assert!(way.steps.windows(2).all(|pair| pair[0].column < pair[1].column));
        }
    }

    #[test]
    fn boxes_stand_after_what_leads_to_them() {
        check(3, &[(0, 1), (1, 2)], &[0.0, 1.0, 2.0]);
        check(4, &[(0, 3), (1, 3), (2, 3)], &[0.0, 0.0, 0.0, 1.0]);
        check(4, &[(0, 1), (1, 2), (0, 2), (0, 3)], &[0.0, 1.0, 2.0, 1.0]);
        check(1, &[], &[0.0]);
        check(0, &[], &[]);
    }

    #[test]
    fn circles_are_opened() {
        check(3, &[(0, 1), (1, 2), (2, 0)], &[0.0, 1.0, 2.0]);
        check(2, &[(0, 1), (1, 0)], &[0.0, 1.0]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let arrows: Vec<(usize, usize)> = (0..20_000).map(|node| (node, node + 1)).collect();
        let arrows: Vec<_> = arrows.iter().map(|(from, to)| (*from, *to, LABEL)).collect();
        assert_eq!(ranks(20_001, &arrows)[20_000], 20_000);
    }

    #[test]
    fn many_boxes_stand_apart() {
        let arrows: Vec<_> =
            (0..60).map(|n| (n, 60 + (n * 7) % 20, LABEL)).chain((60..80).map(|n| (n, 80 + n % 3, LABEL))).collect();
        apart(&layout(&vec![BOX; 83], &arrows));
    }
}
