//! The arguments of functions, and how statements name functions, aggregates and operators.

use crate::syntax::ast::{ArgMode, FunctionArg, ObjectName, QualifiedName, RoutineName, TypeName};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::{Category, kw};
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// `( [argument [DEFAULT value], …] )` of CREATE FUNCTION.
    pub(super) fn function_args_with_defaults(&mut self) -> Result<Vec<FunctionArg>> {
        self.optional_paren_list(|cursor| {
            let start = cursor.peek();
            let mut arg = cursor.function_arg()?;
            if cursor.eat(kw::DEFAULT) || cursor.eat_operator("=") {
                arg.default = Some(cursor.expr()?);
                arg.span = cursor.span_from(start);
            }
            Ok(arg)
        })
    }

    /// `( [item, …] )`.
    fn optional_paren_list<T>(&mut self, item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        self.expect_kind(TokenKind::LParen)?;
        if self.eat_kind(TokenKind::RParen) {
            return Ok(Vec::new());
        }
        let items = self.comma_list(item)?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(items)
    }

    /// `[mode] [name] type`; the mode may stand after the name too.
    pub(super) fn function_arg(&mut self) -> Result<FunctionArg> {
        let start = self.peek();
        let mut mode = self.arg_mode();
        let mut name = None;
        if self.at_arg_name(mode.is_none()) {
            name = Some(self.type_function_name()?);
            if mode.is_none() {
                mode = self.arg_mode();
            }
        }
        let ty = self.function_type()?;
        Ok(FunctionArg { mode: mode.unwrap_or(ArgMode::In), name, ty, default: None, span: self.span_from(start) })
    }

    fn arg_mode(&mut self) -> Option<ArgMode> {
        let mode = match self.keyword()? {
            kw::IN if self.keyword_at(1) == Some(kw::OUT) => {
                self.bump();
                ArgMode::InOut
            }
            kw::IN => ArgMode::In,
            kw::OUT => ArgMode::Out,
            kw::INOUT => ArgMode::InOut,
            kw::VARIADIC => ArgMode::Variadic,
            _ => return None,
        };
        self.bump();
        Some(mode)
    }

    /// A name stands here when a type (or a mode) follows it.
    fn at_arg_name(&self, mode_may_follow: bool) -> bool {
        let nameable = match self.peek().kind {
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => true,
            TokenKind::Keyword(keyword) => {
                matches!(keyword.category(), Category::Unreserved | Category::TypeOrFunction)
            }
            _ => false,
        };
        let mode = matches!(self.keyword_at(1), Some(kw::IN | kw::OUT | kw::INOUT | kw::VARIADIC));
        nameable && (self.is_type_start(1) || (mode_may_follow && mode))
    }

    /// A column of RETURNS TABLE.
    pub(super) fn table_function_column(&mut self) -> Result<FunctionArg> {
        let start = self.peek();
        let name = Some(self.type_function_name()?);
        let ty = self.function_type()?;
        Ok(FunctionArg { mode: ArgMode::Table, name, ty, default: None, span: self.span_from(start) })
    }

    /// `name [(argument, …)]` of a function or procedure that exists.
    pub(super) fn routine_name(&mut self) -> Result<RoutineName> {
        let start = self.peek();
        let name = self.routine_base_name()?;
        let args =
            if self.at_kind(TokenKind::LParen) { Some(self.optional_paren_list(Self::function_arg)?) } else { None };
        Ok(RoutineName { name, args, span: self.span_from(start) })
    }

    /// A function's name; without arguments a column's keyword will do too.
    fn routine_base_name(&mut self) -> Result<QualifiedName> {
        let column_keyword = self.keyword().is_some_and(|keyword| keyword.category() == Category::ColumnName);
        if column_keyword && self.peek_at(1).kind != TokenKind::LParen {
            return self.qualified_name();
        }
        self.function_name()
    }

    pub(super) fn routine_object(&mut self) -> Result<ObjectName> {
        self.routine_name().map(ObjectName::Routine)
    }

    /// `name (argument, … | * | [argument, …] ORDER BY argument, …)`.
    pub(super) fn aggregate_object(&mut self) -> Result<ObjectName> {
        let start = self.peek();
        let name = self.function_name()?;
        let (args, _) = self.aggregate_args()?;
        Ok(ObjectName::Routine(RoutineName { name, args: Some(args), span: self.span_from(start) }))
    }

    /// The arguments, and how many stand before ORDER BY.
    pub(super) fn aggregate_args(&mut self) -> Result<(Vec<FunctionArg>, Option<usize>)> {
        self.expect_kind(TokenKind::LParen)?;
        let (mut args, mut direct) = (Vec::new(), None);
        if !self.eat_operator("*") {
            if !self.at(kw::ORDER) {
                args = self.comma_list(Self::aggregate_arg)?;
            }
            if self.eat(kw::ORDER) {
                self.expect(kw::BY)?;
                let ordered = self.comma_list(Self::aggregate_arg)?;
                self.check_ordered_set(args.last(), &ordered)?;
                direct = Some(args.len());
                args.extend(ordered);
            }
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok((args, direct))
    }

    /// `VARIADIC … ORDER BY` must be followed by one argument that is VARIADIC of the same type.
    fn check_ordered_set(&self, direct: Option<&FunctionArg>, ordered: &[FunctionArg]) -> Result<()> {
        let Some(direct) = direct.filter(|arg| arg.mode == ArgMode::Variadic) else { return Ok(()) };
        let same = |arg: &FunctionArg| {
            arg.mode == ArgMode::Variadic
                && arg.ty.name == direct.ty.name
                && arg.ty.array_dimensions == direct.ty.array_dimensions
        };
        if matches!(ordered, [arg] if same(arg)) {
            return Ok(());
        }
        let message = "an ordered-set aggregate with a VARIADIC direct argument must have one VARIADIC aggregated argument of the same data type";
        let span = ordered.first().map_or(direct.span, |arg| arg.span);
        Err(SyntaxError::new(span, message).with_sqlstate("0A000"))
    }

    fn aggregate_arg(&mut self) -> Result<FunctionArg> {
        let arg = self.function_arg()?;
        if matches!(arg.mode, ArgMode::Out | ArgMode::InOut) {
            let error = SyntaxError::new(arg.span, "aggregates cannot have output arguments");
            return Err(error.with_sqlstate("0A000"));
        }
        Ok(arg)
    }

    /// `operator ( {type | NONE}, {type | NONE} )`.
    pub(super) fn operator_object(&mut self) -> Result<ObjectName> {
        let name = self.operator_name()?;
        let (left, right) = self.operator_args()?;
        Ok(ObjectName::Operator { name, left, right })
    }

    fn operator_args(&mut self) -> Result<(Option<TypeName>, Option<TypeName>)> {
        self.expect_kind(TokenKind::LParen)?;
        let left = if self.eat(kw::NONE) { None } else { Some(self.type_name()?) };
        if left.is_some() && self.at_kind(TokenKind::RParen) {
            let error = SyntaxError::new(self.peek().span(), "missing argument");
            return Err(error.with_help("Use NONE to denote the missing argument of a unary operator."));
        }
        self.expect_kind(TokenKind::Comma)?;
        let right = if left.is_some() && self.eat(kw::NONE) { None } else { Some(self.type_name()?) };
        self.expect_kind(TokenKind::RParen)?;
        Ok((left, right))
    }

    /// `name USING method` of an operator class or family.
    pub(super) fn operator_class_object(&mut self) -> Result<ObjectName> {
        let name = self.qualified_name()?;
        self.expect(kw::USING)?;
        let method = self.name()?;
        Ok(ObjectName::OperatorClass { name, method })
    }

    /// `(type AS type)`.
    pub(super) fn cast_object(&mut self) -> Result<ObjectName> {
        let (from, to) = self.cast_types()?;
        Ok(ObjectName::Cast { from, to })
    }

    pub(super) fn cast_types(&mut self) -> Result<(TypeName, TypeName)> {
        self.expect_kind(TokenKind::LParen)?;
        let from = self.type_name()?;
        self.expect(kw::AS)?;
        let to = self.type_name()?;
        self.expect_kind(TokenKind::RParen)?;
        Ok((from, to))
    }

    /// `FOR type LANGUAGE name`.
    pub(super) fn transform_object(&mut self) -> Result<ObjectName> {
        self.expect(kw::FOR)?;
        let ty = self.type_name()?;
        self.expect(kw::LANGUAGE)?;
        let language = self.name()?;
        Ok(ObjectName::Transform { ty, language })
    }

    /// The name of a handler function: any dotted name.
    pub(super) fn handler_name(&mut self) -> Result<QualifiedName> {
        self.qualified_name()
    }

    /// The last part of a dotted name is a column, what stands before it its table.
    pub(super) fn column_object(&mut self) -> Result<ObjectName> {
        let mut parts = self.dotted_name()?;
        let Some(column) = parts.pop() else { return self.fail() };
        if parts.is_empty() {
            self.defer(SyntaxError::new(column.span, "column name must be qualified"));
            parts.push(column.clone());
        }
        Ok(ObjectName::Column { relation: self.qualified_parts(parts)?, column })
    }
}
