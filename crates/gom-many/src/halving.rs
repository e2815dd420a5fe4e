//! Which of a row of releases is tried next, so that the change between the first and the last is found by halving.
//!
//! Owns: the order of the tries. Never: knows what a release is. Invariant: for each row and each change in it, at most
//! [`Halving::most_left`] tries give a verdict, and each release that can't be judged costs one try more.

/// What a try has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As the first one.
    Good,
    /// As the last one.
    Bad,
    /// It can't be judged.
    Skipped,
}

/// A search in a row whose first member is good and whose last one is bad.
#[derive(Clone, Debug)]
pub struct Halving {
    verdicts: Vec<Option<Verdict>>,
}

impl Halving {
    /// A search in a row of this length, which is at least two.
    pub fn new(length: usize) -> Halving {
        let last = length.max(2) - 1;
        let mut verdicts = vec![None; last + 1];
        (verdicts[0], verdicts[last]) = (Some(Verdict::Good), Some(Verdict::Bad));
        Halving { verdicts }
    }

    /// Notes the verdict about a member. The ends keep theirs.
    pub fn note(&mut self, at: usize, verdict: Verdict) {
        let last = self.verdicts.len() - 1;
        if (1..last).contains(&at) {
            self.verdicts[at] = Some(verdict);
        }
    }

    /// Returns the member to try next; `None` once the change is found, as far as it can be.
    pub fn next_try(&self) -> Option<usize> {
        let open = self.open();
        open.get(open.len() / 2).copied()
    }

    /// The last good member before the first bad one, and that one. Between them are only members that can't be judged, once
    /// there is no [`next_try`](Halving::next_try).
    pub fn bounds(&self) -> (usize, usize) {
        let is = |at: usize, verdict| self.verdicts[at] == Some(verdict);
        let last = self.verdicts.len() - 1;
        let bad = (0..=last).find(|at| is(*at, Verdict::Bad)).unwrap_or(last);
        let good = (0..bad).rev().find(|at| is(*at, Verdict::Good)).unwrap_or(0);
        (good, bad)
    }

    /// The most tries with a verdict that are still needed.
    pub fn most_left(&self) -> usize {
        // Each one leaves at most half of the others.
        usize::try_from(usize::BITS - self.open().len().leading_zeros()).unwrap_or(usize::MAX)
    }

    /// The members between the bounds that nobody has tried.
    fn open(&self) -> Vec<usize> {
        let (good, bad) = self.bounds();
        (good + 1..bad).filter(|at| self.verdicts[*at].is_none()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Runs a search to its end. Returns the bounds and the members that were tried.
    fn search(length: usize, first_bad: usize, skipped: &[bool]) -> ((usize, usize), Vec<usize>) {
        let mut halving = Halving::new(length);
        let mut tried = Vec::new();
        while let Some(at) = halving.next_try() {
            assert!(!tried.contains(&at), "{at} is tried twice: {tried:?}");
            assert!(tried.len() < length, "it does not end");
            tried.push(at);
            let verdict = if skipped[at] {
                Verdict::Skipped
            } else if at >= first_bad {
                Verdict::Bad
            } else {
                Verdict::Good
            };
            halving.note(at, verdict);
        }
        (halving.bounds(), tried)
    }

    #[test]
    fn two_need_no_try_and_three_need_one() {
        assert_eq!(search(2, 1, &[false; 2]), ((0, 1), vec![]));
        assert_eq!(search(3, 1, &[false; 3]), ((0, 1), vec![1]));
        assert_eq!(search(3, 2, &[false; 3]), ((1, 2), vec![1]));
    }

    #[test]
    fn where_nothing_can_be_judged_the_ends_are_the_answer() {
        let (bounds, tried) = search(5, 2, &[false, true, true, true, false]);
        assert_eq!((bounds, tried.len()), ((0, 4), 3));
    }

    #[test]
    fn the_ends_keep_their_verdicts() {
        let mut halving = Halving::new(3);
        halving.note(0, Verdict::Skipped);
        halving.note(2, Verdict::Good);
        halving.note(9, Verdict::Good);
        assert_eq!((halving.bounds(), halving.next_try()), ((0, 2), Some(1)));
    }

    #[test]
    fn a_hundred_releases_need_at_most_seven_tries() {
        assert_eq!(Halving::new(102).most_left(), 7);
        assert_eq!(Halving::new(3).most_left(), 1);
        assert_eq!(Halving::new(2).most_left(), 0);
    }

    proptest! {
        /// Whatever can't be judged, and wherever the change is.
        #[test]
        fn the_change_is_found_by_halving(
            mut skipped in prop::collection::vec(any::<bool>(), 2..300), change: prop::sample::Index,
        ) {
            let length = skipped.len();
            (skipped[0], skipped[length - 1]) = (false, false);
            let first_bad = change.index(length - 1) + 1;
            let ((good, bad), tried) = search(length, first_bad, &skipped);
            prop_assert_eq!(good, (0..first_bad).rev().find(|at| !skipped[*at]).unwrap());
            prop_assert_eq!(bad, (first_bad..length).find(|at| !skipped[*at]).unwrap());
            let in_vain = tried.iter().filter(|at| skipped[**at]).count();
            let log2 = (length - 1).next_power_of_two().ilog2() as usize;
            prop_assert!(tried.len() <= log2 + in_vain, "{tried:?} of {length}");
            prop_assert!(tried.len() - in_vain <= Halving::new(length).most_left());
        }

        /// A search that was stopped goes on where it was, in any order of its notes.
        #[test]
        fn what_was_found_before_is_not_tried_again(
            length in 2..200_usize, change: prop::sample::Index, stop: prop::sample::Index,
        ) {
            let first_bad = change.index(length - 1) + 1;
            let (bounds, tried) = search(length, first_bad, &vec![false; length]);
            let mut resumed = Halving::new(length);
            let known = stop.index(tried.len() + 1);
            for at in tried[..known].iter().rev() {
                resumed.note(*at, if *at >= first_bad { Verdict::Bad } else { Verdict::Good });
            }
            let mut rest = Vec::new();
            while let Some(at) = resumed.next_try() {
                rest.push(at);
                resumed.note(at, if at >= first_bad { Verdict::Bad } else { Verdict::Good });
            }
            prop_assert_eq!(resumed.bounds(), bounds);
            prop_assert_eq!(&rest[..], &tried[known..]);
        }
    }
}
