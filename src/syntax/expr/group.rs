//! How the operators of an expression group: sqlparser's expression parser decides it, on stand-ins for our operands and operators.
//!
//! Each item becomes one token: a placeholder, or a sign that stands for every operator of its place. The token's line is how strongly the
//! operator binds, its column the byte offset + 1. sqlparser's tree is walked together with the items, which are what ours is made of.

use super::Item;
use super::operator::{Operator, Place, Strength};
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use sqlparser::ast as sql;
use sqlparser::dialect::{Dialect, PostgreSqlDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan};
use std::any::TypeId;

/// How deep sqlparser may call itself: an operand on the right of each strength, a few times over. Prefix operators in a row count once.
const MAX_RECURSION: usize = 100;

/// The tree of two or more items.
pub(super) fn tree(cursor: &Cursor, items: Vec<Item>) -> Result<Expr> {
    let start = items.first().map_or(0, Item::start);
    let tokens = stand_ins(&items);
    let mut parser = Parser::new(&Grouping).with_recursion_limit(MAX_RECURSION).with_tokens_with_locations(tokens);
    let parsed = parser.parse_expr();
    let stopped = parser.peek_token_ref();
    let offset = stopped.span.start.column.checked_sub(1);
    match (parsed, offset) {
        (Ok(tree), None) => {
            let mut items = items.into_iter().peekable();
            build(tree, &mut items).ok_or_else(|| SyntaxError::new(crate::source::Span::at(start), "syntax error"))
        }
        (Err(ParserError::RecursionLimitExceeded), _) => {
            let error = SyntaxError::new(crate::source::Span::at(start), "stack depth limit exceeded");
            Err(error.with_sqlstate("54001"))
        }
        (_, offset) => {
            let at = offset.map_or(start, |offset| offset as u32);
            Err(cursor.error_from(at))
        }
    }
}

/// The error that PostgreSQL finds in what was read before another error: `a < b < c` is none before its second `<`.
pub(super) fn earlier_error(cursor: &Cursor, mut items: Vec<Item>) -> Option<SyntaxError> {
    if let Some(Item::Operator(op)) = items.last()
        && op.place != Place::Postfix
    {
        let span = crate::source::Span::at(op.span.end);
        items.push(Item::Operand(Expr { span, kind: ExprKind::Null }));
    }
    tree(cursor, items).err()
}

/// The tokens for sqlparser. Of equal prefix operators in a row only the first: they group in one way.
fn stand_ins(items: &[Item]) -> Vec<TokenWithSpan> {
    let mut tokens = Vec::with_capacity(items.len());
    let mut before: Option<Strength> = None;
    for item in items {
        let (token, strength) = match item {
            Item::Operand(_) => (Token::Placeholder(String::new()), 0),
            Item::Operator(op) if op.place == Place::Prefix && before == Some(op.strength) => continue,
            Item::Operator(op) => (stand_in(op), op.strength as u64),
        };
        before = match item {
            Item::Operator(op) if op.place == Place::Prefix => Some(op.strength),
            _ => None,
        };
        let at = Location { line: strength, column: u64::from(item.start()) + 1 };
        tokens.push(TokenWithSpan { token, span: Span { start: at, end: at } });
    }
    tokens
}

/// The strengths of which two may not follow each other have a sign of their own.
fn stand_in(op: &Operator) -> Token {
    match (op.place, op.strength) {
        (Place::Prefix, _) => Token::Tilde,
        (Place::Postfix, _) => Token::ExclamationMark,
        (Place::Infix, Strength::Is) => Token::Spaceship,
        (Place::Infix, Strength::Comparison) => Token::Eq,
        (Place::Infix, Strength::Pattern) => Token::DoubleTilde,
        (Place::Infix, _) => Token::Plus,
    }
}

/// The strength of an operation that may not be the left operand of another of that strength: `a < b < c`.
fn unchainable(left: &sql::Expr) -> Option<Strength> {
    let sql::Expr::BinaryOp { op, .. } = left else { return None };
    match op {
        sql::BinaryOperator::Spaceship => Some(Strength::Is),
        sql::BinaryOperator::Eq => Some(Strength::Comparison),
        sql::BinaryOperator::PGLikeMatch => Some(Strength::Pattern),
        _ => None,
    }
}

/// PostgreSQL's precedence for sqlparser.
#[derive(Debug)]
struct Grouping;

impl Grouping {
    fn next_strength(parser: &Parser) -> u8 {
        parser.peek_token_ref().span.start.line as u8
    }
}

impl Dialect for Grouping {
    fn dialect(&self) -> TypeId {
        TypeId::of::<PostgreSqlDialect>()
    }

    fn is_identifier_start(&self, c: char) -> bool {
        PostgreSqlDialect {}.is_identifier_start(c)
    }

    fn is_identifier_part(&self, c: char) -> bool {
        PostgreSqlDialect {}.is_identifier_part(c)
    }

    /// Postfix operators stand as `!`, which sqlparser knows as one.
    fn supports_factorial_operator(&self) -> bool {
        true
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<std::result::Result<u8, ParserError>> {
        Some(Ok(Self::next_strength(parser)))
    }

    fn parse_prefix(&self, parser: &mut Parser) -> Option<std::result::Result<sql::Expr, ParserError>> {
        let strength = Self::next_strength(parser);
        match parser.peek_token_ref().token {
            Token::Tilde => {
                parser.advance_token();
                let operand = parser.parse_subexpr(strength);
                Some(
                    operand.map(|expr| sql::Expr::UnaryOp { op: sql::UnaryOperator::BitwiseNot, expr: Box::new(expr) }),
                )
            }
            Token::Placeholder(_) => {
                parser.advance_token();
                Some(Ok(sql::Expr::Value(sql::Value::Null.with_empty_span())))
            }
            _ => None,
        }
    }

    fn parse_infix(
        &self,
        _: &mut Parser,
        left: &sql::Expr,
        strength: u8,
    ) -> Option<std::result::Result<sql::Expr, ParserError>> {
        let refused = unchainable(left).is_some_and(|unchainable| unchainable as u8 == strength);
        refused.then(|| Err(ParserError::ParserError(String::new())))
    }
}

/// Our tree for sqlparser's, from the items in their order. It goes down the left side in a loop, for that is as deep as a chain is long.
/// `None` never comes: the tree was made of these very items.
fn build(tree: sql::Expr, items: &mut Items) -> Option<Expr> {
    let mut rights = Vec::new();
    let mut next = tree;
    let mut expr = loop {
        match next {
            sql::Expr::BinaryOp { left, right, .. } => {
                rights.push(Some(right));
                next = *left;
            }
            sql::Expr::UnaryOp { op: sql::UnaryOperator::PGPostfixFactorial, expr } => {
                rights.push(None);
                next = *expr;
            }
            sql::Expr::UnaryOp { expr, .. } => break prefixed(*expr, items)?,
            _ => break operand(items)?,
        }
    };
    while let Some(right) = rights.pop() {
        let operator = operator(items)?;
        let right = match right {
            Some(right) => Some(build(*right, items)?),
            None => None,
        };
        expr = operator.apply(Some(expr), right)?;
    }
    Some(expr)
}

type Items = std::iter::Peekable<std::vec::IntoIter<Item>>;

/// Equal prefix operators in a row, and the operand that all of them have.
fn prefixed(tree: sql::Expr, items: &mut Items) -> Option<Expr> {
    let first = operator(items)?;
    let strength = first.strength;
    let mut prefixes = vec![first];
    while matches!(items.peek(), Some(Item::Operator(op)) if op.place == Place::Prefix && op.strength == strength) {
        prefixes.push(operator(items)?);
    }
    let mut expr = build(tree, items)?;
    while let Some(prefix) = prefixes.pop() {
        expr = prefix.apply(None, Some(expr))?;
    }
    Some(expr)
}

fn operand(items: &mut Items) -> Option<Expr> {
    match items.next() {
        Some(Item::Operand(expr)) => Some(expr),
        _ => None,
    }
}

fn operator(items: &mut Items) -> Option<Operator> {
    match items.next() {
        Some(Item::Operator(operator)) => Some(operator),
        _ => None,
    }
}

impl Item {
    fn start(&self) -> u32 {
        match self {
            Item::Operand(expr) => expr.span.start,
            Item::Operator(op) => op.span.start,
        }
    }
}
