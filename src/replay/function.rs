//! CREATE FUNCTION, CREATE PROCEDURE, ALTER FUNCTION.

mod body;
mod names;

pub use names::missing_names;

use super::error::state;
use super::types::depend_on_type;
use super::{Change, Effects, Replayed, SqlError, Stop, expr, privileges};
use crate::catalog::{
    Catalog, Class, Definition, DependencyKind, Function, FunctionArgument, FunctionKind, ObjectAddress, Oid, TypeKind,
    TypeRef, oids,
};
use crate::source::Span;
use crate::syntax::ast::{
    AlterFunction, ArgMode, CreateFunction, ExprKind, FunctionArg, FunctionBody, FunctionOption, FunctionOptionKind,
    Name, ObjectKind, SettingChange, SettingValue, Symbol, TypeName, Volatility,
};

pub(super) fn create_function(cat: &mut Catalog, stmt: &CreateFunction) -> Replayed<Effects> {
    let schema = cat.creation_place(&stmt.name)?;
    let options = Options::read(stmt)?;
    let language = resolve_language(cat, &options, stmt)?;
    check_body(stmt, &language)?;
    let args = arguments(cat, stmt)?;
    let returns = return_type(cat, stmt, &args, &language)?;
    check_polymorphic(cat, stmt, &args, returns)?;

    let name = &stmt.name.name;
    cat.must_be_known(name)?;
    let input: Vec<Oid> = args.iter().filter(|a| is_input(a.mode)).map(|a| a.ty.oid).collect();
    let existing = cat.functions_named(schema, name).find(|f| f.has_input_types(&input)).cloned();
    if let Some(old) = &existing {
        check_replacement(cat, stmt, old, &args, returns)?;
    }
    let owner = cat.session.current_role;
    let mut function = Function {
        oid: existing.as_ref().map_or(Oid::INVALID, |f| f.oid),
        schema,
        name: name.text.clone(),
        kind: match (stmt.procedure, options.window) {
            (true, _) => FunctionKind::Procedure,
            (false, true) => FunctionKind::Window,
            _ => FunctionKind::Function,
        },
        args,
        returns: TypeRef::plain(returns.oid),
        returns_set: stmt.returns_table || stmt.returns.as_ref().is_some_and(|t| t.setof),
        returns_table: stmt.returns_table,
        language: language.text.clone(),
        volatility: options.volatility,
        strict: options.strict,
        security_definer: options.security_definer,
        leakproof: options.leakproof,
        parallel: options.parallel,
        rows: options.rows,
        cost: options.cost,
        settings: Vec::new(),
        body: Some(stmt.body.clone()),
        body_definition: Definition::default(),
        details_unknown: false,
        owner,
        acl: None,
        origin: cat.origin(),
    };
    for change in &options.settings {
        apply_setting(cat, &mut function.settings, change)?;
    }
    let references = read_defaults(cat, stmt, &mut function.args)?;
    let body_references = body::check(cat, stmt, &function)?;
    function.body_definition = body_references.definition(cat, body::span(&stmt.body));

    let types: Vec<Oid> = function.args.iter().map(|arg| arg.ty.oid).chain([returns.oid]).collect();
    let (oid, change) = match &existing {
        Some(old) => {
            function.owner = old.owner;
            function.acl = old.acl.clone();
            function.origin.created = old.origin.created;
            cat.drop_dependencies(old.oid, |d| d.kind != DependencyKind::Extension);
            if let Some(entry) = cat.function_mut(old.oid) {
                *entry = function;
            }
            (old.oid, Change::Replaced)
        }
        None => {
            function.oid = cat.new_oid();
            function.acl = privileges::initial_acl(cat, ObjectKind::Function, schema, owner);
            (cat.insert_function(function), Change::Created)
        }
    };
    let address = ObjectAddress::new(Class::Function, oid);
    for ty in types {
        depend_on_type(cat, address, ty);
    }
    references.depend(cat, address, DependencyKind::Normal);
    body_references.depend(cat, address, DependencyKind::Normal);
    Ok(Effects::of(Class::Function, oid, change))
}

fn is_input(mode: ArgMode) -> bool {
    matches!(mode, ArgMode::In | ArgMode::InOut | ArgMode::Variadic)
}

/// The options of CREATE FUNCTION, each at most once.
struct Options<'s> {
    language: Option<&'s Name>,
    volatility: Volatility,
    strict: bool,
    security_definer: bool,
    leakproof: bool,
    parallel: char,
    window: bool,
    rows: Option<f64>,
    cost: Option<f64>,
    settings: Vec<&'s SettingChange>,
}

impl<'s> Options<'s> {
    fn read(stmt: &'s CreateFunction) -> Replayed<Self> {
        let mut read = Self {
            language: None,
            volatility: Volatility::Volatile,
            strict: false,
            security_definer: false,
            leakproof: false,
            parallel: 'u',
            window: false,
            rows: None,
            cost: None,
            settings: Vec::new(),
        };
        let mut seen: Vec<std::mem::Discriminant<FunctionOptionKind>> = Vec::new();
        for option in &stmt.options {
            let kind = std::mem::discriminant(&option.kind);
            if !matches!(option.kind, FunctionOptionKind::Set(_)) {
                if seen.contains(&kind) {
                    return Err(redundant(option.span));
                }
                seen.push(kind);
            }
            if stmt.procedure && !fits_procedure(&option.kind) {
                return Err(SqlError::new(
                    state::INVALID_FUNCTION_DEFINITION,
                    option.span,
                    "invalid attribute in procedure definition",
                )
                .into());
            }
            match &option.kind {
                FunctionOptionKind::Language(name) => read.language = Some(name),
                FunctionOptionKind::Volatility(volatility) => read.volatility = *volatility,
                FunctionOptionKind::Strict(strict) => read.strict = *strict,
                FunctionOptionKind::SecurityDefiner(definer) => read.security_definer = *definer,
                FunctionOptionKind::Leakproof(leakproof) => read.leakproof = *leakproof,
                FunctionOptionKind::Parallel(name) => read.parallel = parallel(name)?,
                FunctionOptionKind::Cost(expr) => read.cost = Some(positive(expr, "COST")?),
                FunctionOptionKind::Rows(expr) => {
                    let rows = positive(expr, "ROWS")?;
                    if !stmt.returns_table && !stmt.returns.as_ref().is_some_and(|t| t.setof) {
                        return Err(rows_without_set(option.span));
                    }
                    read.rows = Some(rows);
                }
                FunctionOptionKind::Window => read.window = true,
                FunctionOptionKind::Set(change) => read.settings.push(change),
                FunctionOptionKind::Support(_) | FunctionOptionKind::Transform(_) | FunctionOptionKind::Reset(_) => {}
            }
        }
        Ok(read)
    }
}

fn redundant(span: Span) -> Stop {
    SqlError::new(state::SYNTAX_ERROR, span, "conflicting or redundant options").into()
}

fn rows_without_set(span: Span) -> Stop {
    let message = "ROWS is not applicable when function does not return a set";
    SqlError::new(state::INVALID_PARAMETER_VALUE, span, message).into()
}

fn fits_procedure(option: &FunctionOptionKind) -> bool {
    matches!(
        option,
        FunctionOptionKind::Language(_)
            | FunctionOptionKind::SecurityDefiner(_)
            | FunctionOptionKind::Set(_)
            | FunctionOptionKind::Reset(_)
            | FunctionOptionKind::Transform(_)
    )
}

fn parallel(name: &Name) -> Replayed<char> {
    match &*name.text {
        "safe" => Ok('s'),
        "unsafe" => Ok('u'),
        "restricted" => Ok('r'),
        _ => Err(SqlError::new(
            state::SYNTAX_ERROR,
            name.span,
            "parameter \"parallel\" must be SAFE, RESTRICTED, or UNSAFE",
        )
        .into()),
    }
}

fn positive(expr: &crate::syntax::ast::Expr, option: &str) -> Replayed<f64> {
    let number = match &expr.kind {
        ExprKind::Number(text) => crate::number::parse(text).unwrap_or(1.0),
        _ => -1.0,
    };
    if number > 0.0 {
        return Ok(number);
    }
    let message = format!("{option} must be positive");
    Err(SqlError::new(state::INVALID_PARAMETER_VALUE, expr.span, message).into())
}

fn resolve_language(cat: &Catalog, options: &Options, stmt: &CreateFunction) -> Replayed<Name> {
    let name = match (options.language, &*stmt.body) {
        (Some(name), _) => name.clone(),
        (None, FunctionBody::Return(_) | FunctionBody::Atomic(_)) => Name::new("sql", stmt.name.span()),
        (None, FunctionBody::Missing) => return Err(no_body(stmt)),
        (None, _) => {
            return Err(
                SqlError::new(state::INVALID_FUNCTION_DEFINITION, stmt.name.span(), "no language specified").into()
            );
        }
    };
    if matches!(*stmt.body, FunctionBody::Missing) {
        return Err(no_body(stmt));
    }
    let mut found = cat.resolve_other(ObjectKind::Language, Oid::INVALID, &name);
    if let Err(Stop::Refused(error)) = &mut found
        && crate::catalog::base::has_extension(&name)
    {
        error.hint = Some("Use CREATE EXTENSION to load the language into the database.".into());
    }
    found?;
    Ok(name)
}

fn no_body(stmt: &CreateFunction) -> Stop {
    SqlError::new(state::INVALID_FUNCTION_DEFINITION, stmt.name.span(), "no function body specified").into()
}

fn check_body(stmt: &CreateFunction, language: &Name) -> Replayed<()> {
    let refuse =
        |message: &str| Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, stmt.name.span(), message).into());
    match &*stmt.body {
        FunctionBody::Return(_) | FunctionBody::Atomic(_) if &*language.text != "sql" => {
            refuse("inline SQL function body only valid for language SQL")
        }
        FunctionBody::External(..) if &*language.text != "c" => {
            refuse(&format!("only one AS item needed for language \"{language}\""))
        }
        _ => Ok(()),
    }
}

/// The parameters (interpret_function_parameter_list).
fn arguments(cat: &Catalog, stmt: &CreateFunction) -> Replayed<Vec<FunctionArgument>> {
    let mut args: Vec<FunctionArgument> = Vec::with_capacity(stmt.args.len());
    let refuse = |span: Span, message: String| -> Stop {
        SqlError::new(state::INVALID_FUNCTION_DEFINITION, span, message).into()
    };
    let noun = if stmt.procedure { "procedures" } else { "functions" };
    let mut variadic = false;
    let mut defaults = false;
    for arg in &stmt.args {
        let ty = argument_type(cat, stmt, arg)?;
        if arg.ty.setof {
            return Err(refuse(arg.ty.span, format!("{noun} cannot accept set arguments")));
        }
        if is_input(arg.mode) {
            if variadic {
                return Err(refuse(arg.span, "VARIADIC parameter must be the last input parameter".into()));
            }
        } else if stmt.procedure && variadic {
            return Err(refuse(arg.span, "VARIADIC parameter must be the last parameter".into()));
        }
        if arg.mode == ArgMode::Variadic {
            variadic = true;
            let is_array = cat.type_(ty.oid).is_some_and(|t| {
                matches!(t.kind, TypeKind::Array(_))
                    || matches!(&*t.name, "any" | "anyarray" | "anycompatiblearray" | "int2vector" | "oidvector")
            });
            if !is_array {
                return Err(refuse(arg.span, "VARIADIC parameter must be an array".into()));
            }
        }
        if let Some(name) = &arg.name {
            // An input and an output parameter may share a name.
            let pure_input = |mode| matches!(mode, ArgMode::In | ArgMode::Variadic);
            let pure_output = |mode| matches!(mode, ArgMode::Out | ArgMode::Table);
            let clashes = |other: &FunctionArgument| {
                other.name.as_ref() == Some(&name.text)
                    && !(pure_input(arg.mode) && pure_output(other.mode))
                    && !(pure_output(arg.mode) && pure_input(other.mode))
            };
            if args.iter().any(clashes) {
                return Err(refuse(name.span, format!("parameter name \"{name}\" used more than once")));
            }
        }
        match &arg.default {
            Some(default) if !is_input(arg.mode) => {
                return Err(refuse(default.span, "only input parameters can have default values".into()));
            }
            Some(_) => defaults = true,
            None if defaults && is_input(arg.mode) => {
                return Err(refuse(
                    arg.span,
                    "input parameters after one with a default value must also have defaults".into(),
                ));
            }
            None if defaults && stmt.procedure => {
                return Err(refuse(
                    arg.span,
                    "procedure OUT parameters cannot appear after one with a default value".into(),
                ));
            }
            None => {}
        }
        args.push(FunctionArgument {
            name: arg.name.as_ref().map(|n| n.text.clone()),
            mode: arg.mode,
            ty: TypeRef::plain(ty.oid),
            has_default: arg.default.is_some(),
            default: Definition::default(),
        });
    }
    Ok(args)
}

fn argument_type(cat: &Catalog, stmt: &CreateFunction, arg: &FunctionArg) -> Replayed<TypeRef> {
    let Some(ty) = cat.find_type(&arg.ty)? else {
        // Unlike elsewhere the name stands without quotes.
        let mut error = cat.undefined_type(&arg.ty);
        error.message = format!("type {} does not exist", shown_type(&arg.ty));
        return Err(error.into());
    };
    let is_sql = stmt.options.iter().any(|o| matches!(&o.kind, FunctionOptionKind::Language(l) if &*l.text == "sql"));
    if is_sql && cat.type_(ty.oid).is_some_and(|t| matches!(t.kind, TypeKind::Shell)) {
        let message = format!("SQL function cannot accept shell type {}", shown_type(&arg.ty));
        return Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, arg.ty.span, message).into());
    }
    Ok(ty)
}

fn shown_type(ty: &TypeName) -> String {
    format!("{}{}", ty.name, if ty.array_dimensions > 0 { "[]" } else { "" })
}

/// The type that the OUT parameters make up, if there are any.
fn output_type(args: &[FunctionArgument]) -> Option<Oid> {
    let mut outputs = args.iter().filter(|a| matches!(a.mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table));
    let first = outputs.next()?;
    Some(if outputs.next().is_some() { oids::RECORD } else { first.ty.oid })
}

fn return_type(cat: &Catalog, stmt: &CreateFunction, args: &[FunctionArgument], language: &Name) -> Replayed<TypeRef> {
    let outputs = output_type(args);
    if stmt.procedure {
        // A procedure's outputs always make up a record.
        return Ok(TypeRef::plain(if outputs.is_some() { oids::RECORD } else { oids::VOID }));
    }
    if stmt.returns_table {
        return Ok(TypeRef::plain(outputs.unwrap_or(oids::RECORD)));
    }
    match (&stmt.returns, outputs) {
        (Some(written), outputs) => {
            let found = cat.find_type(written)?;
            let Some(found) = found else {
                if matches!(&*language.text, "c" | "internal") {
                    return Err(Stop::unknown("the function's type is made a shell type"));
                }
                return Err(cat.undefined_type(written).into());
            };
            if &*language.text == "sql" && cat.type_(found.oid).is_some_and(|t| matches!(t.kind, TypeKind::Shell)) {
                let message = format!("SQL function cannot return shell type {}", shown_type(written));
                return Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, written.span, message).into());
            }
            match outputs {
                Some(outputs) if outputs != found.oid => {
                    let shown = cat.format_type(TypeRef::plain(outputs));
                    let message = format!("function result type must be {shown} because of OUT parameters");
                    Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, written.span, message).into())
                }
                _ => Ok(found),
            }
        }
        (None, Some(outputs)) => Ok(TypeRef::plain(outputs)),
        (None, None) => Err(SqlError::new(
            state::INVALID_FUNCTION_DEFINITION,
            stmt.name.span(),
            "function result type must be specified",
        )
        .into()),
    }
}

/// A polymorphic result needs a polymorphic input (42P13).
fn check_polymorphic(
    cat: &Catalog,
    stmt: &CreateFunction,
    args: &[FunctionArgument],
    returns: TypeRef,
) -> Replayed<()> {
    let family = |oid: Oid| match cat.type_(oid).map(|t| &*t.name) {
        Some("anyelement" | "anyarray" | "anynonarray" | "anyenum" | "anyrange" | "anymultirange") => Some(false),
        Some(
            "anycompatible"
            | "anycompatiblearray"
            | "anycompatiblenonarray"
            | "anycompatiblerange"
            | "anycompatiblemultirange",
        ) => Some(true),
        _ => None,
    };
    let outputs = args.iter().filter(|a| !is_input(a.mode)).map(|a| a.ty.oid).chain([returns.oid]);
    for oid in outputs {
        let Some(wanted) = family(oid) else { continue };
        if !args.iter().any(|a| is_input(a.mode) && family(a.ty.oid) == Some(wanted)) {
            let shown = cat.format_type(TypeRef::plain(oid));
            let span = stmt.returns.as_ref().map_or(stmt.name.span(), |t| t.span);
            let of = match wanted {
                false => "anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange",
                true => {
                    "anycompatible, anycompatiblearray, anycompatiblenonarray, anycompatiblerange, or anycompatiblemultirange"
                }
            };
            return Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, span, "cannot determine result data type")
                .detail(format!("A result of type {shown} requires at least one input of type {of}."))
                .into());
        }
    }
    Ok(())
}

/// What CREATE OR REPLACE may not change (ProcedureCreate).
fn check_replacement(
    cat: &Catalog,
    stmt: &CreateFunction,
    old: &Function,
    args: &[FunctionArgument],
    returns: TypeRef,
) -> Replayed<()> {
    let name = &stmt.name.name;
    let signature = |function: &Function| {
        let types: Vec<String> = function.input_args().map(|a| cat.format_type(TypeRef::plain(a.ty.oid))).collect();
        format!("{}({})", crate::catalog::quote_identifier(name), types.join(","))
    };
    let refuse = |message: String| {
        let drop = if stmt.procedure { "DROP PROCEDURE" } else { "DROP FUNCTION" };
        let hint = format!("Use {drop} {} first.", signature(old));
        Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, stmt.name.span(), message).hint(hint).into())
    };
    if !stmt.or_replace {
        return Err(SqlError::new(
            state::DUPLICATE_FUNCTION,
            stmt.name.span(),
            format!("function \"{name}\" already exists with same argument types"),
        )
        .about("function", cat.display_name(old.schema, name))
        .into());
    }
    if stmt.procedure != old.is_procedure() || old.kind == FunctionKind::Aggregate {
        let noun = match old.kind {
            FunctionKind::Function => "a function",
            FunctionKind::Procedure => "a procedure",
            FunctionKind::Aggregate => "an aggregate function",
            FunctionKind::Window => "a window function",
        };
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.name.span(), "cannot change routine kind")
            .detail(format!("\"{name}\" is {noun}."))
            .into());
    }
    let returns_set = stmt.returns_table || stmt.returns.as_ref().is_some_and(|t| t.setof);
    if returns.oid != old.returns.oid || returns_set != old.returns_set {
        return refuse(
            if stmt.procedure {
                "cannot change whether a procedure has output parameters"
            } else {
                "cannot change return type of existing function"
            }
            .to_string(),
        );
    }
    if returns.oid == oids::RECORD {
        let row = |args: &[FunctionArgument]| -> Vec<(Option<Symbol>, Oid)> {
            let outputs = args.iter().filter(|a| matches!(a.mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table));
            outputs.map(|a| (a.name.clone().filter(|n| !n.is_empty()), a.ty.oid)).collect()
        };
        if row(&old.args) != row(args) {
            return refuse("cannot change return type of existing function".to_string()).map_err(|stop| match stop {
                Stop::Refused(error) => error.detail("Row type defined by OUT parameters is different.").into(),
                other => other,
            });
        }
    }
    let new_inputs: Vec<&FunctionArgument> = args.iter().filter(|a| is_input(a.mode)).collect();
    for (place, old_arg) in old.input_args().enumerate() {
        let Some(old_name) = old_arg.name.as_ref().filter(|n| !n.is_empty()) else { continue };
        if new_inputs.get(place).and_then(|a| a.name.as_ref()) != Some(old_name) {
            return refuse(format!("cannot change name of input parameter \"{old_name}\""));
        }
    }
    let defaults = |args: &mut dyn Iterator<Item = &FunctionArgument>| args.filter(|a| a.has_default).count();
    if defaults(&mut args.iter()) < defaults(&mut old.args.iter()) {
        return refuse("cannot remove parameter defaults from existing function".to_string());
    }
    Ok(())
}

/// What the parameters' default expressions name.
fn read_defaults(cat: &Catalog, stmt: &CreateFunction, args: &mut [FunctionArgument]) -> Replayed<expr::References> {
    let mut references = expr::References::default();
    for (arg, kept) in stmt.args.iter().zip(args) {
        let Some(default) = &arg.default else { continue };
        let ty = cat.resolve_type(&arg.ty)?;
        let named = expr::argument_default(cat, ty, default)?;
        kept.default = named.definition(cat, default.span);
        references.addresses.extend(named.addresses);
    }
    Ok(references)
}

/// `SET name TO value` as part of a function's definition.
fn apply_setting(cat: &Catalog, settings: &mut Vec<(Symbol, Symbol)>, change: &SettingChange) -> Replayed<()> {
    super::settings::check_parameter(&change.name)?;
    let value = match &change.value {
        SettingValue::Values(values) => super::settings::stored_value(&change.name, values),
        SettingValue::FromCurrent => super::settings::current_value(cat, &change.name),
        SettingValue::Default => {
            settings.retain(|(name, _)| *name != change.name.text);
            return Ok(());
        }
    };
    settings.retain(|(name, _)| *name != change.name.text);
    settings.push((change.name.text.clone(), value));
    Ok(())
}

pub(super) fn alter_function(cat: &mut Catalog, stmt: &AlterFunction) -> Replayed<Effects> {
    let oid = cat.resolve_routine(stmt.kind, &stmt.function)?.oid;
    let Some(mut function) = cat.function(oid).map(|f| f.as_ref().clone()) else { return Ok(Effects::none()) };
    if function.kind == FunctionKind::Aggregate {
        let message = format!("\"{}\" is an aggregate function", function.name);
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.function.span, message).into());
    }
    let mut seen: Vec<std::mem::Discriminant<FunctionOptionKind>> = Vec::new();
    for FunctionOption { span, kind } in &stmt.options {
        let repeatable = matches!(kind, FunctionOptionKind::Set(_) | FunctionOptionKind::Reset(_));
        if !repeatable && seen.contains(&std::mem::discriminant(kind)) {
            return Err(redundant(*span));
        }
        seen.push(std::mem::discriminant(kind));
        if function.is_procedure() && !fits_procedure(kind) {
            let message = "invalid attribute in procedure definition";
            return Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, *span, message).into());
        }
        match kind {
            FunctionOptionKind::Volatility(volatility) => function.volatility = *volatility,
            FunctionOptionKind::Strict(strict) => function.strict = *strict,
            FunctionOptionKind::SecurityDefiner(definer) => function.security_definer = *definer,
            FunctionOptionKind::Leakproof(leakproof) => function.leakproof = *leakproof,
            FunctionOptionKind::Parallel(name) => function.parallel = parallel(name)?,
            FunctionOptionKind::Cost(expr) => function.cost = Some(positive(expr, "COST")?),
            FunctionOptionKind::Rows(expr) => {
                let rows = positive(expr, "ROWS")?;
                if !function.returns_set {
                    return Err(rows_without_set(*span));
                }
                function.rows = Some(rows);
            }
            FunctionOptionKind::Set(change) => apply_setting(cat, &mut function.settings, change)?,
            FunctionOptionKind::Reset(None) => function.settings.clear(),
            FunctionOptionKind::Reset(Some(name)) => function.settings.retain(|(n, _)| *n != name.text),
            FunctionOptionKind::Language(_)
            | FunctionOptionKind::Window
            | FunctionOptionKind::Support(_)
            | FunctionOptionKind::Transform(_) => {}
        }
    }
    function.origin.changed = cat.now;
    if let Some(entry) = cat.function_mut(oid) {
        *entry = function;
    }
    Ok(Effects::of(Class::Function, oid, Change::Altered))
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn create_function_as_postgresql_answers() {
        check(&[
            ("", "create function f(a int, b text default 'x') returns int language sql as 'select 1'", "ok"),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "42723 function \"f\" already exists with same argument types",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "create function f(a int) returns int language sql as 'select 1'",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "create or replace function f(a int, b text default 'y') returns int language sql as 'select 2'",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "create or replace function f(a int, b text default 'y') returns text language sql as 'select null::text'",
                "42P13 cannot change return type of existing function",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "create or replace function f(x int, b text default 'y') returns int language sql as 'select 2'",
                "42P13 cannot change name of input parameter \"a\"",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "create or replace function f(a int, b text) returns int language sql as 'select 2'",
                "42P13 cannot remove parameter defaults from existing function",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "create or replace procedure f(a int, b text) language sql as 'select 2'",
                "42809 cannot change routine kind",
            ),
            (
                "",
                "create function f(a nothing) returns int language sql as 'select 1'",
                "42704 type nothing does not exist",
            ),
            (
                "",
                "create function f(a nothing[]) returns int language sql as 'select 1'",
                "42704 type nothing[] does not exist",
            ),
            (
                "",
                "create function f() returns nothing language sql as 'select 1'",
                "42704 type \"nothing\" does not exist",
            ),
            (
                "",
                "create function f() returns setof nowhere.t language sql as 'select 1'",
                "3F000 schema \"nowhere\" does not exist",
            ),
            (
                "",
                "create function nowhere.f() returns int language sql as 'select 1'",
                "3F000 schema \"nowhere\" does not exist",
            ),
            (
                "",
                "create function f() returns int language plpgsq as 'begin return 1; end'",
                "42704 language \"plpgsq\" does not exist",
            ),
            ("", "create function f() returns int as 'select 1'", "42P13 no language specified"),
            ("", "create function f() returns int language sql", "42P13 no function body specified"),
            ("", "create function f() language sql as 'select 1'", "42P13 function result type must be specified"),
            (
                "",
                "create function f(out a int, out b int) returns int language sql as 'select 1, 2'",
                "42P13 function result type must be record because of OUT parameters",
            ),
            ("", "create function f(out a int, out b int) language sql as 'select 1, 2'", "ok"),
            (
                "",
                "create function f(a int, a text) returns int language sql as 'select 1'",
                "42P13 parameter name \"a\" used more than once",
            ),
            (
                "",
                "create function f(a int default 1, b int) returns int language sql as 'select 1'",
                "42P13 input parameters after one with a default value must also have defaults",
            ),
            (
                "",
                "create function f(variadic a int) returns int language sql as 'select 1'",
                "42P13 VARIADIC parameter must be an array",
            ),
            (
                "",
                "create function f(variadic a int[], b int) returns int language sql as 'select 1'",
                "42P13 VARIADIC parameter must be the last input parameter",
            ),
            (
                "",
                "create function f(out a int default 1) returns int language sql as 'select 1'",
                "42P13 only input parameters can have default values",
            ),
            (
                "",
                "create function f(a setof int) returns int language sql as 'select 1'",
                "42P13 functions cannot accept set arguments",
            ),
            (
                "",
                "create function f() returns anyelement language sql as 'select 1'",
                "42P13 cannot determine result data type",
            ),
            (
                "",
                "create function f(a int) returns trigger language plpgsql as 'begin return new; end'",
                "42P13 trigger functions cannot have declared arguments",
            ),
            (
                "",
                "create function f() returns trigger language sql as 'select 1'",
                "42P13 SQL functions cannot return type trigger",
            ),
            (
                "",
                "create function f() returns cstring language plpgsql as 'begin return 1; end'",
                "0A000 PL/pgSQL functions cannot return type cstring",
            ),
            (
                "",
                "create function f() returns int language sql stable volatile as 'select 1'",
                "42601 conflicting or redundant options",
            ),
            (
                "",
                "create function f() returns int language sql rows 10 as 'select 1'",
                "22023 ROWS is not applicable when function does not return a set",
            ),
            (
                "",
                "create function f() returns int language sql set nothing = 1 as 'select 1'",
                "42704 unrecognized configuration parameter \"nothing\"",
            ),
            ("", "create function f() returns int language sql set search_path = '' as 'select 1'", "ok"),
            (
                "",
                "create procedure p() language sql stable as 'select 1'",
                "42P13 invalid attribute in procedure definition",
            ),
            ("", "create function f() returns table (a int, b text) language sql as 'select 1, null::text'", "ok"),
            (
                "create function f() returns table (a int, b text) language sql as 'select 1, null::text'",
                "create or replace function f() returns table (a int, c text) language sql as 'select 1, null::text'",
                "42P13 cannot change return type of existing function",
            ),
            (
                "",
                "create function f() returns int language sql as 'select a from nothing'",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "set check_function_bodies = off",
                "create function f() returns int language sql as 'select a from nothing'",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create function f() returns int language sql as 'select c from t'",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create function f(c int) returns int language sql as 'select c from t'",
                "ok",
            ),
            (
                "",
                "create function f() returns int language sql as 'selec 1'",
                "42601 syntax error at or near \"selec\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "create function f() returns int language sql begin atomic select a from t; end",
                "ok",
            ),
            (
                "",
                "create function f() returns int language sql return nothing()",
                "42883 function nothing() does not exist",
            ),
            ("create function f(out a int) language sql as 'select 1'", "drop function f()", "ok"),
        ]);
    }

    #[test]
    fn alter_function_as_postgresql_answers() {
        check(&[
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter function f(int, text) security definer",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter function f security definer",
                "ok",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter function f(int) security definer",
                "42883 function f(integer) does not exist",
            ),
            ("", "alter function f security definer", "42883 could not find a function named \"f\""),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'; create function f() returns int language sql as 'select 1'",
                "alter function f security definer",
                "42725 function name \"f\" is not unique",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter function f(int, text) rows 5",
                "22023 ROWS is not applicable when function does not return a set",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter function f(int, text) set nothing = 1",
                "42704 unrecognized configuration parameter \"nothing\"",
            ),
            (
                "create function f(a int, b text default 'x') returns int language sql as 'select 1'",
                "alter procedure f(int, text) security definer",
                "42809 f(integer, text) is not a procedure",
            ),
        ]);
    }
}
