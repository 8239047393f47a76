//! Expressions (a_expr and b_expr of PostgreSQL's gram.y): operands, and the operators between them.
//!
//! Operands are read first (`primary`, `call`, `query`), with the operators between them (`operator`), and then grouped (`group`).

mod call;
mod from;
mod group;
mod json;
mod operator;
mod plpgsql;
mod primary;
mod query;
mod special;
#[cfg(test)]
mod tests;
mod xml;

use super::ast::{Expr, ExprKind};
use super::cursor::Cursor;
use super::error::{Result, SyntaxError};
use super::keywords::kw;
use super::lexer::{Token, TokenKind};
use operator::{Operator, Place};

/// How many operators may stand on a path from an expression's root to a leaf. Chains lean to the left: `a + b + …` is as deep as it is long. They
/// are walked without recursion; set operations, and prefix operators, casts, subscripts and joins, are not: they count for more.
const MAX_HEIGHT: u32 = 5_000;
const LINK: u32 = 1;
const BRANCH: u32 = 5;
const STEP: u32 = 10;

/// Which of gram.y's kinds of expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    /// a_expr.
    Full,
    /// a_expr where a name may follow as its label: `SELECT a and FROM t` labels a column `and`.
    Labelled,
    /// b_expr: no AND, OR, NOT, IN, LIKE, IS NULL … at its top level.
    Restricted,
}

/// What stands in an expression, from left to right.
enum Item {
    Operand(Expr),
    Operator(Operator),
}

impl Cursor<'_> {
    /// An expression (a_expr): the longest that begins here.
    pub fn expr(&mut self) -> Result<Expr> {
        self.expression(Grade::Full, None)
    }

    /// A restricted expression (b_expr), as in a column's DEFAULT.
    pub fn b_expr(&mut self) -> Result<Expr> {
        self.expression(Grade::Restricted, None)
    }

    /// An expression that a label may follow.
    fn labelled_expr(&mut self) -> Result<Expr> {
        self.expression(Grade::Labelled, None)
    }

    /// The expression that goes on after its first operand.
    fn expr_after(&mut self, operand: Expr) -> Result<Expr> {
        self.expression(Grade::Full, Some(operand))
    }

    /// `( expr )`; the span is that of what is inside.
    pub fn paren_expr(&mut self) -> Result<Expr> {
        self.expect_kind(TokenKind::LParen)?;
        let expr = self.expr()?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(expr)
    }

    /// `expr, …`.
    pub fn expr_list(&mut self) -> Result<Vec<Expr>> {
        self.comma_list(Self::expr)
    }

    /// `( expr, … )`.
    pub fn paren_expr_list(&mut self) -> Result<Vec<Expr>> {
        self.paren_list(Self::expr)
    }

    fn expression(&mut self, grade: Grade, first: Option<Expr>) -> Result<Expr> {
        let outer = if first.is_some() { 0 } else { std::mem::take(&mut self.height) };
        let mut items = Vec::new();
        let operand = match first {
            Some(operand) => self.with_overlaps(operand)?,
            None => self.operand(grade, &mut items)?,
        };
        let operator = self.operator(grade, &items)?;
        let expr = match operator {
            None if items.is_empty() => operand,
            operator => {
                items.push(Item::Operand(operand));
                match self.operators_from(grade, operator, &mut items) {
                    Ok(()) => group::tree(self, items)?,
                    Err(error) => return Err(group::earlier_error(self, items).unwrap_or(error)),
                }
            }
        };
        self.height = self.height.max(outer);
        Ok(expr)
    }

    /// The operators and operands from `operator` on.
    fn operators_from(&mut self, grade: Grade, mut operator: Option<Operator>, items: &mut Vec<Item>) -> Result<()> {
        while let Some(found) = operator {
            let infix = found.place == Place::Infix;
            self.grow_taller(if infix { LINK } else { STEP })?;
            items.push(Item::Operator(found));
            if infix {
                let operand = self.operand(grade, items)?;
                items.push(Item::Operand(operand));
            }
            operator = self.operator(grade, items)?;
        }
        Ok(())
    }

    /// An operand, its prefix operators before it among the items.
    fn operand(&mut self, grade: Grade, items: &mut Vec<Item>) -> Result<Expr> {
        while let Some(prefix) = self.prefix_operator(grade)? {
            self.grow_taller(STEP)?;
            items.push(Item::Operator(prefix));
        }
        match self.keyword() {
            _ if grade == Grade::Restricted => self.primary(),
            Some(kw::DEFAULT) => {
                let start = self.bump();
                Ok(self.node(start, ExprKind::Default))
            }
            _ => {
                let operand = self.primary()?;
                self.with_overlaps(operand)
            }
        }
    }

    /// Two rows with OVERLAPS between them are an operand.
    fn with_overlaps(&mut self, operand: Expr) -> Result<Expr> {
        let row = matches!(operand.kind, ExprKind::Row(_));
        if row && self.at(kw::OVERLAPS) { self.overlaps(operand) } else { Ok(operand) }
    }

    /// Counts a level of a tree that leans to one side.
    fn grow_taller(&mut self, by: u32) -> Result<()> {
        self.height += by;
        if self.height > MAX_HEIGHT { Err(SyntaxError::too_deep(self.peek().span())) } else { Ok(()) }
    }

    /// Whether an operand's prefix operator, or DEFAULT, stands here.
    fn at_prefix(&self) -> bool {
        let operator = self.at(kw::OPERATOR) && self.peek_at(1).kind == TokenKind::LParen;
        operator || self.at_kind(TokenKind::Operator) || self.at_any(&[kw::NOT, kw::DEFAULT])
    }

    fn node(&self, start: Token, kind: ExprKind) -> Expr {
        Expr { span: self.span_from(start), kind }
    }
}
