//! The moments of one subscriber's day in few bytes: most records know whole seconds, and most networks have few radio
//! cells, so that four or five bytes an event are enough where [`Moment::bits`] has eight.
//!
//! | byte | |
//! |---|---|
//! | 0 | 0: times are microseconds of the local day, 1: seconds |
//! | 1 | bits of a location key |
//! | 2 | bytes of a moment: time above location key, little-endian |
//! | 3… | the moments, in order |

use hexodus_model::{LocationKey, Moment};

const HEADER: usize = 3;
const SECOND_US: u64 = 1_000_000;

/// Appends the moments in as few bytes as hold them all.
pub fn pack(moments: &[Moment], bytes: &mut Vec<u8>) {
    let (mut times, mut keys, mut is_seconds) = (0, 0, true);
    for moment in moments {
        let micros = moment.micros_of_day().cast_unsigned();
        is_seconds = is_seconds && micros % SECOND_US == 0;
        times |= micros;
        keys |= moment.location().0;
    }
    let key_bits = u32::BITS - keys.leading_zeros();
    // The bits of all microseconds together are no number of seconds, but none has more.
    let time_bits = u64::BITS - (times / if is_seconds { SECOND_US } else { 1 }).leading_zeros();
    let width = (key_bits + time_bits).div_ceil(8).max(1) as usize;
    bytes.extend([u8::from(is_seconds), key_bits as u8, width as u8]);
    if is_seconds {
        append(moments, |micros| micros / SECOND_US, key_bits, width, bytes);
    } else {
        append(moments, |micros| micros, key_bits, width, bytes);
    }
}

fn append(moments: &[Moment], time_of: impl Fn(u64) -> u64, key_bits: u32, width: usize, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    // A moment is written with all its eight bytes; the next, or the cut at the end, takes what is too many.
    bytes.resize(start + moments.len() * width + 8, 0);
    for (index, moment) in moments.iter().enumerate() {
        let bits = time_of(moment.micros_of_day().cast_unsigned()) << key_bits | u64::from(moment.location().0);
        bytes[start + index * width..][..8].copy_from_slice(&bits.to_le_bytes());
    }
    bytes.truncate(start + moments.len() * width);
}

/// Puts what was packed in the place of `moments`; `None` when the bytes were not made by [`pack`].
pub fn unpack(bytes: &[u8], moments: &mut Vec<Moment>) -> Option<()> {
    moments.clear();
    let (&[is_seconds, key_bits, width], packed) = bytes.split_first_chunk::<HEADER>()?;
    let (key_bits, width) = (u32::from(key_bits), usize::from(width));
    if is_seconds > 1 || key_bits > LocationKey::BITS || !(1..=8).contains(&width) || packed.len() % width != 0 {
        return None;
    }
    let unit = if is_seconds == 1 { SECOND_US } else { 1 };
    for start in (0..packed.len()).step_by(width) {
        let bits = low_bytes(&packed[start..], width);
        let micros = (bits >> key_bits).checked_mul(unit).filter(|&micros| micros < 1 << Moment::TIME_BITS)?;
        moments.push(Moment::of_day(micros.cast_signed(), LocationKey((bits & ((1 << key_bits) - 1)) as u32)));
    }
    Some(())
}

/// The number in the first `width` bytes, of which there are as many or more.
#[inline]
fn low_bytes(bytes: &[u8], width: usize) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(whole) => u64::from_le_bytes(*whole) & (u64::MAX >> (64 - 8 * width)),
        None => bytes[..width].iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(moments: &[Moment]) -> Vec<u8> {
        let mut bytes = vec![7];
        pack(moments, &mut bytes);
        bytes.split_off(1)
    }

    fn at(micros: i64, location: u32) -> Moment {
        Moment::of_day(micros, LocationKey(location))
    }

    proptest! {
        /// Whatever is packed comes back, in no more bytes than its bits.
        #[test]
        fn moments_come_back(
            rows in prop::collection::vec((0i64..1 << Moment::TIME_BITS, 0u32..LocationKey::LIMIT), 0..20),
            unit in prop::sample::select(vec![1, 1000, SECOND_US as i64]),
            keys in prop::sample::select(vec![1, 300, LocationKey::LIMIT]),
        ) {
            let moments: Vec<Moment> =
                rows.iter().map(|&(micros, key)| at(micros / unit * unit, key % keys)).collect();
            let bytes = packed(&moments);
            prop_assert!(bytes.len() <= HEADER + 8 * moments.len());
            let mut back = vec![at(3, 3)];
            prop_assert_eq!(unpack(&bytes, &mut back), Some(()));
            prop_assert_eq!(back, moments);
        }

        /// Bytes of another origin are refused, or are moments that pack again.
        #[test]
        fn any_bytes_are_moments_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut moments = Vec::new();
            if unpack(&bytes, &mut moments).is_some() {
                let mut again = Vec::new();
                prop_assert_eq!(unpack(&packed(&moments), &mut again), Some(()));
                prop_assert_eq!(again, moments);
            }
        }
    }

    #[test]
    fn whole_seconds_of_a_small_network_take_four_bytes() {
        let last_second = 86_399 * SECOND_US as i64;
        assert_eq!(packed(&[at(0, 0), at(last_second, 32_767)]).len(), HEADER + 2 * 4);
        assert_eq!(packed(&[at(0, 0), at(last_second, 32_768)]).len(), HEADER + 2 * 5);
        assert_eq!(packed(&[at(0, 0), at(last_second + 1, 32_767)]).len(), HEADER + 2 * 7);
        assert_eq!(packed(&[at(0, 0); 3]).len(), HEADER + 3, "midnight at the first radio cell has no bits");
    }
}
