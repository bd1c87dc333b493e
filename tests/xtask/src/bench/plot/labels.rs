//! Labels that keep their distance.

/// The heights for labels that would best stand at `wanted`, at least `gap` apart, in `wanted`'s
/// order: as near as can be, and in the same order from top to bottom.
///
/// Labels that are too near become a block, spread evenly around the mean of what its labels want;
/// blocks that meet become one.
pub fn spread(wanted: &[i32], gap: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&index| wanted[index]);
    // A block: how many labels, and the sum of what they want.
    let mut blocks: Vec<(i32, i32)> = Vec::new();
    let top = |(count, sum): (i32, i32)| sum / count - (count - 1) * gap / 2;
    for &index in &order {
        let mut block = (1, wanted[index]);
        while let Some(&above) = blocks.last()
            && top(above) + above.0 * gap > top(block)
        {
            block = (above.0 + block.0, above.1 + block.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut places = vec![0; wanted.len()];
    let all = blocks
        .into_iter()
        .flat_map(|block| (0..block.0).map(move |position| top(block) + position * gap));
    for (index, place) in order.into_iter().zip(all) {
        places[index] = place;
    }
    places
}

/// The heights for labels beside `points`: [`spread`], but those alone keep their distance that are
/// not more than `near` to the right of another.
pub fn beside(points: &[(i32, i32)], near: i32, gap: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by_key(|&index| points[index].0);
    let mut places = vec![0; points.len()];
    for group in order.chunk_by(|&left, &right| points[right].0 - points[left].0 <= near) {
        let wanted: Vec<i32> = group.iter().map(|&index| points[index].1).collect();
        for (&index, place) in group.iter().zip(spread(&wanted, gap)) {
            places[index] = place;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_to_the_side_is_not_in_the_way() {
        let points = [(100, 50), (10, 50), (90, 50), (300, 50), (12, 80)];
        // Of two that want the same, the left one is above.
        assert_eq!(beside(&points, 20, 14), [57, 50, 43, 50, 80]);
    }

    #[test]
    fn what_has_room_stays() {
        assert_eq!(spread(&[100, 10, 50], 14), [100, 10, 50]);
        assert_eq!(spread(&[], 14), Vec::<i32>::new());
    }

    #[test]
    fn what_is_too_near_parts_evenly() {
        assert_eq!(spread(&[50, 50], 14), [43, 57]);
        assert_eq!(spread(&[52, 50, 51], 10), [61, 41, 51]);
    }

    #[test]
    fn blocks_that_meet_become_one() {
        let places = spread(&[10, 10, 26, 26, 100], 10);
        assert_eq!(places, [3, 13, 23, 33, 100]);
    }
}
