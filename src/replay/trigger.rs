//! CREATE TRIGGER.

use super::error::state;
use super::expr::{self, References};
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{
    Catalog, Class, Constraint, ConstraintKind, DependencyKind, Function, ObjectAddress, Oid, Relation, RelationKind,
    Trigger, oids,
};
use crate::source::Span;
use crate::syntax::ast::{CreateTrigger, QualifiedName, TransitionTable, TriggerEvent, TriggerTiming};
use std::sync::Arc;

pub(super) fn create_trigger(cat: &mut Catalog, stmt: &CreateTrigger) -> Replayed<Effects> {
    let table = cat.resolve_relation(&stmt.table)?.clone();
    check_relation(cat, &table, stmt)?;
    let from = match &stmt.from {
        Some(from) => Some(cat.resolve_relation(from)?.oid),
        None => None,
    };
    check_timing(stmt)?;
    let mut references = check_condition(cat, &table, stmt)?;
    let function = trigger_function(cat, &stmt.function)?.oid;
    cat.must_be_known(&stmt.name)?;
    let existing = table.trigger(&stmt.name).cloned();
    if let Some(existing) = &existing {
        check_existing(&table, existing, stmt)?;
    }
    let mut updated = Vec::new();
    for event in &stmt.events {
        let TriggerEvent::Update(columns) = event else { continue };
        for (index, column) in columns.iter().enumerate() {
            let number = cat.resolve_column(&table, column)?;
            if columns.iter().take(index).any(|c| c == column) {
                let message = format!("column \"{column}\" specified more than once");
                return Err(SqlError::new(state::DUPLICATE_COLUMN, column.span, message).into());
            }
            references.addresses.push(ObjectAddress::column(table.oid, number));
            updated.push(number);
        }
    }

    let oid = match &existing {
        Some(existing) => {
            cat.drop_dependencies(existing.oid, |_| true);
            existing.oid
        }
        None => cat.new_oid(),
    };
    let address = ObjectAddress::new(Class::Trigger, oid);
    let relation = ObjectAddress::new(Class::Relation, table.oid);
    let constraint = if stmt.constraint { add_constraint(cat, &table, stmt, address) } else { Oid::INVALID };
    let trigger = Trigger {
        oid,
        name: stmt.name.text.clone(),
        function,
        timing: stmt.timing,
        events: stmt.events.clone(),
        for_each_row: stmt.for_each_row,
        enabled: true,
        constraint,
        columns: updated,
        has_condition: stmt.when.is_some(),
        condition: stmt.when.as_ref().map(|when| references.definition(cat, when.span)).unwrap_or_default(),
        transition_tables: stmt.transition_tables.clone(),
        args: stmt.args.clone(),
        from: from.unwrap_or_default(),
        deferrable: stmt.deferrable,
        initially_deferred: stmt.initially_deferred,
        origin: cat.origin(),
    };
    if let Some(table) = cat.relation_mut(table.oid) {
        table.triggers.retain(|t| t.oid != oid);
        table.triggers.push(Arc::new(trigger));
    }
    cat.set_owner_of(oid, relation);
    cat.depend(address, relation, DependencyKind::Auto);
    cat.depend(address, ObjectAddress::new(Class::Function, function), DependencyKind::Normal);
    if let Some(from) = from {
        cat.depend(address, ObjectAddress::new(Class::Relation, from), DependencyKind::Auto);
    }
    references.addresses.retain(|a| *a != relation);
    references.depend(cat, address, DependencyKind::Normal);
    let change = if existing.is_some() { Change::Replaced } else { Change::Created };
    let mut effects = Effects::none();
    effects.add_in(table.oid, address, change);
    Ok(effects)
}

/// Which triggers which kind of relation can have (CreateTriggerFiringOn).
fn check_relation(cat: &Catalog, table: &Relation, stmt: &CreateTrigger) -> Replayed<()> {
    let span = stmt.table.span();
    let refuse = |what: &str, detail: &str| -> Replayed<()> {
        let message = format!("\"{}\" is {what}", table.name);
        Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).detail(detail).into())
    };
    let instead = stmt.timing == TriggerTiming::InsteadOf;
    let truncates = stmt.events.contains(&TriggerEvent::Truncate);
    match table.kind {
        RelationKind::Table if instead => return refuse("a table", "Tables cannot have INSTEAD OF triggers."),
        RelationKind::PartitionedTable if instead => {
            return refuse("a table", "Tables cannot have INSTEAD OF triggers.");
        }
        RelationKind::PartitionedTable if stmt.for_each_row && !stmt.transition_tables.is_empty() => {
            let message = format!("\"{}\" is a partitioned table", table.name);
            return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message)
                .detail("ROW triggers with transition tables are not supported on partitioned tables.")
                .into());
        }
        RelationKind::Table | RelationKind::PartitionedTable => {}
        RelationKind::View if !instead && stmt.for_each_row => {
            return refuse("a view", "Views cannot have row-level BEFORE or AFTER triggers.");
        }
        RelationKind::View if truncates => return refuse("a view", "Views cannot have TRUNCATE triggers."),
        RelationKind::View => {}
        RelationKind::ForeignTable if instead => {
            return refuse("a foreign table", "Foreign tables cannot have INSTEAD OF triggers.");
        }
        RelationKind::ForeignTable if stmt.constraint => {
            return refuse("a foreign table", "Foreign tables cannot have constraint triggers.");
        }
        RelationKind::ForeignTable => {}
        _ => {
            let message = format!("relation \"{}\" cannot have triggers", table.name);
            let detail =
                format!("This operation is not supported for {}s.", table.kind.noun()).replace("indexs", "indexes");
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message).detail(detail).into());
        }
    }
    if is_system(cat, table) {
        let message = format!("permission denied: \"{}\" is a system catalog", table.name);
        return Err(SqlError::new(state::INSUFFICIENT_PRIVILEGE, span, message).into());
    }
    Ok(())
}

/// A table of pg_catalog.
pub(super) fn is_system(cat: &Catalog, relation: &Relation) -> bool {
    relation.oid < Oid::FIRST_USER && cat.schema(relation.schema).is_some_and(|s| &*s.name == "pg_catalog")
}

fn check_timing(stmt: &CreateTrigger) -> Replayed<()> {
    let refuse = |message: &str| Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, stmt.name.span, message).into());
    if stmt.for_each_row && stmt.events.contains(&TriggerEvent::Truncate) {
        return refuse("TRUNCATE FOR EACH ROW triggers are not supported");
    }
    if stmt.timing == TriggerTiming::InsteadOf {
        if !stmt.for_each_row {
            return refuse("INSTEAD OF triggers must be FOR EACH ROW");
        }
        if stmt.when.is_some() {
            return refuse("INSTEAD OF triggers cannot have WHEN conditions");
        }
        if stmt.events.iter().any(|e| matches!(e, TriggerEvent::Update(columns) if !columns.is_empty())) {
            return refuse("INSTEAD OF triggers cannot have column lists");
        }
    }
    check_transition_tables(stmt)
}

/// REFERENCING OLD TABLE, NEW TABLE.
fn check_transition_tables(stmt: &CreateTrigger) -> Replayed<()> {
    let mut before: Vec<&TransitionTable> = Vec::new();
    let has = |wanted: fn(&TriggerEvent) -> bool| stmt.events.iter().any(wanted);
    let updates = has(|e| matches!(e, TriggerEvent::Update(_)));
    for table in &stmt.transition_tables {
        let span = table.name.span;
        let unsupported = |message: &str| Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
        let invalid = |message: &str| Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message).into());
        if table.row {
            let message = "ROW variable naming in the REFERENCING clause is not supported";
            return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message)
                .hint("Use OLD TABLE or NEW TABLE for naming transition tables.")
                .into());
        }
        if stmt.timing != TriggerTiming::After {
            return invalid("transition table name can only be specified for an AFTER trigger");
        }
        if has(|e| *e == TriggerEvent::Truncate) {
            return invalid("TRUNCATE triggers with transition tables are not supported");
        }
        if stmt.events.len() > 1 {
            return unsupported("transition tables cannot be specified for triggers with more than one event");
        }
        if has(|e| matches!(e, TriggerEvent::Update(columns) if !columns.is_empty())) {
            return unsupported("transition tables cannot be specified for triggers with column lists");
        }
        let again = before.iter().any(|other| other.new == table.new);
        match table.new {
            true if !updates && !has(|e| *e == TriggerEvent::Insert) => {
                return invalid("NEW TABLE can only be specified for an INSERT or UPDATE trigger");
            }
            true if again => return invalid("NEW TABLE cannot be specified multiple times"),
            false if !updates && !has(|e| *e == TriggerEvent::Delete) => {
                return invalid("OLD TABLE can only be specified for a DELETE or UPDATE trigger");
            }
            false if again => return invalid("OLD TABLE cannot be specified multiple times"),
            _ => {}
        }
        if before.iter().any(|other| other.name == table.name) {
            return invalid("OLD TABLE name and NEW TABLE name cannot be the same");
        }
        before.push(table);
    }
    Ok(())
}

/// The WHEN condition, over OLD and NEW.
fn check_condition(cat: &Catalog, table: &Relation, stmt: &CreateTrigger) -> Replayed<References> {
    let Some(when) = &stmt.when else { return Ok(References::default()) };
    let references = expr::over_rows(cat, table, &["old", "new"], when)?;
    let mut old_or_new = Vec::new();
    expr::qualifiers(when, &mut old_or_new);
    let refuse = |message: &str, span: Span| -> Replayed<References> {
        Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message).into())
    };
    let has = |wanted: fn(&TriggerEvent) -> bool| stmt.events.iter().any(wanted);
    for (name, span) in old_or_new {
        let is_old = match &*name {
            "old" => true,
            "new" => false,
            _ => continue,
        };
        if !stmt.for_each_row {
            return refuse("statement trigger's WHEN condition cannot reference column values", span);
        }
        if is_old && has(|e| *e == TriggerEvent::Insert) {
            return refuse("INSERT trigger's WHEN condition cannot reference OLD values", span);
        }
        if !is_old && has(|e| *e == TriggerEvent::Delete) {
            return refuse("DELETE trigger's WHEN condition cannot reference NEW values", span);
        }
        if !is_old && stmt.timing == TriggerTiming::Before {
            let generated = |c: &&Arc<crate::catalog::Column>| c.generated.is_some();
            let named = cat.session.source.get(span.start as usize..span.end as usize).unwrap_or("");
            let column = named.rsplit_once('.').map(|(_, column)| column.trim().to_ascii_lowercase());
            if column.as_ref().is_some_and(|column| expr::is_system_column(column))
                && column.as_deref() != Some("tableoid")
            {
                let message = "BEFORE trigger's WHEN condition cannot reference NEW system columns";
                return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, span, message).into());
            }
            let is_generated = match &column {
                Some(column) => table.live_columns().filter(generated).any(|c| *c.name == **column),
                None => table.live_columns().any(|c| generated(&c)),
            };
            if is_generated {
                return refuse("BEFORE trigger's WHEN condition cannot reference NEW generated columns", span);
            }
        }
    }
    Ok(references)
}

/// The function without arguments that must return `trigger` (42883, 42P17).
fn trigger_function<'c>(cat: &'c Catalog, name: &QualifiedName) -> Replayed<&'c Arc<Function>> {
    let candidates = cat.visible_functions(name)?;
    let Some(function) = candidates.into_iter().find(|f| f.has_input_types(&[])) else {
        if let crate::catalog::Lookup::Unknown(reason) =
            cat.absence(Class::Function, name.schema.as_deref(), &name.name)
        {
            return Err(Stop::Unknown(reason));
        }
        return Err(SqlError::new(state::UNDEFINED_FUNCTION, name.span(), format!("function {name}() does not exist"))
            .about("function", name.to_string())
            .into());
    };
    if function.returns.oid != oids::TRIGGER {
        let message = format!("function {name} must return type trigger");
        return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, name.span(), message).into());
    }
    Ok(function)
}

fn check_existing(table: &Relation, existing: &Trigger, stmt: &CreateTrigger) -> Replayed<()> {
    let name = &stmt.name;
    let exists = |what: &str| {
        SqlError::new(
            state::DUPLICATE_OBJECT,
            name.span,
            format!("trigger \"{name}\" for relation \"{}\" {what}", table.name),
        )
        .about("trigger", format!("{}.{name}", table.name))
    };
    if !stmt.or_replace {
        return Err(exists("already exists").into());
    }
    if stmt.constraint || existing.constraint.is_valid() {
        return Err(exists("is a constraint trigger").into());
    }
    Ok(())
}

fn add_constraint(cat: &mut Catalog, table: &Relation, stmt: &CreateTrigger, trigger: ObjectAddress) -> Oid {
    let oid = cat.new_oid();
    let constraint = Constraint {
        oid,
        name: stmt.name.text.clone(),
        kind: ConstraintKind::Trigger,
        deferrable: stmt.deferrable,
        initially_deferred: stmt.initially_deferred,
        validated: true,
        enforced: true,
        parent: Oid::INVALID,
        no_inherit: true,
        span: stmt.name.span,
        origin: cat.origin(),
    };
    if let Some(table) = cat.relation_mut(table.oid) {
        table.constraints.push(Arc::new(constraint));
    }
    cat.add_constraint_name(table.schema, &stmt.name.text, oid);
    cat.set_owner_of(oid, ObjectAddress::new(Class::Relation, table.oid));
    let address = ObjectAddress::new(Class::Constraint, oid);
    cat.depend(address, ObjectAddress::new(Class::Relation, table.oid), DependencyKind::Auto);
    cat.depend(address, trigger, DependencyKind::Internal);
    oid
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn create_trigger_as_postgresql_answers() {
        check(&[
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before insert on t for each row execute function tf()",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'; create trigger x before insert on t for each row execute function tf()",
                "create trigger x after update on t execute function tf()",
                "42710 trigger \"x\" for relation \"t\" already exists",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'; create trigger x before insert on t for each row execute function tf()",
                "create or replace trigger x after update on t execute function tf()",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create trigger x before insert on t for each row execute function tf()",
                "42883 function tf() does not exist",
            ),
            (
                "create table t (a int primary key, b text); create function g() returns int language sql as 'select 1'",
                "create trigger x before insert on t for each row execute function g()",
                "42P17 function g must return type trigger",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before insert on nothing for each row execute function tf()",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before insert on nowhere.t for each row execute function tf()",
                "3F000 schema \"nowhere\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x instead of insert on t for each row execute function tf()",
                "42809 \"t\" is a table",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'; create view v as select * from t",
                "create trigger x instead of insert on v for each row execute function tf()",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'; create view v as select * from t",
                "create trigger x before insert on v for each row execute function tf()",
                "42809 \"v\" is a view",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'; create view v as select * from t",
                "create trigger x instead of insert on v execute function tf()",
                "0A000 INSTEAD OF triggers must be FOR EACH ROW",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'; create materialized view v as select * from t",
                "create trigger x after insert on v execute function tf()",
                "42809 relation \"v\" cannot have triggers",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before truncate on t for each row execute function tf()",
                "0A000 TRUNCATE FOR EACH ROW triggers are not supported",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before update of b on t for each row execute function tf()",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before update of c on t for each row execute function tf()",
                "42703 column \"c\" of relation \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before update of b, b on t for each row execute function tf()",
                "42701 column \"b\" specified more than once",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before update on t for each row when (old.b is distinct from new.b) execute function tf()",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before update on t for each row when (old.c is distinct from new.b) execute function tf()",
                "42703 column old.c does not exist",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before insert on t for each row when (old.b is null) execute function tf()",
                "42P17 INSERT trigger's WHEN condition cannot reference OLD values",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before delete on t for each row when (new.b is null) execute function tf()",
                "42P17 DELETE trigger's WHEN condition cannot reference NEW values",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x after update on t when (new.b is null) execute function tf()",
                "42P17 statement trigger's WHEN condition cannot reference column values",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create constraint trigger x after insert on t deferrable for each row execute function tf()",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create function tf() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger x before insert on pg_class for each row execute function tf()",
                "42501 permission denied: \"pg_class\" is a system catalog",
            ),
        ]);
    }
}
