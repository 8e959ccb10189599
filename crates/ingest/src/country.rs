//! What lies inside the country of a source: positions by a box, SIMs and networks by the country code.

use crate::spec::LocationSpec;
use hexodus_model::FaultCode;

/// The country, as far as the source declares it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Country {
    /// Least and greatest longitude and latitude: `[min_lon, min_lat, max_lon, max_lat]`.
    bbox: Option<[f64; 4]>,
    mcc: Option<u16>,
}

/// How a record's own position stands to the country box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Inside, or there is no box.
    Inside,
    /// Code 212: inside once latitude and longitude change places.
    Swapped,
    /// Code 301: outside either way.
    Outside,
}

impl Country {
    /// For `[source.location]`.
    ///
    /// # Errors
    /// The sentence to show, when the box or the code is none.
    pub fn of(spec: &LocationSpec) -> Result<Self, String> {
        if let Some([min_lon, min_lat, max_lon, max_lat]) = spec.country_bbox
            && !(min_lon < max_lon && min_lat < max_lat)
        {
            return Err(
                "country_bbox: expected [min_lon, min_lat, max_lon, max_lat], each minimum below its maximum".into()
            );
        }
        let mcc = spec.local_mcc.as_deref().map(|text| {
            let digits = text.len() == 3 && text.bytes().all(|digit| digit.is_ascii_digit());
            text.parse().ok().filter(|_| digits).ok_or("local_mcc: expected three digits in quotes, such as \"214\"")
        });
        Ok(Self { bbox: spec.country_bbox, mcc: mcc.transpose()? })
    }

    /// How a position stands to the box. (0, 0) is no position and stands nowhere.
    #[inline]
    pub fn standing(&self, lat: f64, lon: f64) -> Standing {
        let Some([min_lon, min_lat, max_lon, max_lat]) = self.bbox else { return Standing::Inside };
        let holds = |lat: f64, lon: f64| (min_lat..=max_lat).contains(&lat) && (min_lon..=max_lon).contains(&lon);
        if holds(lat, lon) || (lat == 0.0 && lon == 0.0) {
            Standing::Inside
        } else if holds(lon, lat) {
            Standing::Swapped
        } else {
            Standing::Outside
        }
    }

    /// Whether codes of networks are to be compared with the country's.
    pub const fn has_mcc(&self) -> bool {
        self.mcc.is_some()
    }

    /// Code 308 where the network is one of another country, else 307 where the SIM is; codes that are empty say nothing
    /// (the rule of eurostat/multimno's `domain`, formats §1.1).
    pub fn roaming(&self, mcc: &[u8], plmn: &[u8]) -> Option<FaultCode> {
        let local = self.mcc?;
        let differs = |code: &[u8]| {
            let number = std::str::from_utf8(code).ok().and_then(|code| code.parse::<u16>().ok());
            number.is_some_and(|number| number != local)
        };
        if plmn.get(..3).is_some_and(differs) {
            Some(FaultCode::OutboundRoamer)
        } else if plmn.is_empty() && differs(mcc) {
            Some(FaultCode::InboundRoamer)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(bbox: Option<[f64; 4]>, mcc: &str) -> Result<Country, String> {
        let local_mcc = (!mcc.is_empty()).then(|| mcc.to_owned());
        Country::of(&LocationSpec { country_bbox: bbox, local_mcc, ..LocationSpec::default() })
    }

    #[test]
    fn a_position_is_inside_swapped_or_outside() {
        let box_of = country(Some([80.0, 26.0, 88.0, 30.0]), "").unwrap();
        assert_eq!(box_of.standing(27.7, 85.3), Standing::Inside);
        assert_eq!(box_of.standing(85.3, 27.7), Standing::Swapped);
        assert_eq!(box_of.standing(51.5, -0.1), Standing::Outside);
        assert_eq!(box_of.standing(0.0, 0.0), Standing::Inside, "that is code 211");
        assert_eq!(box_of.standing(f64::NAN, 85.0), Standing::Outside);
        assert_eq!(Country::default().standing(51.5, -0.1), Standing::Inside, "no box");
        let both = country(Some([10.0, 10.0, 30.0, 30.0]), "").unwrap();
        assert_eq!(both.standing(12.0, 25.0), Standing::Inside, "where both orders fit, the declared one stays");
    }

    #[test]
    fn who_roams_follows_from_the_codes() {
        let spain = country(None, "214").unwrap();
        for (mcc, plmn, code) in [
            ("214", "", None),
            ("", "", None),
            ("208", "", Some(FaultCode::InboundRoamer)),
            ("214", "21407", None),
            ("208", "21407", None),
            ("214", "20801", Some(FaultCode::OutboundRoamer)),
            ("214", "310150", Some(FaultCode::OutboundRoamer)),
            ("xxx", "", None),
        ] {
            assert_eq!(spain.roaming(mcc.as_bytes(), plmn.as_bytes()), code, "{mcc} {plmn}");
        }
        assert_eq!(Country::default().roaming(b"208", b"20801"), None);
        let test_network = country(None, "001").unwrap();
        assert_eq!(test_network.roaming(b"1", b""), None, "an integer has no leading zeros");
    }

    #[test]
    fn a_box_and_a_code_must_be_such() {
        assert!(country(Some([88.0, 26.0, 80.0, 30.0]), "").is_err());
        assert!(country(Some([f64::NAN, 26.0, 80.0, 30.0]), "").is_err());
        assert!(country(None, "21").is_err() && country(None, "21a").is_err() && country(None, "+21").is_err());
    }
}
