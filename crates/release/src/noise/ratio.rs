//! Parameters of noise as exact fractions: what is configured is what is drawn, to the last bit.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A positive fraction in lowest terms, both parts at most 2^32 − 1. Written `3/7`, `2` or `0.25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ratio {
    numerator: u32,
    denominator: u32,
}

/// A number that is no positive fraction of 32-bit integers.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RatioError {
    /// Not of the form `3/7`, `2` or `0.25`.
    #[error("expected a fraction such as 3/7, 2 or 0.25")]
    Form,
    /// Zero above or below the line.
    #[error("expected a positive fraction, found zero in it")]
    Zero,
    /// More than 32 bits above or below the line, in lowest terms.
    #[error("expected a fraction whose parts are at most 4294967295 in lowest terms")]
    Range,
}

impl Ratio {
    /// `numerator / denominator`, reduced.
    ///
    /// # Errors
    /// [`RatioError::Zero`] and [`RatioError::Range`].
    pub fn new(numerator: u128, denominator: u128) -> Result<Self, RatioError> {
        if numerator == 0 || denominator == 0 {
            return Err(RatioError::Zero);
        }
        let (mut divisor, mut rest) = (numerator, denominator);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        match (u32::try_from(numerator / divisor), u32::try_from(denominator / divisor)) {
            (Ok(numerator), Ok(denominator)) => Ok(Self { numerator, denominator }),
            _ => Err(RatioError::Range),
        }
    }

    /// Above the line.
    pub const fn numerator(self) -> u128 {
        self.numerator as u128
    }

    /// Below the line.
    pub const fn denominator(self) -> u128 {
        self.denominator as u128
    }

    /// The nearest float, for intervals and reports; never for sampling.
    pub fn to_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    fn from_str(text: &str) -> Result<Self, RatioError> {
        let number = |text: &str| match text.bytes().position(|byte| !byte.is_ascii_digit()) {
            None if !text.is_empty() => text.parse::<u128>().or(Err(RatioError::Range)),
            _ => Err(RatioError::Form),
        };
        if let Some((above, below)) = text.split_once('/') {
            return Self::new(number(above)?, number(below)?);
        }
        let Some((whole, decimals)) = text.split_once('.') else {
            return Self::new(number(text)?, 1);
        };
        let below = 10_u128.checked_pow(decimals.len() as u32).ok_or(RatioError::Range)?;
        number(whole).and(number(decimals))?;
        Self::new(number(&format!("{whole}{decimals}"))?, below)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

impl From<Ratio> for String {
    fn from(ratio: Ratio) -> Self {
        ratio.to_string()
    }
}

impl TryFrom<String> for Ratio {
    type Error = RatioError;

    fn try_from(text: String) -> Result<Self, RatioError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_meant() {
        for (text, shown) in
            [("0.25", "1/4"), ("2", "2"), ("6/4", "3/2"), ("1.50", "3/2"), ("1/1000000000", "1/1000000000")]
        {
            assert_eq!(text.parse::<Ratio>().unwrap().to_string(), shown);
            assert_eq!(shown.parse::<Ratio>(), text.parse());
        }
        for text in ["", ".5", "-1", "1e-6", "+1", "1/2/3", "0x1", "½", "1."] {
            assert_eq!(text.parse::<Ratio>(), Err(RatioError::Form), "{text}");
        }
        for text in ["0", "0.0", "1/0"] {
            assert_eq!(text.parse::<Ratio>(), Err(RatioError::Zero));
        }
        assert_eq!("4294967296".parse::<Ratio>(), Err(RatioError::Range));
        assert_eq!("0.00000000000000000000000000000000000000000001".parse::<Ratio>(), Err(RatioError::Range));
        assert_eq!("8589934592/2".parse::<Ratio>(), Err(RatioError::Range));
        assert_eq!("8589934592/4294967296".parse::<Ratio>().unwrap().to_string(), "2");
    }
}
