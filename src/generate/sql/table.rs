//! Tables with what belongs to them: defaults, identity, constraints, indexes, triggers, policies.

use super::{Dump, list};
use crate::catalog::{
    Class, Column, Constraint, ConstraintKind, Generated, Identity, Index, ObjectAddress, Oid, Relation, RelationKind,
    ReplicaIdentity, Rule, SequenceNumbers, Trigger, TypeRef, oids, quote_literal, sql_identifier,
};
use crate::syntax::ast::{
    PartitionStrategy, Persistence, PolicyCommand, RuleEvent, Symbol, TriggerEvent, TriggerTiming,
};
use std::fmt::Write;
use std::sync::Arc;

impl Dump<'_> {
    pub(super) fn table_items(&mut self) {
        let relations: Vec<_> = self.cat.relations().filter(|r| r.oid >= Oid::FIRST_USER).cloned().collect();
        for relation in relations {
            if relation.is_temporary() {
                continue;
            }
            let is_new = self.start.relation(relation.oid).is_none();
            if is_new && !self.is_own(relation.oid) {
                continue;
            }
            match relation.kind {
                _ if is_new && self.is_of_queue(&relation) => self.queue_table(&relation),
                RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => {
                    if is_new {
                        self.create_table(&relation);
                    }
                    self.table_parts(&relation, self.start.relation(relation.oid).cloned());
                }
                RelationKind::View | RelationKind::MaterializedView => {
                    if is_new {
                        self.create_view(&relation);
                    }
                    self.table_parts(&relation, self.start.relation(relation.oid).cloned());
                }
                RelationKind::Sequence if is_new => self.create_sequence(&relation),
                RelationKind::CompositeType if is_new => self.create_composite(&relation),
                _ => {}
            }
        }
    }

    fn create_table(&mut self, table: &Relation) {
        let name = self.name(Class::Relation, table.oid);
        let mut needs = self.needs(table.oid);
        let mut sql = String::from("CREATE ");
        sql.push_str(match (table.kind, table.persistence) {
            (RelationKind::ForeignTable, _) => "FOREIGN TABLE ",
            (_, Persistence::Unlogged) => "UNLOGGED TABLE ",
            _ => "TABLE ",
        });
        sql.push_str(&name);
        if table.of_type.is_valid() {
            let _ = write!(sql, " OF {}", self.name(Class::Type, table.of_type));
        }
        let mut lines = Vec::new();
        for column in table.live_columns().filter(|c| c.local || table.is_partition) {
            if column.generated.is_some()
                && let Some(default) = &column.default
            {
                needs.extend(self.needs(default.oid));
            }
            if !table.of_type.is_valid() {
                lines.push(format!("    {}", self.column(column)));
            }
        }
        // A partition is attached, and must have its parent's checks for that.
        for check in table.constraints.iter().filter(|c| table.is_partition && c.parent.is_valid()) {
            if let ConstraintKind::Check { definition, .. } = &check.kind {
                let name = sql_identifier(&check.name);
                lines.push(format!("    CONSTRAINT {name} CHECK ({})", definition.print(self.cat)));
            }
        }
        if !table.of_type.is_valid() {
            let _ = write!(sql, " (\n{}\n)", lines.join(",\n"));
        }
        if !table.inherits.is_empty() && !table.is_partition {
            let parents = list(table.inherits.iter().map(|p| self.name(Class::Relation, *p)));
            let _ = write!(sql, "\nINHERITS ({parents})");
        }
        if let Some(key) = &table.partition_by {
            let strategy = match key.strategy {
                PartitionStrategy::Range => "RANGE",
                PartitionStrategy::List => "LIST",
                PartitionStrategy::Hash => "HASH",
            };
            let keys =
                key.columns.iter().zip(&key.definitions).zip(&key.options).map(|((column, definition), options)| {
                    match column {
                        0 => format!("({}){options}", definition.print(self.cat)),
                        column => column_name(table, *column) + options,
                    }
                });
            let _ = write!(sql, "\nPARTITION BY {strategy} ({})", list(keys));
        }
        if let Some((server, options)) = &table.foreign {
            let created = options.first().map(|o| o.print(self.cat)).unwrap_or_default();
            let _ = write!(sql, "\nSERVER {} {created}", self.name(Class::Other, *server));
        }
        if !table.options.is_empty() {
            let _ = write!(sql, "\nWITH ({})", options(table));
        }
        sql.push(';');
        let mut statements = vec![sql];
        let altered = table.foreign.iter().flat_map(|(_, options)| options.iter().skip(1));
        statements.extend(altered.map(|o| format!("ALTER FOREIGN TABLE {name} {};", o.print(self.cat))));
        if let (Some(bound), Some(parent)) = (&table.bound, table.inherits.first()) {
            let parent = self.name(Class::Relation, *parent);
            let bound = bound.definition.print(self.cat);
            statements.push(format!("ALTER TABLE ONLY {parent} ATTACH PARTITION {name} {bound};"));
        }
        self.item(table.oid, needs, statements);
    }

    fn column(&self, column: &Column) -> String {
        let mut sql = format!("{} {}", sql_identifier(&column.name), self.cat.format_type(column.ty));
        if let Some(collation) = &column.collation {
            let _ = write!(sql, " COLLATE {}", sql_identifier(collation));
        }
        if let (Some(generated), Some(default)) = (column.generated, &column.default) {
            let kind = match generated {
                Generated::Stored => "STORED",
                Generated::Virtual => "VIRTUAL",
            };
            let _ = write!(sql, " GENERATED ALWAYS AS ({}) {kind}", default.definition.print(self.cat));
        }
        if column.not_null {
            sql.push_str(" NOT NULL");
        }
        sql
    }

    /// A table of pgmq's queues, or what belongs to one: made by `pgmq.create`.
    fn is_of_queue(&self, relation: &Relation) -> bool {
        let is_queue = |r: &Relation| r.name.starts_with("q_") || r.name.starts_with("a_");
        let owner = relation.index.as_ref().map(|i| i.table);
        let owner = owner.or(relation.sequence.as_ref().and_then(|s| s.owned_by).map(|(table, _)| table));
        let of_schema = self.cat.schema(relation.schema).is_some_and(|s| &*s.name == "pgmq");
        of_schema && is_queue(owner.and_then(|o| self.cat.relation(o)).map_or(relation, |r| r))
    }

    fn queue_table(&mut self, relation: &Arc<Relation>) {
        if !relation.kind.is_table() {
            return;
        }
        if let Some(queue) = relation.name.strip_prefix("q_") {
            self.item(relation.oid, Vec::new(), vec![format!("SELECT pgmq.create({});", quote_literal(queue))]);
        }
        // What the function makes is no news.
        let mut made = relation.as_ref().clone();
        made.triggers.clear();
        made.policies.clear();
        made.row_security = Default::default();
        self.table_parts(relation, Some(Arc::new(made)));
    }

    /// What stands on a table apart from CREATE TABLE: all of a new one, of the base's what is new.
    fn table_parts(&mut self, table: &Relation, old: Option<Arc<Relation>>) {
        let name = self.name(Class::Relation, table.oid);
        let what = match table.kind {
            RelationKind::View => "VIEW",
            RelationKind::MaterializedView => "MATERIALIZED VIEW",
            RelationKind::ForeignTable => "FOREIGN TABLE",
            _ => "TABLE",
        };
        for column in table.live_columns() {
            let old_column = old.as_ref().and_then(|t| t.column_by_number(column.number));
            if old.is_some() && old_column.is_none() {
                self.after.push(format!("ALTER TABLE {name} ADD COLUMN {};", self.column(column)));
            }
            self.column_parts(table, &name, column, old_column.map(|c| &**c));
        }
        let constraints: Vec<_> = table.constraints.clone();
        for constraint in &constraints {
            let known = old.as_ref().is_some_and(|t| t.constraints.iter().any(|c| c.oid == constraint.oid));
            if !known && !constraint.parent.is_valid() {
                self.constraint(table, &name, constraint);
            }
            let address = ObjectAddress::new(Class::Constraint, constraint.oid);
            self.comment(address, &format!("CONSTRAINT {} ON {name}", sql_identifier(&constraint.name)));
        }
        for oid in &table.indexes {
            if old.as_ref().is_none_or(|t| !t.indexes.contains(oid)) {
                self.index(table, &name, *oid);
            }
        }
        for trigger in &table.triggers {
            if old.as_ref().is_none_or(|t| !t.triggers.iter().any(|o| o.oid == trigger.oid)) {
                self.trigger(&name, table, trigger);
            }
        }
        for rule in &table.rules {
            if old.as_ref().is_none_or(|t| !t.rules.iter().any(|o| o.name == rule.name)) {
                self.rule(&name, rule);
            }
        }
        for policy in &table.policies {
            if old.as_ref().is_none_or(|t| !t.policies.iter().any(|o| o.oid == policy.oid)) {
                self.policy(&name, policy);
            }
        }
        let security = (table.row_security, old.as_ref().map(|t| t.row_security).unwrap_or_default());
        if security.0.enabled != security.1.enabled {
            let action = if security.0.enabled { "ENABLE" } else { "DISABLE" };
            self.after.push(format!("ALTER TABLE {name} {action} ROW LEVEL SECURITY;"));
        }
        if security.0.forced != security.1.forced {
            let action = if security.0.forced { "FORCE" } else { "NO FORCE" };
            self.after.push(format!("ALTER TABLE {name} {action} ROW LEVEL SECURITY;"));
        }
        if table.replica_identity != old.as_ref().map(|t| t.replica_identity).unwrap_or_default() {
            let identity = match table.replica_identity {
                ReplicaIdentity::Default => "DEFAULT".to_string(),
                ReplicaIdentity::Full => "FULL".to_string(),
                ReplicaIdentity::Nothing => "NOTHING".to_string(),
                ReplicaIdentity::Index(index) => {
                    let index = self.cat.relation(index).map_or(String::new(), |r| sql_identifier(&r.name));
                    format!("USING INDEX {index}")
                }
            };
            self.after.push(format!("ALTER TABLE ONLY {name} REPLICA IDENTITY {identity};"));
        }
        self.comment(ObjectAddress::new(Class::Relation, table.oid), &format!("{what} {name}"));
    }

    fn column_parts(&mut self, table: &Relation, name: &str, column: &Column, old: Option<&Column>) {
        let quoted = sql_identifier(&column.name);
        let address = ObjectAddress::column(table.oid, column.number);
        self.comment(address, &format!("COLUMN {name}.{quoted}"));
        if let Some(settings) = column.settings.as_ref().filter(|_| old.is_none_or(|c| c.settings != column.settings)) {
            let storage = settings.storage.iter().map(|storage| format!("STORAGE {storage}"));
            let compression = settings.compression.iter().map(|method| format!("COMPRESSION {method}"));
            let statistics = settings.statistics.iter().map(|target| format!("STATISTICS {target}"));
            let options = settings.options.iter().map(|(name, value)| format!("({name} = {value})"));
            for set in storage.chain(compression).chain(statistics).chain(options) {
                self.after.push(format!("ALTER TABLE ONLY {name} ALTER COLUMN {quoted} SET {set};"));
            }
        }
        let default = column.default.as_ref().filter(|_| column.generated.is_none());
        if let Some(default) = default
            && old.and_then(|c| c.default.as_ref()).is_none_or(|o| o.oid != default.oid)
        {
            let mut needs = self.needs(default.oid);
            needs.push(table.oid);
            let expr = default.definition.print(self.cat);
            let sql = format!("ALTER TABLE ONLY {name} ALTER COLUMN {quoted} SET DEFAULT {expr};");
            self.item(default.oid, needs, vec![sql]);
        }
        if let Some(identity) = column.identity
            && old.is_none_or(|c| c.identity.is_none())
            && !table.is_partition
        {
            let always = match identity {
                Identity::Always => "ALWAYS",
                Identity::ByDefault => "BY DEFAULT",
            };
            let owned = |r: &&std::sync::Arc<Relation>| {
                r.sequence.as_ref().is_some_and(|s| s.identity && s.owned_by == Some((table.oid, column.number)))
            };
            let Some(sequence) = self.cat.relations().find(owned) else { return };
            let numbers = sequence.sequence.as_ref().map(|s| numbers(s.ty, &s.numbers)).unwrap_or_default();
            let sequence_name = self.name(Class::Relation, sequence.oid);
            let sql = format!(
                "ALTER TABLE {name} ALTER COLUMN {quoted} ADD GENERATED {always} AS IDENTITY (SEQUENCE NAME {sequence_name}{numbers});"
            );
            let mut statements = vec![sql];
            if let Some(definition) = sequence.sequence.as_ref().filter(|s| s.ty != column.ty.oid) {
                let ty = self.cat.format_type(TypeRef::plain(definition.ty));
                let (min, max) = (definition.numbers.min, definition.numbers.max);
                statements.push(format!("ALTER SEQUENCE {sequence_name} AS {ty} MINVALUE {min} MAXVALUE {max};"));
            }
            self.item(sequence.oid, vec![table.oid], statements);
        }
    }

    fn create_sequence(&mut self, relation: &Relation) {
        let Some(sequence) = relation.sequence.as_deref().filter(|s| !s.identity) else { return };
        let name = self.name(Class::Relation, relation.oid);
        let ty = match sequence.ty {
            oids::INT2 => " AS smallint",
            oids::INT4 => " AS integer",
            _ => "",
        };
        let unlogged = if relation.persistence == Persistence::Unlogged { "UNLOGGED " } else { "" };
        let sql = format!("CREATE {unlogged}SEQUENCE {name}{ty}{};", numbers(sequence.ty, &sequence.numbers));
        self.item(relation.oid, Vec::new(), vec![sql]);
        if let Some((table, number)) = sequence.owned_by
            && let Some(column) = self.cat.relation(table).map(|t| column_name(t, number))
        {
            let table = self.name(Class::Relation, table);
            self.after.push(format!("ALTER SEQUENCE {name} OWNED BY {table}.{column};"));
        }
        self.comment(ObjectAddress::new(Class::Relation, relation.oid), &format!("SEQUENCE {name}"));
    }

    fn constraint(&mut self, table: &Relation, name: &str, constraint: &Constraint) {
        let mut needs = self.needs(constraint.oid);
        needs.push(table.oid);
        let body = match &constraint.kind {
            ConstraintKind::Check { definition, .. } => {
                let no_inherit = if constraint.no_inherit { " NO INHERIT" } else { "" };
                format!("CHECK ({}){no_inherit}", definition.print(self.cat))
            }
            ConstraintKind::Exclude { index, operators, .. } => {
                let Some(index) = self.cat.relation(*index).and_then(|r| r.index.clone()) else { return };
                let keys = index.keys.iter().zip(operators);
                let keys = list(keys.map(|(key, operator)| format!("{} WITH {operator}", self.key(table, key))));
                format!("EXCLUDE USING {} ({keys}){}", sql_identifier(&index.method), self.filter(&index))
            }
            ConstraintKind::NotNull { .. } | ConstraintKind::Trigger => return,
            _ => {
                let name = |referenced: &Relation| self.name(Class::Relation, referenced.oid);
                let Some(definition) = self.cat.key_definition(table, constraint, &name) else { return };
                definition
            }
        };
        let sql = format!(
            "ALTER TABLE {name} ADD CONSTRAINT {} {body}{};",
            sql_identifier(&constraint.name),
            constraint.qualifiers()
        );
        self.item(constraint.oid, needs, vec![sql]);
        if let Some(index) = constraint.kind.index() {
            // What needs the index of a key needs the key.
            self.item(index, vec![constraint.oid], Vec::new());
        }
    }

    fn key(&self, table: &Relation, key: &crate::catalog::IndexKey) -> String {
        let mut sql = match key.column {
            0 => format!("({})", key.definition.print(self.cat)),
            column => column_name(table, column),
        };
        if let Some(collation) = &key.collation {
            let _ = write!(sql, " COLLATE {}", sql_identifier(collation));
        }
        if let Some(class) = &key.operator_class {
            let _ = write!(sql, " {}", sql_identifier(class));
            if !key.operator_class_options.is_empty() {
                let _ = write!(sql, " ({})", pairs(&key.operator_class_options));
            }
        }
        if key.descending {
            sql.push_str(" DESC");
        }
        if key.nulls_first != key.descending {
            sql.push_str(if key.nulls_first { " NULLS FIRST" } else { " NULLS LAST" });
        }
        sql
    }

    fn filter(&self, index: &Index) -> String {
        match index.filter {
            Some(_) => format!(" WHERE ({})", index.filter_definition.print(self.cat)),
            None => String::new(),
        }
    }

    fn index(&mut self, table: &Relation, name: &str, oid: Oid) {
        let Some((relation, index)) = self.cat.relation(oid).and_then(|r| Some((r.clone(), r.index.clone()?))) else {
            return;
        };
        let qualified = self.name(Class::Relation, oid);
        self.comment(ObjectAddress::new(Class::Relation, oid), &format!("INDEX {qualified}"));
        // Of a constraint, or made with the parent's index.
        let of_parent = table.is_partition
            && self.needs(oid).iter().any(|o| self.cat.relation(*o).is_some_and(|r| r.kind.is_index()));
        if index.constraint.is_valid() || of_parent {
            return;
        }
        let unique = if index.unique { "UNIQUE " } else { "" };
        let mut sql = format!(
            "CREATE {unique}INDEX {} ON {name} USING {} ({})",
            sql_identifier(&relation.name),
            sql_identifier(&index.method),
            list(index.keys.iter().map(|k| self.key(table, k)))
        );
        sql.push_str(&self.cat.included(table, oid));
        if index.nulls_not_distinct {
            sql.push_str(" NULLS NOT DISTINCT");
        }
        if !relation.options.is_empty() {
            let _ = write!(sql, " WITH ({})", options(&relation));
        }
        sql.push_str(&self.filter(&index));
        sql.push(';');
        let mut needs = self.needs(oid);
        needs.push(table.oid);
        self.item(oid, needs, vec![sql]);
    }

    fn trigger(&mut self, name: &str, table: &Relation, trigger: &Trigger) {
        let constraint = if trigger.constraint.is_valid() { "CONSTRAINT " } else { "" };
        let timing = match trigger.timing {
            TriggerTiming::Before => "BEFORE",
            TriggerTiming::After => "AFTER",
            TriggerTiming::InsteadOf => "INSTEAD OF",
        };
        let events = trigger.events.iter().map(|event| match event {
            TriggerEvent::Insert => "INSERT".to_string(),
            TriggerEvent::Update(columns) if columns.is_empty() => "UPDATE".to_string(),
            TriggerEvent::Update(_) => {
                format!("UPDATE OF {}", list(trigger.columns.iter().map(|c| column_name(table, *c))))
            }
            TriggerEvent::Delete => "DELETE".to_string(),
            TriggerEvent::Truncate => "TRUNCATE".to_string(),
        });
        let events = events.collect::<Vec<_>>().join(" OR ");
        let quoted = sql_identifier(&trigger.name);
        let mut sql = format!("CREATE {constraint}TRIGGER {quoted} {timing} {events} ON {name}");
        if trigger.from.is_valid() {
            let _ = write!(sql, " FROM {}", self.name(Class::Relation, trigger.from));
        }
        if trigger.deferrable {
            sql.push_str(" DEFERRABLE");
        }
        if trigger.initially_deferred {
            sql.push_str(" INITIALLY DEFERRED");
        }
        if !trigger.transition_tables.is_empty() {
            sql.push_str(" REFERENCING");
        }
        for transition in &trigger.transition_tables {
            let row = if transition.new { "NEW" } else { "OLD" };
            let _ = write!(sql, " {row} TABLE AS {}", sql_identifier(&transition.name));
        }
        sql.push_str(if trigger.for_each_row { " FOR EACH ROW" } else { " FOR EACH STATEMENT" });
        if trigger.has_condition {
            let _ = write!(sql, " WHEN ({})", trigger.condition.print(self.cat));
        }
        let args = list(trigger.args.iter().map(|a| quote_literal(a)));
        let _ = write!(sql, " EXECUTE FUNCTION {}({args});", self.name(Class::Function, trigger.function));
        let mut needs = self.needs(trigger.oid);
        needs.push(table.oid);
        self.item(trigger.oid, needs, vec![sql]);
        if !trigger.enabled {
            self.after.push(format!("ALTER TABLE {name} DISABLE TRIGGER {quoted};"));
        }
        self.comment(ObjectAddress::new(Class::Trigger, trigger.oid), &format!("TRIGGER {quoted} ON {name}"));
    }

    fn rule(&mut self, name: &str, rule: &Rule) {
        let event = match rule.event {
            RuleEvent::Select => "SELECT",
            RuleEvent::Insert => "INSERT",
            RuleEvent::Update => "UPDATE",
            RuleEvent::Delete => "DELETE",
        };
        let rest = rule.definition.print(self.cat);
        self.after.push(format!("CREATE RULE {} AS ON {event} TO {name}{rest};", sql_identifier(&rule.name)));
    }

    fn policy(&mut self, name: &str, policy: &crate::catalog::Policy) {
        let quoted = sql_identifier(&policy.name);
        let mut sql = format!("CREATE POLICY {quoted} ON {name}");
        if !policy.permissive {
            sql.push_str(" AS RESTRICTIVE");
        }
        sql.push_str(match policy.command {
            PolicyCommand::All => "",
            PolicyCommand::Select => " FOR SELECT",
            PolicyCommand::Insert => " FOR INSERT",
            PolicyCommand::Update => " FOR UPDATE",
            PolicyCommand::Delete => " FOR DELETE",
        });
        if policy.roles.iter().any(|r| r.is_valid()) {
            let _ = write!(sql, " TO {}", list(policy.roles.iter().map(|r| self.role(*r))));
        }
        if policy.using.is_some() {
            let _ = write!(sql, " USING ({})", policy.using_definition.print(self.cat));
        }
        if policy.with_check.is_some() {
            let _ = write!(sql, " WITH CHECK ({})", policy.with_check_definition.print(self.cat));
        }
        sql.push(';');
        let needs = self.needs(policy.oid);
        self.item(policy.oid, needs, vec![sql]);
        self.comment(ObjectAddress::new(Class::Policy, policy.oid), &format!("POLICY {quoted} ON {name}"));
    }
}

pub(super) fn column_name(table: &Relation, number: u16) -> String {
    table.column_by_number(number).map_or(String::new(), |c| sql_identifier(&c.name))
}

pub(super) fn options(relation: &Relation) -> String {
    pairs(&relation.options)
}

fn pairs(options: &[(Symbol, Symbol)]) -> String {
    list(options.iter().map(|(name, value)| format!("{name}={}", quote_literal(value))))
}

/// The options of a sequence that are not its type's defaults.
fn numbers(ty: Oid, numbers: &SequenceNumbers) -> String {
    let top = match ty {
        oids::INT2 => i64::from(i16::MAX),
        oids::INT4 => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let up = numbers.increment > 0;
    let (min, max) = if up { (1, top) } else { (-top - 1, -1) };
    let mut sql = String::new();
    let _ = write!(sql, " START WITH {} INCREMENT BY {}", numbers.start, numbers.increment);
    if numbers.min != min {
        let _ = write!(sql, " MINVALUE {}", numbers.min);
    }
    if numbers.max != max {
        let _ = write!(sql, " MAXVALUE {}", numbers.max);
    }
    if numbers.cache != 1 {
        let _ = write!(sql, " CACHE {}", numbers.cache);
    }
    if numbers.cycle {
        sql.push_str(" CYCLE");
    }
    sql
}
