//! Names in statements to objects, with PostgreSQL's errors where there are none.

use super::error::state;
use super::{Replayed, SqlError, Stop};
use crate::catalog::{
    Catalog, Class, Function, FunctionKind, Lookup, Oid, Relation, Type, TypeKind, TypeRef, geometry, oids,
};
use crate::source::Span;
use crate::syntax::ast::{
    ArgMode, ExprKind, FunctionArg, Name, ObjectKind, QualifiedName, RoleSpec, RoutineName, TypeName,
};
use std::sync::Arc;

/// The name as `undefined` messages print it and as findings about the same object have in common.
fn subject_name(name: &QualifiedName) -> String {
    name.to_string()
}

impl Catalog {
    /// The schema by name (3F000).
    pub fn resolve_schema(&self, name: &Name) -> Replayed<Oid> {
        if let Some(reason) = self.unknowns.may_be_changed(name) {
            return Err(Stop::Unknown(reason.clone()));
        }
        if &*name.text == "pg_temp"
            && let Some(oid) = self.session.temp_schema
        {
            return Ok(oid);
        }
        if let Some(schema) = self.schema_named(name) {
            return Ok(schema.oid);
        }
        match self.absence(Class::Schema, None, name) {
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            _ => Err(undefined_schema(name).into()),
        }
    }

    /// The schema that a CREATE of this name goes to (3F000).
    pub fn resolve_creation(&self, name: &QualifiedName) -> Replayed<Oid> {
        if let Some(schema) = &name.schema {
            return self.resolve_schema(schema);
        }
        match self.creation_schema() {
            Lookup::Found(oid) => Ok(oid),
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            Lookup::Absent => {
                Err(SqlError::new(state::UNDEFINED_SCHEMA, name.span(), "no schema has been selected to create in")
                    .into())
            }
        }
    }

    /// A relation of any kind (42P01, 3F000), as RangeVarGetRelid finds it.
    pub fn resolve_relation(&self, name: &QualifiedName) -> Replayed<&Arc<Relation>> {
        match self.find_relation(name)? {
            Some(relation) => Ok(relation),
            None => Err(self.missing_relation(name)),
        }
    }

    /// What a statement that must find its relation says where there is none: its schema may be what is missing. Queries and DML differ, they name
    /// the relation alone (`undefined_relation`).
    pub fn missing_relation(&self, name: &QualifiedName) -> Stop {
        match name.schema.as_ref().map(|schema| self.resolve_schema(schema)) {
            Some(Err(missing_schema)) => missing_schema,
            _ => undefined_relation(name).into(),
        }
    }

    /// As `resolve_relation`, with `None` for what does not exist (IF EXISTS).
    pub fn find_relation(&self, name: &QualifiedName) -> Replayed<Option<&Arc<Relation>>> {
        if let Some(schema) = &name.schema
            && self.schema_named(schema).is_none()
            && let Some(reason) = self.unknowns.may_exist(Class::Schema, None, schema)
        {
            return Err(Stop::Unknown(reason.clone()));
        }
        match self.lookup(Class::Relation, name.schema.as_ref().map(|s| &s.text), &name.name) {
            Lookup::Found(oid) => Ok(self.relation(oid)),
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            Lookup::Absent => Ok(None),
        }
    }

    /// The number of a column (42703), for statements that name it on its own: `column "c" of relation "t" does not exist`.
    pub fn resolve_column(&self, relation: &Relation, column: &Name) -> Replayed<u16> {
        if let Some(found) = relation.column(column) {
            return Ok(found.number);
        }
        if let Some(reason) = &relation.columns_unknown {
            return Err(Stop::Unknown(reason.clone()));
        }
        Err(SqlError::new(
            state::UNDEFINED_COLUMN,
            column.span,
            format!("column \"{column}\" of relation \"{}\" does not exist", relation.name),
        )
        .about("column", format!("{}.{column}", self.relation_name(relation)))
        .into())
    }

    /// The role, where `Oid::INVALID` stands for PUBLIC (42704).
    pub fn resolve_role(&self, role: &RoleSpec) -> Replayed<Oid> {
        match role {
            RoleSpec::Public(_) => Ok(Oid::INVALID),
            RoleSpec::CurrentUser(_) | RoleSpec::CurrentRole(_) => Ok(self.session.current_role),
            RoleSpec::SessionUser(_) => Ok(self.session.session_role),
            RoleSpec::Name(name) => {
                if let Some(role) = self.role_named(name) {
                    return Ok(role.oid);
                }
                match self.absence(Class::Role, None, name) {
                    Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
                    _ => Err(SqlError::new(
                        state::UNDEFINED_OBJECT,
                        name.span,
                        format!("role \"{name}\" does not exist"),
                    )
                    .about("role", name.to_string())
                    .into()),
                }
            }
        }
    }

    /// A type as written, with its modifier (42704, 3F000).
    pub fn resolve_type(&self, ty: &TypeName) -> Replayed<TypeRef> {
        match self.find_type(ty)? {
            Some(found) => Ok(found),
            None => Err(self.undefined_type(ty).into()),
        }
    }

    /// As `resolve_type`, with `None` for a type that does not exist.
    pub fn find_type(&self, ty: &TypeName) -> Replayed<Option<TypeRef>> {
        if let Some(column) = &ty.percent_type {
            let relation = self.resolve_relation(&ty.name)?;
            let number = self.resolve_column(relation, column)?;
            return Ok(relation.column_by_number(number).map(|c| TypeRef::plain(c.ty.oid)));
        }
        let Some(base) = self.find_type_by_name(&ty.name)? else { return Ok(None) };
        let modifier = type_modifier(base, ty)?;
        if ty.array_dimensions == 0 {
            return Ok(Some(TypeRef { oid: base.oid, modifier }));
        }
        if !base.array.is_valid() {
            return Ok(None);
        }
        Ok(Some(TypeRef { oid: base.array, modifier }))
    }

    /// The type of a plain name: on the search path, or in its schema (3F000).
    pub fn find_type_by_name(&self, name: &QualifiedName) -> Replayed<Option<&Arc<Type>>> {
        if let Some(schema) = &name.schema {
            self.resolve_schema(schema)?;
        }
        match self.lookup(Class::Type, name.schema.as_ref().map(|s| &s.text), &name.name) {
            Lookup::Found(oid) => Ok(self.type_(oid)),
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            Lookup::Absent => Ok(None),
        }
    }

    /// `type "x" does not exist`.
    pub fn undefined_type(&self, ty: &TypeName) -> SqlError {
        let dimensions = "[]".repeat(ty.array_dimensions as usize);
        SqlError::new(state::UNDEFINED_OBJECT, ty.span, format!("type \"{}{dimensions}\" does not exist", ty.name))
            .about("type", subject_name(&ty.name))
    }

    /// The functions that a `name [(args)]` may mean: of that name, on the search path or in its schema, hidden ones left out.
    pub fn visible_functions(&self, name: &QualifiedName) -> Replayed<Vec<&Arc<Function>>> {
        if let Some(reason) = self.unknowns.may_be_changed(&name.name) {
            return Err(Stop::Unknown(reason.clone()));
        }
        if let Some(schema) = &name.schema {
            let schema = self.resolve_schema(schema)?;
            return Ok(self.functions_named(schema, &name.name).collect());
        }
        let mut found: Vec<&Arc<Function>> = Vec::new();
        for schema in self.active_search_path() {
            for function in self.functions_named(schema, &name.name) {
                let types: Vec<Oid> = function.input_args().map(|a| a.ty.oid).collect();
                if !found.iter().any(|f| f.has_input_types(&types)) {
                    found.push(function);
                }
            }
        }
        Ok(found)
    }

    /// The routine that a statement names (42883, 42725, 42809), as LookupFuncWithArgs does.
    pub fn resolve_routine(&self, kind: ObjectKind, routine: &RoutineName) -> Replayed<&Arc<Function>> {
        match self.find_routine(kind, routine)? {
            Some(function) => Ok(function),
            None => Err(self.undefined_routine(kind, routine)?.into()),
        }
    }

    /// As `resolve_routine`, with `None` for one that does not exist (IF EXISTS).
    pub fn find_routine(&self, kind: ObjectKind, routine: &RoutineName) -> Replayed<Option<&Arc<Function>>> {
        let candidates = self.visible_functions(&routine.name)?;
        let absent = || match self.absence(Class::Function, routine.name.schema.as_deref(), &routine.name.name) {
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            _ => Ok(None),
        };
        let Some(args) = &routine.args else {
            let fitting: Vec<_> = candidates.iter().filter(|f| kind_fits(kind, f.kind)).collect();
            return match fitting[..] {
                [] => match candidates[..] {
                    [] => absent(),
                    [only] => Err(wrong_routine_kind(kind, only, &routine.name.to_string(), routine.span).into()),
                    _ => absent(),
                },
                [only] => Ok(Some(only)),
                _ => Err(SqlError::new(
                    state::AMBIGUOUS_FUNCTION,
                    routine.span,
                    format!("{} name \"{}\" is not unique", routine_noun(kind), routine.name),
                )
                .hint(format!("Specify the argument list to select the {} unambiguously.", routine_noun(kind)))
                .into()),
            };
        };
        let input = self.input_types(args)?;
        if let Some(found) = candidates.iter().find(|f| f.has_input_types(&input)) {
            return if kind_fits(kind, found.kind) {
                Ok(Some(found))
            } else {
                Err(wrong_routine_kind(kind, found, &self.routine_signature(routine)?, routine.span).into())
            };
        }
        // A procedure may also be named by all of its arguments, OUT ones included.
        if matches!(kind, ObjectKind::Procedure | ObjectKind::Routine) {
            let all: Vec<Oid> =
                args.iter().map(|a| self.resolve_type(&a.ty).map(|t| t.oid)).collect::<Replayed<_>>()?;
            if let Some(found) =
                candidates.iter().find(|f| f.is_procedure() && f.args.iter().map(|a| a.ty.oid).eq(all.iter().copied()))
            {
                return Ok(Some(found));
            }
        }
        absent()
    }

    /// The types of the IN, INOUT and VARIADIC arguments.
    pub fn input_types(&self, args: &[FunctionArg]) -> Replayed<Vec<Oid>> {
        args.iter()
            .filter(|a| !matches!(a.mode, ArgMode::Out | ArgMode::Table))
            .map(|a| self.resolve_type(&a.ty).map(|t| t.oid))
            .collect()
    }

    /// `name(type, type)` as messages print it.
    pub fn routine_signature(&self, routine: &RoutineName) -> Replayed<String> {
        let Some(args) = &routine.args else { return Ok(routine.name.to_string()) };
        let types: Vec<String> =
            self.input_types(args)?.into_iter().map(|oid| self.format_type(TypeRef::plain(oid))).collect();
        Ok(format!("{}({})", routine.name, types.join(", ")))
    }

    /// `function f(integer) does not exist`, `could not find a function named "f"`.
    pub fn undefined_routine(&self, kind: ObjectKind, routine: &RoutineName) -> Replayed<SqlError> {
        let noun = match (kind, &routine.args) {
            (ObjectKind::Routine, Some(_)) => "function",
            _ => routine_noun(kind),
        };
        let message = match &routine.args {
            None => format!("could not find a {noun} named \"{}\"", routine.name),
            Some(args) if kind == ObjectKind::Aggregate && args.is_empty() => {
                format!("aggregate {}(*) does not exist", routine.name)
            }
            Some(_) => format!("{noun} {} does not exist", self.routine_signature(routine)?),
        };
        Ok(SqlError::new(state::UNDEFINED_FUNCTION, routine.span, message)
            .about("function", subject_name(&routine.name)))
    }
}

/// `schema "s" does not exist`.
fn undefined_schema(name: &Name) -> SqlError {
    SqlError::new(state::UNDEFINED_SCHEMA, name.span, format!("schema \"{name}\" does not exist"))
        .about("schema", name.to_string())
}

/// `relation "t" does not exist`.
pub fn undefined_relation(name: &QualifiedName) -> SqlError {
    SqlError::new(state::UNDEFINED_TABLE, name.span(), format!("relation \"{name}\" does not exist"))
        .about("relation", subject_name(name))
}

/// `"x" is not a table`.
pub fn wrong_relation_kind(relation: &Relation, span: Span, expected: &str) -> SqlError {
    SqlError::new(state::WRONG_OBJECT_TYPE, span, format!("\"{}\" is not {expected}", relation.name))
}

fn routine_noun(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Procedure => "procedure",
        ObjectKind::Aggregate => "aggregate",
        ObjectKind::Routine => "routine",
        _ => "function",
    }
}

fn kind_fits(wanted: ObjectKind, is: FunctionKind) -> bool {
    match wanted {
        ObjectKind::Routine => true,
        ObjectKind::Procedure => is == FunctionKind::Procedure,
        ObjectKind::Aggregate => is == FunctionKind::Aggregate,
        // FUNCTION finds aggregates and window functions too.
        _ => is != FunctionKind::Procedure,
    }
}

fn wrong_routine_kind(wanted: ObjectKind, found: &Function, signature: &str, span: Span) -> SqlError {
    let message = match wanted {
        ObjectKind::Procedure => format!("{signature} is not a procedure"),
        ObjectKind::Aggregate => format!("function {signature} is not an aggregate"),
        _ => format!("{signature} is not a function"),
    };
    SqlError::new(state::WRONG_OBJECT_TYPE, span, message).about("function", found.name.to_string())
}

/// The typmod that the type's input function makes of the modifiers; −1 for types whose modifier the replay does not read.
fn type_modifier(ty: &Type, written: &TypeName) -> Replayed<i32> {
    if ty.oid >= Oid::FIRST_USER && matches!(&*ty.name, "geometry" | "geography") {
        return Ok(geometry::modifier(&ty.name, &written.modifiers));
    }
    let mut numbers = Vec::with_capacity(written.modifiers.len());
    for modifier in &written.modifiers {
        let (negative, literal) = match &modifier.kind {
            ExprKind::Unary { op, expr } if &**op == "-" => (true, &expr.kind),
            kind => (false, kind),
        };
        match literal {
            ExprKind::Number(text) => match text.parse::<i32>() {
                Ok(number) => numbers.push(if negative { -number } else { number }),
                Err(_) => return Ok(-1),
            },
            _ => return Ok(-1),
        }
    }
    if numbers.is_empty() {
        return Ok(-1);
    }
    if matches!(ty.kind, TypeKind::Enum(_) | TypeKind::Composite(_) | TypeKind::Domain(_) | TypeKind::Range { .. })
        || matches!(
            ty.oid,
            oids::INT2
                | oids::INT4
                | oids::INT8
                | oids::TEXT
                | oids::BOOL
                | oids::UUID
                | oids::JSON
                | oids::JSONB
                | oids::DATE
                | oids::BYTEA
                | oids::FLOAT4
                | oids::FLOAT8
        )
    {
        return Err(SqlError::new(
            state::SYNTAX_ERROR,
            written.span,
            format!("type modifier is not allowed for type \"{}\"", ty.name),
        )
        .into());
    }
    let invalid = |message: String| Err(SqlError::new(state::INVALID_PARAMETER_VALUE, written.span, message).into());
    Ok(match (ty.oid, &numbers[..]) {
        (oids::VARCHAR | oids::BPCHAR, [length]) => {
            let name = if ty.oid == oids::VARCHAR { "varchar" } else { "char" };
            if *length < 1 {
                return invalid(format!("length for type {name} must be at least 1"));
            }
            if *length > 10_485_760 {
                return invalid(format!("length for type {name} cannot exceed 10485760"));
            }
            length + 4
        }
        (oids::BIT | oids::VARBIT, [length]) => *length,
        (oids::NUMERIC, [precision]) | (oids::NUMERIC, [precision, _]) if !(1..=1000).contains(precision) => {
            return invalid(format!("NUMERIC precision {precision} must be between 1 and 1000"));
        }
        (oids::NUMERIC, [precision]) => (precision << 16) + 4,
        (oids::NUMERIC, [_, scale]) if !(-1000..=1000).contains(scale) => {
            return invalid(format!("NUMERIC scale {scale} must be between -1000 and 1000"));
        }
        (oids::NUMERIC, [precision, scale]) => ((precision << 16) | (scale & 0x7ff)) + 4,
        (oids::NUMERIC, _) => return invalid("invalid NUMERIC type modifier".into()),
        (oids::TIME | oids::TIMETZ | oids::TIMESTAMP | oids::TIMESTAMPTZ, [precision]) => (*precision).min(6),
        // The fields' mask and the precision (intervaltypmodin).
        (oids::INTERVAL, [0x7fff]) => -1,
        (oids::INTERVAL, [fields]) => (fields << 16) | 0xffff,
        (oids::INTERVAL, [fields, precision]) => (fields << 16) | (*precision).min(6),
        _ if ty.oid < Oid::FIRST_USER => -1,
        // An extension's own encoding, such as vector's dimensions: the number itself.
        (_, [number]) => *number,
        _ => -1,
    })
}
