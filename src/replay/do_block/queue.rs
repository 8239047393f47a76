//! pgmq's functions that make and drop the tables of a queue.

use super::eval::Interpreter;
use super::value::Value;
use crate::catalog::{Catalog, Class, Oid};
use crate::replay::{Effects, Replayed, apply, drop};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{Behavior, Call, Symbol};

/// What `pgmq.create` runs; `?` stands for the queue's name.
const TABLES: &str = r#"
create table if not exists pgmq."q_?" (
    msg_id bigint primary key generated always as identity, read_ct int default 0 not null,
    enqueued_at timestamptz default now() not null, vt timestamptz not null, message jsonb, headers jsonb);
create table if not exists pgmq."a_?" (
    msg_id bigint primary key, read_ct int default 0 not null, enqueued_at timestamptz default now() not null,
    archived_at timestamptz default now() not null, vt timestamptz not null, message jsonb, headers jsonb);
"#;

/// The schema of the extension, where it is there.
fn schema(cat: &Catalog) -> Option<Oid> {
    cat.extension_named("pgmq")?;
    cat.schema_named("pgmq").map(|s| s.oid)
}

/// Follows a call of such a function; `None` for every other. `certain`: it runs, whatever rows there are.
pub(super) fn follow(cat: &mut Catalog, call: &Call, certain: bool, span: Span) -> Option<Replayed<Effects>> {
    let schema = schema(cat)?;
    let function = &call.function;
    let creates = match &*function.name.text {
        "create" | "create_non_partitioned" | "create_unlogged" => true,
        "drop_queue" => false,
        "create_partitioned" => {
            cat.unknowns.add_schema(&"pgmq".into(), &"partitioned queues are not followed".into());
            return Some(Ok(Effects::none()));
        }
        _ => return None,
    };
    let in_schema = cat.visible_functions(function).is_ok_and(|found| found.iter().any(|f| f.schema == schema));
    if !in_schema {
        return None;
    }
    let name = match call.args.first().map(|arg| Interpreter::new(cat, Vec::new()).value(&arg.value)) {
        Some(Ok(Value::Text(name))) if certain => name.to_lowercase(),
        _ => {
            let reason = Symbol::from("which queue it is, or whether the call runs, is not known");
            cat.unknowns.add_schema(&"pgmq".into(), &reason);
            return Some(Ok(Effects::none()));
        }
    };
    Some(if creates { create(cat, &name) } else { remove(cat, schema, &name, span) })
}

fn create(cat: &mut Catalog, queue: &str) -> Replayed<Effects> {
    let text = TABLES.replace('?', &queue.replace('"', "\"\""));
    let mut effects = Effects::none();
    let source = std::mem::replace(&mut cat.session.source, text.as_str().into());
    for statement in syntax::parse(&text).statements {
        if let Ok(statement) = statement.result {
            effects.extend(apply(cat, &statement)?);
        }
    }
    cat.session.source = source;
    Ok(effects)
}

fn remove(cat: &mut Catalog, schema: Oid, queue: &str, span: Span) -> Replayed<Effects> {
    let mut effects = Effects::none();
    for prefix in ["q", "a"] {
        let table = cat.relation_named(schema, &format!("{prefix}_{queue}")).map(|r| r.oid);
        if let Some(table) = table {
            let address = crate::catalog::ObjectAddress::new(Class::Relation, table);
            effects.extend(drop::perform(cat, &[address], Behavior::Restrict, span)?);
        }
    }
    Ok(effects)
}
