//! A function as the statement that makes it (pg_get_functiondef).

use super::base::split_search_path;
use super::{Catalog, Function, FunctionKind, quote_literal, sql_identifier};
use crate::number;
use crate::syntax::ast::{FunctionBody, Volatility};
use std::fmt::Write;

impl Catalog {
    /// The statement, laid out as pg_get_functiondef does; `body` is the source of one in a string.
    pub fn function_definition(&self, function: &Function, body: &str) -> String {
        let word = if function.is_procedure() { "PROCEDURE" } else { "FUNCTION" };
        let schema = self.schema(function.schema).map(|s| sql_identifier(&s.name)).unwrap_or_default();
        let options = function_options(function);
        let mut sql = format!(
            "CREATE OR REPLACE {word} {schema}.{}({})\n",
            sql_identifier(&function.name),
            self.function_arguments(function)
        );
        if !function.is_procedure() {
            let _ = writeln!(sql, " RETURNS {}", self.function_result(function));
        }
        let _ = writeln!(sql, " LANGUAGE {}", sql_identifier(&function.language));
        if !options.is_empty() {
            let _ = writeln!(sql, "{options}");
        }
        for (name, value) in &function.settings {
            let _ = writeln!(sql, " {}", setting(name, value));
        }
        let atomic = function.body_definition.print_as_seen(self);
        sql + &match function.body.as_deref() {
            Some(FunctionBody::Return(_)) => format!("RETURN {atomic}\n"),
            Some(FunctionBody::Atomic(_)) => format!("BEGIN ATOMIC\n{atomic}\nEND\n"),
            Some(FunctionBody::External(file, _)) => format!("AS '{}', $function${body}$function$\n", file.text),
            _ => {
                let mut tag = format!("${}", word.to_ascii_lowercase());
                while body.contains(&tag) {
                    tag.push('x');
                }
                format!("AS {tag}${body}{tag}$\n")
            }
        }
    }
}

/// What stands on one line between a function's language and its settings.
pub fn function_options(function: &Function) -> String {
    let mut sql = String::new();
    for (on, words) in [
        (function.kind == FunctionKind::Window, " WINDOW"),
        (function.volatility == Volatility::Immutable, " IMMUTABLE"),
        (function.volatility == Volatility::Stable, " STABLE"),
        (function.parallel == 's', " PARALLEL SAFE"),
        (function.parallel == 'r', " PARALLEL RESTRICTED"),
        (function.strict, " STRICT"),
        (function.security_definer, " SECURITY DEFINER"),
        (function.leakproof, " LEAKPROOF"),
    ] {
        if on {
            sql.push_str(words);
        }
    }
    if let Some(cost) = function.cost.map(number::shown) {
        let _ = write!(sql, " COST {cost}");
    }
    if let Some(rows) = function.rows.map(number::shown) {
        let _ = write!(sql, " ROWS {rows}");
    }
    sql
}

/// `SET name TO value`, as stored in proconfig or setconfig.
pub fn setting(name: &str, value: &str) -> String {
    let value = match name {
        "search_path" | "temp_tablespaces" | "session_preload_libraries" | "local_preload_libraries" => {
            let schemas: Vec<String> = split_search_path(value).iter().map(|s| quote_literal(s)).collect();
            if schemas.is_empty() { "''".to_string() } else { schemas.join(", ") }
        }
        _ => quote_literal(value),
    };
    format!("SET {} TO {value}", if name.contains('.') { name.to_string() } else { sql_identifier(name) })
}
