//! The CLI's dialect: the generator's template as it is, white space and all.

use super::functions::{FunctionTypes, Returned, Signature};
use super::model::{Field, Model, RelationTypes, Relationship, SchemaTypes, Ts, json_list, nullable};
use crate::json::quoted as json;
use std::fmt::Write;

pub const VERSION_COMMENT: &str = "// Allows to automatically instantiate createClient with right options\n  // instead of createClient<Database, { PostgrestVersion: 'XX' }>(URL, KEY)\n";
pub const NO_ARGS: &str = "Record<PropertyKey, never>";
const EMPTY: &str = "[_ in never]: never";
const HELPERS: &str = include_str!("helpers.cli.txt");

pub fn print(model: &Model) -> String {
    let schemas: Vec<String> = model.schemas.iter().map(schema).collect();
    let helpers = HELPERS.replace("\"public\"", &json(&model.default_schema));
    let constants: Vec<String> = model.schemas.iter().map(constants).collect();
    let version = model
        .postgrest_version
        .as_ref()
        .map(|version| format!("{VERSION_COMMENT}  __InternalSupabase: {{\n    PostgrestVersion: '{version}'\n  }}"));
    format!(
        "\nexport type Json = string | number | boolean | null | {{ [key: string]: Json | undefined }} | Json[]\n\n\
         export type Database = {{\n  {}\n  {}\n}}\n\n{helpers}export const Constants = {{\n  {}\n}} as const\n",
        version.unwrap_or_default(),
        schemas.join(","),
        constants.join(",")
    )
}

fn schema(schema: &SchemaTypes) -> String {
    let section = |entries: Vec<String>| if entries.is_empty() { EMPTY.to_string() } else { entries.join(",") };
    let tables = section(schema.tables.iter().map(relation).collect());
    let views = section(schema.views.iter().map(relation).collect());
    let functions = match &schema.functions[..] {
        [] => EMPTY.to_string(),
        functions => functions.iter().map(function).collect::<Vec<_>>().join(",\n"),
    };
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
        ("Functions", functions),
        ("Enums", enums),
        ("CompositeTypes", composites),
    ] {
        let _ = write!(out, "          {name}: {{\n            {body}\n          }}\n"); // writing to a String cannot fail
    }
    out.push_str("        }");
    out
}

fn relation(relation: &RelationTypes) -> String {
    let part = |name: &str, indent: usize, list: Vec<String>| {
        let (outer, inner) = (" ".repeat(indent), " ".repeat(indent + 2));
        format!("{name}: {{\n{inner}{}\n{outer}}}\n", list.join(","))
    };
    let mut out = format!("{}: {{\n                  ", json(&relation.name));
    let computed = relation.computed.iter().map(|(name, value)| format!("{}: {}", json(name), computed_field(value)));
    out.push_str(&part("Row", 18, relation.row.iter().map(field).chain(computed).collect()));
    let names: Vec<String> = relation.computed.iter().map(|(name, _)| json(name)).collect();
    let names = if names.is_empty() { "never".to_string() } else { names.join(" | ") };
    let _ = write!(out, "                  ComputedFields: {names}\n                  "); // writing to a String cannot fail
    let written = [("Insert", &relation.insert), ("Update", &relation.update)];
    for (name, list) in written.into_iter().filter_map(|(name, list)| Some((name, list.as_ref()?))) {
        let (indent, end) =
            if relation.is_view { (25, "                        ") } else { (18, "                  ") };
        out.push_str(&part(name, indent, list.iter().map(field).collect()));
        out.push_str(end);
    }
    let relationships: Vec<String> = relation.relationships.iter().map(relationship).collect();
    let list = relationships.join(",");
    let _ = write!(out, "Relationships: [\n                    {list}\n                  ]\n                }}"); // cannot fail
    out
}

fn relationship(r: &Relationship) -> String {
    let one_to_one = r.one_to_one.map(|yes| format!("\nisOneToOne: {yes}")).unwrap_or_default();
    format!(
        "{{\n      foreignKeyName: {}\n      columns: {}{one_to_one}\n      referencedRelation: {}\n      referencedColumns: {}\n    }}",
        json(&r.foreign_key),
        json_list(&r.columns),
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
    list.iter().map(field).collect::<Vec<_>>().join(",")
}

fn field(f: &Field) -> String {
    format!("{}{}: {}", json(&f.name), if f.optional { "?" } else { "" }, ts(&f.ty))
}

fn function(function: &FunctionTypes) -> String {
    let signatures: Vec<String> = function.signatures.iter().map(signature).collect();
    format!("{}:\n{}", json(&function.name), signatures.join(" |\n"))
}

fn signature(signature: &Signature) -> String {
    let args = match &signature.args[..] {
        [] => NO_ARGS.to_string(),
        args => format!("{{ {} }}", fields(args)),
    };
    let array = if signature.is_array { "[]" } else { "" };
    let setof = signature.setof.as_ref().map(|setof| {
        format!(
            "SetofOptions: {{\n        from: {}\n        to: {}\n        isOneToOne: {}\n        isSetofReturn: {}\n      }}",
            json(&setof.from),
            json(&setof.to),
            setof.one_to_one,
            setof.is_setof
        )
    });
    let (returns, setof) = (returned(&signature.returns), setof.unwrap_or_default());
    format!("{{ Args: {args}; Returns: {returns}{array}\n                          {setof} }}")
}

fn returned(value: &Returned) -> String {
    let object = |list: &[Field], between: &str| {
        let list: Vec<String> = list.iter().map(field).collect();
        format!("{{\n              {}\n            }}", list.join(between))
    };
    match value {
        Returned::Type(ty) => ts(ty),
        Returned::Table(list) => object(list, ","),
        Returned::Row(list) => object(list, ",\n"),
        Returned::Error(message) => format!("{{ error: true }} & {}", json(message)),
    }
}

fn computed_field(value: &Returned) -> String {
    match value {
        Returned::Type(ty) => ts(&nullable(ty.clone(), true)),
        value => format!("{} | null", returned(value)),
    }
}

fn labels_union(labels: &[String]) -> String {
    labels.iter().map(|l| json(l)).collect::<Vec<_>>().join("|")
}

fn ts(ty: &Ts) -> String {
    match ty {
        Ts::Word(word) => word.to_string(),
        Ts::NonNullJson => "NonNullable<Json>".to_string(),
        Ts::Stored(row) => {
            let row = ts(row);
            let relation = row.strip_suffix("['Row']").unwrap_or(&row);
            format!("Omit<{row}, {relation}['ComputedFields']>")
        }
        Ts::Array(element) => format!("({})[]", ts(element)),
        Ts::Labels(labels) => labels_union(labels),
        Ts::Nullable(inner) => format!("{} | null", ts(inner)),
        Ts::Entry { schema, section, name } => {
            let row = if matches!(*section, "Tables" | "Views") { "['Row']" } else { "" };
            format!("Database[{}]['{section}'][{}]{row}", json(schema), json(name))
        }
    }
}
