//! postgres-meta's dialect: the same text as oxfmt lays it out, without semicolons and 80 columns wide.

use super::functions::{FunctionTypes, Returned, SetofOptions, Signature};
use super::model::{Field, Model, RelationTypes, Relationship, SchemaTypes, Ts, nullable};
use super::raw::{NO_ARGS, VERSION_COMMENT};
use crate::json::quoted as json;
use crate::letters;

const WIDTH: usize = 80;
const RECORD: &str = "Record<string, unknown>";
const EMPTY: &str = "[_ in never]: never";
const HEAD: &str = "export type Json =\n  | string\n  | number\n  | boolean\n  | null\n  | { [key: string]: Json | undefined }\n  | Json[]\n\n";
const HELPERS: &str = include_str!("helpers.meta.txt");

pub fn print(model: &Model) -> String {
    let mut out = Lines { text: String::from(HEAD) };
    out.line(0, "export type Database = {");
    if let Some(version) = &model.postgrest_version {
        out.line(2, VERSION_COMMENT.trim_end());
        out.line(2, "__InternalSupabase: {");
        out.line(4, &format!("PostgrestVersion: {}", string(version)));
        out.line(2, "}");
    }
    for s in &model.schemas {
        schema(&mut out, s);
    }
    out.line(0, "}\n");
    out.text.push_str(&HELPERS.replace("\"public\"", &string(&model.default_schema)));
    out.line(0, "export const Constants = {");
    for s in &model.schemas {
        constants(&mut out, s);
    }
    out.line(0, "} as const");
    out.text
}

struct Lines {
    text: String,
}

impl Lines {
    fn line(&mut self, indent: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(text);
        self.text.push('\n');
    }
}

fn schema(out: &mut Lines, schema: &SchemaTypes) {
    out.line(2, &format!("{}: {{", key(&schema.name)));
    section(out, "Tables", &schema.tables, relation);
    section(out, "Views", &schema.views, relation);
    section(out, "Functions", &schema.functions, function);
    section(out, "Enums", &schema.enums, |out, (name, labels)| {
        member(out, 6, key(name), &Ts::Labels(labels.clone()));
    });
    section(out, "CompositeTypes", &schema.composites, |out, (name, attributes)| {
        object(out, 6, &key(name), attributes)
    });
    out.line(2, "}");
}

fn section<T>(out: &mut Lines, name: &str, entries: &[T], print: impl Fn(&mut Lines, &T)) {
    out.line(4, &format!("{name}: {{"));
    if entries.is_empty() {
        out.line(6, EMPTY);
    }
    entries.iter().for_each(|entry| print(out, entry));
    out.line(4, "}");
}

fn relation(out: &mut Lines, relation: &RelationTypes) {
    out.line(6, &format!("{}: {{", key(&relation.name)));
    row(out, relation);
    for (name, fields) in [("Insert", &relation.insert), ("Update", &relation.update)] {
        if let Some(fields) = fields {
            object(out, 8, name, fields);
        }
    }
    if relation.relationships.is_empty() {
        out.line(8, "Relationships: []");
    } else {
        out.line(8, "Relationships: [");
        relation.relationships.iter().for_each(|r| relationship(out, r));
        out.line(8, "]");
    }
    out.line(6, "}");
}

fn row(out: &mut Lines, relation: &RelationTypes) {
    if relation.row.is_empty() && relation.computed.is_empty() {
        return out.line(8, "Row: {}");
    }
    out.line(8, "Row: {");
    fields(out, 10, &relation.row);
    for (name, value) in &relation.computed {
        match value {
            Returned::Type(ty) => member(out, 10, key(name), &nullable(ty.clone(), true)),
            value => returned(out, 10, &key(name), value, " | null"),
        }
    }
    out.line(8, "}");
}

fn function(out: &mut Lines, function: &FunctionTypes) {
    let name = key(&function.name);
    if let [only] = &function.signatures[..] {
        return signature(out, only, &format!("{name}: "), 6, 8);
    }
    out.line(6, &format!("{name}:"));
    for one in &function.signatures {
        signature(out, one, "| ", 8, 12);
    }
}

/// `{ Args: …; Returns: … }` after `before`, on one line where it fits.
fn signature(out: &mut Lines, signature: &Signature, before: &str, indent: usize, inner: usize) {
    if let (Returned::Type(ty), None) = (&signature.returns, &signature.setof) {
        let args = flat_args(&signature.args);
        let line = format!("{before}{{ Args: {args}; Returns: {} }}", array(ty, signature.is_array).join(" | "));
        if indent + width(&line) <= WIDTH {
            return out.line(indent, &line);
        }
    }
    out.line(indent, &format!("{before}{{"));
    let line = format!("Args: {}", flat_args(&signature.args));
    if inner + width(&line) <= WIDTH || signature.args.is_empty() {
        out.line(inner, &line);
    } else {
        object(out, inner, "Args", &signature.args);
    }
    let end = if signature.is_array { "[]" } else { "" };
    match &signature.returns {
        Returned::Type(ty) if signature.is_array && matches!(ty, Ts::Labels(_)) => {
            let parts = array(ty, true);
            let line = format!("Returns: {}", parts.join(" | "));
            match inner + width(&line) <= WIDTH {
                true => out.line(inner, &line),
                false => union_lines(out, inner, "Returns", &parts),
            }
        }
        Returned::Type(ty) => member(out, inner, "Returns".into(), &arrayed(ty, signature.is_array)),
        value => returned(out, inner, "Returns", value, end),
    }
    signature.setof.iter().for_each(|setof| setof_options(out, inner, setof));
    out.line(inner - 2, "}");
}

fn setof_options(out: &mut Lines, indent: usize, setof: &SetofOptions) {
    out.line(indent, "SetofOptions: {");
    out.line(indent + 2, &format!("from: {}", string(&setof.from)));
    out.line(indent + 2, &format!("to: {}", string(&setof.to)));
    out.line(indent + 2, &format!("isOneToOne: {}", setof.one_to_one));
    out.line(indent + 2, &format!("isSetofReturn: {}", setof.is_setof));
    out.line(indent, "}");
}

/// An object that a function returns, which never goes on one line, and `end` after it.
fn returned(out: &mut Lines, indent: usize, key: &str, value: &Returned, end: &str) {
    match value {
        Returned::Type(ty) => member(out, indent, key.to_string(), ty),
        Returned::Table(list) | Returned::Row(list) if list.is_empty() => {
            out.line(indent, &format!("{key}: {{}}{end}"))
        }
        Returned::Table(list) | Returned::Row(list) => {
            out.line(indent, &format!("{key}: {{"));
            fields(out, indent + 2, list);
            out.line(indent, &format!("}}{end}"));
        }
        Returned::Error(message) => {
            out.line(indent, &format!("{key}: {{"));
            out.line(indent + 2, "error: true");
            out.line(indent, &format!("}} & {}{end}", string(message)));
        }
    }
}

fn arrayed(ty: &Ts, is_array: bool) -> Ts {
    if is_array { Ts::Array(Box::new(ty.clone())) } else { ty.clone() }
}

/// The parts of what is returned. The generator writes `[]` after a union's last part only.
fn array(ty: &Ts, is_array: bool) -> Vec<String> {
    match ty {
        Ts::Labels(_) => {
            let mut parts = union(ty);
            if let Some(last) = parts.last_mut().filter(|_| is_array) {
                last.push_str("[]");
            }
            parts
        }
        ty => vec![ts(&arrayed(ty, is_array))],
    }
}

fn flat_args(args: &[Field]) -> String {
    if args.is_empty() {
        return NO_ARGS.to_string();
    }
    let args = args.iter().map(|f| format!("{}: {}", field_key(f), ts(&f.ty)));
    format!("{{ {} }}", args.collect::<Vec<_>>().join("; "))
}

fn relationship(out: &mut Lines, r: &Relationship) {
    out.line(10, "{");
    out.line(12, &format!("foreignKeyName: {}", string(&r.foreign_key)));
    list_or_null(out, "columns", &r.columns);
    if let Some(yes) = r.one_to_one {
        out.line(12, &format!("isOneToOne: {yes}"));
    }
    out.line(12, &format!("referencedRelation: {}", string(&r.referenced_relation)));
    list_or_null(out, "referencedColumns", &r.referenced_columns);
    out.line(10, "},");
}

fn constants(out: &mut Lines, schema: &SchemaTypes) {
    out.line(2, &format!("{}: {{", key(&schema.name)));
    if schema.enums.is_empty() {
        out.line(4, "Enums: {},");
    } else {
        out.line(4, "Enums: {");
        schema.enums.iter().for_each(|(name, labels)| list(out, 6, &key(name), labels, ","));
        out.line(4, "},");
    }
    out.line(2, "},");
}

/// `key: ["a", "b"]`, one item a line where that is too long.
fn list_or_null(out: &mut Lines, key: &str, items: &[String]) {
    match items {
        [] => out.line(12, &format!("{key}: null")),
        _ => list(out, 12, key, items, ""),
    }
}

fn list(out: &mut Lines, indent: usize, key: &str, items: &[String], end: &str) {
    let items: Vec<String> = items.iter().map(|i| string(i)).collect();
    let line = format!("{key}: [{}]{end}", items.join(", "));
    if indent + width(&line) <= WIDTH {
        return out.line(indent, &line);
    }
    out.line(indent, &format!("{key}: ["));
    items.iter().for_each(|item| out.line(indent + 2, &format!("{item},")));
    out.line(indent, &format!("]{end}"));
}

fn object(out: &mut Lines, indent: usize, key: &str, fields: &[Field]) {
    if fields.is_empty() {
        return out.line(indent, &format!("{key}: {{}}"));
    }
    out.line(indent, &format!("{key}: {{"));
    self::fields(out, indent + 2, fields);
    out.line(indent, "}");
}

fn fields(out: &mut Lines, indent: usize, fields: &[Field]) {
    fields.iter().for_each(|field| member(out, indent, field_key(field), &field.ty));
}

fn field_key(field: &Field) -> String {
    format!("{}{}", key(&field.name), if field.optional { "?" } else { "" })
}

/// `key: type`; a union that is too long for its line goes on lines of its own.
fn member(out: &mut Lines, indent: usize, key: String, ty: &Ts) {
    let line = format!("{key}: {}", ts(ty));
    let parts = union(ty);
    if indent + width(&line) <= WIDTH {
        return out.line(indent, &line);
    }
    // A reference and null are not parted: its arguments are, if it has any.
    let hugged = match ty {
        Ts::Nullable(inner) => (&**inner, " | null"),
        ty => (ty, ""),
    };
    if let (Ts::Word(RECORD), end) = hugged {
        out.line(indent, &format!("{key}: Record<"));
        out.line(indent + 2, "string,");
        out.line(indent + 2, "unknown");
        return out.line(indent, &format!(">{end}"));
    }
    if parts.len() < 2 || hugged.0 == &Ts::Word("Json") {
        return out.line(indent, &line);
    }
    union_lines(out, indent, &key, &parts);
}

fn union_lines(out: &mut Lines, indent: usize, key: &str, parts: &[String]) {
    out.line(indent, &format!("{key}:"));
    parts.iter().for_each(|part| out.line(indent + 2, &format!("| {part}")));
}

/// The parts of a union; one for any other type.
fn union(ty: &Ts) -> Vec<String> {
    match ty {
        Ts::Labels(labels) => labels.iter().map(|l| string(l)).collect(),
        Ts::Nullable(inner) => union(inner).into_iter().chain(["null".to_string()]).collect(),
        ty => vec![ts(ty)],
    }
}

fn ts(ty: &Ts) -> String {
    match ty {
        Ts::Word(word) => word.to_string(),
        Ts::NonNullJson => "NonNullable<Json>".to_string(),
        // Only the CLI's dialect leaves computed fields out.
        Ts::Stored(row) => ts(row),
        Ts::Array(element) if union(element).len() > 1 => format!("({})[]", ts(element)),
        Ts::Array(element) => format!("{}[]", ts(element)),
        Ts::Labels(_) | Ts::Nullable(_) => union(ty).join(" | "),
        Ts::Entry { schema, section, name } => {
            let row = if matches!(*section, "Tables" | "Views") { "[\"Row\"]" } else { "" };
            format!("Database[{}][\"{section}\"][{}]{row}", string(schema), string(name))
        }
    }
}

/// A property name: quoted only where it must be.
fn key(name: &str) -> String {
    let mut chars = name.chars();
    let first = |c: char| letters::is_letter(c) || c == '_' || c == '$';
    let plain = chars.next().is_some_and(first) && chars.all(|c| first(c) || letters::is_number(c));
    if plain { name.to_string() } else { string(name) }
}

/// A string literal in double quotes, or in single ones where that needs fewer escapes.
fn string(text: &str) -> String {
    let quoted = json(text);
    if text.matches('"').count() <= text.matches('\'').count() {
        return quoted;
    }
    let inner = quoted[1..quoted.len() - 1].replace('\'', "\\'").replace("\\\"", "\""); // json() adds the two quotes
    format!("'{inner}'")
}

/// What East Asian characters and emoji are counted as two columns, by and large (unicode-width, which oxfmt asks).
const WIDE: [(char, char); 9] = [
    ('\u{1100}', '\u{115f}'),
    ('\u{2e80}', '\u{303e}'),
    ('\u{3041}', '\u{a4cf}'),
    ('\u{ac00}', '\u{d7a3}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe30}', '\u{fe6f}'),
    ('\u{ff01}', '\u{ff60}'),
    ('\u{1f300}', '\u{1faff}'),
    ('\u{20000}', '\u{3fffd}'),
];

/// The columns that a line takes.
fn width(line: &str) -> usize {
    let columns = |c: char| 1 + usize::from(WIDE.iter().any(|(from, to)| (*from..=*to).contains(&c)));
    line.chars().map(columns).sum()
}
