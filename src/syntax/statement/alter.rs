//! ALTER of every kind: RENAME, OWNER TO, SET SCHEMA and DEPENDS ON are alike for all, and the rest is left to each kind's module.

use crate::syntax::ast::{
    DependsOnExtension, Name, ObjectKind, ObjectName, Other, OwnerTo, Rename, RoleSpec, SetSchema, StatementKind,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::statement::common::{other, plain};

/// Which of the common clauses a kind takes.
#[derive(Clone, Copy)]
struct Clauses {
    rename: bool,
    owner: bool,
    schema: bool,
}

const ALL: Clauses = Clauses { rename: true, owner: true, schema: true };
const NO_SCHEMA: Clauses = Clauses { rename: true, owner: true, schema: false };
const NO_OWNER: Clauses = Clauses { rename: true, owner: false, schema: true };

impl Cursor<'_> {
    pub(super) fn alter_statement(&mut self) -> Result<StatementKind> {
        self.bump();
        let Some(keyword) = self.keyword() else { return self.fail() };
        let first = self.bump();
        match keyword {
            kw::TABLE => self.alter_relation(ObjectKind::Table),
            kw::INDEX => self.alter_relation(ObjectKind::Index),
            kw::SEQUENCE => self.alter_relation(ObjectKind::Sequence),
            kw::VIEW => self.alter_relation(ObjectKind::View),
            kw::MATERIALIZED => {
                self.expect(kw::VIEW)?;
                self.alter_relation(ObjectKind::MaterializedView)
            }
            kw::FOREIGN if self.eat(kw::TABLE) => self.alter_relation(ObjectKind::ForeignTable),
            kw::FOREIGN => {
                self.expect_all(&[kw::DATA, kw::WRAPPER])?;
                let name = self.name()?;
                self.common_or(ObjectKind::ForeignDataWrapper, NO_SCHEMA, name, Self::alter_foreign_data_wrapper)
            }
            kw::TYPE => self.alter_type(),
            kw::DOMAIN => self.alter_domain_statement(),
            kw::FUNCTION => self.alter_routine(ObjectKind::Function),
            kw::PROCEDURE => self.alter_routine(ObjectKind::Procedure),
            kw::ROUTINE => self.alter_routine(ObjectKind::Routine),
            kw::POLICY => self.alter_policy_statement(),
            kw::DEFAULT => {
                self.expect(kw::PRIVILEGES)?;
                self.alter_default_privileges()
            }
            kw::ROLE => self.alter_role(false),
            kw::USER if self.at(kw::MAPPING) && self.keyword_at(1) == Some(kw::FOR) => {
                self.bump();
                let mapping = self.user_mapping_of("ALTER USER MAPPING")?;
                self.alter_generic_options()?;
                Ok(StatementKind::Other(Box::new(mapping)))
            }
            kw::USER => self.alter_role(false),
            kw::GROUP => self.alter_role(true),
            kw::EXTENSION => {
                let name = self.name()?;
                let clauses = Clauses { rename: false, owner: false, schema: true };
                self.common_or(ObjectKind::Extension, clauses, name, Self::alter_extension)
            }
            kw::PUBLICATION => {
                let name = self.name()?;
                self.common_or(ObjectKind::Publication, NO_SCHEMA, name, Self::alter_publication)
            }
            kw::SUBSCRIPTION => {
                let name = self.name()?;
                self.common_or(ObjectKind::Subscription, NO_SCHEMA, name, Self::alter_subscription)
            }
            kw::SERVER => {
                let name = self.name()?;
                self.common_or(ObjectKind::Server, NO_SCHEMA, name, Self::alter_server)
            }
            kw::DATABASE => {
                let name = self.name()?;
                self.common_or(ObjectKind::Database, NO_SCHEMA, name, Self::alter_database)
            }
            kw::TABLESPACE => {
                let name = self.name()?;
                self.common_or(ObjectKind::Tablespace, NO_SCHEMA, name, Self::alter_tablespace)
            }
            kw::SCHEMA => {
                let name = self.name()?;
                self.common(ObjectKind::Schema, NO_SCHEMA, named(name))
            }
            kw::LANGUAGE => {
                let name = self.name()?;
                self.common(ObjectKind::Language, NO_SCHEMA, named(name))
            }
            kw::PROCEDURAL => {
                self.expect(kw::LANGUAGE)?;
                let name = self.name()?;
                self.common(ObjectKind::Language, NO_SCHEMA, named(name))
            }
            kw::EVENT => self.alter_event_trigger(),
            kw::TRIGGER | kw::RULE => self.alter_trigger_or_rule(keyword == kw::TRIGGER),
            kw::AGGREGATE => {
                let object = self.aggregate_object()?;
                self.common(ObjectKind::Aggregate, ALL, object)
            }
            kw::COLLATION => self.alter_collation(),
            kw::CONVERSION => {
                let name = self.qualified_name()?;
                self.common(ObjectKind::Conversion, ALL, ObjectName::Name(name))
            }
            kw::STATISTICS => self.alter_statistics(),
            kw::OPERATOR => self.alter_operator(),
            kw::TEXT => self.alter_text_search(),
            kw::LARGE => {
                self.expect(kw::OBJECT)?;
                let object = self.large_object()?;
                self.expect_all(&[kw::OWNER, kw::TO])?;
                Ok(owner_to(ObjectKind::LargeObject, object, self.role()?))
            }
            kw::SYSTEM => self.alter_system(),
            _ => Err(self.error_at(first)),
        }
    }

    /// `RENAME TO name`, `OWNER TO role` or `SET SCHEMA name`, as far as the kind takes them.
    fn common(&mut self, kind: ObjectKind, clauses: Clauses, object: ObjectName) -> Result<StatementKind> {
        if clauses.rename && self.eat(kw::RENAME) {
            self.expect(kw::TO)?;
            return Ok(rename(kind, object, false, self.name()?));
        }
        if clauses.owner && self.eat(kw::OWNER) {
            self.expect(kw::TO)?;
            return Ok(owner_to(kind, object, self.role()?));
        }
        if clauses.schema && self.eat(kw::SET) {
            self.expect(kw::SCHEMA)?;
            return Ok(set_schema(kind, object, false, self.name()?));
        }
        self.fail()
    }

    fn at_common(&self, clauses: Clauses) -> bool {
        (clauses.rename && self.at(kw::RENAME))
            || (clauses.owner && self.at(kw::OWNER))
            || (clauses.schema && self.at_all(&[kw::SET, kw::SCHEMA]))
    }

    /// A common clause, or what the kind has of its own.
    fn common_or(
        &mut self,
        kind: ObjectKind,
        clauses: Clauses,
        name: Name,
        own: impl FnOnce(&mut Self, Name) -> Result<StatementKind>,
    ) -> Result<StatementKind> {
        let set = clauses.schema && self.at(kw::SET);
        if set || self.at_common(clauses) { self.common(kind, clauses, named(name)) } else { own(self, name) }
    }

    fn alter_type(&mut self) -> Result<StatementKind> {
        let name = self.qualified_name()?;
        if let Some(statement) = self.alter_enum(&name)? {
            return Ok(statement);
        }
        if self.at_all(&[kw::RENAME, kw::ATTRIBUTE]) {
            self.bump();
            self.bump();
            let object = ObjectName::Column { relation: name, column: self.name()? };
            self.expect(kw::TO)?;
            let to = self.name()?;
            let (kind, relation_kind) = (ObjectKind::Attribute, Some(ObjectKind::Type));
            let behavior = self.behavior();
            let rename = Rename { kind, relation_kind, object, if_exists: false, to, behavior };
            return Ok(StatementKind::Rename(Box::new(rename)));
        }
        if self.at_any(&[kw::ADD, kw::DROP, kw::ALTER]) {
            return self.alter_composite_type(name);
        }
        if self.at(kw::SET) && self.peek_at(1).kind == TokenKind::LParen {
            self.bump();
            self.definition()?;
            return Ok(other("ALTER TYPE", Some(name)));
        }
        self.common(ObjectKind::Type, ALL, ObjectName::Name(name))
    }

    fn alter_domain_statement(&mut self) -> Result<StatementKind> {
        let name = self.qualified_name()?;
        if self.at_all(&[kw::RENAME, kw::CONSTRAINT]) {
            self.bump();
            self.bump();
            let object = ObjectName::OnDomain { name: self.name()?, domain: name };
            self.expect(kw::TO)?;
            let to = self.name()?;
            let (kind, relation_kind) = (ObjectKind::DomainConstraint, Some(ObjectKind::Domain));
            let behavior = Default::default();
            let rename = Rename { kind, relation_kind, object, if_exists: false, to, behavior };
            return Ok(StatementKind::Rename(Box::new(rename)));
        }
        if self.at_common(ALL) {
            return self.common(ObjectKind::Domain, ALL, ObjectName::Name(name));
        }
        self.alter_domain(name)
    }

    fn alter_routine(&mut self, kind: ObjectKind) -> Result<StatementKind> {
        let function = self.routine_name()?;
        let schema_clause = self.at_all(&[kw::SET, kw::SCHEMA]) && self.schema_name_follows();
        if self.at(kw::RENAME) || self.at(kw::OWNER) || schema_clause {
            return self.common(kind, ALL, ObjectName::Routine(function));
        }
        if self.at(kw::DEPENDS) || self.at_all(&[kw::NO, kw::DEPENDS]) {
            return self.depends_on_extension(kind, ObjectName::Routine(function));
        }
        self.alter_function(kind, function)
    }

    /// `SET SCHEMA name` moves a function; `SET SCHEMA 'name'` and `SET schema = …` set a parameter of it.
    fn schema_name_follows(&self) -> bool {
        self.is_name(2)
    }

    /// `[NO] DEPENDS ON EXTENSION name`.
    pub(super) fn depends_on_extension(&mut self, kind: ObjectKind, object: ObjectName) -> Result<StatementKind> {
        let remove = self.eat(kw::NO);
        self.expect_all(&[kw::DEPENDS, kw::ON, kw::EXTENSION])?;
        let extension = self.name()?;
        Ok(StatementKind::DependsOnExtension(Box::new(DependsOnExtension { kind, object, remove, extension })))
    }

    fn alter_policy_statement(&mut self) -> Result<StatementKind> {
        let if_exists = self.if_exists();
        let name = self.name()?;
        self.expect(kw::ON)?;
        let relation = self.qualified_name()?;
        if if_exists || self.at(kw::RENAME) {
            self.expect_all(&[kw::RENAME, kw::TO])?;
            let to = self.name()?;
            return Ok(rename(ObjectKind::Policy, ObjectName::OnRelation { name, relation }, if_exists, to));
        }
        self.alter_policy(name, relation)
    }

    fn alter_trigger_or_rule(&mut self, trigger: bool) -> Result<StatementKind> {
        let object = self.object_on_relation()?;
        let kind = if trigger { ObjectKind::Trigger } else { ObjectKind::Rule };
        if trigger && (self.at(kw::DEPENDS) || self.at(kw::NO)) {
            return self.depends_on_extension(kind, object);
        }
        self.common(kind, Clauses { rename: true, owner: false, schema: false }, object)
    }

    fn alter_event_trigger(&mut self) -> Result<StatementKind> {
        self.expect(kw::TRIGGER)?;
        let name = self.name()?;
        if self.at_common(NO_SCHEMA) {
            return self.common(ObjectKind::EventTrigger, NO_SCHEMA, named(name));
        }
        if self.eat(kw::ENABLE) {
            let _ = self.eat(kw::REPLICA) || self.eat(kw::ALWAYS);
        } else {
            self.expect(kw::DISABLE)?;
        }
        Ok(other("ALTER EVENT TRIGGER", Some(plain(name))))
    }

    fn alter_collation(&mut self) -> Result<StatementKind> {
        let name = self.qualified_name()?;
        if self.eat(kw::REFRESH) {
            self.expect(kw::VERSION)?;
            return Ok(other("ALTER COLLATION", Some(name)));
        }
        self.common(ObjectKind::Collation, ALL, ObjectName::Name(name))
    }

    fn alter_statistics(&mut self) -> Result<StatementKind> {
        let if_exists = self.if_exists();
        let name = self.qualified_name()?;
        if if_exists || self.at_all(&[kw::SET, kw::STATISTICS]) {
            self.expect_all(&[kw::SET, kw::STATISTICS])?;
            self.statistics_target()?;
            let statement =
                Other { tag: "ALTER STATISTICS", name: Some(name), if_not_exists: if_exists, ..Other::default() };
            return Ok(StatementKind::Other(Box::new(statement)));
        }
        self.common(ObjectKind::Statistics, ALL, ObjectName::Name(name))
    }

    fn alter_operator(&mut self) -> Result<StatementKind> {
        let (kind, object) = self.operator_kind()?;
        if self.at_common(ALL) {
            let clauses = match kind {
                ObjectKind::Operator => Clauses { rename: false, ..ALL },
                _ => ALL,
            };
            return self.common(kind, clauses, object);
        }
        match (kind, object) {
            (ObjectKind::Operator, ObjectName::Operator { name, .. }) => {
                self.expect(kw::SET)?;
                self.definition()?;
                Ok(other("ALTER OPERATOR", Some(name)))
            }
            (ObjectKind::OperatorFamily, ObjectName::OperatorClass { name, .. }) => self.alter_operator_family(name),
            _ => self.fail(),
        }
    }

    fn alter_text_search(&mut self) -> Result<StatementKind> {
        let kind = self.text_search_kind()?;
        let name = self.qualified_name()?;
        let clauses = match kind {
            ObjectKind::TextSearchParser | ObjectKind::TextSearchTemplate => NO_OWNER,
            _ => ALL,
        };
        if self.at(kw::SET) || self.at_common(clauses) {
            return self.common(kind, clauses, ObjectName::Name(name));
        }
        self.alter_text_search_own(kind, name)
    }
}

pub(super) fn named(name: Name) -> ObjectName {
    ObjectName::Name(plain(name))
}

pub(super) fn rename(kind: ObjectKind, object: ObjectName, if_exists: bool, to: Name) -> StatementKind {
    let (relation_kind, behavior) = (None, Default::default());
    StatementKind::Rename(Box::new(Rename { kind, relation_kind, object, if_exists, to, behavior }))
}

pub(super) fn set_schema(kind: ObjectKind, object: ObjectName, if_exists: bool, schema: Name) -> StatementKind {
    StatementKind::SetSchema(Box::new(SetSchema { kind, object, if_exists, schema }))
}

fn owner_to(kind: ObjectKind, object: ObjectName, owner: RoleSpec) -> StatementKind {
    StatementKind::OwnerTo(Box::new(OwnerTo { kind, object, if_exists: false, owner }))
}
