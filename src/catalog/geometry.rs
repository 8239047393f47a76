//! The modifiers of PostGIS's types: `geometry(PointZ, 4326)`.

use crate::syntax::ast::{Expr, ExprKind};

/// By their number in a modifier.
const KINDS: [&str; 16] = [
    "Geometry",
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
    "CircularString",
    "CompoundCurve",
    "CurvePolygon",
    "MultiCurve",
    "MultiSurface",
    "PolyhedralSurface",
    "Triangle",
    "Tin",
];

/// What geometry_typmod_in and geography_typmod_in make of it; −1 for what they would refuse.
pub fn modifier(ty: &str, modifiers: &[Expr]) -> i32 {
    let [kind, rest @ ..] = modifiers else { return -1 };
    let kind = match &kind.kind {
        ExprKind::String(text) => text.to_ascii_lowercase(),
        ExprKind::Column(parts) => parts.last().map_or(String::new(), |name| name.to_ascii_lowercase()),
        _ => return -1,
    };
    let srid = match rest.first().map(|srid| &srid.kind) {
        Some(ExprKind::Number(text)) => text.parse().unwrap_or(0),
        _ if ty == "geography" => 4326,
        _ => 0,
    };
    let (plain, z, m) = match kind.strip_suffix("zm") {
        Some(plain) => (plain, 1, 1),
        None => match (kind.strip_suffix('z'), kind.strip_suffix('m')) {
            (Some(plain), _) => (plain, 1, 0),
            (_, Some(plain)) => (plain, 0, 1),
            _ => (&*kind, 0, 0),
        },
    };
    match KINDS.iter().position(|k| k.eq_ignore_ascii_case(plain.trim_end())) {
        Some(number) => (srid & 0x1f_ffff) << 8 | (number as i32) << 2 | z << 1 | m,
        None => -1,
    }
}

/// As postgis_typmod_out prints it.
pub fn format(modifier: i32) -> String {
    let kind = KINDS.get((modifier >> 2 & 0x3f) as usize).copied().unwrap_or("Geometry");
    let dimensions = match (modifier & 2 != 0, modifier & 1 != 0) {
        (true, true) => "ZM",
        (true, false) => "Z",
        (false, true) => "M",
        (false, false) => "",
    };
    match modifier >> 8 & 0x1f_ffff {
        0 => format!("({kind}{dimensions})"),
        srid => format!("({kind}{dimensions},{srid})"),
    }
}
