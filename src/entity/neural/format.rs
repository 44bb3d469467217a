//! Reading and writing of weights: little-endian, every length checked before it is used.

use crate::error::{Error, Result};
use half::f16;

/// Collects the bytes of a weights file.
#[derive(Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    pub(crate) fn u32(&mut self, value: u32) {
        self.out.extend(value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.out.extend(value.to_le_bytes());
    }

    /// Bytes with their number in front.
    pub(crate) fn bytes(&mut self, bytes: impl AsRef<[u8]>) {
        self.u32(bytes.as_ref().len() as u32);
        self.out.extend(bytes.as_ref());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Numbers at half precision with their count in front.
    pub(crate) fn f16s(&mut self, values: &[f32]) {
        self.u32(values.len() as u32);
        for &value in values {
            self.out.extend(f16::from_f32(value).to_le_bytes());
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }
}

/// Walks over the bytes of a weights file.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(count) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(Error::models(format!(
                "the weights are cut short: expected {count} more bytes, found {}; restore the file",
                self.rest.len()
            ))),
        }
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        let bytes = self.take(4)?;
        Ok(bytes
            .iter()
            .rev()
            .fold(0, |value, &byte| value << 8 | u32::from(byte)))
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        let low = self.u32()?;
        Ok(u64::from(low) | u64::from(self.u32()?) << 32)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        let count = self.u32()? as usize;
        self.take(count)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?)
            .map_err(|_| Error::models("the weights hold a name that is not UTF-8"))
    }

    pub(crate) fn f16s(&mut self) -> Result<Vec<f32>> {
        let count = self.u32()? as usize;
        let bytes = self.take(count.saturating_mul(2))?;
        Ok(bytes
            .chunks_exact(2)
            .map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32())
            .collect())
    }

    /// An error that names what does not fit, unless `holds`.
    pub(crate) fn expect(&self, holds: bool, what: &str) -> Result<()> {
        if holds {
            return Ok(());
        }
        Err(Error::models(format!(
            "the weights do not hold {what} where it is expected; they are of another version"
        )))
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_files_are_errors() {
        let mut writer = Writer::default();
        writer.f16s(&[1.0, -2.5]);
        writer.text("abc");
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.f16s().unwrap(), [1.0, -2.5]);
        assert_eq!(reader.text().unwrap(), "abc");
        assert!(reader.is_done());
        for cut in 0..bytes.len() {
            let mut reader = Reader::new(&bytes[..cut]);
            assert!(
                reader
                    .f16s()
                    .and_then(|_| reader.text().map(str::len))
                    .is_err()
            );
        }
    }
}
