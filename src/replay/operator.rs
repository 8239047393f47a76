//! CREATE OPERATOR and CREATE CAST.

use super::error::state;
use super::expr;
use super::types::depend_on_type;
use super::{Change, Effects, Replayed, SqlError};
use crate::catalog::{
    Cast, CastContext, Catalog, Class, Definition, DependencyKind, Function, FunctionKind, Lookup, Named, NamedObject,
    ObjectAddress, Oid, TypeKind, TypeRef, oids,
};
use crate::source::Span;
use crate::syntax::ast::{
    CastMethod, CreateCast, CreateOperator, DefinitionItem, ObjectKind, QualifiedName, TypeName, Volatility,
};
use std::sync::Arc;

pub(super) fn option<'o>(options: &'o [DefinitionItem], name: &str) -> Option<&'o DefinitionItem> {
    options.iter().find(|o| o.name.eq_ignore_ascii_case(name))
}

/// The function of that name for these types; `None` where another may be meant. 42883 when there is none.
pub(super) fn support_function(cat: &Catalog, name: &QualifiedName, types: &[Oid]) -> Replayed<Option<Arc<Function>>> {
    let candidates = cat.visible_functions(name)?;
    if let Some(found) = candidates.iter().find(|f| f.has_input_types(types)) {
        return Ok(Some(Arc::clone(found)));
    }
    let may_take = |f: &Arc<Function>| {
        let inputs: Vec<Oid> = f.input_args().map(|a| a.ty.oid).collect();
        let is_open = |oid: &Oid| cat.type_(*oid).is_none_or(|t| matches!(t.kind, TypeKind::Pseudo));
        inputs.len() == types.len()
            && inputs.iter().zip(types).all(|(input, ty)| {
                input == ty || is_open(input) || is_open(ty) || expr::is_binary_coercible(cat, *ty, *input)
            })
    };
    let variadic = |f: &Arc<Function>| f.input_args().any(|a| a.mode == crate::syntax::ast::ArgMode::Variadic);
    if candidates.iter().any(|f| may_take(f) || variadic(f)) {
        return Ok(None);
    }
    undefined_function(cat, name, types)
}

/// The function of exactly these argument types (LookupFuncName).
pub(super) fn exact_function(cat: &Catalog, name: &QualifiedName, types: &[Oid]) -> Replayed<Arc<Function>> {
    match cat.visible_functions(name)?.into_iter().find(|f| f.has_input_types(types)) {
        Some(found) => Ok(Arc::clone(found)),
        None => undefined_function(cat, name, types),
    }
}

fn undefined_function<T>(cat: &Catalog, name: &QualifiedName, types: &[Oid]) -> Replayed<T> {
    if let Lookup::Unknown(reason) = cat.absence(Class::Function, name.schema.as_deref(), &name.name) {
        return Err(super::Stop::Unknown(reason));
    }
    let shown: Vec<String> = types.iter().map(|ty| cat.format_type(TypeRef::plain(*ty))).collect();
    let message = format!("function {name}({}) does not exist", shown.join(", "));
    Err(SqlError::new(state::UNDEFINED_FUNCTION, name.span(), message).about("function", name.to_string()).into())
}

pub(super) fn create_operator(cat: &mut Catalog, stmt: &CreateOperator, span: Span) -> Replayed<Effects> {
    let schema = cat.resolve_creation(&stmt.name)?;
    let place = stmt.name.span();
    let invalid =
        |message: &str| -> super::Stop { SqlError::new(state::INVALID_FUNCTION_DEFINITION, place, message).into() };
    let given = |names: &[&str]| names.iter().find_map(|name| option(&stmt.options, name));
    for side in ["leftarg", "rightarg"] {
        if option(&stmt.options, side).and_then(|o| o.ty.as_ref()).is_some_and(|ty| ty.setof) {
            return Err(invalid("SETOF type not allowed for operator argument"));
        }
    }
    let Some(function) = given(&["function", "procedure"]).and_then(|o| o.ty.as_ref()) else {
        return Err(invalid("operator function must be specified"));
    };
    let argument = |side: &str| -> Replayed<Option<Oid>> {
        let ty = option(&stmt.options, side).and_then(|o| o.ty.as_ref());
        ty.map(|ty| cat.resolve_type(ty).map(|t| t.oid)).transpose()
    };
    let (left, right) = (argument("leftarg")?, argument("rightarg")?);
    let right = match (left, right) {
        (None, None) => return Err(invalid("operator argument types must be specified")),
        (Some(_), None) => {
            return Err(SqlError::new(
                state::INVALID_FUNCTION_DEFINITION,
                place,
                "operator right argument type must be specified",
            )
            .detail("Postfix operators are not supported.")
            .into());
        }
        (_, Some(right)) => right,
    };
    let types: Vec<Oid> = left.into_iter().chain([right]).collect();
    let function = exact_function(cat, &function.name, &types)?;
    estimator(cat, &stmt.options, "restrict", &[oids::INTERNAL, oids::OID, oids::INTERNAL, oids::INT4])?;
    let join = [oids::INTERNAL, oids::OID, oids::INTERNAL, oids::INT2, oids::INTERNAL];
    estimator(cat, &stmt.options, "join", &join)?;
    if left.is_none() {
        for (name, what) in [
            ("commutator", "have commutators"),
            ("join", "have join selectivity"),
            ("merges", "merge join"),
            ("hashes", "hash"),
        ] {
            if option(&stmt.options, name).is_some() {
                return Err(invalid(&format!("only binary operators can {what}")));
            }
        }
    }
    let name = &stmt.name.name;
    let negator = option(&stmt.options, "negator").and_then(|o| o.value.as_ref());
    if negator.is_some_and(|negator| negator.text == name.text) && left.is_none_or(|left| left == right) {
        return Err(invalid("operator cannot be its own negator"));
    }
    cat.must_be_known(name)?;
    let types = vec![left.unwrap_or_default(), right];
    let taken = cat.others_named(ObjectKind::Operator, schema, name);
    if taken.iter().any(|o| o.types == types) {
        let message = format!("operator {name} already exists");
        return Err(SqlError::new(state::DUPLICATE_FUNCTION, place, message)
            .about("operator", stmt.name.to_string())
            .into());
    }
    let detail = match function.volatility {
        Volatility::Immutable => "",
        Volatility::Stable => "s",
        Volatility::Volatile => "v",
    };
    let mut names = Vec::new();
    for item in &stmt.options {
        let Some(ty) = &item.ty else { continue };
        match &*item.name.to_ascii_lowercase() {
            "leftarg" => names.push((ty.name.span(), Named::Object(Class::Type, left.unwrap_or_default()))),
            "rightarg" => names.push((ty.name.span(), Named::Object(Class::Type, right))),
            "function" | "procedure" => names.push((ty.name.span(), Named::Object(Class::Function, function.oid))),
            _ => {}
        }
    }
    let definition = Definition::new(&cat.session.source, span, &names);
    let oid =
        insert(cat, ObjectKind::Operator, schema, name, (types.clone(), function.returns.oid), detail, definition);
    let address = ObjectAddress::new(Class::Other, oid);
    for ty in types {
        depend_on_type(cat, address, ty);
    }
    if function.oid >= Oid::FIRST_USER {
        cat.depend(address, ObjectAddress::new(Class::Function, function.oid), DependencyKind::Normal);
    }
    Ok(Effects::of(Class::Other, oid, Change::Created))
}

fn insert(
    cat: &mut Catalog,
    kind: ObjectKind,
    schema: Oid,
    name: &str,
    (types, result): (Vec<Oid>, Oid),
    detail: &str,
    definition: Definition,
) -> Oid {
    let (oid, origin) = (cat.new_oid(), cat.origin());
    cat.insert_other(NamedObject {
        oid,
        kind,
        schema,
        name: name.into(),
        types,
        result,
        detail: detail.into(),
        definitions: vec![definition],
        origin,
    });
    oid
}

/// RESTRICT and JOIN name functions of fixed arguments.
fn estimator(cat: &Catalog, options: &[DefinitionItem], name: &str, types: &[Oid]) -> Replayed<()> {
    match option(options, name).and_then(|o| o.ty.as_ref()) {
        Some(function) => exact_function(cat, &function.name, types).map(|_| ()),
        None => Ok(()),
    }
}

pub(super) fn create_cast(cat: &mut Catalog, stmt: &CreateCast, span: Span) -> Replayed<Effects> {
    let (from, to) = (cat.resolve_type(&stmt.from)?.oid, cat.resolve_type(&stmt.to)?.oid);
    let refuse = |message: &str| -> super::Stop {
        SqlError::new(state::INVALID_OBJECT_DEFINITION, stmt.from.span, message).into()
    };
    for (ty, what, place) in [(from, "source", &stmt.from), (to, "target", &stmt.to)] {
        if cat.type_(ty).is_some_and(|t| matches!(t.kind, TypeKind::Pseudo)) {
            let message = format!("{what} data type {} is a pseudo-type", written(place));
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, place.span, message).into());
        }
    }
    let mut function = None;
    match &stmt.method {
        CastMethod::Function(routine) => {
            let found = Arc::clone(cat.resolve_routine(ObjectKind::Function, routine)?);
            let inputs: Vec<Oid> = found.input_args().map(|a| a.ty.oid).collect();
            if !(1..=3).contains(&inputs.len()) {
                return Err(refuse("cast function must take one to three arguments"));
            }
            if !expr::is_binary_coercible(cat, from, inputs[0]) {
                return Err(refuse(
                    "argument of cast function must match or be binary-coercible from source data type",
                ));
            }
            if inputs.get(1).is_some_and(|ty| *ty != oids::INT4) {
                return Err(refuse("second argument of cast function must be type integer"));
            }
            if inputs.get(2).is_some_and(|ty| *ty != oids::BOOL) {
                return Err(refuse("third argument of cast function must be type boolean"));
            }
            if !expr::is_binary_coercible(cat, found.returns.oid, to) {
                return Err(refuse(
                    "return data type of cast function must match or be binary-coercible to target data type",
                ));
            }
            if found.kind != FunctionKind::Function {
                return Err(refuse("cast function must be a normal function"));
            }
            if found.returns_set {
                return Err(refuse("cast function must not return a set"));
            }
            function = Some(found);
        }
        CastMethod::Binary => check_binary(cat, from, to).map_err(|message| refuse(&message))?,
        CastMethod::InOut => {}
    }
    // A type may be cast to itself where the function takes the new modifier.
    if from == to && function.as_ref().is_none_or(|f| f.input_args().count() < 2) {
        return Err(refuse("source data type and target data type are the same"));
    }
    if cat.cast(from, to).is_some() {
        let shown = |ty| cat.format_type(TypeRef::plain(ty));
        let message = format!("cast from type {} to type {} already exists", shown(from), shown(to));
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.from.span, message).into());
    }
    let context = match (stmt.implicit, stmt.assignment) {
        (true, _) => CastContext::Implicit,
        (_, true) => CastContext::Assignment,
        _ => CastContext::Explicit,
    };
    cat.add_cast(from, to, Cast { context, binary: matches!(stmt.method, CastMethod::Binary) });
    let name = format!("{} {}", from.0, to.0);
    let mut names = vec![
        (stmt.from.name.span(), Named::Object(Class::Type, from)),
        (stmt.to.name.span(), Named::Object(Class::Type, to)),
    ];
    if let (CastMethod::Function(routine), Some(function)) = (&stmt.method, &function) {
        names.push((routine.name.span(), Named::Object(Class::Function, function.oid)));
        let inputs = function.input_args().map(|a| a.ty.oid);
        let written = routine.args.iter().flatten().map(|a| a.ty.name.span());
        names.extend(written.zip(inputs).map(|(span, ty)| (span, Named::Object(Class::Type, ty))));
    }
    let definition = Definition::new(&cat.session.source, span, &names);
    let oid = insert(cat, ObjectKind::Cast, Oid::INVALID, &name, (vec![from, to], Oid::INVALID), "", definition);
    let address = ObjectAddress::new(Class::Other, oid);
    for ty in [from, to] {
        depend_on_type(cat, address, ty);
    }
    if let Some(function) = function.filter(|f| f.oid >= Oid::FIRST_USER) {
        cat.depend(address, ObjectAddress::new(Class::Function, function.oid), DependencyKind::Normal);
    }
    Ok(Effects::of(Class::Other, oid, Change::Created))
}

fn written(ty: &TypeName) -> String {
    ty.name.to_string()
}

/// Which types may be taken for one another as they are stored.
fn check_binary(cat: &Catalog, from: Oid, to: Oid) -> Result<(), String> {
    let kinds = [from, to].map(|ty| cat.type_(ty).map(|t| t.kind.clone()));
    if from == to {
        return Ok(());
    }
    for kind in kinds.into_iter().flatten() {
        let what = match kind {
            TypeKind::Composite(_) => "composite",
            TypeKind::Array(_) => "array",
            TypeKind::Range { .. } | TypeKind::Multirange(_) => "range",
            TypeKind::Enum(_) => "enum",
            TypeKind::Domain(_) => return Err("domain data types must not be marked binary-compatible".into()),
            _ => continue,
        };
        return Err(format!("{what} data types are not binary-compatible"));
    }
    // Whether both are stored alike is known of few types only.
    let fixed = [oids::INT2, oids::INT4, oids::INT8, oids::BOOL, oids::FLOAT4, oids::FLOAT8, oids::UUID];
    if fixed.contains(&from) != fixed.contains(&to) {
        return Err("source and target data types are not physically compatible".into());
    }
    Ok(())
}
