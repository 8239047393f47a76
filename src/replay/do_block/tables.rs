//! pg_catalog's and information_schema's tables, as far as statements ask for them, read off the catalog.

use super::asked::Asked;
use super::privileges;
use super::value::{Alias, Value, catalog_of};
use crate::catalog::{
    Catalog, Column, Constraint, ConstraintKind, DependencyKind, FunctionKind, Generated, Identity, Oid, Relation,
    RelationKind, Schema, Type, TypeKind, TypeRef,
};
use crate::syntax::ast::{
    ForeignKeyAction, ObjectKind, Persistence, PolicyCommand, Symbol, TriggerEvent, TriggerTiming, Volatility,
};
use std::sync::Arc;

/// A table's modelled columns and its rows. A column that is not modelled is not among them.
pub(super) struct Table {
    pub names: &'static [&'static str],
    pub rows: Vec<Vec<Value>>,
}

fn text(text: &Symbol) -> Value {
    Value::Text(text.clone())
}

fn word(text: &str) -> Value {
    Value::text(text)
}

fn yes(yes: bool) -> Value {
    word(if yes { "YES" } else { "NO" })
}

fn numbers(numbers: &[u16]) -> Value {
    Value::Array(Arc::new(numbers.iter().map(|n| Value::Int(i64::from(*n))).collect()))
}

fn oid(oid: Oid) -> Value {
    Value::oid(oid)
}

/// The name of a schema or role by oid.
fn schema_name(cat: &Catalog, schema: Oid) -> Value {
    cat.schema(schema).map_or(Value::Null, |s| text(&s.name))
}

fn role_name(cat: &Catalog, role: Oid) -> Value {
    cat.role(role).map_or(Value::Null, |r| text(&r.name))
}

/// The table of this name in pg_catalog (or, asked for so, in information_schema).
pub(super) fn table(asked: &Asked, information_schema: bool, name: &str) -> Option<Table> {
    if information_schema { information(asked, name) } else { system(asked, name) }
}

fn system(asked: &Asked, name: &str) -> Option<Table> {
    let cat = asked.cat;
    Some(match name {
        "pg_class" => classes(asked),
        "pg_namespace" => Table {
            names: &["oid", "nspname", "nspowner", "nspacl"],
            rows: cat
                .schemas()
                .map(|s| vec![oid(s.oid), text(&s.name), oid(s.owner), privileges::value_of(s.acl.as_ref())])
                .collect(),
        },
        "pg_attribute" => attributes(asked),
        "pg_attrdef" => Table {
            names: &["oid", "adrelid", "adnum", "adbin"],
            rows: columns(asked)
                .filter_map(|(r, c)| {
                    let default = c.default.as_ref()?;
                    let printed = Value::printed(Some(&default.definition));
                    Some(vec![oid(default.oid), oid(r.oid), Value::Int(i64::from(c.number)), printed])
                })
                .collect(),
        },
        "pg_type" => types(asked),
        "pg_enum" => enums(asked),
        "pg_constraint" => constraints(asked),
        "pg_index" => indexes(asked),
        "pg_proc" => functions(asked),
        "pg_trigger" => triggers(asked),
        "pg_policy" => policies(asked),
        "pg_policies" => policies_view(asked),
        "pg_tables" => Table {
            names: &["schemaname", "tablename", "tableowner", "hasindexes", "hasrules", "hastriggers", "rowsecurity"],
            rows: asked
                .relations()
                .filter(|r| r.kind.is_table())
                .map(|r| {
                    vec![
                        schema_name(cat, r.schema),
                        text(&r.name),
                        role_name(cat, r.owner),
                        Value::Bool(!r.indexes.is_empty()),
                        Value::Bool(!r.rules.is_empty()),
                        Value::Bool(!r.triggers.is_empty()),
                        Value::Bool(r.row_security.enabled),
                    ]
                })
                .collect(),
        },
        "pg_views" => named_relations(asked, &["schemaname", "viewname", "viewowner"], RelationKind::View),
        "pg_matviews" => {
            named_relations(asked, &["schemaname", "matviewname", "matviewowner"], RelationKind::MaterializedView)
        }
        "pg_sequences" => {
            named_relations(asked, &["schemaname", "sequencename", "sequenceowner"], RelationKind::Sequence)
        }
        "pg_indexes" => Table {
            names: &["schemaname", "tablename", "indexname"],
            rows: all_indexes(asked)
                .map(|(table, index)| vec![schema_name(cat, table.schema), text(&table.name), text(&index.name)])
                .collect(),
        },
        "pg_extension" => Table {
            names: &["oid", "extname", "extnamespace", "extversion"],
            rows: cat.extensions().map(|e| vec![oid(e.oid), text(&e.name), oid(e.schema), text(&e.version)]).collect(),
        },
        "pg_available_extensions" => available_extensions(asked),
        "pg_roles" | "pg_authid" | "pg_user" => roles(asked, name),
        "pg_publication" => Table {
            names: &["oid", "pubname", "pubowner", "puballtables"],
            rows: cat
                .publications()
                .map(|p| vec![oid(p.oid), text(&p.name), oid(p.owner), Value::Bool(p.all_tables)])
                .collect(),
        },
        "pg_publication_rel" => Table {
            names: &["prpubid", "prrelid"],
            rows: cat.publications().flat_map(|p| p.tables.iter().map(|table| vec![oid(p.oid), oid(*table)])).collect(),
        },
        "pg_publication_tables" => publication_tables(asked),
        "pg_depend" => dependencies(asked),
        "pg_inherits" => Table {
            names: &["inhrelid", "inhparent"],
            rows: asked
                .relations()
                .flat_map(|r| r.inherits.iter().map(|parent| vec![oid(r.oid), oid(*parent)]))
                .collect(),
        },
        "pg_language" => others(asked, &["oid", "lanname"], ObjectKind::Language),
        "pg_database" => others(asked, &["oid", "datname"], ObjectKind::Database),
        "pg_event_trigger" => others(asked, &["oid", "evtname"], ObjectKind::EventTrigger),
        "pg_foreign_server" => others(asked, &["oid", "srvname"], ObjectKind::Server),
        "pg_foreign_data_wrapper" => others(asked, &["oid", "fdwname"], ObjectKind::ForeignDataWrapper),
        _ => return None,
    })
}

fn named_relations(asked: &Asked, names: &'static [&'static str], kind: RelationKind) -> Table {
    let cat = asked.cat;
    let of_kind = asked.relations().filter(|r| r.kind == kind);
    let row = |r: &Arc<Relation>| vec![schema_name(cat, r.schema), text(&r.name), role_name(cat, r.owner)];
    Table { names, rows: of_kind.map(row).collect() }
}

fn others(asked: &Asked, names: &'static [&'static str], kind: ObjectKind) -> Table {
    let cat = asked.cat;
    let rows = cat.others().filter(|o| o.kind == kind).map(|o| vec![oid(o.oid), text(&o.name)]).collect();
    Table { names, rows }
}

fn classes(asked: &Asked) -> Table {
    let row = |r: &Arc<Relation>| {
        vec![
            oid(r.oid),
            text(&r.name),
            oid(r.schema),
            oid(r.row_type),
            oid(r.owner),
            word(match r.kind {
                RelationKind::Table => "r",
                RelationKind::PartitionedTable => "p",
                RelationKind::ForeignTable => "f",
                RelationKind::View => "v",
                RelationKind::MaterializedView => "m",
                RelationKind::Index => "i",
                RelationKind::PartitionedIndex => "I",
                RelationKind::Sequence => "S",
                RelationKind::CompositeType => "c",
            }),
            word(match r.persistence {
                Persistence::Permanent => "p",
                Persistence::Unlogged => "u",
                Persistence::Temporary => "t",
            }),
            Value::Bool(r.row_security.enabled),
            Value::Bool(r.row_security.forced),
            Value::Bool(r.is_partition),
            Value::Bool(!r.indexes.is_empty()),
            privileges::value_of(r.acl.as_ref()),
        ]
    };
    Table {
        names: &[
            "oid",
            "relname",
            "relnamespace",
            "reltype",
            "relowner",
            "relkind",
            "relpersistence",
            "relrowsecurity",
            "relforcerowsecurity",
            "relispartition",
            "relhasindex",
            "relacl",
        ],
        rows: asked.relations().map(row).collect(),
    }
}

fn columns<'a>(asked: &'a Asked) -> impl Iterator<Item = (&'a Arc<Relation>, &'a Arc<Column>)> {
    asked.relations().flat_map(|r| r.live_columns().map(move |c| (r, c)))
}

fn type_oid(column: &Column) -> Value {
    if column.type_unknown { Value::unknown("the column's type is not known") } else { oid(column.ty.oid) }
}

fn attributes(asked: &Asked) -> Table {
    let rows = columns(asked)
        .map(|(r, c)| {
            vec![
                oid(r.oid),
                text(&c.name),
                Value::Int(i64::from(c.number)),
                type_oid(c),
                Value::Int(i64::from(c.ty.modifier)),
                Value::Bool(c.not_null),
                Value::Bool(c.default.is_some()),
                Value::Bool(false),
                word(match c.identity {
                    Some(Identity::Always) => "a",
                    Some(Identity::ByDefault) => "d",
                    None => "",
                }),
                word(match c.generated {
                    Some(Generated::Stored) => "s",
                    Some(Generated::Virtual) => "v",
                    None => "",
                }),
            ]
        })
        .collect();
    Table {
        names: &[
            "attrelid",
            "attname",
            "attnum",
            "atttypid",
            "atttypmod",
            "attnotnull",
            "atthasdef",
            "attisdropped",
            "attidentity",
            "attgenerated",
        ],
        rows,
    }
}

fn types(asked: &Asked) -> Table {
    let row = |t: &Arc<Type>| {
        let (kind, relation, element, base) = match &t.kind {
            TypeKind::Base | TypeKind::Shell => ("b", Oid::INVALID, Oid::INVALID, Oid::INVALID),
            TypeKind::Array(element) => ("b", Oid::INVALID, *element, Oid::INVALID),
            TypeKind::Composite(relation) => ("c", *relation, Oid::INVALID, Oid::INVALID),
            TypeKind::Enum(_) => ("e", Oid::INVALID, Oid::INVALID, Oid::INVALID),
            TypeKind::Domain(domain) => ("d", Oid::INVALID, Oid::INVALID, domain.base.oid),
            TypeKind::Range { .. } => ("r", Oid::INVALID, Oid::INVALID, Oid::INVALID),
            TypeKind::Multirange(_) => ("m", Oid::INVALID, Oid::INVALID, Oid::INVALID),
            TypeKind::Pseudo => ("p", Oid::INVALID, Oid::INVALID, Oid::INVALID),
        };
        vec![
            oid(t.oid),
            text(&t.name),
            oid(t.schema),
            oid(t.owner),
            word(kind),
            word(t.category.encode_utf8(&mut [0; 4])),
            oid(relation),
            oid(element),
            oid(t.array),
            oid(base),
            Value::Bool(!matches!(t.kind, TypeKind::Shell)),
        ]
    };
    Table {
        names: &[
            "oid",
            "typname",
            "typnamespace",
            "typowner",
            "typtype",
            "typcategory",
            "typrelid",
            "typelem",
            "typarray",
            "typbasetype",
            "typisdefined",
        ],
        rows: asked.types().map(row).collect(),
    }
}

fn enums(asked: &Asked) -> Table {
    let cat = asked.cat;
    let mut rows = Vec::new();
    for ty in cat.types() {
        let TypeKind::Enum(labels) = &ty.kind else { continue };
        for (place, label) in labels.iter().enumerate() {
            rows.push(vec![oid(ty.oid), text(label), Value::Int(place as i64 + 1)]);
        }
    }
    Table { names: &["enumtypid", "enumlabel", "enumsortorder"], rows }
}

fn all_constraints<'a>(asked: &'a Asked) -> impl Iterator<Item = (&'a Arc<Relation>, &'a Arc<Constraint>)> {
    asked.relations().flat_map(|r| r.constraints.iter().filter(|c| asked.is_named(&c.name)).map(move |c| (r, c)))
}

fn constraints(asked: &Asked) -> Table {
    let cat = asked.cat;
    let action = |action: ForeignKeyAction| {
        word(match action {
            ForeignKeyAction::NoAction => "a",
            ForeignKeyAction::Restrict => "r",
            ForeignKeyAction::Cascade => "c",
            ForeignKeyAction::SetNull => "n",
            ForeignKeyAction::SetDefault => "d",
        })
    };
    let mut rows = Vec::new();
    for (relation, c) in all_constraints(asked) {
        let foreign = match &c.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        };
        rows.push(vec![
            oid(c.oid),
            text(&c.name),
            oid(relation.schema),
            word(match c.kind {
                ConstraintKind::Check { .. } => "c",
                ConstraintKind::PrimaryKey { .. } => "p",
                ConstraintKind::Unique { .. } => "u",
                ConstraintKind::Exclude { .. } => "x",
                ConstraintKind::ForeignKey(_) => "f",
                ConstraintKind::NotNull { .. } => "n",
                ConstraintKind::Trigger => "t",
            }),
            oid(relation.oid),
            oid(foreign.map_or(Oid::INVALID, |k| k.references)),
            oid(Oid::INVALID),
            oid(c.kind.index().or(foreign.map(|k| k.referenced_index)).unwrap_or(Oid::INVALID)),
            numbers(c.kind.columns()),
            foreign.map_or(Value::Null, |k| numbers(&k.referenced_columns)),
            foreign.map_or(word(" "), |k| action(k.on_delete)),
            foreign.map_or(word(" "), |k| action(k.on_update)),
            Value::Bool(c.deferrable),
            Value::Bool(c.initially_deferred),
            Value::Bool(c.validated),
        ]);
    }
    for ty in cat.types() {
        let TypeKind::Domain(domain) = &ty.kind else { continue };
        for c in &domain.constraints {
            let none = oid(Oid::INVALID);
            rows.push(vec![
                oid(c.oid),
                text(&c.name),
                oid(ty.schema),
                word("c"),
                none.clone(),
                none.clone(),
                oid(ty.oid),
                none,
                Value::Null,
                Value::Null,
                word(" "),
                word(" "),
                Value::Bool(false),
                Value::Bool(false),
                Value::Bool(c.validated),
            ]);
        }
    }
    Table {
        names: &[
            "oid",
            "conname",
            "connamespace",
            "contype",
            "conrelid",
            "confrelid",
            "contypid",
            "conindid",
            "conkey",
            "confkey",
            "confdeltype",
            "confupdtype",
            "condeferrable",
            "condeferred",
            "convalidated",
        ],
        rows,
    }
}

fn all_indexes<'a>(asked: &'a Asked) -> impl Iterator<Item = (&'a Arc<Relation>, &'a Arc<Relation>)> {
    let of = |table: &'a Arc<Relation>| table.indexes.iter().filter_map(|index| asked.cat.relation(*index));
    asked.relations().flat_map(move |table| of(table).filter(|i| asked.is_named(&i.name)).map(move |i| (table, i)))
}

fn indexes(asked: &Asked) -> Table {
    let rows = all_indexes(asked)
        .filter_map(|(table, r)| {
            let index = r.index.as_ref()?;
            Some(vec![
                oid(r.oid),
                oid(table.oid),
                Value::Bool(index.unique),
                Value::Bool(index.primary),
                Value::Bool(index.valid),
                Value::Int(index.keys.len() as i64),
                Value::Int((index.keys.len() + index.include.len()) as i64),
            ])
        })
        .collect();
    Table {
        names: &["indexrelid", "indrelid", "indisunique", "indisprimary", "indisvalid", "indnkeyatts", "indnatts"],
        rows,
    }
}

fn functions(asked: &Asked) -> Table {
    let rows = asked
        .functions()
        .map(|f| {
            let names = f.args.iter().map(|a| a.name.as_ref().map_or(word(""), text)).collect();
            vec![
                oid(f.oid),
                text(&f.name),
                oid(f.schema),
                oid(f.owner),
                word(match f.kind {
                    FunctionKind::Function => "f",
                    FunctionKind::Procedure => "p",
                    FunctionKind::Aggregate => "a",
                    FunctionKind::Window => "w",
                }),
                oid(f.returns.oid),
                Value::Bool(f.returns_set),
                Value::Int(f.input_args().count() as i64),
                Value::Int(f.args.iter().filter(|a| a.has_default).count() as i64),
                Value::Array(Arc::new(names)),
                Value::Bool(f.security_definer),
                Value::Bool(f.strict),
                word(match f.volatility {
                    Volatility::Immutable => "i",
                    Volatility::Stable => "s",
                    Volatility::Volatile => "v",
                }),
                match &f.settings[..] {
                    [] => Value::Null,
                    settings => {
                        let shown = settings.iter().map(|(name, value)| Value::text(&format!("{name}={value}")));
                        Value::Array(Arc::new(shown.collect()))
                    }
                },
                privileges::value_of(f.acl.as_ref()),
            ]
        })
        .collect();
    Table {
        names: &[
            "oid",
            "proname",
            "pronamespace",
            "proowner",
            "prokind",
            "prorettype",
            "proretset",
            "pronargs",
            "pronargdefaults",
            "proargnames",
            "prosecdef",
            "proisstrict",
            "provolatile",
            "proconfig",
            "proacl",
        ],
        rows,
    }
}

fn triggers(asked: &Asked) -> Table {
    let rows = asked
        .relations()
        .flat_map(|r| r.triggers.iter().filter(|t| asked.is_named(&t.name)).map(move |t| (r, t)))
        .map(|(r, t)| {
            vec![
                oid(t.oid),
                text(&t.name),
                oid(r.oid),
                oid(t.function),
                Value::Bool(false),
                word(if t.enabled { "O" } else { "D" }),
                oid(t.constraint),
            ]
        })
        .collect();
    Table { names: &["oid", "tgname", "tgrelid", "tgfoid", "tgisinternal", "tgenabled", "tgconstraint"], rows }
}

fn policies(asked: &Asked) -> Table {
    let rows = asked
        .relations()
        .flat_map(|r| r.policies.iter().filter(|p| asked.is_named(&p.name)).map(move |p| (r, p)))
        .map(|(r, p)| {
            let command = match p.command {
                PolicyCommand::All => "*",
                PolicyCommand::Select => "r",
                PolicyCommand::Insert => "a",
                PolicyCommand::Update => "w",
                PolicyCommand::Delete => "d",
            };
            let roles = p.roles.iter().map(|role| oid(*role)).collect();
            vec![
                oid(p.oid),
                text(&p.name),
                oid(r.oid),
                word(command),
                Value::Bool(p.permissive),
                Value::Array(Arc::new(roles)),
                Value::printed(p.using.as_ref().map(|_| &p.using_definition)),
                Value::printed(p.with_check.as_ref().map(|_| &p.with_check_definition)),
            ]
        })
        .collect();
    Table {
        names: &["oid", "polname", "polrelid", "polcmd", "polpermissive", "polroles", "polqual", "polwithcheck"],
        rows,
    }
}

fn policies_view(asked: &Asked) -> Table {
    let cat = asked.cat;
    let rows = asked
        .relations()
        .flat_map(|r| r.policies.iter().filter(|p| asked.is_named(&p.name)).map(move |p| (r, p)))
        .map(|(r, p)| {
            let command = match p.command {
                PolicyCommand::All => "ALL",
                PolicyCommand::Select => "SELECT",
                PolicyCommand::Insert => "INSERT",
                PolicyCommand::Update => "UPDATE",
                PolicyCommand::Delete => "DELETE",
            };
            let role = |role: &Oid| if role.is_valid() { role_name(cat, *role) } else { word("public") };
            vec![
                schema_name(cat, r.schema),
                text(&r.name),
                text(&p.name),
                word(if p.permissive { "PERMISSIVE" } else { "RESTRICTIVE" }),
                Value::Array(Arc::new(p.roles.iter().map(role).collect())),
                word(command),
                Value::printed(p.using.as_ref().map(|_| &p.using_definition)),
                Value::printed(p.with_check.as_ref().map(|_| &p.with_check_definition)),
            ]
        })
        .collect();
    Table {
        names: &["schemaname", "tablename", "policyname", "permissive", "roles", "cmd", "qual", "with_check"],
        rows,
    }
}

fn available_extensions(asked: &Asked) -> Table {
    let cat = asked.cat;
    let installed = |name: &str| cat.extension_named(name).map_or(Value::Null, |e| text(&e.version));
    let rows = crate::catalog::base::extension_names()
        .map(|(name, version)| vec![word(name), word(version), installed(name)])
        .collect();
    Table { names: &["name", "default_version", "installed_version"], rows }
}

fn roles(asked: &Asked, name: &str) -> Table {
    let cat = asked.cat;
    let rows = cat
        .roles()
        .filter(|r| name != "pg_user" || r.attributes.login)
        .map(|r| {
            let a = r.attributes;
            let mut row = vec![oid(r.oid), text(&r.name)];
            row.extend(
                [a.superuser, a.inherit, a.create_role, a.create_db, a.login, a.replication, a.bypass_rls]
                    .map(Value::Bool),
            );
            row
        })
        .collect();
    let names: &[&str] = if name == "pg_user" {
        &["usesysid", "usename", "usesuper", "", "", "usecreatedb", "", "userepl", "usebypassrls"]
    } else {
        &[
            "oid",
            "rolname",
            "rolsuper",
            "rolinherit",
            "rolcreaterole",
            "rolcreatedb",
            "rolcanlogin",
            "rolreplication",
            "rolbypassrls",
        ]
    };
    Table { names, rows }
}

fn publication_tables(asked: &Asked) -> Table {
    let cat = asked.cat;
    let mut rows = Vec::new();
    for publication in cat.publications() {
        for relation in asked.relations().filter(|r| r.kind.is_table()) {
            let user_table = relation.oid >= Oid::FIRST_USER && relation.persistence == Persistence::Permanent;
            let published = publication.tables.contains(&relation.oid)
                || publication.schemas.contains(&relation.schema)
                || (publication.all_tables && user_table);
            if published {
                rows.push(vec![text(&publication.name), schema_name(cat, relation.schema), text(&relation.name)]);
            }
        }
    }
    Table { names: &["pubname", "schemaname", "tablename"], rows }
}

fn dependencies(asked: &Asked) -> Table {
    let cat = asked.cat;
    let mut rows = Vec::new();
    let mut add = |dependent: Oid| {
        for edge in cat.dependencies(dependent) {
            rows.push(vec![
                oid(catalog_of(edge.dependent.class)),
                oid(edge.dependent.oid),
                Value::Int(i64::from(edge.dependent.column)),
                oid(catalog_of(edge.referenced.class)),
                oid(edge.referenced.oid),
                Value::Int(i64::from(edge.referenced.column)),
                word(match edge.kind {
                    DependencyKind::Normal => "n",
                    DependencyKind::Auto => "a",
                    DependencyKind::Internal => "i",
                    DependencyKind::Extension => "e",
                }),
            ]);
        }
    };
    asked.relations().for_each(|o| add(o.oid));
    cat.types().for_each(|o| add(o.oid));
    cat.functions().for_each(|o| add(o.oid));
    cat.schemas().for_each(|o| add(o.oid));
    all_constraints(asked).for_each(|(_, c)| add(c.oid));
    Table { names: &["classid", "objid", "objsubid", "refclassid", "refobjid", "refobjsubid", "deptype"], rows }
}

fn information(asked: &Asked, name: &str) -> Option<Table> {
    let cat = asked.cat;
    let shown = |r: &&Arc<Relation>| {
        matches!(
            r.kind,
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable | RelationKind::View
        )
    };
    Some(match name {
        "tables" => Table {
            names: &["table_schema", "table_name", "table_type"],
            rows: asked
                .relations()
                .filter(shown)
                .map(|r| {
                    let kind = match r.kind {
                        _ if r.is_temporary() => "LOCAL TEMPORARY",
                        RelationKind::View => "VIEW",
                        RelationKind::ForeignTable => "FOREIGN",
                        _ => "BASE TABLE",
                    };
                    vec![schema_name(cat, r.schema), text(&r.name), word(kind)]
                })
                .collect(),
        },
        "columns" => information_columns(asked),
        "views" => named_relations(asked, &["table_schema", "table_name", ""], RelationKind::View),
        "sequences" => named_relations(asked, &["sequence_schema", "sequence_name", ""], RelationKind::Sequence),
        "schemata" => Table {
            names: &["schema_name", "schema_owner"],
            rows: cat.schemas().map(|s: &Arc<Schema>| vec![text(&s.name), role_name(cat, s.owner)]).collect(),
        },
        "role_table_grants" | "table_privileges" => Table {
            names: &privileges::TABLE_GRANTS,
            rows: privileges::table_grants(cat, asked.relations(), name == "table_privileges"),
        },
        "table_constraints" | "referential_constraints" => {
            let only_foreign = name == "referential_constraints";
            information_constraints(asked, only_foreign)
        }
        "key_column_usage" => {
            let mut rows = Vec::new();
            for (relation, c) in all_constraints(asked) {
                let keyed = matches!(
                    c.kind,
                    ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } | ConstraintKind::ForeignKey(_)
                );
                let columns = if keyed { c.kind.columns() } else { &[] };
                for (place, number) in columns.iter().enumerate() {
                    let Some(column) = relation.column_by_number(*number) else { continue };
                    let schema = schema_name(cat, relation.schema);
                    rows.push(vec![
                        schema.clone(),
                        text(&c.name),
                        schema,
                        text(&relation.name),
                        text(&column.name),
                        Value::Int(place as i64 + 1),
                    ]);
                }
            }
            Table {
                names: &[
                    "constraint_schema",
                    "constraint_name",
                    "table_schema",
                    "table_name",
                    "column_name",
                    "ordinal_position",
                ],
                rows,
            }
        }
        "constraint_column_usage" => constraint_columns(asked),
        "check_constraints" => {
            let checks = all_constraints(asked).filter(|(_, c)| matches!(c.kind, ConstraintKind::Check { .. }));
            let rows = checks.map(|(r, c)| vec![schema_name(cat, r.schema), text(&c.name)]).collect();
            Table { names: &["constraint_schema", "constraint_name"], rows }
        }
        "routines" => Table {
            names: &["specific_schema", "routine_schema", "routine_name", "routine_type"],
            rows: asked
                .functions()
                .filter(|f| matches!(f.kind, FunctionKind::Function | FunctionKind::Procedure))
                .map(|f| {
                    let schema = schema_name(cat, f.schema);
                    let kind = if f.is_procedure() { "PROCEDURE" } else { "FUNCTION" };
                    vec![schema.clone(), schema, text(&f.name), word(kind)]
                })
                .collect(),
        },
        "triggers" => information_triggers(asked),
        _ => return None,
    })
}

fn information_columns(asked: &Asked) -> Table {
    let cat = asked.cat;
    let mut rows = Vec::new();
    for (relation, c) in columns(asked) {
        let shown = !matches!(
            relation.kind,
            RelationKind::Index
                | RelationKind::PartitionedIndex
                | RelationKind::Sequence
                | RelationKind::CompositeType
                | RelationKind::MaterializedView
        );
        if !shown {
            continue;
        }
        let unknown = Value::unknown("the column's type is not known");
        let (data_type, udt) = match cat.type_(c.ty.oid) {
            Some(ty) if !c.type_unknown => (data_type(cat, ty), text(&ty.name)),
            _ => (unknown.clone(), unknown),
        };
        let default = c.default.as_ref().filter(|_| c.generated.is_none());
        let default = Value::printed(default.map(|default| &default.definition));
        rows.push(vec![
            schema_name(cat, relation.schema),
            text(&relation.name),
            text(&c.name),
            Value::Int(i64::from(c.number)),
            default,
            yes(!c.not_null),
            data_type,
            udt,
            yes(c.identity.is_some()),
            word(if c.generated.is_some() { "ALWAYS" } else { "NEVER" }),
        ]);
    }
    Table {
        names: &[
            "table_schema",
            "table_name",
            "column_name",
            "ordinal_position",
            "column_default",
            "is_nullable",
            "data_type",
            "udt_name",
            "is_identity",
            "is_generated",
        ],
        rows,
    }
}

/// information_schema's word for a type.
fn data_type(cat: &Catalog, ty: &Type) -> Value {
    match &ty.kind {
        TypeKind::Array(_) => word("ARRAY"),
        TypeKind::Domain(domain) => match cat.type_(domain.base.oid) {
            Some(base) if base.oid != ty.oid => data_type(cat, base),
            _ => Value::unknown("the domain's base type is not known"),
        },
        _ if cat.schema(ty.schema).is_some_and(|s| &*s.name == "pg_catalog") => {
            Value::Text(cat.format_type(TypeRef::plain(ty.oid)).into())
        }
        _ => word("USER-DEFINED"),
    }
}

fn information_constraints(asked: &Asked, only_foreign: bool) -> Table {
    let cat = asked.cat;
    let mut rows = Vec::new();
    for (relation, c) in all_constraints(asked) {
        let kind = match c.kind {
            ConstraintKind::PrimaryKey { .. } => "PRIMARY KEY",
            ConstraintKind::Unique { .. } => "UNIQUE",
            ConstraintKind::ForeignKey(_) => "FOREIGN KEY",
            ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } => "CHECK",
            ConstraintKind::Exclude { .. } | ConstraintKind::Trigger => continue,
        };
        if only_foreign && kind != "FOREIGN KEY" {
            continue;
        }
        let schema = schema_name(cat, relation.schema);
        rows.push(vec![schema.clone(), text(&c.name), schema, text(&relation.name), word(kind)]);
    }
    // NOT NULL shows up as a CHECK constraint with a name made of oids.
    Table {
        names: if only_foreign {
            &["constraint_schema", "constraint_name", "", "", ""]
        } else {
            &["constraint_schema", "constraint_name", "table_schema", "table_name", "constraint_type"]
        },
        rows,
    }
}

/// The columns that a constraint names: the referenced ones for a foreign key.
fn constraint_columns(asked: &Asked) -> Table {
    let cat = asked.cat;
    let mut rows = Vec::new();
    for (relation, c) in all_constraints(asked) {
        let (of, numbers) = match &c.kind {
            ConstraintKind::ForeignKey(key) => match cat.relation(key.references) {
                Some(referenced) => (referenced, &key.referenced_columns[..]),
                None => continue,
            },
            other => (relation, other.columns()),
        };
        for number in numbers {
            let Some(column) = of.column_by_number(*number) else { continue };
            rows.push(vec![
                schema_name(cat, of.schema),
                text(&of.name),
                text(&column.name),
                schema_name(cat, relation.schema),
                text(&c.name),
            ]);
        }
    }
    Table { names: &["table_schema", "table_name", "column_name", "constraint_schema", "constraint_name"], rows }
}

fn information_triggers(asked: &Asked) -> Table {
    let cat = asked.cat;
    let mut rows = Vec::new();
    for relation in asked.relations() {
        for trigger in relation.triggers.iter().filter(|t| asked.is_named(&t.name)) {
            for event in &trigger.events {
                let event = match event {
                    TriggerEvent::Insert => "INSERT",
                    TriggerEvent::Update(_) => "UPDATE",
                    TriggerEvent::Delete => "DELETE",
                    TriggerEvent::Truncate => continue,
                };
                let schema = schema_name(cat, relation.schema);
                rows.push(vec![
                    schema.clone(),
                    text(&trigger.name),
                    word(event),
                    schema,
                    text(&relation.name),
                    word(match trigger.timing {
                        TriggerTiming::Before => "BEFORE",
                        TriggerTiming::After => "AFTER",
                        TriggerTiming::InsteadOf => "INSTEAD OF",
                    }),
                ]);
            }
        }
    }
    Table {
        names: &[
            "trigger_schema",
            "trigger_name",
            "event_manipulation",
            "event_object_schema",
            "event_object_table",
            "action_timing",
        ],
        rows,
    }
}

/// The class that a `reg…` type's values are of.
pub(super) const fn alias_of(type_name: &str) -> Option<Alias> {
    Some(match type_name.as_bytes() {
        b"oid" => Alias::Plain,
        b"regclass" => Alias::Class,
        b"regtype" => Alias::Type,
        b"regprocedure" => Alias::Procedure,
        b"regproc" => Alias::Function,
        b"regnamespace" => Alias::Namespace,
        b"regrole" => Alias::Role,
        _ => return None,
    })
}
