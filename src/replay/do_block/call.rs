//! Functions that a statement calls on its own account (`SELECT f();`): their bodies run, as far as they can be followed.

use super::check;
use super::eval::{Interpreter, Variable};
use super::value::Value;
use super::{execute, queue, targets};
use crate::catalog::base::split_search_path;
use crate::catalog::{Catalog, Function, Oid, oids};
use crate::replay::{Effects, Replayed, Stop, apply};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{ArgMode, Call, Expr, FunctionBody, StatementKind, Symbol};
use crate::syntax::plpgsql::Code;
use std::sync::Arc;

/// Functions that call functions, at most.
const DEEPEST: u8 = 8;

/// A call that may run or not, or several times, as the rows are: what its body may touch is not known from here on.
pub(in crate::replay) fn perhaps_call_function(cat: &mut Catalog, call: &Call) {
    if queue::perhaps(cat, call) {
        return;
    }
    if let Some(function) = callee(cat, call)
        && let Some(FunctionBody::Text(body)) = function.body.as_deref()
        && matches!(&*function.language, "plpgsql" | "sql")
    {
        let code = Code::new(body.text.clone());
        let reason = format!("whether {} runs, and with which arguments, is not known", function.name);
        targets::mark(cat, &code, code.all(), &reason.into());
    }
}

/// Runs the body of the function that a call means, if it is a user's and only one can be meant. Errors carry the call's span.
pub(in crate::replay) fn call_function(cat: &mut Catalog, call: &Call, span: Span) -> Replayed<Effects> {
    if let Some(followed) = queue::follow(cat, call, span) {
        return followed;
    }
    let Some(function) = callee(cat, call) else { return Ok(Effects::none()) };
    let Some(FunctionBody::Text(body)) = function.body.as_deref() else { return Ok(Effects::none()) };
    if cat.session.call_depth >= DEEPEST {
        return Ok(Effects::none());
    }
    let parameters = parameters(cat, call, &function);
    if function.strict && parameters.iter().any(|p| p.value.is_null()) {
        return Ok(Effects::none());
    }
    let code = Code::new(body.text.clone());
    let before = cat.clone();
    enter(cat, &function);
    let result = match &*function.language {
        "plpgsql" => match check::compile(cat, &code, &check::surroundings(cat, &function)) {
            Ok(block) => execute(cat, &code, &block, parameters),
            Err(stop) => Err(stop),
        },
        "sql" => run_sql(cat, &body.text, &parameters),
        _ => Ok(Effects::none()),
    };
    match result {
        Ok(effects) => {
            leave(cat, &before);
            super::spans::fix_spans(&before, cat, &effects, span);
            Ok(effects)
        }
        Err(Stop::Refused(mut error)) => {
            error.span = span;
            Err(Stop::Refused(error))
        }
        Err(Stop::Unknown(reason)) => {
            *cat = before;
            targets::mark(cat, &code, code.all(), &reason);
            Ok(Effects::none())
        }
    }
}

/// The only function of that name that takes so many arguments, when a migration has made it.
fn callee(cat: &Catalog, call: &Call) -> Option<Arc<Function>> {
    if call.builtin_syntax || call.over.is_some() || call.args.iter().any(|a| a.variadic) {
        return None;
    }
    let candidates = cat.visible_functions(&call.function).ok()?;
    let mut fitting = candidates.into_iter().filter(|f| {
        let (given, mut inputs) = (call.args.len(), f.input_args().enumerate());
        f.input_args().count() >= given
            && inputs.all(|(place, arg)| arg.has_default || argument(call, place, arg.name.as_ref()).is_some())
    });
    let only = fitting.next()?;
    let is_users = only.oid >= Oid::FIRST_USER && only.origin.created.is_some();
    let plain = only.input_args().all(|a| a.mode != ArgMode::Variadic) && only.returns.oid != oids::TRIGGER;
    (fitting.next().is_none() && is_users && plain).then(|| only.clone())
}

/// What the call gives for a parameter: by place, or by name.
fn argument<'c>(call: &'c Call, place: usize, name: Option<&Symbol>) -> Option<&'c Expr> {
    let by_place = call.args.get(place).filter(|given| given.name.is_none());
    let named = || call.args.iter().find(|given| given.name.as_ref().is_some_and(|n| Some(&n.text) == name));
    by_place.or_else(named).map(|given| &given.value)
}

fn parameters(cat: &mut Catalog, call: &Call, function: &Function) -> Vec<Variable> {
    let mut eval = Interpreter::new(cat, Vec::new());
    let mut parameters = vec![variable(&function.name, Value::unknown("the function's name is no value"))];
    let mut inputs = 0;
    for (place, arg) in function.args.iter().enumerate() {
        let value = match arg.mode {
            ArgMode::In | ArgMode::InOut | ArgMode::Variadic => {
                inputs += 1;
                match argument(call, inputs - 1, arg.name.as_ref()) {
                    Some(given) => eval.value(given).unwrap_or_else(|_| Value::unknown("the argument is not known")),
                    None => Value::unknown("the parameter's default is not modelled"),
                }
            }
            ArgMode::Out | ArgMode::Table => Value::Null,
        };
        parameters.push(variable(&format!("${}", place + 1).into(), value.clone()));
        parameters.extend(arg.name.as_ref().map(|name| variable(name, value)));
    }
    parameters
}

fn variable(name: &Symbol, value: Value) -> Variable {
    Variable { name: name.clone(), ty: None, value }
}

/// The function's own settings and, for SECURITY DEFINER, its owner hold while it runs.
fn enter(cat: &mut Catalog, function: &Function) {
    cat.session.call_depth += 1;
    if let Some(FunctionBody::Text(body)) = function.body.as_deref() {
        cat.session.source = body.text.clone();
    }
    for (name, value) in &function.settings {
        if &**name == "search_path" {
            cat.session.search_path = split_search_path(value);
        }
    }
    if function.security_definer {
        cat.session.current_role = function.owner;
    }
}

/// What the caller had comes back; a `SET` inside of the function is lost where the function has that setting itself only, which is not told apart.
fn leave(cat: &mut Catalog, before: &Catalog) {
    cat.session.call_depth = before.session.call_depth;
    cat.session.source = before.session.source.clone();
    cat.session.search_path = before.session.search_path.clone();
    cat.session.current_role = before.session.current_role;
}

fn run_sql(cat: &mut Catalog, text: &str, parameters: &[Variable]) -> Replayed<Effects> {
    let outer = std::mem::replace(&mut cat.session.variables, parameters.iter().map(|p| p.name.clone()).collect());
    let mut effects = Effects::none();
    for statement in syntax::parse(text).statements {
        let Ok(statement) = statement.result else { return Err(Stop::unknown("the body does not parse")) };
        if let StatementKind::Transaction(_) = statement.kind {
            return Err(Stop::unknown("transaction control in a function is not followed"));
        }
        effects.extend(apply(cat, &statement)?);
    }
    cat.session.variables = outer;
    Ok(effects)
}
