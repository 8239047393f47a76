//! CREATE EVENT TRIGGER (CreateEventTrigger).

use super::error::state;
use super::operator::exact_function;
use super::{Change, Effects, Replayed, SqlError};
use crate::catalog::{Catalog, Class, Definition, DependencyKind, Named, NamedObject, ObjectAddress, Oid, oids};
use crate::source::Span;
use crate::syntax::ast::{CreateEventTrigger, ObjectKind};

const EVENTS: [&str; 5] = ["ddl_command_start", "ddl_command_end", "sql_drop", "login", "table_rewrite"];

pub(super) fn create_event_trigger(cat: &mut Catalog, stmt: &CreateEventTrigger, span: Span) -> Replayed<Effects> {
    let syntax =
        |span: Span, message: String| -> super::Stop { SqlError::new(state::SYNTAX_ERROR, span, message).into() };
    if !EVENTS.contains(&&*stmt.event.text) {
        return Err(syntax(stmt.event.span, format!("unrecognized event name \"{}\"", stmt.event)));
    }
    for (place, (variable, _)) in stmt.filters.iter().enumerate() {
        if &*variable.text != "tag" {
            return Err(syntax(variable.span, format!("unrecognized filter variable \"{variable}\"")));
        }
        if place > 0 {
            return Err(syntax(variable.span, format!("filter variable \"{variable}\" specified more than once")));
        }
    }
    if &*stmt.event.text == "login"
        && let Some((variable, _)) = stmt.filters.first()
    {
        let message = "tag filtering is not supported for login event triggers";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, variable.span, message).into());
    }
    cat.must_be_known(&stmt.name)?;
    if cat.other_named(ObjectKind::EventTrigger, Oid::INVALID, &stmt.name).is_some() {
        let message = format!("event trigger \"{}\" already exists", stmt.name);
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.name.span, message)
            .about("event trigger", stmt.name.to_string())
            .into());
    }
    let function = exact_function(cat, &stmt.function, &[])?;
    if function.returns.oid != oids::EVENT_TRIGGER {
        let message = format!("function {} must return type event_trigger", stmt.function);
        return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, stmt.function.span(), message).into());
    }
    let (oid, origin) = (cat.new_oid(), cat.origin());
    let names = [
        (stmt.name.span, Named::Object(Class::Other, oid)),
        (stmt.function.span(), Named::Object(Class::Function, function.oid)),
    ];
    let definition = Definition::new(&cat.session.source, span, &names);
    cat.insert_other(NamedObject {
        oid,
        kind: ObjectKind::EventTrigger,
        schema: Oid::INVALID,
        name: stmt.name.text.clone(),
        types: Vec::new(),
        result: Oid::INVALID,
        detail: "".into(),
        definitions: vec![definition],
        origin,
    });
    let address = ObjectAddress::new(Class::Other, oid);
    cat.depend(address, ObjectAddress::new(Class::Function, function.oid), DependencyKind::Normal);
    Ok(Effects::of(Class::Other, oid, Change::Created))
}
