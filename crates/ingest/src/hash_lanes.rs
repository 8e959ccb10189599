//! Keyed BLAKE3 of many short messages at once, one in each lane of a vector register.

use multiversion::multiversion;

/// Messages hashed side by side. With fewer the compiler makes no vectors of the loop over them; with 64 it is no faster.
pub const LANES: usize = 32;
/// Bytes of a block of BLAKE3: the longest message that is one.
const BLOCK: usize = 64;
/// One word of each message.
type Word = [u32; LANES];

/// Some messages of at most one block, all with one prefix. One at a time BLAKE3 waits for itself, 85 to 98 ns a message, as
/// each of its steps needs the one before; side by side it is 21 to 30 (512-bit registers; 23 to 33 with 256-bit ones, and
/// 67 with those every x86-64 has).
///
/// Section 2 of the BLAKE3 paper (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020) for a root of one chunk of one
/// block; the tests compare it with the `blake3` crate, which hashes many inputs at once only if they are whole blocks.
pub struct HashLanes {
    key: [u32; 8],
    /// The prefix and zeroes.
    block: [u8; BLOCK],
    prefix: usize,
    /// The messages, word by word.
    words: [Word; 16],
    lengths: Word,
    filled: usize,
}

impl HashLanes {
    /// Under this key, for messages that begin with `prefix`.
    pub fn new(key: &[u8; 32], prefix: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        let known = prefix.len().min(BLOCK);
        block[..known].copy_from_slice(&prefix[..known]);
        let key = key.as_chunks().0;
        Self {
            key: std::array::from_fn(|word| u32::from_le_bytes(key[word])),
            block,
            prefix: prefix.len(),
            words: [[0; LANES]; 16],
            lengths: [0; LANES],
            filled: 0,
        }
    }

    /// Adds what follows the prefix in a message; false when the message is longer than a block. There must be room.
    #[inline]
    pub fn push(&mut self, rest: &[u8]) -> bool {
        let (mut block, length) = (self.block, self.prefix + rest.len());
        let Some(room) = block.get_mut(self.prefix..length) else { return false };
        room.copy_from_slice(rest);
        for (word, bytes) in self.words.iter_mut().zip(block.as_chunks().0) {
            word[self.filled] = u32::from_le_bytes(*bytes);
        }
        self.lengths[self.filled] = length as u32;
        self.filled += 1;
        true
    }

    /// Whether there is no room.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.filled == LANES
    }

    /// The first 64 bits (big endian) of the hash of each message, in the order they came; forgets the messages.
    pub fn finish(&mut self) -> impl Iterator<Item = u64> + use<> {
        let hashes = hash(&self.key, &self.words, self.lengths);
        hashes.into_iter().take(std::mem::take(&mut self.filled))
    }
}

/// First words of the square roots of the first primes.
const IV: [u32; 4] = [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A];
/// Start and end of a chunk, root, keyed.
const FLAGS: u32 = 1 | 2 | 8 | 16;
/// Which word of the message each place of each round takes.
const SCHEDULE: [[usize; 16]; 7] = {
    const NEXT: [usize; 16] = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
    let mut schedule = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]; 7];
    let mut place = 16;
    while place < 7 * 16 {
        schedule[place / 16][place % 16] = schedule[place / 16 - 1][NEXT[place % 16]];
        place += 1;
    }
    schedule
};
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn hash(key: &[u32; 8], words: &[Word; 16], lengths: Word) -> [u64; LANES] {
    let mut state = [[0; LANES]; 16];
    for (word, &first) in state.iter_mut().zip(key.iter().chain(&IV)) {
        *word = [first; LANES];
    }
    // Words 12 and 13 are the number of the chunk, which is 0.
    state[14] = lengths;
    state[15] = [FLAGS; LANES];
    for round in &SCHEDULE {
        let word = |place: usize| &words[round[place]];
        // Columns, then diagonals; written out, as the compiler must know that the four words of a step differ.
        mix(&mut state, [0, 4, 8, 12], word(0), word(1));
        mix(&mut state, [1, 5, 9, 13], word(2), word(3));
        mix(&mut state, [2, 6, 10, 14], word(4), word(5));
        mix(&mut state, [3, 7, 11, 15], word(6), word(7));
        mix(&mut state, [0, 5, 10, 15], word(8), word(9));
        mix(&mut state, [1, 6, 11, 12], word(10), word(11));
        mix(&mut state, [2, 7, 8, 13], word(12), word(13));
        mix(&mut state, [3, 4, 9, 14], word(14), word(15));
    }
    std::array::from_fn(|lane| {
        let half = |word: usize| u64::from((state[word][lane] ^ state[word + 8][lane]).swap_bytes());
        half(0) << 32 | half(1)
    })
}

/// The quarter round.
#[expect(clippy::inline_always, reason = "only inside of `hash` is it compiled for the instructions picked there")]
#[inline(always)]
fn mix(state: &mut [Word; 16], step: [usize; 4], first: &Word, second: &Word) {
    let Ok([a, b, c, d]) = state.get_disjoint_mut(step) else { return };
    for lane in 0..LANES {
        a[lane] = a[lane].wrapping_add(b[lane]).wrapping_add(first[lane]);
        d[lane] = (d[lane] ^ a[lane]).rotate_right(16);
        c[lane] = c[lane].wrapping_add(d[lane]);
        b[lane] = (b[lane] ^ c[lane]).rotate_right(12);
        a[lane] = a[lane].wrapping_add(b[lane]).wrapping_add(second[lane]);
        d[lane] = (d[lane] ^ a[lane]).rotate_right(8);
        c[lane] = c[lane].wrapping_add(d[lane]);
        b[lane] = (b[lane] ^ c[lane]).rotate_right(7);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(key: &[u8; 32], message: &[u8]) -> u64 {
        u64::from_be_bytes(*blake3::keyed_hash(key, message).as_bytes().first_chunk().unwrap())
    }

    proptest! {
        /// Against the reference implementation, however many lanes are filled, and filled again.
        #[test]
        fn hashes_as_blake3_does(
            key: [u8; 32],
            prefix in prop::collection::vec(any::<u8>(), 0..12),
            rests in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 0..80),
        ) {
            let mut lanes = HashLanes::new(&key, &prefix);
            let (mut hashes, mut expected) = (Vec::new(), Vec::new());
            for rest in &rests {
                let message = [&prefix[..], rest].concat();
                prop_assert_eq!(lanes.push(rest), message.len() <= BLOCK);
                if message.len() <= BLOCK {
                    expected.push(one(&key, &message));
                }
                if lanes.is_full() {
                    hashes.extend(lanes.finish());
                }
            }
            hashes.extend(lanes.finish());
            prop_assert_eq!(hashes, expected);
        }
    }

    #[test]
    fn a_prefix_longer_than_a_block_leaves_no_room() {
        assert!(!HashLanes::new(&[7; 32], &[1; 65]).push(b""));
        assert!(HashLanes::new(&[7; 32], &[1; 64]).push(b""));
    }
}
