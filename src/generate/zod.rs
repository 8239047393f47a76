//! Schemas of zod 4, as a TypeScript module.
//!
//! `Enums`, `CompositeTypes`, `Tables`, `Views` and `Functions` hold, by schema and name, what the sections of the TypeScript types hold. Rows stand
//! where they are used unless an earlier section holds them, so that nothing is inferred in a circle. Elements of arrays may be null where they are read, but
//! not where they are written: what `Insert` parses is what the TypeScript types take.

use super::rust::is_foreign_letter;
use super::shape::{FunctionShapes, Member, Overload, RelationShapes, SchemaShapes, Shape, Shapes, section};
use super::typescript::model::Presence;
use crate::catalog::Oid;
use crate::json::quoted as json;

/// Rows in rows in rows …: deeper ones are objects of anything.
const MAX_DEPTH: usize = 12;

const JSON: &str = "z.json()";
const NOT_NULL: &str = "notNull";
const NOT_NULL_JSON: &str = "
const notNull = z.union([z.string(), z.number(), z.boolean(), z.array(z.json()), z.record(z.string(), z.json())])
";

/// Prints the module.
pub fn print(shapes: &Shapes) -> String {
    let mut out = Printer { shapes, text: String::new(), printed: Vec::new() };
    out.section("Enums", |out, schema| schema.enums.iter().for_each(|oid| out.enum_(*oid)));
    out.section("CompositeTypes", |out, schema| {
        for composite in &schema.composites {
            let row = out.object(&composite.row, Use { reads: true, json: JSON, indent: 4, depth: 0 });
            out.entry(4, &composite.name, &row);
        }
    });
    out.section("Tables", |out, schema| schema.tables.iter().for_each(|table| out.relation(table)));
    out.section("Views", |out, schema| schema.views.iter().for_each(|view| out.relation(view)));
    out.section("Functions", |out, schema| schema.functions.iter().for_each(|function| out.function(function)));
    let json = if out.text.contains(": notNull") { NOT_NULL_JSON } else { "" };
    ["import { z } from \"zod\"\n", json, &out.text].concat()
}

/// Where a schema stands.
#[derive(Clone, Copy)]
struct Use {
    /// What the server sends, rather than what it is sent.
    reads: bool,
    /// What stands for JSON that is not null.
    json: &'static str,
    indent: usize,
    /// Of rows within rows.
    depth: usize,
}

struct Printer<'a> {
    shapes: &'a Shapes<'a>,
    text: String,
    /// The sections above the one that is being printed.
    printed: Vec<&'static str>,
}

impl Printer<'_> {
    fn section(&mut self, name: &'static str, print: impl Fn(&mut Self, &SchemaShapes)) {
        self.text += &format!("\nexport const {name} = {{\n");
        let shapes = self.shapes;
        for schema in &shapes.included {
            let start = self.open(2, &schema.name);
            print(self, schema);
            self.close(2, start);
        }
        self.text.push_str("}\n");
        self.printed.push(name);
    }

    /// Begins an object; what it returns is for `close`.
    fn open(&mut self, indent: usize, name: &str) -> usize {
        self.text += &format!("{:indent$}{}: {{\n", "", property(name));
        self.text.len()
    }

    fn close(&mut self, indent: usize, start: usize) {
        // Nothing was written: `{}`.
        let indent = if self.text.len() == start {
            self.text.pop();
            0
        } else {
            indent
        };
        self.text += &format!("{:indent$}}},\n", "");
    }

    fn entry(&mut self, indent: usize, name: &str, value: &str) {
        self.text += &format!("{:indent$}{}: {value},\n", "", property(name));
    }

    fn enum_(&mut self, oid: Oid) {
        let (_, name, labels) = self.shapes.enum_(oid);
        self.entry(4, &name, &labels_of(&labels));
    }

    fn relation(&mut self, relation: &RelationShapes) {
        let start = self.open(4, &relation.name);
        for (name, members) in
            [("Row", Some(&relation.row)), ("Insert", relation.insert.as_ref()), ("Update", relation.update.as_ref())]
        {
            if let Some(members) = members {
                let reads = name == "Row";
                // A row may hold JSON's null where NULL may not stand, but a null that is sent is NULL.
                let json = if reads { JSON } else { NOT_NULL };
                let object = self.object(members, Use { reads, json, indent: 6, depth: 0 });
                self.entry(6, name, &object);
            }
        }
        self.close(4, start);
    }

    /// One signature as an object, several as a list of them.
    fn function(&mut self, function: &FunctionShapes) {
        let value = match &function.overloads[..] {
            [only] => self.overload(only, 4),
            several => {
                let each = several.iter().map(|overload| format!("      {},\n", self.overload(overload, 6)));
                format!("[\n{}    ] as const", each.collect::<String>())
            }
        };
        self.entry(4, &function.name, &value);
    }

    fn overload(&self, overload: &Overload, indent: usize) -> String {
        let at = |reads: bool| Use { reads, json: JSON, indent: indent + 2, depth: 0 };
        let args = self.object(&overload.args, at(false));
        let mut returns = self.nullable(&overload.returns, overload.nullable, at(true));
        if overload.is_set {
            returns = format!("z.array({returns})");
        }
        format!("{{\n{:indent$}  Args: {args},\n{:indent$}  Returns: {returns},\n{:indent$}}}", "", "", "")
    }

    /// A row that an earlier section holds.
    fn above(&self, oid: Oid) -> Option<String> {
        let relation = self.shapes.cat.relation(oid)?;
        let schema = self.shapes.schema_name(relation.schema);
        let section = section(relation).filter(|s| self.printed.contains(s) && self.is_included(&schema))?;
        let row = if section == "CompositeTypes" { "" } else { ".Row" };
        Some(format!("{section}{}{}{row}", access(&schema), access(&relation.name)))
    }

    fn is_included(&self, schema: &str) -> bool {
        self.shapes.included.iter().any(|s| s.name == schema)
    }

    fn object(&self, members: &[Member], at: Use) -> String {
        let indent = at.indent;
        let inner = Use { indent: indent + 2, ..at };
        // Computed fields are there where they are asked for, and nobody can ask within a row.
        let shown = members.iter().filter(|m| at.depth == 0 || m.presence == Presence::Required);
        let lines: String =
            shown.map(|m| format!("{:indent$}  {}: {},\n", "", property(&m.name), self.member(m, inner))).collect();
        if lines.is_empty() { "z.object({})".to_string() } else { format!("z.object({{\n{lines}{:indent$}}})", "") }
    }

    fn member(&self, member: &Member, at: Use) -> String {
        match member.presence {
            Presence::Never => "z.undefined().optional()".to_string(),
            Presence::Required => self.nullable(&member.shape, member.nullable, at),
            Presence::Optional => self.nullable(&member.shape, member.nullable, at) + ".optional()",
        }
    }

    fn nullable(&self, shape: &Shape, nullable: bool, at: Use) -> String {
        if *shape == Shape::Json && !nullable {
            return at.json.to_string();
        }
        let is_wider = matches!(shape, Shape::Json | Shape::Unknown | Shape::Void);
        self.shape(shape, at) + if nullable && !is_wider { ".nullable()" } else { "" }
    }

    fn shape(&self, shape: &Shape, at: Use) -> String {
        let word = match shape {
            Shape::Bool => "z.boolean()",
            Shape::Int16 => "z.int().min(-32768).max(32767)",
            Shape::Int32 => "z.int32()",
            // z.int() refuses what a number cannot hold exactly, which is how large ones arrive.
            Shape::Int64 | Shape::Float32 | Shape::Float64 | Shape::Numeric => "z.number()",
            Shape::Text => "z.string()",
            Shape::Json => JSON,
            // PostgREST sends nothing, clients make null of it.
            Shape::Void => "z.undefined().nullable()",
            Shape::Record => "z.record(z.string(), z.unknown())",
            Shape::Unknown => "z.unknown()",
            Shape::Row(_) if at.depth > MAX_DEPTH => "z.record(z.string(), z.unknown())",
            Shape::Array(element) => {
                return format!("z.array({})", self.nullable(element, at.reads, Use { json: JSON, ..at }));
            }
            Shape::Enum(oid) => {
                let (schema, name, labels) = self.shapes.enum_(*oid);
                return match self.is_included(&schema) {
                    true => format!("Enums{}{}", access(&schema), access(&name)),
                    false => labels_of(&labels),
                };
            }
            Shape::Row(oid) => {
                let within = || self.object(self.shapes.row(*oid), Use { depth: at.depth + 1, ..at });
                return self.above(*oid).filter(|_| at.reads).unwrap_or_else(within);
            }
            Shape::Object(members) => return self.object(members, at),
        };
        word.to_string()
    }
}

fn labels_of(labels: &[String]) -> String {
    let labels: Vec<String> = labels.iter().map(|label| json(label)).collect();
    format!("z.enum([{}])", labels.join(", "))
}

/// The key of a property: quoted only where it must be.
fn property(name: &str) -> String {
    match name {
        // As a plain key it would set the prototype.
        "__proto__" => format!("[{}]", json(name)),
        _ if is_identifier(name) => name.to_string(),
        _ => json(name),
    }
}

fn access(name: &str) -> String {
    if is_identifier(name) { format!(".{name}") } else { format!("[{}]", json(name)) }
}

fn is_identifier(name: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$' || is_foreign_letter(c);
    name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit())
}
