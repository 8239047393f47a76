//! Aggregates, operators and their classes, casts, transforms, conversions, collations: parsed, and not followed by the replay.

use crate::syntax::ast::{
    CastMethod, CreateAggregate, CreateCast, CreateOperator, ObjectName, Other, QualifiedName, StatementKind,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::statement::common::{Definition, other};

impl Cursor<'_> {
    /// After `CREATE [OR REPLACE] AGGREGATE`.
    pub(super) fn create_aggregate(&mut self, or_replace: bool) -> Result<StatementKind> {
        let name = self.function_name()?;
        // Before PostgreSQL 8.2 the definition alone followed, with the type as its BASETYPE.
        let word = matches!(self.peek_at(1).kind, TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent);
        let equals = self.peek_at(2);
        let old_style = self.at_kind(TokenKind::LParen)
            && word
            && equals.kind == TokenKind::Operator
            && self.text_of(equals) == "=";
        let (args, direct, definition) = if old_style {
            let definition = self.paren_list(|cursor| {
                if !matches!(cursor.peek().kind, TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent) {
                    return cursor.fail();
                }
                let name = cursor.name()?;
                cursor.expect_operator("=")?;
                Ok(Definition { name, value: Some(cursor.option_value()?) })
            })?;
            (Vec::new(), None, definition)
        } else {
            let (args, direct) = self.aggregate_args()?;
            (args, direct, self.definition()?)
        };
        let options = definition.into_iter().map(Definition::into_item).collect();
        let aggregate = CreateAggregate { name, or_replace, args, direct, old_style, options };
        Ok(StatementKind::CreateAggregate(Box::new(aggregate)))
    }

    /// After `CREATE OPERATOR`.
    pub(super) fn create_operator(&mut self) -> Result<StatementKind> {
        if (self.at(kw::CLASS) || self.at(kw::FAMILY)) && self.peek_at(1).kind != TokenKind::Dot {
            return self.create_operator_class_or_family();
        }
        let name = self.operator_name()?;
        let options = self.definition()?.into_iter().map(Definition::into_item).collect();
        Ok(StatementKind::CreateOperator(Box::new(CreateOperator { name, options })))
    }

    fn create_operator_class_or_family(&mut self) -> Result<StatementKind> {
        if self.eat(kw::FAMILY) {
            let ObjectName::OperatorClass { name, .. } = self.operator_class_object()? else { return self.fail() };
            return Ok(other("CREATE OPERATOR FAMILY", Some(name)));
        }
        self.expect(kw::CLASS)?;
        let name = self.qualified_name()?;
        self.eat(kw::DEFAULT);
        self.expect_all(&[kw::FOR, kw::TYPE])?;
        self.type_name()?;
        self.expect(kw::USING)?;
        self.name()?;
        if self.eat(kw::FAMILY) {
            self.qualified_name()?;
        }
        self.expect(kw::AS)?;
        self.comma_list(Self::operator_class_item)?;
        Ok(other("CREATE OPERATOR CLASS", Some(name)))
    }

    fn operator_class_item(&mut self) -> Result<()> {
        if self.eat(kw::STORAGE) {
            return self.type_name().map(|_| ());
        }
        if self.eat(kw::FUNCTION) {
            self.integer()?;
            if self.at_kind(TokenKind::LParen) {
                self.paren_list(Self::type_name)?;
            }
            return self.routine_name().map(|_| ());
        }
        self.expect(kw::OPERATOR)?;
        self.integer()?;
        let before = self.position();
        self.operator_name()?;
        if self.at_kind(TokenKind::LParen) {
            self.set_position(before);
            self.operator_object()?;
        }
        if self.eat(kw::FOR) {
            if self.eat(kw::SEARCH) {
                return Ok(());
            }
            self.expect_all(&[kw::ORDER, kw::BY])?;
            self.qualified_name()?;
        }
        Ok(())
    }

    /// ADD and DROP of ALTER OPERATOR FAMILY.
    pub(super) fn alter_operator_family(&mut self, name: QualifiedName) -> Result<StatementKind> {
        if self.eat(kw::ADD) {
            self.comma_list(Self::operator_class_item)?;
        } else {
            self.expect(kw::DROP)?;
            self.comma_list(|cursor| {
                if !cursor.eat(kw::OPERATOR) {
                    cursor.expect(kw::FUNCTION)?;
                }
                cursor.integer()?;
                cursor.paren_list(Self::type_name)
            })?;
        }
        Ok(other("ALTER OPERATOR FAMILY", Some(name)))
    }

    /// After `CREATE CAST`.
    pub(super) fn create_cast(&mut self) -> Result<StatementKind> {
        let (from, to) = self.cast_types()?;
        let method = if self.eat(kw::WITHOUT) {
            self.expect(kw::FUNCTION)?;
            CastMethod::Binary
        } else {
            self.expect(kw::WITH)?;
            if self.eat(kw::INOUT) {
                CastMethod::InOut
            } else {
                self.expect(kw::FUNCTION)?;
                CastMethod::Function(self.routine_name()?)
            }
        };
        let (mut implicit, mut assignment) = (false, false);
        if self.eat(kw::AS) {
            implicit = self.eat(kw::IMPLICIT);
            if !implicit {
                self.expect(kw::ASSIGNMENT)?;
                assignment = true;
            }
        }
        Ok(StatementKind::CreateCast(Box::new(CreateCast { from, to, method, implicit, assignment })))
    }

    /// After `CREATE [OR REPLACE] TRANSFORM`.
    pub(super) fn create_transform(&mut self) -> Result<StatementKind> {
        self.transform_object()?;
        self.expect_kind(TokenKind::LParen)?;
        let from = self.at(kw::FROM);
        if from {
            self.bump();
        } else {
            self.expect(kw::TO)?;
        }
        self.transform_function()?;
        if self.eat_kind(TokenKind::Comma) {
            self.expect(if from { kw::TO } else { kw::FROM })?;
            self.transform_function()?;
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(other("CREATE TRANSFORM", None))
    }

    /// `SQL WITH FUNCTION name (…)`.
    fn transform_function(&mut self) -> Result<()> {
        self.expect_all(&[kw::SQL, kw::WITH, kw::FUNCTION])?;
        self.routine_name().map(|_| ())
    }

    /// From `[DEFAULT] CONVERSION` on.
    pub(super) fn create_conversion(&mut self) -> Result<StatementKind> {
        self.eat(kw::DEFAULT);
        self.expect(kw::CONVERSION)?;
        let name = self.qualified_name()?;
        self.expect(kw::FOR)?;
        self.string()?;
        self.expect(kw::TO)?;
        self.string()?;
        self.expect(kw::FROM)?;
        let functions = vec![("conversion", self.qualified_name()?)];
        let name = Some(name);
        Ok(StatementKind::Other(Box::new(Other { tag: "CREATE CONVERSION", name, functions, ..Other::default() })))
    }

    /// After `CREATE COLLATION`.
    pub(super) fn create_collation(&mut self) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let name = self.qualified_name()?;
        let mut statement = Other { tag: "CREATE COLLATION", name: Some(name), if_not_exists, ..Other::default() };
        if self.eat(kw::FROM) {
            statement.from = Some(self.qualified_name()?);
        } else {
            statement.options = self.definition()?.into_iter().map(Definition::into_item).collect();
        }
        Ok(StatementKind::Other(Box::new(statement)))
    }
}
