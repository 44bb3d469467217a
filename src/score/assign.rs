//! One-to-one matching of gold things and found things.

use rustc_hash::FxHashMap;

/// A weight to which others are small: the number of pairs comes first.
pub(super) const PAIR: f64 = 1e4;

/// Chooses edges `(row, column, weight)` so that no row or column has two and the sum of the weights is
/// the largest; gives the column of each row. Edges of weight zero or less are never chosen.
pub(super) fn assign(rows: usize, edges: &[(usize, usize, f64)]) -> Vec<Option<usize>> {
    let mut chosen = vec![None; rows];
    for part in components(edges) {
        for (row, column) in solve(&part) {
            if let Some(place) = chosen.get_mut(row) {
                *place = Some(column);
            }
        }
    }
    chosen
}

type Edge = (usize, usize, f64);

/// Edges that hang together: each part is solved alone, so that a long article costs no more than it must.
fn components(edges: &[Edge]) -> Vec<Vec<Edge>> {
    let mut parent: Vec<usize> = (0..edges.len()).collect();
    let (mut by_row, mut by_column) = (FxHashMap::default(), FxHashMap::default());
    for (index, &(row, column, weight)) in edges.iter().enumerate() {
        if weight > 0.0 {
            let (a, b) = (
                *by_row.entry(row).or_insert(index),
                *by_column.entry(column).or_insert(index),
            );
            for other in [a, b] {
                let (mine, theirs) = (root(&mut parent, index), root(&mut parent, other));
                parent[mine] = theirs;
            }
        }
    }
    let mut parts: FxHashMap<usize, Vec<Edge>> = FxHashMap::default();
    let mut order = Vec::new();
    for (index, &edge) in edges.iter().enumerate() {
        if edge.2 > 0.0 {
            let root = root(&mut parent, index);
            let part = parts.entry(root).or_insert_with(|| {
                order.push(root);
                Vec::new()
            });
            part.push(edge);
        }
    }
    order.iter().filter_map(|root| parts.remove(root)).collect()
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// The best matching of one part.
fn solve(edges: &[Edge]) -> Vec<(usize, usize)> {
    if let [(row, column, _)] = edges {
        return vec![(*row, *column)];
    }
    let mut rows: Vec<usize> = edges.iter().map(|edge| edge.0).collect();
    let mut columns: Vec<usize> = edges.iter().map(|edge| edge.1).collect();
    for side in [&mut rows, &mut columns] {
        side.sort_unstable();
        side.dedup();
    }
    // The method wants no more rows than columns.
    let turned = rows.len() > columns.len();
    let mut weights =
        vec![vec![0.0_f64; rows.len().max(columns.len())]; rows.len().min(columns.len())];
    for &(row, column, weight) in edges {
        let row = rows.partition_point(|&other| other < row);
        let column = columns.partition_point(|&other| other < column);
        let (row, column) = if turned { (column, row) } else { (row, column) };
        weights[row][column] = weights[row][column].max(weight);
    }
    let pairs = hungarian(&weights).into_iter().enumerate();
    pairs
        .filter(|&(row, column)| weights[row][column] > 0.0)
        .map(|(row, column)| match turned {
            true => (rows[column], columns[row]),
            false => (rows[row], columns[column]),
        })
        .collect()
}

/// The Hungarian method with potentials: for each row the column that makes the sum largest.
fn hungarian(weights: &[Vec<f64>]) -> Vec<usize> {
    let (n, m) = (weights.len(), weights.first().map_or(0, Vec::len));
    // Row and column 0 are the method's own; `owner[column]` is the row that has it.
    let (mut u, mut v) = (vec![0.0; n + 1], vec![0.0; m + 1]);
    let mut owner = vec![0; m + 1];
    let mut way = vec![0; m + 1];
    for row in 1..=n {
        owner[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; m + 1];
        let mut used = vec![false; m + 1];
        loop {
            used[column] = true;
            let from = owner[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for other in (1..=m).filter(|&other| !used[other]).collect::<Vec<_>>() {
                let cost = -weights[from - 1][other - 1] - u[from] - v[other];
                if cost < least[other] {
                    (least[other], way[other]) = (cost, column);
                }
                if least[other] < delta {
                    (delta, next) = (least[other], other);
                }
            }
            for other in 0..=m {
                if used[other] {
                    u[owner[other]] += delta;
                    v[other] -= delta;
                } else {
                    least[other] -= delta;
                }
            }
            column = next;
            if owner[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let before = way[column];
            owner[column] = owner[before];
            column = before;
        }
    }
    let mut chosen = vec![0; n];
    for (column, &row) in owner.iter().enumerate().skip(1) {
        if row > 0 {
            chosen[row - 1] = column - 1;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sum_counts_not_the_best_edge() {
        // Greedy would take 0-0 (0.9) and leave row 1 without a partner.
        let edges = [(0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.8)];
        assert_eq!(assign(2, &edges), [Some(1), Some(0)]);
        let edges = [(0, 0, 0.9), (0, 1, 0.1), (1, 0, 0.1)];
        assert_eq!(assign(3, &edges), [Some(0), None, None]);
        assert_eq!(assign(2, &[(1, 7, 1.0), (0, 7, 2.0)]), [Some(7), None]);
        assert_eq!(assign(1, &[(0, 0, 0.0)]), [None]);
    }

    /// The best sum by trying everything.
    fn best(weights: &[Vec<f64>], row: usize, used: u32) -> f64 {
        if row == weights.len() {
            return 0.0;
        }
        let mut sum = best(weights, row + 1, used);
        for (column, weight) in weights[row].iter().enumerate() {
            if used & (1 << column) == 0 {
                sum = sum.max(weight + best(weights, row + 1, used | (1 << column)));
            }
        }
        sum
    }

    proptest! {
        #[test]
        fn no_other_choice_is_better(
            weights in prop::collection::vec(prop::collection::vec(0..5_u8, 4), 1..6),
        ) {
            let weights: Vec<Vec<f64>> =
                weights.iter().map(|row| row.iter().map(|&w| f64::from(w)).collect()).collect();
            let edges: Vec<_> = weights
                .iter()
                .enumerate()
                .flat_map(|(r, row)| row.iter().enumerate().map(move |(c, &w)| (r, c, w)))
                .collect();
            let chosen = assign(weights.len(), &edges);
            let mut seen = std::collections::HashSet::new();
            let mut sum = 0.0;
            for (row, column) in chosen.iter().enumerate() {
                if let Some(column) = column {
                    prop_assert!(seen.insert(*column));
                    sum += weights[row][*column];
                }
            }
            prop_assert_eq!(sum, best(&weights, 0, 0));
        }
    }
}
