//! How the generators sort: `Intl.Collator("en")`.

use std::cmp::Ordering;

/// Compares two names as the generators do.
#[cfg(target_os = "unknown")]
pub fn compare(a: &str, b: &str) -> Ordering {
    use js_sys::{Function, Intl::Collator, JsString};
    thread_local! {
        static COMPARE: Function = Collator::new(&js_sys::Array::of1(&"en".into()), &js_sys::Object::new()).compare();
    }
    let order = COMPARE.with(|f| f.call2(&wasm_bindgen::JsValue::UNDEFINED, &JsString::from(a), &JsString::from(b)));
    // A collator's comparison of two strings returns a number.
    order.ok().and_then(|o| o.as_f64()).unwrap_or_default().total_cmp(&0.0)
}

/// Compares two names as the generators do.
#[cfg(all(not(target_os = "unknown"), feature = "cli"))]
pub fn compare(a: &str, b: &str) -> Ordering {
    use icu_collator::{Collator, CollatorBorrowed, options::CollatorOptions};
    use std::sync::OnceLock;
    static COLLATOR: OnceLock<Option<CollatorBorrowed<'static>>> = OnceLock::new();
    // English has the root collation, whose data is compiled in.
    let collator = COLLATOR.get_or_init(|| Collator::try_new(Default::default(), CollatorOptions::default()).ok());
    collator.as_ref().map_or_else(|| a.cmp(b), |c| c.compare(a, b))
}

/// Without the collation data, code points.
#[cfg(all(not(target_os = "unknown"), not(feature = "cli")))]
pub fn compare(a: &str, b: &str) -> Ordering {
    a.cmp(b)
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    #[test]
    fn sorts_as_javascript_does() {
        // `names.sort(new Intl.Collator("en").compare)` in Node 20.
        let sorted =
            [" a", "_a", "-a", "$a", "1a", "a", "A", "á", "a b", "a_b", "a-b", "a$b", "a1", "ab", "aB", "Ab", "b"];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| super::compare(a, b));
        assert_eq!(names, sorted);
    }
}
