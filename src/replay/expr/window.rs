//! WINDOW and OVER (transformWindowDefinitions).

use super::coerce::can_coerce;
use super::query::names_column;
use super::{Analysis, Place, Typed};
use crate::catalog::{CastContext, Oid, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError, Stop};
use crate::source::Span;
use crate::syntax::ast::{Expr, FrameMode, Name, Select, Window};

const OFFSET: &str = "RANGE with offset PRECEDING/FOLLOWING";

impl Analysis<'_> {
    /// `OVER name`, `OVER (…)`: the windows that a query defines are in scope.
    pub(super) fn over(&mut self, window: &Window) -> Replayed<()> {
        if let Some(name) = window.name.as_ref().or(window.base.as_ref()) {
            let known = self.windows.last().is_some_and(|windows| windows.iter().any(|(n, _)| *n == name.text));
            if !known {
                return Err(undefined_window(name));
            }
        }
        // Sets are refused in the call's arguments alone.
        let sets = self.counts.sets;
        let result = if window.name.is_none() { self.window(window, None) } else { Ok(()) };
        self.counts.sets = sets;
        result
    }

    /// The WINDOW clause; each window may build on those before it.
    pub(super) fn window_clause(&mut self, select: &Select) -> Replayed<()> {
        for (place, (name, window)) in select.windows.iter().enumerate() {
            let before = select.windows.get(..place).unwrap_or(&[]);
            if before.iter().any(|(other, _)| other == name) {
                let message = format!("window \"{name}\" is already defined");
                return Err(SqlError::new(state::WINDOWING_ERROR, name.span, message).into());
            }
            if let Some(base) = window.base.as_ref().filter(|base| !before.iter().any(|(other, _)| other == *base)) {
                return Err(undefined_window(base));
            }
            self.window(window, Some(name))?;
        }
        Ok(())
    }

    fn window(&mut self, window: &Window, name: Option<&Name>) -> Replayed<()> {
        let outer = self.place_for(Place::Window);
        let mut sorted_by = Vec::new();
        for item in &window.order_by {
            let ty = self.expr(&item.expr)?;
            self.check_order(item, ty)?;
            sorted_by.push(ty);
        }
        self.exprs(&window.partition_by)?;
        self.place = outer;
        let base = window.base.as_ref().and_then(|base| {
            let windows = self.windows.last()?;
            windows.iter().find(|(name, _)| *name == base.text).map(|(_, facts)| (base, *facts))
        });
        let span = name.map_or(Span::default(), |n| n.span);
        if let Some((base, facts)) = base {
            let refuse = |message: String| Err(SqlError::new(state::WINDOWING_ERROR, base.span, message).into());
            if !window.partition_by.is_empty() {
                return refuse(format!("cannot override PARTITION BY clause of window \"{base}\""));
            }
            if !window.order_by.is_empty() && facts.sorted {
                return refuse(format!("cannot override ORDER BY clause of window \"{base}\""));
            }
            if facts.framed {
                return refuse(format!("cannot copy window \"{base}\" because it has a frame clause"));
            }
        }
        let inherits_order = base.is_some_and(|(_, facts)| facts.sorted);
        let Some(frame) = &window.frame else { return Ok(()) };
        let first = frame.start.iter().chain(&frame.end).next();
        let place = first.map_or(span, |e| e.span);
        let refuse = |message: &str| Err(SqlError::new(state::WINDOWING_ERROR, place, message).into());
        match frame.mode {
            FrameMode::Range if first.is_some() && sorted_by.len() != 1 && !inherits_order => {
                return refuse(&format!("{OFFSET} requires exactly one ORDER BY column"));
            }
            FrameMode::Groups if sorted_by.is_empty() && !inherits_order => {
                return refuse("GROUPS mode requires an ORDER BY clause");
            }
            _ => {}
        }
        let column = sorted_by.first().copied().flatten();
        for offset in frame.start.iter().chain(&frame.end) {
            self.frame_offset(frame.mode, offset, column)?;
        }
        Ok(())
    }

    fn frame_offset(&mut self, mode: FrameMode, offset: &Expr, column: Typed) -> Replayed<()> {
        let outer = self.place_for(Place::Window);
        let ty = self.expr(offset)?;
        self.place = outer;
        let word = mode.word();
        let refuse = |sqlstate, message: String| Err(SqlError::new(sqlstate, offset.span, message).into());
        match (mode, ty, column) {
            (FrameMode::Range, Some(ty), Some(column)) => {
                let shown = |ty: TypeRef| self.cat.format_type(TypeRef::plain(ty.oid));
                let Some(offsets) = range_offsets(super::coerce::base_type(self.cat, column.oid)) else {
                    // A type of the user's own may have an in_range function.
                    if column.oid >= Oid::FIRST_USER {
                        return Ok(());
                    }
                    let message = format!("{OFFSET} is not supported for column type {}", shown(column));
                    return refuse(state::FEATURE_NOT_SUPPORTED, message);
                };
                if !offsets.iter().any(|to| can_coerce(self.cat, ty.oid, *to, CastContext::Implicit)) {
                    let (column, ty) = (shown(column), shown(ty));
                    let message = format!("{OFFSET} is not supported for column type {column} and offset type {ty}");
                    return refuse(state::FEATURE_NOT_SUPPORTED, message);
                }
            }
            (FrameMode::Rows | FrameMode::Groups, Some(ty), _)
                if !can_coerce(self.cat, ty.oid, oids::INT8, CastContext::Assignment) =>
            {
                let shown = self.cat.format_type(TypeRef::plain(ty.oid));
                let message = format!("argument of {word} must be type bigint, not type {shown}");
                return refuse(state::DATATYPE_MISMATCH, message);
            }
            _ => {}
        }
        match self.levels.last() {
            Some(level) if names_column(offset, level) => {
                refuse(state::INVALID_COLUMN_REFERENCE, format!("argument of {word} must not contain variables"))
            }
            _ => Ok(()),
        }
    }
}

/// What another window needs to know of one that it builds on.
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowFacts {
    pub sorted: bool,
    pub framed: bool,
}

impl WindowFacts {
    /// Those of a query's WINDOW clause.
    pub fn of(select: &Select) -> Vec<(crate::syntax::ast::Symbol, Self)> {
        let mut all: Vec<(crate::syntax::ast::Symbol, Self)> = Vec::new();
        for (name, window) in &select.windows {
            let base = window.base.as_ref().and_then(|base| all.iter().find(|(n, _)| *n == base.text));
            let sorted = !window.order_by.is_empty() || base.is_some_and(|(_, facts)| facts.sorted);
            all.push((name.text.clone(), Self { sorted, framed: window.frame.is_some() }));
        }
        all
    }
}

fn undefined_window(name: &Name) -> Stop {
    SqlError::new(state::UNDEFINED_OBJECT, name.span, format!("window \"{name}\" does not exist")).into()
}

/// The types of offsets that a column of this type takes (its btree class's in_range functions).
fn range_offsets(column: Oid) -> Option<&'static [Oid]> {
    Some(match column {
        oids::INT2 | oids::INT4 => &[oids::INT2, oids::INT4, oids::INT8],
        oids::INT8 => &[oids::INT8],
        oids::FLOAT4 | oids::FLOAT8 => &[oids::FLOAT8],
        oids::NUMERIC => &[oids::NUMERIC],
        oids::DATE | oids::TIME | oids::TIMETZ | oids::TIMESTAMP | oids::TIMESTAMPTZ | oids::INTERVAL => {
            &[oids::INTERVAL]
        }
        _ => return None,
    })
}
