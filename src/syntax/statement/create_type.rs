//! CREATE TYPE and ALTER TYPE's own forms; domains.

use crate::syntax::ast::{
    AlterDomain, AlterDomainAction, AlterEnum, AlterEnumAction, CreateDomain, CreateType, Name, QualifiedName,
    StatementKind, TypeDefinition, TypeName,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// After `CREATE TYPE`.
    pub(super) fn create_type(&mut self) -> Result<StatementKind> {
        let name = self.qualified_name()?;
        let definition = if self.at_kind(TokenKind::LParen) {
            TypeDefinition::Base(self.type_options()?)
        } else if !self.eat(kw::AS) {
            TypeDefinition::Shell
        } else if self.eat(kw::ENUM) {
            TypeDefinition::Enum(self.enum_labels()?)
        } else if self.eat(kw::RANGE) {
            TypeDefinition::Range(self.type_options()?)
        } else {
            self.expect_kind(TokenKind::LParen)?;
            let mut attributes = Vec::new();
            if !self.at_kind(TokenKind::RParen) {
                attributes = self.comma_list(Self::attribute_definition)?;
            }
            self.expect_kind(TokenKind::RParen)?;
            TypeDefinition::Composite(attributes)
        };
        Ok(StatementKind::CreateType(Box::new(CreateType { name, definition })))
    }

    fn type_options(&mut self) -> Result<Vec<(Name, Option<TypeName>)>> {
        let options = self.definition()?;
        Ok(options.into_iter().map(|option| (option.name, option.value.and_then(|value| value.ty))).collect())
    }

    fn enum_labels(&mut self) -> Result<Vec<Name>> {
        self.expect_kind(TokenKind::LParen)?;
        if self.eat_kind(TokenKind::RParen) {
            return Ok(Vec::new());
        }
        let labels = self.comma_list(Self::enum_label)?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(labels)
    }

    fn enum_label(&mut self) -> Result<Name> {
        let label = self.string()?;
        Ok(Name::new(label.text, label.span))
    }

    /// `ADD VALUE …`, `RENAME VALUE …`, `DROP VALUE …` of ALTER TYPE; `None` for any other form.
    pub(super) fn alter_enum(&mut self, name: &QualifiedName) -> Result<Option<StatementKind>> {
        let start = self.peek();
        let action = if self.eat_all(&[kw::ADD, kw::VALUE]) {
            let if_not_exists = self.if_not_exists()?;
            let value = self.enum_label()?;
            let after = self.at(kw::AFTER);
            let neighbor =
                if self.eat(kw::AFTER) || self.eat(kw::BEFORE) { Some((self.enum_label()?, after)) } else { None };
            AlterEnumAction::AddValue { value, if_not_exists, neighbor }
        } else if self.eat_all(&[kw::RENAME, kw::VALUE]) {
            let from = self.enum_label()?;
            self.expect(kw::TO)?;
            AlterEnumAction::RenameValue { from, to: self.enum_label()? }
        } else if self.eat_all(&[kw::DROP, kw::VALUE]) {
            self.string()?;
            let error = SyntaxError::new(self.span_from(start), "dropping an enum value is not implemented");
            return Err(error.with_sqlstate("0A000"));
        } else {
            return Ok(None);
        };
        Ok(Some(StatementKind::AlterEnum(Box::new(AlterEnum { name: name.clone(), action }))))
    }

    /// After `CREATE DOMAIN`.
    pub(super) fn create_domain(&mut self) -> Result<StatementKind> {
        let name = self.qualified_name()?;
        self.eat(kw::AS);
        let ty = self.type_name()?;
        let (collation, constraints) = self.column_constraints()?;
        Ok(StatementKind::CreateDomain(Box::new(CreateDomain { name, ty, collation, constraints })))
    }

    /// The forms of ALTER DOMAIN that change the domain itself.
    pub(super) fn alter_domain(&mut self, name: QualifiedName) -> Result<StatementKind> {
        let action = match self.keyword() {
            Some(kw::SET) => {
                self.bump();
                if self.eat(kw::DEFAULT) {
                    AlterDomainAction::SetDefault(self.expr()?.into())
                } else {
                    self.expect_all(&[kw::NOT, kw::NULL])?;
                    AlterDomainAction::SetNotNull
                }
            }
            Some(kw::DROP) => {
                self.bump();
                if self.eat(kw::DEFAULT) {
                    AlterDomainAction::DropDefault
                } else if self.eat(kw::CONSTRAINT) {
                    let if_exists = self.if_exists();
                    let name = self.name()?;
                    AlterDomainAction::DropConstraint { name, if_exists, behavior: self.behavior() }
                } else {
                    self.expect_all(&[kw::NOT, kw::NULL])?;
                    AlterDomainAction::DropNotNull
                }
            }
            Some(kw::ADD) => {
                self.bump();
                AlterDomainAction::AddConstraint(self.domain_constraint()?)
            }
            Some(kw::VALIDATE) => {
                self.bump();
                self.expect(kw::CONSTRAINT)?;
                AlterDomainAction::ValidateConstraint { name: self.name()? }
            }
            _ => return self.fail(),
        };
        Ok(StatementKind::AlterDomain(Box::new(AlterDomain { name, action })))
    }
}
