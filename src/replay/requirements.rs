//! What the statements that are known by kind and name require: the functions that they name, the options that they take.

use super::error::state;
use super::operator::exact_function;
use super::{Replayed, SqlError, Stop};
use crate::catalog::{Catalog, Class, DependencyKind, ObjectAddress, Oid, TypeRef, oids};
use crate::source::Span;
use crate::syntax::ast::{CreateExtension, DefinitionItem, Name, ObjectKind, Other, QualifiedName};

const TEXT_ARRAY: Oid = Oid(1009);
const CSTRING: Oid = Oid(2275);
const TSQUERY: Oid = Oid(3615);
const INTERNAL: Oid = oids::INTERNAL;

/// The parameters and the result of a function in a part; the result does not matter where it is invalid.
fn signature(tag: &str, part: &str) -> (&'static [Oid], Oid) {
    match (tag, part) {
        ("CREATE FOREIGN DATA WRAPPER", "handler") => (&[], Oid(3115)),
        ("CREATE FOREIGN DATA WRAPPER", _) => (&[TEXT_ARRAY, oids::OID], Oid::INVALID),
        ("CREATE LANGUAGE", "handler") => (&[], Oid(2280)),
        ("CREATE LANGUAGE", "inline") => (&[INTERNAL], Oid::INVALID),
        ("CREATE LANGUAGE", _) => (&[oids::OID], Oid::INVALID),
        ("CREATE ACCESS METHOD", "index") => (&[INTERNAL], Oid(325)),
        ("CREATE ACCESS METHOD", _) => (&[INTERNAL], Oid(269)),
        ("CREATE CONVERSION", _) => (&[oids::INT4, oids::INT4, CSTRING, INTERNAL, oids::INT4, oids::BOOL], oids::INT4),
        ("CREATE TEXT SEARCH PARSER", "start") => (&[INTERNAL, oids::INT4], INTERNAL),
        ("CREATE TEXT SEARCH PARSER", "gettoken") => (&[INTERNAL, INTERNAL, INTERNAL], INTERNAL),
        ("CREATE TEXT SEARCH PARSER", "end") => (&[INTERNAL], oids::VOID),
        ("CREATE TEXT SEARCH PARSER", "headline") => (&[INTERNAL, INTERNAL, TSQUERY], INTERNAL),
        ("CREATE TEXT SEARCH PARSER", _) => (&[INTERNAL], INTERNAL),
        ("CREATE TEXT SEARCH TEMPLATE", "init") => (&[INTERNAL], INTERNAL),
        ("CREATE TEXT SEARCH TEMPLATE", _) => (&[INTERNAL; 4], INTERNAL),
        _ => (&[], Oid::INVALID),
    }
}

/// Checks what the statement requires, and says what its object then depends on.
pub(super) fn check(cat: &mut Catalog, stmt: &Other, span: Span) -> Replayed<Vec<ObjectAddress>> {
    let mut needed = Vec::new();
    match stmt.tag {
        "CREATE COLLATION" => collation(cat, stmt, span)?,
        "CREATE LANGUAGE" if stmt.functions.is_empty() => {
            let Some(name) = &stmt.name else { return Ok(needed) };
            let extension = CreateExtension {
                name: name.name.clone(),
                if_not_exists: stmt.or_replace,
                schema: None,
                version: None,
                cascade: false,
            };
            super::extension::create_extension(cat, &extension)?;
        }
        "CREATE TEXT SEARCH CONFIGURATION" => configuration(cat, stmt, span)?,
        "CREATE TEXT SEARCH DICTIONARY" => {
            let Some(template) = option(stmt, "template") else {
                return Err(invalid(span, "text search template is required".into()));
            };
            search_object(cat, ObjectKind::TextSearchTemplate, template)?;
        }
        _ => {}
    }
    distinct_options(stmt)?;
    for (part, name) in functions(stmt)? {
        let (args, result) = signature(stmt.tag, &part);
        let function = match exact_function(cat, &name, args) {
            // The server's own handlers and conversions are not in its table of functions here.
            Err(_) if name.name.ends_with("handler") || name.name.contains("_to_") => continue,
            function => function?,
        };
        if result.is_valid() && function.returns.oid != result {
            let wanted = cat.format_type(TypeRef::plain(result));
            let message = format!("function {name} must return type {wanted}");
            let sqlstate = if stmt.tag.starts_with("CREATE TEXT") {
                state::INVALID_OBJECT_DEFINITION
            } else {
                state::WRONG_OBJECT_TYPE
            };
            return Err(SqlError::new(sqlstate, name.span(), message).into());
        }
        needed.push(ObjectAddress::new(Class::Function, function.oid));
    }
    match required(stmt.tag).iter().find(|part| option(stmt, part).is_none()) {
        Some(part) => {
            let noun = if *part == "lexize" { "template" } else { "parser" };
            Err(invalid(span, format!("text search {noun} {part} method is required")))
        }
        None => Ok(needed),
    }
}

/// Records them for the object that the statement has made.
pub(super) fn depend(cat: &mut Catalog, made: ObjectAddress, needed: &[ObjectAddress]) {
    for referenced in needed.iter().filter(|a| a.oid >= Oid::FIRST_USER) {
        cat.depend(made, *referenced, DependencyKind::Normal);
    }
}

/// The options without which a text search parser or template is none.
fn required(tag: &str) -> &'static [&'static str] {
    match tag {
        "CREATE TEXT SEARCH PARSER" => &["start", "gettoken", "end", "lextypes"],
        "CREATE TEXT SEARCH TEMPLATE" => &["lexize"],
        _ => &[],
    }
}

/// The functions that the statement names, in a clause or as options.
fn functions(stmt: &Other) -> Replayed<Vec<(String, QualifiedName)>> {
    let (noun, known): (_, &[&str]) = match stmt.tag {
        "CREATE TEXT SEARCH PARSER" => ("parser", &["start", "gettoken", "end", "headline", "lextypes"]),
        "CREATE TEXT SEARCH TEMPLATE" => ("template", &["init", "lexize"]),
        _ => return Ok(stmt.functions.iter().map(|(part, name)| ((*part).to_string(), name.clone())).collect()),
    };
    let mut found = Vec::new();
    for item in &stmt.options {
        if !known.contains(&&*item.name.text) {
            let message = format!("text search {noun} parameter \"{}\" not recognized", item.name);
            return Err(SqlError::new(state::SYNTAX_ERROR, item.name.span, message).into());
        }
        found.extend(item.ty.as_ref().map(|ty| (item.name.text.to_string(), ty.name.clone())));
    }
    Ok(found)
}

/// OPTIONS names each once (42710).
fn distinct_options(stmt: &Other) -> Replayed<()> {
    if !matches!(stmt.tag, "CREATE FOREIGN DATA WRAPPER" | "CREATE SERVER" | "CREATE USER MAPPING") {
        return Ok(());
    }
    for (place, item) in stmt.options.iter().enumerate() {
        if stmt.options.iter().take(place).any(|other| other.name == item.name) {
            let message = format!("option \"{}\" provided more than once", item.name);
            return Err(SqlError::new(state::DUPLICATE_OBJECT, item.name.span, message).into());
        }
    }
    Ok(())
}

fn option<'a>(stmt: &'a Other, name: &str) -> Option<&'a DefinitionItem> {
    stmt.options.iter().find(|o| &*o.name.text == name)
}

fn invalid(span: Span, message: String) -> Stop {
    SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message).into()
}

/// DefineCollation.
fn collation(cat: &Catalog, stmt: &Other, span: Span) -> Replayed<()> {
    if let Some(from) = &stmt.from {
        return cat.must_find_collation(from);
    }
    let known = ["from", "locale", "lc_collate", "lc_ctype", "provider", "deterministic", "rules", "version"];
    for (place, item) in stmt.options.iter().enumerate() {
        let refuse = |message: String| Err(SqlError::new(state::SYNTAX_ERROR, item.name.span, message).into());
        if !known.contains(&&*item.name.text) {
            return refuse(format!("collation attribute \"{}\" not recognized", item.name));
        }
        if stmt.options.iter().take(place).any(|other| other.name == item.name) {
            return refuse("conflicting or redundant options".into());
        }
    }
    let has = |name: &str| option(stmt, name).is_some();
    if (has("locale") && (has("lc_collate") || has("lc_ctype"))) || (has("from") && stmt.options.len() > 1) {
        return Err(SqlError::new(state::SYNTAX_ERROR, span, "conflicting or redundant options").into());
    }
    if let Some(from) = option(stmt, "from").and_then(|o| o.ty.as_ref()) {
        return cat.must_find_collation(&from.name);
    }
    let value = |name: &str| option(stmt, name).and_then(|o| o.value.as_ref());
    let provider = value("provider").map_or("libc".into(), |p| p.text.to_ascii_lowercase());
    match &*provider {
        "libc" => {
            for name in ["lc_collate", "lc_ctype"] {
                if !has(name) && !has("locale") {
                    return Err(invalid(span, format!("parameter \"{name}\" must be specified")));
                }
            }
        }
        "icu" | "builtin" if !has("locale") => {
            return Err(invalid(span, "parameter \"locale\" must be specified".into()));
        }
        "icu" | "builtin" => {}
        _ => return Err(invalid(span, format!("unrecognized collation provider: {provider}"))),
    }
    let deterministic = value("deterministic").is_none_or(|v| !matches!(&*v.text, "false" | "off" | "0" | "no"));
    if !deterministic && provider != "icu" {
        let message = "nondeterministic collations not supported with this provider";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
    }
    if has("rules") && provider != "icu" {
        return Err(invalid(span, "ICU rules cannot be specified unless locale provider is ICU".into()));
    }
    Ok(())
}

/// DefineTSConfiguration.
fn configuration(cat: &Catalog, stmt: &Other, span: Span) -> Replayed<()> {
    for item in &stmt.options {
        if !matches!(&*item.name.text, "parser" | "copy") {
            let message = format!("text search configuration parameter \"{}\" not recognized", item.name);
            return Err(SqlError::new(state::SYNTAX_ERROR, item.name.span, message).into());
        }
    }
    match (option(stmt, "parser"), option(stmt, "copy")) {
        (Some(_), Some(_)) => {
            Err(SqlError::new(state::SYNTAX_ERROR, span, "cannot specify both PARSER and COPY options").into())
        }
        (Some(parser), None) => search_object(cat, ObjectKind::TextSearchParser, parser),
        (None, Some(copy)) => search_object(cat, ObjectKind::TextSearchConfiguration, copy),
        (None, None) => Err(invalid(span, "text search parser is required".into())),
    }
}

/// A text search object that an option names (42704).
fn search_object(cat: &Catalog, kind: ObjectKind, option: &DefinitionItem) -> Replayed<()> {
    let name = match (&option.ty, &option.value) {
        (Some(ty), _) => ty.name.clone(),
        (None, Some(value)) => QualifiedName { database: None, schema: None, name: Name::clone(value), only: false },
        (None, None) => return Ok(()),
    };
    cat.must_find_in_schemas(kind, &name)
}
