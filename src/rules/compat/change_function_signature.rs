//! compat/change-function-signature: a function that clients may call is made again with other arguments or another result, or beside another
//! that takes the same call.

use super::{is_trigger_function, list, meets_clients, touched};
use crate::catalog::{Catalog, Class, Function, FunctionArgument, ObjectAddress, Oid};
use crate::replay::{Change, Step};
use crate::rules::prelude::*;
use crate::syntax::ast::ArgMode;
use std::sync::Arc;

rule!(RULE, "change-function-signature", "function whose calls by clients no longer fit", check);

fn check(cx: &mut MigrationContext) {
    for gone in touched(cx, Change::Dropped).into_iter().filter(|t| t.object.class == Class::Function) {
        let Some(old) = gone.start.function(gone.object.oid).filter(|f| !is_trigger_function(f)) else { continue };
        let again: Vec<&Arc<Function>> = cx.after.functions_named(old.schema, &old.name).collect();
        // The API calls by the names of the arguments, whatever their order.
        let by_name = cx.common.is_exposed(gone.start, old.schema);
        let mut wrong = again.iter().map(|new| difference(gone.start, old, cx.after, new, by_name));
        let Some(first) = wrong.next() else { continue };
        // One that takes the old calls is enough.
        let (Some(how), true) = (first, wrong.all(|w| w.is_some())) else { continue };
        if gone.may_be_back(cx) {
            continue;
        }
        let shown = gone.shown();
        let left = again.iter().all(|new| cx.before.function(new.oid).is_some());
        let verb = if left { "stays only" } else { "is made again" };
        let message = format!("function `{shown}` {verb} {how}: calls of clients break");
        let help = "keep the old function beside the new one, under its old signature, until no client calls it; or give the new one another name";
        cx.report(gone.span, message).help(help).object(shown);
    }
    overloads(cx);
}

/// Why the new function does not take the calls of the old one; `None` where it does.
fn difference(before: &Catalog, old: &Function, after: &Catalog, new: &Function, by_name: bool) -> Option<String> {
    let (was, is): (Vec<_>, Vec<_>) = (old.input_args().collect(), new.input_args().collect());
    let mut how: Vec<String> = Vec::new();
    for (place, a) in was.iter().enumerate() {
        let name = a.name.as_deref().unwrap_or("");
        let twin = is.iter().position(|b| b.name == a.name).filter(|at| a.name.is_some() && (by_name || *at == place));
        let twin = if a.name.is_some() { twin } else { Some(place).filter(|at| is.get(*at).is_some()) };
        let Some(b) = twin.and_then(|at| is.get(at)) else {
            how.push(format!("without the argument `{name}`"));
            continue;
        };
        let (was, is) = (before.format_type(a.ty), after.format_type(b.ty));
        if was != is {
            how.push(format!("with `{name}` as {is} instead of {was}"));
        } else if a.has_default && !b.has_default {
            how.push(format!("with no default of `{name}`"));
        }
    }
    let known = |b: &FunctionArgument| b.name.is_some() && was.iter().any(|a| a.name == b.name);
    for (place, b) in is.iter().enumerate() {
        if !b.has_default && !known(b) && (b.name.is_some() || place >= was.len()) {
            how.push(format!("with the new argument `{}`", b.name.as_deref().unwrap_or("")));
        }
    }
    if old.kind != new.kind {
        how.push(format!("as a {}", new.kind.noun()));
    }
    if !how.is_empty() {
        return Some(list(&how));
    }
    // Columns that are added to the result are no harm.
    let results = |f: &Function, cat: &Catalog| -> Vec<(Option<String>, String)> {
        let out = f.args.iter().filter(|a| !matches!(a.mode, ArgMode::In | ArgMode::Variadic));
        out.map(|a| (a.name.as_ref().map(|n| n.to_string()), cat.format_type(a.ty))).collect()
    };
    let (had, has) = (results(old, before), results(new, after));
    let same_rows = old.returns_set == new.returns_set && !had.is_empty() && had.iter().all(|c| has.contains(c));
    let (was, is) = (before.function_result(old), after.function_result(new));
    if was == is || same_rows {
        return None;
    }
    let missing: Vec<String> =
        had.iter().filter(|c| !has.contains(c)).filter_map(|(name, _)| Some(format!("`{}`", name.as_ref()?))).collect();
    Some(match has.is_empty() || missing.is_empty() {
        true => format!("with the result {} instead of {}", short(is), short(was)),
        false => format!("without {} as it was in the result", list(&missing)),
    })
}

/// As much as a message can bear.
fn short(mut text: String) -> String {
    const LONGEST: usize = 100;
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

/// New functions that the API cannot tell from a live one: it chooses by the names of the arguments that a call gives.
fn overloads(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    let created: Vec<(&Step, Oid)> = cx
        .effects()
        .filter(|(_, e)| e.change == Change::Created && e.object.class == Class::Function)
        .map(|(step, e)| (step, e.object.oid))
        .collect();
    for (step, oid) in created {
        let Some(new) = cx.after.function(oid).filter(|f| cx.common.is_exposed(cx.after, f.schema)) else { continue };
        let twin = cx.after.functions_named(new.schema, &new.name).find(|old| {
            old.oid != oid
                && !splinter::callers(cx.after, old).is_empty()
                && super::is_live(cx, cx.after, ObjectAddress::new(Class::Function, old.oid), Oid::INVALID)
                && takes_calls_of(new, old)
        });
        let Some(old) = twin else { continue };
        // Where both were there before the file, the API was at a loss before.
        let types: Vec<Oid> = new.input_args().map(|a| a.ty.oid).collect();
        if cx.before.functions_named(new.schema, &new.name).any(|f| f.has_input_types(&types)) {
            continue;
        }
        let name = cx.after.display_name(new.schema, &new.name);
        let (was, is) =
            (short(cx.after.function_identity_arguments(old)), short(cx.after.function_identity_arguments(new)));
        let message = format!(
            "`{name}` now has the arguments ({is}) beside ({was}): the API cannot choose between the two when a call gives the names that both take"
        );
        let help = "drop the old function in the same migration, or give the new one another name";
        cx.report(created_name(step), message).help(help).object(name);
    }
}

/// Whether a call by name that fits the old function fits the new one too.
fn takes_calls_of(new: &Function, old: &Function) -> bool {
    let named = |f: &Function| f.input_args().all(|a| a.name.is_some());
    let has = |f: &Function, a: &FunctionArgument| f.input_args().any(|b| b.name == a.name);
    named(new)
        && named(old)
        && old.input_args().all(|a| has(new, a))
        && new.input_args().all(|a| a.has_default || has(old, a))
}
