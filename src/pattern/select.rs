//! Which of overlapping matches wins: the crate's one conflict policy.

use std::cmp::Reverse;

/// Keeps matches that do not overlap: the longest wins; of equally long ones the one of the earlier
/// rule; of those the leftmost. The result is in order of start.
///
/// `found` holds `(start, end, rule)` in tokens; the result holds indices into it.
pub(crate) fn select(found: &[(usize, usize, usize)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|&i| {
        let (start, end, rule) = found[i];
        (Reverse(end - start), rule, start)
    });
    let mut taken: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    let mut kept = Vec::new();
    for index in order {
        let (start, end, _) = found[index];
        let before = taken.range(..end).next_back();
        if before.is_none_or(|(_, &stop)| stop <= start) {
            taken.insert(start, end);
            kept.push(index);
        }
    }
    kept.sort_by_key(|&i| found[i].0);
    kept
}

#[cfg(test)]
mod tests {
    use super::select;

    #[test]
    fn longest_then_earlier_rule_then_leftmost() {
        assert_eq!(select(&[(0, 2, 5), (1, 4, 9), (4, 5, 1)]), [1, 2]);
        assert_eq!(select(&[(0, 2, 5), (0, 2, 3)]), [1]);
        assert_eq!(select(&[(2, 4, 1), (0, 2, 1), (1, 3, 1)]), [1, 0]);
        assert_eq!(select(&[]), Vec::<usize>::new());
    }
}
