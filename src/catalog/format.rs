//! Types as text, as `format_type` prints them.

use super::{Catalog, Definition, Function, FunctionArgument, Oid, TypeKind, TypeRef, geometry, oids};
use crate::syntax::ast::ArgMode;
use crate::syntax::{Category, Keyword};

impl Catalog {
    /// The type as PostgreSQL prints it in messages: SQL spelling, modifier, and a schema only where the search path does not find it.
    pub fn format_type(&self, ty: TypeRef) -> String {
        let Some(entry) = self.type_(ty.oid) else { return "???".to_string() };
        if let TypeKind::Array(element) = entry.kind
            && element.is_valid()
        {
            return format!("{}[]", self.format_type(TypeRef { oid: element, modifier: ty.modifier }));
        }
        if let Some(name) = builtin(ty.oid, ty.modifier) {
            return name;
        }
        let modifier = match &*entry.name {
            _ if ty.modifier < 0 || ty.oid < Oid::FIRST_USER => String::new(),
            "geometry" | "geography" => geometry::format(ty.modifier),
            _ => format!("({})", ty.modifier),
        };
        let name = match ty.oid < Oid::FIRST_USER {
            true => quote_identifier(&entry.name),
            false => sql_identifier(&entry.name),
        };
        let name = name + &modifier;
        if self.type_is_visible(ty.oid) {
            return name;
        }
        match self.schema(entry.schema) {
            Some(schema) => format!("{}.{name}", quote_identifier(&schema.name)),
            None => name,
        }
    }

    /// The arguments as pg_get_function_arguments prints them, columns of RETURNS TABLE left out.
    pub fn function_arguments(&self, function: &Function) -> String {
        self.arguments(function, |a| match a.has_default {
            true => format!(" DEFAULT {}", self.default_text(&a.default, a.ty)),
            false => String::new(),
        })
    }

    /// A default as pg_get_expr prints it, as near as the text that was written comes to it: constants have their type.
    pub fn default_text(&self, definition: &Definition, ty: TypeRef) -> String {
        let text = definition.print_as_seen(self);
        let text = text.trim();
        let inner = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\''));
        if inner.is_some_and(|inner| !inner.replace("''", "").contains(['\'', '\\'])) {
            return format!("{text}::{}", self.base_type_name(ty));
        }
        match &*text.to_ascii_lowercase() {
            "null" => return format!("NULL::{}", self.base_type_name(ty)),
            word @ ("true" | "false") => return word.to_string(),
            _ => {}
        }
        let digits = text.strip_prefix('-').filter(|d| d.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        match digits {
            Some(digits) if digits.parse::<i32>().is_ok() => format!("'{text}'::integer"),
            Some(digits) if digits.parse::<i64>().is_ok() => format!("'{text}'::bigint"),
            Some(digits) if crate::number::parse(digits).is_some() => format!("'{text}'::numeric"),
            _ => text.to_string(),
        }
    }

    /// The type that a constant has where the type is wanted: a domain's base.
    fn base_type_name(&self, ty: TypeRef) -> String {
        match self.type_(ty.oid).map(|t| &t.kind) {
            Some(TypeKind::Domain(domain)) => self.format_type(TypeRef::plain(domain.base.oid)),
            _ => self.format_type(TypeRef::plain(ty.oid)),
        }
    }

    /// The arguments as pg_get_function_identity_arguments prints them.
    pub fn function_identity_arguments(&self, function: &Function) -> String {
        self.arguments(function, |_| String::new())
    }

    fn arguments(&self, function: &Function, default: impl Fn(&FunctionArgument) -> String) -> String {
        let shown = |a: &FunctionArgument| {
            let mode = match a.mode {
                ArgMode::In if function.is_procedure() => "IN ",
                ArgMode::In | ArgMode::Table => "",
                ArgMode::Out => "OUT ",
                ArgMode::InOut => "INOUT ",
                ArgMode::Variadic => "VARIADIC ",
            };
            format!("{mode}{}{}", self.named_type(a), default(a))
        };
        function.args.iter().filter(|a| a.mode != ArgMode::Table).map(shown).collect::<Vec<_>>().join(", ")
    }

    /// What it returns, as pg_get_function_result prints it.
    pub fn function_result(&self, function: &Function) -> String {
        if function.returns_table {
            let columns = function.args.iter().filter(|a| a.mode == ArgMode::Table).map(|a| self.named_type(a));
            return format!("TABLE({})", columns.collect::<Vec<_>>().join(", "));
        }
        let set = if function.returns_set { "SETOF " } else { "" };
        format!("{set}{}", self.format_type(TypeRef::plain(function.returns.oid)))
    }

    fn named_type(&self, argument: &FunctionArgument) -> String {
        let ty = self.format_type(TypeRef::plain(argument.ty.oid));
        match argument.name.as_ref().filter(|name| !name.is_empty()) {
            Some(name) => format!("{} {ty}", sql_identifier(name)),
            None => ty,
        }
    }

    fn type_is_visible(&self, oid: Oid) -> bool {
        let Some(entry) = self.type_(oid) else { return false };
        self.active_search_path()
            .into_iter()
            .find_map(|schema| self.type_named(schema, &entry.name))
            .is_some_and(|found| found.oid == oid)
    }
}

/// The SQL spelling of a built-in type (format_type_extended's cases).
fn builtin(oid: Oid, modifier: i32) -> Option<String> {
    let length = |name: &str| if modifier >= 4 { format!("{name}({})", modifier - 4) } else { name.to_string() };
    let bits = |name: &str| if modifier >= 0 { format!("{name}({modifier})") } else { name.to_string() };
    let precision = |name: &str, zone: &str| {
        if modifier >= 0 { format!("{name}({modifier}) {zone} time zone") } else { format!("{name} {zone} time zone") }
    };
    Some(match oid {
        oids::ANY => "\"any\"".into(),
        oids::BOOL => "boolean".into(),
        oids::CHAR => "\"char\"".into(),
        oids::BPCHAR if modifier >= 4 => length("character"),
        oids::VARCHAR => length("character varying"),
        oids::INT2 => "smallint".into(),
        oids::INT4 => "integer".into(),
        oids::INT8 => "bigint".into(),
        oids::FLOAT4 => "real".into(),
        oids::FLOAT8 => "double precision".into(),
        oids::NUMERIC if modifier >= 4 => {
            let scale = ((modifier - 4) & 0x7ff) ^ 1024;
            format!("numeric({},{})", ((modifier - 4) >> 16) & 0xffff, scale - 1024)
        }
        oids::INTERVAL if modifier >= 0 => interval(modifier),
        oids::BIT => bits("bit"),
        oids::VARBIT => bits("bit varying"),
        oids::TIME => precision("time", "without"),
        oids::TIMETZ => precision("time", "with"),
        oids::TIMESTAMP => precision("timestamp", "without"),
        oids::TIMESTAMPTZ => precision("timestamp", "with"),
        _ => return None,
    })
}

/// `interval day to second(3)` (intervaltypmodout).
fn interval(modifier: i32) -> String {
    const FIELDS: [(i32, &str); 14] = [
        (1 << 2, " year"),
        (1 << 1, " month"),
        (1 << 3, " day"),
        (1 << 10, " hour"),
        (1 << 11, " minute"),
        (1 << 12, " second"),
        (0b110, " year to month"),
        (1 << 3 | 1 << 10, " day to hour"),
        (1 << 3 | 0b11 << 10, " day to minute"),
        (1 << 3 | 0b111 << 10, " day to second"),
        (0b11 << 10, " hour to minute"),
        (0b111 << 10, " hour to second"),
        (0b110 << 10, " minute to second"),
        (0x7fff, ""),
    ];
    let fields = FIELDS.iter().find(|(mask, _)| *mask == modifier >> 16).map_or("", |(_, words)| words);
    match modifier & 0xffff {
        0xffff => format!("interval{fields}"),
        precision => format!("interval{fields}({precision})"),
    }
}

/// The identifier, in double quotes where it needs them (not counting keywords, as messages print names).
pub fn quote_identifier(name: &str) -> String {
    let plain = name.bytes().enumerate().all(|(i, b)| match b {
        b'a'..=b'z' | b'_' => true,
        b'0'..=b'9' => i > 0,
        _ => false,
    });
    if plain && !name.is_empty() { name.to_string() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A string constant.
pub fn quote_literal(text: &str) -> String {
    let prefix = if text.contains('\\') { "E" } else { "" };
    format!("{prefix}'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// The identifier as SQL text: in double quotes where it would fold, or is a keyword that may not stand for a name.
pub fn sql_identifier(name: &str) -> String {
    let usable = Keyword::find(name).is_none_or(|k| k.category() == Category::Unreserved);
    if usable { quote_identifier(name) } else { format!("\"{name}\"") }
}
