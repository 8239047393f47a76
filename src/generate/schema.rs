//! The final catalog as plain data: what `pgdry schema --format json` prints and `Validator.schema()` returns.

use crate::catalog::{
    Catalog, Class, Column, Constraint, ConstraintKind, Function, Generated, Identity, Index, ObjectAddress, Oid,
    Origin, Relation, RelationKind, Trigger, Type, TypeKind, TypeRef,
};
use crate::sort::{sort, sort_by};
use crate::source::FileId;
use crate::syntax::ast::{ArgMode, PolicyCommand, TriggerEvent, TriggerTiming, Volatility};
use serde::Serialize;

/// What the migrations leave, apart from what the base had before them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct Schema {
    /// The schemas that hold an object of the migrations, by name.
    pub schemas: Vec<SchemaObjects>,
    pub extensions: Vec<ExtensionInfo>,
    pub publications: Vec<PublicationInfo>,
    /// Roles that the migrations create.
    pub roles: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct SchemaObjects {
    pub name: String,
    /// Ordinary, partitioned and foreign tables, by name.
    pub tables: Vec<TableInfo>,
    /// Views and materialized views, by name.
    pub views: Vec<ViewInfo>,
    pub sequences: Vec<String>,
    pub enums: Vec<EnumInfo>,
    pub composites: Vec<CompositeInfo>,
    pub domains: Vec<DomainInfo>,
    pub functions: Vec<FunctionInfo>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct TableInfo {
    pub name: String,
    /// `table`, `partitioned table` or `foreign table`.
    pub kind: String,
    pub columns: Vec<ColumnInfo>,
    pub constraints: Vec<ConstraintInfo>,
    pub indexes: Vec<IndexInfo>,
    pub row_security: bool,
    pub force_row_security: bool,
    pub policies: Vec<PolicyInfo>,
    pub triggers: Vec<TriggerInfo>,
    /// The parents that it inherits from, or is a partition of.
    pub inherits: Vec<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct ColumnInfo {
    pub name: String,
    /// As `format_type` prints it; `null` where it could not be worked out.
    pub r#type: Option<String>,
    pub not_null: bool,
    /// The expression as written.
    pub default: Option<String>,
    /// `always` or `by default`.
    pub identity: Option<String>,
    /// `stored` or `virtual`; the expression stands in `default`.
    pub generated: Option<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct ConstraintInfo {
    pub name: String,
    /// `primary key`, `unique`, `check`, `foreign key`, `exclude`, `not null` or `trigger`.
    pub kind: String,
    pub columns: Vec<String>,
    /// The condition of a check, as written.
    pub check: Option<String>,
    pub references: Option<ReferenceInfo>,
    pub validated: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct ReferenceInfo {
    pub schema: String,
    pub table: String,
    pub columns: Vec<String>,
    pub on_delete: String,
    pub on_update: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct IndexInfo {
    pub name: String,
    pub method: String,
    pub unique: bool,
    pub primary: bool,
    /// Columns, and expressions as written.
    pub keys: Vec<String>,
    pub include: Vec<String>,
    /// The predicate of a partial index, as written.
    pub filter: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct PolicyInfo {
    pub name: String,
    /// `all`, `select`, `insert`, `update` or `delete`.
    pub command: String,
    pub permissive: bool,
    /// `public` when no role is named.
    pub roles: Vec<String>,
    pub has_using: bool,
    pub has_with_check: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct TriggerInfo {
    pub name: String,
    /// `before`, `after` or `instead of`.
    pub timing: String,
    pub events: Vec<String>,
    pub for_each_row: bool,
    pub function: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct ViewInfo {
    pub name: String,
    pub materialized: bool,
    pub security_invoker: bool,
    /// `null` where the columns could not be worked out.
    pub columns: Option<Vec<ColumnInfo>>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct EnumInfo {
    pub name: String,
    pub labels: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct CompositeInfo {
    pub name: String,
    pub attributes: Vec<ColumnInfo>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct DomainInfo {
    pub name: String,
    pub base: String,
    pub not_null: bool,
    /// The conditions of its checks, as written.
    pub checks: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct FunctionInfo {
    pub name: String,
    /// `function`, `procedure` or `aggregate`.
    pub kind: String,
    pub arguments: Vec<ArgumentInfo>,
    pub returns: String,
    pub returns_set: bool,
    pub language: String,
    pub volatility: String,
    pub security_definer: bool,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct ArgumentInfo {
    pub name: Option<String>,
    /// `in`, `out`, `inout`, `variadic` or `table`.
    pub mode: String,
    pub r#type: String,
    pub has_default: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct ExtensionInfo {
    pub name: String,
    pub schema: String,
    pub version: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_os = "unknown", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct PublicationInfo {
    pub name: String,
    pub all_tables: bool,
    /// `schema.table`.
    pub tables: Vec<String>,
}

impl Schema {
    /// Reads the catalog; of its schemas' objects, where a file is given, those alone that this made or changed last.
    pub fn of(cat: &Catalog, file: Option<FileId>) -> Schema {
        let mut schemas: Vec<SchemaObjects> =
            cat.schemas().map(|schema| objects(cat, file, schema.oid, &schema.name)).collect();
        schemas.retain(|s| !s.is_empty() || cat.schema_named(&s.name).is_some_and(|s| s.origin.created.is_some()));
        sort_by(&mut schemas, |a, b| a.name.cmp(&b.name));
        let mut extensions: Vec<ExtensionInfo> = cat
            .extensions()
            .map(|e| ExtensionInfo {
                name: e.name.to_string(),
                schema: schema_name(cat, e.schema),
                version: e.version.to_string(),
            })
            .collect();
        sort_by(&mut extensions, |a, b| a.name.cmp(&b.name));
        let mut publications: Vec<PublicationInfo> = cat
            .publications()
            .map(|p| PublicationInfo {
                name: p.name.to_string(),
                all_tables: p.all_tables,
                tables: p.tables.iter().filter_map(|t| cat.relation(*t)).map(|r| cat.relation_name(r)).collect(),
            })
            .collect();
        sort_by(&mut publications, |a, b| a.name.cmp(&b.name));
        let mut roles: Vec<String> =
            cat.roles().filter(|r| r.origin.created.is_some()).map(|r| r.name.to_string()).collect();
        sort(&mut roles);
        Schema { schemas, extensions, publications, roles }
    }
}

impl SchemaObjects {
    fn is_empty(&self) -> bool {
        self.tables.is_empty()
            && self.views.is_empty()
            && self.sequences.is_empty()
            && self.enums.is_empty()
            && self.composites.is_empty()
            && self.domains.is_empty()
            && self.functions.is_empty()
    }
}

fn schema_name(cat: &Catalog, schema: Oid) -> String {
    cat.schema(schema).map(|s| s.name.to_string()).unwrap_or_default()
}

fn objects(cat: &Catalog, file: Option<FileId>, schema: Oid, name: &str) -> SchemaObjects {
    let is_asked_for = |origin: &Origin| {
        let is_of = |file| [origin.created, origin.changed].iter().flatten().any(|at| at.file == file);
        origin.created.is_some() && file.is_none_or(is_of)
    };
    let mut objects = SchemaObjects {
        name: name.to_string(),
        tables: Vec::new(),
        views: Vec::new(),
        sequences: Vec::new(),
        enums: Vec::new(),
        composites: Vec::new(),
        domains: Vec::new(),
        functions: Vec::new(),
    };
    for relation in cat.relations().filter(|r| r.schema == schema && is_asked_for(&r.origin) && !r.is_temporary()) {
        match relation.kind {
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => {
                objects.tables.push(table(cat, relation));
            }
            RelationKind::View | RelationKind::MaterializedView => objects.views.push(view(cat, relation)),
            RelationKind::Sequence => objects.sequences.push(relation.name.to_string()),
            RelationKind::CompositeType => objects
                .composites
                .push(CompositeInfo { name: relation.name.to_string(), attributes: columns(cat, relation) }),
            RelationKind::Index | RelationKind::PartitionedIndex => {}
        }
    }
    for ty in cat.types().filter(|t| t.schema == schema && is_asked_for(&t.origin)) {
        type_(cat, ty, &mut objects);
    }
    for function in cat.functions().filter(|f| f.schema == schema && is_asked_for(&f.origin)) {
        objects.functions.push(self::function(cat, function));
    }
    sort_by(&mut objects.tables, |a, b| a.name.cmp(&b.name));
    sort_by(&mut objects.views, |a, b| a.name.cmp(&b.name));
    sort(&mut objects.sequences);
    sort_by(&mut objects.enums, |a, b| a.name.cmp(&b.name));
    sort_by(&mut objects.composites, |a, b| a.name.cmp(&b.name));
    sort_by(&mut objects.domains, |a, b| a.name.cmp(&b.name));
    sort_by(&mut objects.functions, |a, b| a.name.cmp(&b.name)); // stable: overloads stay in order of creation
    objects
}

fn type_(cat: &Catalog, ty: &Type, objects: &mut SchemaObjects) {
    match &ty.kind {
        TypeKind::Enum(labels) => objects
            .enums
            .push(EnumInfo { name: ty.name.to_string(), labels: labels.iter().map(|l| l.to_string()).collect() }),
        TypeKind::Domain(domain) => objects.domains.push(DomainInfo {
            name: ty.name.to_string(),
            base: cat.format_type(domain.base),
            not_null: domain.not_null,
            checks: domain.constraints.iter().filter(|c| c.expr.is_some()).map(|c| c.text.to_string()).collect(),
        }),
        _ => {}
    }
}

fn comment(cat: &Catalog, object: ObjectAddress) -> Option<String> {
    cat.comment(object).map(|c| c.to_string())
}

fn column_names(relation: &Relation, numbers: &[u16]) -> Vec<String> {
    numbers.iter().filter_map(|n| relation.column_by_number(*n)).map(|c| c.name.to_string()).collect()
}

fn columns(cat: &Catalog, relation: &Relation) -> Vec<ColumnInfo> {
    relation.live_columns().map(|c| column(cat, relation.oid, c)).collect()
}

fn column(cat: &Catalog, relation: Oid, column: &Column) -> ColumnInfo {
    ColumnInfo {
        name: column.name.to_string(),
        r#type: (!column.type_unknown).then(|| cat.format_type(column.ty)),
        not_null: column.not_null,
        default: column.default.as_ref().map(|d| d.text.to_string()),
        identity: column.identity.map(|i| match i {
            Identity::Always => "always".to_string(),
            Identity::ByDefault => "by default".to_string(),
        }),
        generated: column.generated.map(|g| match g {
            Generated::Stored => "stored".to_string(),
            Generated::Virtual => "virtual".to_string(),
        }),
        comment: comment(cat, ObjectAddress::column(relation, column.number)),
    }
}

fn table(cat: &Catalog, relation: &Relation) -> TableInfo {
    let indexes = relation
        .indexes
        .iter()
        .filter_map(|oid| cat.relation(*oid))
        .filter_map(|r| Some(index(relation, r, r.index.as_deref()?)))
        .collect();
    TableInfo {
        name: relation.name.to_string(),
        kind: match relation.kind {
            RelationKind::PartitionedTable => "partitioned table".to_string(),
            kind => kind.noun().to_string(),
        },
        columns: columns(cat, relation),
        constraints: relation.constraints.iter().map(|c| constraint(cat, relation, c)).collect(),
        indexes,
        row_security: relation.row_security.enabled,
        force_row_security: relation.row_security.forced,
        policies: relation
            .policies
            .iter()
            .map(|p| PolicyInfo {
                name: p.name.to_string(),
                command: match p.command {
                    PolicyCommand::All => "all",
                    PolicyCommand::Select => "select",
                    PolicyCommand::Insert => "insert",
                    PolicyCommand::Update => "update",
                    PolicyCommand::Delete => "delete",
                }
                .to_string(),
                permissive: p.permissive,
                roles: p
                    .roles
                    .iter()
                    .map(|r| cat.role(*r).map_or("public".to_string(), |r| r.name.to_string()))
                    .collect(),
                has_using: p.using.is_some(),
                has_with_check: p.with_check.is_some(),
            })
            .collect(),
        triggers: relation.triggers.iter().map(|t| trigger(cat, t)).collect(),
        inherits: relation.inherits.iter().filter_map(|p| cat.relation(*p)).map(|r| cat.relation_name(r)).collect(),
        comment: comment(cat, ObjectAddress::new(Class::Relation, relation.oid)),
    }
}

fn constraint(cat: &Catalog, relation: &Relation, constraint: &Constraint) -> ConstraintInfo {
    let kind = match constraint.kind {
        ConstraintKind::Check { .. } => "check",
        ConstraintKind::PrimaryKey { .. } => "primary key",
        ConstraintKind::Unique { .. } => "unique",
        ConstraintKind::Exclude { .. } => "exclude",
        ConstraintKind::ForeignKey(_) => "foreign key",
        ConstraintKind::NotNull { .. } => "not null",
        ConstraintKind::Trigger => "trigger",
    };
    let references = match &constraint.kind {
        ConstraintKind::ForeignKey(key) => cat.relation(key.references).map(|referenced| ReferenceInfo {
            schema: schema_name(cat, referenced.schema),
            table: referenced.name.to_string(),
            columns: column_names(referenced, &key.referenced_columns),
            on_delete: key.on_delete.words().to_string(),
            on_update: key.on_update.words().to_string(),
        }),
        _ => None,
    };
    ConstraintInfo {
        name: constraint.name.to_string(),
        kind: kind.to_string(),
        columns: column_names(relation, constraint.kind.columns()),
        check: match &constraint.kind {
            ConstraintKind::Check { text, .. } => Some(text.to_string()),
            _ => None,
        },
        references,
        validated: constraint.validated,
    }
}

fn index(table: &Relation, relation: &Relation, index: &Index) -> IndexInfo {
    IndexInfo {
        name: relation.name.to_string(),
        method: index.method.to_string(),
        unique: index.unique,
        primary: index.primary,
        keys: index
            .keys
            .iter()
            .map(|key| table.column_by_number(key.column).map_or(key.text.to_string(), |c| c.name.to_string()))
            .collect(),
        include: column_names(table, &index.include),
        filter: index.filter_text.as_ref().map(|t| t.to_string()),
    }
}

fn trigger(cat: &Catalog, trigger: &Trigger) -> TriggerInfo {
    TriggerInfo {
        name: trigger.name.to_string(),
        timing: match trigger.timing {
            TriggerTiming::Before => "before",
            TriggerTiming::After => "after",
            TriggerTiming::InsteadOf => "instead of",
        }
        .to_string(),
        events: trigger
            .events
            .iter()
            .map(|e| match e {
                TriggerEvent::Insert => "insert".to_string(),
                TriggerEvent::Update(_) => "update".to_string(),
                TriggerEvent::Delete => "delete".to_string(),
                TriggerEvent::Truncate => "truncate".to_string(),
            })
            .collect(),
        for_each_row: trigger.for_each_row,
        function: cat.function(trigger.function).map(|f| cat.display_name(f.schema, &f.name)).unwrap_or_default(),
    }
}

fn view(cat: &Catalog, relation: &Relation) -> ViewInfo {
    ViewInfo {
        name: relation.name.to_string(),
        materialized: relation.kind == RelationKind::MaterializedView,
        security_invoker: relation.option("security_invoker").is_some_and(|v| matches!(v, "true" | "on" | "1" | "yes")),
        columns: relation.columns_unknown.is_none().then(|| columns(cat, relation)),
        comment: comment(cat, ObjectAddress::new(Class::Relation, relation.oid)),
    }
}

fn function(cat: &Catalog, function: &Function) -> FunctionInfo {
    FunctionInfo {
        name: function.name.to_string(),
        kind: function.kind.noun().to_string(),
        arguments: function
            .args
            .iter()
            .map(|a| ArgumentInfo {
                name: a.name.as_ref().map(|n| n.to_string()),
                mode: match a.mode {
                    ArgMode::In => "in",
                    ArgMode::Out => "out",
                    ArgMode::InOut => "inout",
                    ArgMode::Variadic => "variadic",
                    ArgMode::Table => "table",
                }
                .to_string(),
                r#type: cat.format_type(a.ty),
                has_default: a.has_default,
            })
            .collect(),
        returns: if function.is_procedure() {
            String::new()
        } else {
            cat.format_type(TypeRef::plain(function.returns.oid))
        },
        returns_set: function.returns_set,
        language: function.language.to_string(),
        volatility: match function.volatility {
            Volatility::Immutable => "immutable",
            Volatility::Stable => "stable",
            Volatility::Volatile => "volatile",
        }
        .to_string(),
        security_definer: function.security_definer,
        comment: comment(cat, ObjectAddress::new(Class::Function, function.oid)),
    }
}
