//! A JSON Schema validator for exactly the keywords that our schema uses; another one is a failure.

use serde_json::Value;

/// Why `value` does not fit `schema`, with paths; nothing where it fits.
pub fn errors(root: &Value, value: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    validate(root, root, value, "$", &mut errors);
    errors
}

fn validate(root: &Value, schema: &Value, value: &Value, path: &str, errors: &mut Vec<String>) {
    let mut fail = |what: String| errors.push(format!("{path}: {what}"));
    let mut nested: Vec<(&Value, &Value, String)> = Vec::new();
    for (keyword, rule) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                nested.push((
                    root.pointer(pointer).expect("a known $ref"),
                    value,
                    path.to_owned(),
                ));
            }
            "type" => {
                let right = match rule.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "number" => value.is_number(),
                    "integer" => value.is_u64() || value.is_i64(),
                    other => panic!("unknown type {other}"),
                };
                if !right {
                    fail(format!("expected {rule}, found {value}"));
                }
            }
            "const" if rule != value => fail(format!("expected {rule}, found {value}")),
            "enum" if !rule.as_array().unwrap().contains(value) => {
                fail(format!("{value} is not in {rule}"))
            }
            "const" | "enum" => {}
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        fail(format!("{name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = rule.get(name) {
                        nested.push((schema, inner, format!("{path}.{name}")));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                for name in value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name)
                {
                    if schema["properties"].get(name).is_none() {
                        fail(format!("unknown field {name}"));
                    }
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    nested.push((rule, item, format!("{path}[{index}]")));
                }
            }
            "minItems"
                if value
                    .as_array()
                    .is_some_and(|a| (a.len() as u64) < rule.as_u64().unwrap()) =>
            {
                fail("too few items".to_owned());
            }
            "minLength"
                if value
                    .as_str()
                    .is_some_and(|s| (s.chars().count() as u64) < rule.as_u64().unwrap()) =>
            {
                fail("too short".to_owned());
            }
            "minimum" if value.as_f64().is_some_and(|n| n < rule.as_f64().unwrap()) => {
                fail(format!("{value} is too small"))
            }
            "maximum" if value.as_f64().is_some_and(|n| n > rule.as_f64().unwrap()) => {
                fail(format!("{value} is too large"))
            }
            "minItems" | "minLength" | "minimum" | "maximum" => {}
            "pattern" => {
                if let Some(text) = value.as_str()
                    && !matches(rule.as_str().unwrap(), text)
                {
                    fail(format!("{text:?} does not match {rule}"));
                }
            }
            "oneOf" => {
                let fits = rule.as_array().unwrap().iter().filter(|schema| {
                    let mut errors = Vec::new();
                    validate(root, schema, value, path, &mut errors);
                    errors.is_empty()
                });
                let fits = fits.count();
                if fits != 1 {
                    fail(format!("fits {fits} of {rule}"));
                }
            }
            other => panic!("a keyword that this validator does not know: {other}"),
        }
    }
    for (schema, value, path) in nested {
        validate(root, schema, value, &path, errors);
    }
}

/// The patterns of the schema, read by hand: `^`, `$`, one-character classes with `+` `*` `{n}`, groups with `?`.
fn matches(pattern: &str, text: &str) -> bool {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let number =
        |text: &str| !text.starts_with('0') && !text.is_empty() && digits(text, text.len());
    let word =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let dashed = |lengths: &[usize]| {
        let parts: Vec<_> = text.split('-').collect();
        parts.len() == lengths.len() && parts.iter().zip(lengths).all(|(part, &n)| digits(part, n))
    };
    match pattern {
        "^e[1-9][0-9]*$" => text.strip_prefix('e').is_some_and(number),
        "^t[1-9][0-9]*$" => text.strip_prefix('t').is_some_and(number),
        "^q[1-9][0-9]*$" => text.strip_prefix('q').is_some_and(number),
        "^v[1-9][0-9]*$" => text.strip_prefix('v').is_some_and(number),
        "^[etq][1-9][0-9]*$" => text.strip_prefix(['e', 't', 'q']).is_some_and(number),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => dashed(&[4, 2, 2]),
        "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" => {
            dashed(&[4]) || dashed(&[4, 2]) || dashed(&[4, 2, 2])
        }
        "^[a-z_]+$" => word(text),
        "^[a-z_]+\\.[a-z_]+$" => text
            .split_once('.')
            .is_some_and(|(a, b)| word(a) && word(b)),
        other => panic!("a pattern that this validator does not know: {other}"),
    }
}
