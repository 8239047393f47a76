//! CREATE AGGREGATE (DefineAggregate, AggregateCreate).

use super::error::state;
use super::expr;
use super::operator::{option, support_function};
use super::types::depend_on_type;
use super::{Change, Effects, Replayed, SqlError, privileges};
use crate::catalog::{
    Catalog, Class, Definition, DependencyKind, Function, FunctionArgument, FunctionKind, Named, ObjectAddress, Oid,
    TypeKind, TypeRef,
};
use crate::source::Span;
use crate::syntax::ast::{ArgMode, CreateAggregate, DefinitionItem, ObjectKind, QualifiedName, TypeName, Volatility};
use std::sync::Arc;

pub(super) fn create_aggregate(cat: &mut Catalog, stmt: &CreateAggregate, span: Span) -> Replayed<Effects> {
    let schema = cat.creation_place(&stmt.name)?;
    let invalid =
        |message: &str| SqlError::new(state::INVALID_FUNCTION_DEFINITION, stmt.name.span(), message.to_string());
    let given = |names: &[&str]| names.iter().find_map(|name| option(&stmt.options, name));
    let Some(transition) = given(&["stype", "stype1"]).and_then(type_of) else {
        return Err(invalid("aggregate stype must be specified").into());
    };
    let Some(step) = given(&["sfunc", "sfunc1"]).and_then(type_of) else {
        return Err(invalid("aggregate sfunc must be specified").into());
    };
    if given(&["mstype"]).is_none() {
        for name in ["msfunc", "minvfunc", "mfinalfunc", "msspace", "minitcond"] {
            if given(&[name]).is_some() {
                return Err(invalid(&format!("aggregate {name} must not be specified without mstype")).into());
            }
        }
    }
    if given(&["hypothetical"]).is_some() && stmt.direct.is_none() {
        return Err(invalid("only ordered-set aggregates can be hypothetical").into());
    }
    let args = arguments(cat, stmt)?;
    let transition = cat.resolve_type(transition)?;
    let types: Vec<Oid> = args.iter().map(|a| a.ty.oid).collect();
    let is_polymorphic =
        |oid: Oid| cat.type_(oid).is_some_and(|t| matches!(t.kind, TypeKind::Pseudo) && t.name.starts_with("any"));
    if is_polymorphic(transition.oid) && !types.iter().any(|ty| is_polymorphic(*ty)) {
        return Err(invalid("cannot determine transition data type")
            .detail(format!(
                "A result of type {} requires at least one input of type anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange.",
                cat.format_type(transition)
            ))
            .into());
    }
    let mut step_types = vec![transition.oid];
    step_types.extend(types.iter().skip(stmt.direct.unwrap_or(0)));
    let step_function = support_function(cat, &step.name, &step_types)?;
    if let Some(function) = &step_function {
        if function.returns.oid != transition.oid && !is_polymorphic(function.returns.oid) {
            let shown = cat.format_type(transition);
            let message = format!("return type of transition function {} is not {shown}", step.name);
            return Err(SqlError::new(state::DATATYPE_MISMATCH, step.span, message).into());
        }
        let first = types.get(stmt.direct.unwrap_or(0)).copied();
        let starts_with_input = first.is_some_and(|first| expr::is_binary_coercible(cat, first, transition.oid));
        if function.strict && given(&["initcond", "initcond1"]).is_none() && !starts_with_input {
            return Err(invalid(
                "must not omit initial value when transition function is strict and transition type is not compatible with input type",
            )
            .into());
        }
    }
    let mut functions = vec![step_function];
    let mut returns = transition;
    if let Some(last) = given(&["finalfunc"]).and_then(type_of) {
        let mut last_types = vec![transition.oid];
        let direct = stmt.direct.unwrap_or(0);
        let extra = given(&["finalfunc_extra"]).is_some();
        last_types.extend(types.iter().take(if extra { types.len() } else { direct }));
        let function = support_function(cat, &last.name, &last_types)?;
        let Some(function) = function else {
            return Err(super::Stop::unknown("the type that the aggregate returns is not known"));
        };
        returns = TypeRef::plain(function.returns.oid);
        functions.push(Some(function));
    }
    let name = &stmt.name.name;
    cat.must_be_known(name)?;
    let existing = cat.functions_named(schema, name).find(|f| f.has_input_types(&types)).cloned();
    if let Some(old) = &existing {
        if !stmt.or_replace {
            let message = format!("function \"{name}\" already exists with same argument types");
            return Err(SqlError::new(state::DUPLICATE_FUNCTION, name.span, message)
                .about("function", stmt.name.to_string())
                .into());
        }
        if old.kind != FunctionKind::Aggregate {
            let message = "cannot change routine kind";
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span, message)
                .detail(format!("\"{name}\" is {}.", if old.is_procedure() { "a procedure" } else { "a function" }))
                .into());
        }
        if old.returns != returns {
            return Err(invalid("cannot change return type of existing function").into());
        }
    }
    let owner = cat.session.current_role;
    let oid = existing.as_ref().map_or_else(|| cat.new_oid(), |f| f.oid);
    let function = Function {
        oid,
        schema,
        name: name.text.clone(),
        kind: FunctionKind::Aggregate,
        args,
        returns,
        returns_set: false,
        returns_table: false,
        language: "internal".into(),
        volatility: Volatility::Immutable,
        strict: false,
        security_definer: false,
        leakproof: false,
        parallel: 'u',
        rows: None,
        cost: None,
        settings: Vec::new(),
        body: None,
        body_definition: definition(cat, &functions, stmt, span),
        details_unknown: false,
        owner,
        acl: existing
            .as_ref()
            .map_or_else(|| privileges::initial_acl(cat, ObjectKind::Function, schema, owner), |f| f.acl.clone()),
        origin: cat.origin(),
    };
    let address = ObjectAddress::new(Class::Function, oid);
    let types: Vec<Oid> = function.args.iter().map(|a| a.ty.oid).chain([transition.oid]).collect();
    match cat.function_mut(oid) {
        Some(entry) => *entry = function,
        None => {
            cat.insert_function(function);
        }
    }
    for ty in types {
        depend_on_type(cat, address, ty);
    }
    for needed in functions.into_iter().flatten().filter(|f| f.oid >= Oid::FIRST_USER) {
        cat.depend(address, ObjectAddress::new(Class::Function, needed.oid), DependencyKind::Normal);
    }
    let change = if existing.is_some() { Change::Replaced } else { Change::Created };
    Ok(Effects::of(Class::Function, oid, change))
}

/// What stands after the name, with types and functions by identity.
fn definition(cat: &Catalog, functions: &[Option<Arc<Function>>], stmt: &CreateAggregate, span: Span) -> Definition {
    let mut names = Vec::new();
    let mut note = |name: &QualifiedName, class: Class, oid: Oid| {
        if oid >= Oid::FIRST_USER {
            names.push((name.span(), Named::Object(class, oid)));
        }
    };
    for (name, function) in [("sfunc", functions.first()), ("finalfunc", functions.get(1))] {
        if let (Some(written), Some(Some(function))) = (option(&stmt.options, name).and_then(type_of), function) {
            note(&written.name, Class::Function, function.oid);
        }
    }
    let state_type = option(&stmt.options, "stype").and_then(type_of);
    for ty in stmt.args.iter().map(|a| &a.ty).chain(state_type) {
        if let Ok(Some(found)) = cat.find_type_by_name(&ty.name) {
            note(&ty.name, Class::Type, found.oid);
        }
    }
    Definition::new(&cat.session.source, Span::new(stmt.name.span().end, span.end), &names)
}

fn type_of(item: &DefinitionItem) -> Option<&TypeName> {
    item.ty.as_ref()
}

/// The arguments; of the old form the type that BASETYPE says.
fn arguments(cat: &Catalog, stmt: &CreateAggregate) -> Replayed<Vec<FunctionArgument>> {
    let argument =
        |name, mode, ty| FunctionArgument { name, mode, ty, has_default: false, default: Definition::default() };
    if stmt.old_style {
        let Some(base) = option(&stmt.options, "basetype") else {
            let message = "aggregate input type must be specified";
            return Err(SqlError::new(state::INVALID_FUNCTION_DEFINITION, stmt.name.span(), message).into());
        };
        return Ok(match (&base.ty, &base.value) {
            (_, Some(text)) if text.eq_ignore_ascii_case("any") => Vec::new(),
            (Some(ty), _) => vec![argument(None, ArgMode::In, TypeRef::plain(cat.resolve_type(ty)?.oid))],
            _ => Vec::new(),
        });
    }
    let resolve = |arg: &crate::syntax::ast::FunctionArg| -> Replayed<FunctionArgument> {
        let ty = match cat.find_type(&arg.ty)? {
            Some(ty) => ty,
            // Here the name stands without quotes (interpret_function_parameter_list).
            None => {
                let message = format!("type {} does not exist", arg.ty.name);
                return Err(SqlError::new(state::UNDEFINED_OBJECT, arg.ty.span, message)
                    .about("type", arg.ty.name.to_string())
                    .into());
            }
        };
        Ok(argument(arg.name.as_ref().map(|n| n.text.clone()), arg.mode, TypeRef::plain(ty.oid)))
    };
    stmt.args.iter().map(resolve).collect()
}
