//! DROP, DROP OWNED and REASSIGN OWNED.

use crate::syntax::ast::{Behavior, Drop, DropOwned, Name, ObjectKind, ObjectName, RoleSpec, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::statement::common::plain;
use crate::syntax::statement::object::{ON_RELATION, PLAIN, QUALIFIED};

impl Cursor<'_> {
    pub(super) fn drop_statement(&mut self) -> Result<StatementKind> {
        self.bump();
        if let Some(kind) = self.eat_kind_words(&QUALIFIED) {
            let concurrently = if kind == ObjectKind::Index { self.eat_span(kw::CONCURRENTLY) } else { None };
            let if_exists = self.if_exists();
            let objects = self.comma_list(|cursor| cursor.qualified_name().map(ObjectName::Name))?;
            let behavior = self.behavior();
            return Ok(dropped(Drop { kind, if_exists, objects, behavior, concurrently }));
        }
        if let Some(kind) = self.eat_kind_words(&PLAIN) {
            return self.drop_list(kind, |cursor| cursor.name().map(plain).map(ObjectName::Name));
        }
        let Some(keyword) = self.keyword() else { return self.fail() };
        let before = self.position();
        self.bump();
        if let Some((_, kind)) = ON_RELATION.iter().find(|(word, _)| *word == keyword) {
            return self.drop_one(*kind, Self::object_on_relation);
        }
        match keyword {
            kw::TYPE => self.drop_list(ObjectKind::Type, |cursor| cursor.type_name().map(ObjectName::Type)),
            kw::DOMAIN => self.drop_list(ObjectKind::Domain, |cursor| cursor.type_name().map(ObjectName::Type)),
            kw::FUNCTION => self.drop_list(ObjectKind::Function, Self::routine_object),
            kw::PROCEDURE => self.drop_list(ObjectKind::Procedure, Self::routine_object),
            kw::ROUTINE => self.drop_list(ObjectKind::Routine, Self::routine_object),
            kw::AGGREGATE => self.drop_list(ObjectKind::Aggregate, Self::aggregate_object),
            kw::OPERATOR if self.at(kw::CLASS) && self.peek_at(1).kind != TokenKind::Dot => {
                self.bump();
                self.drop_one(ObjectKind::OperatorClass, Self::operator_class_object)
            }
            kw::OPERATOR if self.at(kw::FAMILY) && self.peek_at(1).kind != TokenKind::Dot => {
                self.bump();
                self.drop_one(ObjectKind::OperatorFamily, Self::operator_class_object)
            }
            kw::OPERATOR => self.drop_list(ObjectKind::Operator, Self::operator_object),
            kw::CAST => self.drop_one(ObjectKind::Cast, Self::cast_object),
            kw::TRANSFORM => self.drop_one(ObjectKind::Transform, Self::transform_object),
            kw::USER if self.at(kw::MAPPING) && matches!(self.keyword_at(1), Some(kw::FOR | kw::IF)) => {
                self.bump();
                let if_exists = self.if_exists();
                let object = self.user_mapping()?;
                Ok(dropped(one(ObjectKind::UserMapping, if_exists, object, Behavior::Restrict)))
            }
            kw::ROLE | kw::USER | kw::GROUP => {
                let if_exists = self.if_exists();
                let objects = self.comma_list(|cursor| cursor.role_object())?;
                let behavior = Behavior::Restrict;
                Ok(dropped(Drop { kind: ObjectKind::Role, if_exists, objects, behavior, concurrently: None }))
            }
            kw::TABLESPACE => {
                let if_exists = self.if_exists();
                let object = ObjectName::Name(plain(self.name()?));
                Ok(dropped(one(ObjectKind::Tablespace, if_exists, object, Behavior::Restrict)))
            }
            kw::SUBSCRIPTION => {
                self.drop_one(ObjectKind::Subscription, |cursor| cursor.name().map(plain).map(ObjectName::Name))
            }
            kw::DATABASE => {
                let if_exists = self.if_exists();
                let object = ObjectName::Name(plain(self.name()?));
                if self.eat(kw::WITH) || self.at_kind(TokenKind::LParen) {
                    self.paren_list(|cursor| cursor.expect(kw::FORCE))?;
                }
                Ok(dropped(one(ObjectKind::Database, if_exists, object, Behavior::Restrict)))
            }
            kw::OWNED => {
                self.expect(kw::BY)?;
                let roles = self.roles()?;
                let behavior = self.behavior();
                Ok(StatementKind::DropOwned(Box::new(DropOwned { roles, reassign_to: None, behavior })))
            }
            _ => {
                self.set_position(before);
                self.no_such_kind()
            }
        }
    }

    fn drop_list(
        &mut self,
        kind: ObjectKind,
        object: impl FnMut(&mut Self) -> Result<ObjectName>,
    ) -> Result<StatementKind> {
        let if_exists = self.if_exists();
        let objects = self.comma_list(object)?;
        let behavior = self.behavior();
        Ok(dropped(Drop { kind, if_exists, objects, behavior, concurrently: None }))
    }

    fn drop_one(
        &mut self,
        kind: ObjectKind,
        object: impl FnOnce(&mut Self) -> Result<ObjectName>,
    ) -> Result<StatementKind> {
        let if_exists = self.if_exists();
        let object = object(self)?;
        let behavior = self.behavior();
        Ok(dropped(one(kind, if_exists, object, behavior)))
    }

    /// A role that DROP names: PUBLIC and CURRENT_USER parse, and nothing that they name can be dropped.
    fn role_object(&mut self) -> Result<ObjectName> {
        let role = self.role()?;
        if let RoleSpec::Name(name) = role {
            return Ok(ObjectName::Name(plain(name)));
        }
        let error = SyntaxError::new(role.span(), "cannot use special role specifier in DROP ROLE");
        self.defer(error.with_sqlstate("22023"));
        Ok(ObjectName::Name(plain(Name::new("", role.span()))))
    }

    /// `FOR {role | USER} SERVER name`.
    pub(super) fn user_mapping(&mut self) -> Result<ObjectName> {
        self.expect(kw::FOR)?;
        let user = match self.eat_span(kw::USER) {
            Some(span) => RoleSpec::CurrentUser(span),
            None => self.role()?,
        };
        self.expect(kw::SERVER)?;
        Ok(ObjectName::UserMapping { user, server: self.name()? })
    }

    pub(super) fn reassign_owned(&mut self) -> Result<StatementKind> {
        self.expect_all(&[kw::REASSIGN, kw::OWNED, kw::BY])?;
        let roles = self.roles()?;
        self.expect(kw::TO)?;
        let reassign_to = Some(self.role()?);
        Ok(StatementKind::DropOwned(Box::new(DropOwned { roles, reassign_to, behavior: Behavior::Restrict })))
    }
}

fn one(kind: ObjectKind, if_exists: bool, object: ObjectName, behavior: Behavior) -> Drop {
    Drop { kind, if_exists, objects: vec![object], behavior, concurrently: None }
}

fn dropped(drop: Drop) -> StatementKind {
    StatementKind::Drop(Box::new(drop))
}
