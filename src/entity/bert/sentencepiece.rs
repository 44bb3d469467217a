//! The part of a SentencePiece file that its pieces need; a few fields of a protocol buffer.
//!
//! In: the bytes of `sentencepiece.bpe.model`. Out: the pieces with their scores, the kind of the model, and the table
//! that normalises characters. Numbers of fields are those of sentencepiece_model.proto.

/// How pieces are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unigram,
    Other,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SentencePiece {
    pub pieces: Vec<(String, f64)>,
    pub kind: Kind,
    /// Empty where characters stay as they are.
    pub charsmap: Vec<u8>,
}

/// A value of a field.
enum Value<'b> {
    Number(u64),
    Float(f32),
    Bytes(&'b [u8]),
    /// Of a type that nothing here reads.
    Skipped,
}

/// # Errors
/// Where the bytes are no such file: why.
pub(super) fn read(bytes: &[u8]) -> Result<SentencePiece, String> {
    let mut read = SentencePiece {
        pieces: Vec::new(),
        kind: Kind::Unigram,
        charsmap: Vec::new(),
    };
    fields(bytes, |field, value| {
        match (field, value) {
            (1, Value::Bytes(inner)) => read.pieces.push(piece(inner)?),
            // trainer_spec.model_type: 1 is unigram, and what is meant where it is not there
            (2, Value::Bytes(inner)) => fields(inner, |field, value| {
                if let (3, Value::Number(kind)) = (field, value) {
                    read.kind = if kind == 1 {
                        Kind::Unigram
                    } else {
                        Kind::Other
                    };
                }
                Ok(())
            })?,
            // normalizer_spec.precompiled_charsmap
            (3, Value::Bytes(inner)) => fields(inner, |field, value| {
                if let (2, Value::Bytes(charsmap)) = (field, value) {
                    read.charsmap = charsmap.to_vec();
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    if read.pieces.len() < 4 {
        return Err("not a SentencePiece model: it has no pieces".to_owned());
    }
    Ok(read)
}

fn piece(bytes: &[u8]) -> Result<(String, f64), String> {
    let (mut text, mut score) = (String::new(), 0.0);
    fields(bytes, |field, value| {
        match (field, value) {
            (1, Value::Bytes(bytes)) => {
                text = String::from_utf8(bytes.to_vec()).map_err(|_| "a piece is not UTF-8")?;
            }
            (2, Value::Float(number)) => score = f64::from(number),
            _ => {}
        }
        Ok(())
    })?;
    if score.is_finite() {
        Ok((text, score))
    } else {
        Err(format!("the score of piece {text:?} is not finite"))
    }
}

/// Shows each field of a message to `see`.
fn fields<'b>(
    mut bytes: &'b [u8],
    mut see: impl FnMut(u64, Value<'b>) -> Result<(), String>,
) -> Result<(), String> {
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            1 => take(&mut bytes, 8).map(|_| Value::Skipped)?,
            2 => {
                let length = varint(&mut bytes)?;
                Value::Bytes(take(&mut bytes, length)?)
            }
            5 => {
                let number = take(&mut bytes, 4)?.try_into();
                Value::Float(f32::from_le_bytes(number.unwrap_or_default()))
            }
            other => return Err(format!("not a SentencePiece model: field type {other}")),
        };
        see(key >> 3, value)?;
    }
    Ok(())
}

fn take<'b>(bytes: &mut &'b [u8], length: u64) -> Result<&'b [u8], String> {
    let parts = usize::try_from(length)
        .ok()
        .and_then(|length| bytes.split_at_checked(length));
    let (taken, rest) = parts.ok_or("the file is cut off, or not a SentencePiece model")?;
    *bytes = rest;
    Ok(taken)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, String> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?.first().copied().unwrap_or(0);
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Ok(number);
        }
    }
    Err("not a SentencePiece model: a number is too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn put_varint(mut number: u64, into: &mut Vec<u8>) {
        while number >= 128 {
            into.push(number as u8 | 128);
            number >>= 7;
        }
        into.push(number as u8);
    }

    fn put_bytes(field: u64, bytes: &[u8], into: &mut Vec<u8>) {
        put_varint(field << 3 | 2, into);
        put_varint(bytes.len() as u64, into);
        into.extend(bytes);
    }

    fn written(model: &SentencePiece) -> Vec<u8> {
        let mut file = Vec::new();
        for (text, score) in &model.pieces {
            let mut piece = Vec::new();
            put_bytes(1, text.as_bytes(), &mut piece);
            put_varint(2 << 3 | 5, &mut piece);
            piece.extend((*score as f32).to_le_bytes());
            put_varint(3 << 3, &mut piece);
            put_varint(1, &mut piece);
            put_bytes(1, &piece, &mut file);
        }
        let mut trainer = Vec::new();
        put_varint(3 << 3, &mut trainer);
        put_varint(
            if model.kind == Kind::Unigram { 1 } else { 2 },
            &mut trainer,
        );
        put_varint(40 << 3 | 1, &mut trainer);
        trainer.extend([0; 8]);
        put_bytes(2, &trainer, &mut file);
        let mut normalizer = Vec::new();
        put_bytes(2, &model.charsmap, &mut normalizer);
        put_bytes(3, &normalizer, &mut file);
        file
    }

    proptest! {
        #[test]
        fn reads_what_was_written(
            pieces in prop::collection::vec(("\\PC{0,9}", -20.0f32..0.0), 4..40),
            unigram in any::<bool>(),
            charsmap in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let pieces = pieces.into_iter().map(|(text, score)| (text, f64::from(score))).collect();
            let kind = if unigram { Kind::Unigram } else { Kind::Other };
            let model = SentencePiece { pieces, kind, charsmap };
            prop_assert_eq!(read(&written(&model)), Ok(model));
        }

        #[test]
        fn any_bytes_give_pieces_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }

        #[test]
        fn a_cut_file_has_fewer_pieces_or_is_an_error(at in 0usize..60) {
            let pieces = ["<unk>", "<s>", "</s>", "▁Budi", "."].map(|text| (text.to_owned(), -1.0)).to_vec();
            let model = SentencePiece { pieces, kind: Kind::Unigram, charsmap: vec![1, 2] };
            let cut = &written(&model)[..at];
            prop_assert!(read(cut).map_or(true, |read| read.pieces.len() <= 5));
        }
    }
}
