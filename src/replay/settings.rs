//! SET, RESET and set_config: parameters that change what later statements mean.

use super::error::state;
use super::{Effects, Replayed, SqlError, Stop};
use crate::catalog::base::{self, Setting, split_search_path};
use crate::catalog::{Catalog, Class, Lookup, Oid, quote_identifier};
use crate::source::Span;
use crate::syntax::ast::{Call, ExprKind, Name, Reset, SetConstraints, SetStatement, SettingValue, Symbol};

/// Parameters that SET knows and pg_settings does not show.
const HIDDEN: [&str; 9] = [
    "role",
    "session_authorization",
    "seed",
    "timezone",
    "transaction_isolation",
    "transaction_read_only",
    "transaction_deferrable",
    "is_superuser",
    "lc_collate",
];

/// Parameters whose value is a list of identifiers (GUC_LIST_QUOTE).
const IDENTIFIER_LISTS: [&str; 5] = [
    "search_path",
    "temp_tablespaces",
    "session_preload_libraries",
    "shared_preload_libraries",
    "local_preload_libraries",
];

/// `SHOW name`. Custom parameters, whose names have a dot, may have been set outside of the migrations.
pub(super) fn show(name: &Name) -> Replayed<Effects> {
    if &*name.text != "all" && !name.text.contains([' ', '.']) {
        check_parameter(name)?;
    }
    Ok(Effects::none())
}

/// The parameter exists (42704), or is of an extension: `prefix.name`.
pub(super) fn check_parameter(name: &Name) -> Replayed<Option<Setting>> {
    let lower = name.to_ascii_lowercase();
    if let Some(setting) = base::setting(&lower) {
        return Ok(Some(setting));
    }
    if HIDDEN.contains(&&*lower) {
        return Ok(None);
    }
    if lower.contains('.') {
        let valid = lower.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().enumerate().all(|(i, b)| {
                    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80 || (i > 0 && (b.is_ascii_digit() || b == b'$'))
                })
        });
        if !valid {
            let message = format!("invalid configuration parameter name \"{name}\"");
            return Err(SqlError::new(state::INVALID_NAME, name.span, message)
                .detail("Custom parameter names must be two or more simple identifiers separated by dots.")
                .into());
        }
        return Ok(None);
    }
    let message = format!("unrecognized configuration parameter \"{name}\"");
    Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message).about("parameter", lower).into())
}

/// The parameter may be changed in a session (55P02).
fn check_changeable(name: &Name, setting: Option<Setting>) -> Replayed<()> {
    let how = match setting.map(|s| s.context) {
        Some("i") => "cannot be changed",
        Some("p") => "cannot be changed without restarting the server",
        Some("sh") => "cannot be changed now",
        Some("b" | "sb") => "cannot be set after connection start",
        _ => return Ok(()),
    };
    Err(SqlError::new(state::CANT_CHANGE_RUNTIME_PARAM, name.span, format!("parameter \"{name}\" {how}")).into())
}

/// Booleans and enums have known values (22023).
fn check_value(setting: Option<Setting>, values: &[Name]) -> Replayed<()> {
    let (Some(setting), [value]) = (setting, values) else { return Ok(()) };
    let fits = match setting.kind {
        "b" => is_bool(value),
        // Some enums take hidden spellings of `on` and `off`.
        "e" => setting.values.split(' ').any(|v| v.eq_ignore_ascii_case(value)) || is_bool(value),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let message = match setting.kind {
        "b" => format!("parameter \"{}\" requires a Boolean value", setting.name),
        _ => format!("invalid value for parameter \"{}\": \"{value}\"", setting.name),
    };
    let error = SqlError::new(state::INVALID_PARAMETER_VALUE, value.span, message);
    Err(match setting.kind {
        "e" => error.hint(format!("Available values: {}.", setting.values.split(' ').collect::<Vec<_>>().join(", "))),
        _ => error,
    }
    .into())
}

/// parse_bool: any unambiguous beginning of true, false, yes, no, on, off; 1, 0.
fn is_bool(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let begins = |word: &str, least: usize| value.len() >= least && word.starts_with(&value);
    begins("true", 1)
        || begins("false", 1)
        || begins("yes", 1)
        || begins("no", 1)
        || begins("on", 2)
        || begins("off", 2)
        || value == "1"
        || value == "0"
}

pub(super) fn set(cat: &mut Catalog, stmt: &SetStatement) -> Replayed<Effects> {
    let setting = check_parameter(&stmt.name)?;
    check_changeable(&stmt.name, setting)?;
    match &stmt.value {
        SettingValue::Values(values) => {
            check_value(setting, values)?;
            assign(cat, &stmt.name, values, stmt.local)?;
        }
        SettingValue::Default => assign_default(cat, &stmt.name, stmt.local),
        SettingValue::FromCurrent => {}
    }
    Ok(Effects::none())
}

fn assign(cat: &mut Catalog, name: &Name, values: &[Name], local: bool) -> Replayed<()> {
    match (&*name.text, values) {
        ("search_path", _) => set_search_path(cat, values.iter().map(|v| v.text.clone()).collect(), local),
        ("role", [role]) => {
            let oid = if &*role.text == "none" { cat.session.session_role } else { setting_role(cat, role)? };
            set_role(cat, oid, local);
        }
        ("session_authorization", [role]) => {
            let oid = setting_role(cat, role)?;
            set_role(cat, oid, local);
        }
        ("check_function_bodies", [value]) => cat.session.check_function_bodies = is_true(value),
        _ => {
            let value = stored_value(name, values);
            remember(cat, name, Some(value));
        }
    }
    Ok(())
}

/// `SET ROLE nobody` has a SQLSTATE of its own (22023).
fn setting_role(cat: &Catalog, role: &Name) -> Replayed<Oid> {
    match cat.lookup_global(Class::Role, role) {
        Lookup::Found(oid) => Ok(oid),
        Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
        Lookup::Absent => {
            let message = format!("role \"{role}\" does not exist");
            Err(SqlError::new(state::INVALID_PARAMETER_VALUE, role.span, message)
                .about("role", role.to_string())
                .into())
        }
    }
}

fn is_true(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    value == "1" || value == "on" || (!value.is_empty() && ("true".starts_with(&value) || "yes".starts_with(&value)))
}

fn set_search_path(cat: &mut Catalog, path: Vec<Symbol>, local: bool) {
    let old = std::mem::replace(&mut cat.session.search_path, path);
    if local {
        cat.session.search_path_before_local.get_or_insert(old);
    } else {
        cat.session.search_path_before_local = None;
    }
}

fn set_role(cat: &mut Catalog, role: Oid, local: bool) {
    let old = std::mem::replace(&mut cat.session.current_role, role);
    if local {
        cat.session.current_role_before_local.get_or_insert(old);
    } else {
        cat.session.current_role_before_local = None;
    }
}

fn assign_default(cat: &mut Catalog, name: &Name, local: bool) {
    match &*name.text {
        "search_path" => set_search_path(cat, cat.session.default_search_path.clone(), local),
        "role" | "session_authorization" => set_role(cat, cat.session.session_role, local),
        "check_function_bodies" => cat.session.check_function_bodies = true,
        _ => remember(cat, name, None),
    }
}

fn remember(cat: &mut Catalog, name: &Name, value: Option<Symbol>) {
    cat.session.settings.retain(|(n, _)| *n != name.text);
    cat.session.settings.extend(value.map(|value| (name.text.clone(), value)));
}

pub(super) fn reset(cat: &mut Catalog, stmt: &Reset) -> Replayed<Effects> {
    match &stmt.name {
        Some(name) => {
            let setting = check_parameter(name)?;
            check_changeable(name, setting)?;
            assign_default(cat, name, false);
        }
        None => {
            // RESET ALL leaves the role alone; DISCARD ALL resets that too.
            let role = cat.session.current_role;
            cat.reset_session();
            if !stmt.discard {
                cat.session.current_role = role;
            }
        }
    }
    Ok(Effects::none())
}

/// `SET CONSTRAINTS name, … DEFERRED | IMMEDIATE`: the constraints must exist and be deferrable.
pub(super) fn set_constraints(cat: &mut Catalog, stmt: &SetConstraints) -> Replayed<Effects> {
    for name in &stmt.names {
        cat.must_be_known(&name.name)?;
        let schemas = match &name.schema {
            Some(schema) => vec![cat.resolve_schema(schema)?],
            None => cat.active_search_path(),
        };
        let found: Vec<Oid> = schemas
            .into_iter()
            .map(|schema| cat.named(Class::Constraint, schema, &name.name).collect::<Vec<_>>())
            .find(|found| !found.is_empty())
            .unwrap_or_default();
        if found.is_empty() {
            if let Lookup::Unknown(reason) = cat.absence(Class::Constraint, name.schema.as_deref(), &name.name) {
                return Err(Stop::Unknown(reason));
            }
            let message = format!("constraint \"{}\" does not exist", name.name);
            return Err(SqlError::new(state::UNDEFINED_OBJECT, name.span(), message)
                .about("constraint", name.to_string())
                .into());
        }
        let deferrable = |oid: &Oid| {
            let owner = cat.owner_of(*oid).and_then(|owner| cat.relation(owner.oid));
            owner.is_none_or(|r| r.constraints.iter().any(|c| c.oid == *oid && c.deferrable))
        };
        if !stmt.deferred {
            continue;
        }
        if !found.iter().all(deferrable) {
            let message = format!("constraint \"{}\" is not deferrable", name.name);
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into());
        }
    }
    Ok(Effects::none())
}

/// `set_config('name', 'value', is_local)` with constants.
pub(super) fn set_config(cat: &mut Catalog, call: &Call, span: Span) -> Replayed<()> {
    let [name, value, local] = &call.args[..] else { return Ok(()) };
    let (ExprKind::String(name), ExprKind::String(value)) = (&name.value.kind, &value.value.kind) else {
        return Ok(());
    };
    let local = matches!(local.value.kind, ExprKind::Bool(true));
    let name = Name::new(name.to_ascii_lowercase(), span);
    let setting = check_parameter(&name)?;
    check_changeable(&name, setting)?;
    if &*name.text == "search_path" {
        set_search_path(cat, split_search_path(value), local);
        return Ok(());
    }
    let values = [Name::new(value.clone(), span)];
    check_value(setting, &values)?;
    assign(cat, &name, &values, local)
}

/// The value as it is stored with a function or role: identifiers quoted where they need it.
pub(super) fn stored_value(name: &Name, values: &[Name]) -> Symbol {
    let quoted = IDENTIFIER_LISTS.contains(&&*name.text);
    let shown: Vec<String> = values.iter().map(|v| if quoted { quote_identifier(v) } else { v.to_string() }).collect();
    shown.join(", ").into()
}

/// `SET name FROM CURRENT`.
pub(super) fn current_value(cat: &Catalog, name: &Name) -> Symbol {
    if &*name.text == "search_path" {
        let shown: Vec<String> = cat.session.search_path.iter().map(|s| quote_identifier(s)).collect();
        return shown.join(", ").into();
    }
    cat.session.settings.iter().find(|(n, _)| *n == name.text).map_or_else(|| "".into(), |(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn settings_as_postgresql_answers() {
        check(&[
            ("", "set search_path = public, auth", "ok"),
            ("", "set search_path to nowhere", "ok"),
            ("set search_path to nowhere", "create table t (a int)", "3F000 no schema has been selected to create in"),
            ("set search_path to auth", "select id from users", "ok"),
            ("", "set nothing = 1", "42704 unrecognized configuration parameter \"nothing\""),
            ("", "set app.nothing = 1", "ok"),
            ("", "set \"app.1\" = 1", "42602 invalid configuration parameter name \"app.1\""),
            (
                "",
                "set check_function_bodies = maybe",
                "22023 parameter \"check_function_bodies\" requires a Boolean value",
            ),
            (
                "",
                "set client_min_messages = quiet",
                "22023 invalid value for parameter \"client_min_messages\": \"quiet\"",
            ),
            (
                "",
                "set wal_level = logical",
                "55P02 parameter \"wal_level\" cannot be changed without restarting the server",
            ),
            (
                "",
                "set log_connections = on",
                "55P02 parameter \"log_connections\" cannot be set after connection start",
            ),
            ("", "set server_version = '9'", "55P02 parameter \"server_version\" cannot be changed"),
            ("", "set role anon", "ok"),
            ("", "set role nobody", "22023 role \"nobody\" does not exist"),
            ("", "set statement_timeout = 0", "ok"),
            ("", "set time zone 'UTC'", "ok"),
            ("", "reset search_path", "ok"),
            ("create table t (a int primary key deferrable)", "set constraints t_pkey deferred", "ok"),
            (
                "create table t (a int primary key)",
                "set constraints t_pkey deferred",
                "42809 constraint \"t_pkey\" is not deferrable",
            ),
            ("create table t (a int primary key)", "set constraints t_pkey immediate", "ok"),
            ("", "set constraints nothing immediate", "42704 constraint \"nothing\" does not exist"),
            ("", "set constraints all deferred", "ok"),
            ("", "reset nothing", "42704 unrecognized configuration parameter \"nothing\""),
            ("", "select pg_catalog.set_config('search_path', '', false)", "ok"),
            (
                "select pg_catalog.set_config('search_path', '', false)",
                "create table t (a int)",
                "3F000 no schema has been selected to create in",
            ),
        ]);
    }
}
