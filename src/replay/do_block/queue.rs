//! pgmq's functions that make and drop the tables of a queue.

use super::eval::Interpreter;
use super::value::Value;
use crate::catalog::{Catalog, Class, Oid};
use crate::replay::{Effects, Replayed, apply, drop, rows};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{Behavior, Call};

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

/// What such a function does.
#[derive(Clone, Copy)]
enum Action {
    Create,
    CreatePartitioned,
    Drop,
}

/// The action of a call of pgmq's; `None` for every other call.
fn action(cat: &Catalog, call: &Call) -> Option<(Action, Oid)> {
    let schema = schema(cat)?;
    let action = match &*call.function.name.text {
        "create" | "create_non_partitioned" | "create_unlogged" => Action::Create,
        "create_partitioned" => Action::CreatePartitioned,
        "drop_queue" => Action::Drop,
        _ => return None,
    };
    let found = cat.visible_functions(&call.function).ok()?;
    found.iter().any(|f| f.schema == schema).then_some((action, schema))
}

/// A call that may run or not: no table of the schema is certain from here on. `false`: the call is another.
pub(super) fn perhaps(cat: &mut Catalog, call: &Call) -> bool {
    let is_queue = action(cat, call).is_some();
    if is_queue {
        cat.unknowns.add_schema(&"pgmq".into(), &"which queue it is, or whether the call runs, is not known".into());
    }
    is_queue
}

/// Follows a call that runs; `None` for every other function.
pub(super) fn follow(cat: &mut Catalog, call: &Call, span: Span) -> Option<Replayed<Effects>> {
    let (action, schema) = action(cat, call)?;
    let name = call.args.first().map(|arg| Interpreter::new(cat, Vec::new()).value(&arg.value));
    let reason = match (action, name) {
        (Action::Create, Some(Ok(Value::Text(name)))) => return Some(create(cat, &name.to_ascii_lowercase())),
        (Action::Drop, Some(Ok(Value::Text(name)))) => {
            return Some(remove(cat, schema, &name.to_ascii_lowercase(), span));
        }
        (Action::CreatePartitioned, _) => "partitioned queues are not followed",
        _ => "which queue it is is not known",
    };
    cat.unknowns.add_schema(&"pgmq".into(), &reason.into());
    Some(Ok(Effects::none()))
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
    effects.iter().for_each(|effect| rows::may_have_rows(cat, effect.object.oid));
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
