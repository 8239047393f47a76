//! How the operators of an expression group, by gram.y's precedence table.
//!
//! Operators wait on a stack until one comes that binds less strongly; nothing recurses, so that a chain may be long.

use super::Item;
use super::operator::{Operator, Place, Strength};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};

/// The tree of operands with operators before, between and after them.
pub(super) fn tree(cursor: &Cursor, items: Vec<Item>) -> Result<Expr> {
    let mut stack = Stack { operands: Vec::with_capacity(items.len() / 2 + 1), waiting: Vec::new() };
    for item in items {
        match item {
            Item::Operand(expr) => stack.operands.push(expr),
            Item::Operator(prefix) if prefix.place == Place::Prefix => stack.waiting.push(prefix),
            Item::Operator(operator) => {
                stack.settle(&operator, cursor)?;
                if operator.place == Place::Postfix {
                    stack.apply(operator)?;
                } else {
                    stack.waiting.push(operator);
                }
            }
        }
    }
    while let Some(operator) = stack.waiting.pop() {
        stack.apply(operator)?;
    }
    stack.operands.pop().ok_or_else(|| SyntaxError::new(Span::default(), "syntax error"))
}

/// The error that PostgreSQL finds in what was read before another error: `a < b < c` is none before its second `<`.
pub(super) fn earlier_error(cursor: &Cursor, mut items: Vec<Item>) -> Option<SyntaxError> {
    if let Some(Item::Operator(op)) = items.last()
        && op.place != Place::Postfix
    {
        items.push(Item::Operand(Expr { span: Span::at(op.span.end), kind: ExprKind::Null }));
    }
    tree(cursor, items).err()
}

struct Stack {
    operands: Vec<Expr>,
    /// Operators whose right operand may still grow.
    waiting: Vec<Operator>,
}

impl Stack {
    /// Applies what binds at least as strongly as the next operator.
    fn settle(&mut self, next: &Operator, cursor: &Cursor) -> Result<()> {
        while let Some(last) = self.waiting.pop_if(|last| last.strength >= next.strength) {
            let equal = last.place == Place::Infix && last.strength == next.strength;
            if equal && is_unchainable(next.strength) {
                return Err(cursor.error_from(next.span.start));
            }
            self.apply(last)?;
        }
        Ok(())
    }

    fn apply(&mut self, operator: Operator) -> Result<()> {
        let span = operator.span;
        let right = if operator.place == Place::Postfix { None } else { self.operands.pop() };
        let left = if operator.place == Place::Prefix { None } else { self.operands.pop() };
        // The operand parser puts an operand on each side that an operator has.
        let applied = operator.apply(left, right).ok_or_else(|| SyntaxError::new(span, "syntax error"))?;
        self.operands.push(applied);
        Ok(())
    }
}

/// Of these strengths no two may follow each other: `a < b < c`.
fn is_unchainable(strength: Strength) -> bool {
    matches!(strength, Strength::Is | Strength::Comparison | Strength::Pattern | Strength::Escape)
}
