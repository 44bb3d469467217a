//! Tables read back as JSON values must be what the annotation serialises to.

use super::*;
use crate::{Annotator, Article, Models};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use serde_json::{Map, Value, json};

/// What stands in a row of an array; nulls and empty lists are left out of objects, as in the JSON.
fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => json!(array.as_string::<i32>().value(row)),
        DataType::Int32 => json!(array.as_primitive::<Int32Type>().value(row)),
        DataType::Float32 => json!(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => json!(array.as_primitive::<Float64Type>().value(row)),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).map(|row| value(&items, row)).collect()
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let names = fields.iter().map(|field| field.name().as_str());
            object(names.zip(columns), row)
        }
        other => panic!("a type that no table should have: {other}"),
    }
}

fn object<'a>(columns: impl Iterator<Item = (&'a str, &'a ArrayRef)>, row: usize) -> Value {
    let mut object = Map::new();
    for (name, column) in columns {
        let value = value(column, row);
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !empty {
            object.insert(name.to_owned(), value);
        }
    }
    Value::Object(object)
}

fn rows(batch: &RecordBatch) -> Vec<Value> {
    let schema = batch.schema();
    let row = |row| {
        let names = schema.fields().iter().map(|field| field.name().as_str());
        object(names.zip(batch.columns()), row)
    };
    (0..batch.num_rows()).map(row).collect()
}

/// Articles of the corpus, explained or not, and what else an annotation can hold.
fn annotations() -> Vec<Annotation> {
    let lines = include_str!("../../corpus/articles.jsonl").lines();
    let articles: Vec<Article> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let models = Models::bundled().unwrap();
    let plain = Annotator::new(&models).unwrap();
    let mut all = plain.annotate_all(&articles);
    all.push(plain.annotate(&Article::new("")));
    let explained = plain.explaining(true).offsets(crate::Offsets::Bytes);
    all.extend(explained.annotate_all(&articles));
    let rare = json!({
        "schema": 1, "id": "jarang", "reference_time": {"value": "2024", "basis": "inferred"},
        "meta": {"title": "“Judul”"},
        "times": [
            {"id": "t1", "start": 0, "end": 4, "text": "tiap", "type": "SET", "value": "P1W",
             "mod": "APPROX", "quant": "EVERY", "freq": "2X"},
            {"id": "t2", "start": 5, "end": 9, "text": "dulu", "type": "DATE", "value": "2020",
             "interval": {"to": "2020-12-31"}},
            {"id": "t3", "start": 5, "end": 9, "text": "kini", "type": "DATE", "value": "PRESENT_REF",
             "interval": {}}],
        "events": [
            {"id": "v1", "type": "life.die", "triggers": [{"start": 1, "end": 2, "text": "x"}],
             "arguments": [{"role": "cause", "start": 3, "end": 5, "text": "yz", "score": 0.5}],
             "time": {"from": "2020"}, "place": {"start": 7, "end": 9, "text": "di"},
             "polarity": "negative", "modality": "possible"}],
        "quotes": [{"start": 1, "end": 2}],
        "warnings": ["satu", "dua"]
    });
    all.push(serde_json::from_value(rare).unwrap());
    all
}

/// The JSON of an annotation with what a table always has.
fn whole(annotation: &Annotation) -> Value {
    let mut value = serde_json::to_value(annotation).unwrap();
    let object = value.as_object_mut().unwrap();
    object.entry("offsets").or_insert(json!("chars"));
    object.entry("meta").or_insert(json!({}));
    value
}

#[test]
fn nested_rows_are_the_json() {
    let all = annotations();
    let batch = batch(&all).unwrap();
    assert_eq!(batch.schema(), schema().unwrap());
    for (row, annotation) in rows(&batch).into_iter().zip(&all) {
        assert_eq!(row, whole(annotation));
    }
    assert_eq!(batch, super::batch(&all).unwrap());
}

/// The flat rows that the JSON of an annotation should give.
fn flat(table: Table, annotation: &Annotation) -> Vec<Value> {
    let article = whole(annotation);
    let items = |name: &str| article[name].as_array().cloned().unwrap_or_default();
    let children = |parents: &str, parent: &str, name: &str| -> Vec<Value> {
        let of = |item: &Value| {
            let id = item["id"].clone();
            let items = item[name].as_array().cloned().unwrap_or_default();
            let keyed = move |mut child: Value| {
                child[parent] = id.clone();
                child
            };
            items.into_iter().map(keyed).collect::<Vec<_>>()
        };
        items(parents).iter().flat_map(of).collect()
    };
    let mut rows = match table {
        Table::Articles => vec![article.clone()],
        Table::Mentions => children("entities", "entity", "mentions"),
        Table::Triggers => children("events", "event", "triggers"),
        Table::Arguments => children("events", "event", "arguments"),
        _ => items(table.as_str()),
    };
    for row in &mut rows {
        let fields = row.as_object_mut().unwrap();
        if table != Table::Articles {
            fields.retain(|_, value| !value.is_array());
            fields.insert("article".to_owned(), article["id"].clone());
        }
        fields.retain(|name, value| name == "warnings" || !value.is_array());
        let inner = fields.iter().filter(|(_, value)| value.is_object());
        for name in inner.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            let Some(Value::Object(inner)) = fields.remove(&name) else {
                continue;
            };
            for (field, value) in inner {
                let field = match name.as_str() {
                    "meta" => field,
                    _ => format!("{name}_{field}"),
                };
                fields.insert(field, value);
            }
        }
    }
    rows
}

#[test]
fn flat_rows_are_the_json() {
    let all = annotations();
    for &table in Table::ALL {
        let batch = table.batch(&all).unwrap();
        assert_eq!(batch.schema(), table.schema().unwrap(), "{table}");
        let expected: Vec<Value> = all.iter().flat_map(|a| flat(table, a)).collect();
        assert!(!expected.is_empty(), "{table}");
        assert_eq!(rows(&batch), expected, "{table}");
        let lists = batch
            .schema()
            .fields()
            .iter()
            .filter(|f| f.data_type().is_list())
            .count();
        assert_eq!(lists, usize::from(table == Table::Articles), "{table}");
    }
}

#[test]
fn no_rows() {
    assert_eq!(batch(&[]).unwrap().num_rows(), 0);
    for table in Table::ALL {
        assert_eq!(table.batch(&[]).unwrap().num_rows(), 0);
    }
}

#[test]
fn documented_columns_are_the_columns() {
    let source = include_str!("flat.rs");
    for &table in Table::ALL {
        let variant = format!("    {table:?},\n");
        let end = source.find(&variant).unwrap();
        let start = source[..end].rfind(",\n    /// One row").unwrap_or(0);
        for field in table.schema().unwrap().fields() {
            let name = format!("`{}`", field.name());
            assert!(
                source[start..end].contains(&name),
                "{table}: {name} is not documented"
            );
        }
    }
}

#[test]
fn offsets_too_large_are_an_error() {
    let mut all = annotations();
    all[0].sentences.push(crate::Span {
        start: 0,
        end: u32::MAX,
    });
    assert!(batch(&all).unwrap_err().to_string().contains("\"end\""));
}
