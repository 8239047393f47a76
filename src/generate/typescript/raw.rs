//! The CLI's dialect: the generator's template as it is, white space and all.

use super::json;
use super::model::{Field, Model, RelationTypes, Relationship, SchemaTypes, Ts, json_list};
use std::fmt::Write;

const EMPTY: &str = "[_ in never]: never";
const HELPERS: &str = include_str!("helpers.cli.txt");

pub fn print(model: &Model) -> String {
    let schemas: Vec<String> = model.schemas.iter().map(schema).collect();
    let helpers = HELPERS.replace("\"public\"", &json(&model.default_schema));
    let constants: Vec<String> = model.schemas.iter().map(constants).collect();
    format!(
        "\nexport type Json = string | number | boolean | null | {{ [key: string]: Json | undefined }} | Json[]\n\n\
         export type Database = {{\n  \n  {}\n}}\n\n{helpers}export const Constants = {{\n  {}\n}} as const\n",
        schemas.join(","),
        constants.join(",")
    )
}

fn schema(schema: &SchemaTypes) -> String {
    let section = |entries: Vec<String>| if entries.is_empty() { EMPTY.to_string() } else { entries.join(",") };
    let tables = section(schema.tables.iter().map(relation).collect());
    let views = section(schema.views.iter().map(relation).collect());
    let enums = section(
        schema.enums.iter().map(|(name, labels)| format!("{}: {}", json(name), labels_union(labels))).collect(),
    );
    let composites = section(
        schema
            .composites
            .iter()
            .map(|(name, attributes)| {
                let indent = " ".repeat(24);
                format!("{}: {{\n{indent}{}\n{}}}", json(name), fields(attributes), " ".repeat(22))
            })
            .collect(),
    );
    let mut out = format!("{}: {{\n", json(&schema.name));
    for (name, body) in [
        ("Tables", tables),
        ("Views", views),
        ("Functions", EMPTY.to_string()),
        ("Enums", enums),
        ("CompositeTypes", composites),
    ] {
        let _ = write!(out, "          {name}: {{\n            {body}\n          }}\n"); // writing to a String cannot fail
    }
    out.push_str("        }");
    out
}

fn relation(relation: &RelationTypes) -> String {
    let part = |name: &str, list: &[Field]| {
        format!("                  {name}: {{\n                    {}\n                  }}\n", fields(list))
    };
    let mut out = format!("{}: {{\n", json(&relation.name));
    out.push_str(&part("Row", &relation.row));
    out.push_str("                  ComputedFields: never\n");
    for (name, list) in [("Insert", &relation.insert), ("Update", &relation.update)] {
        out.push_str(&list.as_ref().map(|list| part(name, list)).unwrap_or_default());
    }
    let relationships: Vec<String> = relation.relationships.iter().map(relationship).collect();
    let list = relationships.join(",");
    let _ = write!(
        out,
        "                  Relationships: [\n                    {list}\n                  ]\n                }}"
    ); // cannot fail
    out
}

fn relationship(r: &Relationship) -> String {
    format!(
        "{{\n      foreignKeyName: {}\n      columns: {}\nisOneToOne: {}\n      referencedRelation: {}\n      referencedColumns: {}\n    }}",
        json(&r.foreign_key),
        json_list(&r.columns),
        r.one_to_one,
        json(&r.referenced_relation),
        json_list(&r.referenced_columns)
    )
}

fn constants(schema: &SchemaTypes) -> String {
    let enums: Vec<String> = schema
        .enums
        .iter()
        .map(|(name, labels)| {
            let labels: Vec<String> = labels.iter().map(|l| json(l)).collect();
            format!("{}: [{}]", json(name), labels.join(", "))
        })
        .collect();
    format!(
        "{}: {{\n          Enums: {{\n            {}\n          }}\n        }}",
        json(&schema.name),
        enums.join(",")
    )
}

fn fields(list: &[Field]) -> String {
    let fields: Vec<String> =
        list.iter().map(|f| format!("{}{}: {}", json(&f.name), if f.optional { "?" } else { "" }, ts(&f.ty))).collect();
    fields.join(",")
}

fn labels_union(labels: &[String]) -> String {
    labels.iter().map(|l| json(l)).collect::<Vec<_>>().join("|")
}

fn ts(ty: &Ts) -> String {
    match ty {
        Ts::Word(word) => word.to_string(),
        Ts::NonNullJson => "NonNullable<Json>".to_string(),
        Ts::Array(element) => format!("({})[]", ts(element)),
        Ts::Labels(labels) => labels_union(labels),
        Ts::Nullable(inner) => format!("{} | null", ts(inner)),
        Ts::Entry { schema, section, name } => {
            let row = if matches!(*section, "Tables" | "Views") { "['Row']" } else { "" };
            format!("Database[{}]['{section}'][{}]{row}", json(schema), json(name))
        }
    }
}
