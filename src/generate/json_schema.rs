//! JSON Schema, draft 2020-12: one document whose `$defs` hold every row.
//!
//! A definition's key is `schema.Section.name`, with `.Row`, `.Insert`, `.Update`, `.Args` or `.Returns` after it, and the number of an overload before
//! that; a name that holds a dot or quotation marks stands in quotation marks, as in SQL.

use super::json::Json;
use super::shape::{Member, Overload, SchemaShapes, Shape, Shapes, section};
use super::typescript::model::Presence;
use crate::catalog::Oid;

/// Prints the document.
pub fn print(shapes: &Shapes) -> String {
    let mut definitions = Vec::new();
    shapes.all().for_each(|schema| schema_definitions(shapes, schema, &mut definitions));
    let document = Json::object([
        ("$schema", Json::text("https://json-schema.org/draft/2020-12/schema")),
        ("$defs", Json::Object(definitions)),
    ]);
    document.print(100) + "\n"
}

fn schema_definitions(shapes: &Shapes, schema: &SchemaShapes, out: &mut Vec<(String, Json)>) {
    for oid in &schema.enums {
        let (schema, name, labels) = shapes.enum_(*oid);
        let labels: Vec<Json> = labels.iter().map(|label| Json::text(label)).collect();
        // No value is in an empty enum, and `enum` may not be empty.
        let definition = match labels.is_empty() {
            true => Json::object([("not", Json::Object(Vec::new()))]),
            false => Json::object([("enum", Json::List(labels))]),
        };
        out.push((key(&schema, "Enums", &name), definition));
    }
    for relation in schema.relations() {
        let Some(row) = row_key(shapes, relation.oid) else { continue };
        let base = row.strip_suffix(".Row").unwrap_or(&row).to_string();
        out.push((row, object(shapes, &relation.row)));
        for (name, members) in [("Insert", &relation.insert), ("Update", &relation.update)] {
            out.extend(members.as_ref().map(|members| (format!("{base}.{name}"), object(shapes, members))));
        }
    }
    for function in &schema.functions {
        let base = key(&schema.name, "Functions", &function.name);
        let is_single = function.overloads.len() == 1;
        for (place, overload) in function.overloads.iter().enumerate() {
            let base = if is_single { base.clone() } else { format!("{base}.{}", place + 1) };
            out.push((format!("{base}.Args"), object(shapes, &overload.args)));
            out.push((format!("{base}.Returns"), returns(shapes, overload)));
        }
    }
}

fn returns(shapes: &Shapes, overload: &Overload) -> Json {
    let returned = nullable(shapes, &overload.returns, overload.nullable);
    if overload.is_set { list_of(returned) } else { returned }
}

fn list_of(items: Json) -> Json {
    Json::object([("type", Json::text("array")), ("items", items)])
}

fn object(shapes: &Shapes, members: &[Member]) -> Json {
    let there = || members.iter().filter(|m| m.presence != Presence::Never);
    let properties = there().map(|m| (m.name.clone(), nullable(shapes, &m.shape, m.nullable)));
    let required = there().filter(|m| m.presence == Presence::Required).map(|m| Json::text(&m.name));
    Json::object([
        ("type", Json::text("object")),
        ("properties", Json::Object(properties.collect())),
        ("required", Json::List(required.collect())),
        ("additionalProperties", Json::word("false")),
    ])
}

fn nullable(shapes: &Shapes, shape: &Shape, nullable: bool) -> Json {
    let mut schema = self::shape(shapes, shape);
    let Json::Object(members) = &mut schema else { return schema };
    match members.first_mut() {
        Some((key, ty)) if nullable && key == "type" && *shape != Shape::Void => {
            let one = std::mem::replace(ty, Json::word("null"));
            *ty = Json::List(vec![one, Json::text("null")]);
            schema
        }
        Some((key, _)) if nullable && key != "type" => {
            Json::object([("anyOf", Json::List(vec![schema, Json::object([("type", Json::text("null"))])]))])
        }
        _ => schema,
    }
}

fn shape(shapes: &Shapes, shape: &Shape) -> Json {
    let of = |ty: &str| Json::object([("type", Json::text(ty))]);
    let integer = |min: i64, max: i64| {
        Json::object([
            ("type", Json::text("integer")),
            ("minimum", Json::Plain(min.to_string())),
            ("maximum", Json::Plain(max.to_string())),
        ])
    };
    match shape {
        Shape::Bool => of("boolean"),
        Shape::Int16 => integer(i16::MIN.into(), i16::MAX.into()),
        Shape::Int32 => integer(i32::MIN.into(), i32::MAX.into()),
        Shape::Int64 => integer(i64::MIN, i64::MAX),
        Shape::Float32 | Shape::Float64 | Shape::Numeric => of("number"),
        Shape::Text => of("string"),
        Shape::Json | Shape::Unknown => Json::Object(Vec::new()),
        Shape::Void => of("null"),
        Shape::Record => of("object"),
        Shape::Array(element) => list_of(nullable(shapes, element, true)),
        Shape::Enum(oid) => {
            let (schema, name, _) = shapes.enum_(*oid);
            reference(&key(&schema, "Enums", &name))
        }
        Shape::Row(oid) => row_key(shapes, *oid).map_or_else(|| of("object"), |key| reference(&key)),
        Shape::Object(members) => object(shapes, members),
    }
}

fn row_key(shapes: &Shapes, oid: Oid) -> Option<String> {
    let relation = shapes.cat.relation(oid)?;
    let base = key(&shapes.schema_name(relation.schema), section(relation)?, &relation.name);
    Some(if section(relation)? == "CompositeTypes" { base } else { base + ".Row" })
}

fn key(schema: &str, section: &str, name: &str) -> String {
    let quoted = |name: &str| match name.contains(['.', '"']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_string(),
    };
    format!("{}.{section}.{}", quoted(schema), quoted(name))
}

/// A JSON pointer as the fragment of a URI.
fn reference(key: &str) -> Json {
    let mut pointer = String::from("#/$defs/");
    for byte in key.replace('~', "~0").replace('/', "~1").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => pointer.push(char::from(byte)),
            _ => pointer += &format!("%{byte:02X}"),
        }
    }
    Json::object([("$ref", Json::text(&pointer))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_the_pointers_to_them() {
        for (schema, name, pointer) in [
            ("public", "mood", "#/$defs/public.Enums.mood"),
            ("my app", "a/b~c", "#/$defs/my%20app.Enums.a~1b~0c"),
            ("public", "a.b\"é", "#/$defs/public.Enums.%22a.b%22%22%C3%A9%22"),
        ] {
            assert_eq!(reference(&key(schema, "Enums", name)), Json::object([("$ref", Json::text(pointer))]));
        }
    }
}
