//! The product of any stretch of many factors, in one subtraction.

use super::Magnitude;

/// A product of the first factors, from which those of any stretch follow: 1-based prefix sums.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PrefixProduct {
    /// Sum of the logarithms of the finite factors, with Neumaier's compensation.
    log10: f64,
    compensation: f64,
    /// How many of the factors are below zero, are zero, overflow, are undefined, are NaN.
    negative: usize,
    zero: usize,
    overflow: usize,
    undefined: usize,
    nan: usize,
}

impl PrefixProduct {
    /// Multiplies by one more factor.
    pub fn multiply(&mut self, factor: Magnitude) {
        self.negative += usize::from(factor.is_negative());
        match factor {
            Magnitude::Finite { log10, .. } => {
                let sum = self.log10 + log10;
                self.compensation += if self.log10.abs() >= log10.abs() {
                    (self.log10 - sum) + log10
                } else {
                    (log10 - sum) + self.log10
                };
                self.log10 = sum;
            }
            Magnitude::Zero => self.zero += 1,
            Magnitude::Overflow { .. } => self.overflow += 1,
            Magnitude::Undefined => self.undefined += 1,
            Magnitude::Nan => self.nan += 1,
        }
    }

    /// The product of the factors that came after `earlier`.
    pub fn since(&self, earlier: &Self) -> Magnitude {
        let zero = self.zero > earlier.zero;
        let overflow = self.overflow > earlier.overflow;
        let negative = (self.negative - earlier.negative) % 2 == 1;
        if self.nan > earlier.nan || (zero && overflow) {
            Magnitude::Nan
        } else if zero {
            Magnitude::Zero
        } else if self.undefined > earlier.undefined {
            Magnitude::Undefined
        } else if overflow {
            Magnitude::Overflow { negative }
        } else {
            // The large parts first: their difference is exact where it is small.
            let log10 = (self.log10 - earlier.log10) + (self.compensation - earlier.compensation);
            Magnitude::Finite { negative, log10 }
        }
    }
}
