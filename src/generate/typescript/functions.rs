//! Functions as PostgREST calls them: which of them, their arguments and what they return, and what calls cannot tell apart.

use super::Dialect;
use super::collation::compare;
use super::model::{Field, Reader, Ts, is_view};
use crate::catalog::{Function, FunctionKind, Oid, Relation, RelationKind, TypeKind, oids};
use crate::sort::{sort_by, sort_by_key};
use crate::syntax::ast::ArgMode;
use std::sync::Arc;

pub struct FunctionTypes {
    pub name: String,
    /// One for each overload.
    pub signatures: Vec<Signature>,
}

pub struct Signature {
    /// Empty: it takes none.
    pub args: Vec<Field>,
    pub returns: Returned,
    pub is_array: bool,
    pub setof: Option<SetofOptions>,
}

#[derive(Clone)]
pub enum Returned {
    Type(Ts),
    /// RETURNS TABLE.
    Table(Vec<Field>),
    /// The row of a relation of the same schema.
    Row(Vec<Field>),
    /// Calls fail, and why.
    Error(String),
}

pub struct SetofOptions {
    pub from: String,
    pub to: String,
    pub one_to_one: bool,
    pub is_setof: bool,
}

/// A function with its arguments as introspection lists them.
pub struct Callable {
    pub function: Arc<Function>,
    /// The text that overloads are sorted by.
    arguments: String,
    result: String,
    inputs: Vec<Input>,
}

struct Input {
    name: String,
    ty: Oid,
    has_default: bool,
}

/// The arguments that may go without a name: json, jsonb, text.
const UNNAMED: [Oid; 3] = [oids::JSON, oids::JSONB, oids::TEXT];

impl Reader<'_> {
    /// The functions of a schema but those of triggers, by name and arguments.
    pub fn listed_functions(&self, schema: Oid) -> Vec<&Arc<Function>> {
        let is_trigger = |f: &Function| matches!(f.returns.oid, oids::TRIGGER | oids::EVENT_TRIGGER);
        let wanted = |f: &&Arc<Function>| f.kind == FunctionKind::Function && !is_trigger(f);
        let mut sorted: Vec<(String, &Arc<Function>)> = self
            .cat
            .functions_in(schema)
            .filter(wanted)
            .map(|f| (self.cat.function_identity_arguments(f), f))
            .collect();
        sort_by(&mut sorted, |(a_arguments, a), (b_arguments, b)| {
            compare(&a.name, &b.name).then_with(|| compare(a_arguments, b_arguments)).then_with(|| a.oid.cmp(&b.oid))
        });
        sorted.into_iter().map(|(_, function)| function).collect()
    }

    /// Those of them that calls can reach.
    pub fn functions(&self, schema: Oid) -> Vec<Callable> {
        let callable = |function: &Arc<Function>| Callable {
            arguments: self.cat.function_arguments(function),
            result: self.cat.function_result(function),
            inputs: inputs(function),
            function: function.clone(),
        };
        self.listed_functions(schema).into_iter().map(callable).filter(|c| self.is_callable(c)).collect()
    }

    fn is_callable(&self, callable: &Callable) -> bool {
        let inputs = &callable.inputs;
        let may_go_unnamed = |i: &Input| !i.name.is_empty() || (i.has_default && UNNAMED.contains(&i.ty));
        inputs.iter().all(|i| !i.name.is_empty())
            || inputs.iter().all(may_go_unnamed)
            || matches!(&inputs[..], [only] if UNNAMED.contains(&only.ty) || self.row_relation(only.ty).is_some())
    }

    /// The relation, or the composite type's own, whose rows are of the type.
    fn row_relation(&self, ty: Oid) -> Option<&Arc<Relation>> {
        match self.cat.type_(ty)?.kind {
            TypeKind::Composite(relation) => self.cat.relation(relation),
            _ => None,
        }
    }

    pub(super) fn signatures(&self, schema: &str, functions: Vec<Callable>) -> Vec<FunctionTypes> {
        let of_group = |group: Vec<Callable>| {
            let signatures = (0..group.len()).filter_map(|place| self.signature(schema, &group, place)).collect();
            FunctionTypes { name: group.first().map(|f| f.function.name.to_string()).unwrap_or_default(), signatures }
        };
        let mut groups = overloads(functions);
        if self.dialect == Dialect::Meta {
            sort_by_key(&mut groups, |group| array_index(group.first().map_or("", |f| &f.function.name)));
        }
        groups.into_iter().map(of_group).collect()
    }

    fn signature(&self, schema: &str, group: &[Callable], place: usize) -> Option<Signature> {
        let callable = group.get(place)?;
        let function = &callable.function;
        let mut args: Vec<Field> = callable
            .inputs
            .iter()
            .map(|i| Field { name: i.name.clone(), optional: i.has_default, ty: self.argument(i) })
            .collect();
        sort_by(&mut args, |a, b| compare(&a.name, &b.name));
        let error = self.conflict(schema, group, place).or_else(|| self.unreachable_row(schema, callable));
        let is_error = error.is_some();
        let setof = self.setof_options(function);
        let collapses = setof.is_some() && !returns_many(function);
        let is_array = function.returns_set && !collapses && !(is_error && self.dialect == Dialect::Cli);
        let returns = error.map_or_else(|| self.returned(function), Returned::Error);
        Some(Signature { args, returns, is_array, setof })
    }

    fn argument(&self, input: &Input) -> Ts {
        let ty = self.type_of(input.ty);
        let is_row = matches!(&ty, Ts::Entry { section: "Tables" | "Views", .. });
        match is_row && !input.name.is_empty() && self.dialect == Dialect::Cli {
            true => Ts::Stored(Box::new(ty)),
            false => ty,
        }
    }

    fn returned(&self, function: &Function) -> Returned {
        if function.returns_table {
            let columns = function.args.iter().filter(|a| a.mode == ArgMode::Table);
            let mut fields: Vec<Field> = columns
                .map(|a| Field {
                    name: a.name.as_deref().unwrap_or_default().to_string(),
                    optional: false,
                    ty: self.type_of(a.ty.oid),
                })
                .collect();
            sort_by(&mut fields, |a, b| compare(&a.name, &b.name));
            return Returned::Table(fields);
        }
        let printed = |r: &&Arc<Relation>| {
            r.schema == function.schema && (is_view(r) || r.kind.is_table() || r.kind == RelationKind::ForeignTable)
        };
        match self.row_relation(function.returns.oid).filter(printed) {
            Some(relation) => Returned::Row(self.row(relation)),
            None => Returned::Type(self.type_of(function.returns.oid)),
        }
    }

    /// What postgrest-js needs to select from what the function returns.
    fn setof_options(&self, function: &Function) -> Option<SetofOptions> {
        let to = self.row_relation(function.returns.oid)?.name.to_string();
        let from = match &function.args[..] {
            [only] if self.row_relation(only.ty.oid).is_some() => Some(self.cat.format_type(only.ty)),
            _ => None,
        };
        let one_to_one = !returns_many(function) || (from.is_some() && !function.returns_set);
        Some(SetofOptions { from: from.unwrap_or_else(|| "*".into()), to, one_to_one, is_setof: function.returns_set })
    }

    /// What PostgREST says where it cannot choose between overloads.
    fn conflict(&self, schema: &str, group: &[Callable], place: usize) -> Option<String> {
        let callable = group.get(place)?;
        let name = &callable.function.name;
        let others = || group.iter().enumerate().filter(move |(at, _)| *at != place).map(|(_, other)| other);
        let type_name = |ty: Oid| self.cat.type_(ty).map_or_else(|| "unknown".into(), |t| t.name.to_string());
        let said = |candidates: &str| {
            format!(
                "Could not choose the best candidate function between: {candidates}. Try renaming the parameters or the function itself in the database so function overloading can be resolved"
            )
        };
        match &callable.inputs[..] {
            [] => {
                let unnamed =
                    |f: &&Callable| matches!(&f.inputs[..], [only] if only.name.is_empty() && only.has_default);
                let other = others().find(unnamed)?;
                let returns = type_name(other.function.returns.oid);
                Some(said(&format!("{schema}.{name}(), {schema}.{name}( => {returns})")))
            }
            [own] if !own.name.is_empty() => {
                let alike = |f: &Callable| match &f.inputs[..] {
                    [only] if only.name == own.name && only.ty != own.ty => Some(only.ty),
                    _ => None,
                };
                let mut types: Vec<Oid> = others().filter_map(alike).collect();
                if types.is_empty() {
                    return None;
                }
                types.insert(0, own.ty);
                sort_by(&mut types, |a, b| a.cmp(b));
                let candidate = |ty: &Oid| format!("{schema}.{name}({} => {})", own.name, type_name(*ty));
                Some(said(&types.iter().map(candidate).collect::<Vec<_>>().join(", ")))
            }
            _ => None,
        }
    }

    /// A single unnamed row is no argument that a call can give.
    fn unreachable_row(&self, schema: &str, callable: &Callable) -> Option<String> {
        let [only] = &callable.inputs[..] else { return None };
        let is_row = only.name.is_empty() && self.row_relation(only.ty).is_some();
        // postgres-meta takes one that returns a relation for an embedding.
        let embeds = self.dialect == Dialect::Meta && self.row_relation(callable.function.returns.oid).is_some();
        (is_row && !embeds).then(|| {
            format!(
                "the function {schema}.{} with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache",
                callable.function.name
            )
        })
    }

    /// The functions that take a row of the relation and nothing else.
    pub(super) fn computed_fields(&self, relation: &Relation, functions: &[Callable]) -> Vec<(String, Returned)> {
        let mut fields: Vec<(String, Returned)> = Vec::new();
        // postgres-meta falls back on the text of the arguments: `f(text)` is shown of a relation `text`.
        let is_alike = |f: &Callable| {
            let takes_row = matches!(&f.inputs[..], [only] if self.row_relation(only.ty).is_some());
            self.dialect == Dialect::Meta && *f.arguments == *relation.name && !takes_row
        };
        for callable in functions.iter().filter(|f| f.takes_row_of(relation) || is_alike(f)) {
            let name = callable.function.name.to_string();
            if self.dialect == Dialect::Cli
                && (relation.column(&name).is_some() || fields.iter().any(|(known, _)| *known == name))
            {
                continue;
            }
            fields.push((name, self.returned(&callable.function)));
        }
        fields
    }
}

impl Callable {
    /// Takes a row of the relation and nothing else.
    pub fn takes_row_of(&self, relation: &Relation) -> bool {
        matches!(&self.inputs[..], [only] if only.ty == relation.row_type)
    }
}

/// What JavaScript takes for the index of an array: such keys of an object come first, by number.
fn array_index(name: &str) -> u32 {
    name.parse::<u32>().ok().filter(|n| n.to_string() == name).unwrap_or(u32::MAX)
}

fn returns_many(function: &Function) -> bool {
    function.returns_set && function.rows.unwrap_or(1000.0) > 1.0
}

/// The functions of a schema by name, and those of one name in the order in which they are printed.
pub fn overloads(functions: Vec<Callable>) -> Vec<Vec<Callable>> {
    let mut groups: Vec<Vec<Callable>> = Vec::new();
    for callable in functions {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|f| f.function.name == callable.function.name) => {
                group.push(callable);
            }
            _ => groups.push(vec![callable]),
        }
    }
    for group in &mut groups {
        sort_by(group, |a, b| compare(&a.arguments, &b.arguments).then_with(|| compare(&a.result, &b.result)));
    }
    groups
}

/// IN, INOUT and VARIADIC arguments. Defaults are counted off over all arguments, as introspection does: OUT arguments before them shift them.
fn inputs(function: &Function) -> Vec<Input> {
    let count = function.input_args().count();
    let defaults = function.args.iter().filter(|a| a.has_default).count();
    let is_input = |mode: ArgMode| matches!(mode, ArgMode::In | ArgMode::InOut | ArgMode::Variadic);
    let all = function.args.iter().enumerate().filter(|(_, a)| is_input(a.mode));
    all.map(|(place, a)| Input {
        name: a.name.as_deref().unwrap_or_default().to_string(),
        ty: a.ty.oid,
        has_default: (count - defaults.min(count)..count).contains(&place),
    })
    .collect()
}
