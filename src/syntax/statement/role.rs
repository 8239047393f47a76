//! Roles, users and groups.

use crate::syntax::ast::{AlterRole, AlterRoleSetting, CreateRole, ObjectKind, RoleOption, RoleSpec, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// After `CREATE {ROLE | USER | GROUP}`.
    pub(super) fn create_role(&mut self, login: bool) -> Result<StatementKind> {
        let name = self.role_id()?;
        self.eat(kw::WITH);
        let mut options = Vec::new();
        while let Some(option) = self.create_role_option()? {
            options.push(option);
        }
        Ok(StatementKind::CreateRole(Box::new(CreateRole { name, login, options })))
    }

    fn create_role_option(&mut self) -> Result<Option<RoleOption>> {
        let option = match self.keyword() {
            Some(kw::SYSID) => {
                self.bump();
                self.integer()?;
                RoleOption::SysId
            }
            Some(kw::ADMIN) => {
                self.bump();
                RoleOption::Admin(self.roles()?)
            }
            Some(kw::ROLE) => {
                self.bump();
                RoleOption::Members(self.roles()?)
            }
            Some(kw::IN) => {
                self.bump();
                if !self.eat(kw::ROLE) {
                    self.expect(kw::GROUP)?;
                }
                RoleOption::InRole(self.roles()?)
            }
            _ => return self.role_option(),
        };
        Ok(Some(option))
    }

    /// An option that ALTER ROLE takes too.
    fn role_option(&mut self) -> Result<Option<RoleOption>> {
        let start = self.peek();
        if matches!(start.kind, TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent) {
            let word = self.name()?;
            return match role_word(&word.text) {
                Some(option) => Ok(Some(option)),
                None => Err(SyntaxError::new(word.span, format!("unrecognized role option \"{word}\""))),
            };
        }
        let option = match self.keyword() {
            Some(kw::INHERIT) => {
                self.bump();
                RoleOption::Inherit(true)
            }
            Some(kw::PASSWORD) => {
                self.bump();
                RoleOption::Password(if self.eat(kw::NULL) { None } else { Some(self.string()?) })
            }
            Some(kw::ENCRYPTED) => {
                self.bump();
                self.expect(kw::PASSWORD)?;
                RoleOption::Password(Some(self.string()?))
            }
            Some(kw::UNENCRYPTED) => {
                self.bump();
                self.expect(kw::PASSWORD)?;
                self.string()?;
                return Err(SyntaxError::new(start.span(), "UNENCRYPTED PASSWORD is no longer supported")
                    .with_sqlstate("0A000")
                    .with_help("Remove UNENCRYPTED to store the password in encrypted form instead."));
            }
            Some(kw::CONNECTION) => {
                self.bump();
                self.expect(kw::LIMIT)?;
                self.signed_integer()?;
                RoleOption::ConnectionLimit
            }
            Some(kw::VALID) => {
                self.bump();
                self.expect(kw::UNTIL)?;
                self.string()?;
                RoleOption::ValidUntil
            }
            Some(kw::USER) => {
                self.bump();
                RoleOption::Members(self.roles()?)
            }
            _ => return Ok(None),
        };
        Ok(Some(option))
    }

    /// After `ALTER {ROLE | USER}`; `group` for `ALTER GROUP`, which has forms of its own.
    pub(super) fn alter_role(&mut self, group: bool) -> Result<StatementKind> {
        if group {
            return self.alter_group();
        }
        let role = if self.eat(kw::ALL) { None } else { Some(self.role()?) };
        if self.at(kw::RENAME) {
            return self.rename_role(role);
        }
        let mut database = None;
        if self.eat(kw::IN) {
            self.expect(kw::DATABASE)?;
            database = Some(self.name()?);
        }
        if database.is_some() || role.is_none() || self.at_any(&[kw::SET, kw::RESET]) {
            let setting = self.set_or_reset_clause()?;
            let setting = AlterRoleSetting { role, database, setting };
            return Ok(StatementKind::AlterRoleSetting(Box::new(setting)));
        }
        let Some(role) = role else { return self.fail() };
        self.eat(kw::WITH);
        let mut options = Vec::new();
        while let Some(option) = self.role_option()? {
            options.push(option);
        }
        Ok(StatementKind::AlterRole(Box::new(AlterRole { role, options, group_members: None })))
    }

    fn alter_group(&mut self) -> Result<StatementKind> {
        let role = self.role()?;
        let add = match self.keyword() {
            Some(kw::RENAME) => return self.rename_role(Some(role)),
            Some(kw::ADD) => true,
            Some(kw::DROP) => false,
            _ => return self.fail(),
        };
        self.bump();
        self.expect(kw::USER)?;
        let group_members = Some((add, self.roles()?));
        Ok(StatementKind::AlterRole(Box::new(AlterRole { role, options: Vec::new(), group_members })))
    }

    /// `RENAME TO name` of a role that must be named.
    fn rename_role(&mut self, role: Option<RoleSpec>) -> Result<StatementKind> {
        let from = match role {
            Some(RoleSpec::Name(name)) => name,
            Some(other) => {
                let message = format!("{} cannot be used as a role name here", self.text_of_span(other.span()));
                return Err(SyntaxError::new(other.span(), message).with_sqlstate("42939"));
            }
            None => return self.fail(),
        };
        self.expect_all(&[kw::RENAME, kw::TO])?;
        let to = self.role_id()?;
        Ok(super::alter::rename(ObjectKind::Role, super::alter::named(from), false, to))
    }

    fn text_of_span(&self, span: crate::source::Span) -> String {
        self.text().get(span.range()).unwrap_or("").to_ascii_uppercase()
    }
}

/// The options that are words but no keywords.
fn role_word(word: &str) -> Option<RoleOption> {
    Some(match word {
        "superuser" => RoleOption::Superuser(true),
        "nosuperuser" => RoleOption::Superuser(false),
        "createrole" => RoleOption::CreateRole(true),
        "nocreaterole" => RoleOption::CreateRole(false),
        "replication" => RoleOption::Replication(true),
        "noreplication" => RoleOption::Replication(false),
        "createdb" => RoleOption::CreateDb(true),
        "nocreatedb" => RoleOption::CreateDb(false),
        "login" => RoleOption::Login(true),
        "nologin" => RoleOption::Login(false),
        "bypassrls" => RoleOption::BypassRls(true),
        "nobypassrls" => RoleOption::BypassRls(false),
        "noinherit" => RoleOption::Inherit(false),
        _ => return None,
    })
}
