//! Row security policies.

use crate::syntax::ast::{AlterPolicy, CreatePolicy, Expr, Name, PolicyCommand, QualifiedName, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use std::sync::Arc;

type Condition = Option<Arc<Expr>>;

impl Cursor<'_> {
    /// After `CREATE POLICY`.
    pub(super) fn create_policy(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        self.expect(kw::ON)?;
        let table = self.qualified_name()?;
        let permissive = self.permissive()?;
        let command = if self.eat(kw::FOR) { self.policy_command()? } else { PolicyCommand::All };
        let roles = if self.eat(kw::TO) { self.roles()? } else { Vec::new() };
        let (using, with_check) = self.policy_conditions()?;
        Ok(StatementKind::CreatePolicy(Box::new(CreatePolicy {
            name,
            table,
            permissive,
            command,
            roles,
            using,
            with_check,
        })))
    }

    /// `[AS {PERMISSIVE | RESTRICTIVE}]`: words that are no keywords.
    fn permissive(&mut self) -> Result<bool> {
        if !self.eat(kw::AS) {
            return Ok(true);
        }
        if !matches!(self.peek().kind, TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent) {
            return self.fail();
        }
        let word = self.name()?;
        match &*word.text {
            "permissive" => Ok(true),
            "restrictive" => Ok(false),
            _ => {
                let message = format!("unrecognized row security option \"{word}\"");
                Err(SyntaxError::new(word.span, message)
                    .with_help("Only PERMISSIVE or RESTRICTIVE policies are supported currently."))
            }
        }
    }

    fn policy_command(&mut self) -> Result<PolicyCommand> {
        let command = match self.keyword() {
            Some(kw::ALL) => PolicyCommand::All,
            Some(kw::SELECT) => PolicyCommand::Select,
            Some(kw::INSERT) => PolicyCommand::Insert,
            Some(kw::UPDATE) => PolicyCommand::Update,
            Some(kw::DELETE) => PolicyCommand::Delete,
            _ => return self.fail(),
        };
        self.bump();
        Ok(command)
    }

    /// `[USING (…)] [WITH CHECK (…)]`.
    fn policy_conditions(&mut self) -> Result<(Condition, Condition)> {
        let using = if self.eat(kw::USING) { Some(self.paren_expr()?.into()) } else { None };
        if !self.eat(kw::WITH) {
            return Ok((using, None));
        }
        self.expect(kw::CHECK)?;
        Ok((using, Some(self.paren_expr()?.into())))
    }

    /// `name ON table` and the clauses of ALTER POLICY that are not RENAME.
    pub(super) fn alter_policy(&mut self, name: Name, table: QualifiedName) -> Result<StatementKind> {
        let roles = if self.eat(kw::TO) { self.roles()? } else { Vec::new() };
        let (using, with_check) = self.policy_conditions()?;
        Ok(StatementKind::AlterPolicy(Box::new(AlterPolicy { name, table, roles, using, with_check })))
    }
}
