//! Some of the elements of a list, picked without a branch.

/// A list that grows by an element or does not, without a branch: where every other element is picked, in no order that
/// could be foreseen, a wrongly foreseen branch costs more than all else that is done for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked<T> {
    /// The first `len` of these.
    items: Vec<T>,
    len: usize,
}

impl<T: Copy + Default> Picked<T> {
    /// Makes room for so many more.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        if self.items.len() < self.len + more {
            self.items.resize((self.len + more).next_power_of_two(), T::default());
        }
    }

    /// Appends `item` if it `is_picked`. There must be room.
    #[inline]
    pub fn push_if(&mut self, is_picked: bool, item: T) {
        self.items[self.len] = item;
        self.len += usize::from(is_picked);
    }

    /// Forgets all.
    #[inline]
    pub const fn clear(&mut self) {
        self.len = 0;
    }

    /// What was picked, in order.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        &self.items[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_picked_is_written_over() {
        let mut even = Picked::default();
        for _ in 0..2 {
            even.clear();
            even.reserve(7);
            (0..7).for_each(|number| even.push_if(number % 2 == 0, number));
            assert_eq!(even.as_slice(), [0, 2, 4, 6]);
        }
        even.reserve(1);
        even.push_if(true, 8);
        assert_eq!(even.as_slice(), [0, 2, 4, 6, 8]);
    }
}
