//! The schema model: objects in typed arenas by oid, their names, dependencies and comments.
//!
//! A `Catalog` is a value: cloning costs a few pointers, and a clone never changes. It knows objects, not statements; what a statement does to it is
//! `replay/`'s business.

pub mod base;
mod cluster;
mod columns;
mod constraintdef;
mod definition;
mod dependency;
mod format;
mod function;
mod functiondef;
pub mod geometry;
mod names;
mod object;
mod relation;
mod resolve;
mod session;
mod trie;
mod types;
mod unknown;

pub use cluster::*;
pub use columns::Columns;
pub use definition::{Definition, Named, StarColumn, qualified_name};
pub use format::{quote_identifier, quote_literal, sql_identifier};
pub use function::*;
pub use functiondef::{function_options, setting};
pub use names::{choose_constraint_name, choose_relation_name, make_object_name};
pub use object::*;
pub use relation::*;
pub use session::*;
pub use types::*;
pub use unknown::Unknowns;

use crate::source::Location;
use crate::syntax::ast::{ObjectKind, Symbol};
use std::sync::Arc;
use trie::Trie;

/// All that a database holds, as far as statements can tell.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The major version of the server that it stands for.
    pub version: u8,
    next_oid: u32,
    schemas: Arena<Schema>,
    relations: Arena<Relation>,
    types: Arena<Type>,
    functions: Arena<Function>,
    /// Those of them that nothing has touched are not in the arena.
    server_functions: Option<&'static base::ServerObjects<Function>>,
    roles: Arena<Role>,
    extensions: Arena<Extension>,
    publications: Arena<Publication>,
    others: Arena<NamedObject>,
    /// As of functions.
    server_operators: Option<&'static base::ServerObjects<NamedObject>>,
    server_collations: Option<&'static base::ServerObjects<NamedObject>>,
    /// One of the server's own is in an arena, because it was touched.
    server_touched: bool,
    /// By source and target type.
    casts: Arc<Vec<((Oid, Oid), Cast)>>,
    /// The relation (or domain) that owns a column default, constraint, trigger or policy.
    owners: Trie<ObjectAddress, 5>,
    names: names::NameIndex,
    dependencies: dependency::Dependencies,
    comments: Trie<Arc<Vec<(ObjectAddress, Symbol)>>, 5>,
    pub default_privileges: Arc<Vec<DefaultPrivilege>>,
    pub unknowns: Unknowns,
    pub session: SharedSession,
    /// The statement that is being replayed: what origins record. `None` while the base is built.
    pub now: Option<Location>,
}

pub type Arena<T> = Trie<Arc<T>, 5>;

/// The class's arena, its name space and its accessors, for each class that is looked up by oid and name.
macro_rules! arena {
    ($class:ident, $type:ty, $arena:ident, $get:ident, $get_mut:ident, $insert:ident, $schema:expr) => {
        pub fn $get(&self, oid: Oid) -> Option<&Arc<$type>> {
            self.$arena.get(oid.0)
        }

        /// The object for writing. Its oid, schema and name may not be changed here: `rename` and `set_schema` keep the name index right.
        pub fn $get_mut(&mut self, oid: Oid) -> Option<&mut $type> {
            self.$arena.get_mut(oid.0).map(Arc::make_mut)
        }

        pub fn $insert(&mut self, object: $type) -> Oid {
            let oid = object.oid;
            let schema: fn(&$type) -> Oid = $schema;
            self.names.add(Class::$class, schema(&object), &object.name, oid);
            self.$arena.insert(oid.0, Arc::new(object));
            oid
        }

        pub fn $arena(&self) -> impl Iterator<Item = &Arc<$type>> {
            self.$arena.values()
        }
    };
}

impl Catalog {
    /// A catalog with nothing in it, not even pg_catalog.
    pub fn empty() -> Self {
        Self {
            version: 17,
            next_oid: Oid::FIRST_USER.0,
            schemas: Trie::default(),
            relations: Trie::default(),
            types: Trie::default(),
            functions: Trie::default(),
            server_functions: None,
            roles: Trie::default(),
            extensions: Trie::default(),
            publications: Trie::default(),
            others: Trie::default(),
            server_operators: None,
            server_collations: None,
            server_touched: false,
            casts: Arc::default(),
            owners: Trie::default(),
            names: names::NameIndex::default(),
            dependencies: dependency::Dependencies::default(),
            comments: Trie::default(),
            now: None,
            default_privileges: Arc::default(),
            unknowns: Unknowns::default(),
            session: SharedSession::new(Session {
                search_path: vec!["$user".into(), "public".into()],
                search_path_before_local: None,
                default_search_path: vec!["$user".into(), "public".into()],
                session_role: Oid::INVALID,
                current_role: Oid::INVALID,
                current_role_before_local: None,
                temp_schema: None,
                check_function_bodies: true,
                settings: Vec::new(),
                variables: Vec::new(),
                source: "".into(),
                call_depth: 0,
            }),
        }
    }

    /// The origin of an object that the current statement creates.
    pub fn origin(&self) -> Origin {
        Origin { created: self.now, changed: self.now }
    }

    /// The next free oid.
    pub fn new_oid(&mut self) -> Oid {
        let oid = Oid(self.next_oid);
        self.next_oid += 1;
        oid
    }

    arena!(Schema, Schema, schemas, schema, schema_mut, insert_schema, |_| Oid::INVALID);
    arena!(Relation, Relation, relations, relation, relation_mut, insert_relation, |r| r.schema);
    arena!(Type, Type, types, type_, type_mut, insert_type, |t| t.schema);
    arena!(Function, Function, functions, own_function, own_function_mut, insert_function, |f| f.schema);
    arena!(Role, Role, roles, role, role_mut, insert_role, |_| Oid::INVALID);
    arena!(Extension, Extension, extensions, extension, extension_mut, insert_extension, |_| Oid::INVALID);
    arena!(Publication, Publication, publications, publication, publication_mut, insert_publication, |_| Oid::INVALID);
    arena!(Other, NamedObject, others, own_other, own_other_mut, insert_other, |o| o.schema);

    /// The oids of a name in a class and schema (`Oid::INVALID` for classes without schemas): several for functions and other overloaded kinds.
    pub fn named(&self, class: Class, schema: Oid, name: &str) -> impl Iterator<Item = Oid> {
        self.names.get(class, schema, name)
    }

    /// The schemas and oids of a name in a class.
    pub fn named_anywhere(&self, class: Class, name: &str) -> impl Iterator<Item = (Oid, Oid)> {
        self.names.anywhere(class, name)
    }

    /// The entry of pg_cast for the two types.
    pub fn cast(&self, from: Oid, to: Oid) -> Option<Cast> {
        let place = self.casts.binary_search_by_key(&(from, to), |(types, _)| *types).ok()?;
        self.casts.get(place).map(|(_, cast)| *cast)
    }

    pub fn add_cast(&mut self, from: Oid, to: Oid, cast: Cast) {
        let casts = Arc::make_mut(&mut self.casts);
        match casts.binary_search_by_key(&(from, to), |(types, _)| *types) {
            Ok(_) => {}
            Err(place) => casts.insert(place, ((from, to), cast)),
        }
    }

    pub fn relation_named(&self, schema: Oid, name: &str) -> Option<&Arc<Relation>> {
        self.named(Class::Relation, schema, name).next().and_then(|oid| self.relation(oid))
    }

    pub fn type_named(&self, schema: Oid, name: &str) -> Option<&Arc<Type>> {
        self.named(Class::Type, schema, name).next().and_then(|oid| self.type_(oid))
    }

    pub fn function(&self, oid: Oid) -> Option<&Arc<Function>> {
        self.own_function(oid).or_else(|| self.server_functions?.get(oid))
    }

    /// As `relation_mut`.
    pub fn function_mut(&mut self, oid: Oid) -> Option<&mut Function> {
        if self.own_function(oid).is_none()
            && let Some(function) = self.server_functions.and_then(|server| server.get(oid))
        {
            self.insert_function(Function::clone(function));
            self.server_touched = true;
        }
        self.own_function_mut(oid)
    }

    /// All functions; `functions` has none of the server's own that nothing has touched, whose owner is the bootstrap superuser.
    pub fn all_functions(&self) -> impl Iterator<Item = &Arc<Function>> {
        let server = self.server_functions.into_iter().flat_map(|server| server.all());
        server.filter(|f| !self.server_touched || self.own_function(f.oid).is_none()).chain(self.functions())
    }

    /// The names of the server's own, without making them.
    pub fn server_function_names(&self, schemas: &[Oid]) -> impl Iterator<Item = &'static str> {
        self.server_functions.into_iter().flat_map(move |server| server.names(schemas))
    }

    /// All functions of a schema.
    pub fn functions_in(&self, schema: Oid) -> impl Iterator<Item = &Arc<Function>> {
        let server = self.server_functions.into_iter().flat_map(move |server| server.in_schema(schema));
        let own = self.functions().filter(move |f| f.schema == schema);
        server.filter(|f| !self.server_touched || self.own_function(f.oid).is_none()).chain(own)
    }

    pub fn functions_named(&self, schema: Oid, name: &str) -> impl Iterator<Item = &Arc<Function>> {
        let server = self.server_functions.map_or(&[][..], |server| server.named(schema, name));
        let own = self.named(Class::Function, schema, name).filter_map(|oid| self.own_function(oid));
        server.iter().filter(|f| !self.server_touched || self.own_function(f.oid).is_none()).chain(own)
    }

    pub fn other(&self, oid: Oid) -> Option<&Arc<NamedObject>> {
        self.own_other(oid).or_else(|| self.server_other(oid))
    }

    /// As `relation_mut`.
    pub fn other_mut(&mut self, oid: Oid) -> Option<&mut NamedObject> {
        if self.own_other(oid).is_none()
            && let Some(object) = self.server_other(oid)
        {
            self.insert_other(NamedObject::clone(object));
            self.server_touched = true;
        }
        self.own_other_mut(oid)
    }

    /// Those of a kind, the server's own first.
    #[inline(never)]
    pub fn others_named(&self, kind: ObjectKind, schema: Oid, name: &str) -> Vec<&Arc<NamedObject>> {
        let mut found: Vec<&Arc<NamedObject>> = Vec::new();
        for server in self.server_others().into_iter().flatten() {
            found.extend(server.named(schema, name));
        }
        if self.server_touched {
            found.retain(|o| self.own_other(o.oid).is_none());
        }
        for oid in self.named(Class::Other, schema, name) {
            found.extend(self.own_other(oid));
        }
        found.retain(|o| o.kind == kind);
        found
    }

    /// One of the server's own that was not touched.
    #[inline(never)]
    fn server_other(&self, oid: Oid) -> Option<&'static Arc<NamedObject>> {
        self.server_others().into_iter().flatten().find_map(|server| server.get(oid))
    }

    fn server_others(&self) -> [Option<&'static base::ServerObjects<NamedObject>>; 2] {
        [self.server_operators, self.server_collations]
    }

    pub fn schema_named(&self, name: &str) -> Option<&Arc<Schema>> {
        self.named(Class::Schema, Oid::INVALID, name).next().and_then(|oid| self.schema(oid))
    }

    pub fn role_named(&self, name: &str) -> Option<&Arc<Role>> {
        self.named(Class::Role, Oid::INVALID, name).next().and_then(|oid| self.role(oid))
    }

    pub fn extension_named(&self, name: &str) -> Option<&Arc<Extension>> {
        self.named(Class::Extension, Oid::INVALID, name).next().and_then(|oid| self.extension(oid))
    }

    pub fn publication_named(&self, name: &str) -> Option<&Arc<Publication>> {
        self.named(Class::Publication, Oid::INVALID, name).next().and_then(|oid| self.publication(oid))
    }

    /// Gives an object that lives in an arena of its own a new name.
    pub fn rename(&mut self, class: Class, oid: Oid, to: &Symbol) {
        self.renamed(class, oid, Some(to), None);
    }

    /// Moves an object that lives in an arena of its own to another schema.
    pub fn set_schema(&mut self, class: Class, oid: Oid, schema: Oid) {
        self.renamed(class, oid, None, Some(schema));
    }

    fn renamed(&mut self, class: Class, oid: Oid, to: Option<&Symbol>, to_schema: Option<Oid>) {
        macro_rules! with_schema {
            ($get_mut:ident) => {{
                let Some(object) = self.$get_mut(oid) else { return };
                let old = (object.schema, object.name.clone());
                object.name = to.unwrap_or(&object.name).clone();
                object.schema = to_schema.unwrap_or(object.schema);
                (old, (object.schema, object.name.clone()))
            }};
        }
        macro_rules! global {
            ($get_mut:ident) => {{
                let Some(object) = self.$get_mut(oid) else { return };
                let old = (Oid::INVALID, object.name.clone());
                object.name = to.unwrap_or(&object.name).clone();
                (old, (Oid::INVALID, object.name.clone()))
            }};
        }
        let (old, new) = match class {
            Class::Relation => with_schema!(relation_mut),
            Class::Type => with_schema!(type_mut),
            Class::Function => with_schema!(function_mut),
            Class::Other => with_schema!(other_mut),
            Class::Schema => global!(schema_mut),
            Class::Role => global!(role_mut),
            Class::Extension => global!(extension_mut),
            Class::Publication => global!(publication_mut),
            Class::Constraint | Class::Trigger | Class::Policy | Class::Default | Class::PublicationMember => return,
        };
        self.names.remove(class, old.0, &old.1, oid);
        self.names.add(class, new.0, &new.1, oid);
    }

    /// Takes an object out of its arena and the name index, with its comments and edges. What depends on it is the caller's business.
    pub fn remove(&mut self, class: Class, oid: Oid) {
        let name = match class {
            Class::Relation => self.relations.remove(oid.0).map(|o| (o.schema, o.name.clone())),
            Class::Type => self.types.remove(oid.0).map(|o| (o.schema, o.name.clone())),
            Class::Function => self.functions.remove(oid.0).map(|o| (o.schema, o.name.clone())),
            Class::Other => self.others.remove(oid.0).map(|o| {
                if let (ObjectKind::Cast, [from, to]) = (o.kind, &o.types[..]) {
                    Arc::make_mut(&mut self.casts).retain(|(types, _)| *types != (*from, *to));
                }
                (o.schema, o.name.clone())
            }),
            Class::Schema => self.schemas.remove(oid.0).map(|o| (Oid::INVALID, o.name.clone())),
            Class::Role => self.roles.remove(oid.0).map(|o| (Oid::INVALID, o.name.clone())),
            Class::Extension => self.extensions.remove(oid.0).map(|o| (Oid::INVALID, o.name.clone())),
            Class::Publication => self.publications.remove(oid.0).map(|o| (Oid::INVALID, o.name.clone())),
            Class::Constraint | Class::Trigger | Class::Policy | Class::Default | Class::PublicationMember => None,
        };
        if let Some((schema, name)) = name {
            self.names.remove(class, schema, &name, oid);
        }
        self.owners.remove(oid.0);
        self.comments.remove(oid.0);
        self.dependencies.remove_object(oid);
    }

    /// Records which relation (or type) holds a sub-object.
    pub fn set_owner_of(&mut self, sub_object: Oid, owner: ObjectAddress) {
        self.owners.insert(sub_object.0, owner);
    }

    /// The relation (or type) that holds a column default, constraint, trigger or policy.
    pub fn owner_of(&self, sub_object: Oid) -> Option<ObjectAddress> {
        self.owners.get(sub_object.0).copied()
    }

    pub fn comment(&self, object: ObjectAddress) -> Option<&Symbol> {
        self.comments.get(object.oid.0)?.iter().find(|(address, _)| *address == object).map(|(_, text)| text)
    }

    pub fn set_comment(&mut self, object: ObjectAddress, text: Option<Symbol>) {
        let mut comments = self.comments.get(object.oid.0).map_or_else(Vec::new, |c| c.as_ref().clone());
        comments.retain(|(address, _)| *address != object);
        comments.extend(text.map(|text| (object, text)));
        if comments.is_empty() {
            self.comments.remove(object.oid.0);
        } else {
            self.comments.insert(object.oid.0, Arc::new(comments));
        }
    }

    /// Adds an edge of pg_depend.
    pub fn depend(&mut self, dependent: ObjectAddress, referenced: ObjectAddress, kind: DependencyKind) {
        self.dependencies.add(Dependency { dependent, referenced, kind });
    }

    /// The edges to an object or any column of it.
    pub fn dependents(&self, referenced: Oid) -> dependency::All<'_> {
        self.dependencies.to(referenced)
    }

    /// The edges from an object or any column of it.
    pub fn dependencies(&self, dependent: Oid) -> dependency::All<'_> {
        self.dependencies.from(dependent)
    }

    /// Removes the edges from an object for which `drop` says so.
    pub fn drop_dependencies(&mut self, dependent: Oid, drop: impl Fn(&Dependency) -> bool) {
        self.dependencies.remove_from(dependent, drop);
    }

    /// `schema.name`, unquoted, as findings name an object.
    pub fn display_name(&self, schema: Oid, name: &str) -> String {
        self.schema(schema).map_or_else(|| name.to_string(), |s| format!("{}.{name}", s.name))
    }

    /// The relation's `schema.name`.
    pub fn relation_name(&self, relation: &Relation) -> String {
        self.display_name(relation.schema, &relation.name)
    }
}
