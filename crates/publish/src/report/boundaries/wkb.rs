//! Well-known binary, as GeoParquet writes polygons: read only, no further than a map needs.

/// Longitude and latitude.
type Point = [f64; 2];

const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;

/// All rings of a polygon or of many; holes are rings like others, as a map fills them by the even-odd rule. `None` for
/// anything else and for what ends too early.
pub(in crate::report) fn polygons(shape: &[u8]) -> Option<Vec<Vec<Point>>> {
    let mut reader = Reader { left: shape, is_little: true };
    let mut rings = Vec::new();
    match reader.kind()? {
        POLYGON => reader.rings(&mut rings)?,
        MULTI_POLYGON => {
            for _ in 0..reader.number()? {
                if reader.kind()? != POLYGON {
                    return None;
                }
                reader.rings(&mut rings)?;
            }
        }
        _ => return None,
    }
    Some(rings)
}

struct Reader<'a> {
    left: &'a [u8],
    is_little: bool,
}

impl Reader<'_> {
    fn kind(&mut self) -> Option<u32> {
        let [order] = self.bytes::<1>()?;
        self.is_little = order == 1;
        self.number()
    }

    fn rings(&mut self, rings: &mut Vec<Vec<Point>>) -> Option<()> {
        for _ in 0..self.number()? {
            let points = self.number()? as usize;
            // A number of points that the bytes cannot hold would be memory for nothing.
            if self.left.len() / 16 < points {
                return None;
            }
            rings.push((0..points).map(|_| Some([self.degrees()?, self.degrees()?])).collect::<Option<_>>()?);
        }
        Some(())
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.bytes()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn degrees(&mut self) -> Option<f64> {
        let bytes = self.bytes()?;
        let own = if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) };
        own.is_finite().then_some(own)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (own, left) = self.left.split_first_chunk::<N>()?;
        self.left = left;
        Some(*own)
    }
}
