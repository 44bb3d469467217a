//! Named arrays made from iterators; a column too long for Arrow's 32-bit offsets is an error, not a panic.

use crate::error::{Error, Result};
use arrow_array::builder::StringBuilder;
use arrow_array::{
    Array, ArrayRef, Float32Array, Float64Array, Int32Array, ListArray, RecordBatch,
    RecordBatchOptions, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{Field, Fields, Schema};
use std::fmt::{Display, Write};
use std::sync::Arc;

/// An array with its name and type.
pub(super) struct Column {
    field: Field,
    array: ArrayRef,
}

impl Column {
    fn new(name: &str, array: impl Array + 'static, nullable: bool) -> Self {
        Self {
            field: Field::new(name, array.data_type().clone(), nullable),
            array: Arc::new(array),
        }
    }
}

/// Names and text; `None` is null.
pub(super) fn text_or_null<'a>(
    name: &str,
    values: impl Iterator<Item = Option<&'a str>>,
) -> Result<Column> {
    let mut builder = StringBuilder::new();
    for value in values {
        fits(
            name,
            builder.values_slice().len(),
            value.map_or(0, str::len),
        )?;
        builder.append_option(value);
    }
    Ok(Column::new(name, builder.finish(), true))
}

/// Text that is always there.
pub(super) fn text<'a>(name: &str, values: impl Iterator<Item = &'a str>) -> Result<Column> {
    required(text_or_null(name, values.map(Some)))
}

/// Ids and labels as they print; `None` is null.
pub(super) fn printed_or_null<T: Display>(
    name: &str,
    values: impl Iterator<Item = Option<T>>,
) -> Result<Column> {
    let mut builder = StringBuilder::new();
    let mut buffer = String::new();
    for value in values {
        buffer.clear();
        if let Some(value) = &value {
            // writing to a string cannot fail
            let _ = write!(buffer, "{value}");
        }
        fits(name, builder.values_slice().len(), buffer.len())?;
        builder.append_option(value.map(|_| &buffer));
    }
    Ok(Column::new(name, builder.finish(), true))
}

/// Ids and labels that are always there.
pub(super) fn printed<T: Display>(name: &str, values: impl Iterator<Item = T>) -> Result<Column> {
    required(printed_or_null(name, values.map(Some)))
}

fn required(column: Result<Column>) -> Result<Column> {
    column.map(|column| Column {
        field: column.field.with_nullable(false),
        ..column
    })
}

/// Offsets; Arrow's readers that know no unsigned numbers, such as Spark, shall read them too.
pub(super) fn offset(name: &str, values: impl Iterator<Item = u32>) -> Result<Column> {
    required(offset_or_null(name, values.map(Some)))
}

/// Offsets; `None` is null.
pub(super) fn offset_or_null(
    name: &str,
    values: impl Iterator<Item = Option<u32>>,
) -> Result<Column> {
    let signed = values.map(|value| value.map(i32::try_from).transpose());
    let array: Int32Array = signed.collect::<Result<_, _>>().map_err(|_| full(name))?;
    Ok(Column::new(name, array, true))
}

/// Probabilities; `None` is null.
pub(super) fn score(name: &str, values: impl Iterator<Item = Option<f32>>) -> Column {
    Column::new(name, values.collect::<Float32Array>(), true)
}

/// Numbers.
pub(super) fn number(name: &str, values: impl Iterator<Item = f64>) -> Column {
    Column::new(name, Float64Array::from_iter_values(values), false)
}

/// Lists of structs: `lengths` tells how the rows of `columns` are shared out.
pub(super) fn list(
    name: &str,
    lengths: impl Iterator<Item = usize>,
    columns: Vec<Column>,
) -> Result<Column> {
    let (item, values) = struct_of(columns, None)?;
    lists(
        name,
        lengths,
        Field::new_struct("item", item, false),
        Arc::new(values),
    )
}

/// Lists of texts.
pub(super) fn texts<'a>(
    name: &str,
    lengths: impl Iterator<Item = usize>,
    values: impl Iterator<Item = &'a str>,
) -> Result<Column> {
    let items = text("item", values)?;
    lists(name, lengths, items.field, items.array)
}

fn lists(
    name: &str,
    lengths: impl Iterator<Item = usize>,
    item: Field,
    values: ArrayRef,
) -> Result<Column> {
    let mut end = 0usize;
    let mut ends = vec![0i32];
    for length in lengths {
        end += length;
        ends.push(i32::try_from(end).map_err(|_| full(name))?);
    }
    let array = ListArray::try_new(Arc::new(item), OffsetBuffer::new(ends.into()), values, None)
        .map_err(|cause| disagree(name, cause))?;
    Ok(Column::new(name, array, false))
}

/// A struct that is always there.
pub(super) fn group(name: &str, columns: Vec<Column>) -> Result<Column> {
    let (_, array) = struct_of(columns, None)?;
    Ok(Column::new(name, array, false))
}

/// A struct that is null where `present` is false.
pub(super) fn group_or_null(
    name: &str,
    present: impl Iterator<Item = bool>,
    columns: Vec<Column>,
) -> Result<Column> {
    let (_, array) = struct_of(columns, Some(present.collect::<Vec<_>>().into()))?;
    Ok(Column::new(name, array, true))
}

fn struct_of(columns: Vec<Column>, nulls: Option<NullBuffer>) -> Result<(Fields, StructArray)> {
    let (fields, arrays): (Vec<_>, Vec<_>) =
        columns.into_iter().map(|c| (c.field, c.array)).unzip();
    let fields = Fields::from(fields);
    let array = StructArray::try_new(fields.clone(), arrays, nulls)
        .map_err(|cause| disagree("struct", cause))?;
    Ok((fields, array))
}

/// Fields of structs become columns of their own: `interval.from` is `interval_from`, in `bare` structs `from`.
pub(super) fn flatten(columns: Vec<Column>, bare: &[&str]) -> Vec<Column> {
    let mut flat = Vec::new();
    for column in columns {
        let Some(group) = column.array.as_any().downcast_ref::<StructArray>() else {
            flat.push(column);
            continue;
        };
        let outer = column.field.name();
        for (field, array) in group.fields().iter().zip(group.columns()) {
            let name = match bare.contains(&outer.as_str()) {
                true => field.name().clone(),
                false => format!("{outer}_{}", field.name()),
            };
            let nullable = column.field.is_nullable() || field.is_nullable();
            flat.push(Column {
                field: Field::new(name, array.data_type().clone(), nullable),
                array: array.clone(),
            });
        }
    }
    flat
}

/// The columns as one batch of `rows` rows.
pub(super) fn batch(columns: Vec<Column>, rows: usize) -> Result<RecordBatch> {
    let (fields, arrays): (Vec<_>, Vec<_>) =
        columns.into_iter().map(|c| (c.field, c.array)).unzip();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .map_err(|cause| disagree("table", cause))
}

fn fits(name: &str, filled: usize, more: usize) -> Result<()> {
    match filled.checked_add(more) {
        Some(sum) if i32::try_from(sum).is_ok() => Ok(()),
        _ => Err(full(name)),
    }
}

fn full(name: &str) -> Error {
    Error::input(format!(
        "column {name:?}: more than 2 GiB in one batch; make smaller batches"
    ))
}

fn disagree(name: &str, cause: arrow_schema::ArrowError) -> Error {
    Error::input(format!("column {name:?}: {cause}")).because(cause)
}
