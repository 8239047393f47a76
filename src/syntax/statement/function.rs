//! CREATE and ALTER FUNCTION and PROCEDURE, DO, CALL's bodies.

use crate::syntax::ast::{
    AlterFunction, ArgMode, BodyText, CreateFunction, Do, FunctionArg, FunctionBody, FunctionOption,
    FunctionOptionKind, ObjectKind, RoutineName, Statement, StatementKind, StringLiteral, Volatility,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use std::sync::Arc;

impl Cursor<'_> {
    /// After `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}`.
    pub(super) fn create_function(&mut self, or_replace: bool, procedure: bool) -> Result<StatementKind> {
        let name = self.function_name()?;
        let mut args = self.function_args_with_defaults()?;
        let (mut returns, mut returns_table) = (None, false);
        if !procedure && self.at(kw::RETURNS) && self.keyword_at(1) != Some(kw::NULL) {
            self.bump();
            if self.eat(kw::TABLE) {
                returns_table = true;
                args.extend(self.table_function_columns(&args)?);
            } else {
                returns = Some(self.function_type()?);
            }
        }
        let (options, mut body) = self.create_function_options()?;
        if let Some(sql_body) = self.sql_body()? {
            body = sql_body;
        }
        Ok(StatementKind::CreateFunction(Box::new(CreateFunction {
            name,
            or_replace,
            procedure,
            args,
            returns,
            returns_table,
            options,
            body: Arc::new(body),
        })))
    }

    fn table_function_columns(&mut self, args: &[FunctionArg]) -> Result<Vec<FunctionArg>> {
        let columns = self.paren_list(Self::table_function_column)?;
        match args.iter().find(|arg| matches!(arg.mode, ArgMode::Out | ArgMode::InOut)) {
            Some(arg) => Err(SyntaxError::new(arg.span, "OUT and INOUT arguments aren't allowed in TABLE functions")),
            None => Ok(columns),
        }
    }

    fn create_function_options(&mut self) -> Result<(Vec<FunctionOption>, FunctionBody)> {
        let mut options = Vec::new();
        let mut body = FunctionBody::Missing;
        loop {
            let start = self.peek();
            let kind = match self.keyword() {
                Some(kw::AS) => {
                    self.bump();
                    let text = self.string()?;
                    body = if self.eat_kind(TokenKind::Comma) {
                        FunctionBody::External(text, self.string()?)
                    } else {
                        FunctionBody::Text(BodyText::new(text))
                    };
                    continue;
                }
                Some(kw::LANGUAGE) => {
                    self.bump();
                    FunctionOptionKind::Language(self.word_or_string()?)
                }
                Some(kw::TRANSFORM) => {
                    self.bump();
                    FunctionOptionKind::Transform(self.comma_list(|cursor| {
                        cursor.expect_all(&[kw::FOR, kw::TYPE])?;
                        cursor.type_name()
                    })?)
                }
                Some(kw::WINDOW) => {
                    self.bump();
                    FunctionOptionKind::Window
                }
                _ => match self.common_function_option()? {
                    Some(kind) => kind,
                    None => return Ok((options, body)),
                },
            };
            options.push(FunctionOption { span: self.span_from(start), kind });
        }
    }

    /// An option that ALTER FUNCTION takes too.
    fn common_function_option(&mut self) -> Result<Option<FunctionOptionKind>> {
        let Some(keyword) = self.keyword() else { return Ok(None) };
        let kind = match keyword {
            kw::NOT => {
                self.bump();
                self.expect(kw::LEAKPROOF)?;
                return Ok(Some(FunctionOptionKind::Leakproof(false)));
            }
            kw::LEAKPROOF => FunctionOptionKind::Leakproof(true),
            kw::STRICT => FunctionOptionKind::Strict(true),
            kw::IMMUTABLE => FunctionOptionKind::Volatility(Volatility::Immutable),
            kw::STABLE => FunctionOptionKind::Volatility(Volatility::Stable),
            kw::VOLATILE => FunctionOptionKind::Volatility(Volatility::Volatile),
            kw::CALLED => {
                self.expect_all(&[kw::CALLED, kw::ON, kw::NULL, kw::INPUT])?;
                return Ok(Some(FunctionOptionKind::Strict(false)));
            }
            kw::RETURNS => {
                self.expect_all(&[kw::RETURNS, kw::NULL, kw::ON, kw::NULL, kw::INPUT])?;
                return Ok(Some(FunctionOptionKind::Strict(true)));
            }
            kw::EXTERNAL | kw::SECURITY => {
                self.eat(kw::EXTERNAL);
                self.expect(kw::SECURITY)?;
                let definer = self.eat(kw::DEFINER);
                if !definer {
                    self.expect(kw::INVOKER)?;
                }
                return Ok(Some(FunctionOptionKind::SecurityDefiner(definer)));
            }
            kw::COST | kw::ROWS => {
                self.bump();
                let number = self.number()?;
                let kind = crate::syntax::ast::ExprKind::Number(number.text);
                let expr = crate::syntax::ast::Expr { span: number.span, kind };
                return Ok(Some(match keyword {
                    kw::COST => FunctionOptionKind::Cost(expr),
                    _ => FunctionOptionKind::Rows(expr),
                }));
            }
            kw::SUPPORT => {
                self.bump();
                return Ok(Some(FunctionOptionKind::Support(self.qualified_name()?)));
            }
            kw::PARALLEL => {
                self.bump();
                return Ok(Some(FunctionOptionKind::Parallel(self.name()?)));
            }
            kw::SET => {
                self.bump();
                return Ok(Some(FunctionOptionKind::Set(self.setting_change()?)));
            }
            kw::RESET => {
                self.bump();
                return Ok(Some(FunctionOptionKind::Reset(self.reset_target()?)));
            }
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(kind))
    }

    /// `RETURN expr` or `BEGIN ATOMIC … END`.
    fn sql_body(&mut self) -> Result<Option<FunctionBody>> {
        if self.eat(kw::RETURN) {
            return Ok(Some(FunctionBody::Return(Box::new(self.expr()?))));
        }
        if !self.eat(kw::BEGIN) {
            return Ok(None);
        }
        self.expect(kw::ATOMIC)?;
        let mut statements: Vec<Statement> = Vec::new();
        while !self.eat(kw::END) {
            if self.eat_kind(TokenKind::Semicolon) {
                continue;
            }
            statements.push(self.atomic_statement()?);
            self.expect_kind(TokenKind::Semicolon)?;
        }
        Ok(Some(FunctionBody::Atomic(statements)))
    }

    /// A statement of a BEGIN ATOMIC body; `RETURN expr` stands as a query of one target.
    fn atomic_statement(&mut self) -> Result<Statement> {
        let start = self.peek();
        if !self.eat(kw::RETURN) {
            // The grammar has BEGIN and END at the top level only.
            return if self.at(kw::BEGIN) { self.fail() } else { self.statement() };
        }
        let expr = self.expr()?;
        let target = crate::syntax::ast::Target { expr, alias: None };
        let select = crate::syntax::ast::Select { targets: vec![target], ..Default::default() };
        let span = self.span_from(start);
        let query = crate::syntax::ast::Query {
            span,
            recursive: false,
            with: Vec::new(),
            body: crate::syntax::ast::QueryBody::Select(Box::new(select)),
            order_by: Vec::new(),
            limit: None,
            offset: None,
            locking: Vec::new(),
        };
        Ok(Statement { span, kind: StatementKind::Query(Box::new(query)) })
    }

    /// The options of ALTER FUNCTION, PROCEDURE or ROUTINE.
    pub(super) fn alter_function(&mut self, kind: ObjectKind, function: RoutineName) -> Result<StatementKind> {
        let mut options = Vec::new();
        loop {
            let start = self.peek();
            match self.common_function_option()? {
                Some(kind) => options.push(FunctionOption { span: self.span_from(start), kind }),
                None if options.is_empty() => return self.fail(),
                None => break,
            }
        }
        self.eat(kw::RESTRICT);
        Ok(StatementKind::AlterFunction(Box::new(AlterFunction { kind, function, options })))
    }

    /// `DO [LANGUAGE name] 'body' [LANGUAGE name]`.
    pub(super) fn do_block(&mut self) -> Result<StatementKind> {
        let start = self.bump();
        let mut language = None;
        let mut body: Option<StringLiteral> = None;
        loop {
            let at = self.peek();
            let again = if self.eat(kw::LANGUAGE) {
                language.replace(self.word_or_string()?).is_some()
            } else if self.at_string() {
                body.replace(self.string()?).is_some()
            } else if language.is_none() && body.is_none() {
                return self.fail();
            } else {
                break;
            };
            if again {
                self.defer(SyntaxError::new(self.span_from(at), "conflicting or redundant options"));
            }
        }
        let body = body.unwrap_or_else(|| {
            let span = self.span_from(start);
            self.defer(SyntaxError::new(span, "no inline code specified"));
            StringLiteral { text: "".into(), span, body: None }
        });
        Ok(StatementKind::Do(Box::new(Do { language, body })))
    }
}
