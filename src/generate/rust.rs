//! Structs for serde, a module for each schema.
//!
//! `Todos` is a row that is read, `TodosInsert` and `TodosUpdate` are rows that are written: what is optional there is left out when it is `None`, so
//! that null can be inserted by leaving a column out only. Elements of arrays are `Option`s, since no type of PostgreSQL's keeps null out of an array;
//! numerics are `f64`. Names are made Rust's, and serde renames them back; one that is taken gets a number.

use super::shape::{FunctionShapes, Member, SchemaShapes, Shape, Shapes};
use super::typescript::model::Presence;
use crate::catalog::Oid;
use crate::letters;
use crate::sort::{has, insert, insert_pair, value};

const HEAD: &str =
    "// Printed by pgdry from the migrations. It needs serde with its feature `derive`, and serde_json.\n";

/// Prints the modules.
pub fn print(shapes: &Shapes) -> String {
    let mut printer = Printer { shapes, names: Vec::new(), modules: Vec::new(), module: 0, text: HEAD.to_string() };
    let mut modules = Names::default();
    let mut printed: Vec<(Names, &SchemaShapes)> = Vec::new();
    for (module, schema) in shapes.all().enumerate() {
        // These three stand in what is printed.
        let mut names = Names { taken: ["Option", "String", "Vec"].map(str::to_string).into() };
        for oid in &schema.enums {
            let name = names.free(camel(&shapes.enum_(*oid).1));
            insert_pair(&mut printer.names, *oid, (module, name));
        }
        for relation in schema.relations() {
            let name = names.free(camel(&relation.name));
            insert_pair(&mut printer.names, relation.oid, (module, name));
        }
        printer.modules.push(raw(&modules.free(snake(&schema.name))));
        printed.push((names, schema));
    }
    for (module, (names, schema)) in printed.into_iter().enumerate() {
        printer.module = module;
        printer.schema(schema, names);
    }
    printer.text
}

struct Printer<'a> {
    shapes: &'a Shapes<'a>,
    /// Of enums and rows: the module, and the name in it.
    names: Vec<(Oid, (usize, String))>,
    /// Their names.
    modules: Vec<String>,
    /// The one that is being printed.
    module: usize,
    text: String,
}

impl Printer<'_> {
    fn schema(&mut self, schema: &SchemaShapes, mut names: Names) {
        let module = self.modules.get(self.module).map_or("", |name| name);
        self.text += &format!("\npub mod {module} {{\n");
        let start = self.text.len();
        for oid in &schema.enums {
            self.enum_(*oid);
        }
        for relation in schema.relations() {
            let Some((_, name)) = value(&self.names, &relation.oid).cloned() else { continue };
            let of = format!("{}.{}", schema.name, relation.name);
            self.object(&name, &format!("A row of `{of}`."), &relation.row, false);
            for (suffix, verb, members) in
                [("Insert", "inserts into", &relation.insert), ("Update", "updates of", &relation.update)]
            {
                if let Some(members) = members {
                    let name = names.free(format!("{name}{suffix}"));
                    self.object(&name, &format!("What one {verb} `{of}`."), members, true);
                }
            }
        }
        for function in &schema.functions {
            self.function(&schema.name, function, &mut names);
        }
        // The first item stands below the brace, not below a blank line.
        if self.text.len() > start {
            self.text.remove(start);
        }
        self.text.push_str("}\n");
    }

    /// `derives` besides those that everything has.
    fn item(&mut self, doc: &str, derives: &str) {
        self.text += &format!(
            "\n    /// {}\n    #[derive(Clone, Debug, PartialEq, {derives}serde::Serialize, serde::Deserialize)]\n",
            line(doc)
        );
    }

    fn enum_(&mut self, oid: Oid) {
        let Some((_, name)) = value(&self.names, &oid).cloned() else { return };
        let (schema, enum_name, labels) = self.shapes.enum_(oid);
        self.item(&format!("The enum `{schema}.{enum_name}`."), "Copy, Eq, Hash, PartialOrd, Ord, ");
        self.text += &format!("    pub enum {name} {{\n");
        let mut variants = Names::default();
        for label in labels {
            let variant = variants.free(camel(&label));
            if variant != label {
                self.text += &format!("        #[serde(rename = {})]\n", literal(&label));
            }
            self.text += &format!("        {variant},\n");
        }
        self.text.push_str("    }\n");
    }

    fn object(&mut self, name: &str, doc: &str, members: &[Member], is_written: bool) {
        let has_default = |m: &Member| match m.presence {
            Presence::Required => m.nullable || !matches!(m.shape, Shape::Enum(_) | Shape::Row(_)),
            _ => true,
        };
        let default = is_written && members.iter().all(has_default);
        self.item(doc, if default { "Default, " } else { "" });
        let mut members = members.iter().filter(|m| m.presence != Presence::Never).peekable();
        if members.peek().is_none() {
            self.text += &format!("    pub struct {name} {{}}\n");
            return;
        }
        self.text += &format!("    pub struct {name} {{\n");
        let mut fields = Names::default();
        for member in members {
            let field = fields.free(snake(&member.name));
            let is_optional = member.presence == Presence::Optional;
            let rename =
                if field == member.name { String::new() } else { format!("rename = {}", literal(&member.name)) };
            let skip = if is_optional { "skip_serializing_if = \"Option::is_none\"" } else { "" };
            let between = if rename.is_empty() || skip.is_empty() { "" } else { ", " };
            if !(rename.is_empty() && skip.is_empty()) {
                self.text += &format!("        #[serde({rename}{between}{skip})]\n");
            }
            let ty = self.ty(&member.shape, member.nullable);
            let ty = if is_optional && !ty.starts_with("Option<") { format!("Option<{ty}>") } else { ty };
            self.text += &format!("        pub {}: {ty},\n", raw(&field));
        }
        self.text.push_str("    }\n");
    }

    fn function(&mut self, schema: &str, function: &FunctionShapes, names: &mut Names) {
        let base = camel(&function.name);
        for overload in &function.overloads {
            let args = names.free(format!("{base}Args"));
            let of = format!("{schema}.{}", function.name);
            self.object(&args, &format!("The arguments of `{of}`."), &overload.args, true);
            let mut ty = match &overload.returns {
                Shape::Object(members) => {
                    let row = names.free(format!("{base}Row"));
                    self.object(&row, &format!("A row that `{of}` returns."), members, false);
                    optional(row, overload.nullable)
                }
                shape => self.ty(shape, overload.nullable),
            };
            if overload.is_set {
                ty = format!("Vec<{ty}>");
            }
            let name = names.free(format!("{base}Returns"));
            self.text += &format!("\n    /// What `{}` returns.\n    pub type {name} = {ty};\n", line(&of));
        }
    }

    fn ty(&self, shape: &Shape, nullable: bool) -> String {
        let word = match shape {
            Shape::Bool => "bool",
            Shape::Int16 => "i16",
            Shape::Int32 => "i32",
            Shape::Int64 => "i64",
            Shape::Float32 => "f32",
            Shape::Float64 | Shape::Numeric => "f64",
            Shape::Text => "String",
            Shape::Json => "serde_json::Value",
            // These hold null themselves.
            Shape::Void => return "()".to_string(),
            Shape::Unknown | Shape::Object(_) => return "serde_json::Value".to_string(),
            Shape::Record => "serde_json::Map<String, serde_json::Value>",
            Shape::Array(element) => {
                let element = self.ty(element, **element != Shape::Json);
                return optional(format!("Vec<{element}>"), nullable);
            }
            Shape::Enum(oid) | Shape::Row(oid) => return optional(self.path(*oid), nullable),
        };
        optional(word.to_string(), nullable)
    }

    fn path(&self, oid: Oid) -> String {
        match value(&self.names, &oid) {
            Some((module, name)) if *module == self.module => name.clone(),
            Some((module, name)) => format!("super::{}::{name}", self.modules.get(*module).map_or("", |m| m)),
            None => "serde_json::Value".to_string(),
        }
    }
}

fn optional(ty: String, optional: bool) -> String {
    if optional { format!("Option<{ty}>") } else { ty }
}

/// Text of one line, for a comment.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A string constant of Rust.
fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            _ => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// The names that are taken in one place.
#[derive(Default)]
struct Names {
    taken: Vec<String>,
}

impl Names {
    /// The name, with a number after it if it is taken.
    fn free(&mut self, name: String) -> String {
        let numbered = (2..).map(|number: u32| format!("{name}{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !has(&self.taken, name));
        let free = free.unwrap_or(name); // there are more numbers than names
        insert(&mut self.taken, free.clone());
        free
    }
}

/// The words of a name: what stands between other characters than letters and digits, and between a small and a capital letter.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for (place, char) in chars.iter().enumerate() {
        let next_is_small = chars.get(place + 1).is_some_and(|next| is_small(*next));
        let begins = is_capital(*char) && (!is_capital(before) || next_is_small);
        if is_of_word(*char) {
            let small = letters::lower(&char.to_string());
            match words.last_mut() {
                Some(word) if is_of_word(before) && !begins => word.push_str(&small),
                _ => words.push(small),
            }
        }
        before = *char;
    }
    words
}

fn is_capital(char: char) -> bool {
    if char.is_ascii() { char.is_ascii_uppercase() } else { letters::lower(&char.to_string()) != char.to_string() }
}

fn is_small(char: char) -> bool {
    if char.is_ascii() { char.is_ascii_lowercase() } else { letters::upper(&char.to_string()) != char.to_string() }
}

/// Letters beyond ASCII that may stand anywhere in an identifier, of the scripts where every letter may.
pub fn is_foreign_letter(char: char) -> bool {
    let of_script = matches!(char, 'À'..='ɏ' | 'Α'..='ԯ' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' | '가'..='힣');
    of_script && !matches!(char, '×' | '÷' | '\u{3a2}' | '϶' | '\u{482}'..='\u{489}')
}

fn is_of_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || is_foreign_letter(char)
}

fn identifier(name: String) -> String {
    match name.chars().next() {
        None => "unnamed".to_string(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        // Not even raw identifiers.
        _ if matches!(&*name, "self" | "super" | "crate" | "Self") => name + "_",
        _ => name,
    }
}

fn snake(name: &str) -> String {
    identifier(words(name).join("_"))
}

fn camel(name: &str) -> String {
    let capitalised = words(name).into_iter().map(|word| {
        let mut chars = word.chars();
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
    });
    match identifier(capitalised.collect()) {
        name if name == "unnamed" => "Unnamed".to_string(),
        name => name,
    }
}

/// Keywords of any edition that may stand for a name when they are raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

fn raw(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        for (name, field, ty) in [
            ("created_at", "created_at", "CreatedAt"),
            ("userId", "user_id", "UserId"),
            ("HTTPServer2", "http_server2", "HttpServer2"),
            ("My  table-1", "my_table_1", "MyTable1"),
            ("2fa", "_2fa", "_2fa"),
            ("type", "r#type", "Type"),
            ("self", "self_", "Self_"),
            ("préférences", "préférences", "Préférences"),
            ("straße ½ 名前", "straße_名前", "Straße名前"),
            ("+", "unnamed", "Unnamed"),
            ("", "unnamed", "Unnamed"),
        ] {
            assert_eq!((raw(&snake(name)), camel(name)), (field.to_string(), ty.to_string()), "{name}");
        }
    }

    #[test]
    fn foreign_letters_are_letters() {
        for char in '\u{80}'..='\u{ffff}' {
            assert!(!super::is_foreign_letter(char) || char.is_alphabetic(), "{char:?}");
        }
    }

    #[test]
    fn taken_names_get_a_number() {
        let mut names = Names::default();
        let given: Vec<String> = ["a", "a2", "a", "a"].map(|name| names.free(name.to_string())).into();
        assert_eq!(given, ["a", "a2", "a3", "a4"]);
    }
}
