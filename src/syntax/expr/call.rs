//! Function calls (func_application, func_expr), windows, ORDER BY.

use crate::syntax::ast::{Argument, Call, Expr, ExprKind, Frame, FrameMode, OrderBy, QualifiedName, Window};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::{Token, TokenKind};

/// Where a bound of a window's frame lies, from first to last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    UnboundedPreceding,
    Preceding,
    CurrentRow,
    Following,
    UnboundedFollowing,
}

impl Cursor<'_> {
    /// A call after its function's name, with WITHIN GROUP, FILTER and OVER.
    pub fn call_rest(&mut self, start: Token, function: QualifiedName) -> Result<Expr> {
        let call = self.application(start, function)?;
        self.decorated(start, call)
    }

    /// `( arguments )` after a function's name.
    pub(super) fn application(&mut self, start: Token, function: QualifiedName) -> Result<Expr> {
        self.expect_kind(TokenKind::LParen)?;
        let mut call = Call::of(function);
        if self.eat_operator("*") {
            call.star = true;
        } else if !self.at_kind(TokenKind::RParen) {
            let all = self.eat(kw::ALL);
            call.distinct = !all && self.eat(kw::DISTINCT);
            let variadic = !all && !call.distinct;
            call.args = self.arguments(variadic)?;
            call.order_by = self.order_by()?;
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(self.node(start, ExprKind::Call(Box::new(call))))
    }

    /// Arguments, at least one; VARIADIC marks the last, where it may.
    pub(super) fn arguments(&mut self, variadic: bool) -> Result<Vec<Argument>> {
        let mut args = Vec::new();
        loop {
            let variadic = variadic && self.eat(kw::VARIADIC);
            let named = matches!(self.peek_at(1).kind, TokenKind::EqualsGreater | TokenKind::ColonEquals);
            let name = if named { Some(self.type_function_name()?) } else { None };
            if named {
                self.bump();
            }
            let value = self.expr()?;
            args.push(Argument { name, variadic, value });
            if variadic || !self.eat_kind(TokenKind::Comma) {
                return Ok(args);
            }
        }
    }

    /// The call with the clauses that may follow it.
    pub(super) fn decorated(&mut self, start: Token, mut expr: Expr) -> Result<Expr> {
        let ExprKind::Call(call) = &mut expr.kind else { return Ok(expr) };
        if self.at(kw::WITHIN) && !call.builtin_syntax {
            self.within_group(call)?;
        }
        if self.eat(kw::FILTER) {
            self.expect_kind(TokenKind::LParen)?;
            self.expect(kw::WHERE)?;
            call.filter = Some(self.expr()?);
            self.expect_kind(TokenKind::RParen)?;
        }
        if self.eat(kw::OVER) {
            call.over = Some(if self.at_kind(TokenKind::LParen) {
                self.window()?
            } else {
                Window { name: Some(self.name()?), ..Window::default() }
            });
        }
        expr.span = self.span_from(start);
        Ok(expr)
    }

    fn within_group(&mut self, call: &mut Call) -> Result<()> {
        let within = self.bump();
        self.expect(kw::GROUP)?;
        self.expect_kind(TokenKind::LParen)?;
        if !self.at(kw::ORDER) {
            return self.fail();
        }
        let order_by = self.order_by()?;
        self.expect_kind(TokenKind::RParen)?;
        let refused = if !call.order_by.is_empty() {
            "cannot use multiple ORDER BY clauses with WITHIN GROUP"
        } else if call.distinct {
            "cannot use DISTINCT with WITHIN GROUP"
        } else if call.args.iter().any(|arg| arg.variadic) {
            "cannot use VARIADIC with WITHIN GROUP"
        } else {
            call.order_by = order_by;
            call.within_group = true;
            return Ok(());
        };
        Err(SyntaxError::new(within.span(), refused))
    }

    /// `( [name] [PARTITION BY …] [ORDER BY …] [frame] )`.
    pub(super) fn window(&mut self) -> Result<Window> {
        self.expect_kind(TokenKind::LParen)?;
        let mut window = Window::default();
        if self.at_name() && !self.at_any(&[kw::PARTITION, kw::RANGE, kw::ROWS, kw::GROUPS]) {
            window.base = Some(self.name()?);
        }
        if self.eat(kw::PARTITION) {
            self.expect(kw::BY)?;
            window.partition_by = self.expr_list()?;
        }
        window.order_by = self.order_by()?;
        let mode = match self.keyword() {
            Some(kw::RANGE) => Some(FrameMode::Range),
            Some(kw::ROWS) => Some(FrameMode::Rows),
            Some(kw::GROUPS) => Some(FrameMode::Groups),
            _ => None,
        };
        if let Some(mode) = mode {
            self.bump();
            window.frame = Some(Box::new(self.frame(mode)?));
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(window)
    }

    fn frame(&mut self, mode: FrameMode) -> Result<Frame> {
        let between = self.eat(kw::BETWEEN);
        let at = self.peek();
        let (start, start_offset) = self.frame_bound()?;
        let (mut end, mut end_offset) = (None, None);
        if between {
            self.expect(kw::AND)?;
            let at = self.peek();
            let (bound, offset) = self.frame_bound()?;
            (end, end_offset) = (Some((at, bound)), offset);
        }
        let refused = match (start, end) {
            (Bound::UnboundedFollowing, _) => Some((at, "frame start cannot be UNBOUNDED FOLLOWING")),
            (Bound::Following, None) => Some((at, "frame starting from following row cannot end with current row")),
            (_, Some((at, Bound::UnboundedPreceding))) => Some((at, "frame end cannot be UNBOUNDED PRECEDING")),
            (Bound::CurrentRow, Some((at, Bound::Preceding))) => {
                Some((at, "frame starting from current row cannot have preceding rows"))
            }
            (Bound::Following, Some((at, Bound::Preceding | Bound::CurrentRow))) => {
                Some((at, "frame starting from following row cannot have preceding rows"))
            }
            _ => None,
        };
        if let Some((at, message)) = refused {
            return Err(SyntaxError::new(at.span(), message).with_sqlstate("42P20"));
        }
        if self.eat(kw::EXCLUDE) {
            if self.eat(kw::CURRENT) {
                self.expect(kw::ROW)?;
            } else if self.eat(kw::NO) {
                self.expect(kw::OTHERS)?;
            } else if !self.eat(kw::GROUP) {
                self.expect(kw::TIES)?;
            }
        }
        Ok(Frame { mode, start: start_offset, end: end_offset })
    }

    /// Where the frame begins or ends, and the offset of a bound that has one.
    fn frame_bound(&mut self) -> Result<(Bound, Option<Expr>)> {
        // CURRENT alone is a column.
        if self.eat_all(&[kw::CURRENT, kw::ROW]) {
            return Ok((Bound::CurrentRow, None));
        }
        let unbounded = self.at(kw::UNBOUNDED) && matches!(self.keyword_at(1), Some(kw::PRECEDING | kw::FOLLOWING));
        let offset = if unbounded {
            self.bump();
            None
        } else {
            Some(self.expr()?)
        };
        let bound = match (self.eat(kw::PRECEDING), unbounded) {
            (true, true) => Bound::UnboundedPreceding,
            (true, false) => Bound::Preceding,
            (false, unbounded) => {
                self.expect(kw::FOLLOWING)?;
                if unbounded { Bound::UnboundedFollowing } else { Bound::Following }
            }
        };
        Ok((bound, offset))
    }

    /// `[ORDER BY item, …]`.
    pub(crate) fn order_by(&mut self) -> Result<Vec<OrderBy>> {
        if !self.eat(kw::ORDER) {
            return Ok(Vec::new());
        }
        self.expect(kw::BY)?;
        self.comma_list(|c| {
            let expr = c.expr()?;
            let mut descending = c.eat(kw::DESC);
            let mut using = None;
            if !descending && !c.eat(kw::ASC) && c.eat(kw::USING) {
                let op = if c.at(kw::OPERATOR) { c.qualified_operator()? } else { c.operator_symbol()? };
                descending = &*op == ">";
                using = Some(op);
            }
            let nulls_first = if c.eat_all(&[kw::NULLS, kw::FIRST]) {
                Some(true)
            } else if c.eat_all(&[kw::NULLS, kw::LAST]) {
                Some(false)
            } else {
                None
            };
            Ok(OrderBy { expr, descending, using, nulls_first })
        })
    }
}
