//! Articles of Arrow columns, and the column that tells what was wrong with some of them.

use crate::article::{day, missing_text};
use crate::failure::Failure;
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Date32Type, Date64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, StructArray, downcast_integer_array};
use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};
use jiff::civil::Date;
use peristiwa::Article;
use std::sync::Arc;

/// The columns of a batch that make an article.
struct Columns<'b> {
    id: Option<Texts<'b>>,
    text: Texts<'b>,
    published: Option<Texts<'b>>,
    title: Option<Texts<'b>>,
    source: Option<Texts<'b>>,
}

/// A column read row by row as text.
type Texts<'b> = Box<dyn Fn(usize) -> Option<String> + 'b>;

/// An article, or why there is none, and its id either way.
pub(crate) type Row = (String, Result<Article, Failure>);

/// The articles of a batch; `before` rows were in earlier batches.
pub(crate) fn articles(batch: &RecordBatch, before: usize) -> Result<Vec<Row>, Failure> {
    let columns = Columns {
        id: optional(batch, "id", texts)?,
        text: optional(batch, "text", texts)?.ok_or_else(|| {
            let found: Vec<_> = batch
                .schema()
                .fields()
                .iter()
                .map(|f| f.name().clone())
                .collect();
            Failure::new(
                "missing_text",
                format!("no column \"text\"; found: {}", found.join(", ")),
            )
        })?,
        published: optional(batch, "published", dates)?,
        title: optional(batch, "title", texts)?,
        source: optional(batch, "source", texts)?,
    };
    let cell = |column: &Option<Texts<'_>>, row| column.as_ref().and_then(|column| column(row));
    let row = |row: usize| {
        let id = cell(&columns.id, row).unwrap_or_else(|| (before + row + 1).to_string());
        let article = || {
            let text = (columns.text)(row).ok_or_else(missing_text)?;
            let published = cell(&columns.published, row);
            Ok(Article {
                published: published.as_deref().map(day).transpose()?,
                title: cell(&columns.title, row),
                source: cell(&columns.source, row),
                ..Article::new(text)
            }
            .id(id.clone()))
        };
        let article = article();
        (id, article)
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

fn optional<'b>(
    batch: &'b RecordBatch,
    name: &str,
    read: impl Fn(&'b ArrayRef) -> Option<Texts<'b>>,
) -> Result<Option<Texts<'b>>, Failure> {
    let Some(column) = batch.column_by_name(name) else {
        return Ok(None);
    };
    let wrong = || {
        let expected = match name {
            "published" => "strings, dates or timestamps without a zone",
            "id" => "strings or whole numbers",
            _ => "strings",
        };
        Failure::new(
            "wrong_type",
            format!(
                "column {name:?}: expected {expected}, found {}",
                column.data_type()
            ),
        )
    };
    read(column).map(Some).ok_or_else(wrong)
}

fn texts(column: &ArrayRef) -> Option<Texts<'_>> {
    let some = move |row| column.is_valid(row);
    Some(match column.data_type() {
        DataType::Utf8 => {
            let column = column.as_string::<i32>();
            Box::new(move |row| some(row).then(|| column.value(row).to_owned()))
        }
        DataType::LargeUtf8 => {
            let column = column.as_string::<i64>();
            Box::new(move |row| some(row).then(|| column.value(row).to_owned()))
        }
        DataType::Utf8View => {
            let column = column.as_string_view();
            Box::new(move |row| some(row).then(|| column.value(row).to_owned()))
        }
        DataType::Null => Box::new(|_| None),
        _ => downcast_integer_array!(
            column => Box::new(move |row| some(row).then(|| column.value(row).to_string())),
            _ => return None
        ),
    })
}

fn dates(column: &ArrayRef) -> Option<Texts<'_>> {
    let per_day = match column.data_type() {
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            return Some(Box::new(move |row| {
                days.is_valid(row)
                    .then(|| written(i64::from(days.value(row))))
            }));
        }
        DataType::Date64 => return Some(instants::<Date64Type>(column, 86_400_000)),
        DataType::Timestamp(unit, None) => unit,
        DataType::Timestamp(..) => return None,
        kind if kind.is_integer() => return None,
        _ => return texts(column),
    };
    use arrow_array::types::{
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
        TimestampSecondType,
    };
    Some(match per_day {
        TimeUnit::Second => instants::<TimestampSecondType>(column, 86_400),
        TimeUnit::Millisecond => instants::<TimestampMillisecondType>(column, 86_400_000),
        TimeUnit::Microsecond => instants::<TimestampMicrosecondType>(column, 86_400_000_000),
        TimeUnit::Nanosecond => instants::<TimestampNanosecondType>(column, 86_400_000_000_000),
    })
}

fn instants<T: ArrowPrimitiveType<Native = i64>>(column: &ArrayRef, per_day: i64) -> Texts<'_> {
    let column = column.as_primitive::<T>();
    Box::new(move |row| {
        column
            .is_valid(row)
            .then(|| written(column.value(row).div_euclid(per_day)))
    })
}

/// A day since 1970 as text; one out of range becomes text that is no date, and so an error with a reason.
fn written(days: i64) -> String {
    let epoch = Date::constant(1970, 1, 1);
    let span = jiff::Span::new().try_days(days);
    let date = span.and_then(|span| epoch.checked_add(span));
    date.map_or_else(
        |_| format!("day {days} since 1970"),
        |date| date.to_string(),
    )
}

/// The schema of the output: the nested table and the column `error`.
pub(crate) fn schema() -> Result<Arc<Schema>, Failure> {
    let table = peristiwa::table::schema()?;
    let mut fields: Vec<_> = table.fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new_struct("error", error_fields(), true)));
    Ok(Arc::new(Schema::new(fields)))
}

/// The same, or the schema of a flat table.
pub(crate) fn schema_of(table: Option<&str>) -> Result<Arc<Schema>, Failure> {
    use peristiwa::table::Table;
    let Some(name) = table else { return schema() };
    match Table::ALL.iter().find(|table| table.as_str() == name) {
        Some(table) => Ok(table.schema()?),
        None => {
            let known: Vec<_> = Table::ALL.iter().map(|table| table.as_str()).collect();
            Err(crate::annotator::unknown("table", name, &known.join(" ")))
        }
    }
}

fn error_fields() -> Fields {
    Fields::from(vec![
        Field::new("code", DataType::Utf8, true),
        Field::new("message", DataType::Utf8, true),
    ])
}

/// `batch` with the column `error`, null where all is well.
pub(crate) fn with_errors(
    batch: &RecordBatch,
    errors: &[Option<Failure>],
) -> Result<RecordBatch, Failure> {
    let codes: StringArray = errors.iter().map(|e| e.as_ref().map(|e| e.code)).collect();
    let messages: StringArray = errors
        .iter()
        .map(|e| e.as_ref().map(|e| e.message.as_str()))
        .collect();
    let valid: Vec<bool> = errors.iter().map(Option::is_some).collect();
    let disagree = |cause: arrow_schema::ArrowError| Failure::new("input", cause.to_string());
    let errors: ArrayRef = Arc::new(
        StructArray::try_new(
            error_fields(),
            vec![Arc::new(codes), Arc::new(messages)],
            Some(valid.into()),
        )
        .map_err(disagree)?,
    );
    let mut columns = batch.columns().to_vec();
    columns.push(errors);
    RecordBatch::try_new(schema()?, columns).map_err(disagree)
}
