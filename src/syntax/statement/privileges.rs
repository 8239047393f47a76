//! GRANT, REVOKE and ALTER DEFAULT PRIVILEGES.

use crate::syntax::ast::{
    AlterDefaultPrivileges, Behavior, Grant, GrantRole, GrantTarget, Name, ObjectKind, ObjectName, Privilege,
    Privileges, RoleSpec, StatementKind,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Category, kw};
use crate::syntax::lexer::TokenKind;
use crate::syntax::newer;
use crate::syntax::statement::common::plain;

impl Cursor<'_> {
    pub(super) fn grant(&mut self) -> Result<StatementKind> {
        self.bump();
        let privileges = self.privileges()?;
        if let (Privileges::List(list), true) = (&privileges, self.at(kw::TO)) {
            let roles = list.iter().map(|privilege| privilege.name.clone()).collect();
            return self.grant_role(roles);
        }
        self.expect(kw::ON)?;
        let target = self.grant_target()?;
        self.expect(kw::TO)?;
        let grantees = self.grantees()?;
        let grant_option = self.with_grant_option()?;
        let granted_by = self.granted_by()?;
        Ok(StatementKind::Grant(Box::new(Grant {
            revoke: false,
            grant_option,
            privileges,
            target,
            grantees,
            granted_by,
            behavior: Behavior::Restrict,
        })))
    }

    fn grant_role(&mut self, roles: Vec<Name>) -> Result<StatementKind> {
        self.expect(kw::TO)?;
        let members = self.roles()?;
        let mut admin_option = false;
        if self.eat(kw::WITH) {
            let options = self.comma_list(|cursor| {
                let start = cursor.peek();
                let option = cursor.label()?;
                if !(&*option.text == "admin" && cursor.at(kw::OPTION)) {
                    cursor.note_newer(start, &newer::ROLE_OPTIONS);
                }
                if !cursor.at_any(&[kw::OPTION, kw::TRUE, kw::FALSE]) {
                    return cursor.fail();
                }
                let on = cursor.bump().kind != TokenKind::Keyword(kw::FALSE);
                Ok(on && &*option.text == "admin")
            })?;
            admin_option = options.contains(&true);
        }
        let granted_by = self.granted_by()?;
        Ok(StatementKind::GrantRole(Box::new(GrantRole {
            revoke: false,
            roles,
            members,
            admin_option,
            granted_by,
            behavior: Behavior::Restrict,
        })))
    }

    pub(super) fn revoke(&mut self) -> Result<StatementKind> {
        self.bump();
        let grant_option = self.grant_option_for()?;
        let mut role_option = None;
        if !grant_option && self.is_name(0) && self.keyword_at(1) == Some(kw::OPTION) {
            let option = self.name()?;
            if &*option.text != "admin" {
                self.note_newer_at(option.span, &newer::ROLE_OPTIONS);
            }
            role_option = Some(option);
            self.expect_all(&[kw::OPTION, kw::FOR])?;
        }
        let privileges = self.privileges()?;
        if let (Privileges::List(list), false, true) = (&privileges, grant_option, self.at(kw::FROM)) {
            let roles = list.iter().map(|privilege| privilege.name.clone()).collect();
            self.bump();
            let members = self.roles()?;
            let granted_by = self.granted_by()?;
            return Ok(StatementKind::GrantRole(Box::new(GrantRole {
                revoke: true,
                roles,
                members,
                admin_option: role_option.is_some_and(|option| &*option.text == "admin"),
                granted_by,
                behavior: self.behavior(),
            })));
        }
        if role_option.is_some() {
            return self.fail();
        }
        self.expect(kw::ON)?;
        let target = self.grant_target()?;
        self.expect(kw::FROM)?;
        let grantees = self.grantees()?;
        let granted_by = self.granted_by()?;
        let behavior = self.behavior();
        Ok(StatementKind::Grant(Box::new(Grant {
            revoke: true,
            grant_option,
            privileges,
            target,
            grantees,
            granted_by,
            behavior,
        })))
    }

    /// `[GRANT OPTION FOR]`.
    fn grant_option_for(&mut self) -> Result<bool> {
        if !self.eat(kw::GRANT) {
            return Ok(false);
        }
        self.expect_all(&[kw::OPTION, kw::FOR])?;
        Ok(true)
    }

    /// `[WITH GRANT OPTION]`.
    fn with_grant_option(&mut self) -> Result<bool> {
        if !self.eat(kw::WITH) {
            return Ok(false);
        }
        self.expect_all(&[kw::GRANT, kw::OPTION])?;
        Ok(true)
    }

    fn granted_by(&mut self) -> Result<Option<RoleSpec>> {
        if !self.eat(kw::GRANTED) {
            return Ok(None);
        }
        self.expect(kw::BY)?;
        self.role().map(Some)
    }

    fn grantees(&mut self) -> Result<Vec<RoleSpec>> {
        self.comma_list(|cursor| {
            cursor.eat(kw::GROUP);
            cursor.role()
        })
    }

    fn privileges(&mut self) -> Result<Privileges> {
        let start = self.peek();
        if self.eat(kw::ALL) {
            self.eat(kw::PRIVILEGES);
            let span = self.span_from(start);
            return Ok(Privileges::All { columns: self.optional_columns()?, span });
        }
        self.comma_list(Self::privilege).map(Privileges::List)
    }

    fn privilege(&mut self) -> Result<Privilege> {
        let start = self.peek();
        let name = match self.keyword() {
            Some(keyword @ (kw::SELECT | kw::REFERENCES | kw::CREATE)) => {
                self.bump();
                Name::new(keyword.text(), start.span())
            }
            Some(kw::ALTER) if self.keyword_at(1) == Some(kw::SYSTEM) => {
                self.bump();
                self.bump();
                return Ok(Privilege { name: Name::new("alter system", self.span_from(start)), columns: Vec::new() });
            }
            _ => self.name()?,
        };
        Ok(Privilege { name, columns: self.optional_columns()? })
    }

    /// After ON. The words for kinds may be table names too: a kind has a name after it.
    fn grant_target(&mut self) -> Result<GrantTarget> {
        if self.eat(kw::ALL) {
            return self.all_in_schema();
        }
        let plain_names =
            |cursor: &mut Self| cursor.comma_list(|cursor| cursor.name().map(plain).map(ObjectName::Name));
        let names = |cursor: &mut Self| cursor.comma_list(|cursor| cursor.qualified_name().map(ObjectName::Name));
        let routines = |cursor: &mut Self| cursor.comma_list(Self::routine_object);
        let Some(keyword) = self.keyword().filter(|_| self.at_kind_before_name()) else {
            return Ok(GrantTarget::Objects { kind: ObjectKind::Table, objects: names(self)? });
        };
        self.bump();
        let (kind, objects) = match keyword {
            kw::TABLE => (ObjectKind::Table, names(self)?),
            kw::SEQUENCE => (ObjectKind::Sequence, names(self)?),
            kw::DOMAIN => (ObjectKind::Domain, names(self)?),
            kw::TYPE => (ObjectKind::Type, names(self)?),
            kw::FUNCTION => (ObjectKind::Function, routines(self)?),
            kw::PROCEDURE => (ObjectKind::Procedure, routines(self)?),
            kw::ROUTINE => (ObjectKind::Routine, routines(self)?),
            kw::DATABASE => (ObjectKind::Database, plain_names(self)?),
            kw::LANGUAGE => (ObjectKind::Language, plain_names(self)?),
            kw::SCHEMA => (ObjectKind::Schema, plain_names(self)?),
            kw::TABLESPACE => (ObjectKind::Tablespace, plain_names(self)?),
            kw::PARAMETER => (ObjectKind::Parameter, self.comma_list(Self::parameter)?),
            kw::LARGE => {
                self.expect(kw::OBJECT)?;
                (ObjectKind::LargeObject, self.comma_list(Self::large_object)?)
            }
            _ if self.eat(kw::SERVER) => (ObjectKind::Server, plain_names(self)?),
            _ => {
                self.expect_all(&[kw::DATA, kw::WRAPPER])?;
                (ObjectKind::ForeignDataWrapper, plain_names(self)?)
            }
        };
        Ok(GrantTarget::Objects { kind, objects })
    }

    fn at_kind_before_name(&self) -> bool {
        let function_keyword = self.keyword_at(1).is_some_and(|keyword| keyword.category() == Category::TypeOrFunction);
        match self.keyword() {
            Some(kw::TABLE | kw::FOREIGN) => true,
            Some(kw::LARGE) => self.keyword_at(1) == Some(kw::OBJECT),
            Some(kw::FUNCTION | kw::PROCEDURE | kw::ROUTINE) => self.is_name(1) || function_keyword,
            Some(
                kw::SEQUENCE
                | kw::DOMAIN
                | kw::TYPE
                | kw::DATABASE
                | kw::LANGUAGE
                | kw::SCHEMA
                | kw::TABLESPACE
                | kw::PARAMETER,
            ) => self.is_name(1),
            _ => false,
        }
    }

    /// `name [. name]…` of a configuration parameter.
    fn parameter(&mut self) -> Result<ObjectName> {
        let name = self.setting_name()?;
        Ok(ObjectName::Name(plain(name)))
    }

    /// After ALL: `kind IN SCHEMA name, …`.
    fn all_in_schema(&mut self) -> Result<GrantTarget> {
        let kind = match self.keyword() {
            Some(kw::TABLES) => ObjectKind::Table,
            Some(kw::SEQUENCES) => ObjectKind::Sequence,
            Some(kw::FUNCTIONS) => ObjectKind::Function,
            Some(kw::PROCEDURES) => ObjectKind::Procedure,
            Some(kw::ROUTINES) => ObjectKind::Routine,
            _ => return self.fail(),
        };
        self.bump();
        self.expect_all(&[kw::IN, kw::SCHEMA])?;
        Ok(GrantTarget::AllInSchema { kind, schemas: self.name_list()? })
    }

    /// After `ALTER DEFAULT PRIVILEGES`.
    pub(super) fn alter_default_privileges(&mut self) -> Result<StatementKind> {
        let (mut roles, mut schemas) = (Vec::new(), Vec::new());
        loop {
            let start = self.peek();
            let again = if self.eat(kw::IN) {
                self.expect(kw::SCHEMA)?;
                !std::mem::replace(&mut schemas, self.name_list()?).is_empty()
            } else if self.eat(kw::FOR) {
                if !self.eat(kw::ROLE) {
                    self.expect(kw::USER)?;
                }
                !std::mem::replace(&mut roles, self.roles()?).is_empty()
            } else {
                break;
            };
            if again {
                let message = "conflicting or redundant options";
                self.defer(crate::syntax::error::SyntaxError::new(self.span_from(start), message));
            }
        }
        let revoke = self.at(kw::REVOKE);
        if !revoke && !self.at(kw::GRANT) {
            return self.fail();
        }
        self.bump();
        let mut grant_option = revoke && self.grant_option_for()?;
        let privileges = self.privileges()?;
        self.expect(kw::ON)?;
        let kind = self.default_privilege_target()?;
        self.expect(if revoke { kw::FROM } else { kw::TO })?;
        let grantees = self.grantees()?;
        let behavior = if revoke { self.behavior() } else { Behavior::Restrict };
        if !revoke {
            grant_option = self.with_grant_option()?;
        }
        Ok(StatementKind::AlterDefaultPrivileges(Box::new(AlterDefaultPrivileges {
            roles,
            schemas,
            revoke,
            grant_option,
            privileges,
            kind,
            grantees,
            behavior,
        })))
    }

    fn default_privilege_target(&mut self) -> Result<ObjectKind> {
        let kind = match self.keyword() {
            Some(kw::TABLES) => ObjectKind::Table,
            Some(kw::FUNCTIONS | kw::ROUTINES) => ObjectKind::Function,
            Some(kw::SEQUENCES) => ObjectKind::Sequence,
            Some(kw::TYPES) => ObjectKind::Type,
            Some(kw::SCHEMAS) => ObjectKind::Schema,
            Some(kw::LARGE) => {
                let large = self.bump();
                self.expect(kw::OBJECTS)?;
                self.note_newer(large, &newer::LARGE_OBJECT_DEFAULTS);
                return Ok(ObjectKind::LargeObject);
            }
            _ => return self.fail(),
        };
        self.bump();
        Ok(kind)
    }
}
