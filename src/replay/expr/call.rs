//! Function calls: which function is meant, where that is plain, and what it yields.

use super::coerce::never_fits;
use super::{Analysis, Columns, OutputColumn, Typed, quiet};
use crate::catalog::{
    Class, DependencyKind, Function, FunctionKind, Lookup, ObjectAddress, Oid, TypeKind, TypeRef, oids,
};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Alias, ArgMode, Call, Expr, ExprKind};
use std::sync::Arc;

impl Analysis<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Replayed<Typed> {
        Ok(self.resolve_call(call, span)?.1)
    }

    /// The function, where only one can be meant, and the type that it returns.
    fn resolve_call(&mut self, call: &Call, span: Span) -> Replayed<(Option<Arc<Function>>, Typed)> {
        let mut types = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            types.push(self.expr(&arg.value)?);
        }
        self.order_by(&call.order_by)?;
        self.exprs(&call.filter)?;
        if let Some(window) = &call.over {
            self.window(window)?;
        }
        if call.builtin_syntax {
            let name = &*call.function.name.text;
            self.mutable |= matches!(
                name,
                "current_date" | "current_time" | "current_timestamp" | "localtime" | "localtimestamp" | "current_user"
            );
            return Ok((None, builtin_type(name, &types)));
        }
        let candidates: Vec<Arc<Function>> = match quiet(self.cat.visible_functions(&call.function))? {
            Some(found) => found.into_iter().cloned().collect(),
            None => return Ok((None, None)),
        };
        let named = call.args.iter().any(|a| a.name.is_some() || a.variadic);
        let given = if call.star { 0 } else { call.args.len() };
        let fits = |f: &Function| named || (takes(f, given) && self.may_take(f, &types));
        let fitting: Vec<&Arc<Function>> = candidates.iter().filter(|f| fits(f)).collect();
        if fitting.is_empty() {
            if candidates.is_empty() || !candidates.iter().any(|f| self.is_of_extension(f)) {
                self.undefined(call, &types, span)?;
            }
            return Ok((None, None));
        }
        if let [only] = fitting[..]
            && only.is_procedure()
        {
            let message = format!("{}({}) is a procedure", call.function, self.shown_types(&types).join(", "));
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, call.function.span().to(span), message)
                .hint("To call a procedure, use CALL.")
                .about("function", call.function.to_string())
                .into());
        }
        if !named && fitting.len() > 1 && alike(&fitting, given) {
            let message = format!("function {}({}) is not unique", call.function, self.shown_types(&types).join(", "));
            return Err(SqlError::new(state::AMBIGUOUS_FUNCTION, call.function.span().to(span), message)
                .hint("Could not choose a best candidate function. You might need to add explicit type casts.")
                .about("function", call.function.to_string())
                .into());
        }
        let exact: Vec<&Arc<Function>> =
            fitting.iter().copied().filter(|f| fitting.len() == 1 || types_agree(f, &types)).collect();
        match exact[..] {
            [] => self.note_volatility(fitting.iter().map(|f| &***f)),
            _ => self.note_volatility(exact.iter().map(|f| &***f)),
        }
        if let Some(first) = fitting.first()
            && fitting.iter().all(|f| f.kind == first.kind)
        {
            self.check_function(first, call.over.is_some(), span)?;
        }
        let returned = fitting.first().map(|f| f.returns).filter(|ty| fitting.iter().all(|f| f.returns == *ty));
        match exact[..] {
            [function] => {
                self.refer(ObjectAddress::new(Class::Function, function.oid));
                if !named {
                    for (input, arg) in function.input_args().zip(&call.args) {
                        self.literal(input.ty, &arg.value)?;
                    }
                }
                Ok((Some(function.clone()), self.plain_type(function.returns)))
            }
            _ => Ok((None, returned.and_then(|ty| self.plain_type(ty)))),
        }
    }

    /// Whether values of these types may be passed to the function.
    pub(in crate::replay) fn may_take(&self, function: &Function, types: &[Typed]) -> bool {
        let mut inputs = function.input_args();
        let mut last = None;
        types.iter().all(|given| {
            let input = inputs.next().or(last);
            last = input;
            match (given, input) {
                (Some(given), Some(input)) if input.mode == ArgMode::Variadic => {
                    let element = self.element_of(input.ty);
                    element.is_none_or(|element| !never_fits(self.cat, given.oid, element.oid))
                }
                (Some(given), Some(input)) => !never_fits(self.cat, given.oid, input.ty.oid),
                _ => true,
            }
        })
    }

    /// What an extension's script is known to create may be incomplete.
    fn is_of_extension(&self, function: &Function) -> bool {
        self.cat.dependencies(function.oid).iter().any(|d| d.kind == DependencyKind::Extension)
    }

    /// `function f(integer) does not exist`, unless the call may be something else or the function may exist.
    fn undefined(&self, call: &Call, types: &[Typed], span: Span) -> Replayed<()> {
        let name = &call.function;
        if let Lookup::Unknown(_) = self.cat.absence(name.schema.as_deref(), &name.name) {
            return Ok(());
        }
        if self.cat.may_be_brought(name.schema.as_deref()) {
            return Ok(());
        }
        if types.len() == 1 {
            // `t(x)` may be a cast, `c(t)` a column of t's row.
            let is_type = !matches!(
                self.cat.lookup(Class::Type, name.schema.as_ref().map(|s| &s.text), &name.name),
                Lookup::Absent
            );
            let may_be_row = types.iter().all(|ty| ty.is_none_or(|ty| !self.is_scalar(ty.oid)));
            if is_type || (may_be_row && name.schema.is_none()) {
                return Ok(());
            }
        }
        let shown = self.shown_types(types);
        Err(SqlError::new(
            state::UNDEFINED_FUNCTION,
            call.function.span().to(span),
            format!("function {name}({}) does not exist", shown.join(", ")),
        )
        .hint("No function matches the given name and argument types. You might need to add explicit type casts.")
        .about("function", name.to_string())
        .into())
    }

    /// The types of a call's arguments as messages print them.
    pub(in crate::replay) fn argument_types(&mut self, call: &Call) -> Vec<String> {
        let types: Vec<Typed> = call.args.iter().map(|a| self.expr(&a.value).ok().flatten()).collect();
        self.shown_types(&types)
    }

    fn shown_types(&self, types: &[Typed]) -> Vec<String> {
        let shown = |ty: &Typed| ty.map_or_else(|| "…".to_string(), |ty| self.cat.format_type(TypeRef::plain(ty.oid)));
        types.iter().map(shown).collect()
    }

    fn is_scalar(&self, ty: Oid) -> bool {
        self.cat.type_(ty).is_some_and(|t| !matches!(t.kind, TypeKind::Composite(_) | TypeKind::Pseudo))
            || ty == oids::UNKNOWN
    }

    /// A declared type as an expression's: polymorphic ones depend on the arguments.
    fn plain_type(&self, ty: TypeRef) -> Typed {
        match self.cat.type_(ty.oid)?.kind {
            TypeKind::Pseudo if ty.oid != oids::RECORD && ty.oid != oids::VOID => None,
            _ => Some(ty),
        }
    }

    /// The columns of a function in FROM.
    pub(super) fn function_in_from(&mut self, expr: &Expr, alias: Option<&Alias>) -> Replayed<Columns> {
        let ExprKind::Call(call) = &expr.kind else {
            self.expr(expr)?;
            return Ok(None);
        };
        let (function, ty) = self.resolve_call(call, expr.span)?;
        let scalar = |ty: Typed| {
            let name = alias.map_or(&call.function.name, |a| &a.name);
            Some(vec![OutputColumn { name: name.text.clone(), ty, source: None }])
        };
        let Some(function) = function else {
            let one_column = match ty {
                Some(ty) => self.is_scalar(ty.oid),
                None => call.function.schema.is_none() && &*call.function.name.text == "unnest" && call.args.len() == 1,
            };
            return Ok(if one_column { scalar(ty) } else { None });
        };
        let outputs: Vec<OutputColumn> = function
            .args
            .iter()
            .filter(|a| matches!(a.mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table))
            .enumerate()
            .map(|(place, a)| OutputColumn {
                name: a.name.clone().unwrap_or_else(|| format!("column{}", place + 1).into()),
                ty: self.plain_type(a.ty),
                source: None,
            })
            .collect();
        match outputs.len() {
            0 => {}
            1 if function.returns.oid != oids::RECORD => {
                // A single output is a scalar function whose column has the argument's name.
                return Ok(match alias {
                    Some(_) if !function.returns_table => scalar(outputs.first().and_then(|c| c.ty)),
                    _ => Some(outputs),
                });
            }
            _ => return Ok(Some(outputs)),
        }
        let Some(returned) = self.cat.type_(function.returns.oid) else { return Ok(None) };
        Ok(match returned.kind {
            TypeKind::Composite(relation) => {
                let columns = self.cat.relation(relation).and_then(|r| super::scope::relation_columns(self.cat, r));
                columns.map(|columns| columns.into_iter().map(|c| OutputColumn { source: None, ..c }).collect())
            }
            // Polymorphic: the columns depend on the argument's type.
            TypeKind::Pseudo if returned.oid != oids::VOID => None,
            _ => scalar(ty),
        })
    }
}

/// Whether the function takes this many arguments, defaults and VARIADIC counted.
fn takes(function: &Function, given: usize) -> bool {
    let inputs: Vec<_> = function.input_args().collect();
    let required = inputs.iter().filter(|a| !a.has_default && a.mode != ArgMode::Variadic).count();
    let variadic = inputs.iter().any(|a| a.mode == ArgMode::Variadic);
    let ordered_set = function.kind == FunctionKind::Aggregate && given < inputs.len();
    (given >= required && (given <= inputs.len() || variadic)) || ordered_set
}

/// Whether functions of one schema differ in nothing but arguments with defaults that the call leaves out: none of them is the better one
/// (FuncnameGetCandidates).
fn alike(functions: &[&Arc<Function>], given: usize) -> bool {
    let types = |f: &Function| -> Vec<Oid> { f.input_args().take(given).map(|a| a.ty.oid).collect() };
    let plain = |f: &Function| f.kind == FunctionKind::Function && f.input_args().all(|a| a.mode != ArgMode::Variadic);
    functions.iter().all(|f| plain(f))
        && functions.windows(2).all(|pair| match pair {
            [a, b] => a.schema == b.schema && types(a) == types(b),
            _ => true,
        })
}

/// Whether every argument of known type has the declared one.
fn types_agree(function: &Function, types: &[Typed]) -> bool {
    types.iter().zip(function.input_args()).all(|(ty, arg)| match ty {
        Some(ty) => ty.oid == oids::UNKNOWN || ty.oid == arg.ty.oid,
        None => true,
    })
}

/// The types of the grammar's own functions.
fn builtin_type(name: &str, types: &[Typed]) -> Typed {
    let plain = |oid| Some(TypeRef::plain(oid));
    match name {
        "coalesce" | "greatest" | "least" => super::common_type(types),
        "nullif" => types.first().copied().flatten(),
        "current_date" => plain(oids::DATE),
        "current_timestamp" => plain(oids::TIMESTAMPTZ),
        "localtimestamp" => plain(oids::TIMESTAMP),
        "current_time" => plain(oids::TIMETZ),
        "localtime" => plain(oids::TIME),
        "current_user" | "session_user" | "user" | "current_role" | "current_catalog" | "current_schema" => {
            plain(oids::NAME)
        }
        "extract" => plain(oids::NUMERIC),
        _ => None,
    }
}
